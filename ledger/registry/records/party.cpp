// B.1 party: who acts, with its roles, and officers whose keys act for it. Of natural persons the
// ledger holds commitments only. Not here: what an officer may do (approvals.h), the checks
// of officers (officer_rules.h).
#include "ledger/registry/ids/lei.h"
#include "ledger/registry/ids/uscc.h"
#include "ledger/registry/lists.h"
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/officer_rules.h"
#include "ledger/registry/rules/party_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

constexpr std::string_view kKinds =
    "enterprise|institution|government_body|social_org|individual_business|natural_person|"
    "foreign_org";
constexpr std::string_view kRoles =
    "ip_office|cert_center|assessor|bank|guarantor|shortfall_payer|appraiser|pledgor|pledgee|"
    "originator|plan_manager|"
    "custodian|rating_agency|sales_agent|investor|account_debtor|factor|court|regulator|auditor|"
    "agent|evidence_node|"
    "node_operator|dpo|public";

// Others rely on what these say; and who runs members decides the policies.
constexpr std::string_view kAuthorities =
    "court|regulator|auditor|ip_office|cert_center|evidence_node|node_operator";

const Fields& party_fields() {
    static const Fields fields = {
        {"party_id", FieldKind::party, true, 0, "", Visible::p, "主体编号"},
        {"party_kind", FieldKind::choice, true, 0, kKinds, Visible::p, "主体类型"},
        {"legal_name", FieldKind::text, false, 300, "", Visible::p, "法定名称"},
        {"natural_name", FieldKind::sealed, false, 0, "", Visible::r, "自然人姓名"},
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
const Fields& rotate_body() {
    static const Fields fields = {
        {"kid", FieldKind::text, true, 43, "", Visible::p, "旧密钥编号"},
        {"officer", FieldKind::object, true, 0, "", Visible::p, "新经办人", &officer_fields()}};
    return fields;
}
const Fields& replace_admin_body() {
    static const Fields fields = {
        {"kid", FieldKind::text, false, 43, "", Visible::p, "旧密钥编号"},
        {"officer", FieldKind::object, true, 0, "", Visible::p, "新管理员", &officer_fields()}};
    return fields;
}
const Fields& name_body() {
    static const Fields fields = {
        {"legal_name", FieldKind::text, true, 300, "", Visible::p, "新名称"},
        {"change_certificate_hash", FieldKind::hash, true, 0, "", Visible::p, "变更证明"}};
    return fields;
}

Refusal schema(std::string_view pointer, std::string_view reason) {
    return Refusal(Code::E_SCHEMA, std::string(pointer), json::Object{{"reason", reason}});
}

// The members that depend on what kind of party it is.
std::optional<Refusal> check_kind(const json::Value& fields) {
    const std::string_view kind = fields.string_or("party_kind", "");
    const bool person = kind == "natural_person";
    if (person && fields.find("legal_name") != nullptr) {
        return schema("/legal_name", "the name of a natural person is sealed: natural_name (Q-15)");
    }
    if (person && fields.find("uscc") != nullptr) return schema("/uscc", "of organisations only");
    if (!person && fields.find("legal_name") == nullptr) return schema("/legal_name", "missing");
    if (!person && fields.find("natural_name") != nullptr) {
        return schema("/natural_name", "of natural persons only");
    }
    if (person && fields.find("natural_name") == nullptr) return schema("/natural_name", "missing");
    if ((person || kind == "foreign_org") && fields.find("id_document") == nullptr) {
        return schema("/id_document", "missing");
    }
    return std::nullopt;
}

std::optional<Refusal> check_numbers(const json::Value& fields) {
    const std::string_view uscc = fields.string_or("uscc", "");
    const std::string_view kind = fields.string_or("party_kind", "");
    const bool organisation = kind != "natural_person" && kind != "foreign_org";
    if (uscc.empty() && fields.string_or("country", "") == "CN" && organisation) {
        return Refusal(Code::E_BAD_USCC, "/uscc",
                       json::Object{{"reason", "required for organisations of the PRC"}});
    }
    const bool legacy = fields.bool_or("uscc_legacy_flag", false);
    if (!uscc.empty() && !(legacy ? is_uscc_legacy(uscc) : is_uscc(uscc))) {
        json::Value facts = json::Object{{"uscc", uscc}};
        if (is_uscc_form(uscc)) facts.set("expected", std::string(1, uscc_check_character(uscc)));
        return Refusal(Code::E_BAD_USCC, "/uscc", std::move(facts));
    }
    const std::string_view lei = fields.string_or("lei", "");
    if (!lei.empty() && !is_lei(lei)) return schema("/lei", "ISO 17442 check digits");
    return std::nullopt;
}

std::optional<Refusal> check_party(const json::Value& fields) {
    if (auto refusal = check_kind(fields)) return refusal;
    if (auto refusal = check_numbers(fields)) return refusal;
    return check_officers(fields.find("officers")->as_array(), *fields.find("roles"));
}

std::optional<Refusal> content_holds(Act& act) {
    return check_party(*act.record.find("fields"));
}

std::optional<Refusal> address_there(Act& act) {
    if (act.field("address").find("_sd") != nullptr) return std::nullopt;
    return schema("/address", "missing");
}

std::optional<Refusal> authorities_by_regulator(Act& act) {
    if (party_has_role(act.draft, act.party(), "regulator")) return std::nullopt;
    for (const json::Value& role : act.field("roles").as_array()) {
        if (in_list(kAuthorities, role.as_string())) {
            return Refusal(Code::E_WRONG_AUTHORITY, "/roles",
                           json::Object{{"role", role}, {"needs", "a regulator"}});
        }
    }
    return std::nullopt;
}

std::optional<Refusal> has_legal_name(Act& act) {
    if (act.text("party_kind") != "natural_person") return std::nullopt;
    return schema("/legal_name", "the name of a natural person is sealed");
}

std::optional<Refusal> no_open_records(Act& act) {
    const auto open = act.draft.get("open/" + act.id);
    const std::int64_t n = open == nullptr ? 0 : open->integer_or("n", 0);
    if (n == 0) return std::nullopt;
    return Refusal(Code::E_PARTY_HAS_OPEN_RECORDS, "", json::Object{{"open", n}});
}

void store_officers(Act& act) {
    name_keys(act.fields()["officers"].as_array());
    act.event("party.registered", act.id, json::Object{{"roles", act.field("roles")}});
}

void rename(Act& act) {
    const json::Value before = act.field("legal_name");
    act.fields().set("legal_name", *act.body.find("legal_name"));
    json::Value changed = where_json(act.now);
    changed.set("from", before);
    changed.set("certificate", *act.body.find("change_certificate_hash"));
    act.record.set("name_changed", std::move(changed));
    act.event("party.renamed", act.id,
              json::Object{{"from", before}, {"to", act.field("legal_name")}});
}

std::optional<Refusal> found(json::Value& record) {
    if (auto refusal = check_party(*record.find("fields"))) return refusal;
    name_keys(record["fields"]["officers"].as_array());
    record.set("state", "active");
    return std::nullopt;
}

std::vector<Verb> officer_verbs() {
    const Guard own{Phase::existence, "B.14", own_party};
    const Guard known{Phase::existence, "B.1", officer_known};
    const Guard fits{Phase::existence, "B.1", new_officer_fits};
    const Guard room{Phase::amounts, "B.1", room_for_officer};
    const Guard old_not_admin{Phase::existence, "B.14", old_is_no_admin};
    const Guard new_not_admin{Phase::existence, "B.14", new_is_no_admin};
    const Guard new_admin{Phase::existence, "B.14", new_is_admin};
    return {
        {"add_officer",
         "active",
         "",
         "",
         Approval::admin,
         &officer_body(),
         {own, new_not_admin, fits, room},
         add_officer,
         "增加经办人"},
        {"revoke_officer",
         "active",
         "",
         "",
         Approval::admin,
         &kid_body(),
         {own, known, old_not_admin},
         revoke_officer,
         "撤销经办人"},
        {"rotate_officer",
         "active",
         "",
         "",
         Approval::admin,
         &rotate_body(),
         {own, known, old_not_admin, new_not_admin, fits},
         rotate_officer,
         "更换经办人密钥"},
        {"replace_admin",
         "active|suspended",
         "",
         "",
         Approval::quorum,
         &replace_admin_body(),
         {known, new_admin, fits, room},
         replace_admin,
         "更换管理员密钥"},
    };
}

}  // namespace

RecordType party_type() {
    constexpr std::string_view kRegistrars = "regulator|ip_office|cert_center";
    RecordType type{
        "party",
        "主体",
        "party/",
        "",
        &party_fields(),
        officer_verbs(),
        nullptr,
        [](const json::Value& body) { return std::string(body.string_or("party_id", "")); },
        found};
    type.plural = "parties";
    type.handles = [](const json::Value& record, std::set<std::string>& out) {
        const json::Value& fields = *record.find("fields");
        for (const char* name : {"uscc", "lei"}) {
            if (fields.find(name) != nullptr)
                out.insert(std::string(name) + ":" + std::string(fields.string_or(name, "")));
        }
        if (fields.find("legal_name") != nullptr)
            out.insert(name_handle(fields.string_or("legal_name", "")));
    };
    const std::vector<Verb> lifecycle = {
        {"register",
         "",
         "active",
         kRegistrars,
         Approval::maker_checker,
         &party_fields(),
         {{Phase::identifiers, "E.1, E.3", content_holds},
          {Phase::identifiers, "B.1", address_there},
          {Phase::existence, "B.1", authorities_by_regulator}},
         store_officers,
         "登记"},
        {"amend_name",
         "active",
         "",
         kRegistrars,
         Approval::maker_checker,
         &name_body(),
         {{Phase::existence, "Q-15", has_legal_name}},
         rename,
         "变更名称"},
        {"suspend",
         "active",
         "suspended",
         "regulator",
         Approval::maker_checker,
         &reason_body(),
         {},
         nullptr,
         "暂停"},
        {"report_compromise",
         "active",
         "suspended",
         "",
         Approval::maker_checker,
         &reason_body(),
         {{Phase::existence, "B.1", own_party}},
         nullptr,
         "报告密钥泄露"},
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
    type.verbs.insert(type.verbs.begin(), lifecycle.begin(), lifecycle.end());
    return type;
}

}  // namespace quanlu::registry
