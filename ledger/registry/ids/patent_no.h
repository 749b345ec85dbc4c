// Chinese patent and application numbers (ZC 0006-2003; DOMAIN E.2): normal form, check character,
// kind, year. Not here: numbers of other rights and the canonical key (right_no.h). A publication
// number (CN107220896A) has no check character and names another thing: it never passes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quanlu::registry {

// The 12+1 characters in use since 2003-10-01 (years from 2003) or the 8+1 before it (years 85 to
// 99 and 00 to 03), without ZL or CN, spaces and point, upper case. Nothing when form, year, kind
// digit or check character fail.
std::optional<std::string> normal_patent_no(std::string_view text);
// '1' invention, '2' utility model, '3' design; PCT digits 8 and 9 count as 1 and 2. REQUIRES a
// normal patent number.
char patent_kind(std::string_view normal);
// REQUIRES a normal patent number.
int patent_year(std::string_view normal);

}  // namespace quanlu::registry
