// What several resources are made of: numbers in paths, headers with what makes them final, the
// "as of" of an answer.
#pragma once

#include <optional>
#include <string>

#include "ledger/kv/kv.h"
#include "ledger/proof/bundle.h"
#include "node/api/reply.h"

namespace quanlu::api {

// Plain digits, at most fifteen.
std::optional<std::uint64_t> number(const std::string& text);
// A page's size as asked, 1 to 1,000, 100 when not asked. Nothing: malformed.
std::optional<std::size_t> page_size(const Request& request);
// The header of a height and what makes it final.
std::optional<proof::FinalHeader> final_header(const kv::Reader& reader, Height height);
json::Value as_of(const chain::Header& header);
// Ledger-Height and Ledger-Root.
void add_height(Reply& reply, const chain::Header& header);
// ETag of an answer that one height decides, and nothing else but who asks.
void add_etag(Reply& reply, const chain::Header& header);

}  // namespace quanlu::api
