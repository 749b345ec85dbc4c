// The way back for a member that lost its memory (CONSENSUS 7.4): it asks everybody how far they
// are, takes m, the highest view that q others prove, and signs nothing in views up to m + 1. It
// was never beyond: who is in a view holds a certificate of the one before, which q members signed,
// and one honest member with memory is among both q. Sound while liars and forgetful members are at
// most f together.
#pragma once

#include <map>
#include <optional>

#include "consensus/message.h"
#include "crypto/hash.h"
#include "node/replica/input.h"

namespace quanlu::replica {

class Rejoin {
public:
    Rejoin(std::size_t quorum, MemberIndex self, std::uint64_t seed, Now now)
        : quorum_(quorum), nonce_(fresh(self, seed, now)) {}

    // The question to send now; nothing when one is under way or all is known.
    std::optional<std::uint64_t> ask(Millis now) {
        if (is_known() || (asked_ && now - *asked_ < Millis{kAgainMs})) return std::nullopt;
        asked_ = now;
        return nonce_;
    }
    // `proved`: the view that the certificates in the answer, verified, put the member in.
    void answered(MemberIndex from, std::uint64_t nonce, View proved) {
        if (nonce != nonce_) return;
        View& known = proved_[from];
        known = std::max(known, proved);
    }
    [[nodiscard]] bool is_known() const { return proved_.size() >= quorum_; }
    // REQUIRES: is_known().
    [[nodiscard]] View sign_above() const {
        ENSURE(is_known());
        View highest;
        for (const auto& [member, view] : proved_) highest = std::max(highest, view);
        return highest.next();
    }

private:
    static constexpr std::int64_t kAgainMs = 1'000;  // an answer takes a round trip

    // An answer to a question of an earlier life proves nothing about what that life signed after.
    static std::uint64_t fresh(MemberIndex self, std::uint64_t seed, Now now) {
        Writer out;
        out.u32(self);
        out.u64(seed);
        out.i64(now.wall.value);
        out.i64(now.steady.value);
        return Reader(crypto::sha256(out.bytes()).view()).u64() | 1;
    }

    std::size_t quorum_;
    std::uint64_t nonce_;
    std::optional<Millis> asked_;
    std::map<MemberIndex, View> proved_;
};

}  // namespace quanlu::replica
