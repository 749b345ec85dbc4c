// Frames between members (docs/protocol.md 8): one struct a kind, in a variant. u32 length | kind
// u8 | payload, all big-endian, canonical: a frame that does not re-encode to itself is refused.
#pragma once

#include <variant>
#include <vector>

#include "consensus/message.h"
#include "ledger/chain/block.h"

namespace quanlu::replica::wire {

struct Greeting {  // the peers' Status (CONSENSUS 7.2): on connect and every t_r
    Epoch epoch;
    View view;
    Height height;                           // final height
    std::optional<chain::QuorumCert> floor;  // F of the floor
    std::optional<chain::QuorumCert> entry;  // certificate that let the sender into its view
    UnixMillis wall;
    std::uint64_t life = 0;  // drawn at each start of the sender; never 0
    // Every member asks at its start what the others know of its own votes (7.4).
    enum class About : std::uint8_t { nothing, question, answer } about = About::nothing;
    std::uint64_t asked_by = 0;            // answer: the life that asked
    std::vector<chain::SignedVote> yours;  // answer: votes of the receiver that the sender holds
    std::string version;                   // software, at most 64 bytes
};
// More than twice the votes of all views that a member follows (consensus/limits.h): alone or in
// certificates.
inline constexpr std::size_t kAnswerVotesMax = 4'096;
struct Proposal {
    chain::Header header;
    std::vector<Hash> tx_hashes;
    chain::Justification justification;
    chain::SignedVote leader_vote;
};
struct VoteMsg {
    chain::SignedVote vote;
};
struct CertMsg {
    chain::QuorumCert cert;
};
struct Txs {  // gossip, and the answer to FetchTxs
    std::vector<std::string> jws;
};
struct FetchTxs {
    Hash block;  // whose body lacks them
    std::vector<Hash> tx_hashes;
};
struct FetchCert {
    std::optional<chain::VoteKind> kind;
    Epoch epoch;
    View view;
};
struct FetchBlock {
    Hash block;
};
struct BlockMsg {  // answer to FetchBlock: notarized or proposed block with body and justification
    chain::Block block;
};
struct FetchRange {  // final blocks from this height on, as many as fit in one frame
    Height from;
    std::uint32_t count = 0;
};
struct Range {  // the heights asked for, ascending from the first; may end early, and with blocks
                // that only a later one's finalization covers
    std::vector<chain::FinalBlock> blocks;
};

using Message = std::variant<Greeting, Proposal, VoteMsg, CertMsg, Txs, FetchTxs, FetchCert,
                             FetchBlock, BlockMsg, FetchRange, Range>;

inline constexpr std::size_t kFrameBytesMax =
    12 * 1024 * 1024;  // a full body with justification and room

Bytes encode(const Message& message);  // kind u8 | payload, without the length
Result<Message, chain::Reject> decode(BytesView frame);

}  // namespace quanlu::replica::wire
