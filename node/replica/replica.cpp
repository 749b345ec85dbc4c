// The road of inputs, and of what consensus asks for. Nothing here decides about data (impl.h).
// What is final is committed to the state store when the shell has made the block log durable.
#include "node/replica/replica.h"

#include <algorithm>

#include "crypto/hash.h"
#include "node/replica/impl.h"

namespace quanlu::replica {

namespace {

Mempool::Limits limits_of(const Config& config) {
    return {config.mempool_count_max, config.mempool_bytes_max,
            std::max<std::size_t>(1, config.mempool_count_max / kPartyShare),
            std::max(chain::kTxBytesMax, config.mempool_bytes_max / kPartyShare)};
}

// Another one at each start, whatever the clocks say.
std::uint64_t new_life(const Config& config, Now now) {
    Writer out;
    out.u32(config.self);
    out.u64(config.seed);
    out.i64(now.wall.value);
    out.i64(now.steady.value);
    return Reader(crypto::sha256(out.bytes()).view()).u64() | 1;
}

}  // namespace

Replica::Impl::Impl(const chain::Genesis& g, const Config& c, state::Store& s, const BlockSource& b,
                    Recovered& recovered, Now start)
    : genesis(g),
      members(g.member_set()),
      tag(g.tag()),
      config(c),
      store(s),
      blocks(b),
      tip(recovered.tip),
      mempool(limits_of(c)),
      peers(members.n(), c.self),
      sync(members.n()),
      life(new_life(c, start)),
      now(start) {
    consensus::Restored restored;
    restored.floor = {tip.header.view, tip.hash, std::nullopt};
    // A certificate of a later block belongs to that block: it comes again as a certificate.
    if (recovered.floor && recovered.floor->statement.block == tip.hash) {
        restored.floor.cert = recovered.floor;
    } else if (recovered.floor) {
        recovered.certs.push_back(*recovered.floor);
    }
    restored.own = std::move(recovered.own_votes);
    restored.certs = std::move(recovered.certs);
    restored.memory = !config.heeds_memory      ? consensus::Memory::confirmed
                      : recovered.memory_intact ? consensus::Memory::unconfirmed
                                                : consensus::Memory::lost;
    core = std::make_unique<consensus::Simplex>(genesis.params, members, tag, config.self, restored,
                                                start.steady);
    if (recovered.memory_intact) remembers_above = View(0);
    if (recovered.memory_intact && config.heeds_memory)
        roll_call.emplace(members.quorum() - 1, members.n() - 1, life, start.steady);
    if (!recovered.memory_intact && config.rejoin_by_quorum)
        roll_call.emplace(members.quorum(), members.n() - 1, life, start.steady);
    for (const chain::Block& block : recovered.bodies) {
        if (block.header.height > tip.header.height) take_block(block);
    }
}

void Replica::Impl::note(const char* code, View view, std::string detail) {
    out->notes.push_back({code, view, std::move(detail)});
}

void Replica::Impl::send(std::optional<MemberIndex> to, wire::Message message) {
    out->send.push_back({to, std::move(message)});
}

// --- inputs

void Replica::Impl::take(const Input& input) {
    struct Take {
        Impl& self;
        void operator()(const Tick&) const {
            self.call_roll();
            self.something_came = true;  // what was asked for may be asked of another
            Effects effects;
            self.core->on_tick(self.now.steady, effects);
            self.absorb(effects);
        }
        void operator()(const PeerUp& m) const {
            self.peers.set_up(m.member, true);
            self.peers.heard(m.member, self.now.steady);
            self.send(m.member, self.question());
            self.tell_waiting(m.member);
        }
        void operator()(const PeerDown& m) const {
            self.peers.set_up(m.member, false);
            self.sync.gone(m.member);
        }
        void operator()(const FromPeer& m) const { self.take_message(m.from, m.message); }
        void operator()(const NewTx& m) const { self.take_tx(m); }
        void operator()(const OwnVote& m) const { self.take_own_vote(m.vote); }
    };
    std::visit(Take{*this}, input);
}

void Replica::Impl::take_message(MemberIndex from, const wire::Message& message) {
    struct Route {
        Impl& self;
        MemberIndex from;
        void operator()(const wire::Greeting& m) const { self.take_greeting(from, m); }
        void operator()(const wire::Proposal& m) const { self.take_proposal(from, m); }
        void operator()(const wire::VoteMsg& m) const { self.take_vote(m.vote); }
        void operator()(const wire::CertMsg& m) const { self.take_cert(m.cert); }
        void operator()(const wire::Txs& m) const {
            for (const std::string& jws : m.jws) {
                const CheckedTx checked = self.check_tx(jws);
                if (checked.is_proven) {
                    self.take_tx({checked.tx, from, 0});
                } else if (checked.tx != nullptr) {
                    self.candidates.fill(checked.tx, false);
                    self.something_came = true;
                }
            }
        }
        void operator()(const wire::FetchTxs& m) const { self.serve_txs(from, m); }
        void operator()(const wire::FetchCert& m) const { self.serve_cert(from, m); }
        void operator()(const wire::FetchBlock& m) const { self.serve_block(from, m); }
        void operator()(const wire::BlockMsg& m) const { self.take_fetched(from, m.block); }
        void operator()(const wire::FetchRange& m) const { self.serve_range(from, m); }
        void operator()(const wire::Range& m) const { self.take_range(from, m); }
    };
    if (from >= members.n() || from == config.self) return;
    peers.heard(from, now.steady);
    core->on_heard(now.steady, from);
    std::visit(Route{*this, from}, message);
}

void Replica::Impl::take_vote(const chain::SignedVote& vote) {
    const auto verified = chain::verify(vote, members, tag);
    if (!verified.ok())
        return note("vote_rejected", vote.vote.view, std::string(chain::to_text(verified.error())));
    peers.voted(vote);
    Effects effects;
    core->on_vote(now.steady, *verified, effects);
    absorb(effects);
}

void Replica::Impl::take_cert(const chain::QuorumCert& cert) {
    const chain::Vote& what = cert.statement;
    if (what.view < core->floor().view) return;
    const auto held = core->cert(what.kind, what.view);
    if (held && held->statement == what) return;  // nothing new in it
    const auto verified = chain::verify(cert, members, tag);
    if (!verified.ok()) {
        return note("certificate_rejected", what.view,
                    std::string(chain::to_text(verified.error())));
    }
    something_came = true;
    Effects effects;
    core->on_cert(now.steady, *verified, effects);
    absorb(effects);
}

void Replica::Impl::take_own_vote(const chain::SignedVote& vote) {
    const Candidate* candidate = candidates.find(vote.vote.block);
    const bool is_proposal = vote.vote.kind == chain::VoteKind::notarize && candidate != nullptr &&
                             own_proposal == vote.vote.block;
    if (is_proposal) {
        // Durable now: the signature of the proposal may leave (T17).
        own_proposal.reset();
        send(std::nullopt, wire::Proposal{candidate->header, candidate->tx_hashes,
                                          candidate->justification, vote});
    } else {
        send(std::nullopt, wire::VoteMsg{vote});
    }
    take_vote(vote);
}

// --- clocks

void Replica::Impl::watch_clock() {
    const bool is_wrong = peers.is_clock_wrong(members.quorum(), genesis.params.clock_eps_ms);
    if (is_wrong != was_clock_wrong) {
        note(is_wrong ? "clock_wrong" : "clock_right", core->view(),
             "the median member is " + std::to_string(peers.clock_off_median_ms()) + " ms ahead");
    }
    was_clock_wrong = is_wrong;
}

// --- what consensus asks for

void Replica::Impl::absorb(Effects& effects) {
    for (const consensus::Keep& keep : effects.keep) {
        Candidate* candidate = candidates.find(keep.block);
        ENSURE(candidate != nullptr && candidate->missing == 0, "a vote names a block held here");
        if (!candidate->is_kept)
            out->keep.push_back({candidate->header, candidate->body(), candidate->justification});
        candidate->is_kept = true;
    }
    for (consensus::Cast& cast : effects.cast) out->cast.push_back(std::move(cast));
    for (consensus::SendCert& cert : effects.send_certs)
        send(cert.to, wire::CertMsg{std::move(cert.cert)});
    for (const consensus::SendVote& vote : effects.send_votes) {
        send(std::nullopt, wire::VoteMsg{vote.vote});
        resend_proposal(vote.vote);
    }
    if (effects.greet) send(std::nullopt, greeting());
    for (consensus::NeedBuild& need : effects.builds) {
        build = std::move(need);
        build_since = now.steady;
    }
    for (const consensus::NeedCert& need : effects.certs) fetch_cert(need);
    if (effects.unknown_own) take_unknown_own(*effects.unknown_own);
    for (consensus::Evidence& one : effects.evidence) out->evidence.push_back(std::move(one));
    for (consensus::Note& one : effects.notes) out->notes.push_back(std::move(one));
    out->wake_at = std::min(out->wake_at, effects.wake_at);
    for (const consensus::NeedCheck& need : effects.checks) to_check.push_back(need.block);
    for (Effects::Final& final : effects.finalized) to_finalize.push_back(std::move(final));
}

// Our vote for a block we built, sent again: others may lack the proposal too.
void Replica::Impl::resend_proposal(const chain::SignedVote& vote) {
    if (vote.vote.kind != chain::VoteKind::notarize || vote.vote.view != core->view()) return;
    const Candidate* candidate = candidates.find(vote.vote.block);
    if (candidate == nullptr || candidate->header.proposer != config.self) return;
    send(std::nullopt,
         wire::Proposal{candidate->header, candidate->tx_hashes, candidate->justification, vote});
}

void Replica::Impl::fetch_cert(const consensus::NeedCert& need) {
    const auto attempt = asked_certs.again(need.view, now.steady);
    if (!attempt) return;
    std::vector<MemberIndex> first;
    if (need.ask) first.push_back(*need.ask);
    if (const auto to = peers.choose(first, *attempt))
        send(*to, wire::FetchCert{need.kind, members.epoch(), need.view});
}

// Works off what consensus asked for in this step, and what waited for something that came.
void Replica::Impl::drain() {
    while (true) {
        if (!to_finalize.empty()) {
            const Effects::Final final = std::move(to_finalize.front());
            to_finalize.pop_front();
            finalize(final);
        } else if (!to_check.empty()) {
            const Hash block = to_check.front();
            to_check.pop_front();
            answer_check(block);
        } else if (something_came) {
            something_came = false;
            to_check.assign(checks.begin(), checks.end());
            if (awaited) to_finalize.push_back(*awaited);
        } else {
            return;
        }
    }
}

// Does anything wait here that no block holds? Blocks of views that were given up hold nothing.
void Replica::Impl::update_load() {
    for (auto& [hash, candidate] : candidates.all()) {
        const View view = candidate.header.view;
        if (!candidate.is_live || view >= core->view()) continue;
        if (core->cert(chain::VoteKind::nullify, view) &&
            !core->cert(chain::VoteKind::notarize, view)) {
            set_in_block(candidates.bury(candidate), false);
        }
    }
    Effects effects;
    core->on_load(now.steady, mempool.has_ready(), effects);
    absorb(effects);
}

// --- the outside

Replica::Replica(const chain::Genesis& genesis, const Config& config, state::Store& store,
                 const BlockSource& blocks, Recovered recovered, Now now)
    : impl_(std::make_unique<Impl>(genesis, config, store, blocks, recovered, now)) {}
Replica::~Replica() = default;

void Replica::start(Now now, Turn& out) {
    impl_->now = now;
    impl_->out = &out;
    Effects effects;
    impl_->core->start(effects);
    impl_->absorb(effects);
    impl_->call_roll();
    settle(now, out);
}

void Replica::step(Now now, const Input& input, Turn& out) {
    impl_->now = now;
    impl_->out = &out;
    impl_->take(input);
    impl_->drain();
}

void Replica::settle(Now now, Turn& out) {
    impl_->now = now;
    impl_->out = &out;
    impl_->catch_up();
    impl_->drain();
    impl_->update_load();
    impl_->drain();
    if (impl_->build) impl_->try_build();
    impl_->drain();
}

void Replica::commit_final() {
    impl_->commit_pending();
}

Replica::Status Replica::status(Now now) const {
    Status status;
    status.consensus = impl_->core->progress();
    status.height = impl_->tip.header.height;
    status.tip_time = impl_->tip.header.time;
    status.tip = impl_->tip.hash;
    status.mempool_count = impl_->mempool.count();
    status.mempool_bytes = impl_->mempool.bytes();
    status.connected = impl_->peers.connected();
    status.heard_ms_ago = impl_->peers.heard_ms_ago(now.steady);
    status.clock_off_median_ms = impl_->peers.clock_off_median_ms();
    if (impl_->roll_call) status.memory_answers_missing = impl_->roll_call->missing();
    const auto target = impl_->sync.target(status.height);
    if (target && *target > status.height.plus(kSyncLag)) status.syncing_to = target;
    return status;
}

const execution::Tip& Replica::final_tip() const {
    return impl_->tip;
}

std::optional<Answer> Replica::find_tx(const Hash& tx_id) const {
    if (impl_->mempool.find_id(tx_id) == nullptr && !impl_->candidates.holds(tx_id))
        return std::nullopt;
    Answer answer;
    answer.tx_id = tx_id;
    return answer;
}

}  // namespace quanlu::replica
