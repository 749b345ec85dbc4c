// Our own record numbers (DOMAIN E.8): TT-rrrrrr-yyyymmdd-nnnnnnnn-c, c by ISO 7064 MOD 37,36 over
// what stands before, hyphens left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/base/civil_time.h"

namespace quanlu::registry {

// REQUIRES: type of two letters, region of six digits, serial below 10^8.
std::string make_record_no(std::string_view type, std::string_view region, Date day,
                           std::uint64_t serial);
bool is_record_no(std::string_view text);
char mod_37_36(std::string_view text);

}  // namespace quanlu::registry
