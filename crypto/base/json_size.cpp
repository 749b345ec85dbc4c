// One walk over the values, none over their texts. See json_size.h.
#include "crypto/base/json_size.h"

#include <algorithm>

namespace quanlu::json {

namespace {

constexpr std::size_t kNumberMax = 17;  // a sign and 16 digits

// Of what parse() leaves in a text, '"' and '\' take two bytes, the rest its own.
std::size_t text_bound(const std::string& text) {
    return 2 * text.size() + 2;
}

// Adds what write() takes at most for a value inside `depth` containers.
bool add_bound(const Value& value, int depth, std::size_t& bound) {
    if (value.is_string()) {
        bound += text_bound(value.as_string());
        return true;
    }
    if (value.is_integer() || value.is_bool()) {
        bound += kNumberMax;
        return value.is_bool() ||
               (value.as_integer() >= -kIntegerMax && value.as_integer() <= kIntegerMax);
    }
    if (depth == kDepthMax) return false;
    bound += 2;
    if (value.is_array()) {
        const Array& items = value.as_array();
        bound += items.size();  // commas
        return std::all_of(items.begin(), items.end(),
                           [&](const Value& item) { return add_bound(item, depth + 1, bound); });
    }
    const Object& members = value.as_object();
    return std::all_of(members.begin(), members.end(), [&](const auto& member) {
        bound += text_bound(member.first) + 2;  // colon and comma
        return add_bound(member.second, depth + 1, bound);
    });
}

}  // namespace

std::optional<std::size_t> size_bound(const Value& value) {
    std::size_t bound = 0;
    if (!add_bound(value, 0, bound)) return std::nullopt;
    return bound;
}

}  // namespace quanlu::json
