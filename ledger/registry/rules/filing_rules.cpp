// See filing_rules.h.
#include "ledger/registry/rules/filing_rules.h"

#include "ledger/registry/deadlines.h"
#include "ledger/registry/rules/party_rules.h"
#include "ledger/registry/rules/working_days.h"

namespace quanlu::registry {

using chain::Code;
using chain::Refusal;

namespace {

constexpr std::int32_t kCorrectionDays = 31;  // where no calendar says which: they take no longer

}  // namespace

std::optional<Refusal> same_office(Act& act) {
    const json::Value* office = act.record.find("office");
    if (office == nullptr || office->as_string() == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss", json::Object{{"office", *office}});
}

std::optional<Refusal> office_or_court(Act& act) {
    if (party_has_role(act.draft, act.party(), "court")) return std::nullopt;
    return same_office(act);
}

std::optional<Refusal> court_shows_ruling(Act& act) {
    if (!party_has_role(act.draft, act.party(), "court") || act.body.find("ruling_hash") != nullptr)
        return std::nullopt;
    return Refusal(Code::E_MISSING_RULING, "/ruling_hash", json::Object{{"needs", "ruling_hash"}});
}

std::optional<Refusal> correction_day_holds(Act& act) {
    const std::string_view day = act.body.string_or("deadline", "");
    const std::string first = to_text(act.today);
    const std::string last =
        to_text(working_days_after(act.draft, act.today, kCorrectionWorkingDays, kCorrectionDays));
    if (day >= first && day <= last) return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/deadline", json::Object{{"first", first}, {"last", last}});
}

std::optional<Refusal> correction_in_time(Act& act) {
    const json::Value* correction = act.record.find("correction");
    if (correction == nullptr || correction->string_or("deadline", "") >= to_text(act.today))
        return std::nullopt;
    return Refusal(Code::E_CORRECTION_TIMEOUT, "", *correction,
                   where_of(correction->find("since")));
}

void open_correction(Act& act) {
    json::Value correction = act.body;
    correction.set("since", where_json(act.now));
    act.record.set("correction", std::move(correction));
    add_deadline(act.draft, shanghai_day_end(*date_from_text(act.body.string_or("deadline", ""))),
                 act.key, "correction");
}

bool correction_lapsed(const SystemAct& act) {
    const json::Value* correction = act.record.find("correction");
    return act.record.string_or("state", "") == "correction" && correction != nullptr &&
           correction->string_or("deadline", "") < to_text(act.today);
}

}  // namespace quanlu::registry
