// The judge: a bundle and a pinned genesis in, a verdict out. Recomputes every hash and signature;
// believes neither the node that made the bundle nor any root, key hash or name inside it. No
// clock, file or socket: "now" is given. Fails closed: what is not proven is invalid. What a valid
// verdict does not show is listed in it (RELIABILITY E29).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/proof/bundle.h"
#include "ledger/proof/wording.h"

namespace quanlu::proof {

inline constexpr std::int64_t kMaxAgeMs = 60'000;  // default freshness: some heartbeats (D10)
inline constexpr std::int64_t kClockAheadMs =
    60'000;  // a header this far in our future says our clock is wrong

struct Question {
    std::optional<std::string> key;  // what the asker wanted to know; for transactions the tx id
    std::optional<Height>
        at_height;  // "true at this height" is all that is asked: age does not matter
    std::optional<UnixMillis> now;  // without it age is not judged
    std::int64_t max_age_ms = kMaxAgeMs;
};

enum class Answer : std::uint8_t {
    valid,         // holds, and is as young as asked (or age was not asked for)
    stale,         // holds for its time, and that is too long ago (or in the future of our clock)
    invalid,       // something does not hold: reason and detail say what
    other_key,     // holds, but is about another key than the one asked for
    other_height,  // holds, but at another height than the one asked for
};
std::string_view to_text(Answer answer);

// Of the one key or transaction, or of each of a batch.
struct Fact {
    std::string key;      // map key, or tx id
    bool present = true;  // false: proven absence
    Sentence sentence;
    std::size_t steps = 0;  // hashes from leaf to root
    bool operator==(const Fact&) const = default;
};

struct Verdict {
    Answer answer = Answer::invalid;
    std::string reason;  // invalid: "wrong_chain", "members", "path", "finality", "certificate",
                         // "tree_proof", ...
    std::string detail;
    std::vector<Fact> facts;  // empty when invalid
    Height height;            // of the header that everything rests on; set unless invalid
    UnixMillis time;
    Epoch epoch;
    Hash block, state_root, log_root, chain_id;
    std::size_t members = 0;             // of the epoch
    std::vector<std::string> signers;    // names of those whose signatures were checked
    std::size_t headers_linked = 0;      // headers between it and the finalized one
    std::optional<std::int64_t> age_ms;  // against `now`
    std::vector<Sentence> not_shown;     // what this verdict does not say
};

Verdict verify(const Bundle& bundle, const chain::Genesis& genesis, const Question& question);

// ECOSYSTEM 1.5: 0 valid, 1 invalid or not what was asked, 3 stale.
int exit_code(const Verdict& verdict);

}  // namespace quanlu::proof
