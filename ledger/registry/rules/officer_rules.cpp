// See officer_rules.h.
#include "ledger/registry/rules/officer_rules.h"

#include "crypto/jwk.h"
#include "ledger/registry/approvals.h"

namespace quanlu::registry {

using chain::Code;
using chain::Refusal;

namespace {

constexpr std::size_t kOfficersMax = 64;  // looked up one by one for every transaction

Refusal schema(const std::string& pointer, std::string_view reason) {
    return Refusal(Code::E_SCHEMA, pointer, json::Object{{"reason", reason}});
}

std::string kid_of(const json::Value& officer) {
    return crypto::thumbprint(*crypto::key_from_jwk(*officer.find("key")));
}

json::Value named(const json::Value& officer) {
    json::Value out = officer;
    out.set("kid", kid_of(officer));
    return out;
}

bool plays(const json::Value& roles, std::string_view role) {
    for (const json::Value& one : roles.as_array()) {
        if (one.as_string() == role) return true;
    }
    return false;
}

std::optional<Refusal> check_officer(const json::Value& officer, const json::Value& roles,
                                     const std::string& pointer) {
    if (officer.string_or("valid_from", "") > officer.string_or("valid_to", "")) {
        return Refusal(Code::E_BACKDATED, pointer + "/valid_to",
                       json::Object{{"reason", "ends before it starts"}});
    }
    if (has_duty(officer, "admin") && officer.find("duties")->as_array().size() > 1) {
        return schema(pointer + "/duties", "an administrator has no other duty");
    }
    const bool bench = has_duty(officer, "clerk") || has_duty(officer, "judge");
    if (bench && !plays(roles, "court")) {
        return schema(pointer + "/duties", "clerks and judges are officers of a court");
    }
    return std::nullopt;
}

const json::Value* named_officer(const Act& act, std::string_view kid) {
    for (const json::Value& officer : act.field("officers").as_array()) {
        if (officer.string_or("kid", "") == kid) return &officer;
    }
    return nullptr;
}

void revoke(Act& act, std::string_view kid) {
    for (json::Value& officer : act.fields()["officers"].as_array()) {
        if (officer.string_or("kid", "") == kid) officer.set("revoked_at", act.now.time.value);
    }
}

// A full list makes room by forgetting the key that was revoked first.
bool forget_oldest_revoked(json::Array& officers) {
    auto oldest = officers.end();
    for (auto one = officers.begin(); one != officers.end(); ++one) {
        const std::int64_t at = one->integer_or("revoked_at", 0);
        if (at == 0) continue;
        if (oldest == officers.end() || at < oldest->integer_or("revoked_at", 0)) oldest = one;
    }
    if (oldest == officers.end()) return false;
    officers.erase(oldest);
    return true;
}

void add(Act& act, const json::Value& officer) {
    json::Array& officers = act.fields()["officers"].as_array();
    if (officers.size() >= kOfficersMax) ENSURE(forget_oldest_revoked(officers));
    officers.push_back(named(officer));
    act.event("party.officer_added", act.id,
              json::Object{{"kid", kid_of(officer)}, {"duties", *officer.find("duties")}});
}

void tell_revoked(Act& act, std::string_view kid) {
    act.event("party.officer_revoked", act.id, json::Object{{"kid", kid}});
}

}  // namespace

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

std::optional<Refusal> check_officers(const json::Array& officers, const json::Value& roles) {
    std::set<std::string> kids;
    for (std::size_t i = 0; i < officers.size(); ++i) {
        const std::string pointer = "/officers/" + std::to_string(i);
        if (auto refusal = check_officer(officers[i], roles, pointer)) return refusal;
        if (!kids.insert(kid_of(officers[i])).second) {
            return schema(pointer + "/key", "stands twice");
        }
    }
    return std::nullopt;
}

void name_keys(json::Array& officers) {
    for (json::Value& officer : officers) officer = named(officer);
}

std::optional<Refusal> own_party(Act& act) {
    if (act.id == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "rec", json::Object{{"needs", "the party itself"}});
}

std::optional<Refusal> new_officer_fits(Act& act) {
    const json::Value& officer = *act.body.find("officer");
    if (auto refusal = check_officer(officer, act.field("roles"), "/officer")) return refusal;
    if (named_officer(act, kid_of(officer)) == nullptr) return std::nullopt;
    return schema("/officer/key", "stands already");
}

std::optional<Refusal> new_is_no_admin(Act& act) {
    if (!has_duty(*act.body.find("officer"), "admin")) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "/officer/duties",
                   json::Object{{"needs", "a quorum of the consortium"}});
}

std::optional<Refusal> new_is_admin(Act& act) {
    if (!has_duty(*act.body.find("officer"), "admin")) {
        return schema("/officer/duties", "the quorum replaces administrators only");
    }
    const json::Value* old = named_officer(act, act.body.string_or("kid", ""));
    if (old == nullptr || has_duty(*old, "admin")) return std::nullopt;
    return schema("/kid", "the quorum replaces administrators only");
}

std::optional<Refusal> officer_known(Act& act) {
    const std::string_view kid = act.body.string_or("kid", "");
    if (kid.empty()) return std::nullopt;
    const json::Value* officer = named_officer(act, kid);
    if (officer == nullptr) {
        return Refusal(Code::E_UNKNOWN_KEY, "/kid", json::Object{{"kid", kid}});
    }
    const json::Value* revoked = officer->find("revoked_at");
    if (revoked == nullptr) return std::nullopt;
    return Refusal(Code::E_KEY_NOT_IN_FORCE, "/kid",
                   json::Object{{"kid", kid}, {"revoked_at", *revoked}});
}

std::optional<Refusal> old_is_no_admin(Act& act) {
    const json::Value* officer = named_officer(act, act.body.string_or("kid", ""));
    if (officer == nullptr || !has_duty(*officer, "admin")) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "/kid",
                   json::Object{{"needs", "a quorum of the consortium"}});
}

std::optional<Refusal> room_for_officer(Act& act) {
    const json::Array& officers = act.field("officers").as_array();
    if (officers.size() < kOfficersMax) return std::nullopt;
    for (const json::Value& one : officers) {
        if (one.find("revoked_at") != nullptr) return std::nullopt;
    }
    return Refusal(Code::E_TOO_LARGE, "/officer",
                   json::Object{{"officers_max", static_cast<std::int64_t>(kOfficersMax)}});
}

void add_officer(Act& act) {
    add(act, *act.body.find("officer"));
}

void revoke_officer(Act& act) {
    const std::string_view kid = act.body.string_or("kid", "");
    revoke(act, kid);
    tell_revoked(act, kid);
}

void rotate_officer(Act& act) {
    revoke_officer(act);
    add_officer(act);
}

void replace_admin(Act& act) {
    if (act.body.find("kid") != nullptr) revoke_officer(act);
    add_officer(act);
}

}  // namespace quanlu::registry
