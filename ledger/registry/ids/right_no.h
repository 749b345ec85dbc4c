// Numbers of rights and the canonical key of each: absence is worth nothing if one right has two keys (DOMAIN E.2, E.7).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quanlu::registry {

// "patent", "trademark", "copyright", "layout", "data_ip": kinds that share one number space.
std::string_view kind_group(std::string_view asset_kind);

// 12+1 or, before 2003-10-01, 8+1 characters, without ZL, CN, spaces and the point; check character right; the kind
// digit known. Publication numbers (CN107220896A) have none and are refused.
std::optional<std::string> normal_patent_no(std::string_view text);
// '1' invention, '2' utility model, '3' design. REQUIRES a normal patent number.
char patent_kind(std::string_view normal);
int patent_year(std::string_view normal);

struct RightKey {
    std::string key;        // "patent:2013106997442"
    std::string canonical;  // "ZL201310699744.2"
};
enum class RightNoError { none, form, kind };
// The key of a right; nothing with `error` set when the number does not fit the kind.
std::optional<RightKey> right_key(std::string_view asset_kind, std::string_view right_no, RightNoError& error);
// The same for a person's question, without saying the kind: tries patent first, else takes KIND:NUMBER as it stands.
std::optional<std::string> guess_right_key(std::string_view text);

}  // namespace quanlu::registry
