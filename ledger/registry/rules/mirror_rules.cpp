// See mirror_rules.h.
#include "ledger/registry/rules/mirror_rules.h"

#include "ledger/registry/rules/right_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

const Fields& report_body() {
    static const Fields fields = {
        {"source_snapshot_hash", FieldKind::hash, true, 0, "", Visible::p, "登记簿副本哈希"},
        {"found", FieldKind::text, true, 2000, "", Visible::c, "登记簿所载"}};
    return fields;
}
const Fields& resolve_body() {
    static const Fields fields = {
        {"source_snapshot_hash", FieldKind::hash, true, 0, "", Visible::p, "登记簿副本哈希"},
        {"reason", FieldKind::text, true, 2000, "", Visible::c, "处理说明"}};
    return fields;
}

std::optional<Refusal> not_yet_reported(Act& act) {
    return register_agrees(act.record);
}
std::optional<Refusal> reported(Act& act) {
    if (act.record.find("register_mismatch") != nullptr) return std::nullopt;
    return Refusal(Code::E_BAD_STATE, "", json::Object{{"needs", "a reported mismatch"}});
}

void report(Act& act) {
    act.record.set("register_mismatch",
                   json::Object{{"office", act.party()},
                                {"source_snapshot_hash", *act.body.find("source_snapshot_hash")},
                                {"since", where_json(act.now)}});
    act.event(std::string(act.type.name) + ".register_mismatch", act.id,
              json::Object{{"office", act.party()}});
}
void resolve(Act& act) {
    act.record.erase("register_mismatch");
    act.event(std::string(act.type.name) + ".mismatch_resolved", act.id,
              json::Object{{"office", act.party()}});
}

}  // namespace

std::vector<Verb> mirror_verbs(std::string_view from) {
    return {{"report_mismatch",
             from,
             "",
             "ip_office",
             Approval::maker_checker,
             &report_body(),
             {{Phase::existence, "R-27", not_yet_reported}},
             report,
             "报告与登记簿不一致",
             nullptr,
             false,
             true},
            {"resolve_mismatch",
             from,
             "",
             "ip_office",
             Approval::maker_checker,
             &resolve_body(),
             {{Phase::existence, "R-27", reported}},
             resolve,
             "处理不一致",
             nullptr,
             false,
             true}};
}

std::optional<Refusal> register_agrees(const json::Value& record) {
    const json::Value* mark = record.find("register_mismatch");
    if (mark == nullptr) return std::nullopt;
    return Refusal(
        Code::E_REGISTER_MISMATCH, "",
        json::Object{{"id", record.string_or("id", "")}, {"office", mark->string_or("office", "")}},
        where_of(mark->find("since")));
}

void list_mismatch(const json::Value& record, std::set<std::string>& handles) {
    if (const json::Value* mark = record.find("register_mismatch"))
        handles.insert("mismatch:" + std::string(mark->string_or("office", "")));
}

std::optional<Refusal> rights_agree(Act& act) {
    return each_right(
        act, [](const std::string&, const json::Value& right) { return register_agrees(right); });
}

}  // namespace quanlu::registry
