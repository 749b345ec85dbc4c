// HTTP to a node through libcurl: bounded answers, clear reasons. Nothing a node says is believed
// here; verified.h is.
#pragma once

#include <string>
#include <vector>

#include "cli/exit.h"
#include "crypto/base/result.h"

namespace quanlu::cli {

inline constexpr std::size_t kAnswerBytesMax = 64 * 1024 * 1024;

struct HttpAnswer {
    long status = 0;
    std::string content_type;
    std::string body;
};

struct HttpRequest {
    std::string method = "GET";
    std::string url;
    std::string content_type;  // for a body
    std::string body;
    std::vector<std::string> headers;  // "Name: value"
    long timeout_s = 30;
};

// A connection that is kept and used again.
class Http {
public:
    Http();
    ~Http();
    Http(const Http&) = delete;
    Http& operator=(const Http&) = delete;
    // E.g. refused, timed out, too large: Failure "no_node" with URL, reason and what to try.
    Result<HttpAnswer, Failure> send(const HttpRequest& request);

private:
    void* curl_;
};

// For a path segment or query value.
std::string url_encode(std::string_view text);
// REQUIRES: made by url_encode.
std::string url_decode(std::string_view text);

}  // namespace quanlu::cli
