// Who may act, and whether the same act has been put by enough officers (DOMAIN B.14, Q-01). There
// is no second document: the same act with the same content, submitted by another key, is the
// approval. What waits stands under pend/<hash of act, record, body and, inside one party, its id>
// and lapses by block time; a lapsed one is treated as absent, whether anybody took it away or not,
// and so is one for another version of the record. Approvals of a party that is not active any
// more, or one of whose keys is not in force any more, do not count. Not here: the order of the
// checks (engine.cpp), an officer's dates (admit).
#pragma once

#include <set>
#include <string>

#include "ledger/registry/record_type.h"

namespace quanlu::registry {

// The acting officer as the ledger knows it.
struct Actor {
    const Draft& draft;
    const chain::Tx& tx;
    const Moment& now;
    const json::Value& party;    // value of party/<iss>
    const json::Value& officer;  // its entry under tx.kid
    std::int64_t version;        // of the record acted on; 0: there is none yet
};

const json::Value* find_officer(const json::Value& party, std::string_view kid);
bool is_in_force(const json::Value& officer, UnixMillis time);
bool has_duty(const json::Value& officer, std::string_view duty);

// E_ADMIN_CANNOT_TRANSACT, E_ROLE, E_WRONG_AUTHORITY. `asked`: the parties an every_party act waits
// for.
std::optional<chain::Refusal> check_role(const Actor& actor, const Verb& verb,
                                         const std::set<std::string>& asked);

struct Approvals {
    bool complete = true;  // the act is carried out by this submission
    std::string key;       // pend/...; empty where one officer suffices
    json::Value pending;   // what to store while more are needed
};
// E_FOUR_EYES: the same officer again, a checker before any maker, a maker who may not approve.
Result<Approvals, chain::Refusal> take_approval(const Actor& actor, const Verb& verb,
                                                const std::set<std::string>& asked);

}  // namespace quanlu::registry
