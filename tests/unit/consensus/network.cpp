// See network.h.
#include "network.h"

#include <algorithm>

#include "lasso.h"

namespace quanlu::consensus {

Weather Weather::of(std::uint64_t seed) {
    std::mt19937_64 random(seed * 7919 + 17);
    const auto draw = [&random](std::uint64_t below) { return random() % below; };
    Weather weather;
    weather.seed = seed;
    const std::size_t kSizes[] = {4, 4, 4, 1, 5, 7, 4, 4};
    weather.n = kSizes[draw(8)];
    weather.faults_ms = 1'000 + static_cast<std::int64_t>(draw(4'000));
    weather.loss_percent = draw(3) == 0 ? 0 : static_cast<unsigned>(draw(40));
    weather.duplicate_percent = static_cast<unsigned>(draw(20));
    weather.delay_max_ms = 1 + static_cast<std::int64_t>(draw(draw(3) == 0 ? 500 : 60));
    weather.crash_every_ms = draw(2) == 0 ? 0 : 100 + static_cast<std::int64_t>(draw(1'500));
    weather.partition_every_ms = draw(2) == 0 ? 0 : 200 + static_cast<std::int64_t>(draw(1'500));
    const std::size_t f = (weather.n - 1) / 3;
    for (std::size_t i = 0; i < f; ++i) {
        const auto member = static_cast<MemberIndex>(draw(weather.n));
        const std::uint64_t vice = draw(3);
        if (weather.silent.contains(member) || weather.twins.contains(member)) continue;
        if (vice == 0) weather.silent.insert(member);
        if (vice == 1) weather.twins.insert(member);
    }
    weather.bad_block_percent = static_cast<unsigned>(draw(50));
    return weather;
}

Network::Network(const Weather& weather)
    : weather_(weather),
      random_(weather.seed),
      members_(members_of(weather.n)),
      params_(test_params()),
      oracle_(weather.n, weather.twins),
      genesis_(block("genesis")) {
    params_.heartbeat_ms = 300;
    made_[genesis_] = {};
    for (MemberIndex i = 0; i < weather_.n; ++i) {
        const std::size_t copies = weather_.twins.contains(i) ? 2 : 1;
        for (std::size_t copy = 0; copy < copies; ++copy) {
            Peer peer;
            peer.member = i;
            peer.disk.floor = {View(0), genesis_, std::nullopt};
            peer.disk.chain = {genesis_};
            peers_.push_back(std::move(peer));
        }
    }
    for (Peer& peer : peers_) {
        if (!weather_.silent.contains(peer.member)) start(peer);
    }
}

std::optional<std::string> Network::run() {
    std::int64_t next_load = 0;
    std::int64_t next_crash = weather_.crash_every_ms;
    std::int64_t next_partition = weather_.partition_every_ms;
    while (now_ < Millis{weather_.faults_ms} && !oracle_.violation()) {
        if (now_ >= Millis{next_load}) {
            load();
            next_load = now_.value + 1 + draw(600);
        }
        if (weather_.crash_every_ms != 0 && now_ >= Millis{next_crash}) {
            Peer& peer =
                peers_[static_cast<std::size_t>(draw(static_cast<std::int64_t>(peers_.size())))];
            // All at once now and then: a power cut.
            const bool everybody = draw(8) == 0;
            for (Peer& one : peers_) {
                if (weather_.silent.contains(one.member) || (!everybody && &one != &peer)) continue;
                if (one.core)
                    crash(one);
                else
                    start(one);
            }
            next_crash = now_.value + 1 + draw(2 * weather_.crash_every_ms);
        }
        if (weather_.partition_every_ms != 0 && now_ >= Millis{next_partition}) {
            redraw_partition();
            next_partition = now_.value + 1 + draw(2 * weather_.partition_every_ms);
        }
        advance(now_ + Millis{20});
    }
    calm_ = true;
    cut_.clear();
    for (Peer& peer : peers_) {
        if (!peer.core && !weather_.silent.contains(peer.member)) start(peer);
    }
    // Two rounds: once could be luck. (f+2) leaders, each with its heartbeat and time-outs at the
    // longest D.
    const auto f = static_cast<std::int64_t>((weather_.n - 1) / 3);
    const Millis bound{static_cast<std::int64_t>(weather_.progress) * (f + 2) *
                       (params_.heartbeat_ms + 3 * params_.delta_max_ms + 200)};
    for (int round = 0; round < 2 && !oracle_.violation(); ++round) {
        const std::uint64_t before = oracle_.height();
        const Millis end = now_ + bound;
        const std::uint64_t goal = before + weather_.progress - 1;
        test::Lasso lasso(params_.heartbeat_ms + 3 * params_.delta_max_ms + 2 * params_.delta_ms);
        while (now_ < end && !everybody_beyond(goal) && !oracle_.violation()) {
            advance(now_ + Millis{20});
            if (lasso.repeats(now_.value, state()))
                oracle_.fail("no liveness, the same again and again" + state(), View(0));
        }
        if (!everybody_beyond(goal))
            oracle_.fail("no liveness beyond height " + std::to_string(before) + state(), View(0));
    }
    return oracle_.violation();
}

// Where each process stands, for whoever looks into a failure.
std::string Network::state() const {
    std::string text;
    for (const Peer& peer : peers_) {
        text += "; m" + std::to_string(peer.member) + (is_liar(peer) ? " (twin)" : "");
        if (!peer.core) {
            text += " down";
            continue;
        }
        const Progress progress = peer.core->progress();
        text += " final " + std::to_string(peer.disk.chain.size() - 1) + " view " +
                std::to_string(progress.view.value) + " floor " +
                std::to_string(progress.floor.view.value) + " n/u/f " +
                std::to_string(progress.notarized_by) + "/" +
                std::to_string(progress.nullified_by) + "/" + std::to_string(progress.finalized_by);
        if (progress.missing_cert)
            text += " lacks a certificate of " + std::to_string(progress.missing_cert->value);
        if (!progress.may_vote) text += " may not vote";
    }
    return text;
}

bool Network::everybody_beyond(std::uint64_t height) const {
    return std::all_of(peers_.begin(), peers_.end(), [&](const Peer& peer) {
        return is_liar(peer) || weather_.silent.contains(peer.member) ||
               peer.disk.chain.size() > height + 1;
    });
}

void Network::start(Peer& peer) {
    ++peer.life;
    peer.bodies = peer.disk.bodies;
    peer.checks.clear();
    peer.built.clear();
    peer.awaited.clear();
    peer.pending = false;
    Restored restored;
    restored.floor = peer.disk.floor;
    restored.own = peer.disk.votes;
    restored.certs = peer.disk.certs;
    restored.memory = Memory::unconfirmed;
    peer.core =
        std::make_unique<Simplex>(params_, members_, test_tag(), peer.member, restored, now_);
    input(peer, [](Simplex& core, Effects& out) { core.start(out); });
    // The others answer some time; what they may say is the whole replica's business (tests/sim).
    later(peer, draw(30), [this](Peer& self) { confirm(self); });
}

void Network::confirm(Peer& peer) {
    input(peer, [this](Simplex& core, Effects& out) { core.on_memory(now_, View(0), out); });
}

void Network::crash(Peer& peer) {
    peer.core.reset();
    ++crashes_;
}

void Network::advance(Millis until) {
    while (!oracle_.violation()) {
        Millis next = until;
        Peer* timer = nullptr;
        for (Peer& peer : peers_) {
            if (peer.core && peer.wake < next) {
                next = peer.wake;
                timer = &peer;
            }
        }
        if (!events_.empty() && events_.begin()->first.first <= next) {
            auto event = events_.extract(events_.begin());
            now_ = std::max(now_, event.key().first);
            event.mapped()();
            continue;
        }
        now_ = std::max(now_, next);
        if (timer == nullptr) return;
        timer->wake = Millis{INT64_MAX};
        input(*timer, [this](Simplex& core, Effects& out) { core.on_tick(now_, out); });
    }
}

void Network::input(Peer& peer, const std::function<void(Simplex&, Effects&)>& what) {
    Effects effects;
    what(*peer.core, effects);
    carry_out(peer, effects);
}

void Network::carry_out(Peer& peer, Effects& effects) {
    peer.wake = std::max(effects.wake_at, now_ + Millis{1});
    most_votes_held_ = std::max(most_votes_held_, peer.core->votes_held());
    if (!effects.cast.empty()) {
        // One sync for the turn, some milliseconds later, never before that of the turn before; a
        // crash before loses all of it.
        peer.sync_at = std::max(peer.sync_at, now_ + Millis{draw(4)});
        later(peer, (peer.sync_at - now_).value,
              [this, keep = effects.keep, casts = effects.cast](Peer& self) {
                  make_durable(self, keep, casts);
              });
    }
    for (const SendCert& one : effects.send_certs) {
        if (!is_liar(peer)) oracle_.shown(one.cert);
        broadcast(peer, [this, cert = one.cert](Peer& to) { give(to, cert); });
    }
    for (const SendVote& one : effects.send_votes) {
        const auto vote = checked(one.vote, members_);
        broadcast(peer, [this, vote](Peer& to) {
            input(to, [&](Simplex& core, Effects& out) { core.on_vote(now_, vote, out); });
        });
    }
    if (effects.greet) greet(peer);
    for (const NeedBuild& need : effects.builds) {
        later(peer, draw(5), [this, need](Peer& self) { build(self, need); });
    }
    for (const NeedCheck& need : effects.checks) check(peer, need.block);
    for (const NeedCert& need : effects.certs) {
        for (Peer& to : peers_) {
            if (to.member == peer.member || (need.ask && *need.ask != to.member)) continue;
            const std::size_t asker = static_cast<std::size_t>(&peer - peers_.data());
            send(peer, to, [this, need, asker](Peer& asked) {
                for (const VoteKind kind :
                     {VoteKind::notarize, VoteKind::nullify, VoteKind::finalize}) {
                    const auto cert = asked.core->cert(kind, need.view);
                    if (!cert || (need.kind && *need.kind != kind)) continue;
                    send(asked, peers_[asker],
                         [this, cert = *cert](Peer& back) { give(back, cert); });
                }
            });
        }
    }
    if (!is_liar(peer)) {
        if (effects.unknown_own)
            oracle_.fail("a vote that it does not remember", effects.unknown_own->vote.view);
        for (const Evidence& one : effects.evidence) oracle_.evidence(one);
        for (const Effects::Final& one : effects.finalized) oracle_.shown(one.finalization);
    }
    for (const Effects::Final& one : effects.finalized)
        peer.awaited.insert_or_assign(one.finalization.statement.view, one);
    apply(peer);
    // A twin meets the other's votes, and goes on all the same.
    if (effects.unknown_own && is_liar(peer)) confirm(peer);
}

void Network::make_durable(Peer& peer, const std::vector<Keep>& keep,
                           const std::vector<Cast>& casts) {
    for (const Keep& one : keep) {
        if (!peer.bodies.contains(one.block))
            oracle_.fail("kept a body that is not there", View(0));
        peer.disk.bodies.insert(one.block);
    }
    for (const Cast& cast : casts) {
        const SignedVote vote = sign(cast.vote, peer.member);
        peer.disk.votes.push_back(vote);
        if (cast.basis) peer.disk.certs.push_back(*cast.basis);
        oracle_.signed_vote(vote);
        const auto verified_vote = checked(vote, members_);
        const auto proposal = peer.built.find(cast.vote.block);
        if (cast.vote.kind == VoteKind::notarize && proposal != peer.built.end()) {
            broadcast(peer, [this, proposal = proposal->second](Peer& to) {
                to.bodies.insert(proposal->hash);
                input(to,
                      [&](Simplex& core, Effects& out) { core.on_proposal(now_, proposal, out); });
                got_body(to, proposal->hash);
            });
        } else {
            broadcast(peer, [this, verified_vote](Peer& to) {
                input(to,
                      [&](Simplex& core, Effects& out) { core.on_vote(now_, verified_vote, out); });
            });
        }
        input(peer, [&](Simplex& core, Effects& out) { core.on_vote(now_, verified_vote, out); });
    }
}

void Network::build(Peer& peer, const NeedBuild& need) {
    if (need.parent != peer.disk.floor.block && !peer.bodies.contains(need.parent)) {
        fetch(peer, need.parent);
        later(peer, 30, [this, need](Peer& self) {
            if (self.core->view() == need.view) build(self, need);
        });
        return;
    }
    if (!peer.pending && !need.may_be_empty) {
        input(peer,
              [&](Simplex& core, Effects& out) { core.on_build_failed(now_, need.view, out); });
        return;
    }
    const std::uint64_t height = made_.at(need.parent).header.height.value + 1;
    const Header header = header_of(need.view.value, members_, need.parent, need.parent_view.value,
                                    height, std::to_string(++salt_));
    const Hash hash = chain::hash_of(header);
    const bool is_bad = is_liar(peer) && draw(100) < weather_.bad_block_percent;
    made_[hash] = {header, need.justification, is_bad, peer.pending};
    peer.bodies.insert(hash);
    auto proposal = CheckedProposal::check(
        {header, {}, need.justification, sign(notarize(need.view.value, hash), peer.member)},
        members_, test_tag());
    if (!proposal.ok()) return oracle_.fail("built a proposal nobody accepts", need.view);
    peer.built.emplace(hash, std::move(proposal).value());
    input(peer, [&](Simplex& core, Effects& out) {
        core.on_built(now_, header, need.justification, out);
    });
}

void Network::check(Peer& peer, const Hash& block) {
    bool is_bad = false;
    for (Hash at = block; at != peer.disk.floor.block;) {
        if (!peer.bodies.contains(at)) {
            peer.checks.insert(block);
            return fetch(peer, at);
        }
        const Made& made = made_.at(at);
        if (made.header.height <= made_.at(peer.disk.floor.block).header.height)
            return;  // of a dead branch
        is_bad |= made.is_bad;
        at = made.header.parent;
    }
    peer.checks.erase(block);
    later(peer, draw(6), [this, block, is_bad](Peer& self) {
        input(self, [&](Simplex& core, Effects& out) {
            core.on_checked(now_, block, is_bad ? Verdict::invalid : Verdict::valid, out);
        });
    });
}

void Network::apply(Peer& peer) {
    while (!peer.awaited.empty()) {
        const Effects::Final final = peer.awaited.begin()->second;
        std::vector<Hash> path;
        for (Hash at = final.block; at != peer.disk.floor.block;) {
            if (!peer.bodies.contains(at)) return draw(3) == 0 ? catch_up(peer) : fetch(peer, at);
            const Header& header = made_.at(at).header;
            if (header.height <= made_.at(peer.disk.floor.block).header.height) {
                path.clear();  // final already, through catch-up
                break;
            }
            path.push_back(at);
            at = header.parent;
        }
        peer.awaited.erase(peer.awaited.begin());
        for (auto at = path.rbegin(); at != path.rend(); ++at) {
            const Made& made = made_.at(*at);
            const Floor& floor = peer.disk.floor;
            if (made.is_bad) oracle_.fail("a bad block became final", made.header.view);
            if (!is_liar(peer)) {
                oracle_.finalized(static_cast<std::size_t>(&peer - peers_.data()), made.header, *at,
                                  floor.block, floor.view);
            }
            peer.disk.chain.push_back(*at);
            peer.disk.bodies.insert(*at);
            peer.disk.floor = {made.header.view, *at, std::nullopt};
            if (made.carries) peer.pending = false;
        }
        if (path.empty()) continue;
        peer.disk.floor.cert = final.finalization;
        const View floor = peer.disk.floor.view;
        std::erase_if(peer.disk.votes,
                      [&](const SignedVote& vote) { return vote.vote.view < floor; });
        std::erase_if(peer.disk.certs,
                      [&](const QuorumCert& cert) { return cert.statement.view < floor; });
        input(peer, [&](Simplex& core, Effects& out) { core.on_load(now_, peer.pending, out); });
    }
}

void Network::got_body(Peer& peer, const Hash& block) {
    peer.bodies.insert(block);
    const std::set<Hash> waiting = peer.checks;
    for (const Hash& one : waiting) check(peer, one);
    apply(peer);
}

void Network::fetch(Peer& peer, const Hash& block) {
    const std::size_t asker = static_cast<std::size_t>(&peer - peers_.data());
    Peer& to = peers_[static_cast<std::size_t>(draw(static_cast<std::int64_t>(peers_.size())))];
    send(peer, to, [this, block, asker](Peer& asked) {
        if (!asked.bodies.contains(block)) return;
        send(asked, peers_[asker], [this, block](Peer& back) { got_body(back, block); });
    });
    later(peer, 40, [this, block](Peer& self) {
        if (!self.bodies.contains(block) && (self.checks.size() + self.awaited.size()) > 0) {
            fetch(self, block);
        }
    });
}

// A range of final blocks from one peer, verified and applied elsewhere: here only the floor moves.
void Network::catch_up(Peer& peer) {
    const std::size_t asker = static_cast<std::size_t>(&peer - peers_.data());
    Peer& to = peers_[static_cast<std::size_t>(draw(static_cast<std::int64_t>(peers_.size())))];
    later(peer, 50, [this](Peer& self) { apply(self); });
    if (is_liar(to)) return;
    send(peer, to, [this, asker](Peer& asked) {
        const Disk given = asked.disk;
        send(asked, peers_[asker], [this, given](Peer& back) {
            if (given.chain.size() <= back.disk.chain.size() || !given.floor.cert) return;
            back.disk.chain = given.chain;
            back.disk.floor = given.floor;
            for (const Hash& one : given.chain) {
                back.bodies.insert(one);
                back.disk.bodies.insert(one);
            }
            std::erase_if(back.disk.votes, [&](const SignedVote& vote) {
                return vote.vote.view < given.floor.view;
            });
            input(back,
                  [&](Simplex& core, Effects& out) { core.on_floor(now_, given.floor, out); });
        });
    });
}

void Network::give(Peer& peer, const QuorumCert& cert) {
    if (peer.core->cert(cert.statement.kind, cert.statement.view)) return;
    const Verified<QuorumCert>& fact = verified(cert);
    input(peer, [&](Simplex& core, Effects& out) { core.on_cert(now_, fact, out); });
}

void Network::greet(Peer& peer) {
    const std::size_t sender = static_cast<std::size_t>(&peer - peers_.data());
    const auto floor = peer.core->floor().cert;
    const auto entry = peer.core->entry_cert();
    const View view = peer.core->view();
    broadcast(peer, [this, floor, entry, view, sender](Peer& to) {
        if (floor) give(to, *floor);
        if (entry) give(to, *entry);
        const auto ours = to.core->entry_cert();
        if (to.core->view() > view && ours) {
            send(to, peers_[sender], [this, cert = *ours](Peer& back) { give(back, cert); });
        }
    });
    // Its proposal of this view again, as the shell does with the vote.
    for (const auto& [hash, proposal] : peer.built) {
        if (proposal->header.view != view) continue;
        const auto& votes = peer.disk.votes;
        const bool is_durable =
            std::any_of(votes.begin(), votes.end(),
                        [&](const SignedVote& vote) { return vote.vote.block == hash; });
        if (!is_durable) continue;
        broadcast(peer, [this, again = proposal](Peer& to) {
            to.bodies.insert(again->hash);
            input(to, [&](Simplex& core, Effects& out) { core.on_proposal(now_, again, out); });
            got_body(to, again->hash);
        });
    }
}

void Network::broadcast(const Peer& from, Deed deed) {
    const auto shared = std::make_shared<const Deed>(std::move(deed));
    for (Peer& to : peers_) {
        if (to.member != from.member) send(from, to, shared);
    }
}

void Network::send(const Peer& from, Peer& to, const std::shared_ptr<const Deed>& deed) {
    if (!to.core || !connected(from, to)) return;
    const MemberIndex sender = from.member;
    const std::uint64_t life = to.life;
    const std::int64_t slowest =
        calm_ ? std::min<std::int64_t>(weather_.delay_max_ms, 20) : weather_.delay_max_ms;
    const int copies = !calm_ && draw(100) < weather_.duplicate_percent ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy) {
        if (!calm_ && draw(100) < weather_.loss_percent) continue;
        events_[{now_ + Millis{1 + draw(slowest)}, ++order_}] = [this, &to, life, sender, deed] {
            if (!to.core || to.life != life) return;
            to.core->on_heard(now_, sender);
            (*deed)(to);
        };
    }
}

void Network::later(Peer& peer, std::int64_t ms, Deed deed) {
    events_[{now_ + Millis{ms}, ++order_}] = [&peer, life = peer.life, deed = std::move(deed)] {
        if (peer.core && peer.life == life) deed(peer);
    };
}

void Network::load() {
    for (Peer& peer : peers_) {
        if (!peer.core || draw(5) == 0) continue;
        later(peer, draw(40), [this](Peer& self) {
            self.pending = true;
            input(self, [&](Simplex& core, Effects& out) { core.on_load(now_, true, out); });
        });
    }
}

bool Network::connected(const Peer& a, const Peer& b) const {
    const auto i = static_cast<std::size_t>(&a - peers_.data());
    const auto j = static_cast<std::size_t>(&b - peers_.data());
    if (!calm_ && !weather_.groups.empty() && a.core) {
        const std::uint64_t view = a.core->view().value;
        if (view >= 1 && view <= weather_.groups.size()) {
            const auto& group = weather_.groups[view - 1];
            if (group.at(i) != group.at(j)) return false;
        }
    }
    return !cut_.contains({i, j});
}

void Network::redraw_partition() {
    cut_.clear();
    const bool one_way = draw(3) == 0;
    std::vector<std::int64_t> side;
    for (std::size_t i = 0; i < peers_.size(); ++i) side.push_back(draw(2));
    for (std::size_t i = 0; i < peers_.size(); ++i) {
        for (std::size_t j = 0; j < peers_.size(); ++j) {
            if (one_way ? draw(4) == 0 : side[i] != side[j]) cut_.insert({i, j});
        }
    }
}

const Verified<QuorumCert>& Network::verified(const QuorumCert& cert) {
    const std::pair key{cert.statement, cert.signers};
    auto found = verified_.find(key);
    if (found == verified_.end()) found = verified_.emplace(key, checked(cert, members_)).first;
    return found->second;
}

}  // namespace quanlu::consensus
