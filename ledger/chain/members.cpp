// members_hash: docs/protocol.md 4.3.
#include "ledger/chain/members.h"

#include "crypto/base/binary.h"
#include "crypto/hash.h"

namespace quanlu::chain {

Members::Members(Epoch epoch, std::vector<Member> list) : epoch_(epoch), list_(std::move(list)) {
    ENSURE(!list_.empty() && list_.size() <= kMembersMax);
    Writer out;
    out.raw(as_bytes("QUANLU-MEM/1"));
    out.u64(epoch_.value);
    out.u32(static_cast<std::uint32_t>(list_.size()));
    for (const Member& member : list_) {
        out.u8(static_cast<std::uint8_t>(member.name.size()));
        out.raw(as_bytes(member.name));
        out.u8(static_cast<std::uint8_t>(member.party.size()));
        out.raw(as_bytes(member.party));
        out.raw(member.key);
    }
    hash_ = crypto::sha256(out.bytes());
}

std::optional<MemberIndex> Members::index_of(const crypto::PublicKey& key) const {
    for (std::size_t i = 0; i < list_.size(); ++i) {
        if (list_[i].key == key) return static_cast<MemberIndex>(i);
    }
    return std::nullopt;
}

}  // namespace quanlu::chain
