// Strict JSON in, canonical JSON (RFC 8785, JCS) out. The house profile (docs/protocol.md 2):
// objects, arrays, strings, booleans and integers within +-(2^53-1). Refused: duplicate keys (after
// unescaping), null, floats and exponents, bigger integers, control characters in strings,
// non-ASCII or empty keys, text that is not NFC or not UTF-8, depth over kJsonDepthMax, size over
// the caller's cap, anything after the document. With this profile the writer's bytes are JCS
// bytes.
#pragma once

#include <boost/container/flat_map.hpp>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "crypto/base/result.h"

namespace quanlu::json {

inline constexpr int kDepthMax = 16;                // no signed document needs more
inline constexpr std::size_t kSizeMax = 64 * 1024;  // default cap, bytes (RELIABILITY E24)
inline constexpr std::int64_t kIntegerMax = 9'007'199'254'740'991;  // 2^53 - 1

class Value;
using Array = std::vector<Value>;
// Sorted bytewise = JCS order for ASCII keys. One block of memory an object: records are read and
// copied far more often than they grow. Inserting moves the members: keep no reference across it.
using Object = boost::container::flat_map<std::string, Value, std::less<>>;

class Value {
public:
    Value() : held_(Object{}) {}
    Value(bool b) : held_(b) {}
    Value(std::int64_t n) : held_(n) {}
    Value(int n) : held_(static_cast<std::int64_t>(n)) {}
    Value(std::uint32_t n) : held_(static_cast<std::int64_t>(n)) {}
    Value(std::uint64_t n);  // REQUIRES: n <= kIntegerMax
    Value(std::string s) : held_(std::move(s)) {}
    Value(std::string_view s) : held_(std::string(s)) {}
    Value(const char* s) : held_(std::string(s)) {}
    Value(Array a) : held_(std::move(a)) {}
    Value(Object o) : held_(std::move(o)) {}
    bool operator==(const Value&) const = default;

    [[nodiscard]] bool is_bool() const { return std::holds_alternative<bool>(held_); }
    [[nodiscard]] bool is_integer() const { return std::holds_alternative<std::int64_t>(held_); }
    [[nodiscard]] bool is_string() const { return std::holds_alternative<std::string>(held_); }
    [[nodiscard]] bool is_array() const { return std::holds_alternative<Array>(held_); }
    [[nodiscard]] bool is_object() const { return std::holds_alternative<Object>(held_); }

    // REQUIRES: it is of that kind.
    [[nodiscard]] bool as_bool() const;
    [[nodiscard]] std::int64_t as_integer() const;
    [[nodiscard]] const std::string& as_string() const;
    [[nodiscard]] const Array& as_array() const;
    [[nodiscard]] const Object& as_object() const;
    Array& as_array();
    Object& as_object();

    // Member of an object, or nullptr when this is no object or has no such key.
    [[nodiscard]] const Value* find(std::string_view key) const;
    // Member with a default when absent or of another kind.
    [[nodiscard]] std::string_view string_or(std::string_view key, std::string_view fallback) const;
    [[nodiscard]] std::int64_t integer_or(std::string_view key, std::int64_t fallback) const;
    [[nodiscard]] bool bool_or(std::string_view key, bool fallback) const;
    // REQUIRES: is_object(). Inserts an empty object when absent.
    Value& operator[](std::string_view key);
    void set(std::string_view key, Value value);
    void erase(std::string_view key);
    // REQUIRES: is_array().
    void push(Value value);

private:
    std::variant<Object, Array, std::string, std::int64_t, bool> held_;
};

// Why a text was refused: a stable reason and the byte offset at which it was noticed.
struct Error {
    std::string reason;  // "duplicate_key", "float", "integer_range", "null", "control_character",
                         // "not_nfc", "bad_utf8", "key_not_ascii", "empty_key", "depth", "size",
                         // "syntax", "trailing"
    std::size_t offset = 0;
};

// Parses one whole document. size_max in bytes.
Result<Value, Error> parse(std::string_view text, std::size_t size_max = kSizeMax);
// Canonical text (JCS). Total: every Value has one.
std::string write(const Value& value);
// Indented for people; never hashed or signed.
std::string write_pretty(const Value& value);

}  // namespace quanlu::json
