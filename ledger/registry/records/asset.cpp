// B.2 data_asset: what a data invoice is about. Core data never enters (DSL Art 21).
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/party_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

const Fields& digest_fields() {
    static const Fields fields = {{"root", FieldKind::hash, true, 0, "", Visible::p, "摘要"},
                                  {"algorithm", FieldKind::text, true, 50, "", Visible::p, "算法"}};
    return fields;
}

const Fields& asset_fields() {
    static const Fields fields = {
        {"asset_name", FieldKind::text, true, 200, "", Visible::p, "名称"},
        {"industry", FieldKind::text, true, 100, "", Visible::p, "行业"},
        {"application_scenario", FieldKind::text, true, 500, "", Visible::p, "应用场景"},
        {"data_form", FieldKind::choice, true, 0,
         "dataset|api|report|index|model_output|visualisation|encrypted_data", Visible::p, "形态"},
        {"storage_format", FieldKind::text, true, 50, "", Visible::p, "存储格式"},
        {"source_kind", FieldKind::choices, true, 0,
         "self_collected|authorised|purchased|public_data_authorised_operation|derived", Visible::p,
         "来源"},
        {"source_proofs", FieldKind::sealed, false, 0, "", Visible::c, "来源证明"},
        {"update_frequency", FieldKind::choice, true, 0,
         "none|realtime|daily|weekly|monthly|yearly", Visible::p, "更新频率"},
        {"record_count", FieldKind::integer, false, json::kIntegerMax, "", Visible::p, "记录数"},
        {"size_bytes", FieldKind::integer, false, json::kIntegerMax, "", Visible::p, "字节数"},
        {"grade", FieldKind::choice, true, 0,
         "general_1|general_2|general_3|general_4|important|core", Visible::r, "级别"},
        {"contains_personal_info", FieldKind::boolean, true, 0, "", Visible::c, "含个人信息"},
        {"personal_info_basis", FieldKind::choice, false, 0,
         "consent|contract|anonymised|statutory", Visible::c, "处理依据"},
        {"anonymisation_method", FieldKind::text, false, 200, "", Visible::c, "匿名化方法"},
        {"content_digest", FieldKind::object, true, 0, "", Visible::p, "内容摘要",
         &digest_fields()},
        {"custody_location", FieldKind::sealed, false, 0, "", Visible::c, "存放地"},
    };
    return fields;
}

std::optional<Refusal> not_core(Act& act) {
    if (act.text("grade") != "core") return std::nullopt;
    return Refusal(Code::E_CORE_DATA, "/grade");
}
std::optional<Refusal> source_proven(Act& act) {
    const json::Array& kinds = act.field("source_kind").as_array();
    const bool self_only = kinds.size() == 1 && kinds[0].as_string() == "self_collected";
    if (self_only || act.field("source_proofs").find("_sd") != nullptr) return std::nullopt;
    return Refusal(Code::E_NO_AUTHORISATION, "/source_proofs");
}
std::optional<Refusal> personal_info_lawful(Act& act) {
    if (!act.record.find("fields")->bool_or("contains_personal_info", false)) return std::nullopt;
    if (!act.text("personal_info_basis").empty() && !act.text("anonymisation_method").empty())
        return std::nullopt;
    return Refusal(Code::E_SOURCE_UNLAWFUL, "/personal_info_basis",
                   json::Object{{"needs", "basis and anonymisation method"}});
}
void remember_provider(Act& act) {
    act.record.set("provider", act.party());
}

}  // namespace

RecordType asset_type() {
    RecordType type{"asset", "数据资产", "asset/", "DA", &asset_fields(), {}, nullptr, nullptr};
    type.verbs = {{"register",
                   "",
                   "registered",
                   "",
                   Approval::maker_checker,
                   &asset_fields(),
                   {{Phase::evidence, "DSL Art 21", not_core},
                    {Phase::evidence, "DSL Art 33", source_proven},
                    {Phase::evidence, "PIPL Art 73", personal_info_lawful}},
                   remember_provider,
                   "登记"}};
    return type;
}

}  // namespace quanlu::registry
