// A leaf of the log is one line of JCS JSON, exactly a line of the NDJSON export (DESIGN D5a;
// docs/protocol.md 6). Three kinds: the header of the block before, the deadlines this block
// carried out, a transaction with its outcome.
#pragma once

#include <string>

#include "ledger/chain/header.h"
#include "ledger/chain/outcome.h"

namespace quanlu::chain {

// {"hash","header":"<base64url>","height","kind":"header","time"}
std::string header_leaf(const Header& header);
// {"events":[...],"height","kind":"system","time"}
std::string system_leaf(Height height, UnixMillis time, const std::vector<Event>& events);
// {"height","id","index","kind":"tx","outcome":{...},"time","tx":"<JWS>"}
std::string tx_leaf(const Where& where, UnixMillis time, std::string_view jws, const Hash& tx_id,
                    const Outcome& outcome);
// The same from the outcome's text, as an index keeps it.
std::string tx_leaf_with(const Where& where, UnixMillis time, std::string_view jws,
                         const Hash& tx_id, std::string_view outcome);
std::string outcome_text(const Outcome& outcome);

}  // namespace quanlu::chain
