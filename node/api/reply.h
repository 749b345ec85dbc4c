// Requests and answers of the resources, without any HTTP library: what is asked, what is said. RFC
// 9457 for refusals.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "crypto/base/json.h"
#include "ledger/chain/refusal.h"

namespace quanlu::api {

struct Request {
    std::string method;
    std::string path;                          // decoded, without the query
    std::map<std::string, std::string> query;  // decoded
    std::string authorization, body, content_type, request_id, if_none_match;
    [[nodiscard]] std::string get(const std::string& name) const {
        const auto found = query.find(name);
        return found == query.end() ? std::string() : found->second;
    }
};

struct Reply {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
};

Reply ok(const json::Value& value);
// application/problem+json with code, title in both languages, facts and next step; all texts from
// refusals.def.
Reply problem(const chain::Refusal& refusal);
Reply problem(chain::Code code, std::string detail = {});

// Splits and decodes a request target; false when it is malformed (bad escapes, controls, over
// 2,048 bytes).
bool parse_target(std::string_view target, Request& request);

}  // namespace quanlu::api
