// See approve.h.
#include "cli/approve.h"

#include "cli/i18n.h"
#include "cli/proven_tx.h"
#include "cli/seal.h"

namespace quanlu::cli {

namespace {

constexpr std::size_t kDisclosuresBytesMax = 1024 * 1024;

Failure not_that(std::string en, std::string zh, json::Value facts) {
    Failure failure = usage_error(std::move(en), std::move(zh), "what waits: quanlu tasks",
                                  "待复核业务:quanlu tasks");
    failure.facts = std::move(facts);
    return failure;
}

}  // namespace

Result<ToApprove, Failure> fetch_to_approve(Session& session, const Context& context,
                                            const Actor& actor, const Parsed& parsed,
                                            const registry::Verb& verb, const std::string& act) {
    if (verb.approval == registry::Approval::one)
        return Err(usage_error("--approve: one officer is enough for this act",
                               "--approve:该业务无须复核"));
    const std::string id = parsed.get("--approve");
    TRY(const TxAnswer answer, fetch_tx(session, context, id));
    if (!answer.proven) {
        const bool is_there = answer.said.string_or("status", "") == "committed";
        return Err(failure_of(is_there ? chain::Code::E_FORBIDDEN : chain::Code::E_NOT_FOUND,
                              json::Object{{"tx", id}}));
    }
    const chain::Tx& tx = answer.proven->tx;
    const json::Value facts = json::Object{{"tx", id},
                                           {"act", tx.act},
                                           {"record", tx.rec},
                                           {"party", tx.iss},
                                           {"state", answer.proven->outcome.state}};
    if (tx.act != act || tx.rec != parsed.get("ID"))
        return Err(not_that("--approve: that transaction is another act, or of another record",
                            "--approve:该交易属于其他业务或其他记录", facts));
    if (!answer.proven->outcome.ok() || answer.proven->outcome.state != "pending_approval")
        return Err(not_that("--approve: that transaction waits for no approval",
                            "--approve:该交易无待复核事项", facts));
    // Filed for another party it would be an act of its own.
    const bool is_inside = verb.approval == registry::Approval::maker_checker ||
                           verb.approval == registry::Approval::admin;
    if (is_inside && tx.iss != actor.party())
        return Err(not_that("--approve: that transaction is of another party",
                            "--approve:该交易由其他主体提交", facts));
    ToApprove out{tx.body, json::Object{}, ""};
    if (parsed.has("--disclosures")) {
        TRY(const std::string text,
            read_text_file(parsed.get("--disclosures"), kDisclosuresBytesMax));
        TRY(out.opened, open_sealed(tx.body, text));
    }
    for (const std::string& name : sealed_in(tx.body)) {
        if (out.opened.find(name) == nullptr) out.unseen += (out.unseen.empty() ? "" : ", ") + name;
    }
    return out;
}

void show_approved(const ToApprove& approved, Answer& answer) {
    answer.data.set("body", approved.body);
    answer.data.set("opened", approved.opened);
    for (const auto& [name, value] : approved.body.as_object()) {
        const json::Value* opened = approved.opened.find(name);
        answer.lines.emplace_back(name, text_of(opened == nullptr ? value : *opened));
    }
    if (!approved.unseen.empty())
        answer.notes.push_back(std::string(say("sealed fields, approved unseen (--disclosures FILE "
                                               "shows them): ",
                                               "密封字段,未经查看(用 --disclosures 文件查看):")) +
                               approved.unseen);
}

}  // namespace quanlu::cli
