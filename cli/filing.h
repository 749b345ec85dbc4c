// Filing an act: what must not be lost is on disk before it is sent, and what came of it is proven.
#pragma once

#include <string>

#include "cli/actor.h"
#include "cli/seal.h"
#include "cli/verified.h"

namespace quanlu::cli {

struct Filing {
    std::string act;     // "pledge.draft"
    std::string record;  // empty: a new one
    Sealed sealed;
    std::int64_t version = 0;  // that it must have; 0: any
    int wait_s = 0;            // for finality
};

struct Filed {
    Outcome outcome;
    std::string disclosures_path;  // empty: nothing was sealed
};

// Signs an act, writes the disclosures of its sealed fields beside (TX.disclosures.json: without
// their salts what is on the ledger can never be opened, DESIGN D4), sends it, waits for finality
// and, unless --no-verify, puts what the log says of it in the place of what the node said. Where
// it fails the facts name what was signed and what was written, and `filed`: "no" after a refusal,
// else "perhaps"; nothing was sent when there is none. "bad_proof": the log says otherwise.
Result<Filed, Failure> file_act(Session& session, const Context& context, const Actor& actor,
                                const Filing& filing);
// Final, as far as this side looked: what may be counted as filed.
bool is_final(const Outcome& outcome, const Flags& flags);
// What it makes of the answer: its trust, and exit 3 where it is not final, or not proven so.
void judge_act(const Outcome& outcome, const Flags& flags, Answer& answer);

}  // namespace quanlu::cli
