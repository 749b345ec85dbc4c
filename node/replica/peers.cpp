// See peers.h.
#include "node/replica/peers.h"

#include <algorithm>

namespace quanlu::replica {

void Peers::set_up(MemberIndex member, bool is_up) {
    Peer& peer = peers_.at(member);
    peer.is_up = is_up;
    peer.clock_off_ms.reset();  // told again in the first greeting
    if (is_up) return;
    // It ended the link: what spoke there speaks no more. A link that another one replaces says
    // nothing of the kind.
    peer.life = 0;
    peer.life_heard.reset();
    peer.other_life_heard.reset();
}

void Peers::lives(MemberIndex member, std::uint64_t life, Millis now) {
    Peer& peer = peers_.at(member);
    if (peer.life != 0 && peer.life != life) peer.other_life_heard = peer.life_heard;
    peer.life = life;
    peer.life_heard = now;
}

bool Peers::has_two_lives(MemberIndex member, Millis now) const {
    const Peer& peer = peers_.at(member);
    return peer.other_life_heard && now - *peer.other_life_heard < Millis{kTwoLivesMs};
}

void Peers::told_time(MemberIndex member, UnixMillis theirs, UnixMillis ours) {
    peers_.at(member).clock_off_ms = theirs.value - ours.value;
}

void Peers::voted(const chain::SignedVote& vote) {
    std::optional<chain::SignedVote>& highest = peers_.at(vote.member).highest_vote;
    if (!highest || vote.vote.view > highest->vote.view) highest = vote;
}

std::vector<MemberIndex> Peers::connected() const {
    std::vector<MemberIndex> members;
    for (MemberIndex member = 0; member < peers_.size(); ++member) {
        if (peers_[member].is_up) members.push_back(member);
    }
    return members;
}

std::vector<std::int64_t> Peers::heard_ms_ago(Millis now) const {
    std::vector<std::int64_t> ago;
    ago.reserve(peers_.size());
    for (const Peer& peer : peers_) ago.push_back(peer.heard ? (now - *peer.heard).value : -1);
    return ago;
}

std::vector<std::int64_t> Peers::clock_offsets() const {
    std::vector<std::int64_t> offsets{0};
    for (const Peer& peer : peers_) {
        if (peer.is_up && peer.clock_off_ms) offsets.push_back(*peer.clock_off_ms);
    }
    std::sort(offsets.begin(), offsets.end());
    return offsets;
}

std::int64_t Peers::clock_off_median_ms() const {
    const std::vector<std::int64_t> offsets = clock_offsets();
    return offsets[offsets.size() / 2];
}

bool Peers::is_clock_wrong(std::size_t quorum, std::int64_t eps_ms) const {
    const std::vector<std::int64_t> offsets = clock_offsets();
    if (offsets.size() < quorum) return false;
    const std::int64_t median = offsets[offsets.size() / 2];
    return median > eps_ms || median < -eps_ms;
}

bool Peers::may_serve(MemberIndex member, std::size_t bytes, Millis now) {
    Peer& peer = peers_.at(member);
    const std::int64_t passed = std::clamp<std::int64_t>((now - peer.refilled).value, 0, 3'600'000);
    peer.allowance = std::min(kServeBurstBytes, peer.allowance + passed * kServeBytesPerMs);
    peer.refilled = now;
    // The answer is made before its size is known exactly: one may overdraw, the next then waits.
    if (peer.allowance <= 0) return false;
    peer.allowance -= std::max(kServeLeastBytes, static_cast<std::int64_t>(bytes));
    return true;
}

bool Peers::may_ask_memory(MemberIndex member, Millis now) {
    Peer& peer = peers_.at(member);
    if (peer.answered && now - *peer.answered < Millis{kAnswerAgainMs}) return false;
    peer.answered = now;
    return true;
}

std::optional<MemberIndex> Peers::choose(const std::vector<MemberIndex>& first,
                                         std::size_t attempt) const {
    std::vector<MemberIndex> targets;
    const auto add = [&](MemberIndex member) {
        if (member == self_ || !is_up(member)) return;
        if (std::find(targets.begin(), targets.end(), member) == targets.end())
            targets.push_back(member);
    };
    for (const MemberIndex member : first) add(member);
    for (MemberIndex i = 1; i < peers_.size(); ++i)
        add(static_cast<MemberIndex>((self_ + i) % peers_.size()));
    if (targets.empty()) return std::nullopt;
    return targets[attempt % targets.size()];
}

}  // namespace quanlu::replica
