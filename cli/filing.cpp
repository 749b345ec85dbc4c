// See filing.h.
#include "cli/filing.h"

#include <algorithm>

#include "cli/i18n.h"
#include "cli/proven_tx.h"

namespace quanlu::cli {

namespace {

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

// That it is not filed and that nobody keeps it to be filed: an answer that was understood, and
// none that may pass (E_NOT_YET_VALID) or that says that it was there before.
bool is_refusal(const Failure& failure) {
    return failure.exit != Exit::unreachable && failure.exit != Exit::internal &&
           failure.code != "E_NOT_YET_VALID" && failure.code != "E_DUPLICATE_SUBMISSION";
}

// Whatever a node makes of it, what was signed may yet be filed by anybody who has seen it.
Failure not_known(Failure failure, const std::string& tx_id, const std::string& disclosures,
                  bool is_refused) {
    failure.facts.set("tx", tx_id);
    failure.facts.set("filed", is_refused ? "no" : "perhaps");
    if (!disclosures.empty()) failure.facts.set("disclosures", disclosures);
    if (!is_refused)
        add_next(failure, "whether it was filed: quanlu tx status " + tx_id,
                 "是否已提交:quanlu tx status " + tx_id);
    return failure;
}

}  // namespace

Result<Filed, Failure> file_act(Session& session, const Context& context, const Actor& actor,
                                const Filing& filing) {
    const std::string jws =
        actor.sign(filing.act, filing.record, filing.sealed.body, filing.version);
    const std::string tx_id = actor.tx_id_of(jws);
    Filed filed;
    if (!filing.sealed.disclosures.empty()) {
        filed.disclosures_path = tx_id + ".disclosures.json";
        TRY_VOID(write_text_file(filed.disclosures_path,
                                 json::write_pretty(filing.sealed.disclosures) + "\n", true));
    }
    auto outcome = actor.send(session.http, jws, filing.wait_s);
    if (!outcome.ok())
        return Err(
            not_known(outcome.error(), tx_id, filed.disclosures_path, is_refusal(outcome.error())));
    filed.outcome = std::move(outcome).value();
    if (filed.outcome.status == "committed" && !session.flags.no_verify) {
        const auto confirmed = confirm(session, context, filed.outcome);
        if (!confirmed.ok())
            return Err(not_known(confirmed.error(), tx_id, filed.disclosures_path, false));
    }
    return filed;
}

bool is_final(const Outcome& outcome, const Flags& flags) {
    return outcome.status == "committed" && (outcome.is_proven || flags.no_verify);
}

void judge_act(const Outcome& outcome, const Flags& flags, Answer& answer) {
    answer.verified = answer.verified.value_or(true) && outcome.is_proven;
    if (is_final(outcome, flags)) return;
    const bool is_said = outcome.status == "committed";
    answer.exit = Exit::stale;
    const std::string note(
        say("NOT PROVEN: the node says that it is final and shows no proof; ask another one",
            "未核验:该节点称已确认但未出示证明,请询问其他节点"));
    if (is_said && std::find(answer.notes.begin(), answer.notes.end(), note) == answer.notes.end())
        answer.notes.push_back(note);
}

}  // namespace quanlu::cli
