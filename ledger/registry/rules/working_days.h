// Working days by the calendar on the ledger (records/calendar.cpp), never by a node's own.
#pragma once

#include <optional>

#include "crypto/base/civil_time.h"
#include "ledger/registry/draft.h"

namespace quanlu::registry {

// The `count`-th working day after `day`: Monday to Friday, but for what the calendars of the years
// say. Where a year that it reaches has no calendar: day + `otherwise` calendar days.
Date working_days_after(const Draft& draft, Date day, int count, std::int32_t otherwise);

}  // namespace quanlu::registry
