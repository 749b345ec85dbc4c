// See stage.h.
#include "cli/devnet/stage.h"

#include "cli/i18n.h"
#include "cli/seal.h"
#include "crypto/base/civil_time.h"
#include "ledger/registry/record_type.h"

namespace quanlu::cli {

namespace {

constexpr int kWaitSeconds = 30;
// Facts of a refusal that a spectator wants to see.
constexpr const char* kTelling[] = {"pledge", "standing", "freeze", "pledgees", "match", "since"};

}  // namespace

Stage::Stage(const Devnet& net, Http& http, bool quiet)
    : net_(net), http_(http), progress_(quiet) {}

Result<Actor*, Failure> Stage::officer(const std::string& party, const std::string& duty) {
    const std::string name = party + "-" + duty;
    const auto found = officers_.find(name);
    if (found != officers_.end()) return &found->second;
    TRY(Actor actor, net_.officer(party, duty, officers_.size()));
    return &officers_.emplace(name, std::move(actor)).first->second;
}

Result<Outcome, Failure> Stage::submit(const std::string& party, const std::string& duty,
                                       const std::string& act, const std::string& record) {
    TRY(Actor * actor, officer(party, duty));
    ++out.transactions;
    progress_.show(act + " " + record);
    Result<Outcome, Failure> outcome =
        actor->send(http_, actor->sign(act, record, sealed_), kWaitSeconds);
    if (outcome.ok()) return outcome;
    Failure failure = outcome.error();
    failure.facts.set("act", party + " " + act + " " + record);
    return Err(std::move(failure));
}

Result<Outcome, Failure> Stage::act_as(const std::string& party, const std::string& duty,
                                       const std::string& act, const std::string& record,
                                       const json::Value& body) {
    const std::size_t dot = act.find('.');
    const registry::RecordType* type = registry::find_record_type(act.substr(0, dot));
    const registry::Verb* verb =
        type == nullptr ? nullptr : registry::find_verb(*type, act.substr(dot + 1));
    ENSURE(verb != nullptr, "the example names an act that is not there");
    sealed_ = seal(body, *verb->body).body;
    return submit(party, duty, act, record);
}

Result<Outcome, Failure> Stage::act(const std::string& party, const std::string& act,
                                    const std::string& record, const json::Value& body) {
    TRY(Outcome outcome, act_as(party, "maker", act, record, body));
    if (outcome.state != "pending_approval") return outcome;
    return submit(party, "checker", act, record);
}

Status<Failure> Stage::expect_refusal(const Result<Outcome, Failure>& outcome,
                                      const std::string& code, const std::string& what) {
    if (outcome.ok())
        return Err(Failure{Exit::internal, "demo", "a refusal was expected", "预期应被拒绝",
                           json::Object{{"code", code}, {"what", what}}, "", ""});
    if (outcome.error().code != code) return Err(outcome.error());
    ++out.refused;
    std::string facts;
    for (const char* name : kTelling) {
        const json::Value* value = outcome.error().facts.find(name);
        if (value == nullptr) continue;
        facts += std::string("  ") + name + " " + text_of(*value);
    }
    out.lines.emplace_back(code, what + facts);
    return Unit{};
}

void Stage::say_line(std::string_view en, std::string_view zh, const std::string& text) {
    out.lines.emplace_back(std::string(say(en, zh)), text);
}

std::string Stage::day(int ahead) const {
    return to_text(add_days(shanghai_date(UnixMillis{now_ms()}), ahead));
}

}  // namespace quanlu::cli
