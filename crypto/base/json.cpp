// The strict reader is nlohmann's SAX under our handler: the library tokenises, the handler
// decides. Writer: JCS.
#include "crypto/base/json.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "crypto/base/text.h"

namespace quanlu::json {

Value::Value(std::uint64_t n) : held_(static_cast<std::int64_t>(n)) {
    ENSURE(n <= static_cast<std::uint64_t>(kIntegerMax), "beyond 2^53-1");
}

bool Value::as_bool() const {
    ENSURE(is_bool());
    return std::get<bool>(held_);
}
std::int64_t Value::as_integer() const {
    ENSURE(is_integer());
    return std::get<std::int64_t>(held_);
}
const std::string& Value::as_string() const {
    ENSURE(is_string());
    return std::get<std::string>(held_);
}
const Array& Value::as_array() const {
    ENSURE(is_array());
    return std::get<Array>(held_);
}
const Object& Value::as_object() const {
    ENSURE(is_object());
    return std::get<Object>(held_);
}
Array& Value::as_array() {
    ENSURE(is_array());
    return std::get<Array>(held_);
}
Object& Value::as_object() {
    ENSURE(is_object());
    return std::get<Object>(held_);
}

const Value* Value::find(std::string_view key) const {
    const auto* object = std::get_if<Object>(&held_);
    if (object == nullptr) return nullptr;
    const auto found = object->find(key);
    return found == object->end() ? nullptr : &found->second;
}

std::string_view Value::string_or(std::string_view key, std::string_view fallback) const {
    const Value* member = find(key);
    return member != nullptr && member->is_string() ? std::string_view(member->as_string())
                                                    : fallback;
}
std::int64_t Value::integer_or(std::string_view key, std::int64_t fallback) const {
    const Value* member = find(key);
    return member != nullptr && member->is_integer() ? member->as_integer() : fallback;
}
bool Value::bool_or(std::string_view key, bool fallback) const {
    const Value* member = find(key);
    return member != nullptr && member->is_bool() ? member->as_bool() : fallback;
}

Value& Value::operator[](std::string_view key) {
    Object& object = as_object();
    const auto found = object.find(key);
    return found != object.end() ? found->second
                                 : object.emplace(std::string(key), Value()).first->second;
}
void Value::set(std::string_view key, Value value) {
    Object& object = as_object();
    const auto found = object.find(key);
    if (found != object.end()) {
        found->second = std::move(value);
    } else {
        object.emplace(std::string(key), std::move(value));
    }
}
void Value::erase(std::string_view key) {
    Object& object = as_object();
    const auto found = object.find(key);
    if (found != object.end()) object.erase(found);
}
void Value::push(Value value) {
    as_array().push_back(std::move(value));
}

namespace {

// Builds the value while the tokens come; the first rule broken ends the parse.
class Builder : public nlohmann::json_sax<nlohmann::json> {
public:
    bool null() override { return refuse("null"); }
    bool boolean(bool value) override { return take(Value(value)); }
    bool number_integer(number_integer_t value) override {
        if (value < -kIntegerMax) return refuse("integer_range");
        return take(Value(static_cast<std::int64_t>(value)));
    }
    bool number_unsigned(number_unsigned_t value) override {
        if (value > static_cast<std::uint64_t>(kIntegerMax)) return refuse("integer_range");
        return take(Value(static_cast<std::int64_t>(value)));
    }
    // Everything with a fraction or an exponent comes here, and integers beyond 64 bits.
    bool number_float(number_float_t, const string_t& text) override {
        return refuse(text.find_first_of(".eE") == std::string::npos ? "integer_range" : "float");
    }
    bool string(string_t& text) override {
        if (!acceptable(text)) return false;
        return take(Value(std::move(text)));
    }
    bool binary(binary_t&) override { return refuse("syntax"); }
    bool start_object(std::size_t) override { return open(Value(Object{})); }
    bool key(string_t& text) override {
        if (text.empty()) return refuse("empty_key");
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte >= 0x80) return refuse("key_not_ascii");
            if (byte < 0x20 || byte == 0x7F) return refuse("control_character");
        }
        if (open_.back()->find(text) != nullptr) return refuse("duplicate_key");
        key_ = std::move(text);
        return true;
    }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(Value(Array{})); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::json::exception& error) override {
        offset = position == 0 ? 0 : position - 1;
        const std::string_view what = error.what();
        // nlohmann checks UTF-8 and raw control characters itself; its text is the only place that
        // says which.
        if (what.find("UTF-8") != std::string_view::npos ||
            what.find("surrogate") != std::string_view::npos) {
            reason = "bad_utf8";
        } else if (what.find("control character") != std::string_view::npos) {
            reason = "control_character";
        } else if (what.find("out of range") != std::string_view::npos ||
                   what.find("out_of_range") != std::string_view::npos) {
            reason = "integer_range";
        } else {
            reason = done_ ? "trailing" : "syntax";
        }
        return false;
    }

    Value root;
    std::string reason;
    std::size_t offset = 0;

private:
    bool refuse(const char* why) {
        reason = why;
        return false;
    }
    bool acceptable(const std::string& text) {
        bool ascii = true;
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte < 0x20 || byte == 0x7F) return refuse("control_character");
            ascii = ascii && byte < 0x80;
        }
        if (ascii) return true;
        if (!is_utf8(text)) return refuse("bad_utf8");
        return is_nfc(text) || refuse("not_nfc");
    }
    // Puts a value where the parse stands; gives its place.
    Value* place(Value value) {
        if (open_.empty()) {
            root = std::move(value);
            return &root;
        }
        Value& parent = *open_.back();
        if (parent.is_array()) {
            parent.as_array().push_back(std::move(value));
            return &parent.as_array().back();
        }
        return &parent.as_object().emplace(std::move(key_), std::move(value)).first->second;
    }
    bool take(Value value) {
        place(std::move(value));
        done_ = open_.empty();
        return true;
    }
    bool open(Value value) {
        if (open_.size() >= static_cast<std::size_t>(kDepthMax)) return refuse("depth");
        open_.push_back(place(std::move(value)));
        return true;
    }
    bool close() {
        open_.pop_back();
        done_ = open_.empty();
        return true;
    }

    // Pointers stay good: a container gets no sibling while a child of it is open.
    std::vector<Value*> open_;
    std::string key_;
    bool done_ = false;
};

// "-0" is a second spelling of 0 and does not survive JCS; the tokeniser gives no sign of it.
std::optional<std::size_t> find_minus_zero(std::string_view text) {
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (in_string) {
            if (text[i] == '\\')
                ++i;
            else if (text[i] == '"')
                in_string = false;
        } else if (text[i] == '"') {
            in_string = true;
        } else if (text[i] == '-' && i + 1 < text.size() && text[i + 1] == '0') {
            return i;
        }
    }
    return std::nullopt;
}

void write_string(std::string& out, std::string_view text) {
    static constexpr char kHex[] = "0123456789abcdef";
    out += '"';
    std::size_t done = 0;  // what needs no escape is copied in runs
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
        out.append(text, done, i - done);
        done = i + 1;
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\b':
                out += "\\b";
                break;
            case '\f':
                out += "\\f";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                out += "\\u00";
                out += kHex[c >> 4];
                out += kHex[c & 15];
        }
    }
    out.append(text, done);
    out += '"';
}

// indent < 0: canonical; else pretty with that depth.
void write_value(std::string& out, const Value& value, int indent) {
    const auto line = [&out](int depth) {
        if (depth >= 0) out.append(1, '\n').append(static_cast<std::size_t>(depth) * 2, ' ');
    };
    const int inner = indent < 0 ? -1 : indent + 1;
    if (value.is_string()) {
        write_string(out, value.as_string());
    } else if (value.is_integer()) {
        out += std::to_string(value.as_integer());
    } else if (value.is_bool()) {
        out += value.as_bool() ? "true" : "false";
    } else if (value.is_array()) {
        out += '[';
        bool first = true;
        for (const Value& item : value.as_array()) {
            if (!first) out += ',';
            first = false;
            line(inner);
            write_value(out, item, inner);
        }
        if (!first) line(indent);
        out += ']';
    } else {
        out += '{';
        bool first = true;
        for (const auto& [key, member] : value.as_object()) {
            if (!first) out += ',';
            first = false;
            line(inner);
            write_string(out, key);
            out += indent < 0 ? ":" : ": ";
            write_value(out, member, inner);
        }
        if (!first) line(indent);
        out += '}';
    }
}

}  // namespace

Result<Value, Error> parse(std::string_view text, std::size_t size_max) {
    if (text.size() > size_max) return Err(Error{"size", size_max});
    // nlohmann's lexer takes a NUL for the end of the text and skips a byte order mark.
    if (const auto at = text.find('\0'); at != std::string_view::npos)
        return Err(Error{"control_character", at});
    if (text.starts_with("\xEF")) return Err(Error{"syntax", 0});
    if (const auto at = find_minus_zero(text)) return Err(Error{"float", *at});
    Builder builder;
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder,
                                   nlohmann::json::input_format_t::json, true)) {
        return Err(Error{builder.reason, builder.offset});
    }
    return std::move(builder.root);
}

std::string write(const Value& value) {
    std::string out;
    out.reserve(512);
    write_value(out, value, -1);
    return out;
}

std::string write_pretty(const Value& value) {
    std::string out;
    write_value(out, value, 0);
    return out;
}

}  // namespace quanlu::json
