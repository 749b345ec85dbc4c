// See parts.h.
#include "node/api/parts.h"

#include "crypto/base/civil_time.h"
#include "crypto/base/encode.h"
#include "ledger/index/index.h"

namespace quanlu::api {

namespace {

constexpr std::size_t kPageMax = 1'000;
constexpr std::size_t kPageDefault = 100;

}  // namespace

std::optional<std::uint64_t> number(const std::string& text) {
    if (text.empty() || text.size() > 15) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

std::optional<std::size_t> page_size(const Request& request) {
    const std::string asked = request.get("limit");
    if (asked.empty()) return kPageDefault;
    const auto n = number(asked);
    if (!n || *n < 1 || *n > kPageMax) return std::nullopt;
    return static_cast<std::size_t>(*n);
}

std::optional<proof::FinalHeader> final_header(const kv::Reader& reader, Height height) {
    auto entry = index::find_block(reader, height);
    if (!entry) return std::nullopt;
    proof::FinalHeader out;
    out.header = entry->header;
    while (!entry->finalization) {
        height = height.next();
        entry = index::find_block(reader, height);
        if (!entry || out.path.size() >= proof::kPathMax) return std::nullopt;
        out.path.push_back(entry->header);
    }
    out.finalization = *entry->finalization;
    return out;
}

json::Value as_of(const chain::Header& header) {
    return json::Object{{"height", header.height.value},
                        {"time", to_rfc3339(header.time)},
                        {"state_root", to_hex(header.state_root)}};
}

void add_height(Reply& reply, const chain::Header& header) {
    reply.headers.emplace_back("Ledger-Height", std::to_string(header.height.value));
    reply.headers.emplace_back("Ledger-Root", to_hex(header.state_root));
}

void add_etag(Reply& reply, const chain::Header& header) {
    reply.headers.emplace_back("ETag", "\"h" + std::to_string(header.height.value) + "-" +
                                           to_hex(header.state_root).substr(0, 16) + "\"");
}

}  // namespace quanlu::api
