// The block header in its fixed 329-byte big-endian layout (docs/protocol.md 4.1). Its SHA-256 is
// the block's name; it carries the roots after execution, so a header that q members notarized is a
// checked statement about the state.
#pragma once

#include "crypto/base/binary.h"
#include "crypto/base/result.h"
#include "crypto/base/tagged.h"
#include "ledger/chain/statement.h"

namespace quanlu::chain {

enum class BlockKind : std::uint8_t { normal = 0, sealing = 1, drain = 2 };

inline constexpr std::uint16_t kHeaderVersion = 1;

struct Header {
    std::uint16_t version = kHeaderVersion;
    ChainTag chain;
    Epoch epoch;
    View view;      // 0 only for genesis
    Height height;  // 0 only for genesis
    Hash parent;    // zeros for genesis; else hash of the parent header
    View parent_view;
    UnixMillis time;  // strictly greater than the parent's
    MemberIndex proposer = 0;
    BlockKind kind = BlockKind::normal;
    std::uint32_t tx_count = 0;
    Hash txs_hash;               // over the ordered hashes of the transactions' bytes
    std::uint64_t log_size = 0;  // leaves of the log after this block (not counting this header)
    Hash log_root;
    Hash state_root;  // Jellyfish root after this block
    Hash members_hash;
    Hash next_members_hash;
    Hash params_hash;
    bool operator==(const Header&) const = default;
};

// 12-byte tag "QUANLU-HDR/1" then the fields; kHeaderBytes in all.
inline constexpr std::size_t kHeaderBytes =
    12 + 2 + 2 + 32 + 8 + 8 + 8 + 32 + 8 + 8 + 4 + 1 + 4 + 32 + 8 + 32 * 5;
Bytes encode(const Header& header);
// Exactly kHeaderBytes, right tag, known version, suite and kind; re-encoding gives the same bytes.
Result<Header, Reject> decode_header(BytesView bytes);
Hash hash_of(const Header& header);

// SHA-256("QUANLU-TXS/1" || count u32 || hashes): the body a header speaks of.
Hash txs_hash(const std::vector<Hash>& tx_hashes);

}  // namespace quanlu::chain
