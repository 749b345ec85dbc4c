// See proven_tx.h.
#include "cli/proven_tx.h"

#include <algorithm>

#include "cli/foreign.h"
#include "cli/i18n.h"

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

// What the log says of our own transaction, in the place of the node's word.
Status<Failure> confirm(Session& session, const Context& context, Outcome& outcome) {
    TRY(const TxAnswer answer, fetch_tx(session, context, outcome.tx_id));
    if (!answer.proven) return Unit{};
    const chain::Outcome& proven = answer.proven->outcome;
    if (!proven.ok())
        return Err(bad_proof("outcome", "the log says that it was refused: " +
                                            std::string(chain::name(proven.refusal->code))));
    outcome.record = proven.record;
    outcome.state = proven.state;
    outcome.version = proven.version;
    outcome.height = answer.proven->height;
    outcome.index = answer.proven->index;
    outcome.is_proven = true;
    outcome.whole = json::Object{{"id", outcome.tx_id},
                                 {"status", "committed"},
                                 {"height", outcome.height},
                                 {"index", outcome.index},
                                 {"outcome", chain::to_json(proven)}};
    return Unit{};
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

Result<Outcome, Failure> file_act(Session& session, const Context& context, const Actor& actor,
                                  const std::string& act, const std::string& record,
                                  const json::Value& body, int wait_s, std::int64_t ver) {
    TRY(Outcome outcome, actor.act(session.http, act, record, body, wait_s, ver));
    if (outcome.status == "committed" && !session.flags.no_verify)
        TRY_VOID(confirm(session, context, outcome));
    return outcome;
}

void judge_act(const Outcome& outcome, const Flags& flags, Answer& answer) {
    answer.verified = answer.verified.value_or(true) && outcome.is_proven;
    const bool is_said = outcome.status == "committed";
    if (is_said && (outcome.is_proven || flags.no_verify)) return;
    answer.exit = Exit::stale;
    const std::string note(
        say("NOT PROVEN: the node says that it is final and shows no proof; ask another one",
            "未核验:该节点称已确认但未出示证明,请询问其他节点"));
    if (is_said && std::find(answer.notes.begin(), answer.notes.end(), note) == answer.notes.end())
        answer.notes.push_back(note);
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
