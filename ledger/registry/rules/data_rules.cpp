// See data_rules.h. A guard is silent about what another guard has refused already: a dry run asks
// all of them.
#include "ledger/registry/rules/data_rules.h"

#include "ledger/registry/record_type.h"
#include "ledger/registry/rules/mirror_rules.h"
#include "ledger/registry/rules/party_rules.h"
#include "ledger/registry/rules/right_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

constexpr int kRetentionYears =
    3;  // NDSR Art 12: processing records stay three years after processing

// Which kinds of certificate must and may state a field; fields not listed here belong to all.
struct KindRule {
    std::string_view field, required, allowed;
};
constexpr KindRule kKindRules[] = {
    {"applicable_rules", "scenario", "scenario"},
    {"digest_algorithm", "scenario", "scenario"},
    {"notice_days", "", "scenario"},
    {"identity_evidence", "entity", "entity"},
    {"provider_dcmm_level", "", "entity"},
    {"security_certifications", "", "entity"},
    {"scenario_ref", "transaction|delivery", "transaction|delivery"},
    {"entity_refs", "transaction", "transaction"},
    {"asset_id", "transaction|delivery", "transaction|delivery"},
    {"data_ip_right", "", "transaction"},
    {"recipient", "transaction", "transaction"},
    {"broker", "", "transaction"},
    {"source_lawfulness", "transaction", "transaction"},
    {"source_evidence", "", "transaction"},
    {"authorisation_chain", "", "transaction"},
    {"purpose", "transaction", "transaction"},
    {"use_scope", "transaction", "transaction"},
    {"territory", "transaction", "transaction"},
    {"onward_transfer", "transaction", "transaction"},
    {"processing_mode", "transaction", "transaction"},
    {"personal_info_basis", "", "transaction"},
    {"cross_border", "transaction", "transaction"},
    {"cross_border_approval_no", "", "transaction"},
    {"price", "transaction", "transaction"},
    {"pricing_method", "transaction", "transaction"},
    {"transaction_ref", "delivery", "delivery"},
    {"delivery_digest", "delivery", "delivery"},
    {"delivered_on", "delivery", "delivery"},
};

bool is_kind(const Act& act, std::string_view kind) {
    return act.text("certificate_kind") == kind;
}

bool is_subset(const json::Value* inner, const json::Value* outer) {
    if (inner == nullptr || outer == nullptr) return false;
    for (const json::Value& one : inner->as_array()) {
        bool found = false;
        for (const json::Value& other : outer->as_array()) found = found || one == other;
        if (!found) return false;
    }
    return true;
}

Refusal broken(std::size_t link, std::string_view why) {
    return Refusal(Code::E_BROKEN_AUTH_CHAIN, "/authorisation_chain/" + std::to_string(link),
                   json::Object{{"reason", why}});
}

// A link against the one it stands on.
std::optional<Refusal> link_within(const json::Value& parent, const json::Value& link,
                                   std::size_t at) {
    if (parent.string_or("grantee", "") != link.string_or("grantor", "")) {
        return broken(at, "the grantor is not the grantee of the link before");
    }
    if (!parent.bool_or("sublicence_allowed", false)) {
        return broken(at, "the link before allows no sublicence");
    }
    if (!is_subset(link.find("rights"), parent.find("rights"))) {
        return broken(at, "wider rights than the link before");
    }
    if (!is_subset(link.find("scope"), parent.find("scope"))) {
        return broken(at, "wider scope than the link before");
    }
    if (link.string_or("from", "") < parent.string_or("from", "") ||
        link.string_or("to", "") > parent.string_or("to", "")) {
        return broken(at, "longer than the link before");
    }
    return std::nullopt;
}

std::optional<Refusal> live_of_kind(const Act& act, std::string_view id, std::string_view kind,
                                    const std::string& pointer) {
    const auto held = certificate_of(act.draft, id);
    if (held == nullptr) return Refusal(Code::E_NOT_FOUND, pointer, json::Object{{"id", id}});
    const std::string_view found = held->find("fields")->string_or("certificate_kind", "");
    if (found != kind) {
        return Refusal(Code::E_KIND_MISMATCH, pointer,
                       json::Object{{"id", id}, {"needs", kind}, {"found", found}});
    }
    if (is_live_certificate(*held, act.today)) return std::nullopt;
    return Refusal(Code::E_BASIS_EXPIRED, pointer,
                   json::Object{{"id", id},
                                {"state", held->string_or("state", "")},
                                {"valid_to", held->find("fields")->string_or("valid_to", "")}},
                   where_of(held->find("updated")));
}

// The entity certificates are those of both sides, one each.
std::optional<Refusal> entities_live(const Act& act) {
    if (!act.field("entity_refs").is_array()) return std::nullopt;  // kind_fields_there spoke
    bool provider = false, recipient = false;
    const json::Array& refs = act.field("entity_refs").as_array();
    for (std::size_t i = 0; i < refs.size(); ++i) {
        const std::string pointer = "/entity_refs/" + std::to_string(i);
        if (auto refusal = live_of_kind(act, refs[i].as_string(), "entity", pointer)) {
            return refusal;
        }
        const auto held = certificate_of(act.draft, refs[i].as_string());
        const std::string_view owner = held->string_or("provider", "");
        provider = provider || owner == provider_of(act);
        recipient = recipient || owner == act.text("recipient");
    }
    if (provider && recipient && refs.size() == 2) return std::nullopt;
    return Refusal(Code::E_NOT_FOUND, "/entity_refs",
                   json::Object{{"needs", "one live entity certificate of each side"}});
}

// A delivery repeats what its transaction says.
std::optional<Refusal> delivery_matches(const Act& act) {
    const auto held = certificate_of(act.draft, act.text("transaction_ref"));
    if (held->string_or("provider", "") != provider_of(act)) {
        return Refusal(Code::E_WRONG_AUTHORITY, "/transaction_ref",
                       json::Object{{"needs", "the provider of the transaction"}});
    }
    for (const char* name : {"issuer", "asset_id", "scenario_ref"}) {
        if (held->find("fields")->string_or(name, "") == act.text(name)) continue;
        return Refusal(Code::E_SCHEMA, std::string("/") + name,
                       json::Object{{"reason", "differs from the transaction certificate"},
                                    {"transaction", held->find("fields")->string_or(name, "")}});
    }
    return std::nullopt;
}

void take_earlier(std::optional<BasisEnd>& end, std::string_view last, std::string_view what) {
    if (last.empty() || (end && end->last <= last)) return;
    end = BasisEnd{std::string(last), std::string(what)};
}

bool asset_says(const Act& act, std::string_view flag) {
    const auto asset = act.draft.get("asset/" + std::string(act.text("asset_id")));
    return asset != nullptr && asset->find("fields")->bool_or(flag, false);
}

}  // namespace

std::string provider_of(const Act& act) {
    const std::string_view held = act.record.string_or("provider", "");
    return held.empty() ? act.party() : std::string(held);
}

std::shared_ptr<const json::Value> certificate_of(const Draft& draft, std::string_view id) {
    return draft.get("cert/" + std::string(id));
}

bool is_live_certificate(const json::Value& certificate, Date today) {
    return certificate.string_or("state", "") == "issued" &&
           certificate.find("fields")->string_or("valid_to", "") >= to_text(today);
}

std::optional<Refusal> kind_fields_there(Act& act) {
    const std::string_view kind = act.text("certificate_kind");
    const json::Value* changes = act.body.find("changes");
    const json::Value& stated = changes == nullptr ? act.body : *changes;
    for (const KindRule& rule : kKindRules) {
        const std::string pointer = "/" + std::string(rule.field);
        const json::Value* value = act.record.find("fields")->find(rule.field);
        const bool there = value != nullptr && !(value->is_array() && value->as_array().empty());
        if (in_list(rule.required, kind) && !there) {
            return Refusal(Code::E_SCHEMA, pointer,
                           json::Object{{"reason", "missing"}, {"certificate_kind", kind}});
        }
        if (stated.find(rule.field) != nullptr && !in_list(rule.allowed, kind)) {
            return Refusal(
                Code::E_SCHEMA, pointer,
                json::Object{{"reason", "not a field of this kind"}, {"certificate_kind", kind}});
        }
    }
    return std::nullopt;
}

std::optional<Refusal> cert_dates_hold(Act& act) {
    const std::string_view from = act.text("valid_from");
    const std::string_view to = act.text("valid_to");
    if (from > to || to < to_text(act.today)) {
        return Refusal(Code::E_BACKDATED, "/valid_to",
                       json::Object{{"valid_from", from}, {"valid_to", to}});
    }
    if (act.text("delivered_on") > to_text(act.today)) {
        return Refusal(Code::E_BACKDATED, "/delivered_on",
                       json::Object{{"today", to_text(act.today)}});
    }
    const std::string least = to_text(add_years(*date_from_text(to), kRetentionYears));
    if (act.text("record_retention_until") >= least) return std::nullopt;
    return Refusal(
        Code::E_SCHEMA, "/record_retention_until",
        json::Object{{"reason", "three years after valid_to at least"}, {"least", least}});
}

std::optional<Refusal> issuer_competent(Act& act) {
    const std::string_view issuer = act.text("issuer");
    if (auto refusal = party_is_active(act.draft, issuer, "/issuer")) return refusal;
    if (party_has_role(act.draft, issuer, "cert_center")) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "/issuer",
                   json::Object{{"needs", "cert_center"}, {"party", issuer}});
}

std::optional<Refusal> cert_parties_there(Act& act) {
    if (auto refusal = party_is_active(act.draft, provider_of(act), "/provider")) return refusal;
    for (const char* name : {"recipient", "broker"}) {
        if (auto refusal = parties_are_active(act, name)) return refusal;
    }
    if (!is_kind(act, "transaction")) return std::nullopt;
    if (act.text("recipient") != provider_of(act)) return std::nullopt;
    return Refusal(Code::E_SCHEMA, "/recipient",
                   json::Object{{"reason", "provider and recipient are two parties"}});
}

std::optional<Refusal> asset_there(Act& act) {
    const std::string_view id = act.text("asset_id");
    if (id.empty()) return std::nullopt;
    const auto asset = act.draft.get("asset/" + std::string(id));
    if (asset == nullptr) {
        return Refusal(Code::E_UNKNOWN_ASSET, "/asset_id", json::Object{{"asset", id}});
    }
    if (asset->string_or("provider", "") == provider_of(act)) return std::nullopt;
    return Refusal(Code::E_NO_AUTHORISATION, "/asset_id",
                   json::Object{{"asset", id}, {"needs", "the provider that registered it"}},
                   where_of(asset->find("created")));
}

std::optional<Refusal> references_live(Act& act) {
    if (const std::string_view scenario = act.text("scenario_ref"); !scenario.empty()) {
        if (auto refusal = live_of_kind(act, scenario, "scenario", "/scenario_ref")) return refusal;
    }
    if (is_kind(act, "transaction")) return entities_live(act);
    if (!is_kind(act, "delivery")) return std::nullopt;
    const std::string_view transaction = act.text("transaction_ref");
    if (auto refusal = live_of_kind(act, transaction, "transaction", "/transaction_ref")) {
        return refusal;
    }
    return delivery_matches(act);
}

std::optional<Refusal> data_ip_there(Act& act) {
    const std::string_view id = act.text("data_ip_right");
    if (id.empty()) return std::nullopt;
    const auto right = act.draft.get(right_state_key(id));
    if (right == nullptr || !id.starts_with("data_ip:")) {
        return Refusal(Code::E_RIGHT_UNKNOWN, "/data_ip_right", json::Object{{"right", id}});
    }
    const json::Value& fields = *right->find("fields");
    bool holds = false;
    for (const json::Value& holder : fields.find("holders")->as_array()) {
        holds = holds || holder.string_or("party", "") == provider_of(act);
    }
    if (!holds) {
        return Refusal(Code::E_NOT_REGISTERED_OWNER, "/data_ip_right", json::Object{{"right", id}});
    }
    if (auto refusal = register_agrees(*right)) return refusal;
    const std::string_view status = fields.string_or("legal_status", "");
    if (status != "in_force") {
        return Refusal(status == "pending"     ? Code::E_RIGHT_NOT_GRANTED
                       : status == "suspended" ? Code::E_RIGHT_SUSPENDED
                                               : Code::E_RIGHT_TERMINATED,
                       "/data_ip_right", json::Object{{"right", id}, {"legal_status", status}});
    }
    if (!fields.bool_or("ownership_dispute", false)) return std::nullopt;
    return Refusal(Code::E_OWNERSHIP_DISPUTE, "/data_ip_right", json::Object{{"right", id}});
}

std::optional<Refusal> data_ip_not_frozen(Act& act) {
    const std::string_view id = act.text("data_ip_right");
    const auto right = id.empty() ? nullptr : act.draft.get(right_state_key(id));
    if (right == nullptr) return std::nullopt;
    const json::Value* freeze = standing_freeze(*right, "block_certificate_transfer", act.now.time);
    if (freeze == nullptr) return std::nullopt;
    return Refusal(Code::E_ASSET_FROZEN, "/data_ip_right",
                   json::Object{{"right", id}, {"freeze", freeze->string_or("id", "")}},
                   where_of(freeze->find("since")));
}

std::optional<BasisEnd> basis_end(const Act& act) {
    std::optional<BasisEnd> end;
    const auto certificate_ends = [&](std::string_view id, std::string_view what) {
        const auto held = certificate_of(act.draft, id);
        if (held != nullptr) {
            take_earlier(end, held->find("fields")->string_or("valid_to", ""), what);
        }
    };
    certificate_ends(act.text("scenario_ref"), "scenario_ref");
    certificate_ends(act.text("transaction_ref"), "transaction_ref");
    if (act.field("entity_refs").is_array()) {
        for (const json::Value& one : act.field("entity_refs").as_array()) {
            certificate_ends(one.as_string(), "entity_refs");
        }
    }
    if (act.field("authorisation_chain").is_array()) {
        for (const json::Value& link : act.field("authorisation_chain").as_array()) {
            take_earlier(end, link.string_or("to", ""), "authorisation_chain");
        }
    }
    const auto asset = act.draft.get("asset/" + std::string(act.text("asset_id")));
    if (asset != nullptr) {
        take_earlier(end, asset->find("fields")->string_or("source_term_to", ""), "asset_id");
    }
    const auto right = act.draft.get(right_state_key(act.text("data_ip_right")));
    if (right != nullptr) {
        take_earlier(end, right->find("fields")->string_or("expiry_date", ""), "data_ip_right");
    }
    return end;
}

std::optional<Refusal> term_within_basis(Act& act) {
    const auto end = basis_end(act);
    if (!end) return std::nullopt;
    const json::Value facts = json::Object{{"last", end->last}, {"basis", end->what}};
    if (end->last < to_text(act.today)) {
        return Refusal(Code::E_BASIS_EXPIRED, "/" + end->what, facts);
    }
    if (act.text("valid_to") <= end->last) return std::nullopt;
    return Refusal(Code::E_TERM_EXCEEDS_BASIS, "/valid_to", facts);
}

std::optional<Refusal> source_is_lawful(Act& act) {
    if (!is_kind(act, "transaction")) return std::nullopt;
    const std::string_view source = act.text("source_lawfulness");
    const auto asset = act.draft.get("asset/" + std::string(act.text("asset_id")));
    bool stated = asset == nullptr;
    if (asset != nullptr) {
        for (const json::Value& one : asset->find("fields")->find("source_kind")->as_array()) {
            stated = stated || one.as_string() == source;
        }
    }
    if (!stated) {
        return Refusal(Code::E_SOURCE_UNLAWFUL, "/source_lawfulness",
                       json::Object{{"reason", "not a source the asset was registered with"}});
    }
    if (asset_says(act, "contains_personal_info") && act.text("personal_info_basis").empty()) {
        return Refusal(Code::E_SOURCE_UNLAWFUL, "/personal_info_basis",
                       json::Object{{"needs", "a legal basis for personal information"}});
    }
    if (source != "self_collected" && act.field("source_evidence").find("_sd") == nullptr) {
        return Refusal(Code::E_NO_AUTHORISATION, "/source_evidence");
    }
    const json::Value& chain = act.field("authorisation_chain");
    if (source != "self_collected" && (!chain.is_array() || chain.as_array().empty())) {
        return Refusal(Code::E_NO_AUTHORISATION, "/authorisation_chain");
    }
    const bool abroad = act.record.find("fields")->bool_or("cross_border", false);
    if (!abroad || !act.text("cross_border_approval_no").empty()) return std::nullopt;
    return Refusal(Code::E_NO_AUTHORISATION, "/cross_border_approval_no",
                   json::Object{{"needs", "approval or filing number of the export"}});
}

std::optional<Refusal> chain_unbroken(Act& act) {
    const json::Value& chain = act.field("authorisation_chain");
    if (!chain.is_array() || chain.as_array().empty()) return std::nullopt;
    const json::Array& links = chain.as_array();
    for (std::size_t i = 0; i < links.size(); ++i) {
        if (links[i].string_or("from", "") > links[i].string_or("to", "")) {
            return broken(i, "ends before it begins");
        }
        if (i == 0) continue;
        if (auto refusal = link_within(links[i - 1], links[i], i)) return refusal;
    }
    if (links.back().string_or("grantee", "") != provider_of(act)) {
        return broken(links.size() - 1, "the last grantee is not the provider");
    }
    if (act.text("valid_from") >= links.back().string_or("from", "")) return std::nullopt;
    return broken(links.size() - 1, "begins after the certificate does");
}

std::optional<Refusal> grade_allows(Act& act) {
    const auto asset = act.draft.get("asset/" + std::string(act.text("asset_id")));
    if (asset == nullptr || !is_kind(act, "transaction")) return std::nullopt;
    const std::string_view grade = asset->find("fields")->string_or("grade", "");
    if (grade != "important" || act.text("processing_mode") != "raw_delivery") return std::nullopt;
    return Refusal(Code::E_GRADE_NOT_ALLOWED, "/processing_mode",
                   json::Object{{"grade", grade}, {"refused", "raw_delivery"}});
}

std::optional<Refusal> digest_agrees(Act& act) {
    if (!is_kind(act, "delivery")) return std::nullopt;
    const auto scenario = certificate_of(act.draft, act.text("scenario_ref"));
    if (scenario == nullptr) return std::nullopt;
    const std::string_view needs = scenario->find("fields")->string_or("digest_algorithm", "");
    const std::string_view found = act.field("delivery_digest").string_or("algorithm_id", "");
    if (needs == found) return std::nullopt;
    return Refusal(Code::E_HASH_FORMAT, "/delivery_digest/algorithm_id",
                   json::Object{{"needs", needs}, {"found", found}});
}

std::optional<Refusal> assessor_independent(Act& act) {
    const std::string& assessor = act.party();
    for (const std::string& party :
         {provider_of(act), std::string(act.text("recipient")), std::string(act.text("broker"))}) {
        if (party.empty() || !are_linked(act.draft, assessor, party)) continue;
        return Refusal(Code::E_ASSESSOR_CONFLICT, "iss",
                       json::Object{{"assessor", assessor}, {"party", party}});
    }
    return std::nullopt;
}

}  // namespace quanlu::registry
