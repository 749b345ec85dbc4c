// Catch-up: whom to ask for which final blocks, and what came. Claims of heights are hints; they
// only say whom to ask (E15, M20). Several members send at once; what came waits until a block with
// its own finalization covers it. Not here: whether a block is true (catch_up.cpp).
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "node/replica/limits.h"

namespace quanlu::replica {

using consensus::MemberIndex;

// Of a block with its justification and a certificate, as it is held and sent; about.
[[nodiscard]] std::size_t size_of(const chain::Block& block);

class Sync {
public:
    explicit Sync(std::size_t n) : peers_(n) {}

    // A member says it is this far, or is gone.
    void claimed(MemberIndex member, Height height) { peers_.at(member).claim = height; }
    void gone(MemberIndex member);

    struct Ask {
        MemberIndex member = 0;
        Height from;
        std::uint32_t count = 0;
    };
    // What to ask for now. Questions without an answer are asked of somebody else.
    std::vector<Ask> ask(Height tip, Millis now);

    enum class Taken : std::uint8_t { yes, not_asked, empty, wrong };
    Taken take(MemberIndex from, std::vector<chain::FinalBlock> blocks, Millis now);

    struct Piece {
        chain::FinalBlock block;
        MemberIndex from = 0;
        std::size_t bytes = 0;
    };
    // The blocks after `tip` up to the first with its own finalization; empty when it is not here.
    [[nodiscard]] std::vector<const Piece*> covered(Height tip) const;
    // What was covered has been carried out: what is left may be the newest of an honest chain.
    void went_on() { uncovered_.reset(); }
    // Everything up to this height is final here.
    void applied(Height tip);
    // It sent what is not true: all it sent goes, and for a while nothing is asked of it.
    void distrust(MemberIndex member, Millis now);

    // The highest height a trusted member claims, when that is beyond `tip`.
    [[nodiscard]] std::optional<Height> target(Height tip) const;

private:
    struct Peer {
        Height claim;
        Millis not_before{INT64_MIN};  // distrusted, or slow
        int lies = 0;
        std::optional<Ask> asked;
        Millis asked_at{0};
    };
    [[nodiscard]] bool is_behind(Height tip, Millis now);
    [[nodiscard]] std::optional<Ask> missing(Height tip) const;
    Peer* choose(Height from, Millis now);
    void drop_uncovered(Height tip, Millis now);
    void forget_pieces(MemberIndex from);

    std::vector<Peer> peers_;
    std::map<Height, Piece> pieces_;
    std::size_t bytes_ = 0;
    std::size_t turn_ = 0;                              // whose turn it is, so that work is spread
    std::optional<std::pair<Height, Millis>> stalled_;  // tip, and since when somebody is beyond
    std::optional<Millis> uncovered_;                   // since when nothing covers what is next
};

}  // namespace quanlu::replica
