// See actor.h.
#include "cli/actor.h"

#include <chrono>

#include "crypto/base/encode.h"
#include "crypto/jws.h"
#include "crypto/random.h"
#include "ledger/chain/transaction.h"

namespace quanlu::cli {

namespace {

constexpr std::int64_t kValiditySeconds = 120;

json::Value facts_of(const json::Value& refusal) {
    json::Value facts = refusal.find("facts") != nullptr ? *refusal.find("facts") : json::Value();
    if (const json::Value* field = refusal.find("field")) facts.set("field", *field);
    if (const json::Value* at = refusal.find("at")) {
        facts.set("standing", "height " + std::to_string(at->integer_or("height", 0)) + ", index " +
                                  std::to_string(at->integer_or("index", 0)));
    }
    return facts;
}

Failure failure_of_code(const json::Value& refusal) {
    const auto code = chain::code_from_name(refusal.string_or("code", ""));
    if (code && *code != chain::Code::ok) return failure_of(*code, facts_of(refusal));
    return {Exit::internal,
            "answer",
            "the node's answer is not understood",
            "节点应答无法识别",
            refusal,
            "",
            ""};
}

}  // namespace

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

Failure failure_of_answer(const HttpAnswer& answer) {
    const auto body = json::parse(answer.body, 64 * 1024 * 1024);
    if (body.ok() && body->is_object() && body->find("code") != nullptr)
        return failure_of_code(*body);
    return {Exit::internal,
            "http_" + std::to_string(answer.status),
            "an unexpected answer",
            "意外应答",
            json::Object{{"status", static_cast<std::int64_t>(answer.status)}},
            "",
            ""};
}

Failure failure_of_outcome(const json::Value& answer) {
    const json::Value* outcome = answer.find("outcome");
    Failure failure = failure_of_code(outcome == nullptr ? answer : *outcome);
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

std::string Actor::sign(const std::string& act, const std::string& record, const json::Value& body,
                        std::int64_t ver) const {
    chain::TxDraft draft;
    draft.iss = party_;
    draft.jti = to_base64url(crypto::random_bytes(16));
    draft.act = act;
    draft.rec = record;
    draft.iat = now_ms() / 1000;
    draft.exp = draft.iat + kValiditySeconds;
    draft.ver = ver > 0 ? ver : -1;
    draft.body = body;
    return chain::sign_tx(key_, chain_id_, draft);
}

Result<Outcome, Failure> Actor::act(Http& http, const std::string& act, const std::string& record,
                                    const json::Value& body, int wait_s, std::int64_t ver) const {
    HttpRequest request{"POST",
                        node_ + "/v1/transactions",
                        "application/jose",
                        sign(act, record, body, ver),
                        {"Prefer: wait=" + std::to_string(wait_s)}};
    request.timeout_s = wait_s + 15;
    const std::int64_t begun = now_ms();
    TRY(const HttpAnswer answer, http.send(request));
    if (answer.status != 200 && answer.status != 202) return Err(failure_of_answer(answer));
    auto parsed = json::parse(answer.body, 1024 * 1024);
    if (!parsed.ok()) return Err(failure_of_answer(answer));
    Outcome outcome;
    outcome.whole = std::move(parsed).value();
    outcome.millis = now_ms() - begun;
    outcome.tx_id = outcome.whole.string_or("id", "");
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
                                            const std::string& record,
                                            const json::Value& body) const {
    TRY(const HttpAnswer answer, http.send({"POST",
                                            node_ + "/v1/transactions?dry_run=true",
                                            "application/jose",
                                            sign(act, record, body, 0),
                                            {}}));
    if (answer.status != 200) return Err(failure_of_answer(answer));
    auto parsed = json::parse(answer.body, 1024 * 1024);
    if (!parsed.ok()) return Err(failure_of_answer(answer));
    return std::move(parsed).value();
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
