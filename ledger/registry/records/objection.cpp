// B.11 objection: somebody with an interest disputes a record. It stands in the record it is
// against, so that one proof shows both; without a lawsuit it lapses after 30 days.
#include "ledger/registry/deadlines.h"
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/any_record.h"
#include "ledger/registry/rules/filing_rules.h"
#include "ledger/registry/rules/party_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kLapseDays = 30;
constexpr std::size_t kOpenMax = 64;  // in one record: bounds what every proof of it carries

const Fields& objection_fields() {
    static const Fields fields = {
        {"against", FieldKind::record, true, 0, "", Visible::p, "异议对象"},
        {"ground", FieldKind::choice, true, 0,
         "wrong_owner|no_consent|content_error|forged|data_source_unlawful|priority_dispute",
         Visible::p, "异议事由"},
        {"interest", FieldKind::text, false, 2000, "", Visible::c, "利害关系"},
        {"evidence", FieldKind::hashes, false, 50, "", Visible::r, "证据"},
    };
    return fields;
}
const Fields& notice_body() {
    static const Fields fields = {
        {"notice_hash", FieldKind::hash, true, 0, "", Visible::c, "通知凭证"}};
    return fields;
}
const Fields& litigation_body() {
    static const Fields fields = {{"suit_or_arbitration_notice_hash", FieldKind::hash, true, 0, "",
                                   Visible::c, "受理通知书"}};
    return fields;
}
const Fields& decision_body() {
    static const Fields fields = {
        {"ruling_hash", FieldKind::hash, false, 0, "", Visible::r, "裁判文书"},
        {"reason", FieldKind::text, true, 2000, "", Visible::c, "理由"}};
    return fields;
}

std::shared_ptr<const json::Value> target_of(const Draft& draft, std::string_view id) {
    const auto key = key_of_record(id);
    return key ? draft.get(*key) : nullptr;
}

std::optional<Refusal> target_stands(Act& act) {
    const auto target = target_of(act.draft, act.text("against"));
    if (target == nullptr || target->string_or("type", "") == "objection") {
        return Refusal(Code::E_NOT_FOUND, "/against", json::Object{{"id", act.text("against")}});
    }
    const std::string_view state = target->string_or("state", "");
    if (!in_list("withdrawn|refused|cancelled|revoked|surrendered|expired", state))
        return std::nullopt;
    return Refusal(Code::E_BAD_STATE, "/against", json::Object{{"state", state}},
                   where_of(target->find("updated")));
}

std::optional<Refusal> interest_shown(Act& act) {
    const auto target = target_of(act.draft, act.text("against"));
    if (target == nullptr) return std::nullopt;
    const bool known = names_party(*target, act.party());
    const json::Value& papers = act.field("evidence");
    const bool stated =
        !act.text("interest").empty() && papers.is_array() && !papers.as_array().empty();
    if (known || stated) return std::nullopt;
    return Refusal(Code::E_NOT_INTERESTED, "/interest",
                   json::Object{{"needs", "a place in the record, or interest with evidence"}});
}

// On what grounds this party's objections against the record have come to nothing. Else two parties
// by turns would stop a certificate for ever, and never go to court.
std::string spent_key(const json::Value& objection) {
    return "objected/" + std::string(objection.find("fields")->string_or("against", "")) + "/" +
           std::string(objection.string_or("objector", ""));
}
void spend_ground(Draft& draft, const json::Value& objection) {
    const std::string key = spent_key(objection);
    const auto held = draft.get(key);
    json::Array grounds = held == nullptr ? json::Array{} : held->find("grounds")->as_array();
    grounds.push_back(*objection.find("fields")->find("ground"));
    draft.put(key, json::Object{{"grounds", std::move(grounds)}});
}

std::optional<Refusal> ground_unspent(Act& act) {
    json::Value filing = act.record;
    filing.set("objector", act.party());
    const auto held = act.draft.get(spent_key(filing));
    if (held == nullptr) return std::nullopt;
    for (const json::Value& one : held->find("grounds")->as_array()) {
        if (one.as_string() != act.text("ground")) continue;
        return Refusal(Code::E_DUPLICATE_OBJECTION, "/ground",
                       json::Object{{"ground", one}, {"needs", "another ground"}});
    }
    return std::nullopt;
}

std::optional<Refusal> first_of_its_kind(Act& act) {
    const auto target = target_of(act.draft, act.text("against"));
    const json::Value* open = target == nullptr ? nullptr : target->find("objections");
    if (open == nullptr) return std::nullopt;
    for (const json::Value& one : open->as_array()) {
        if (one.string_or("objector", "") != act.party()) continue;
        return Refusal(Code::E_DUPLICATE_OBJECTION, "/against",
                       json::Object{{"objection", one.string_or("id", "")}},
                       where_of(one.find("since")));
    }
    if (open->as_array().size() < kOpenMax) return std::nullopt;
    return Refusal(Code::E_TOO_LARGE, "/against",
                   json::Object{{"open", static_cast<std::int64_t>(open->as_array().size())}});
}

std::optional<Refusal> own_objection(Act& act) {
    if (act.record.string_or("objector", "") == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss",
                   json::Object{{"objector", act.record.string_or("objector", "")}});
}

// Whether or not the sweep has been here.
std::optional<Refusal> not_lapsed(Act& act) {
    const std::int64_t last = act.record.integer_or("lapses_at", 0);
    if (act.state() == "litigation_shown" || act.now.time.value < last) return std::nullopt;
    return Refusal(Code::E_BAD_STATE, "", json::Object{{"state", "lapsed"}, {"lapsed_at", last}});
}

// Courts decide by ruling; an office or a centre over what it keeps itself.
std::optional<Refusal> decider_competent(Act& act) {
    if (party_has_role(act.draft, act.party(), "court")) return std::nullopt;
    const auto target = target_of(act.draft, act.text("against"));
    const std::string_view keeper = target == nullptr ? "" : keeper_of(*target);
    if (keeper == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss",
                   json::Object{{"needs", "court"}, {"keeper", keeper}});
}

// The list in the record objected to. Its version stays: others' acts must not fail by this.
void change_target(Draft& draft, std::string_view against, const json::Value& gone,
                   const json::Value* added) {
    const auto key = key_of_record(against);
    const auto target = key ? draft.get(*key) : nullptr;
    if (target == nullptr) return;
    json::Array open;
    if (const json::Value* before = target->find("objections")) {
        for (const json::Value& one : before->as_array()) {
            if (*one.find("id") != gone) open.push_back(one);
        }
    }
    if (added != nullptr) open.push_back(*added);
    json::Value changed = *target;
    if (open.empty()) {
        changed.erase("objections");
    } else {
        changed.set("objections", std::move(open));
    }
    draft.put(*key, std::move(changed));
}

void file(Act& act) {
    act.record.set("objector", act.party());
    const UnixMillis last{act.now.time.value + kLapseDays * kDayMs};
    act.record.set("lapses_at", last.value);
    const json::Value entry = json::Object{{"id", act.id},
                                           {"ground", act.text("ground")},
                                           {"objector", act.party()},
                                           {"since", where_json(act.now)}};
    change_target(act.draft, act.text("against"), act.id, &entry);
    add_deadline(act.draft, last, act.key, "lapse");
    act.event("objection.filed", act.id,
              json::Object{{"against", act.text("against")}, {"ground", act.text("ground")}});
}
void notify(Act& act) {
    act.record.set("notice", act.body);
}
void show_litigation(Act& act) {
    act.record.set("litigation", act.body);
}
void leave(Act& act) {
    change_target(act.draft, act.text("against"), act.id, nullptr);
    if (act.verb.to != "upheld") spend_ground(act.draft, act.record);
    act.event("objection." + std::string(act.verb.to), act.id,
              json::Object{{"against", act.text("against")}});
}
void decide(Act& act) {
    act.record.set("decision", act.body);
    leave(act);
}

void deadline(SystemAct& act, std::string_view) {
    if (!in_list("filed|notified", act.record.string_or("state", ""))) return;
    act.record.set("state", "lapsed");
    const std::string_view against = act.record.find("fields")->string_or("against", "");
    change_target(act.draft, against, act.id, nullptr);
    spend_ground(act.draft, act.record);
    act.events.push_back({"objection.lapsed", act.id, json::Object{{"against", against}}});
}

}  // namespace

RecordType objection_type() {
    RecordType type{"objection",         "异议", "objection/", "OB",
                    &objection_fields(), {},     deadline,     nullptr};
    type.plural = "objections";
    type.actors = {"objector"};
    constexpr std::string_view kDeciders = "court|ip_office|cert_center";
    const Guard own{Phase::existence, "B.11", own_objection};
    const Guard in_time{Phase::term, "B.11", not_lapsed};
    type.verbs = {
        {"file",
         "",
         "filed",
         "",
         Approval::maker_checker,
         &objection_fields(),
         {{Phase::existence, "B.11", target_stands},
          {Phase::existence, "B.11", interest_shown},
          {Phase::existence, "B.11", first_of_its_kind},
          {Phase::existence, "B.11", ground_unspent}},
         file,
         "提出异议"},
        {"notify",
         "filed",
         "notified",
         "",
         Approval::one,
         &notice_body(),
         {own, in_time},
         notify,
         "通知对方"},
        {"show_litigation",
         "filed|notified",
         "litigation_shown",
         "",
         Approval::maker_checker,
         &litigation_body(),
         {own, in_time},
         show_litigation,
         "提交起诉或仲裁受理通知"},
        {"uphold",
         "litigation_shown",
         "upheld",
         kDeciders,
         Approval::maker_checker,
         &decision_body(),
         {{Phase::existence, "B.11", decider_competent},
          {Phase::evidence, "B.11", court_shows_ruling}},
         decide,
         "异议成立"},
        {"dismiss",
         "filed|notified|litigation_shown",
         "dismissed",
         kDeciders,
         Approval::maker_checker,
         &decision_body(),
         {{Phase::existence, "B.11", decider_competent},
          {Phase::evidence, "B.11", court_shows_ruling}},
         decide,
         "异议不成立"},
        {"withdraw",
         "filed|notified|litigation_shown",
         "withdrawn",
         "",
         Approval::maker_checker,
         &reason_body(),
         {own},
         leave,
         "撤回异议"},
    };
    return type;
}

}  // namespace quanlu::registry
