// Members in JCS order, written directly: the JWS is ASCII without anything to escape.
#include "ledger/chain/leaf.h"

#include "crypto/base/encode.h"

namespace quanlu::chain {

std::string header_leaf(const Header& header) {
    return "{\"hash\":\"" + to_hex(hash_of(header)) + "\",\"header\":\"" +
           to_base64url(encode(header)) + "\",\"height\":" + std::to_string(header.height.value) +
           ",\"kind\":\"header\",\"time\":" + std::to_string(header.time.value) + "}";
}

std::string system_leaf(Height height, UnixMillis time, const std::vector<Event>& events) {
    json::Array list;
    for (const Event& event : events) list.push_back(to_json(event));
    return "{\"events\":" + json::write(list) + ",\"height\":" + std::to_string(height.value) +
           ",\"kind\":\"system\",\"time\":" + std::to_string(time.value) + "}";
}

std::string outcome_text(const Outcome& outcome) {
    return json::write(to_json(outcome));
}

std::string tx_leaf(const Where& where, UnixMillis time, std::string_view jws, const Hash& tx_id,
                    const Outcome& outcome) {
    return tx_leaf_with(where, time, jws, tx_id, outcome_text(outcome));
}

std::string tx_leaf_with(const Where& where, UnixMillis time, std::string_view jws,
                         const Hash& tx_id, std::string_view outcome) {
    std::string line;
    line.reserve(jws.size() + outcome.size() + 256);
    line += "{\"height\":" + std::to_string(where.height.value) + ",\"id\":\"" + to_hex(tx_id) +
            "\",\"index\":" + std::to_string(where.index) + ",\"kind\":\"tx\",\"outcome\":";
    line += outcome;
    line += ",\"time\":" + std::to_string(time.value) + ",\"tx\":\"";
    line += jws;
    line += "\"}";
    return line;
}

}  // namespace quanlu::chain
