// Policy switches on the ledger with effective heights: a block is judged by the values in
// force at its height, so replaying an old one uses the old policy. Changed by a quorum of the
// parties that run members, always for a height to come. Read through policy_value() (act.h).
#include "ledger/registry/records/types.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

struct Limits {
    std::string_view name;
    std::int64_t min, max;
};
// A value outside would stop the registry or void a law: no approval older than a quarter, no
// extract older than a year.
constexpr Limits kLimits[] = {
    {"approval_ttl_days", 1, 90},      {"extract_days_max", 1, 366},
    {"tax_status_hours_max", 1, 720},  {"voucher_max_term_days", 1, 3'660},
    {"ranked_pledge_trademark", 0, 1}, {"ranked_pledge_copyright", 0, 1},
    {"ranked_pledge_layout", 0, 1},    {"ranked_pledge_data_ip", 0, 1},
};
constexpr std::string_view kNames =
    "approval_ttl_days|extract_days_max|tax_status_hours_max|voucher_max_term_days|"
    "ranked_pledge_trademark|ranked_pledge_copyright|ranked_pledge_layout|ranked_pledge_data_ip";

const Fields& step_fields() {
    static const Fields fields = {
        {"from_height", FieldKind::integer, true, json::kIntegerMax, "", Visible::p, "生效高度"},
        {"value", FieldKind::integer, true, json::kIntegerMax, "", Visible::p, "取值"}};
    return fields;
}
const Fields& policy_fields() {
    static const Fields fields = {
        {"name", FieldKind::choice, true, 0, kNames, Visible::p, "名称"},
        {"steps", FieldKind::objects, true, 1000, "", Visible::p, "取值序列", &step_fields()}};
    return fields;
}

std::optional<Refusal> check_value(std::string_view name, const json::Value& step,
                                   const std::string& pointer) {
    const std::int64_t value = step.integer_or("value", 0);
    for (const Limits& limits : kLimits) {
        if (limits.name != name || (limits.min <= value && value <= limits.max)) continue;
        return Refusal(Code::E_SCHEMA, pointer + "/value",
                       json::Object{{"reason", "outside the limits of this policy"},
                                    {"min", limits.min},
                                    {"max", limits.max},
                                    {"value", value}});
    }
    return std::nullopt;
}

std::optional<Refusal> check_steps(const json::Value& fields) {
    std::int64_t last = -1;
    const json::Array& steps = fields.find("steps")->as_array();
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const std::string pointer = "/steps/" + std::to_string(i);
        const std::int64_t from = steps[i].integer_or("from_height", 0);
        if (from <= last) {
            return Refusal(Code::E_BACKDATED, pointer + "/from_height",
                           json::Object{{"reason", "heights ascend"}, {"last", last}});
        }
        last = from;
        if (auto refusal = check_value(fields.string_or("name", ""), steps[i], pointer)) {
            return refusal;
        }
    }
    return std::nullopt;
}

std::optional<Refusal> check_ahead(const Act& act, std::int64_t from, const std::string& pointer) {
    const auto height = static_cast<std::int64_t>(act.now.height.value);
    if (from > height) return std::nullopt;
    return Refusal(Code::E_BACKDATED, pointer,
                   json::Object{{"from_height", from}, {"height", height}});
}

std::optional<Refusal> steps_ahead(Act& act) {
    const json::Value& first = act.field("steps").as_array().front();
    if (auto refusal = check_ahead(act, first.integer_or("from_height", 0), "/steps/0")) {
        return refusal;
    }
    return check_steps(*act.record.find("fields"));
}

std::optional<Refusal> step_ahead(Act& act) {
    const std::int64_t from = act.body.integer_or("from_height", 0);
    if (auto refusal = check_ahead(act, from, "/from_height")) return refusal;
    const std::int64_t last = act.field("steps").as_array().back().integer_or("from_height", 0);
    if (from <= last) {
        return Refusal(Code::E_BACKDATED, "/from_height",
                       json::Object{{"reason", "heights ascend"}, {"last", last}});
    }
    return check_value(act.text("name"), act.body, "");
}

std::optional<Refusal> room_for_step(Act& act) {
    if (act.field("steps").as_array().size() < 1000) return std::nullopt;
    return Refusal(Code::E_TOO_LARGE, "", json::Object{{"steps_max", 1000}});
}

void add_step(Act& act) {
    act.fields()["steps"].push(act.body);
    act.event("policy.changed", act.id, act.body);
}

std::optional<Refusal> found(json::Value& record) {
    record.set("state", "in_force");
    return check_steps(*record.find("fields"));
}

}  // namespace

RecordType policy_type() {
    RecordType type{"policy",
                    "政策开关",
                    "policy/",
                    "",
                    &policy_fields(),
                    {},
                    nullptr,
                    [](const json::Value& body) { return std::string(body.string_or("name", "")); },
                    found};
    type.plural = "policies";
    type.verbs = {
        {"introduce",
         "",
         "in_force",
         "",
         Approval::quorum,
         &policy_fields(),
         {{Phase::policy, "Q-20", steps_ahead}},
         nullptr,
         "设立"},
        {"change",
         "in_force",
         "",
         "",
         Approval::quorum,
         &step_fields(),
         {{Phase::policy, "Q-20", step_ahead}, {Phase::policy, "Q-20", room_for_step}},
         add_step,
         "变更"},
    };
    return type;
}

}  // namespace quanlu::registry
