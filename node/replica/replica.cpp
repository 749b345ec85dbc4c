// Routes: every decision about data is a part's (Simplex, Mempool, Candidates, execution). Blocks
// become final in one place, apply_final, whether consensus or catch-up brought them. What is final
// is committed to the state store at the start of the next step, when the shell has made the block
// log durable: the store is never ahead of the log.
#include "node/replica/impl.h"

#include <algorithm>

namespace quanlu::replica {

Replica::Impl::Impl(const chain::Genesis& g, const Config& c, state::Store& s, const BlockSource& b,
                    Recovered& recovered, Now start)
    : genesis(g),
      members(g.member_set()),
      tag(g.tag()),
      config(c),
      store(s),
      blocks(b),
      tip(recovered.tip),
      mempool(c.mempool_count_max, c.mempool_bytes_max),
      peers(members.n()),
      now(start) {
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
    core = std::make_unique<consensus::Simplex>(genesis.params, members, tag, config.self, restored,
                                                start.steady);
    for (const chain::Block& block : recovered.bodies) {
        if (block.header.height <= tip.header.height) continue;
        take_block(block);
    }
}

void Replica::Impl::note(const char* code, View view, std::string detail) {
    out->notes.push_back({code, view, std::move(detail)});
}

void Replica::Impl::send(std::optional<MemberIndex> to, wire::Message message) {
    out->send.push_back({to, std::move(message)});
}

void Replica::Impl::absorb(Effects& effects) {
    for (const consensus::Keep& keep : effects.keep) {
        Candidate* candidate = candidates.find(keep.block);
        ENSURE(candidate != nullptr && candidate->missing == 0);
        if (!candidate->kept)
            out->keep.push_back({candidate->header, candidate->body(), candidate->justification});
        candidate->kept = true;
    }
    for (consensus::Cast& cast : effects.cast) out->cast.push_back(std::move(cast));
    for (consensus::SendCert& cert : effects.send_certs)
        send(cert.to, wire::CertMsg{std::move(cert.cert)});
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

void Replica::Impl::fetch_cert(const consensus::NeedCert& need) {
    const auto asked = cert_asked.find(need.view);
    if (asked != cert_asked.end() && now.steady - asked->second < Millis{kFetchAgainMs}) return;
    if (cert_asked.size() > 256) cert_asked.clear();
    cert_asked[need.view] = now.steady;
    send(need.ask, wire::FetchCert{need.kind, members.epoch(), need.view});
}

void Replica::Impl::resend_proposal(const chain::SignedVote& vote) {
    if (vote.vote.kind != chain::VoteKind::notarize || vote.vote.view != core->view()) return;
    const Candidate* candidate = candidates.find(vote.vote.block);
    if (candidate == nullptr || candidate->header.proposer != config.self) return;
    send(std::nullopt,
         wire::Proposal{candidate->header, candidate->tx_hashes, candidate->justification, vote});
}

wire::Greeting Replica::Impl::greeting() const {
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

void Replica::Impl::take_proposal(MemberIndex from, const wire::Proposal& message) {
    if (message.header.view <= core->floor().view) return;
    auto checked = consensus::CheckedProposal::check(
        {message.header, {}, message.justification, message.leader_vote}, members, tag);
    if (!checked.ok()) {
        note("proposal_rejected", message.header.view,
             std::string(chain::to_text(checked.error())));
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

void Replica::Impl::take_vote(const chain::SignedVote& vote) {
    const auto verified = chain::verify(vote, members, tag);
    if (!verified.ok()) {
        note("vote_rejected", vote.vote.view, std::string(chain::to_text(verified.error())));
        return;
    }
    Effects effects;
    core->on_vote(now.steady, *verified, effects);
    absorb(effects);
}

void Replica::Impl::take_cert(const chain::QuorumCert& cert) {
    if (cert.statement.view < core->floor().view) return;
    if (const auto held = core->cert(cert.statement.kind, cert.statement.view))
        return;  // nothing new in it
    const auto verified = chain::verify(cert, members, tag);
    if (!verified.ok()) {
        note("certificate_rejected", cert.statement.view,
             std::string(chain::to_text(verified.error())));
        return;
    }
    Effects effects;
    core->on_cert(now.steady, *verified, effects);
    absorb(effects);
}

void Replica::Impl::take_own_vote(const chain::SignedVote& vote) {
    const Candidate* candidate = candidates.find(vote.vote.block);
    if (vote.vote.kind == chain::VoteKind::notarize && candidate != nullptr &&
        own_proposals.erase(vote.vote.block) == 1) {
        // Durable now: the signature of the proposal may leave (T17).
        send(std::nullopt, wire::Proposal{candidate->header, candidate->tx_hashes,
                                          candidate->justification, vote});
    } else {
        send(std::nullopt, wire::VoteMsg{vote});
    }
    take_vote(vote);
}

void Replica::Impl::try_build() {
    if (!build || build->view != core->view()) {
        build.reset();
        return;
    }
    if (build->parent != tip.hash && execute(build->parent) != Verdict::valid)
        return;  // asked again when it came
    const execution::Tip parent = *tip_of(build->parent);
    const std::vector<execution::TxPtr> pool = waiting_for(build->parent);
    if (pool.empty() && !build->may_be_empty) return fail_build();
    chain::Header header;
    header.epoch = members.epoch();
    header.view = build->view;
    header.proposer = config.self;
    header.time = UnixMillis{std::max(now.wall.value, parent.header.time.value + 1)};
    std::vector<execution::LeftOut> left_out;
    execution::Executed executed =
        execution::build(parent, genesis.params, header, pool, store, left_out);
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

void Replica::Impl::fail_build() {
    const View view = build->view;
    build.reset();
    Effects effects;
    core->on_build_failed(now.steady, view, effects);
    absorb(effects);
}

void Replica::Impl::drop_left_out(const execution::LeftOut& one) {
    const bool later = one.why.code == Code::E_NOT_YET_VALID;
    const bool unfinal = one.why.code == Code::E_DUPLICATE_SUBMISSION &&
                         (!one.why.conflict || one.why.conflict->height > tip.header.height);
    if (!later && !unfinal) give_up_tx(one.tx_id, one.why);
}

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

const execution::Tip& Replica::final_tip() const {
    return impl_->tip;
}

std::optional<Answer> Replica::find_tx(const Hash& tx_id) const {
    if (impl_->mempool.find_id(tx_id) == nullptr) return std::nullopt;
    Answer answer;
    answer.tx_id = tx_id;
    return answer;
}

}  // namespace quanlu::replica
