// Unified social credit code (统一社会信用代码, GB 32100-2015; DOMAIN E.1): alphabet, regions, inner and outer check.
#pragma once

#include <string>
#include <string_view>

namespace quanlu::registry {

// Upper case, both check characters right. Never repairs O to 0.
bool is_uscc(std::string_view text);
// Form only: 18 characters of the alphabet, digits at 3 to 8. Early pilot codes with a wrong last character are lawful.
bool is_uscc_form(std::string_view text);
// The check character expected at the end; REQUIRES is_uscc_form.
char uscc_check_character(std::string_view text);

}  // namespace quanlu::registry
