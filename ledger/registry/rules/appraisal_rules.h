// What whoever rests on an appraisal asks of it (B.5, R-30).
#pragma once

#include "ledger/registry/act.h"

namespace quanlu::registry {

// The report `id` is issued and in its term, covers every one of `rights`, and its appraiser is
// apart from `parties`. E_NOT_FOUND, E_APPRAISAL_EXPIRED, E_APPRAISAL_SUBJECT_MISMATCH,
// E_APPRAISER_CONFLICT, each at /appraisal_id.
std::optional<chain::Refusal> report_holds(const Act& act, std::string_view id,
                                           const json::Array& rights,
                                           const std::vector<std::string>& parties);

}  // namespace quanlu::registry
