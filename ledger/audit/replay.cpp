// Blocks are taken in windows: what needs no state (links, certificates, form and signatures of
// transactions) is worked out for a whole window at once, on all cores; then each block in turn is
// judged and carried out, with every root compared, so that the first thing wrong is the first in
// ledger order. A block without its own finalization is covered by the next
// block that has one: hash links carry it back, so such blocks wait in `uncovered_` until they are.
#include "ledger/audit/replay.h"

#include <algorithm>
#include <map>
#include <set>

#include "crypto/base/encode.h"
#include "crypto/jwk.h"
#include "ledger/registry/registry.h"

namespace quanlu::audit {

namespace {

// At most this many blocks between two finalizations: consensus finalizes within a few views.
constexpr std::uint64_t kUncoveredMax = 1'000;
// Blocks carried out between two commits of progress to the caller.
constexpr std::uint64_t kProgressEvery = 16;
// One window: enough to keep all cores busy, little enough to stay in memory.
constexpr std::size_t kWindowBlocks = 128;
constexpr std::size_t kWindowBytes = 8 * 1024 * 1024;
// Officers' keys remembered by their names; a key is named by its own hash, so none is ever stale.
constexpr std::size_t kKeysMax = 100'000;

// A block with what is known of it before its turn.
struct Prepared {
    chain::FinalBlock final_block;
    Hash hash;
    Status<chain::Reject> links{Unit{}};
    Status<chain::Reject> finalization{Unit{}};
    std::vector<execution::TxPtr> txs;  // up to the first of bad form
    std::optional<chain::Code> bad_form;
    // Of each transaction; nothing when its key was not registered before the window.
    std::vector<std::optional<bool>> signatures;
};

}  // namespace

struct Replay::Impl {
    chain::Genesis genesis;
    chain::Members members;
    chain::ChainTag tag;
    state::Store store;
    ForEach for_each;
    std::map<std::string, crypto::PublicKey> keys;  // "issuer kid"
    execution::Tip tip;
    Height resumed;
    Counts counts;
    std::optional<Wrong> wrong;
    std::optional<chain::QuorumCert> tip_cert;
    std::uint64_t uncovered = 0;

    Impl(const chain::Genesis& g, kv::KvStore& kv, ForEach each)
        : genesis(g), members(g.member_set()), tag(g.tag()), store(kv), for_each(std::move(each)) {
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

    // On any thread.
    void prepare(Prepared& one) const {
        const chain::Block& block = one.final_block.block;
        one.hash = chain::hash_of(block.header);
        one.links = chain::verify_links(block.header, block.justification, members, tag);
        if (one.final_block.finalization) {
            const auto verified = chain::verify(*one.final_block.finalization, members, tag);
            if (!verified.ok()) one.finalization = Err(verified.error());
        }
        for (const std::string& jws : block.body) {
            Result<chain::Tx, chain::Refusal> tx = chain::parse_tx(jws, tag.chain_id);
            if (!tx.ok()) {
                one.bad_form = tx.error().code;
                break;
            }
            one.txs.push_back(std::make_shared<const chain::Tx>(std::move(tx).value()));
        }
        one.signatures.resize(one.txs.size());
    }

    const crypto::PublicKey* key_of(const chain::Tx& tx) {
        const std::string name = tx.iss + " " + tx.kid;
        if (const auto found = keys.find(name); found != keys.end()) return &found->second;
        const auto key = registry::officer_key(*tip.state, tx);
        if (!key) return nullptr;
        if (keys.size() >= kKeysMax) keys.clear();
        return &keys.emplace(name, *key).first->second;
    }

    void check_signatures(std::vector<Prepared>& window) {
        struct Check {
            const chain::Tx* tx;
            crypto::PublicKey key;
            std::optional<bool>* verdict;
        };
        std::vector<Check> checks;
        for (Prepared& one : window) {
            if (one.final_block.block.header.height <= resumed) continue;
            for (std::size_t i = 0; i < one.txs.size(); ++i) {
                if (const crypto::PublicKey* key = key_of(*one.txs[i]))
                    checks.push_back({one.txs[i].get(), *key, &one.signatures[i]});
            }
        }
        for_each(checks.size(), [&checks](std::size_t i) {
            *checks[i].verdict = chain::check_signature(*checks[i].tx, checks[i].key).ok();
        });
    }

    // The next blocks of the source, prepared. Empty: the end, or `wrong`.
    std::vector<Prepared> next_window(BlockSource& source, Height after) {
        std::vector<Prepared> window;
        for (std::size_t bytes = 0; window.size() < kWindowBlocks && bytes < kWindowBytes;) {
            auto next = source.next();
            if (!next.ok()) {
                source_error = next.error();
                break;
            }
            if (!next->has_value()) break;
            Prepared one;
            one.final_block = std::move(**next);
            for (const std::string& jws : one.final_block.block.body) bytes += jws.size();
            window.push_back(std::move(one));
        }
        if (window.empty() && source_error)
            fail(after.next(), "source", "a readable block", *source_error);
        for_each(window.size(), [&](std::size_t i) { prepare(window[i]); });
        check_signatures(window);
        return window;
    }
    std::optional<std::string> source_error;  // met after the blocks of the window at hand

    bool check_links(const Prepared& one) {
        const chain::FinalBlock& final_block = one.final_block;
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
        const Status<chain::Reject>& links = one.links;
        if (!links.ok()) {
            return fail(expected, "justification", "certificates for parent and skipped views",
                        std::string(chain::to_text(links.error())));
        }
        counts.certificates += final_block.block.justification.skipped.size() +
                               (final_block.block.justification.parent ? 1U : 0U);
        return true;
    }

    bool check_finalization(const Prepared& one) {
        const chain::FinalBlock& final_block = one.final_block;
        const Hash& hash = one.hash;
        const Height height = final_block.block.header.height;
        if (!final_block.finalization) {
            tip_cert.reset();
            if (++uncovered > kUncoveredMax) {
                return fail(height, "certificate", "a finalization within 1000 blocks", "none");
            }
            return true;
        }
        const chain::QuorumCert& cert = *final_block.finalization;
        if (!one.finalization.ok()) {
            return fail(height, "certificate", "a valid finalization",
                        std::string(chain::to_text(one.finalization.error())));
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

    // What preparing found, in block order. Keys that came inside the window, perhaps with this
    // very block, are known when the transaction is carried out.
    bool check_transactions(const Prepared& one) {
        const Height height = one.final_block.block.header.height;
        for (std::size_t i = 0; i < one.txs.size(); ++i) {
            if (!one.signatures[i]) {
                unproven_.insert(i);
            } else if (!*one.signatures[i]) {
                return fail(height, "signature", "a signature of " + one.txs[i]->kid,
                            to_hex(one.txs[i]->id), static_cast<std::int64_t>(i));
            } else {
                ++counts.signatures;
            }
        }
        return check_form(one);
    }
    bool check_form(const Prepared& one) {
        if (!one.bad_form) return true;
        return fail(one.final_block.block.header.height, "transaction_form",
                    "a well-formed transaction", std::string(chain::name(*one.bad_form)),
                    static_cast<std::int64_t>(one.txs.size()));
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
        auto executed = execution::check(tip, genesis.params, header, txs, store, unproven_);
        if (!executed.ok()) {
            const execution::Mismatch& mismatch = executed.error();
            return fail(header.height, mismatch.what, mismatch.expected, mismatch.found,
                        mismatch.index);
        }
        counts.signatures += unproven_.size();
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

    bool take(const Prepared& one, const OnLeaf& on_leaf) {
        unproven_.clear();
        if (!check_links(one) || !check_finalization(one)) return false;
        if (one.final_block.block.header.height <= resumed)
            return check_form(one) && skim(one.final_block, one.txs);
        return check_transactions(one) && carry_out(one.final_block, one.txs, on_leaf);
    }

    std::set<std::size_t> unproven_;  // of the block at hand
};

Replay::Replay(const chain::Genesis& genesis, kv::KvStore& kv, ForEach for_each)
    : impl_(std::make_unique<Impl>(genesis, kv, std::move(for_each))) {}
Replay::~Replay() = default;

Height Replay::resumed_at() const {
    return impl_->resumed;
}

Replay::End Replay::run(BlockSource& source, const OnLeaf& on_leaf, const OnProgress& on_progress) {
    if (impl_->wrong) return End::wrong;
    std::uint64_t blocks = 0;
    for (;;) {
        const std::vector<Prepared> window = impl_->next_window(source, impl_->tip.header.height);
        if (impl_->wrong) return End::wrong;
        if (window.empty()) break;
        for (const Prepared& one : window) {
            if (!impl_->take(one, on_leaf)) return End::wrong;
            if (++blocks % kProgressEvery == 0 && on_progress &&
                !on_progress({impl_->tip.header.height, impl_->counts})) {
                return End::interrupted;
            }
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
