// Policy switches on the ledger with effective heights: replay of an old block uses the old
// value.
#include "ledger/registry/records/types.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

const Fields& step_fields() {
    static const Fields fields = {
        {"from_height", FieldKind::integer, true, json::kIntegerMax, "", Visible::p, "生效高度"},
        {"value", FieldKind::integer, true, json::kIntegerMax, "", Visible::p, "取值"}};
    return fields;
}
const Fields& policy_fields() {
    static const Fields fields = {
        {"name", FieldKind::choice, true, 0,
         "approval_ttl_days|extract_days_max|tax_status_hours_max|voucher_max_term_days",
         Visible::p, "名称"},
        {"steps", FieldKind::objects, true, 1000, "", Visible::p, "取值序列", &step_fields()}};
    return fields;
}

std::optional<Refusal> one_step_ahead(Act& act) {
    const json::Array& steps = act.field("steps").as_array();
    if (steps.size() == 1 &&
        steps[0].integer_or("from_height", 0) > static_cast<std::int64_t>(act.now.height.value))
        return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/steps", json::Object{{"height", act.now.height.value}});
}
std::optional<Refusal> step_ahead(Act& act) {
    const std::int64_t from = act.body.integer_or("from_height", 0);
    const std::int64_t last = act.field("steps").as_array().back().integer_or("from_height", 0);
    if (from > static_cast<std::int64_t>(act.now.height.value) && from > last) return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/from_height",
                   json::Object{{"height", act.now.height.value}, {"last", last}});
}
void add_step(Act& act) {
    act.fields()["steps"].push(act.body);
}

}  // namespace

const Fields& founding_policy_fields() {
    return policy_fields();
}

RecordType policy_type() {
    RecordType type{"policy",
                    "政策开关",
                    "policy/",
                    "",
                    &policy_fields(),
                    {},
                    nullptr,
                    [](const json::Value& body) { return std::string(body.string_or("name", "")); }};
    type.verbs = {
        {"introduce",
         "",
         "in_force",
         "",
         Approval::quorum,
         &policy_fields(),
         {{Phase::policy, "Q-20", one_step_ahead}},
         nullptr,
         "设立"},
        {"change",
         "in_force",
         "",
         "",
         Approval::quorum,
         &step_fields(),
         {{Phase::policy, "Q-20", step_ahead}},
         add_step,
         "变更"},
    };
    return type;
}

}  // namespace quanlu::registry
