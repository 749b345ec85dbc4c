// What a member signs in consensus, as 95 fixed bytes (docs/protocol.md 5.1), and one member's
// signature on it. Kind, chain, epoch, view and block are all inside the signed bytes (FIB-134, M5,
// M6).
#pragma once

#include <array>
#include <cstdint>

#include "crypto/base/binary.h"
#include "crypto/base/result.h"
#include "crypto/base/tagged.h"
#include "crypto/suite.h"
#include "ledger/chain/members.h"
#include "ledger/chain/verified.h"

namespace quanlu::chain {

enum class VoteKind : std::uint8_t { notarize = 2, nullify = 3, finalize = 4 };

struct ChainTag {  // what binds a signature to one chain
    crypto::SuiteId suite = crypto::SuiteId::intl;
    Hash chain_id;
    bool operator==(const ChainTag&) const = default;
};

struct Vote {
    VoteKind kind = VoteKind::notarize;
    Epoch epoch;
    View view;
    Hash block;  // zeros for nullify
    auto operator<=>(const Vote&) const = default;
};
// Epoch and view within 2^53-1, as JSON and arithmetic behind the decoders rely on; decoders refuse
// the rest.
bool is_countable(const Vote& vote);

inline constexpr std::size_t kStatementBytes = 95;
std::array<std::uint8_t, kStatementBytes> statement_bytes(const ChainTag& tag, const Vote& vote);

struct SignedVote {
    Vote vote;
    MemberIndex member = 0;
    crypto::Signature signature{};
    bool operator==(const SignedVote&) const = default;
};

enum class Reject : std::uint8_t {
    malformed,
    wrong_epoch,
    unknown_member,
    bad_signature,
    bad_bitmap,
    too_few_signers,
    nullify_with_block,
    wrong_hash,
    wrong_chain,
    bad_link,
    bad_body,
    too_large,
};
std::string_view to_text(Reject reject);

// Signature of a member of the set, over exactly these fields; nullify names no block, the others
// do.
Result<Verified<SignedVote>, Reject> verify(const SignedVote& vote, const Members& members,
                                            const ChainTag& tag);

// kind u8 | epoch u64 | view u64 | block 32 | member u32 | signature 64.
inline constexpr std::size_t kSignedVoteBytes = 117;
void encode(Writer& out, const SignedVote& vote);
SignedVote decode_signed_vote(Reader& in);

}  // namespace quanlu::chain
