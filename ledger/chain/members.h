// The ordered member set of one epoch: who signs, how many may lie, how many must agree
// (CONSENSUS 7.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/tagged.h"
#include "crypto/suite.h"

namespace quanlu::chain {

using MemberIndex = std::uint32_t;

inline constexpr std::size_t kMembersMax =
    64;  // a bitmap of one word; the field is built for 4 to 31

struct Member {
    std::string name;   // ASCII label, 1..64 bytes, unique: "node-a"
    std::string party;  // registry party that answers for it
    crypto::PublicKey key{};
    bool operator==(const Member&) const = default;
};

class Members {
public:
    // REQUIRES: 1..kMembersMax members, distinct keys and names (genesis and governance check it
    // first).
    Members(Epoch epoch, std::vector<Member> list);

    [[nodiscard]] Epoch epoch() const { return epoch_; }
    [[nodiscard]] std::size_t n() const { return list_.size(); }
    [[nodiscard]] std::size_t f() const { return (n() - 1) / 3; }   // how many may lie
    [[nodiscard]] std::size_t quorum() const { return n() - f(); }  // q = n - f: any two share f+1
    [[nodiscard]] const Member& at(MemberIndex index) const { return list_.at(index); }
    [[nodiscard]] const std::vector<Member>& list() const { return list_; }
    [[nodiscard]] std::optional<MemberIndex> index_of(const crypto::PublicKey& key) const;
    // A pure function of (epoch set, view): nothing else may choose a leader (T16).
    [[nodiscard]] MemberIndex leader(View view) const {
        return static_cast<MemberIndex>(view.value % list_.size());
    }
    // SHA-256 over the canonical encoding (docs/protocol.md 4.3): `members_hash` of every header.
    [[nodiscard]] const Hash& hash() const { return hash_; }

private:
    Epoch epoch_;
    std::vector<Member> list_;
    Hash hash_;
};

}  // namespace quanlu::chain
