// What a bank keeps for twenty years: one JSON document with a fact, its proof, the header it rests
// on, that header's finality, and the chain of member sets (docs/protocol.md 9). A bundle is a
// claim; verify.h judges it. Reading checks form only, and form has one spelling: what is read is
// written again exactly so.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/proof/log_proof.h"
#include "ledger/proof/tree_proof.h"
#include "ledger/proof/trust.h"

namespace quanlu::proof {

inline constexpr std::size_t kBundleBytesMax =
    16 * 1024 * 1024;                                // a batch of 1,000 rights with their values
inline constexpr std::size_t kBatchMax = 1'000;      // keys of one batch (ECOSYSTEM 2.2)
inline constexpr std::size_t kNoteBytesMax = 1'000;  // a word from who made it; proves nothing

// 1 to 256 visible ASCII characters: a key that a reader cannot tell from another by eye (blank,
// control, look-alike letter) would make a true absence read as a false one.
bool is_key(std::string_view text);

// What the map holds at a key: the value, or nothing.
struct MapItem {
    std::string key;
    std::optional<json::Value> value;
    TreeProof proof;
    bool operator==(const MapItem&) const = default;
};

struct LogItem {
    std::string line;  // the leaf, docs/protocol.md 6
    LogInclusion proof;
    bool operator==(const LogItem&) const = default;
};

enum class BundleKind : std::uint8_t { record, absence, tx, batch };
std::string_view to_text(BundleKind kind);

struct Bundle {
    BundleKind kind = BundleKind::record;
    Hash chain_id;
    std::vector<MapItem>
        items;  // one for record and absence, 1 to kBatchMax for batch, none for tx
    std::optional<LogItem> log;     // for tx
    FinalHeader final;              // whose state_root or log_root the proofs lead to
    std::vector<EpochStep> epochs;  // member sets from epoch 0 to that of the header
    std::string note;
    bool operator==(const Bundle&) const = default;
};

// REQUIRES: the parts that `kind` has are there and no others.
json::Value to_json(const Bundle& bundle);

// Where and why a text is no bundle.
Result<Bundle, std::string> bundle_from_json(const json::Value& document);
Result<Bundle, std::string> parse_bundle(std::string_view text);

}  // namespace quanlu::proof
