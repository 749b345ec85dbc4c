// One block at a time: place and certificate, then signatures (handed out in one batch), then
// execution with every root compared. A block without its own finalization is covered by the next
// block that has one: hash links carry it back, so such blocks wait in `uncovered_` until they are.
#include "ledger/audit/replay.h"

#include <algorithm>

#include "crypto/base/encode.h"
#include "crypto/jwk.h"
#include "ledger/registry/registry.h"

namespace quanlu::audit {

namespace {

// At most this many blocks between two finalizations: consensus finalizes within a few views.
constexpr std::uint64_t kUncoveredMax = 1'000;
// Blocks carried out between two commits of progress to the caller.
constexpr std::uint64_t kProgressEvery = 16;

}  // namespace

struct Replay::Impl {
    chain::Genesis genesis;
    chain::Members members;
    chain::ChainTag tag;
    state::Store store;
    VerifyMany verify_many;
    execution::Tip tip;
    Height resumed;
    Counts counts;
    std::optional<Wrong> wrong;
    std::optional<chain::QuorumCert> tip_cert;
    std::uint64_t uncovered = 0;

    Impl(const chain::Genesis& g, kv::KvStore& kv, VerifyMany verify)
        : genesis(g),
          members(g.member_set()),
          tag(g.tag()),
          store(kv),
          verify_many(std::move(verify)) {
        Result<execution::Tip, std::string> first = execution::genesis_tip(genesis, store);
        if (!first.ok()) {
            wrong = Wrong{Height(0), "genesis", "founding records that hold", first.error()};
            return;
        }
        tip = std::move(first).value();
        if (store.applied()) {
            resumed = store.applied()->height;
        } else {
            store.commit(tip.state, {Height(0), tip.hash, tip.header.state_root, tip.log}, {}, {});
            tip.state = store.final_version();
        }
    }

    bool fail(Height height, std::string what, std::string expected, std::string found,
              std::int64_t index = -1) {
        wrong = Wrong{height, std::move(what), std::move(expected), std::move(found), index};
        return false;
    }

    bool check_links(const chain::FinalBlock& final_block) {
        const chain::Header& header = final_block.block.header;
        const Height expected = tip.header.height.next();
        if (header.height != expected) {
            return fail(expected, "height", std::to_string(expected.value),
                        std::to_string(header.height.value));
        }
        if (header.parent != tip.hash) {
            return fail(expected, "parent_hash", to_hex(tip.hash), to_hex(header.parent));
        }
        if (header.chain != tag)
            return fail(expected, "chain_id", to_hex(tag.chain_id), to_hex(header.chain.chain_id));
        if (header.proposer != members.leader(header.view)) {
            return fail(expected, "proposer", std::to_string(members.leader(header.view)),
                        std::to_string(header.proposer));
        }
        const Status<chain::Reject> links =
            chain::verify_links(header, final_block.block.justification, members, tag);
        if (!links.ok()) {
            return fail(expected, "justification", "certificates for parent and skipped views",
                        std::string(chain::to_text(links.error())));
        }
        counts.certificates += final_block.block.justification.skipped.size() +
                               (final_block.block.justification.parent ? 1U : 0U);
        return true;
    }

    bool check_finalization(const chain::FinalBlock& final_block, const Hash& hash) {
        const Height height = final_block.block.header.height;
        if (!final_block.finalization) {
            tip_cert.reset();
            if (++uncovered > kUncoveredMax) {
                return fail(height, "certificate", "a finalization within 1000 blocks", "none");
            }
            return true;
        }
        const chain::QuorumCert& cert = *final_block.finalization;
        const auto verified = chain::verify(cert, members, tag);
        if (!verified.ok()) {
            return fail(height, "certificate", "a valid finalization",
                        std::string(chain::to_text(verified.error())));
        }
        if (cert.statement.kind != chain::VoteKind::finalize || cert.statement.block != hash ||
            cert.statement.view != final_block.block.header.view) {
            return fail(height, "certificate", "finalization of " + to_hex(hash),
                        to_hex(cert.statement.block));
        }
        ++counts.certificates;
        uncovered = 0;
        tip_cert = cert;
        return true;
    }

    // Parses and checks every signature of a body. An officer added inside the same block signs
    // only later ones, but a key is named by its own hash, so any registered spelling of it is the
    // same key.
    bool check_transactions(const chain::FinalBlock& final_block,
                            std::vector<execution::TxPtr>& txs) {
        const Height height = final_block.block.header.height;
        std::vector<SignatureCheck> checks;
        std::int64_t index = 0;
        for (const std::string& jws : final_block.block.body) {
            Result<chain::Tx, chain::Refusal> tx = chain::parse_tx(jws, tag.chain_id);
            if (!tx.ok()) {
                return fail(height, "transaction_form", "a well-formed transaction",
                            std::string(chain::name(tx.error().code)), index);
            }
            txs.push_back(std::make_shared<const chain::Tx>(std::move(tx).value()));
            const auto key = registry::officer_key(*tip.state, *txs.back());
            if (key) {
                checks.push_back({txs.back().get(), *key, false});
            } else {
                late_keys_.push_back(txs.size() - 1);
            }
            ++index;
        }
        verify_many(checks);
        for (const SignatureCheck& check : checks) {
            if (check.valid) continue;
            return fail(height, "signature", "a signature of " + check.tx->kid,
                        to_hex(check.tx->id));
        }
        counts.signatures += checks.size();
        return true;
    }

    // Keys that only this very block registered: looked up in the state after it.
    bool check_late_keys(const execution::Executed& executed) {
        for (const std::size_t place : late_keys_) {
            const chain::Tx& tx = *executed.txs[place];
            const auto key = registry::officer_key(*executed.tip.state, tx);
            if (!key || !chain::check_signature(tx, *key).ok()) {
                return fail(executed.tip.header.height, "signature", "a signature of " + tx.kid,
                            to_hex(tx.id), static_cast<std::int64_t>(place));
            }
            ++counts.signatures;
        }
        late_keys_.clear();
        return true;
    }

    // A block below the resumed height was carried out before: only links and the window are taken
    // from it.
    bool skim(const chain::FinalBlock& final_block, const std::vector<execution::TxPtr>& txs) {
        const chain::Header& header = final_block.block.header;
        tip.recent = execution::extend_recent(tip.recent, header.time, txs, header.height);
        execution::settle_recent(tip.recent, header.height);
        tip.header = header;
        tip.hash = chain::hash_of(header);
        if (header.height == resumed) {
            const state::Applied& applied = *store.applied();
            if (applied.block != tip.hash) {
                return fail(header.height, "scratch", to_hex(applied.block), to_hex(tip.hash));
            }
            tip.log = applied.log;
            tip.state = store.final_version();
        }
        return true;
    }

    bool carry_out(const chain::FinalBlock& final_block, const std::vector<execution::TxPtr>& txs,
                   const OnLeaf& on_leaf) {
        const chain::Header& header = final_block.block.header;
        const std::uint64_t first_leaf = tip.log.size();
        auto executed = execution::check(tip, genesis.params, header, txs, store);
        if (!executed.ok()) {
            const execution::Mismatch& mismatch = executed.error();
            return fail(header.height, mismatch.what, mismatch.expected, mismatch.found,
                        mismatch.index);
        }
        if (!check_late_keys(*executed)) return false;
        for (std::size_t i = 0; i < executed->leaves.size(); ++i) {
            if (on_leaf && !on_leaf(first_leaf + i, executed->leaves[i])) {
                return fail(header.height, "leaf", executed->leaves[i],
                            "another line in the export", static_cast<std::int64_t>(i));
            }
        }
        for (const chain::Outcome& outcome : executed->outcomes)
            counts.refused += outcome.ok() ? 0 : 1;
        counts.transactions += txs.size();
        counts.leaves += executed->leaves.size();
        ++counts.blocks;
        execution::commit(*executed, store, {});
        tip = executed->tip;
        tip.state = store.final_version();
        return true;
    }

    bool take(const chain::FinalBlock& final_block, const OnLeaf& on_leaf) {
        const Hash hash = chain::hash_of(final_block.block.header);
        late_keys_.clear();
        if (!check_links(final_block) || !check_finalization(final_block, hash)) return false;
        std::vector<execution::TxPtr> txs;
        if (final_block.block.header.height <= resumed) {
            for (const std::string& jws : final_block.block.body) {
                auto tx = chain::parse_tx(jws, tag.chain_id);
                if (!tx.ok())
                    return fail(final_block.block.header.height, "transaction_form", "form",
                                "none");
                txs.push_back(std::make_shared<const chain::Tx>(std::move(tx).value()));
            }
            return skim(final_block, txs);
        }
        return check_transactions(final_block, txs) && carry_out(final_block, txs, on_leaf);
    }

    std::vector<std::size_t> late_keys_;
};

Replay::Replay(const chain::Genesis& genesis, kv::KvStore& kv, VerifyMany verify_many)
    : impl_(std::make_unique<Impl>(genesis, kv, std::move(verify_many))) {}
Replay::~Replay() = default;

Height Replay::resumed_at() const {
    return impl_->resumed;
}

Replay::End Replay::run(BlockSource& source, const OnLeaf& on_leaf, const OnProgress& on_progress) {
    if (impl_->wrong) return End::wrong;
    for (std::uint64_t blocks = 1;; ++blocks) {
        auto next = source.next();
        if (!next.ok()) {
            impl_->fail(impl_->tip.header.height.next(), "source", "a readable block",
                        next.error());
            return End::wrong;
        }
        if (!next->has_value()) break;
        if (!impl_->take(**next, on_leaf)) return End::wrong;
        if (blocks % kProgressEvery == 0 && on_progress &&
            !on_progress({impl_->tip.header.height, impl_->counts})) {
            return End::interrupted;
        }
    }
    if (impl_->tip.header.height < impl_->resumed) {
        impl_->fail(impl_->tip.header.height, "scratch",
                    "a ledger at least as long as the one replayed before",
                    std::to_string(impl_->resumed.value));
        return End::wrong;
    }
    if (on_progress) on_progress({impl_->tip.header.height, impl_->counts});
    return End::complete;
}

const std::optional<Wrong>& Replay::wrong() const {
    return impl_->wrong;
}
const Counts& Replay::counts() const {
    return impl_->counts;
}
const execution::Tip& Replay::tip() const {
    return impl_->tip;
}
const std::optional<chain::QuorumCert>& Replay::tip_certificate() const {
    return impl_->tip_cert;
}
const chain::Members& Replay::members() const {
    return impl_->members;
}

}  // namespace quanlu::audit
