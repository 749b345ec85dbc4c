// Unified social credit code (统一社会信用代码, GB 32100-2015; DOMAIN E.1): alphabet, region, inner
// and outer check. Nothing is repaired here: no folding of case, no O for 0. Programs fold to upper
// case before they sign.
#pragma once

#include <string_view>

namespace quanlu::registry {

// Upper case, both check characters right.
bool is_uscc(std::string_view text);
// Early pilot areas issued codes with a wrong last character that stay lawful: form and inner check
// hold, the last character is anything of the alphabet. Accepted only under uscc_legacy_flag.
bool is_uscc_legacy(std::string_view text);
// Form only: 18 characters of the alphabet, digits at 3 to 8.
bool is_uscc_form(std::string_view text);
// The check character expected at the end. REQUIRES is_uscc_form.
char uscc_check_character(std::string_view text);

}  // namespace quanlu::registry
