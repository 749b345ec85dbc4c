// See proven_tx.h.
#include "cli/proven_tx.h"

#include "cli/foreign.h"

namespace quanlu::cli {

namespace {

// REQUIRES: verify() called the bundle valid, so its line has the form that is read here.
ProvenTx tx_in(const proof::Bundle& bundle, const Hash& chain_id) {
    const json::Value line = std::move(json::parse(bundle.log->line, kAnswerBytesMax)).value();
    const auto outcome = chain::outcome_from_json(object_in(line, "outcome"));
    ENSURE(outcome.has_value());
    ProvenTx proven;
    proven.tx = std::move(chain::parse_tx(line.string_or("tx", ""), chain_id)).value();
    proven.outcome = *outcome;
    proven.height = line.integer_or("height", 0);
    proven.index = line.integer_or("index", 0);
    proven.time = UnixMillis{line.integer_or("time", 0)};
    return proven;
}

}  // namespace

Result<TxAnswer, Failure> fetch_tx(Session& session, const Context& context,
                                   const std::string& id) {
    TRY(const chain::Genesis genesis, context.genesis());
    TRY(const std::string node, context.need("node"));
    const std::string path = "/v1/transactions/" + url_encode(id) + "?proof=true";
    HttpRequest request{"GET", node + path, "", "", {}};
    add_credential(context, path, request);
    TRY(const HttpAnswer said, session.http.send(request));
    auto body = json::parse(said.body, kAnswerBytesMax);
    const bool is_answer = said.status == 200 || said.status == 404;  // 404: unknown
    if (!is_answer || !body.ok() || body->string_or("status", "").empty())
        return Err(failure_of_answer(said));
    TxAnswer answer{std::move(body).value(), std::nullopt};
    const json::Value* document = answer.said.find("bundle");
    if (document == nullptr || session.flags.no_verify) return answer;
    auto bundle = proof::bundle_from_json(*document);
    if (!bundle.ok()) return Err(bad_proof("form", bundle.error()));
    proof::Question question;
    question.key = id;  // of whatever age: what is final stays so
    const proof::Verdict verdict = proof::verify(*bundle, genesis, question);
    if (verdict.answer != proof::Answer::valid)
        return Err(bad_proof(std::string(proof::to_text(verdict.answer)) + " " + verdict.reason,
                             verdict.detail));
    // A bundle about a key of the map that reads like this id is no word about a transaction.
    if (!bundle->log) return Err(bad_proof("other_key", "not about a transaction"));
    answer.proven = tx_in(*bundle, genesis.chain_id);
    answer.proven->bundle = *document;
    return answer;
}

}  // namespace quanlu::cli
