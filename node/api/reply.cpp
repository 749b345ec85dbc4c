// See reply.h.
#include "node/api/reply.h"

#include "crypto/base/text.h"

namespace quanlu::api {

namespace {

constexpr std::size_t kTargetBytesMax = 2'048;

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool decode(std::string_view text, std::string& out) {
    out.clear();
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            if (text.size() - i < 3) return false;
            const int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
            if (high < 0 || low < 0) return false;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (c == '+') {
            c = ' ';
        }
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
        out += c;
    }
    return true;
}

// Answers say back what was asked, in JSON of the house profile: so questions are of it as well.
bool decode_text(std::string_view escaped, std::string& out) {
    return decode(escaped, out) && is_utf8(out) && is_nfc(out);
}

}  // namespace

Reply ok(const json::Value& value) {
    Reply reply;
    reply.body = json::write(value);
    return reply;
}

Reply problem(const chain::Refusal& refusal) {
    const chain::CodeText& text = chain::text(refusal.code);
    json::Value body =
        json::Object{{"type", "https://quanlu.example/errors/" + std::string(text.name)},
                     {"title", text.en},
                     {"title_zh", text.zh},
                     {"status", text.http_status},
                     {"code", text.name},
                     {"next", text.next_en},
                     {"next_zh", text.next_zh},
                     {"ground", text.ground},
                     {"retryable", text.exit_code == 7}};
    if (!refusal.field.empty()) body.set("field", refusal.field);
    if (!refusal.facts.as_object().empty()) body.set("facts", refusal.facts);
    if (refusal.conflict) {
        body.set("at", json::Object{{"height", refusal.conflict->height.value},
                                    {"index", refusal.conflict->index}});
    }
    Reply reply;
    reply.status = text.http_status;
    reply.content_type = "application/problem+json";
    reply.body = json::write(body);
    if (text.exit_code == 7) reply.headers.emplace_back("Retry-After", "1");
    return reply;
}

Reply problem(chain::Code code, std::string detail) {
    json::Value facts;
    if (!detail.empty()) facts.set("detail", std::move(detail));
    return problem(chain::Refusal(code, "", std::move(facts)));
}

bool parse_target(std::string_view target, Request& request) {
    if (target.empty() || target.front() != '/' || target.size() > kTargetBytesMax) return false;
    const std::size_t mark = target.find('?');
    if (!decode_text(target.substr(0, mark), request.path)) return false;
    if (mark == std::string_view::npos) return true;
    std::string_view rest = target.substr(mark + 1);
    while (!rest.empty()) {
        const std::size_t amp = rest.find('&');
        const std::string_view pair = rest.substr(0, amp);
        const std::size_t equals = pair.find('=');
        std::string name, value;
        if (!decode_text(pair.substr(0, equals), name)) return false;
        if (equals != std::string_view::npos && !decode_text(pair.substr(equals + 1), value))
            return false;
        if (!request.query.emplace(name, value).second)
            return false;  // a parameter twice is ambiguous
        if (amp == std::string_view::npos) break;
        rest.remove_prefix(amp + 1);
    }
    return true;
}

}  // namespace quanlu::api
