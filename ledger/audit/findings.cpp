// See findings.h.
#include "ledger/audit/findings.h"

#include <algorithm>
#include <array>

#include "crypto/base/checked_math.h"
#include "crypto/base/encode.h"

namespace quanlu::audit {

namespace {

using chain::Code;

// Attempts of one object that are kept; the first and the newest say what there is to say.
constexpr std::size_t kAttemptsMax = 100;
// A transaction of 64 KiB and what became of it, which an act may fill with 4 MiB of events.
constexpr std::size_t kLineBytesMax = 8 * 1024 * 1024;
constexpr std::int64_t kDayMs = 86'400'000;
// A party refused this often within this time for what is taken already.
constexpr std::size_t kReturns = 3;
constexpr std::int64_t kReturnsWithinMs = 90 * kDayMs;

constexpr std::array kTaken = {Code::E_ALREADY_PLEDGED,        Code::E_ALREADY_PLEDGED_ELSEWHERE,
                               Code::E_DUPLICATE_FINANCED,     Code::E_ALREADY_ASSIGNED,
                               Code::E_IN_SECURITIZATION_POOL, Code::E_RESIDUAL_EXCEEDED};
constexpr std::array kHints = {Code::W_DUPLICATE_REGISTERED, Code::W_PARTIAL_HIT,
                               Code::W_CROSS_APPLICANT_HIT};

bool is_taken(const chain::Outcome& outcome) {
    return outcome.refusal &&
           std::find(kTaken.begin(), kTaken.end(), outcome.refusal->code) != kTaken.end();
}
const json::Array& items(const json::Value& value, std::string_view name) {
    static const json::Array none;
    const json::Value* found = value.find(name);
    return found == nullptr || !found->is_array() ? none : found->as_array();
}

std::vector<std::string> texts(const json::Value& value, std::string_view name) {
    std::vector<std::string> out;
    for (const json::Value& one : items(value, name)) {
        if (one.is_string()) out.push_back(one.as_string());
    }
    return out;
}

// Of the submissions of an act those that the registry counts, as its event says.
json::Array counted_of(const json::Array& submissions, const chain::Event& event) {
    json::Array counted;
    for (const json::Value& given : items(event.facts, "approvals")) {
        const auto last =
            std::find_if(submissions.rbegin(), submissions.rend(), [&](const auto& one) {
                return one.string_or("party", "") == given.string_or("party", "") &&
                       one.string_or("officer", "") == given.string_or("kid", "");
            });
        if (last != submissions.rend()) counted.push_back(*last);
    }
    return counted;
}

std::int64_t ppm(std::int64_t part, std::int64_t of) {
    return of == 0 ? 0 : mul_div_floor(part, 1'000'000, of).value_or(json::kIntegerMax);
}

json::Array as_array(const std::set<std::string>& names) {
    json::Array out;
    for (const std::string& one : names) out.emplace_back(one);
    return out;
}

}  // namespace

std::optional<About> about_from_text(std::string_view text) {
    if (text == "refusals") return About::refusals;
    if (text == "approvals") return About::approvals;
    if (text == "duplicates") return About::duplicates;
    if (text == "rates") return About::rates;
    return std::nullopt;
}

bool Findings::add(const std::string& line, const chain::StateReader& before) {
    const auto leaf = json::parse(line, kLineBytesMax);
    if (!leaf.ok()) return false;
    if (leaf->string_or("kind", "") != "tx") return true;
    const json::Value* said = leaf->find("outcome");
    const auto outcome = said == nullptr ? std::nullopt : chain::outcome_from_json(*said);
    const auto tx = chain::parse_tx(leaf->string_or("tx", ""), chain_id_);
    if (!outcome || !tx.ok()) return false;
    const Where at{leaf->integer_or("height", 0), leaf->integer_or("index", 0),
                   leaf->integer_or("time", 0)};
    switch (about_) {
        case About::refusals:
            if (outcome->refusal)
                row(json::Object{{"height", at.height},
                                 {"index", at.index},
                                 {"time_ms", at.time_ms},
                                 {"party", tx->iss},
                                 {"officer", tx->kid},
                                 {"act", tx->act},
                                 {"record", tx->rec},
                                 {"id", to_hex(tx->id)},
                                 {"code", chain::name(outcome->refusal->code)},
                                 {"field", outcome->refusal->field}});
            break;
        case About::approvals:
            take_approval(*tx, *outcome, at);
            break;
        case About::duplicates:
            take_attempt(*tx, *outcome, at, before);
            break;
        case About::rates:
            if (!outcome->ok()) break;
            if (tx->act == "finance.draw" && outcome->state == "drawn")
                financings_.insert(outcome->record);
            if (tx->act == "finance.declare_default" && outcome->state == "defaulted")
                defaulted_.insert(outcome->record);
            if (tx->act.starts_with("programme.")) programmes_.insert(outcome->record);
            break;
    }
    return true;
}

void Findings::take_approval(const chain::Tx& tx, const chain::Outcome& outcome, const Where& at) {
    if (!outcome.ok()) return;
    json::Array by = {json::Object{{"party", tx.iss},
                                   {"officer", tx.kid},
                                   {"height", at.height},
                                   {"index", at.index},
                                   {"time_ms", at.time_ms},
                                   {"id", to_hex(tx.id)}}};
    const auto counted =
        std::find_if(outcome.events.begin(), outcome.events.end(),
                     [](const chain::Event& event) { return event.type.starts_with("approval."); });
    if (counted != outcome.events.end()) {
        const std::string pending(counted->facts.string_or("pending", ""));
        json::Array submissions = std::move(waiting_[pending]);
        submissions.push_back(std::move(by.front()));
        by = counted_of(submissions, *counted);
        if (counted->type == "approval.waiting") {
            waiting_[pending] = std::move(by);
            return;
        }
        waiting_.erase(pending);
    }
    json::Object policies;
    for (const auto& [policy, version] : policies_) policies.emplace(policy, version);
    row(json::Object{{"act", tx.act},
                     {"record", outcome.record},
                     {"version", outcome.version},
                     {"state", outcome.state},
                     {"by", std::move(by)},
                     {"policies", std::move(policies)}});
    if (tx.act.starts_with("policy.")) policies_[outcome.record] = outcome.version;
}

// Objects named where collateral is offered: rights of a pledge, the fingerprint of an invoice.
void Findings::take_attempt(const chain::Tx& tx, const chain::Outcome& outcome, const Where& at,
                            const chain::StateReader& before) {
    if (outcome.ok() && tx.act.starts_with("invoice.")) receivables_.insert(outcome.record);
    const bool hinted = std::any_of(outcome.warnings.begin(), outcome.warnings.end(), [](Code one) {
        return std::find(kHints.begin(), kHints.end(), one) != kHints.end();
    });
    const bool registers = tx.act == "invoice.register_fingerprint" || tx.act == "pledge.draft";
    if (!registers && !is_taken(outcome)) return;
    if (registers && outcome.ok() && outcome.state == "pending_approval") return;
    std::set<std::string> objects;
    if (const std::string fp(tx.body.string_or("fp_exact", "")); !fp.empty())
        objects.insert("invfp/" + fp);
    for (const std::string& right : texts(tx.body, "rights")) objects.insert("right/" + right);
    if (outcome.refusal && outcome.refusal->facts.is_object()) {
        const std::string right(outcome.refusal->facts.string_or("right", ""));
        if (!right.empty()) objects.insert("right/" + right);
    }
    if (objects.empty()) return;
    // An office that is refused when it registers a pledge acts for those who filed it.
    const auto pledge =
        tx.act.starts_with("pledge.") && !tx.rec.empty() ? before.get("pledge/" + tx.rec) : nullptr;
    const json::Value* filed = pledge == nullptr ? nullptr : pledge->find("fields");
    const json::Value& offer = filed == nullptr ? tx.body : *filed;
    const std::vector<std::string> pledgors = texts(offer, "pledgors");
    const std::string& applicant = filed == nullptr || pledgors.empty() ? tx.iss : pledgors.front();
    Attempt attempt{at, tx.act, "", {}, applicant};
    attempt.code = outcome.refusal ? std::string(chain::name(outcome.refusal->code))
                   : hinted        ? std::string(chain::name(outcome.warnings.front()))
                                   : "OK";
    for (const std::string& one : texts(offer, "pledgees")) attempt.lenders.insert(one);
    if (attempt.lenders.empty()) attempt.lenders.insert(tx.iss);
    for (const std::string& object : objects) {
        Attempts& held = objects_[object];
        ++held.in_all;
        held.lenders.insert(attempt.lenders.begin(), attempt.lenders.end());
        held.refused = held.refused || outcome.refusal;
        held.shown.push_back(attempt);
        if (held.shown.size() > kAttemptsMax) held.shown.erase(held.shown.begin() + 1);
    }
    if (outcome.refusal) refused_ms_[applicant].push_back(at.time_ms);
}

void Findings::finish(const chain::StateReader& state) {
    if (about_ == About::duplicates) finish_duplicates(state);
    if (about_ == About::rates) finish_rates(state);
}

void Findings::finish_duplicates(const chain::StateReader& state) {
    for (const auto& [object, attempts] : objects_) {
        const std::set<std::string>& lenders = attempts.lenders;
        json::Array list;
        for (const Attempt& one : attempts.shown) {
            list.push_back(json::Object{{"height", one.at.height},
                                        {"index", one.at.index},
                                        {"time_ms", one.at.time_ms},
                                        {"act", one.act},
                                        {"party", one.party},
                                        {"lenders", as_array(one.lenders)},
                                        {"code", one.code}});
        }
        if (lenders.size() < 2 && !attempts.refused) continue;
        row(json::Object{{"pattern", lenders.size() < 2 ? "offered_again" : "several_lenders"},
                         {"object", object},
                         {"lenders", as_array(lenders)},
                         {"attempts_in_all", attempts.in_all},
                         {"attempts", std::move(list)}});
    }
    for (const auto& [party, times] : refused_ms_) {  // in order: block times only rise
        for (std::size_t i = 0; i + kReturns <= times.size(); ++i) {
            if (times[i + kReturns - 1] - times[i] > kReturnsWithinMs) continue;
            row(json::Object{{"pattern", "returning_applicant"},
                             {"party", party},
                             {"refused", static_cast<std::int64_t>(times.size())},
                             {"first_time_ms", times.front()},
                             {"last_time_ms", times.back()}});
            break;
        }
    }
    for (const std::string& id : receivables_) {
        const auto held = state.get("recv/" + id);
        const json::Value* fields = held == nullptr ? nullptr : held->find("fields");
        if (fields == nullptr || !fields->bool_or("void_alert", false)) continue;
        row(json::Object{{"pattern", "voided_after_financing"},
                         {"object", "recv/" + id},
                         {"state", held->string_or("state", "")}});
    }
}

void Findings::finish_rates(const chain::StateReader& state) {
    struct Sum {
        std::int64_t drawn = 0, claim = 0, outstanding = 0, defaulted = 0, written_off = 0,
                     late_release = 0;
    };
    std::map<std::string, Sum> lenders, borrowers;
    std::int64_t all = 0;
    for (const std::string& id : financings_) {
        const auto loan = state.get("fin/" + id);
        const json::Value* fields = loan == nullptr ? nullptr : loan->find("fields");
        if (fields == nullptr) continue;
        const std::int64_t claim = fields->integer_or("secured_claim", 0);
        all += claim;
        const auto add = [&](Sum& sum) {
            ++sum.drawn;
            sum.claim += claim;
            sum.outstanding += fields->integer_or("outstanding", 0);
            sum.defaulted += defaulted_.contains(id) ? 1 : 0;
            sum.written_off += loan->string_or("state", "") == "written_off" ? 1 : 0;
            if (const json::Value* duty = fields->find("release_duty"))
                sum.late_release += duty->bool_or("overdue", false) ? 1 : 0;
        };
        for (const std::string& lender : texts(*fields, "lenders")) add(lenders[lender]);
        add(borrowers[std::string(fields->string_or("borrower", ""))]);
    }
    const auto rows_of = [&](std::string_view what, const std::map<std::string, Sum>& sums) {
        for (const auto& [party, sum] : sums) {
            row(json::Object{{"rate", what},
                             {"party", party},
                             {"drawn", sum.drawn},
                             {"secured_claim", sum.claim},
                             {"outstanding", sum.outstanding},
                             {"defaulted", sum.defaulted},
                             {"written_off", sum.written_off},
                             {"late_release", sum.late_release},
                             {"default_ppm", ppm(sum.defaulted, sum.drawn)},
                             {"share_ppm", ppm(sum.claim, all)}});
        }
    };
    rows_of("lender", lenders);
    rows_of("borrower", borrowers);
    for (const std::string& id : programmes_) {
        const auto programme = state.get("programme/" + id);
        const json::Value* fields = programme == nullptr ? nullptr : programme->find("fields");
        if (fields == nullptr) continue;
        std::map<std::string, std::int64_t> by_status;
        std::int64_t entries = 0;
        for (const json::Value& entry : items(*fields, "pool")) {
            ++entries;
            ++by_status[std::string(entry.string_or("status", ""))];
        }
        row(json::Object{{"rate", "programme"},
                         {"programme", id},
                         {"state", programme->string_or("state", "")},
                         {"entries", entries},
                         {"replaced", by_status["replaced"]},
                         {"defaulted", by_status["defaulted"]},
                         {"replacement_ppm", ppm(by_status["replaced"], entries)},
                         {"default_ppm", ppm(by_status["defaulted"], entries)}});
    }
}

}  // namespace quanlu::audit
