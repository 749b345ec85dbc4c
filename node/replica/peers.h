// The other members as seen from here: connected or not, last heard, how far their clocks stand
// from ours, their highest vote, what they may still ask of us. Hints only: nothing here is a fact
// about the chain (E15).
#pragma once

#include <optional>
#include <vector>

#include "consensus/message.h"
#include "node/replica/limits.h"

namespace quanlu::replica {

using consensus::MemberIndex;

class Peers {
public:
    Peers(std::size_t n, MemberIndex self) : self_(self), peers_(n) {}

    void set_up(MemberIndex member, bool is_up);
    void heard(MemberIndex member, Millis now) { peers_.at(member).heard = now; }
    // A greeting names the life of its sender: drawn at each of its starts.
    void lives(MemberIndex member, std::uint64_t life, Millis now);
    // Another life under this key spoke within kTwoLivesMs, and its link was not closed by its end:
    // the key may be active at two places (T26).
    [[nodiscard]] bool has_two_lives(MemberIndex member, Millis now) const;
    void told_time(MemberIndex member, UnixMillis theirs, UnixMillis ours);
    void voted(const chain::SignedVote& vote);

    [[nodiscard]] std::vector<MemberIndex> connected() const;
    [[nodiscard]] bool is_up(MemberIndex member) const { return peers_.at(member).is_up; }
    // The highest it ever sent, also of a view that nobody here follows yet.
    [[nodiscard]] const std::optional<chain::SignedVote>& highest_vote(MemberIndex member) const {
        return peers_.at(member).highest_vote;
    }
    // Milliseconds since each member was heard, -1 never; of ourselves as well.
    [[nodiscard]] std::vector<std::int64_t> heard_ms_ago(Millis now) const;

    // The median member's clock minus ours, ours among them. Positive: we are slow.
    [[nodiscard]] std::int64_t clock_off_median_ms() const;
    // Enough members are connected for the median to be an honest one's, and it is further than
    // `eps_ms` from us (R9).
    [[nodiscard]] bool is_clock_wrong(std::size_t quorum, std::int64_t eps_ms) const;

    // May `member` have an answer of this size now? Counted against it when yes.
    [[nodiscard]] bool may_serve(MemberIndex member, std::size_t bytes, Millis now);

    // May `member` ask what is held of its votes? Counted when yes: once in kAnswerAgainMs.
    [[nodiscard]] bool may_ask_memory(MemberIndex member, Millis now);

    // Whom to ask for the `attempt`th time: `first` in order, then everybody else who is connected.
    [[nodiscard]] std::optional<MemberIndex> choose(const std::vector<MemberIndex>& first,
                                                    std::size_t attempt) const;

private:
    struct Peer {
        bool is_up = false;
        std::optional<Millis> heard;
        std::uint64_t life = 0;  // 0: not told since the link came up, or none
        std::optional<Millis> life_heard, other_life_heard, answered;
        std::optional<std::int64_t> clock_off_ms;
        std::optional<chain::SignedVote> highest_vote;
        std::int64_t allowance = kServeBurstBytes;
        Millis refilled{0};
    };
    [[nodiscard]] std::vector<std::int64_t> clock_offsets() const;

    MemberIndex self_;
    std::vector<Peer> peers_;
};

}  // namespace quanlu::replica
