// B.1 party: who acts, with officers and their keys. An administrator manages officers and does no
// business.
#include "crypto/jwk.h"
#include "ledger/registry/ids/lei.h"
#include "ledger/registry/ids/uscc.h"
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/party_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

constexpr std::string_view kRoles =
    "ip_office|cert_center|assessor|bank|guarantor|shortfall_payer|appraiser|pledgor|pledgee|"
    "originator|plan_manager|"
    "custodian|rating_agency|sales_agent|investor|account_debtor|factor|court|regulator|auditor|"
    "agent|evidence_node|"
    "node_operator|dpo|public";

const Fields& officer_fields() {
    static const Fields fields = {
        {"key", FieldKind::jwk, true, 0, "", Visible::p, "公钥"},
        {"duties", FieldKind::choices, true, 5, "maker|checker|admin|clerk|judge", Visible::p,
         "职责"},
        {"valid_from", FieldKind::date, true, 0, "", Visible::p, "启用日"},
        {"valid_to", FieldKind::date, true, 0, "", Visible::p, "截止日"},
    };
    return fields;
}

const Fields& party_fields() {
    static const Fields fields = {
        {"party_id", FieldKind::party, true, 0, "", Visible::p, "主体编号"},
        {"party_kind", FieldKind::choice, true, 0,
         "enterprise|institution|government_body|social_org|individual_business|natural_person|"
         "foreign_org",
         Visible::p, "主体类型"},
        {"legal_name", FieldKind::text, true, 300, "", Visible::p, "法定名称"},
        {"uscc", FieldKind::text, false, 18, "", Visible::p, "统一社会信用代码"},
        {"uscc_legacy_flag", FieldKind::boolean, false, 0, "", Visible::p, "早期代码"},
        {"lei", FieldKind::text, false, 20, "", Visible::p, "LEI"},
        {"country", FieldKind::country, true, 0, "", Visible::p, "国家"},
        {"id_document", FieldKind::sealed, false, 0, "", Visible::r, "证件"},
        {"address", FieldKind::sealed, false, 0, "", Visible::c, "地址"},
        {"contact", FieldKind::sealed, false, 0, "", Visible::r, "联系人"},
        {"legal_representative", FieldKind::sealed, false, 0, "", Visible::c, "法定代表人"},
        {"affiliates", FieldKind::parties, false, 64, "", Visible::p, "关联方"},
        {"roles", FieldKind::choices, true, 32, kRoles, Visible::p, "角色"},
        {"officers", FieldKind::objects, true, 64, "", Visible::p, "经办人", &officer_fields()},
    };
    return fields;
}

const Fields& officer_body() {
    static const Fields fields = {
        {"officer", FieldKind::object, true, 0, "", Visible::p, "经办人", &officer_fields()}};
    return fields;
}
const Fields& kid_body() {
    static const Fields fields = {{"kid", FieldKind::text, true, 43, "", Visible::p, "密钥编号"}};
    return fields;
}
const Fields& name_body() {
    static const Fields fields = {
        {"legal_name", FieldKind::text, true, 300, "", Visible::p, "新名称"},
        {"change_certificate_hash", FieldKind::hash, true, 0, "", Visible::p, "变更证明"}};
    return fields;
}

// The stored officer also carries its key's name.
json::Value stored(const json::Value& officer) {
    json::Value out = officer;
    out.set("kid", crypto::thumbprint(*crypto::key_from_jwk(*officer.find("key"))));
    return out;
}

std::optional<Refusal> identifiers_hold(Act& act) {
    const std::string_view uscc = act.text("uscc");
    const std::string_view kind = act.text("party_kind");
    if (uscc.empty() && act.text("country") == "CN" && kind != "natural_person" &&
        kind != "foreign_org") {
        return Refusal(Code::E_BAD_USCC, "/uscc",
                       json::Object{{"reason", "required for organisations of the PRC"}});
    }
    const bool legacy = act.record.find("fields")->bool_or("uscc_legacy_flag", false);
    if (!uscc.empty() && !(legacy ? is_uscc_legacy(uscc) : is_uscc(uscc))) {
        json::Value facts = json::Object{{"uscc", uscc}};
        if (is_uscc_form(uscc)) facts.set("expected", std::string(1, uscc_check_character(uscc)));
        return Refusal(Code::E_BAD_USCC, "/uscc", std::move(facts));
    }
    const std::string_view lei = act.text("lei");
    if (!lei.empty() && !is_lei(lei))
        return Refusal(Code::E_SCHEMA, "/lei", json::Object{{"reason", "ISO 17442 check digits"}});
    return std::nullopt;
}

std::optional<Refusal> own_party(Act& act) {
    if (act.id == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "rec",
                   json::Object{{"needs", "the party's own administrator"}});
}

std::optional<Refusal> no_open_records(Act& act) {
    const auto open = act.draft.get("open/" + act.id);
    const std::int64_t n = open == nullptr ? 0 : open->integer_or("n", 0);
    if (n == 0) return std::nullopt;
    return Refusal(Code::E_PARTY_HAS_OPEN_RECORDS, "", json::Object{{"open", n}});
}

std::optional<Refusal> officer_known(Act& act) {
    for (const json::Value& officer : act.field("officers").as_array()) {
        if (officer.string_or("kid", "") == act.body.string_or("kid", "")) return std::nullopt;
    }
    return Refusal(Code::E_UNKNOWN_KEY, "/kid",
                   json::Object{{"kid", act.body.string_or("kid", "")}});
}

std::optional<Refusal> room_for_officer(Act& act) {
    if (act.field("officers").as_array().size() < 64) return std::nullopt;
    return Refusal(Code::E_SCHEMA, "/officer", json::Object{{"reason", "at most 64 officers"}});
}

void store_officers(Act& act) {
    json::Array officers;
    for (const json::Value& officer : act.field("officers").as_array())
        officers.push_back(stored(officer));
    act.fields().set("officers", std::move(officers));
}

void add_officer(Act& act) {
    act.fields()["officers"].push(stored(*act.body.find("officer")));
}

void revoke_officer(Act& act) {
    for (json::Value& officer : act.fields()["officers"].as_array()) {
        if (officer.string_or("kid", "") == act.body.string_or("kid", ""))
            officer.set("revoked_at", act.now.time.value);
    }
}

void rename(Act& act) {
    act.fields().set("legal_name", *act.body.find("legal_name"));
    act.record.set("name_changed", where_json(act.now));
}

}  // namespace

const Fields& founding_party_fields() {
    return party_fields();
}

void finish_founding_party(json::Value& record) {
    json::Array officers;
    for (const json::Value& officer : record["fields"]["officers"].as_array())
        officers.push_back(stored(officer));
    record["fields"].set("officers", std::move(officers));
}

RecordType party_type() {
    constexpr std::string_view kRegistrars = "regulator|ip_office|cert_center";
    RecordType type{
        "party", "主体", "party/", "", &party_fields(), {}, nullptr, [](const json::Value& body) {
            return std::string(body.string_or("party_id", ""));
        }};
    type.verbs = {
        {"register",
         "",
         "active",
         kRegistrars,
         Approval::maker_checker,
         &party_fields(),
         {{Phase::identifiers, "E.1", identifiers_hold}},
         store_officers,
         "登记"},
        {"amend_name",
         "active",
         "",
         kRegistrars,
         Approval::maker_checker,
         &name_body(),
         {},
         rename,
         "变更名称"},
        {"add_officer",
         "active",
         "",
         "",
         Approval::admin,
         &officer_body(),
         {{Phase::existence, "B.1", own_party}, {Phase::amounts, "B.1", room_for_officer}},
         add_officer,
         "增加经办人"},
        {"revoke_officer",
         "active",
         "",
         "",
         Approval::admin,
         &kid_body(),
         {{Phase::existence, "B.1", own_party}, {Phase::existence, "B.1", officer_known}},
         revoke_officer,
         "撤销经办人"},
        {"replace_admin",
         "active",
         "",
         "",
         Approval::quorum,
         &officer_body(),
         {{Phase::amounts, "B.1", room_for_officer}},
         add_officer,
         "更换管理员密钥"},
        {"suspend",
         "active",
         "suspended",
         "regulator",
         Approval::maker_checker,
         &reason_body(),
         {},
         nullptr,
         "暂停"},
        {"resume",
         "suspended",
         "active",
         "regulator",
         Approval::maker_checker,
         &reason_body(),
         {},
         nullptr,
         "恢复"},
        {"deregister",
         "active|suspended",
         "deregistered",
         "regulator",
         Approval::maker_checker,
         &reason_body(),
         {{Phase::existence, "B.1", no_open_records}},
         nullptr,
         "注销"},
    };
    return type;
}

}  // namespace quanlu::registry
