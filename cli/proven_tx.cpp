// See proven_tx.h.
#include "cli/proven_tx.h"

#include "cli/foreign.h"

namespace quanlu::cli {

Result<std::optional<ProvenTx>, Failure> fetch_tx(Session& session, const Context& context,
                                                  const std::string& id) {
    TRY(const chain::Genesis genesis, context.genesis());
    TRY(const std::string node, context.need("node"));
    const std::string path = "/v1/transactions/" + url_encode(id) + "?proof=true";
    HttpRequest request{"GET", node + path, "", "", {}};
    add_credential(context, path, request);
    TRY(const HttpAnswer answer, session.http.send(request));
    if (answer.status == 404) return std::optional<ProvenTx>();
    TRY(const json::Value said, body_of(answer));
    const json::Value* document = said.find("bundle");
    if (document == nullptr) return std::optional<ProvenTx>();
    auto bundle = proof::bundle_from_json(*document);
    if (!bundle.ok()) return Err(bad_proof("form", bundle.error()));
    proof::Question question;
    question.key = id;  // of whatever age: what is final stays so
    ProvenTx proven;
    proven.verdict = proof::verify(*bundle, genesis, question);
    if (proven.verdict.answer != proof::Answer::valid || !bundle->log)
        return Err(bad_proof(
            std::string(proof::to_text(proven.verdict.answer)) + " " + proven.verdict.reason,
            proven.verdict.detail));
    // The proof stands for its form: verify() has read all of it.
    const json::Value line = std::move(json::parse(bundle->log->line, kAnswerBytesMax)).value();
    proven.tx = std::move(chain::parse_tx(line.string_or("tx", ""), genesis.chain_id)).value();
    const auto outcome = chain::outcome_from_json(object_in(line, "outcome"));
    ENSURE(outcome.has_value());
    proven.outcome = *outcome;
    proven.height = line.integer_or("height", 0);
    proven.index = line.integer_or("index", 0);
    proven.time = UnixMillis{line.integer_or("time", 0)};
    proven.bundle = *document;
    return std::optional(std::move(proven));
}

Result<bool, Failure> confirm(Session& session, const Context& context, Outcome& outcome) {
    if (outcome.status != "committed") return false;
    TRY(const std::optional<ProvenTx> proven, fetch_tx(session, context, outcome.tx_id));
    if (!proven) return false;
    if (!proven->outcome.ok())
        return Err(
            bad_proof("outcome", "the log says that it was refused: " +
                                     std::string(chain::name(proven->outcome.refusal->code))));
    outcome.record = proven->outcome.record;
    outcome.state = proven->outcome.state;
    outcome.version = proven->outcome.version;
    outcome.height = proven->height;
    outcome.index = proven->index;
    outcome.whole = json::Object{{"id", outcome.tx_id},
                                 {"status", "committed"},
                                 {"height", outcome.height},
                                 {"index", outcome.index},
                                 {"outcome", chain::to_json(proven->outcome)}};
    return true;
}

std::string disclosures_path(const Outcome& outcome) {
    const bool is_name =
        !outcome.record.empty() && outcome.record.front() != '.' &&
        outcome.record.find_first_not_of(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:") ==
            std::string::npos;
    return (is_name ? outcome.record : outcome.tx_id) + ".disclosures.json";
}

}  // namespace quanlu::cli
