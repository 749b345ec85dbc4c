// B.10 freeze_order: a court's freeze, effective on receipt, queued behind a standing one, ending
// by block time. It never changes an earlier pledge's rank.
#include "ledger/registry/deadlines.h"
#include "ledger/registry/ids/right_no.h"
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/right_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

constexpr std::size_t kQueueMax = 100;  // orders over one right: bounds what its proof carries
constexpr std::string_view kScope =
    "block_transfer|block_surrender|block_change|block_new_pledge|block_licence|block_release|"
    "block_certificate_transfer";

const Fields& freeze_fields() {
    static const Fields fields = {
        {"order_no", FieldKind::text, true, 100, "", Visible::r, "文书号"},
        {"case_no", FieldKind::text, true, 100, "", Visible::r, "案号"},
        {"ruling_hash", FieldKind::hash, false, 0, "", Visible::r, "裁定书"},
        {"assistance_notice_hash", FieldKind::hash, false, 0, "", Visible::r, "协助执行通知书"},
        {"rights", FieldKind::records, true, 100, "", Visible::p, "权利"},
        {"holder", FieldKind::party, false, 0, "", Visible::p, "被保全的权利人"},
        {"scope", FieldKind::choices, true, 0, kScope, Visible::p, "限制范围"},
        {"valid_to", FieldKind::date, true, 0, "", Visible::p, "期限至"},
        {"valid_until_ms", FieldKind::integer, false, json::kIntegerMax, "", Visible::p,
         "紧急保全止时"},
    };
    return fields;
}
const Fields& extend_body() {
    static const Fields fields = {
        {"valid_to", FieldKind::date, true, 0, "", Visible::p, "延长至"},
        {"ruling_hash", FieldKind::hash, true, 0, "", Visible::r, "裁定书"}};
    return fields;
}

std::optional<Refusal> papers_there(Act& act) {
    for (const char* name : {"ruling_hash", "assistance_notice_hash"}) {
        if (act.text(name).empty()) return Refusal(Code::E_MISSING_RULING, std::string("/") + name);
    }
    return std::nullopt;
}

// an order against somebody's property does not reach what has left it; what has not yet left
// stays, since a transfer that waits is refused by the freeze.
std::optional<Refusal> holder_still_holds(Act& act) {
    const std::string_view holder = act.text("holder");
    if (holder.empty()) return std::nullopt;
    return each_right(
        act, [&](const std::string& id, const json::Value& right) -> std::optional<Refusal> {
            const json::Value& holders = *right.find("fields")->find("holders");
            for (const json::Value& one : holders.as_array()) {
                if (one.string_or("party", "") == holder) return std::nullopt;
            }
            const json::Value* moved = right.find("transferred");
            return Refusal(
                moved == nullptr ? Code::E_NOT_REGISTERED_OWNER : Code::E_ALREADY_TRANSFERRED,
                "/holder", json::Object{{"right", id}, {"holders", holders}}, where_of(moved));
        });
}

// Patents 6 months an order, trademarks 1 year, other property rights 3 years.
Date last_day(std::string_view right_id, Date today) {
    if (right_id.starts_with("patent:")) return add_months(today, 6);
    return right_id.starts_with("trademark:") ? add_years(today, 1) : add_years(today, 3);
}

std::optional<Refusal> term_allowed(Act& act, std::string_view valid_to) {
    const auto to = date_from_text(valid_to);
    for (const std::string& id : rights_of(act)) {
        const Date last = last_day(id, act.today);
        if (*to > last)
            return Refusal(Code::E_TERM_TOO_LONG, "/valid_to",
                           json::Object{{"right", id}, {"last", to_text(last)}});
    }
    if (*to >= act.today) return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/valid_to",
                   json::Object{{"valid_to", valid_to}, {"today", to_text(act.today)}});
}

std::optional<Refusal> serve_term(Act& act) {
    if (auto refusal = term_allowed(act, act.text("valid_to"))) return refusal;
    const std::int64_t until = act.record.find("fields")->integer_or("valid_until_ms", 0);
    const UnixMillis end = shanghai_day_end(*date_from_text(act.text("valid_to")));
    if (until == 0 || (until > act.now.time.value && until <= end.value)) return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/valid_until_ms",
                   json::Object{{"valid_until_ms", until}, {"now", act.now.time.value}});
}

std::optional<Refusal> room_in_queue(Act& act) {
    return each_right(
        act, [](const std::string& id, const json::Value& right) -> std::optional<Refusal> {
            if (right.find("enc")->find("freezes")->as_array().size() < kQueueMax)
                return std::nullopt;
            return Refusal(Code::E_TOO_LARGE, "/rights",
                           json::Object{{"right", id}, {"most", kQueueMax}});
        });
}

std::optional<Refusal> extend_term(Act& act) {
    // A late notice is a new order at the end of the queue, not an extension.
    if (act.record.integer_or("until_ms", 0) <= act.now.time.value) {
        return Refusal(Code::E_BAD_STATE, "", json::Object{{"reason", "lapsed"}});
    }
    return term_allowed(act, act.body.string_or("valid_to", ""));
}

std::optional<Refusal> same_court(Act& act) {
    if (act.record.string_or("court", "") == act.party()) return std::nullopt;
    return Refusal(Code::E_COURT_CREDENTIAL, "iss",
                   json::Object{{"court", act.record.string_or("court", "")}});
}

std::int64_t end_of(const json::Value& fields) {
    const std::int64_t until = fields.integer_or("valid_until_ms", 0);
    return until != 0 ? until
                      : shanghai_day_end(*date_from_text(fields.string_or("valid_to", ""))).value;
}

// Adds the order to the right's queue: active when nothing stands before it.
void enqueue(json::Value& enc, const json::Value& with) {
    json::Value entry = with;
    const std::size_t before = enc.find("freezes")->as_array().size();
    entry.set("status", before == 0 ? "active" : "queued");
    entry.set("position", static_cast<std::int64_t>(before + 1));
    enc["freezes"].push(std::move(entry));
}

// Takes the order out; the next in the queue becomes active by itself (Seiz2020 Art 26).
void dequeue(json::Value& enc, const json::Value& with) {
    json::Array kept;
    for (const json::Value& one : enc.find("freezes")->as_array()) {
        if (one.string_or("id", "") == with.as_string()) continue;
        json::Value entry = one;
        entry.set("position", static_cast<std::int64_t>(kept.size() + 1));
        if (kept.empty()) entry.set("status", "active");
        kept.push_back(std::move(entry));
    }
    enc.set("freezes", std::move(kept));
}

void move_end(json::Value& enc, const json::Value& with) {
    for (json::Value& one : enc["freezes"].as_array()) {
        if (one.string_or("id", "") != with.string_or("id", "")) continue;
        one.set("until_ms", *with.find("until_ms"));
        one.set("valid_to", *with.find("valid_to"));
    }
}

void serve(Act& act) {
    const std::int64_t until = end_of(*act.record.find("fields"));
    act.record.set("court", act.party());
    act.record.set("until_ms", until);
    act.record.set("received", where_json(act.now));
    const json::Value entry = json::Object{{"id", act.id},
                                           {"scope", act.field("scope")},
                                           {"valid_to", act.field("valid_to")},
                                           {"until_ms", until},
                                           {"since", where_json(act.now)}};
    for (const std::string& id : rights_of(act))
        change_right(act.draft, act.now, id, enqueue, entry);
    add_deadline(act.draft, UnixMillis{until}, act.key, "expire");
    act.event("freeze.served", act.id,
              json::Object{{"rights", act.field("rights")}, {"until_ms", until}});
}

void lift(Draft& draft, const Moment& now, const json::Value& record,
          std::vector<chain::Event>& events, const std::string& what) {
    for (const json::Value& right : record.find("fields")->find("rights")->as_array()) {
        change_right(draft, now, right.as_string(), dequeue,
                     json::Value(record.string_or("id", "")));
    }
    events.push_back({what, std::string(record.string_or("id", "")),
                      json::Object{{"rights", *record.find("fields")->find("rights")}}});
}

void release(Act& act) {
    lift(act.draft, act.now, act.record, act.events, "freeze." + std::string(act.verb.to));
}

void extend(Act& act) {
    act.fields().set("valid_to", *act.body.find("valid_to"));
    act.fields().erase("valid_until_ms");
    const std::int64_t until = end_of(*act.record.find("fields"));
    act.record.set("until_ms", until);
    const json::Value moved =
        json::Object{{"id", act.id}, {"until_ms", until}, {"valid_to", act.field("valid_to")}};
    for (const std::string& id : rights_of(act))
        change_right(act.draft, act.now, id, move_end, moved);
    add_deadline(act.draft, UnixMillis{until}, act.key, "expire");
}

void acknowledge(Act& act) {
    act.record.set("acknowledged",
                   json::Object{{"office", act.party()}, {"at", where_json(act.now)}});
}

void deadline(SystemAct& act, std::string_view) {
    // An extension moved the end: the earlier deadline finds a later one and does nothing.
    if (act.record.string_or("state", "") != "active" ||
        act.record.integer_or("until_ms", 0) > act.now.time.value)
        return;
    act.record.set("state", "expired");
    lift(act.draft, act.now, act.record, act.events, "freeze.expired");
}

}  // namespace

RecordType freeze_type() {
    RecordType type{"freeze", "司法查封", "freeze/", "FZ", &freeze_fields(), {}, deadline, nullptr};
    type.plural = "freezes";
    type.actors = {"court"};
    type.verbs = {
        {"serve",
         "",
         "active",
         "court",
         Approval::maker_checker,
         &freeze_fields(),
         {{Phase::existence, "B.10", rights_exist},
          {Phase::existence, "R-08", holder_still_holds},
          {Phase::term, "PatDisp, TMPres Art 2", serve_term},
          {Phase::amounts, "B.10", room_in_queue},
          {Phase::evidence, "PatDisp", papers_there}},
         serve,
         "送达",
         nullptr,
         true},
        {"extend",
         "active",
         "",
         "court",
         Approval::maker_checker,
         &extend_body(),
         {{Phase::existence, "B.10", same_court}, {Phase::term, "PatDisp", extend_term}},
         extend,
         "续行"},
        {"release",
         "active",
         "released",
         "court",
         Approval::maker_checker,
         &reason_body(),
         {{Phase::existence, "B.10", same_court}},
         release,
         "解除"},
        {"execute",
         "active",
         "executed",
         "court",
         Approval::maker_checker,
         &reason_body(),
         {{Phase::existence, "B.10", same_court}},
         release,
         "执行"},
        {"acknowledge",
         "active|released|expired|executed",
         "",
         "ip_office",
         Approval::one,
         &empty_body(),
         {},
         acknowledge,
         "协助回执"},
    };
    return type;
}

}  // namespace quanlu::registry
