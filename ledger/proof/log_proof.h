// Proofs inside the one log (docs/protocol.md 6): a line stands at an index of a log of a given
// size, and an older log is a beginning of a newer one. JSON forms over crypto/merkle.h. The roots
// come from verified headers or checkpoints, never from the proof.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/json.h"

namespace quanlu::proof {

inline constexpr std::size_t kLogPathMax =
    64;  // a log of 2^53 leaves needs 53; consistency one more

struct LogInclusion {
    std::uint64_t index = 0;
    std::uint64_t size = 0;
    std::vector<Hash> path;  // leaf to root
    bool operator==(const LogInclusion&) const = default;
};

struct LogConsistency {
    std::uint64_t old_size = 0;
    std::uint64_t new_size = 0;
    std::vector<Hash> path;
    bool operator==(const LogConsistency&) const = default;
};

// A log as a verified header or checkpoint states it. Size and root belong together: a path alone
// does not bind the size it was made for, so neither is ever taken from the proof.
struct LogHead {
    std::uint64_t size = 0;
    Hash root;
    bool operator==(const LogHead&) const = default;
};

// True when this log holds exactly `line` at proof.index.
bool verify_line(const LogInclusion& proof, std::string_view line, const LogHead& log);
// True when the older log is a beginning of the newer one.
bool verify_growth(const LogConsistency& proof, const LogHead& older, const LogHead& newer);

// {"index","path":["<hex>",...],"size"} and {"new_size","old_size","path"}; strict both ways.
json::Value to_json(const LogInclusion& proof);
json::Value to_json(const LogConsistency& proof);
std::optional<LogInclusion> log_inclusion_from_json(const json::Value& value);
std::optional<LogConsistency> log_consistency_from_json(const json::Value& value);

}  // namespace quanlu::proof
