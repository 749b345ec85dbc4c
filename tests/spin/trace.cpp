// Runs four cores with loss, delay, partitions, restarts and perhaps a liar (two cores with one
// key, and votes at random), and prints what they did in the words of simplex.pml.
#include <algorithm>
#include <charconv>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <span>
#include <string_view>

#include "consensus/simplex.h"
#include "crypto/hash.h"

namespace quanlu::consensus {

namespace {

constexpr std::size_t kMembers = 4;
constexpr std::int64_t kLongest = 60'000;  // a minute of virtual time, however few views

const crypto::SigningKey& key_of(MemberIndex member) {
    static std::map<MemberIndex, crypto::SigningKey> keys;
    auto found = keys.find(member);
    if (found == keys.end()) {
        std::array<std::uint8_t, 32> seed{};
        seed.fill(static_cast<std::uint8_t>(member + 1));
        found = keys.emplace(member, crypto::SigningKey::from_seed(seed)).first;
    }
    return found->second;
}

chain::Members four() {
    std::vector<chain::Member> list;
    for (MemberIndex i = 0; i < kMembers; ++i) {
        const std::string number = std::to_string(i);
        list.push_back({"node-" + number, "party-" + number, key_of(i).public_key()});
    }
    return chain::Members(Epoch(0), std::move(list));
}

chain::Params quick() {
    chain::Params params;
    params.delta_ms = 100;
    params.delta_max_ms = 400;
    params.heartbeat_ms = 300;
    return params;
}

std::string word(VoteKind kind) {
    return kind == VoteKind::notarize  ? "notarize"
           : kind == VoteKind::nullify ? "nullify"
                                       : "finalize";
}

class Run {
public:
    Run(std::uint64_t seed, std::uint64_t views);
    void go();

private:
    struct Disk {
        std::vector<SignedVote> votes;
        std::vector<QuorumCert> certs;
        Floor floor;
    };
    struct Peer {
        MemberIndex member = 0;
        Disk disk;
        std::unique_ptr<Simplex> core;
        std::uint64_t life = 0;
        Millis wake{0};
        std::set<Hash> bodies;
        std::map<Hash, CheckedProposal> built;
        std::set<std::pair<View, VoteKind>> held;  // printed already
    };
    using Deed = std::function<void(Peer&)>;
    using Input = std::function<void(Simplex&, Effects&)>;

    void start(Peer& peer);
    void restart(Peer& peer);
    void step();
    void input(Peer& peer, const Input& what);
    void carry_out(Peer& peer, Effects& effects);
    void promise(Peer& peer, const Cast& cast);
    void build(Peer& peer, const NeedBuild& need);
    void receive(Peer& peer, const CheckedProposal& proposal);
    void give(Peer& peer, const QuorumCert& cert);
    void greet(Peer& peer);
    void search(Peer& peer, const NeedCert& need);
    void lie();
    void redraw_partition();
    void broadcast(const Peer& from, const Deed& deed);
    void send(const Peer& from, Peer& to, const Deed& deed);
    void later(Peer& peer, std::int64_t ms, const Deed& deed);
    void every(std::int64_t& next, std::int64_t ms, const std::function<void()>& what);

    void print_turn(Peer& peer, const Effects& effects);
    void print_held(Peer& peer, VoteKind kind, View view, const Hash& block);
    void print_vote(const std::string& who, const Vote& vote);
    std::string name(const Hash& block) const;

    [[nodiscard]] bool is_liar(const Peer& peer) const { return peer.member == liar_; }
    std::size_t index(const Peer& peer) const {
        return static_cast<std::size_t>(&peer - peers_.data());
    }
    std::int64_t draw(std::int64_t below) {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(below));
    }
    SignedVote sign(const Vote& vote, MemberIndex member) const {
        SignedVote out{vote, member, {}};
        out.signature = key_of(member).sign(chain::statement_bytes(tag_, vote));
        return out;
    }
    Verified<SignedVote> verified(const SignedVote& vote) const {
        auto out = chain::verify(vote, members_, tag_);
        ENSURE(out.ok());
        return *out;
    }

    std::mt19937_64 random_;
    std::uint64_t views_;
    chain::Members members_ = four();
    chain::Params params_ = quick();
    chain::ChainTag tag_{crypto::SuiteId::intl, crypto::sha256(as_bytes("trace"))};
    Hash genesis_ = crypto::sha256(as_bytes("genesis"));
    MemberIndex liar_ = kMembers;  // nobody
    std::vector<Peer> peers_;
    std::map<Hash, Header> headers_;
    std::map<Hash, std::size_t> label_;  // of the blocks of one view, as they came
    std::map<View, std::vector<Hash>> blocks_;
    std::set<std::pair<Vote, MemberIndex>> lies_;  // printed already
    std::map<std::pair<Millis, std::uint64_t>, std::function<void()>> events_;
    std::set<std::pair<std::size_t, std::size_t>> cut_;
    Millis now_{0};
    std::uint64_t order_ = 0, salt_ = 0;
    std::int64_t loss_percent_, delay_max_ms_, slow_disk_ms_, restart_every_ms_, cut_every_ms_;
};

Run::Run(std::uint64_t seed, std::uint64_t views)
    : random_(seed * 7919 + 17),
      views_(views),
      loss_percent_(draw(3) == 0 ? 0 : draw(35)),
      delay_max_ms_(1 + draw(draw(3) == 0 ? 500 : 80)),
      slow_disk_ms_(1 + draw(draw(2) == 0 ? 60 : 4)),
      restart_every_ms_(draw(2) == 0 ? 0 : 200 + draw(1'500)),
      cut_every_ms_(draw(2) == 0 ? 0 : 200 + draw(1'500)) {
    if (draw(3) != 0) liar_ = static_cast<MemberIndex>(draw(kMembers));
    for (MemberIndex i = 0; i < kMembers; ++i) {
        for (int copy = 0; copy < (i == liar_ ? 2 : 1); ++copy) {
            Peer& peer = peers_.emplace_back();
            peer.member = i;
            peer.disk.floor = {View(0), genesis_, std::nullopt};
        }
    }
    std::cout << "# seed " << seed << " liar "
              << (liar_ == kMembers ? "nobody" : std::to_string(liar_)) << " loss " << loss_percent_
              << " % delay " << delay_max_ms_ << " ms disk " << slow_disk_ms_ << " ms restart "
              << restart_every_ms_ << " ms cut " << cut_every_ms_ << " ms\n";
    if (liar_ != kMembers) std::cout << "liar " << liar_ << "\n";
}

void Run::every(std::int64_t& next, std::int64_t ms, const std::function<void()>& what) {
    if (ms == 0 || now_ < Millis{next}) return;
    what();
    next = now_.value + 1 + draw(2 * ms);
}

void Run::go() {
    for (Peer& peer : peers_) start(peer);
    std::int64_t next_restart = restart_every_ms_, next_cut = cut_every_ms_, next_lie = 0,
                 next_load = 0;
    const auto is_over = [this] {
        for (const Peer& peer : peers_) {
            if (peer.core->view().value >= views_) return true;
        }
        return now_ >= Millis{kLongest};
    };
    while (!is_over()) {
        every(next_restart, restart_every_ms_, [this] {
            Peer& peer = peers_[static_cast<std::size_t>(draw(std::ssize(peers_)))];
            if (!is_liar(peer)) restart(peer);
        });
        every(next_cut, cut_every_ms_, [this] { redraw_partition(); });
        every(next_lie, liar_ == kMembers ? 0 : 40, [this] { lie(); });
        every(next_load, 200, [this] {
            for (Peer& peer : peers_) {
                const bool pending = draw(3) != 0;
                input(peer, [&](Simplex& core, Effects& out) { core.on_load(now_, pending, out); });
            }
        });
        step();
    }
}

// The next thing that happens, at most a millisecond ahead.
void Run::step() {
    const Millis until = now_ + Millis{1};
    while (!events_.empty() && events_.begin()->first.first <= until) {
        auto event = events_.extract(events_.begin());
        now_ = std::max(now_, event.key().first);
        event.mapped()();
    }
    now_ = until;
    for (Peer& peer : peers_) {
        if (peer.wake > now_) continue;
        peer.wake = Millis{INT64_MAX};
        input(peer, [this](Simplex& core, Effects& out) { core.on_tick(now_, out); });
    }
}

void Run::start(Peer& peer) {
    ++peer.life;
    peer.built.clear();
    Restored restored{peer.disk.floor, peer.disk.votes, peer.disk.certs};
    peer.core = std::make_unique<Simplex>(params_, members_, tag_, peer.member, restored, now_);
    if (peer.life > 1)
        std::cout << "restart " << peer.member << " " << peer.core->view().value << " 0\n";
    input(peer, [](Simplex& core, Effects& out) { core.start(out); });
}

// Forgets all but own votes with what they rest on, and the floor; what was not durable is gone.
void Run::restart(Peer& peer) {
    peer.held.clear();
    start(peer);
}

void Run::input(Peer& peer, const Input& what) {
    Effects effects;
    what(*peer.core, effects);
    carry_out(peer, effects);
}

void Run::carry_out(Peer& peer, Effects& effects) {
    peer.wake = std::max(effects.wake_at, now_ + Millis{1});
    if (!is_liar(peer)) print_turn(peer, effects);
    for (const Effects::Final& one : effects.finalized) {
        peer.disk.floor = {one.finalization.statement.view, one.block, one.finalization};
        const View floor = peer.disk.floor.view;
        std::erase_if(peer.disk.votes, [&](const auto& vote) { return vote.vote.view < floor; });
        std::erase_if(peer.disk.certs,
                      [&](const auto& cert) { return cert.statement.view < floor; });
    }
    for (const Cast& cast : effects.cast) {
        // The journal has it at once; the signature leaves later, and not at all after a crash.
        peer.disk.votes.push_back(sign(cast.vote, peer.member));
        if (cast.basis) peer.disk.certs.push_back(*cast.basis);
        later(peer, draw(slow_disk_ms_), [this, cast](Peer& self) { promise(self, cast); });
    }
    for (const SendCert& one : effects.send_certs) {
        broadcast(peer, [this, cert = one.cert](Peer& to) { give(to, cert); });
    }
    for (const SendVote& one : effects.send_votes) {
        broadcast(peer, [this, vote = verified(one.vote)](Peer& to) {
            input(to, [&](Simplex& core, Effects& out) { core.on_vote(now_, vote, out); });
        });
    }
    if (effects.greet) greet(peer);
    for (const NeedBuild& need : effects.builds) {
        later(peer, draw(5), [this, need](Peer& self) { build(self, need); });
    }
    for (const NeedCheck& need : effects.checks) {
        const std::int64_t fetch_ms = peer.bodies.contains(need.block) ? 5 : 100;
        later(peer, draw(fetch_ms), [this, block = need.block](Peer& self) {
            self.bodies.insert(block);
            input(self, [&](Simplex& core, Effects& out) {
                core.on_checked(now_, block, Verdict::valid, out);
            });
        });
    }
    for (const NeedCert& need : effects.certs) search(peer, need);
    // A twin meets the other's votes, and goes on all the same.
    if (!effects.unknown_own) return;
    ENSURE(is_liar(peer), "an honest member remembers its votes");
    input(peer, [this](Simplex& core, Effects& out) { core.on_memory(now_, View(0), out); });
}

void Run::promise(Peer& peer, const Cast& cast) {
    const auto vote = verified(sign(cast.vote, peer.member));
    if (is_liar(peer)) print_vote("liar", cast.vote);
    const auto proposal = peer.built.find(cast.vote.block);
    if (cast.vote.kind == VoteKind::notarize && proposal != peer.built.end()) {
        broadcast(peer, [this, one = proposal->second](Peer& to) { receive(to, one); });
    } else {
        broadcast(peer, [this, vote](Peer& to) {
            input(to, [&](Simplex& core, Effects& out) { core.on_vote(now_, vote, out); });
        });
    }
    input(peer, [&](Simplex& core, Effects& out) { core.on_vote(now_, vote, out); });
}

void Run::build(Peer& peer, const NeedBuild& need) {
    if (peer.core->view() != need.view) return;
    Header header;
    header.chain = tag_;
    header.view = need.view;
    const bool on_genesis = need.parent_view == View(0);
    header.height = on_genesis ? Height(1) : Height(headers_.at(need.parent).height.value + 1);
    header.parent = need.parent;
    header.parent_view = need.parent_view;
    header.time = UnixMillis{1'700'000'000'000 + now_.value};
    header.proposer = peer.member;
    header.state_root = crypto::sha256(as_bytes("state " + std::to_string(++salt_)));
    header.members_hash = header.next_members_hash = members_.hash();
    const Hash hash = chain::hash_of(header);
    std::vector<Hash>& here = blocks_[need.view];
    label_[hash] = here.size();
    here.push_back(hash);
    headers_[hash] = header;
    peer.bodies.insert(hash);
    auto proposal =
        CheckedProposal::check({header,
                                {},
                                need.justification,
                                sign({VoteKind::notarize, Epoch(0), need.view, hash}, peer.member)},
                               members_, tag_);
    ENSURE(proposal.ok(), "built a proposal that nobody accepts");
    peer.built.emplace(hash, std::move(proposal).value());
    std::cout << "propose " << peer.member << " " << name(hash) << " "
              << (on_genesis ? "0 0" : name(need.parent)) << "\n";
    input(peer, [&](Simplex& core, Effects& out) {
        core.on_built(now_, header, need.justification, out);
    });
}

void Run::receive(Peer& peer, const CheckedProposal& proposal) {
    peer.bodies.insert(proposal->hash);
    if (!is_liar(peer)) std::cout << "see " << peer.member << " " << name(proposal->hash) << "\n";
    input(peer, [&](Simplex& core, Effects& out) { core.on_proposal(now_, proposal, out); });
}

void Run::give(Peer& peer, const QuorumCert& cert) {
    auto fact = chain::verify(cert, members_, tag_);
    ENSURE(fact.ok());
    input(peer, [&](Simplex& core, Effects& out) { core.on_cert(now_, *fact, out); });
}

void Run::greet(Peer& peer) {
    const std::size_t sender = index(peer);
    const View view = peer.core->view();
    broadcast(peer, [this, view, sender, floor = peer.core->floor().cert,
                     entry = peer.core->entry_cert()](Peer& to) {
        if (floor) give(to, *floor);
        if (entry) give(to, *entry);
        const auto ours = to.core->entry_cert();
        if (to.core->view() > view && ours) {
            send(to, peers_[sender], [this, cert = *ours](Peer& back) { give(back, cert); });
        }
    });
    for (const auto& [hash, proposal] : peer.built) {
        if (proposal->header.view != view) continue;
        broadcast(peer, [this, again = proposal](Peer& to) { receive(to, again); });
    }
}

void Run::search(Peer& peer, const NeedCert& need) {
    const std::size_t asker = index(peer);
    for (Peer& to : peers_) {
        if (to.member == peer.member || (need.ask && *need.ask != to.member)) continue;
        send(peer, to, [this, need, asker](Peer& asked) {
            for (const VoteKind kind :
                 {VoteKind::notarize, VoteKind::nullify, VoteKind::finalize}) {
                const auto cert = asked.core->cert(kind, need.view);
                if (!cert || (need.kind && *need.kind != kind)) continue;
                send(asked, peers_[asker], [this, cert = *cert](Peer& back) { give(back, cert); });
            }
        });
    }
}

// Any vote of a recent view with the liar's key, to whom it pleases.
void Run::lie() {
    Peer& from =
        *std::find_if(peers_.begin(), peers_.end(), [this](auto& one) { return is_liar(one); });
    const Peer& other = peers_[static_cast<std::size_t>(draw(std::ssize(peers_)))];
    const View view = other.core->view().minus(static_cast<std::uint64_t>(draw(3)));
    if (view == View(0)) return;
    const VoteKind kinds[] = {VoteKind::notarize, VoteKind::nullify, VoteKind::finalize};
    Vote vote{kinds[draw(3)], Epoch(0), view, {}};
    if (vote.kind != VoteKind::nullify) {
        const std::vector<Hash>& there = blocks_[view];
        if (there.empty()) return;
        vote.block = there[static_cast<std::size_t>(draw(std::ssize(there)))];
    }
    print_vote("liar", vote);
    for (Peer& to : peers_) {
        if (is_liar(to) || draw(2) == 0) continue;
        send(from, to, [this, signed_vote = verified(sign(vote, liar_))](Peer& one) {
            input(one, [&](Simplex& core, Effects& out) { core.on_vote(now_, signed_vote, out); });
        });
    }
}

void Run::redraw_partition() {
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

void Run::broadcast(const Peer& from, const Deed& deed) {
    for (Peer& to : peers_) {
        if (to.member != from.member) send(from, to, deed);
    }
}

void Run::send(const Peer& from, Peer& to, const Deed& deed) {
    if (cut_.contains({index(from), index(to)}) || draw(100) < loss_percent_) return;
    events_[{now_ + Millis{1 + draw(delay_max_ms_)}, ++order_}] = [this, &to, life = to.life,
                                                                   sender = from.member, deed] {
        if (to.life != life) return;
        to.core->on_heard(now_, sender);
        deed(to);
    };
}

void Run::later(Peer& peer, std::int64_t ms, const Deed& deed) {
    events_[{now_ + Millis{ms}, ++order_}] = [&peer, life = peer.life, deed] {
        if (peer.life == life) deed(peer);
    };
}

// --- words

std::string Run::name(const Hash& block) const {
    const auto header = headers_.find(block);
    ENSURE(header != headers_.end());
    return std::to_string(header->second.view.value) + " " + std::to_string(label_.at(block));
}

void Run::print_held(Peer& peer, VoteKind kind, View view, const Hash& block) {
    if (!peer.held.insert({view, kind}).second) return;
    std::cout << "hold " << peer.member << " " << word(kind) << " "
              << (kind == VoteKind::nullify ? std::to_string(view.value) + " 0" : name(block))
              << "\n";
}

// What a turn brought first, then what the member did, in the order of the core's notes.
void Run::print_turn(Peer& peer, const Effects& effects) {
    const Simplex& core = *peer.core;
    if (const auto& cert = core.floor().cert) {
        print_held(peer, VoteKind::finalize, cert->statement.view, cert->statement.block);
    }
    for (View view(1); view <= core.view(); view = view.next()) {
        for (const VoteKind kind : {VoteKind::notarize, VoteKind::nullify, VoteKind::finalize}) {
            if (const auto cert = core.cert(kind, view))
                print_held(peer, kind, view, cert->statement.block);
        }
    }
    auto cast = effects.cast.begin();
    for (const Note& note : effects.notes) {
        const std::string_view code = note.code;
        if (code == "enter_view")
            std::cout << "enter " << peer.member << " " << note.view.value << " 0\n";
        if (!code.starts_with("cast_") || code == "cast_refused") continue;
        ENSURE(cast != effects.cast.end());
        print_vote(word(cast->vote.kind) + " " + std::to_string(peer.member), cast->vote);
        ++cast;
    }
    ENSURE(cast == effects.cast.end(), "a vote that no note speaks of");
}

void Run::print_vote(const std::string& who, const Vote& vote) {
    if (who == "liar") {
        if (!lies_.insert({vote, liar_}).second) return;
        std::cout << "liar " << word(vote.kind) << " ";
    } else {
        std::cout << who << " ";
    }
    if (vote.kind == VoteKind::nullify) {
        std::cout << vote.view.value << " 0\n";
    } else {
        std::cout << name(vote.block) << "\n";
    }
}

}  // namespace

}  // namespace quanlu::consensus

int main(int argc, char** argv) {
    std::uint64_t seed = 1, views = 20;
    const std::span args(argv, static_cast<std::size_t>(argc));
    for (std::size_t i = 1; i + 1 < args.size(); i += 2) {
        const std::string_view option = args[i], text = args[i + 1];
        std::uint64_t& value = option == "--views" ? views : seed;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size() ||
            (option != "--views" && option != "--seed")) {
            std::cerr << "usage: spin_trace --seed S [--views V]\n";
            return 2;
        }
    }
    quanlu::consensus::Run(seed, views).go();
    return 0;
}
