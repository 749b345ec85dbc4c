// Approving what another officer has filed (B.14). What he signed is taken out of the log as it is:
// two officers approve one content, and sealing the same fields again would make another.
#pragma once

#include "cli/actor.h"
#include "cli/command.h"
#include "ledger/registry/record_type.h"

namespace quanlu::cli {

struct ToApprove {
    json::Value body;    // as the first officer signed it
    json::Value opened;  // what --disclosures shows of its sealed fields: name -> value
    std::string unseen;  // names of the other sealed fields
};

// The act that the transaction of --approve began, proven, when it is the one that this command is
// about and waits for an approval; else a usage_error with what it is. E_FORBIDDEN, E_NOT_FOUND:
// there is no proof of it, for this caller or at all.
Result<ToApprove, Failure> fetch_to_approve(Session& session, const Context& context,
                                            const Actor& actor, const Parsed& parsed,
                                            const registry::Verb& verb, const std::string& act);
// What was approved, for whoever did.
void show_approved(const ToApprove& approved, Answer& answer);

}  // namespace quanlu::cli
