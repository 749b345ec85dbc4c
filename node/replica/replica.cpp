// Routes: every decision about data is a part's (Simplex, Mempool, Candidates, execution). Blocks become final in one
// place, apply_final, whether consensus or catch-up brought them. What is final is committed to the state store at the
// start of the next step, when the shell has made the block log durable: the store is never ahead of the log.
#include "node/replica/replica.h"

#include <algorithm>

#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "ledger/index/index.h"
#include "ledger/registry/registry.h"
#include "node/replica/candidates.h"
#include "node/replica/mempool.h"

namespace quanlu::replica {

namespace {

using chain::Code;
using chain::Refusal;
using consensus::Effects;
using consensus::Verdict;

constexpr std::int64_t kFetchAgainMs = 300;        // the same thing is asked for at most so often
constexpr std::int64_t kSyncAgainMs = 2'000;       // a range that did not come is asked of another peer
constexpr std::uint32_t kRangeBlocks = 256;
constexpr std::size_t kRangeBytesMax = 8 * 1024 * 1024;
constexpr std::size_t kFetchTxsMax = 4'000;
constexpr std::size_t kTicketsMax = 20'000;
constexpr std::int64_t kBadPeerMs = 10'000;

}  // namespace

struct Replica::Impl {
    chain::Genesis genesis;
    chain::Members members;
    chain::ChainTag tag;
    Config config;
    state::Store& store;
    const BlockSource& blocks;
    execution::Tip tip;
    std::unique_ptr<consensus::Simplex> core;
    Mempool mempool;
    Candidates candidates;
    struct Uncommitted {
        std::shared_ptr<const execution::Executed> executed;
        std::optional<chain::QuorumCert> finalization;
    };
    std::vector<Uncommitted> uncommitted;
    std::optional<consensus::NeedBuild> build;
    std::set<Hash> checks;                        // asked by the core, not answerable yet
    std::optional<Effects::Final> awaited;        // final, with bodies still missing
    std::map<Hash, std::vector<std::uint64_t>> tickets;
    std::set<Hash> own_proposals;                 // built here, not sent yet
    struct Peer {
        bool up = false;
        Height height;
        Millis heard{-1};
        Millis bad_until{-1};
        std::int64_t clock_off_ms = 0;
    };
    std::vector<Peer> peers;
    struct Sync {
        MemberIndex from = 0;
        Millis asked{0};
    };
    std::optional<Sync> sync;
    std::map<View, Millis> cert_asked;
    Now now;
    Turn* out = nullptr;

    Impl(const chain::Genesis& g, const Config& c, state::Store& s, const BlockSource& b, Recovered& recovered, Now start)
        : genesis(g), members(g.member_set()), tag(g.tag()), config(c), store(s), blocks(b), tip(recovered.tip),
          mempool(c.mempool_count_max, c.mempool_bytes_max), peers(members.n()), now(start) {
        consensus::Restored restored;
        restored.floor = {tip.header.view, tip.hash, std::nullopt};
        // A floor certificate of a later block belongs to that block: it comes again as a certificate.
        if (recovered.floor && recovered.floor->statement.block == tip.hash) {
            restored.floor.cert = recovered.floor;
        } else if (recovered.floor) {
            recovered.certs.push_back(*recovered.floor);
        }
        restored.own = recovered.own_votes;
        restored.certs = recovered.certs;
        restored.may_vote = recovered.memory_intact;
        core = std::make_unique<consensus::Simplex>(genesis.params, members, tag, config.self, restored, start.steady);
        for (const chain::Block& block : recovered.bodies) {
            if (block.header.height <= tip.header.height) continue;
            take_block(block);
        }
    }

    void note(const char* code, View view, std::string detail) { out->notes.push_back({code, view, std::move(detail)}); }
    void send(std::optional<MemberIndex> to, wire::Message message) { out->send.push_back({to, std::move(message)}); }

    // --- transactions -------------------------------------------------------------------------

    // A transaction as it came, known or checked here. Nothing: its form or signature is wrong, or its key unknown.
    execution::TxPtr check_tx(const std::string& jws) {
        if (execution::TxPtr known = mempool.find_hash(crypto::sha256(as_bytes(jws)))) return known;
        auto parsed = chain::parse_tx(jws, tag.chain_id);
        if (!parsed.ok()) return nullptr;
        auto key = registry::officer_key(*tip.state, *parsed);
        for (auto& [hash, candidate] : candidates.all()) {
            if (key) break;
            if (candidate.executed) key = registry::officer_key(*candidate.executed->tip.state, *parsed);
        }
        if (!key || !chain::check_signature(*parsed, *key).ok()) return nullptr;
        return std::make_shared<const chain::Tx>(std::move(parsed).value());
    }

    void take_tx(const NewTx& input) {
        candidates.fill(input.tx);
        if (const auto seen = execution::find_recent(tip.recent, *input.tx, tip.header.time)) {
            if (input.ticket != 0) answer_known(*input.tx, input.ticket, *seen);
            return;
        }
        const Mempool::Added added = mempool.add(input.tx);
        if (input.ticket == 0) return;
        if (added == Mempool::Added::full || tickets.size() >= kTicketsMax) {
            answer_invalid(input.tx->id, input.ticket, Refusal(Code::E_MEMPOOL_FULL));
            return;
        }
        tickets[input.tx->id].push_back(input.ticket);
        if (added == Mempool::Added::yes) out->gossip.push_back(input.tx);
    }

    // The same transaction again gets its first result; another one under the same key is refused.
    void answer_known(const chain::Tx& tx, std::uint64_t ticket, const execution::Seen& seen) {
        if (seen.tx_id != tx.id) {
            answer_invalid(tx.id, ticket,
                           Refusal(Code::E_DUPLICATE_SUBMISSION, "jti", json::Object{{"tx", to_hex(seen.tx_id)}}, seen.where));
            return;
        }
        Answer answer;
        answer.ticket = ticket;
        answer.tx_id = tx.id;
        answer.status = Answer::Status::committed;
        answer.where = seen.where;
        out->answers.push_back(std::move(answer));
    }

    void answer_invalid(const Hash& id, std::uint64_t ticket, Refusal refusal) {
        Answer answer;
        answer.ticket = ticket;
        answer.tx_id = id;
        answer.status = Answer::Status::invalid;
        answer.refusal = std::move(refusal);
        out->answers.push_back(std::move(answer));
    }

    void give_up_tx(const Hash& id, const Refusal& why) {
        mempool.remove(id);
        const auto waiting = tickets.find(id);
        if (waiting == tickets.end()) return;
        for (const std::uint64_t ticket : waiting->second) answer_invalid(id, ticket, why);
        tickets.erase(waiting);
    }

    // --- blocks that are not final --------------------------------------------------------------

    Candidate* take_block(const chain::Block& block) {
        Candidate* candidate = candidates.add(block.header, block.justification, chain::tx_hashes(block.body));
        if (candidate == nullptr) return nullptr;
        fill_known(*candidate);
        for (std::size_t i = 0; i < block.body.size() && candidate->missing > 0; ++i) {
            if (candidate->txs[i] != nullptr) continue;
            if (execution::TxPtr tx = check_tx(block.body[i])) candidates.fill(tx);
        }
        return candidate;
    }

    void fill_known(const Candidate& candidate) {
        for (const Hash& hash : candidate.tx_hashes) {
            if (execution::TxPtr tx = mempool.find_hash(hash)) candidates.fill(tx);
        }
    }

    [[nodiscard]] const execution::Tip* tip_of(const Hash& block) {
        if (block == tip.hash) return &tip;
        const Candidate* candidate = candidates.find(block);
        return candidate != nullptr && candidate->executed ? &candidate->executed->tip : nullptr;
    }

    void fetch_block(const Hash& hash, std::optional<MemberIndex> from) {
        Candidate* candidate = candidates.find(hash);
        if (candidate != nullptr) {
            if (now.steady - candidate->fetched < Millis{kFetchAgainMs}) return;
            candidate->fetched = now.steady;
        } else {
            const auto asked = block_asked.find(hash);
            if (asked != block_asked.end() && now.steady - asked->second < Millis{kFetchAgainMs}) return;
            if (block_asked.size() > 256) block_asked.clear();
            block_asked[hash] = now.steady;
        }
        if (candidate != nullptr && candidate->missing > 0 && candidate->missing < candidate->txs.size()) {
            wire::FetchTxs fetch{hash, {}};
            for (std::size_t i = 0; i < candidate->txs.size() && fetch.tx_hashes.size() < kFetchTxsMax; ++i) {
                if (candidate->txs[i] == nullptr) fetch.tx_hashes.push_back(candidate->tx_hashes[i]);
            }
            send(from, std::move(fetch));
            return;
        }
        send(from, wire::FetchBlock{hash});
    }
    std::map<Hash, Millis> block_asked;

    // Carries a block out on its parent, fetching what is missing. missing is not invalid (T9).
    Verdict execute(const Hash& hash) {
        std::vector<Hash> path{hash};
        // Down to an executed ancestor, without recursion on what peers send.
        while (true) {
            Candidate* candidate = candidates.find(path.back());
            if (candidate == nullptr) {
                fetch_block(path.back(), std::nullopt);
                return Verdict::missing;
            }
            if (candidate->invalid) return Verdict::invalid;
            if (candidate->executed) {
                path.pop_back();
                break;
            }
            if (candidate->missing > 0) {
                fetch_block(candidate->hash, candidate->header.proposer == config.self
                                                 ? std::nullopt : std::optional(candidate->header.proposer));
                return Verdict::missing;
            }
            if (candidate->header.parent == tip.hash) break;
            if (candidate->header.height <= tip.header.height.next() || path.size() > 256) return Verdict::invalid;
            path.push_back(candidate->header.parent);
        }
        for (auto at = path.rbegin(); at != path.rend(); ++at) {
            Candidate& candidate = *candidates.find(*at);
            const execution::Tip* parent = tip_of(candidate.header.parent);
            if (parent == nullptr) return Verdict::missing;
            auto executed = execution::check(*parent, genesis.params, candidate.header, candidate.txs, store);
            if (!executed.ok()) {
                candidate.invalid = true;
                note("block_refused", candidate.header.view, executed.error().what + " expected " + executed.error().expected +
                                                                 " found " + executed.error().found);
                return Verdict::invalid;
            }
            candidate.executed = std::make_shared<const execution::Executed>(std::move(executed).value());
            candidates.count(candidate);
        }
        return Verdict::valid;
    }

    // R9, for live votes only: a block that others notarized is judged by execution alone.
    [[nodiscard]] bool time_acceptable(const Candidate& candidate) const {
        if (core->cert(chain::VoteKind::notarize, candidate.header.view)) return true;
        const std::int64_t time = candidate.header.time.value;
        const execution::Tip* parent = const_cast<Impl*>(this)->tip_of(candidate.header.parent);
        if (parent != nullptr && time == parent->header.time.value + 1) return true;
        const std::int64_t eps = genesis.params.clock_eps_ms;
        const std::int64_t delay = 2 * core->progress().delta_ms + genesis.params.heartbeat_ms;
        return now.wall.value - eps - delay <= time && time <= now.wall.value + eps;
    }

    void answer_check(const Hash& hash) {
        Verdict verdict = execute(hash);
        if (verdict == Verdict::missing) {
            checks.insert(hash);
            if (checks.size() > 512) checks.erase(checks.begin());
            return;
        }
        checks.erase(hash);
        Candidate* candidate = candidates.find(hash);
        if (verdict == Verdict::valid && candidate != nullptr && !time_acceptable(*candidate)) {
            note("time_refused", candidate->header.view, std::to_string(candidate->header.time.value));
            verdict = Verdict::invalid;
        }
        Effects effects;
        core->on_checked(now.steady, hash, verdict, effects);
        absorb(effects);
    }

    // Something came that a waiting check may have lacked.
    void retry_checks() {
        const std::set<Hash> waiting = checks;
        for (const Hash& hash : waiting) {
            const Candidate* candidate = candidates.find(hash);
            if (candidate != nullptr && candidate->missing == 0) answer_check(hash);
        }
        if (awaited) {
            const Effects::Final final = *awaited;
            finalize(final);
        }
    }

    // --- consensus ------------------------------------------------------------------------------

    void absorb(Effects& effects) {
        for (const consensus::Keep& keep : effects.keep) {
            Candidate* candidate = candidates.find(keep.block);
            ENSURE(candidate != nullptr && candidate->missing == 0);
            if (!candidate->kept) out->keep.push_back({candidate->header, candidate->body(), candidate->justification});
            candidate->kept = true;
        }
        for (consensus::Cast& cast : effects.cast) out->cast.push_back(std::move(cast));
        for (consensus::SendCert& cert : effects.send_certs) send(cert.to, wire::CertMsg{std::move(cert.cert)});
        for (const consensus::SendVote& vote : effects.send_votes) {
            send(std::nullopt, wire::VoteMsg{vote.vote});
            resend_proposal(vote.vote);
        }
        if (effects.greet) send(std::nullopt, greeting());
        for (consensus::NeedBuild& need : effects.builds) build = std::move(need);
        for (const consensus::NeedCert& need : effects.certs) fetch_cert(need);
        for (consensus::Evidence& one : effects.evidence) out->evidence.push_back(one);
        for (consensus::Note& one : effects.notes) out->notes.push_back(std::move(one));
        out->wake_at = std::min(out->wake_at, effects.wake_at);
        const std::vector<consensus::NeedCheck> wanted = std::move(effects.checks);
        const std::vector<Effects::Final> finals = std::move(effects.finalized);
        for (const consensus::NeedCheck& need : wanted) answer_check(need.block);
        for (const Effects::Final& final : finals) finalize(final);
    }

    void fetch_cert(const consensus::NeedCert& need) {
        const auto asked = cert_asked.find(need.view);
        if (asked != cert_asked.end() && now.steady - asked->second < Millis{kFetchAgainMs}) return;
        if (cert_asked.size() > 256) cert_asked.clear();
        cert_asked[need.view] = now.steady;
        send(need.ask, wire::FetchCert{need.kind, members.epoch(), need.view});
    }

    // Our own notarize vote of a block we built, sent again: others may lack the proposal too.
    void resend_proposal(const chain::SignedVote& vote) {
        if (vote.vote.kind != chain::VoteKind::notarize || vote.vote.view != core->view()) return;
        const Candidate* candidate = candidates.find(vote.vote.block);
        if (candidate == nullptr || candidate->header.proposer != config.self) return;
        send(std::nullopt, wire::Proposal{candidate->header, candidate->tx_hashes, candidate->justification, vote});
    }

    [[nodiscard]] wire::Greeting greeting() const {
        wire::Greeting greeting;
        greeting.epoch = members.epoch();
        greeting.view = core->view();
        greeting.height = tip.header.height;
        greeting.floor = core->floor().cert;
        greeting.entry = core->entry_cert();
        greeting.wall = now.wall;
        greeting.version = config.version;
        return greeting;
    }

    void take_proposal(MemberIndex from, const wire::Proposal& message) {
        if (message.header.view <= core->floor().view) return;
        auto checked = consensus::CheckedProposal::check(
            {message.header, {}, message.justification, message.leader_vote}, members, tag);
        if (!checked.ok()) {
            note("proposal_rejected", message.header.view, std::string(chain::to_text(checked.error())));
            return;
        }
        Candidate* candidate = candidates.add(message.header, message.justification, message.tx_hashes);
        if (candidate == nullptr) return;
        fill_known(*candidate);
        if (candidate->missing > 0) fetch_block(candidate->hash, from);
        Effects effects;
        core->on_proposal(now.steady, *checked, effects);
        absorb(effects);
    }

    void take_vote(const chain::SignedVote& vote) {
        const auto verified = chain::verify(vote, members, tag);
        if (!verified.ok()) {
            note("vote_rejected", vote.vote.view, std::string(chain::to_text(verified.error())));
            return;
        }
        Effects effects;
        core->on_vote(now.steady, *verified, effects);
        absorb(effects);
    }

    void take_cert(const chain::QuorumCert& cert) {
        if (cert.statement.view < core->floor().view) return;
        if (const auto held = core->cert(cert.statement.kind, cert.statement.view)) return;  // nothing new in it
        const auto verified = chain::verify(cert, members, tag);
        if (!verified.ok()) {
            note("certificate_rejected", cert.statement.view, std::string(chain::to_text(verified.error())));
            return;
        }
        Effects effects;
        core->on_cert(now.steady, *verified, effects);
        absorb(effects);
    }

    void take_own_vote(const chain::SignedVote& vote) {
        const Candidate* candidate = candidates.find(vote.vote.block);
        if (vote.vote.kind == chain::VoteKind::notarize && candidate != nullptr && own_proposals.erase(vote.vote.block) == 1) {
            // Durable now: the signature of the proposal may leave (T17).
            send(std::nullopt, wire::Proposal{candidate->header, candidate->tx_hashes, candidate->justification, vote});
        } else {
            send(std::nullopt, wire::VoteMsg{vote});
        }
        take_vote(vote);
    }

    // --- building -------------------------------------------------------------------------------

    void try_build() {
        if (!build || build->view != core->view()) {
            build.reset();
            return;
        }
        if (build->parent != tip.hash && execute(build->parent) != Verdict::valid) return;  // asked again when it came
        const execution::Tip parent = *tip_of(build->parent);
        const std::vector<execution::TxPtr> pool = waiting_for(build->parent);
        if (pool.empty() && !build->may_be_empty) return fail_build();
        chain::Header header;
        header.epoch = members.epoch();
        header.view = build->view;
        header.proposer = config.self;
        header.time = UnixMillis{std::max(now.wall.value, parent.header.time.value + 1)};
        std::vector<execution::LeftOut> left_out;
        execution::Executed executed = execution::build(parent, genesis.params, header, pool, store, left_out);
        for (const execution::LeftOut& one : left_out) drop_left_out(one);
        if (executed.txs.empty() && !build->may_be_empty) return fail_build();
        const chain::Justification justification = build->justification;
        build.reset();
        std::vector<Hash> hashes;
        for (const execution::TxPtr& tx : executed.txs) hashes.push_back(tx->hash);
        Candidate* candidate = candidates.add(executed.tip.header, justification, std::move(hashes));
        if (candidate == nullptr) return;
        for (const execution::TxPtr& tx : executed.txs) candidates.fill(tx);
        candidate->executed = std::make_shared<const execution::Executed>(std::move(executed));
        candidates.count(*candidate);
        own_proposals.insert(candidate->hash);
        Effects effects;
        core->on_built(now.steady, candidate->header, justification, effects);
        absorb(effects);
    }

    void fail_build() {
        const View view = build->view;
        build.reset();
        Effects effects;
        core->on_build_failed(now.steady, view, effects);
        absorb(effects);
    }

    // Waiting transactions that do not stand in the branch under `parent`.
    std::vector<execution::TxPtr> waiting_for(const Hash& parent) {
        std::set<Hash> taken;
        for (Hash at = parent; at != tip.hash;) {
            const Candidate* candidate = candidates.find(at);
            if (candidate == nullptr) break;
            for (const execution::TxPtr& tx : candidate->txs) taken.insert(tx->id);
            at = candidate->header.parent;
        }
        return mempool.oldest(static_cast<std::size_t>(genesis.params.block_tx_max),
                              [&taken](const execution::TxPtr& tx) { return taken.contains(tx->id); });
    }

    void drop_left_out(const execution::LeftOut& one) {
        const bool later = one.why.code == Code::E_NOT_YET_VALID;
        const bool unfinal = one.why.code == Code::E_DUPLICATE_SUBMISSION &&
                             (!one.why.conflict || one.why.conflict->height > tip.header.height);
        if (!later && !unfinal) give_up_tx(one.tx_id, one.why);
    }

    // --- finality -------------------------------------------------------------------------------

    void finalize(const Effects::Final& final) {
        std::vector<Hash> path;
        for (Hash at = final.block; at != tip.hash;) {
            Candidate* candidate = candidates.find(at);
            if (candidate == nullptr || candidate->missing > 0) {
                awaited = final;
                fetch_block(at, std::nullopt);
                return;
            }
            if (candidate->header.height <= tip.header.height) return;  // final already
            path.push_back(at);
            at = candidate->header.parent;
        }
        if (execute(final.block) != Verdict::valid) {
            awaited = final;
            note("final_block_not_executable", core->view(), to_hex(final.block));
            return;
        }
        awaited.reset();
        for (auto at = path.rbegin(); at != path.rend(); ++at) {
            const Candidate& candidate = *candidates.find(*at);
            std::optional<chain::QuorumCert> own;
            if (*at == final.block) own = final.finalization;
            apply_final(candidate.executed, candidate.justification, own);
        }
        candidates.drop_to(tip.header.height);
        out->journal_floor = tip.header.view;
    }

    // The only way a block becomes final here.
    void apply_final(const std::shared_ptr<const execution::Executed>& executed, const chain::Justification& justification,
                     const std::optional<chain::QuorumCert>& finalization) {
        ENSURE(executed->tip.header.parent == tip.hash, "final blocks in order");
        tip = executed->tip;
        uncommitted.push_back({executed, finalization});
        chain::Body body;
        for (const execution::TxPtr& tx : executed->txs) body.push_back(tx->jws);
        out->log.push_back({{executed->tip.header, std::move(body), justification}, finalization});
        for (std::size_t i = 0; i < executed->txs.size(); ++i) {
            const Hash& id = executed->txs[i]->id;
            mempool.remove(id);
            const auto waiting = tickets.find(id);
            if (waiting == tickets.end()) continue;
            for (const std::uint64_t ticket : waiting->second) {
                Answer answer;
                answer.ticket = ticket;
                answer.tx_id = id;
                answer.status = Answer::Status::committed;
                answer.where = {executed->tip.header.height, static_cast<std::uint32_t>(i)};
                answer.outcome = executed->outcomes[i];
                out->answers.push_back(std::move(answer));
            }
            tickets.erase(waiting);
        }
        out->finalized.push_back({executed, finalization.value_or(chain::QuorumCert{})});
    }

    // The shell has made the last turn durable.
    void commit_pending() {
        for (const Uncommitted& one : uncommitted) {
            kv::Batch extra;
            index::add_block(*one.executed, one.finalization, extra);
            execution::commit(*one.executed, store, std::move(extra));
        }
        uncommitted.clear();
    }

    // --- catch-up and serving -------------------------------------------------------------------

    void take_greeting(MemberIndex from, const wire::Greeting& greeting) {
        if (greeting.epoch != members.epoch()) return;
        peers[from].height = greeting.height;  // a hint: never moves state (E15)
        peers[from].clock_off_ms = greeting.wall.value - now.wall.value;
        if (greeting.floor) take_cert(*greeting.floor);
        if (greeting.entry) take_cert(*greeting.entry);
        // A peer behind our view lacks what we entered with.
        if (greeting.view < core->view()) {
            if (const auto entry = core->entry_cert()) send(from, wire::CertMsg{*entry});
        }
        maybe_sync();
    }

    void maybe_sync() {
        if (sync && now.steady - sync->asked < Millis{kSyncAgainMs}) return;
        std::optional<MemberIndex> best;
        for (std::size_t i = 0; i < peers.size(); ++i) {
            const auto member = static_cast<MemberIndex>((i + config.self + 1 + (sync ? sync->from : 0)) % peers.size());
            const Peer& peer = peers[member];
            if (member == config.self || !peer.up || peer.bad_until > now.steady) continue;
            if (peer.height > tip.header.height.next() && (!best || peer.height > peers[*best].height)) best = member;
        }
        if (!best) {
            sync.reset();
            return;
        }
        sync = Sync{*best, now.steady};
        send(*best, wire::FetchRange{tip.header.height.next(), kRangeBlocks});
    }

    void blame(MemberIndex from, const char* why) {
        peers[from].bad_until = now.steady + Millis{kBadPeerMs};
        peers[from].height = Height(0);
        note("sync_rejected", core->view(), members.at(from).name + ": " + why);
        sync.reset();
        maybe_sync();
    }

    // Blocks up to one with its own finalization are checked whole before any of them is stored (T12).
    void take_range(MemberIndex from, const wire::Range& range) {
        if (!sync || sync->from != from) return;  // not asked for
        const Height before = tip.header.height;
        std::size_t begin = 0;
        while (begin < range.blocks.size() && range.blocks[begin].block.header.height <= tip.header.height) ++begin;
        for (std::size_t end = begin; end < range.blocks.size(); ++end) {
            if (!range.blocks[end].finalization) continue;
            if (!take_covered(from, range.blocks, begin, end)) return;
            begin = end + 1;
        }
        sync.reset();
        // A claim that brought nothing counts no more until the next greeting: else a liar is asked without end.
        if (tip.header.height == before) peers[from].height = Height(0);
        maybe_sync();
    }

    bool take_covered(MemberIndex from, const std::vector<chain::FinalBlock>& range, std::size_t begin, std::size_t end) {
        const chain::QuorumCert& cert = *range[end].finalization;
        const Hash last = chain::hash_of(range[end].block.header);
        if (cert.statement.kind != chain::VoteKind::finalize || cert.statement.block != last ||
            !chain::verify(cert, members, tag).ok()) {
            blame(from, "finalization");
            return false;
        }
        Hash parent = tip.hash;
        for (std::size_t i = begin; i <= end; ++i) {
            if (range[i].block.header.parent != parent) {
                blame(from, "link");
                return false;
            }
            parent = chain::hash_of(range[i].block.header);
        }
        for (std::size_t i = begin; i <= end; ++i) {
            const chain::Block& block = range[i].block;
            if (!chain::verify_links(block.header, block.justification, members, tag).ok()) {
                blame(from, "justification");
                return false;
            }
            std::vector<execution::TxPtr> txs;
            for (const std::string& jws : block.body) {
                txs.push_back(check_tx(jws));
                if (txs.back() == nullptr) {
                    blame(from, "transaction");
                    return false;
                }
            }
            // Carried out live already: the same block need not be carried out again.
            if (const Candidate* known = candidates.find(chain::hash_of(block.header)); known != nullptr && known->executed) {
                apply_final(known->executed, block.justification, range[i].finalization);
                continue;
            }
            auto executed = execution::check(tip, genesis.params, block.header, txs, store);
            if (!executed.ok()) {
                blame(from, executed.error().what.c_str());
                return false;
            }
            apply_final(std::make_shared<const execution::Executed>(std::move(executed).value()), block.justification,
                        range[i].finalization);
        }
        candidates.drop_to(tip.header.height);
        out->journal_floor = tip.header.view;
        if (awaited && !candidates.find(awaited->block)) awaited.reset();
        Effects effects;
        core->on_floor(now.steady, {tip.header.view, tip.hash, cert}, effects);
        absorb(effects);
        return true;
    }

    void serve_txs(MemberIndex from, const wire::FetchTxs& fetch) {
        wire::Txs reply;
        std::size_t bytes = 0;
        const Candidate* candidate = candidates.find(fetch.block);
        for (const Hash& hash : fetch.tx_hashes) {
            execution::TxPtr tx = mempool.find_hash(hash);
            if (tx == nullptr && candidate != nullptr) {
                for (std::size_t i = 0; i < candidate->txs.size(); ++i) {
                    if (candidate->tx_hashes[i] == hash) tx = candidate->txs[i];
                }
            }
            if (tx == nullptr) continue;
            bytes += tx->jws.size();
            if (bytes > kRangeBytesMax) break;
            reply.jws.push_back(tx->jws);
        }
        if (!reply.jws.empty()) send(from, std::move(reply));
    }

    void serve_block(MemberIndex from, const wire::FetchBlock& fetch) {
        if (const Candidate* candidate = candidates.find(fetch.block)) {
            if (candidate->missing == 0) {
                send(from, wire::BlockMsg{{candidate->header, candidate->body(), candidate->justification}});
            }
            return;
        }
        // Final meanwhile: the newest few are what a peer in the same view asks for.
        for (std::uint64_t i = 0; i < 8 && i < tip.header.height.value; ++i) {
            const auto block = blocks.at(Height(tip.header.height.value - i));
            if (block && chain::hash_of(block->block.header) == fetch.block) {
                send(from, wire::BlockMsg{block->block});
                return;
            }
        }
    }

    void serve_range(MemberIndex from, const wire::FetchRange& fetch) {
        wire::Range reply;
        std::size_t bytes = 0;
        const std::uint32_t count = std::min(fetch.count, kRangeBlocks);
        for (std::uint32_t i = 0; i < count && bytes < kRangeBytesMax; ++i) {
            auto block = blocks.at(fetch.from.plus(i));
            if (!block) break;
            for (const std::string& jws : block->block.body) bytes += jws.size();
            bytes += 1024;
            reply.blocks.push_back(*std::move(block));
        }
        // The newest block may be final through one that is not in the log yet: without cover it helps nobody.
        while (!reply.blocks.empty() && !reply.blocks.back().finalization) reply.blocks.pop_back();
        send(from, std::move(reply));
    }

    void serve_cert(MemberIndex from, const wire::FetchCert& fetch) {
        if (fetch.epoch != members.epoch()) return;
        for (const chain::VoteKind kind : {chain::VoteKind::notarize, chain::VoteKind::nullify, chain::VoteKind::finalize}) {
            if (fetch.kind && *fetch.kind != kind) continue;
            if (const auto cert = core->cert(kind, fetch.view)) send(from, wire::CertMsg{*cert});
        }
    }

    void take_message(MemberIndex from, const wire::Message& message) {
        peers[from].heard = now.steady;
        core->on_heard(now.steady, from);
        struct Route {
            Impl& self;
            MemberIndex from;
            void operator()(const wire::Greeting& m) const { self.take_greeting(from, m); }
            void operator()(const wire::Proposal& m) const { self.take_proposal(from, m); }
            void operator()(const wire::VoteMsg& m) const { self.take_vote(m.vote); }
            void operator()(const wire::CertMsg& m) const { self.take_cert(m.cert); }
            void operator()(const wire::Txs& m) const {
                for (const std::string& jws : m.jws) {
                    if (execution::TxPtr tx = self.check_tx(jws)) self.take_tx({tx, from, 0});
                }
            }
            void operator()(const wire::FetchTxs& m) const { self.serve_txs(from, m); }
            void operator()(const wire::FetchCert& m) const { self.serve_cert(from, m); }
            void operator()(const wire::FetchBlock& m) const { self.serve_block(from, m); }
            void operator()(const wire::BlockMsg& m) const {
                if (self.wanted(m.block)) self.take_block(m.block);
            }
            void operator()(const wire::FetchRange& m) const { self.serve_range(from, m); }
            void operator()(const wire::Range& m) const { self.take_range(from, m); }
        };
        std::visit(Route{*this, from}, message);
        retry_checks();
    }

    // A block nobody asked for takes no memory.
    [[nodiscard]] bool wanted(const chain::Block& block) {
        const Hash hash = chain::hash_of(block.header);
        return block.header.height > tip.header.height && (candidates.find(hash) != nullptr || block_asked.contains(hash));
    }

    void update_load() {
        for (auto& [hash, candidate] : candidates.all()) {
            if (candidate.counted && core->cert(chain::VoteKind::nullify, candidate.header.view) &&
                !core->cert(chain::VoteKind::notarize, candidate.header.view)) {
                candidates.uncount(candidate);
            }
        }
        Effects effects;
        core->on_load(now.steady, mempool.count() > candidates.under_way(), effects);
        absorb(effects);
    }
};

Replica::Replica(const chain::Genesis& genesis, const Config& config, state::Store& store, const BlockSource& blocks,
                 Recovered recovered, Now now)
    : impl_(std::make_unique<Impl>(genesis, config, store, blocks, recovered, now)) {}
Replica::~Replica() = default;

void Replica::start(Now now, Turn& out) {
    impl_->now = now;
    impl_->out = &out;
    Effects effects;
    impl_->core->start(effects);
    impl_->absorb(effects);
    settle(now, out);
}

void Replica::step(Now now, const Input& input, Turn& out) {
    impl_->now = now;
    impl_->out = &out;
    impl_->commit_pending();
    struct Take {
        Impl& self;
        void operator()(const Tick&) const {
            Effects effects;
            self.core->on_tick(self.now.steady, effects);
            self.absorb(effects);
            self.maybe_sync();
            self.retry_checks();
        }
        void operator()(const PeerUp& m) const {
            self.peers[m.member].up = true;
            self.peers[m.member].heard = self.now.steady;
            self.send(m.member, self.greeting());
        }
        void operator()(const PeerDown& m) const { self.peers[m.member].up = false; }
        void operator()(const FromPeer& m) const { self.take_message(m.from, m.message); }
        void operator()(const NewTx& m) const {
            self.take_tx(m);
            if (!self.checks.empty() || self.awaited) self.retry_checks();
        }
        void operator()(const OwnVote& m) const { self.take_own_vote(m.vote); }
    };
    std::visit(Take{*impl_}, input);
}

void Replica::settle(Now now, Turn& out) {
    impl_->now = now;
    impl_->out = &out;
    impl_->update_load();
    if (impl_->build) impl_->try_build();
}

void Replica::commit_final() { impl_->commit_pending(); }

Replica::Status Replica::status(Now now) const {
    Status status;
    status.consensus = impl_->core->progress();
    status.height = impl_->tip.header.height;
    status.tip_time = impl_->tip.header.time;
    status.tip = impl_->tip.hash;
    status.mempool_count = impl_->mempool.count();
    status.mempool_bytes = impl_->mempool.bytes();
    std::vector<std::int64_t> offsets{0};
    for (std::size_t i = 0; i < impl_->peers.size(); ++i) {
        const Impl::Peer& peer = impl_->peers[i];
        if (peer.up) {
            status.connected.push_back(static_cast<MemberIndex>(i));
            offsets.push_back(peer.clock_off_ms);
        }
        status.heard_ms_ago.push_back(peer.heard.value < 0 ? -1 : (now.steady - peer.heard).value);
    }
    std::sort(offsets.begin(), offsets.end());
    status.clock_off_median_ms = offsets[offsets.size() / 2];
    if (impl_->sync) status.syncing_to = impl_->peers[impl_->sync->from].height;
    return status;
}

const execution::Tip& Replica::final_tip() const { return impl_->tip; }

std::optional<Answer> Replica::find_tx(const Hash& tx_id) const {
    if (impl_->mempool.find_id(tx_id) == nullptr) return std::nullopt;
    Answer answer;
    answer.tx_id = tx_id;
    return answer;
}

}  // namespace quanlu::replica
