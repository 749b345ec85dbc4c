// B.2 data_asset: what a data invoice is about, described by its provider. Core data never enters
// the ledger (DSL Art 21, Q-19); of the content only a digest made by a named algorithm stands
// here. Not here: who may trade it (certificate.cpp).
#include "ledger/registry/records/types.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

constexpr std::string_view kForms =
    "dataset|api|report|index|model_output|visualisation|encrypted_data";
constexpr std::string_view kSources =
    "self_collected|authorised|purchased|public_data_authorised_operation|derived";
constexpr std::string_view kGrades = "general_1|general_2|general_3|general_4|important|core";

const Fields& digest_fields() {
    static const Fields fields = {
        {"root", FieldKind::hash, true, 0, "", Visible::p, "摘要或默克尔根"},
        {"algorithm_id", FieldKind::record, true, 0, "", Visible::p, "摘要算法"},
        {"sample_policy", FieldKind::text, false, 200, "", Visible::p, "抽样规则"},
    };
    return fields;
}

const Fields& asset_fields() {
    static const Fields fields = {
        {"asset_name", FieldKind::text, true, 200, "", Visible::p, "名称"},
        {"industry", FieldKind::text, true, 100, "", Visible::p, "行业"},
        {"application_scenario", FieldKind::text, true, 500, "", Visible::p, "应用场景"},
        {"data_form", FieldKind::choice, true, 0, kForms, Visible::p, "形态"},
        {"storage_format", FieldKind::text, true, 50, "", Visible::p, "存储格式"},
        {"source_kind", FieldKind::choices, true, 0, kSources, Visible::p, "来源"},
        {"source_proofs", FieldKind::sealed, false, 0, "", Visible::r, "来源证明"},
        {"source_term_to", FieldKind::date, false, 0, "", Visible::c, "来源合同期限至"},
        {"update_frequency", FieldKind::choice, true, 0,
         "none|realtime|daily|weekly|monthly|yearly", Visible::p, "更新频率"},
        {"update_until", FieldKind::date, false, 0, "", Visible::p, "更新至"},
        {"record_count", FieldKind::integer, false, json::kIntegerMax, "", Visible::p, "记录数"},
        {"size_bytes", FieldKind::integer, false, json::kIntegerMax, "", Visible::p, "字节数"},
        {"structure_hash", FieldKind::hash, false, 0, "", Visible::p, "结构哈希"},
        {"grade", FieldKind::choice, true, 0, kGrades, Visible::r, "级别"},
        {"risk_assessment", FieldKind::sealed, false, 0, "", Visible::r, "风险评估报告"},
        {"contains_personal_info", FieldKind::boolean, true, 0, "", Visible::c, "含个人信息"},
        {"sensitive_pi", FieldKind::boolean, true, 0, "", Visible::c, "含敏感个人信息"},
        {"minors_pi", FieldKind::boolean, true, 0, "", Visible::c, "含未成年人信息"},
        {"personal_info_basis", FieldKind::choice, false, 0,
         "consent|contract|anonymised|statutory", Visible::c, "处理依据"},
        {"anonymisation_method", FieldKind::text, false, 200, "", Visible::c, "匿名化方法"},
        {"content_digest", FieldKind::object, true, 0, "", Visible::p, "内容摘要",
         &digest_fields()},
        {"custody_location", FieldKind::sealed, false, 0, "", Visible::c, "存放地"},
    };
    return fields;
}

bool says(const Act& act, std::string_view name) {
    return act.record.find("fields")->bool_or(name, false);
}

bool is_source(const Act& act, std::string_view kind) {
    for (const json::Value& one : act.field("source_kind").as_array()) {
        if (one.as_string() == kind) return true;
    }
    return false;
}

std::optional<Refusal> dates_hold(Act& act) {
    if (is_source(act, "purchased") && act.text("source_term_to").empty()) {
        return Refusal(Code::E_SCHEMA, "/source_term_to",
                       json::Object{{"reason", "purchased data states its contract's term"}});
    }
    const std::string_view until = act.text("update_until");
    const std::string_view term = act.text("source_term_to");
    if (until.empty() || term.empty() || until <= term) return std::nullopt;
    return Refusal(Code::E_TERM_EXCEEDS_BASIS, "/update_until",
                   json::Object{{"last", term}, {"update_until", until}});
}

std::optional<Refusal> not_core(Act& act) {
    if (act.text("grade") != "core") return std::nullopt;
    return Refusal(Code::E_CORE_DATA, "/grade");
}

std::optional<Refusal> important_assessed(Act& act) {
    if (act.text("grade") != "important" || act.field("risk_assessment").find("_sd") != nullptr) {
        return std::nullopt;
    }
    return Refusal(Code::E_MISSING_REPORT, "/risk_assessment",
                   json::Object{{"grade", "important"}});
}

std::optional<Refusal> source_proven(Act& act) {
    const bool self_only =
        is_source(act, "self_collected") && act.field("source_kind").as_array().size() == 1;
    if (self_only || act.field("source_proofs").find("_sd") != nullptr) return std::nullopt;
    return Refusal(Code::E_NO_AUTHORISATION, "/source_proofs",
                   json::Object{{"source_kind", act.field("source_kind")}});
}

// The three flags agree: information of minors is sensitive (PIPL Art 28), sensitive information is
// personal.
std::optional<Refusal> flags_agree(Act& act) {
    const bool sensitive = says(act, "sensitive_pi");
    if ((sensitive && !says(act, "contains_personal_info")) ||
        (says(act, "minors_pi") && !sensitive)) {
        return Refusal(Code::E_SCHEMA, "/sensitive_pi",
                       json::Object{{"reason",
                                     "minors' information is sensitive, sensitive "
                                     "information is personal"}});
    }
    return std::nullopt;
}

std::optional<Refusal> personal_info_lawful(Act& act) {
    if (!says(act, "contains_personal_info")) return std::nullopt;
    if (act.text("personal_info_basis").empty()) {
        return Refusal(Code::E_SOURCE_UNLAWFUL, "/personal_info_basis",
                       json::Object{{"needs", "a legal basis for personal information"}});
    }
    if (!act.text("anonymisation_method").empty()) return std::nullopt;
    return Refusal(Code::E_MISSING_EVIDENCE, "/anonymisation_method",
                   json::Object{{"needs", "how personal information was made anonymous"}});
}

void remember_provider(Act& act) {
    act.record.set("provider", act.party());
    act.event("asset.registered", act.id, json::Object{{"provider", act.party()}});
}

}  // namespace

RecordType asset_type() {
    RecordType type{"asset", "数据资产", "asset/", "DA", &asset_fields(), {}, nullptr, nullptr};
    type.plural = "assets";
    type.actors = {"provider"};
    type.verbs = {{"register",
                   "",
                   "registered",
                   "",
                   Approval::maker_checker,
                   &asset_fields(),
                   {{Phase::identifiers, "PIPL Art 28", flags_agree},
                    {Phase::term, "B.2", dates_hold},
                    {Phase::evidence, "DSL Art 21", not_core},
                    {Phase::evidence, "DSL Art 33", source_proven},
                    {Phase::evidence, "PIPL Arts 13, 73", personal_info_lawful},
                    {Phase::evidence, "DSL Art 30", important_assessed}},
                   remember_provider,
                   "登记"}};
    return type;
}

}  // namespace quanlu::registry
