// Search tables derived from final blocks: where a transaction stands, which records name a party
// or a right. Rebuilt with the state from the block log; never the source of a "no" (a list may be
// checked against proofs, an absence must).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/chain/quorum_cert.h"
#include "ledger/execution/executor.h"
#include "ledger/kv/kv.h"

namespace quanlu::index {

// Genesis: its header and founding records.
void add_founding(const chain::Header& genesis, const chain::Writes& records, kv::Batch& batch);

// Adds the entries of one block to the batch that makes it final.
void add_block(const execution::Executed& executed,
               const std::optional<chain::QuorumCert>& finalization, kv::Batch& batch);

// A final block's header, and its own finalization where it has one; without, a later block's
// covers it.
struct BlockEntry {
    chain::Header header;
    std::optional<chain::QuorumCert> finalization;
};
// Is there an entry for `last` and each of the `heights` before it, genesis among them? After a
// power cut LevelDB may have lost an older unsynced log and kept a newer one.
bool is_whole(const kv::Reader& reader, Height last, std::uint64_t heights);
std::optional<BlockEntry> find_block(const kv::Reader& reader, Height height);

struct TxPlace {
    chain::Where where;
    std::uint64_t leaf_index = 0;  // in the log
    UnixMillis time;               // of its block
    std::string outcome;           // JCS text, as in the log line; the JWS stands in the block log
};
std::optional<TxPlace> find_tx(const kv::Reader& reader, const Hash& tx_id);

// Acts that wait for an approval by `party`: the names under which they stand in the map
// (pend/NAME), after `after`, at most `limit`, ascending. Looks at so many open acts at most that a
// query stays short; `next` is where it stopped, empty at the end.
struct OpenActs {
    std::vector<std::string> names;
    std::string next;
};
OpenActs open_acts(const kv::Reader& reader, std::string_view party, std::string_view after,
                   std::size_t limit);

// Ids of records of `type` that name `ref` (a party id, a right id, or "*" for all), after `after`,
// at most `limit`, ascending.
std::vector<std::string> list(const kv::Reader& reader, std::string_view type, std::string_view ref,
                              std::string_view after, std::size_t limit);

}  // namespace quanlu::index
