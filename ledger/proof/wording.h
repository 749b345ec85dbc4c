// What a proven fact means, in a sentence a clerk understands, in both languages. Only what the
// proof shows is said: "no pledge" stands here when the right's own encumbrance picture is in the
// map and its list is empty, nothing less.
#pragma once

#include <string>
#include <string_view>

#include "crypto/base/json.h"
#include "ledger/chain/outcome.h"

namespace quanlu::proof {

struct Sentence {
    std::string en, zh;
    bool operator==(const Sentence&) const = default;
};

// The map holds `value` at `key`. Rights (`right/...`) are told with pledges, freezes, pool and
// filing under review.
Sentence say_record(std::string_view key, const json::Value& value);
// The map holds nothing at `key`.
Sentence say_absence(std::string_view key);
// A transaction stands in the log with this outcome.
Sentence say_tx(std::string_view tx_id, std::string_view act, std::string_view party,
                const chain::Outcome& outcome, const chain::Where& where);

// 1,234,567
std::string grouped(std::uint64_t number);

}  // namespace quanlu::proof
