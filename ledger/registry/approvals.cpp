// See approvals.h.
#include "ledger/registry/approvals.h"

#include "crypto/base/encode.h"
#include "crypto/hash.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

constexpr std::int64_t kApprovalDays = 5;  // policy approval_ttl_days

bool may_propose(const json::Value& officer) {
    return has_duty(officer, "maker") || has_duty(officer, "clerk");
}
bool may_approve(const json::Value& officer) {
    return has_duty(officer, "checker") || has_duty(officer, "judge");
}

bool is_business(Approval approval) {
    return approval == Approval::one || approval == Approval::maker_checker ||
           approval == Approval::every_party;
}

std::set<std::string> member_parties(const Draft& draft) {
    std::set<std::string> parties;
    if (const auto members = draft.get("sys/members")) {
        for (const json::Value& party : members->find("parties")->as_array()) {
            parties.insert(party.as_string());
        }
    }
    return parties;
}

// Two administrators decide together once a party has two whose keys are in force.
std::size_t admins_needed(const Actor& actor) {
    std::size_t n = 0;
    for (const json::Value& officer : actor.party.find("fields")->find("officers")->as_array()) {
        if (has_duty(officer, "admin") && is_in_force(officer, actor.now.time)) ++n;
    }
    return n >= 2 ? 2 : 1;
}

std::size_t count_of(const json::Array& given, std::string_view party) {
    std::size_t n = 0;
    for (const json::Value& one : given) n += one.string_or("party", "") == party ? 1 : 0;
    return n;
}

bool is_complete(const Actor& actor, Approval approval, const std::set<std::string>& asked,
                 const json::Array& given) {
    switch (approval) {
        case Approval::one:
            return true;
        case Approval::maker_checker:
            return given.size() >= 2;
        case Approval::admin:
            return given.size() >= admins_needed(actor);
        case Approval::every_party:
            for (const std::string& party : asked) {
                if (count_of(given, party) < 2) return false;
            }
            return true;
        case Approval::quorum: {
            const std::size_t n = member_parties(actor.draft).size();
            ENSURE(n > 0, "check_role() comes first");
            return given.size() >= n - (n - 1) / 3;
        }
    }
    ENSURE(false);
}

// Does its officer's word still stand: the party is active, the key in force?
bool still_stands(const Actor& actor, const json::Value& approval) {
    const auto party = actor.draft.get("party/" + std::string(approval.string_or("party", "")));
    if (party == nullptr || party->string_or("state", "") != "active") return false;
    const json::Value* officer = find_officer(*party, approval.string_or("kid", ""));
    return officer != nullptr && is_in_force(*officer, actor.now.time);
}

// What of the approvals still counts. A party's stand together: a maker and a checker gave them,
// and without the one the other does not know what it approved.
json::Array standing_of(const Actor& actor, const json::Array& given) {
    std::set<std::string> fallen;
    for (const json::Value& one : given) {
        if (!still_stands(actor, one)) fallen.emplace(one.string_or("party", ""));
    }
    json::Array standing;
    for (const json::Value& one : given) {
        if (!fallen.contains(std::string(one.string_or("party", "")))) standing.push_back(one);
    }
    return standing;
}

// What waits under this key, with the approvals that still count; nullopt: nothing that counts. One
// that lapsed, or was given for another version of the record, is no approval of this act.
std::optional<json::Value> waiting_now(const Actor& actor, const std::string& key) {
    const auto held = actor.draft.get(key);
    if (held == nullptr || held->integer_or("expires", 0) <= actor.now.time.value)
        return std::nullopt;
    if (held->integer_or("version", 0) != actor.version) return std::nullopt;
    json::Array standing = standing_of(actor, held->find("approvals")->as_array());
    if (standing.empty()) return std::nullopt;
    json::Value pending = *held;
    pending.set("approvals", std::move(standing));
    return pending;
}

// Whose officers may give the next approval.
json::Array waited_for(const Actor& actor, Approval approval, const std::set<std::string>& asked,
                       const json::Value& pending) {
    const json::Array& given = pending.find("approvals")->as_array();
    std::set<std::string> parties = approval == Approval::every_party ? asked
                                    : approval == Approval::quorum
                                        ? member_parties(actor.draft)
                                        : std::set<std::string>{actor.tx.iss};
    const std::size_t each = approval == Approval::quorum ? 1 : 2;
    json::Array waiting;
    for (const std::string& party : parties) {
        if (count_of(given, party) < each) waiting.emplace_back(party);
    }
    return waiting;
}

// State key under which an act waits for more officers: of act, record and body, and of the party
// where the approval is its own matter.
std::string pending_key(const chain::Tx& tx, Approval approval) {
    const bool inside = approval == Approval::maker_checker || approval == Approval::admin;
    const std::string name = tx.act + "\n" + tx.rec + "\n" + (inside ? tx.iss : std::string()) +
                             "\n" + json::write(tx.body);
    return "pend/" + to_hex(crypto::sha256(as_bytes(name)));
}

// May this officer give the next approval, after those given?
std::optional<Refusal> check_turn(const Actor& actor, Approval approval, const json::Array& given,
                                  const std::optional<chain::Where>& made) {
    for (const json::Value& one : given) {
        const bool same_party = one.string_or("party", "") == actor.tx.iss;
        if (same_party &&
            (approval == Approval::quorum || one.string_or("kid", "") == actor.tx.kid)) {
            return Refusal(Code::E_FOUR_EYES, "", json::Object{{"first", one}}, made);
        }
    }
    if (approval != Approval::maker_checker && approval != Approval::every_party) {
        return std::nullopt;
    }
    const std::size_t before = count_of(given, actor.tx.iss);
    if (before >= 2) {
        return Refusal(Code::E_FOUR_EYES, "",
                       json::Object{{"reason", "this party has approved; others have not"}}, made);
    }
    if (before == 0 && !may_propose(actor.officer)) {
        return Refusal(Code::E_FOUR_EYES, "", json::Object{{"needs", "a maker first"}});
    }
    if (before == 1 && !may_approve(actor.officer)) {
        return Refusal(Code::E_FOUR_EYES, "", json::Object{{"needs", "a checker's key"}}, made);
    }
    return std::nullopt;
}

}  // namespace

const json::Value* find_officer(const json::Value& party, std::string_view kid) {
    const json::Value* fields = party.find("fields");
    const json::Value* officers = fields == nullptr ? nullptr : fields->find("officers");
    if (officers == nullptr) return nullptr;
    for (const json::Value& officer : officers->as_array()) {
        if (officer.string_or("kid", "") == kid) return &officer;
    }
    return nullptr;
}

bool is_in_force(const json::Value& officer, UnixMillis time) {
    const std::string today = to_text(shanghai_date(time));
    if (officer.string_or("valid_from", "") > today || officer.string_or("valid_to", "") < today) {
        return false;
    }
    const std::int64_t revoked = officer.integer_or("revoked_at", 0);
    return revoked == 0 || time.value < revoked;
}

bool has_duty(const json::Value& officer, std::string_view duty) {
    const json::Value* duties = officer.find("duties");
    if (duties == nullptr) return false;
    for (const json::Value& one : duties->as_array()) {
        if (one.as_string() == duty) return true;
    }
    return false;
}

std::optional<Refusal> check_role(const Actor& actor, const Verb& verb,
                                  const std::set<std::string>& asked) {
    if (is_business(verb.approval)) {
        if (!may_propose(actor.officer) && !may_approve(actor.officer)) {
            return Refusal(Code::E_ADMIN_CANNOT_TRANSACT, "", json::Object{{"kid", actor.tx.kid}});
        }
    } else if (!has_duty(actor.officer, "admin")) {
        return Refusal(Code::E_ROLE, "", json::Object{{"needs", "an administrator's key"}});
    }
    if (verb.approval == Approval::quorum && !member_parties(actor.draft).contains(actor.tx.iss)) {
        return Refusal(Code::E_ROLE, "", json::Object{{"needs", "a party that runs a member"}});
    }
    if (!verb.roles.empty()) {
        bool held = false;
        for (const json::Value& role : actor.party.find("fields")->find("roles")->as_array()) {
            held = held || in_list(verb.roles, role.as_string());
        }
        if (!held) {
            return Refusal(Code::E_ROLE, "",
                           json::Object{{"needs", verb.roles}, {"party", actor.tx.iss}});
        }
    }
    if (asked.empty() || asked.contains(actor.tx.iss)) return std::nullopt;
    json::Array needed;
    for (const std::string& party : asked) needed.emplace_back(party);
    return Refusal(Code::E_WRONG_AUTHORITY, "iss", json::Object{{"needs", std::move(needed)}});
}

Result<Approvals, Refusal> take_approval(const Actor& actor, const Verb& verb,
                                         const std::set<std::string>& asked) {
    Approvals out;
    if (verb.approval == Approval::one) return out;
    if (verb.approval == Approval::admin && admins_needed(actor) == 1) return out;
    out.key = pending_key(actor.tx, verb.approval);
    if (auto waiting = waiting_now(actor, out.key)) {
        out.pending = *std::move(waiting);
    } else {
        const std::int64_t days =
            policy_value(actor.draft, "approval_ttl_days", actor.now.height, kApprovalDays);
        out.pending = json::Object{{"type", "pending"},
                                   {"id", out.key.substr(5)},
                                   {"act", actor.tx.act},
                                   {"rec", actor.tx.rec},
                                   {"tx", to_hex(actor.tx.id)},
                                   {"approvals", json::Array{}},
                                   {"expires", actor.now.time.value + days * kMillisPerDay},
                                   {"made", where_json(actor.now)}};
        if (actor.version > 0) out.pending.set("version", actor.version);
    }
    json::Array& given = out.pending["approvals"].as_array();
    if (auto refusal =
            check_turn(actor, verb.approval, given, where_of(out.pending.find("made")))) {
        return Err(*std::move(refusal));
    }
    given.push_back(json::Object{{"party", actor.tx.iss}, {"kid", actor.tx.kid}});
    out.complete = is_complete(actor, verb.approval, asked, given);
    if (!out.complete)
        out.pending.set("waiting", waited_for(actor, verb.approval, asked, out.pending));
    return out;
}

}  // namespace quanlu::registry
