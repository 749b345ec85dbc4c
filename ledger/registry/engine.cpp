// apply(): the fixed order of checks, approvals, effects. Order (end of DOMAIN C): schema, role,
// four-eyes, version, party state, existence and state of the record, then the verb's guards by
// phase; signatures and duplicates were checked before a transaction could stand in a block.
#include <set>

#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "crypto/jwk.h"
#include "ledger/registry/deadlines.h"
#include "ledger/registry/ids/record_no.h"
#include "ledger/registry/record_type.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Outcome;
using chain::Refusal;

constexpr std::int64_t kApprovalDays =
    5;  // policy approval_ttl_days: a proposal nobody approved lapses

std::string party_key(std::string_view party) {
    return "party/" + std::string(party);
}

const json::Value* find_officer(const json::Value& party, std::string_view kid) {
    const json::Value* fields = party.find("fields");
    const json::Value* officers = fields == nullptr ? nullptr : fields->find("officers");
    if (officers == nullptr) return nullptr;
    for (const json::Value& officer : officers->as_array()) {
        if (officer.string_or("kid", "") == kid) return &officer;
    }
    return nullptr;
}

bool list_has(const json::Value* list, std::string_view item) {
    if (list == nullptr || !list->is_array()) return false;
    for (const json::Value& one : list->as_array()) {
        if (one.is_string() && one.as_string() == item) return true;
    }
    return false;
}

bool has_duty(const json::Value& officer, std::string_view duty) {
    return list_has(officer.find("duties"), duty);
}
bool may_propose(const json::Value& officer) {
    return has_duty(officer, "maker") || has_duty(officer, "clerk");
}
bool may_approve(const json::Value& officer) {
    return has_duty(officer, "checker") || has_duty(officer, "judge");
}

Refusal version_conflict(const json::Value& record, std::int64_t expected) {
    return Refusal(Code::E_VERSION_CONFLICT, "ver",
                   json::Object{{"expected", expected}, {"found", record.integer_or("version", 0)}},
                   where_of(record.find("updated")));
}

// One transaction on its way through the checks.
class Run {
public:
    Run(const chain::StateReader& state, const chain::Tx& tx, const Moment& moment)
        : tx_(tx), moment_(moment), draft_(state) {}

    // With `all`: every refusal there is, in order, instead of stopping at the first.
    Outcome run(chain::Writes& writes, std::vector<Refusal>* all) {
        all_ = all;
        Outcome outcome;
        std::optional<Refusal> refusal = carry_out(outcome);
        if (refusal) {
            outcome = Outcome{};
            outcome.refusal = std::move(refusal);
            return outcome;
        }
        writes = draft_.take();
        return outcome;
    }

private:
    // Stops at the first refusal, or notes it and goes on.
    bool stop(std::optional<Refusal>& refusal) {
        if (!refusal) return false;
        if (all_ == nullptr) return true;
        all_->push_back(*std::move(refusal));
        refusal.reset();
        return false;
    }

    std::optional<Refusal> find_verb_of_act() {
        const std::size_t dot = tx_.act.find('.');
        type_ = find_record_type(std::string_view(tx_.act).substr(0, dot));
        verb_ = type_ == nullptr ? nullptr
                                 : find_verb(*type_, std::string_view(tx_.act).substr(dot + 1));
        if (verb_ == nullptr)
            return Refusal(Code::E_UNKNOWN_ACT, "act", json::Object{{"act", tx_.act}});
        if (verb_->from.empty() != tx_.rec.empty()) {
            return Refusal(
                Code::E_SCHEMA, "rec",
                json::Object{{"reason",
                              verb_->from.empty() ? "a creating act names no record" : "missing"}});
        }
        const auto checked = check_fields(tx_.body, *verb_->body);
        if (!checked.ok()) return checked.error();
        return std::nullopt;
    }

    std::optional<Refusal> check_role() const {
        const json::Value* fields = party_->find("fields");
        const bool business =
            verb_->approval == Approval::one || verb_->approval == Approval::maker_checker;
        if (business && !may_propose(*officer_) && !may_approve(*officer_)) {
            return Refusal(Code::E_ADMIN_CANNOT_TRANSACT, "", json::Object{{"kid", tx_.kid}});
        }
        if (!business && !has_duty(*officer_, "admin")) {
            return Refusal(Code::E_ROLE, "", json::Object{{"needs", "an administrator's key"}});
        }
        if (verb_->approval == Approval::quorum && member_parties().count(tx_.iss) == 0) {
            return Refusal(Code::E_ROLE, "", json::Object{{"needs", "a party that runs a member"}});
        }
        if (verb_->roles.empty()) return std::nullopt;
        const json::Value* roles = fields->find("roles");
        for (const json::Value& role : roles->as_array()) {
            if (in_list(verb_->roles, role.as_string())) return std::nullopt;
        }
        return Refusal(Code::E_ROLE, "", json::Object{{"needs", verb_->roles}, {"party", tx_.iss}});
    }

    [[nodiscard]] std::set<std::string> member_parties() const {
        std::set<std::string> parties;
        if (const auto members = draft_.get("sys/members")) {
            for (const json::Value& party : members->find("parties")->as_array())
                parties.insert(party.as_string());
        }
        return parties;
    }

    // The same act with the same content names the same proposal; a quorum's is shared by all
    // parties.
    [[nodiscard]] std::string pending_key() const {
        const std::string name =
            tx_.act + "\n" + tx_.rec + "\n" +
            (verb_->approval == Approval::maker_checker ? tx_.iss : std::string()) + "\n" +
            json::write(tx_.body);
        return "pend/" + to_hex(crypto::sha256(as_bytes(name)));
    }

    // Is this the approval that completes the act? Sets complete_ and fresh approvals.
    std::optional<Refusal> check_approval() {
        complete_ = true;
        if (verb_->approval == Approval::one || verb_->approval == Approval::admin)
            return std::nullopt;
        pending_key_ = pending_key();
        const auto pending = draft_.get(pending_key_);
        const bool live =
            pending != nullptr && pending->integer_or("expires", 0) > moment_.time.value;
        approvals_ = live ? pending->find("approvals")->as_array() : json::Array{};
        for (const json::Value& one : approvals_) {
            const bool same = verb_->approval == Approval::quorum
                                  ? one.string_or("party", "") == tx_.iss
                                  : one.string_or("kid", "") == tx_.kid;
            if (same) {
                return Refusal(Code::E_FOUR_EYES, "", json::Object{{"first", one}},
                               where_of(pending->find("made")));
            }
        }
        approvals_.push_back(json::Object{{"party", tx_.iss}, {"kid", tx_.kid}});
        if (verb_->approval == Approval::quorum) {
            const std::size_t n = member_parties().size();
            complete_ = approvals_.size() >= n - (n - 1) / 3;
            return std::nullopt;
        }
        complete_ = approvals_.size() == 2;
        if (!complete_ && !may_propose(*officer_)) {
            return Refusal(Code::E_FOUR_EYES, "", json::Object{{"needs", "a maker first"}});
        }
        if (complete_ && !may_approve(*officer_)) {
            return Refusal(Code::E_FOUR_EYES, "", json::Object{{"needs", "a checker's key"}});
        }
        return std::nullopt;
    }

    std::optional<Refusal> open_record(Act& act) {
        if (verb_->from.empty()) {
            if (type_->id_from_body != nullptr) act.id = type_->id_from_body(tx_.body);
            act.key = std::string(type_->tag) + act.id;
            if (!act.id.empty() && draft_.get(act.key) != nullptr) {
                const auto standing = draft_.get(act.key);
                return Refusal(Code::E_DUPLICATE_RIGHT, "", json::Object{{"id", act.id}},
                               where_of(standing->find("created")));
            }
            act.record = json::Object{{"type", type_->name},
                                      {"id", act.id},
                                      {"state", ""},
                                      {"version", 0},
                                      {"created", where_json(moment_)},
                                      {"fields", tx_.body}};
            return std::nullopt;
        }
        act.id = tx_.rec;
        act.key = std::string(type_->tag) + act.id;
        const auto record = draft_.get(act.key);
        if (record == nullptr)
            return Refusal(Code::E_NOT_FOUND, "rec", json::Object{{"id", act.id}});
        act.record = *record;
        if (tx_.ver && *tx_.ver != record->integer_or("version", 0))
            return version_conflict(*record, *tx_.ver);
        if (!in_list(verb_->from, act.state())) {
            return Refusal(Code::E_BAD_STATE, "",
                           json::Object{{"state", act.state()}, {"needs", verb_->from}},
                           where_of(record->find("updated")));
        }
        return std::nullopt;
    }

    std::optional<Refusal> carry_out(Outcome& outcome) {
        if (auto refusal = find_verb_of_act()) {
            if (all_ != nullptr) all_->push_back(*refusal);
            return refusal;  // nothing can be asked of an act without a form
        }
        party_ = draft_.get(party_key(tx_.iss));
        ENSURE(party_ != nullptr, "admit() comes first");
        officer_ = find_officer(*party_, tx_.kid);
        ENSURE(officer_ != nullptr, "admit() comes first");
        std::optional<Refusal> refusal = check_role();
        if (stop(refusal)) return refusal;
        refusal = check_approval();
        if (stop(refusal)) return refusal;
        if (party_->string_or("state", "") != "active") {
            refusal = Refusal(
                Code::E_PARTY_NOT_ACTIVE, "iss",
                json::Object{{"party", tx_.iss}, {"state", party_->string_or("state", "")}});
        }
        if (stop(refusal)) return refusal;
        Act act{draft_, tx_, tx_.body, moment_, shanghai_date(moment_.time), *type_, *verb_, "",
                "",     {},  {},       {}};
        refusal = open_record(act);
        if (refusal) {
            if (all_ != nullptr) all_->push_back(*refusal);
            return refusal;
        }
        for (const Guard& guard : verb_->guards) {
            refusal = guard.check(act);
            if (stop(refusal)) return refusal;
        }
        if (all_ != nullptr && !all_->empty()) return all_->front();
        if (!complete_) return wait_for_approval(act, outcome);
        finish(act, outcome);
        return std::nullopt;
    }

    std::optional<Refusal> wait_for_approval(const Act& act, Outcome& outcome) {
        const std::int64_t days =
            policy_value(draft_, "approval_ttl_days", moment_.height, kApprovalDays);
        draft_.put(pending_key_,
                   json::Object{{"type", "pending"},
                                {"id", pending_key_.substr(5)},
                                {"act", tx_.act},
                                {"rec", tx_.rec},
                                {"tx", to_hex(tx_.id)},
                                {"approvals", approvals_},
                                {"expires", moment_.time.value + days * kMillisPerDay},
                                {"made", where_json(moment_)}});
        outcome.record = tx_.rec.empty() ? act.id : tx_.rec;
        outcome.state = "pending_approval";
        outcome.events.push_back(
            {"approval.waiting", outcome.record,
             json::Object{{"act", tx_.act}, {"pending", pending_key_.substr(5)}}});
        return std::nullopt;
    }

    // USCC digits 3 to 8 are the region; parties without one stand for the whole country.
    [[nodiscard]] std::string region() const {
        const std::string_view uscc = party_->find("fields")->string_or("uscc", "");
        return uscc.size() == 18 ? std::string(uscc.substr(2, 6)) : "000000";
    }

    void number(Act& act) {
        const std::string day = to_text(act.today);
        const std::string place = region();
        const std::string serial_key =
            "serial/" + std::string(type_->prefix) + "/" + place + "/" + day;
        const auto held = draft_.get(serial_key);
        const std::int64_t serial = (held == nullptr ? 0 : held->integer_or("n", 0)) + 1;
        draft_.put(serial_key, json::Object{{"n", serial}});
        act.id =
            make_record_no(type_->prefix, place, act.today, static_cast<std::uint64_t>(serial));
        act.key = std::string(type_->tag) + act.id;
        act.record.set("id", act.id);
    }

    void finish(Act& act, Outcome& outcome) {
        if (!approvals_.empty()) draft_.erase(pending_key_);
        if (act.id.empty()) number(act);
        if (!verb_->to.empty()) act.set_state(verb_->to);
        if (verb_->effect != nullptr) verb_->effect(act);
        act.record.set("version", act.record.integer_or("version", 0) + 1);
        act.record.set("updated", where_json(moment_));
        outcome.record = act.id;
        outcome.version = act.record.integer_or("version", 0);
        outcome.state = act.state();
        outcome.warnings = act.warnings;
        if (act.events.empty()) act.event(tx_.act, act.id);
        outcome.events = std::move(act.events);
        draft_.put(act.key, std::move(act.record));
    }

    const chain::Tx& tx_;
    const Moment& moment_;
    Draft draft_;
    const RecordType* type_ = nullptr;
    const Verb* verb_ = nullptr;
    std::shared_ptr<const json::Value> party_;
    const json::Value* officer_ = nullptr;
    std::vector<Refusal>* all_ = nullptr;
    bool complete_ = true;
    std::string pending_key_;
    json::Array approvals_;
};

}  // namespace

bool in_list(std::string_view list, std::string_view item) {
    while (!list.empty()) {
        const std::size_t bar = list.find('|');
        if (list.substr(0, bar) == item) return true;
        if (bar == std::string_view::npos) return false;
        list.remove_prefix(bar + 1);
    }
    return false;
}

const RecordType* find_record_type(std::string_view name) {
    for (const RecordType& type : record_types()) {
        if (type.name == name) return &type;
    }
    return nullptr;
}

const Verb* find_verb(const RecordType& type, std::string_view name) {
    for (const Verb& verb : type.verbs) {
        if (verb.name == name) return &verb;
    }
    return nullptr;
}

const json::Value& Act::field(std::string_view name) const {
    static const json::Value kNothing;
    const json::Value* fields = record.find("fields");
    const json::Value* value = fields == nullptr ? nullptr : fields->find(name);
    return value == nullptr ? kNothing : *value;
}

std::string_view Act::text(std::string_view name) const {
    const json::Value& value = field(name);
    return value.is_string() ? std::string_view(value.as_string()) : std::string_view();
}

bool Act::has_party(std::string_view list, std::string_view party) const {
    const json::Value& value = field(list);
    if (value.is_string()) return value.as_string() == party;
    if (!value.is_array()) return false;
    for (const json::Value& one : value.as_array()) {
        if (one.is_string() ? one.as_string() == party : one.string_or("party", "") == party)
            return true;
    }
    return false;
}

void Act::event(std::string type_, std::string record_, json::Value facts) {
    events.push_back({std::move(type_), std::move(record_), std::move(facts)});
}

json::Value where_json(const Moment& now) {
    return json::Object{
        {"height", now.height.value}, {"index", now.index}, {"time", now.time.value}};
}

std::optional<chain::Where> where_of(const json::Value* value) {
    if (value == nullptr || !value->is_object()) return std::nullopt;
    return chain::Where{Height(static_cast<std::uint64_t>(value->integer_or("height", 0))),
                        static_cast<std::uint32_t>(value->integer_or("index", 0))};
}

std::int64_t policy_value(const Draft& draft, std::string_view name, Height height,
                          std::int64_t fallback) {
    const auto policy = draft.get("policy/" + std::string(name));
    if (policy == nullptr) return fallback;
    std::int64_t value = fallback;
    for (const json::Value& step : policy->find("fields")->find("steps")->as_array()) {
        if (step.integer_or("from_height", 0) <= static_cast<std::int64_t>(height.value))
            value = step.integer_or("value", fallback);
    }
    return value;
}

Status<Refusal> admit(const chain::StateReader& state, const chain::Tx& tx, UnixMillis time) {
    const auto party = state.get(party_key(tx.iss));
    if (party == nullptr)
        return Err(Refusal(Code::E_UNKNOWN_PARTY, "iss", json::Object{{"party", tx.iss}}));
    const json::Value* officer = find_officer(*party, tx.kid);
    if (officer == nullptr) {
        return Err(
            Refusal(Code::E_UNKNOWN_KEY, "kid", json::Object{{"party", tx.iss}, {"kid", tx.kid}}));
    }
    const std::string today = to_text(shanghai_date(time));
    const std::int64_t revoked = officer->integer_or("revoked_at", 0);
    const bool dated = officer->string_or("valid_from", "") <= today &&
                       today <= officer->string_or("valid_to", "9999");
    if (!dated || (revoked != 0 && revoked <= time.value)) {
        return Err(Refusal(Code::E_KEY_NOT_IN_FORCE, "kid",
                           json::Object{{"party", tx.iss}, {"kid", tx.kid}}));
    }
    return Unit{};
}

std::optional<crypto::PublicKey> officer_key(const chain::StateReader& state, const chain::Tx& tx) {
    const auto party = state.get(party_key(tx.iss));
    const json::Value* officer = party == nullptr ? nullptr : find_officer(*party, tx.kid);
    const json::Value* key = officer == nullptr ? nullptr : officer->find("key");
    const auto bytes = key == nullptr ? std::nullopt : from_base64url(key->string_or("x", ""));
    if (!bytes || bytes->size() != 32) return std::nullopt;
    crypto::PublicKey decoded{};
    std::memcpy(decoded.data(), bytes->data(), decoded.size());
    return decoded;
}

Outcome apply(const chain::StateReader& state, const chain::Tx& tx, const Moment& moment,
              chain::Writes& writes) {
    return Run(state, tx, moment).run(writes, nullptr);
}

std::vector<Refusal> all_refusals(const chain::StateReader& state, const chain::Tx& tx,
                                  const Moment& moment) {
    std::vector<Refusal> all;
    chain::Writes writes;
    Run(state, tx, moment).run(writes, &all);
    return all;
}

}  // namespace quanlu::registry
