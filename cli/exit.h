// Exit codes of every program (ECOSYSTEM 1.5) and the one way a command fails: what, where, why,
// next.
#pragma once

#include <string>

#include "crypto/base/json.h"
#include "ledger/chain/refusal.h"

namespace quanlu::cli {

enum class Exit : int {
    done = 0,
    no = 1,           // invalid proof, refused by a rule, differs
    usage = 2,        // usage or malformed input
    stale = 3,        // valid but stale or not final
    trust = 4,        // missing trust input or login
    not_found = 5,    // with absence proof where asked
    conflict = 6,     // version, duplicate
    unreachable = 7,  // no node, no quorum, time-out: retry is safe
    not_allowed = 8,  // role, maker-checker
    internal = 70,
    interrupted = 130,
};

struct Failure {
    Exit exit = Exit::internal;
    std::string code;    // stable: a ledger code or "usage", "no_node", "bad_proof", ...
    std::string en, zh;  // one sentence each
    json::Value facts;   // object: label -> text or number
    std::string next_en, next_zh;
};

// A failure whose texts are those of a ledger code.
Failure failure_of(chain::Code code, json::Value facts = {});
// Puts one more next step behind those there are.
void add_next(Failure& failure, std::string_view en, std::string_view zh);
Failure usage_error(std::string en, std::string zh, std::string next_en = {},
                    std::string next_zh = {});

}  // namespace quanlu::cli
