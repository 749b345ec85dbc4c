// See appraisal_rules.h.
#include "ledger/registry/rules/appraisal_rules.h"

#include <algorithm>

#include "ledger/registry/rules/party_rules.h"

namespace quanlu::registry {

using chain::Code;
using chain::Refusal;

std::optional<Refusal> report_holds(const Act& act, std::string_view id, const json::Array& rights,
                                    const std::vector<std::string>& parties) {
    const auto report = act.draft.get("appraisal/" + std::string(id));
    if (report == nullptr)
        return Refusal(Code::E_NOT_FOUND, "/appraisal_id", json::Object{{"id", id}});
    const json::Value& fields = *report->find("fields");
    if (report->string_or("state", "") != "issued" ||
        fields.string_or("valid_to", "") < to_text(act.today)) {
        return Refusal(Code::E_APPRAISAL_EXPIRED, "/appraisal_id",
                       json::Object{{"id", id},
                                    {"state", report->string_or("state", "")},
                                    {"valid_to", fields.string_or("valid_to", "")}},
                       where_of(report->find("updated")));
    }
    const json::Array& subjects = fields.find("subject_rights")->as_array();
    for (const json::Value& right : rights) {
        if (std::find(subjects.begin(), subjects.end(), right) != subjects.end()) continue;
        return Refusal(Code::E_APPRAISAL_SUBJECT_MISMATCH, "/appraisal_id",
                       json::Object{{"id", id}, {"right", right}});
    }
    const std::string_view appraiser = report->string_or("appraiser", "");
    for (const std::string& party : parties) {
        if (!are_linked(act.draft, appraiser, party)) continue;
        return Refusal(Code::E_APPRAISER_CONFLICT, "/appraisal_id",
                       json::Object{{"id", id}, {"appraiser", appraiser}, {"party", party}});
    }
    return std::nullopt;
}

}  // namespace quanlu::registry
