// A body is the ordered transactions as they came; a justification says why a block may stand on
// its parent; an archived block is both with the finalization that made it final. J and F are
// stored with the block, not hashed into it: the ledger alone then proves a later fork
// (CONSENSUS 7.5).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/chain/header.h"
#include "ledger/chain/quorum_cert.h"

namespace quanlu::chain {

inline constexpr std::size_t kBlockTxMax = 10'000;  // hard cap; the parameter may be lower
inline constexpr std::size_t kBlockBytesMax = 8 * 1024 * 1024;  // sum of transaction bytes
inline constexpr std::size_t kTxBytesMax = 64 * 1024;           // one JWS
inline constexpr std::size_t kJustifyMax =
    4'000;  // skipped views in a row; with back-off more than a day of failed leaders

using Body = std::vector<std::string>;  // JWS texts, exactly as signed

std::vector<Hash> tx_hashes(const Body& body);  // SHA-256 of each whole JWS text (not the tx id)

// N or F of the parent (none when the parent is genesis), U for every skipped view, ascending.
struct Justification {
    std::optional<QuorumCert> parent;
    std::vector<QuorumCert> skipped;
    bool operator==(const Justification&) const = default;
};

// Do the statements cover exactly (header.parent_view, header.view), as rule R4 wants? Not whether
// anybody signed them: for callers that verify each certificate themselves.
Status<Reject> check_links(const Header& header, const Justification& justification,
                           const Members& members, const ChainTag& tag);
// The same, and every certificate checked.
Status<Reject> verify_links(const Header& header, const Justification& justification,
                            const Members& members, const ChainTag& tag);

struct Block {
    Header header;
    Body body;
    Justification justification;
};

// A final block as the block log and the export hold it. `finalization` is F of this block or of a
// descendant whose justification chain reaches it; `final_by` says which height it names.
struct FinalBlock {
    Block block;
    std::optional<QuorumCert> finalization;  // absent when a later block's F covers this one
};

void encode(Writer& out, const Justification& justification);
Justification decode_justification(Reader& in);
void encode(Writer& out, const Body& body);
Body decode_body(Reader& in);
void encode(Writer& out, const Block& block);
// Checks form and that the body is the one the header names (tx_count, txs_hash).
Result<Block, Reject> decode_block(BytesView bytes);

}  // namespace quanlu::chain
