// Why something was refused, as an answer: stable code, facts, where it collided. Texts in zh and
// en, legal ground, next step, HTTP status and exit code of every code stand in refusals.def and
// nowhere else.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "crypto/base/json.h"
#include "crypto/base/tagged.h"

namespace quanlu::chain {

enum class Code : std::uint16_t {
    ok = 0,
#define QUANLU_REFUSAL(code, ...) code,
#include "ledger/chain/refusals.def"
#undef QUANLU_REFUSAL
};

struct CodeText {
    Code code;
    std::string_view name;              // "E_ALREADY_PLEDGED"
    std::string_view en, zh;            // one sentence each
    std::string_view ground;            // legal or protocol ground, "" when none
    std::string_view next_en, next_zh;  // what to do now
    int http_status;                    // RFC 9457 answer
    int exit_code;                      // ECOSYSTEM 1.5
};

std::string_view name(Code code);  // "OK" for ok
const CodeText& text(Code code);   // REQUIRES: code != ok
std::optional<Code> code_from_name(std::string_view name);
std::span<const CodeText> all_codes();

// Position of a transaction in the total order of the ledger.
struct Where {
    Height height;
    std::uint32_t index = 0;
    auto operator<=>(const Where&) const = default;
};

struct Refusal {
    Code code = Code::E_SCHEMA;
    std::string field;  // JSON pointer into the body, or the name of the claim; may be empty
    json::Value facts;  // object: what it collided with, expected against found
    std::optional<Where> conflict;  // where the thing it collided with was made

    Refusal() = default;
    Refusal(Code c, std::string f = {}, json::Value more = {}, std::optional<Where> at = {})
        : code(c), field(std::move(f)), facts(std::move(more)), conflict(at) {}
};

// {"code":...,"field":...,"facts":{...},"at":{"height","index"}}: the form in log leaves and API
// answers.
json::Value to_json(const Refusal& refusal);

}  // namespace quanlu::chain
