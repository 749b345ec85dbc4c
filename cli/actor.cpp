// See actor.h.
#include "cli/actor.h"

#include <chrono>

#include "cli/foreign.h"
#include "crypto/base/encode.h"
#include "crypto/jws.h"
#include "crypto/random.h"
#include "ledger/chain/trial.h"

namespace quanlu::cli {

namespace {

constexpr std::int64_t kValiditySeconds = 120;

}  // namespace

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

Failure failure_of_outcome(const json::Value& answer) {
    const json::Value* outcome = answer.find("outcome");
    Failure failure = failure_of_refusal(outcome == nullptr ? answer : *outcome);
    failure.facts.set("refused_at", "height " + std::to_string(answer.integer_or("height", 0)) +
                                        ", index " + std::to_string(answer.integer_or("index", 0)));
    return failure;
}

Result<Actor, Failure> Actor::from(const Context& context, bool may_ask) {
    TRY(const std::string node, context.need("node"));
    TRY(const chain::Genesis genesis, context.genesis());
    TRY(const std::string party, context.need("party"));
    TRY(crypto::SigningKey key, context.signing_key(may_ask));
    return Actor(node, genesis, party, std::move(key));
}

chain::TxDraft Actor::draft_of(const std::string& act, const std::string& record,
                               const json::Value& body, std::int64_t ver) const {
    chain::TxDraft draft;
    draft.iss = party_;
    draft.jti = to_base64url(crypto::random_bytes(16));
    draft.act = act;
    draft.rec = record;
    draft.iat = now_ms() / 1000;
    draft.exp = draft.iat + kValiditySeconds;
    draft.ver = ver > 0 ? ver : -1;
    draft.body = body;
    return draft;
}

std::string Actor::sign(const std::string& act, const std::string& record, const json::Value& body,
                        std::int64_t ver) const {
    return chain::sign_tx(key_, chain_id_, draft_of(act, record, body, ver));
}

std::string Actor::tx_id_of(const std::string& jws) const {
    return to_hex(std::move(chain::parse_tx(jws, chain_id_)).value().id);
}

Result<Outcome, Failure> Actor::send(Http& http, const std::string& jws, int wait_s) const {
    Outcome outcome;
    outcome.tx_id = tx_id_of(jws);
    HttpRequest request{"POST",
                        node_ + "/v1/transactions",
                        "application/jose",
                        jws,
                        {"Prefer: wait=" + std::to_string(wait_s)}};
    request.timeout_s = wait_s + 15;
    const std::int64_t begun = now_ms();
    TRY(const HttpAnswer answer, http.send(request));
    auto parsed = json::parse(answer.body, kAnswerBytesMax);
    const bool is_answer = answer.status == 200 || answer.status == 202;
    if (!is_answer || !parsed.ok() || !parsed->is_object()) return Err(failure_of_answer(answer));
    outcome.whole = std::move(parsed).value();
    outcome.millis = now_ms() - begun;
    outcome.status = outcome.whole.string_or("status", "");
    outcome.height = outcome.whole.integer_or("height", 0);
    outcome.index = outcome.whole.integer_or("index", 0);
    if (const json::Value* said = outcome.whole.find("outcome")) {
        if (said->string_or("code", "") != "OK") return Err(failure_of_outcome(outcome.whole));
        outcome.record = said->string_or("record", "");
        outcome.state = said->string_or("state", "");
        outcome.version = said->integer_or("version", 0);
    }
    return outcome;
}

Result<json::Value, Failure> Actor::dry_run(Http& http, const std::string& act,
                                            const std::string& record, const json::Value& body,
                                            std::int64_t ver) const {
    const std::string trial = chain::sign_trial(key_, chain_id_, draft_of(act, record, body, ver));
    TRY(const HttpAnswer answer,
        http.send(
            {"POST", node_ + "/v1/transactions?dry_run=true", "application/jose", trial, {}}));
    TRY(json::Value said, body_of(answer));
    if (const json::Value* refusals = said.find("would_refuse");
        refusals == nullptr || !refusals->is_array())
        return Err(failure_of_answer(answer));
    return said;
}

std::string Actor::credential(const std::string& method, const std::string& path) const {
    const std::int64_t now = now_ms() / 1000;
    return crypto::sign_jws(key_, chain::kQueryType,
                            json::Object{{"iss", party_},
                                         {"aud", to_hex(chain_id_)},
                                         {"act", "query"},
                                         {"method", method},
                                         {"path", path},
                                         {"iat", now},
                                         {"exp", now + 60}});
}

}  // namespace quanlu::cli
