// ISO 3166-1 alpha-2: the 249 codes officially assigned. The table is consensus.
#pragma once

#include <string_view>

namespace quanlu::registry {

bool is_country(std::string_view code);

}  // namespace quanlu::registry
