// Numbers of rights and the one canonical key of each (DOMAIN B.2, E.2, E.7): absence is worth
// nothing if one right has two keys. Key = kind group ":" number in ASCII; docs/registry/ids.md
// holds the table of forms.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/registry/ids/patent_no.h"

namespace quanlu::registry {

// "patent", "trademark", "copyright", "layout", "data_ip": kinds that share one number space.
std::string_view kind_group(std::string_view asset_kind);

struct RightKey {
    std::string key;        // "patent:2013106997442"
    std::string canonical;  // "ZL201310699744.2": what is stored and printed
};
enum class RightNoError { none, form, kind };
// The key of a right; nothing with `error` set when the number has no lawful form or is that of
// another kind.
std::optional<RightKey> right_key(std::string_view asset_kind, std::string_view right_no,
                                  RightNoError& error);
// The same for a person's question, without saying the kind: a patent number in any spelling, or
// GROUP:NUMBER with the number as printed or as it stands in the key.
std::optional<std::string> guess_right_key(std::string_view text);

}  // namespace quanlu::registry
