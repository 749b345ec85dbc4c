// JSON (strict and canonical), text forms of bytes, dates, and what is made of them: keys, JWS,
// disclosures.
#include <set>

#include "crypto/base/civil_time.h"
#include "crypto/base/encode.h"
#include "crypto/base/json.h"
#include "crypto/base/json_size.h"
#include "crypto/base/text.h"
#include "crypto/jwk.h"
#include "crypto/jws.h"
#include "crypto/sealed.h"
#include "tests/fuzz/targets.h"
#include "tests/fuzz/world.h"

namespace quanlu::fuzz {

namespace {

// The house profile (docs/protocol.md 2) once more, by itself: the oracle of the shipped parser.
class Profile {
public:
    explicit Profile(std::string_view text) : text_(text) {}
    bool holds() {
        if (!value(0)) return false;
        blank();
        return at_ == text_.size();
    }

private:
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    [[nodiscard]] bool more() const { return at_ < text_.size(); }
    void blank() {
        while (more() && (peek() == ' ' || peek() == '\t' || peek() == '\r' || peek() == '\n'))
            ++at_;
    }
    bool take(char c) {
        if (!more() || peek() != c) return false;
        ++at_;
        return true;
    }
    bool word(std::string_view name) {
        if (!text_.substr(at_).starts_with(name)) return false;
        at_ += name.size();
        return true;
    }
    bool value(int depth) {
        blank();
        if (!more()) return false;
        std::string ignored;
        switch (peek()) {
            case '{':
                return object(depth);
            case '[':
                return array(depth);
            case '"':
                return string(ignored);
            case 't':
                return word("true");
            case 'f':
                return word("false");
            default:
                return integer();
        }
    }
    bool integer() {
        const bool minus = take('-');
        const std::size_t from = at_;
        while (more() && peek() >= '0' && peek() <= '9') ++at_;
        const std::string_view digits = text_.substr(from, at_ - from);
        if (digits.empty() || (digits.size() > 1 && digits[0] == '0')) return false;
        if (minus && digits == "0") return false;
        if (peek() == '.' || peek() == 'e' || peek() == 'E') return false;
        constexpr std::string_view kMax = "9007199254740991";
        return digits.size() < kMax.size() || (digits.size() == kMax.size() && digits <= kMax);
    }
    bool hex4(unsigned& code) {
        code = 0;
        for (int i = 0; i < 4; ++i) {
            const char c = peek();
            const int digit = c >= '0' && c <= '9'   ? c - '0'
                              : c >= 'a' && c <= 'f' ? c - 'a' + 10
                              : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                     : -1;
            if (!more() || digit < 0) return false;
            code = code * 16 + static_cast<unsigned>(digit);
            ++at_;
        }
        return true;
    }
    static void put(std::string& out, unsigned code) {
        const auto byte = [&out](unsigned b) { out += static_cast<char>(b); };
        if (code < 0x80) {
            byte(code);
        } else if (code < 0x800) {
            byte(0xC0 | code >> 6);
            byte(0x80 | (code & 63));
        } else if (code < 0x10000) {
            byte(0xE0 | code >> 12);
            byte(0x80 | (code >> 6 & 63));
            byte(0x80 | (code & 63));
        } else {
            byte(0xF0 | code >> 18);
            byte(0x80 | (code >> 12 & 63));
            byte(0x80 | (code >> 6 & 63));
            byte(0x80 | (code & 63));
        }
    }
    bool escape(std::string& out) {
        if (!more()) return false;
        const char c = text_[at_++];
        if (c == '"' || c == '\\' || c == '/') {
            out += c;
            return true;
        }
        unsigned code = 0;
        if (c != 'u' || !hex4(code)) return false;  // \b \f \n \r \t name control characters
        if (code >= 0xD800 && code < 0xDC00) {
            unsigned low = 0;
            if (!take('\\') || !take('u') || !hex4(low) || low < 0xDC00 || low > 0xDFFF)
                return false;
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        } else if (code >= 0xDC00 && code < 0xE000) {
            return false;
        }
        put(out, code);
        return true;
    }
    bool string(std::string& out) {
        if (!take('"')) return false;
        while (more()) {
            const char c = text_[at_++];
            if (c == '"') {
                for (const char one : out) {
                    if (static_cast<unsigned char>(one) < 0x20 || one == 0x7F) return false;
                }
                return is_utf8(out) && is_nfc(out);
            }
            if (c != '\\')
                out += c;
            else if (!escape(out))
                return false;
        }
        return false;
    }
    bool object(int depth) {
        if (depth == json::kDepthMax || !take('{')) return false;
        blank();
        if (take('}')) return true;
        std::set<std::string> keys;
        do {
            blank();
            std::string key;
            if (!string(key) || key.empty() || !is_ascii(key) || !keys.insert(key).second)
                return false;
            blank();
            if (!take(':') || !value(depth + 1)) return false;
            blank();
        } while (take(','));
        return take('}');
    }
    bool array(int depth) {
        if (depth == json::kDepthMax || !take('[')) return false;
        blank();
        if (take(']')) return true;
        do {
            if (!value(depth + 1)) return false;
            blank();
        } while (take(','));
        return take(']');
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

void fuzz_json(Input input) {
    const std::string text = text_of(input);
    const auto value = json::parse(text);
    const bool expected = text.size() <= json::kSizeMax && Profile(text).holds();
    must(!value.ok() || expected, "json: what is accepted is of the house profile");
    must(value.ok() || !expected, "json: what is of the house profile is accepted");
    if (!value.ok()) {
        must(!value.error().reason.empty() && value.error().offset <= text.size(),
             "json: a refusal has a reason and a place in the text");
        return;
    }
    accepted();
    const std::string canonical = json::write(*value);
    must(json::size_bound(*value) >= canonical.size(), "json: the text is within its bound");
    const auto again = json::parse(canonical, canonical.size());
    must(again.ok() && *again == *value, "json: the canonical text says the same");
    must(json::write(*again) == canonical, "json: the canonical text is a fixed point");
    must(canonical.size() <= 2 * text.size() + 2, "json: the canonical text is bounded");
    const std::string pretty = json::write_pretty(*value);
    const auto read = json::parse(pretty, pretty.size());
    must(read.ok() && *read == *value, "json: the indented text says the same");
}

void seed_json(Seeds& seeds) {
    seeds.add("empty", "{}");
    seeds.add("kinds", R"({"a":[1,-2,true,false,"x",{}],"b":{"c":"d\"\\/\u0041"},"n":0})");
    seeds.add("edges", R"([9007199254740991,-9007199254740991,10,"\ud83d\ude00","权录"])");
    seeds.add("blanks", " {\t\"a\" :\r\n[ ] } ");
    seeds.add("depth", "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]");
    seeds.add("float", R"({"a":1.5,"b":1e3,"c":-0})");
    seeds.add("refused", R"({"a":null,"a":9007199254740992,"":"\u0000\ud800"})");
    seeds.add("scalar", "\"text\"");
}

void fuzz_encode(Input input) {
    const std::string text = text_of(input);
    const std::string hex = to_hex(input), url = to_base64url(input), std64 = to_base64(input);
    must(from_hex(hex) == to_bytes(input), "hex: bytes come back");
    must(from_base64url(url) == to_bytes(input), "base64url: bytes come back");
    must(from_base64(std64) == to_bytes(input), "base64: bytes come back");
    if (const auto bytes = from_hex(text)) must(to_hex(*bytes) == text, "hex: one text");
    if (const auto bytes = from_base64url(text)) {
        accepted();
        must(to_base64url(*bytes) == text, "base64url: one text");
    }
    if (const auto bytes = from_base64(text)) must(to_base64(*bytes) == text, "base64: one text");
    if (const auto hash = hash_from_hex(text)) must(to_hex(*hash) == text, "hash: one text");
    if (is_utf8(text)) (void)is_nfc(text);
}

void seed_encode(Seeds& seeds) {
    seeds.add("hex", std::string(64, 'a'));
    seeds.add("url", "AAECAwQ-_w");
    seeds.add("std", "AAECAwQ+/w==");
    seeds.add("std3", "AAECAwQ=");
    seeds.add("utf8", "权录 e\xCC\x81");
}

void fuzz_civil_time(Input input) {
    const std::string text = text_of(input);
    if (const auto date = date_from_text(text)) {
        accepted();
        must(to_text(*date) == text, "date: one text");
        must(shanghai_date(UnixMillis{shanghai_day_end(*date).value - 1}) == *date,
             "date: the last instant of a day is of that day");
    }
    if (const auto instant = millis_from_rfc3339(text)) {
        accepted();
        const std::string canonical = to_rfc3339(*instant);
        must(millis_from_rfc3339(canonical) == instant, "time: the canonical text says the same");
        must(canonical == text || text.size() == 20, "time: one text with milliseconds");
    }
}

void seed_civil_time(Seeds& seeds) {
    for (const char* text : {"2026-11-20", "2024-02-29", "1900-01-01", "2999-12-31",
                             "2026-11-20T12:44:31.218Z", "2026-11-20T12:44:31Z"})
        seeds.add(text, std::string_view(text));
}

// Mode 1: header and claims in clear with a line feed between them, packed here, so that mutants
// reach the claims.
std::string jws_of(Input input) {
    const Moded in = moded(input);
    const std::string text = text_of(in.rest);
    if (in.mode % 2 == 0) return text;
    const std::size_t cut = text.find('\n');
    const std::string claims = cut == std::string::npos ? "" : text.substr(cut + 1);
    return to_base64url(as_bytes(text.substr(0, cut))) + "." + to_base64url(as_bytes(claims)) +
           "." + std::string(86, 'A');
}

// What jws_of packs, of a whole JWS.
Bytes opened_jws(std::string_view jws) {
    const std::size_t first = jws.find('.'), second = jws.rfind('.');
    Bytes out = *from_base64url(jws.substr(0, first));
    out.push_back('\n');
    append(out, *from_base64url(jws.substr(first + 1, second - first - 1)));
    return out;
}

void fuzz_jws(Input input) {
    const std::string text = jws_of(input);
    const auto parts = crypto::parse_jws(text, 65'536);
    if (!parts.ok()) {
        must(!parts.error().reason.empty(), "jws: a refusal has a reason");
        return;
    }
    accepted();
    must(text == std::string(parts->signing_input) + "." + to_base64url(parts->signature),
         "jws: signing input and signature are the whole text");
    must(parts->kid.size() == 43 && parts->claims.is_object(), "jws: kid and claims have form");
    must(!crypto::parse_jws(text, text.size() - 1).ok(), "jws: the cap holds");
}

void seed_jws(Seeds& seeds) {
    const std::string& jws = world().blocks.front().block.body.front();
    seeds.add_mode("whole", 0, as_bytes(jws));
    seeds.add_mode("open", 1, opened_jws(jws));
}

void fuzz_jwk(Input input) {
    const auto value = json::parse(text_of(input));
    if (!value.ok()) return;
    const auto key = crypto::key_from_jwk(*value);
    if (!key) return;
    accepted();
    must(crypto::to_jwk(*key) == *value, "jwk: one spelling");
    must(crypto::is_acceptable(*key), "jwk: an acceptable key");
    must(crypto::thumbprint(*key).size() == 43, "jwk: a thumbprint of 43 characters");
}

void seed_jwk(Seeds& seeds) {
    seeds.add("key", json::write(crypto::to_jwk(world().genesis.members.front().key)));
}

void fuzz_disclosure(Input input) {
    const Moded in = moded(input);
    const std::string text =
        in.mode % 2 == 0 ? text_of(in.rest) : to_base64url(in.rest);  // mode 1: the JSON in clear
    const auto read = crypto::parse_disclosure(text);
    if (!read) return;
    accepted();
    must(crypto::disclosure_digest(text).size() == 43, "disclosure: a digest of 43 characters");
    if (const auto salt = from_base64url(read->salt)) {
        const auto again =
            crypto::parse_disclosure(crypto::make_disclosure(read->name, read->value, *salt));
        must(again && again->salt == read->salt && again->name == read->name &&
                 again->value == read->value,
             "disclosure: what is made again says the same");
    }
}

void seed_disclosure(Seeds& seeds) {
    const Bytes salt(16, 7);
    const std::string made =
        crypto::make_disclosure("main_contract_no", json::Value("HT-2026-001"), salt);
    seeds.add_mode("whole", 0, as_bytes(made));
    seeds.add_mode("open", 1, *from_base64url(made));
}

}  // namespace quanlu::fuzz
