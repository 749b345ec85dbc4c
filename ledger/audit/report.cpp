// Honest words (DESIGN 1.10): a complete replay of a truncated ledger is still a replay of a
// truncated ledger, so without an independent tip the verdict says so and the exit code is not 0.
#include "ledger/audit/report.h"

#include "crypto/base/encode.h"
#include "crypto/hash.h"

namespace quanlu::audit {

std::string_view to_text(Verdict verdict) {
    switch (verdict) {
        case Verdict::complete:
            return "complete";
        case Verdict::tip_unconfirmed:
            return "tip_unconfirmed";
        case Verdict::wrong:
            return "wrong";
        case Verdict::two_histories:
            return "two_histories";
        case Verdict::interrupted:
            return "interrupted";
    }
    ENSURE(false);
}

int exit_code(Verdict verdict) {
    switch (verdict) {
        case Verdict::complete:
            return 0;
        case Verdict::tip_unconfirmed:
        case Verdict::interrupted:
            return 3;
        case Verdict::wrong:
        case Verdict::two_histories:
            return 1;
    }
    ENSURE(false);
}

Report make_report(const Replay& replay, Replay::End end, const std::optional<KnownTip>& known_tip,
                   const std::vector<Hash>& block_at_known_height) {
    Report report;
    const execution::Tip& tip = replay.tip();
    report.chain_id = tip.header.chain.chain_id;
    report.height = tip.header.height;
    report.tip = tip.hash;
    report.state_root = tip.header.state_root;
    report.log_size = tip.header.log_size;
    report.log_root = tip.header.log_root;
    report.counts = replay.counts();
    report.known_tip = known_tip;
    report.wrong = replay.wrong();
    if (const auto& cert = replay.tip_certificate()) {
        for (chain::MemberIndex i = 0; i < replay.members().n(); ++i) {
            if (cert->signers >> i & 1) report.tip_signers.push_back(replay.members().at(i).name);
        }
    }
    report.not_checked = {"whether what was registered is true outside the ledger",
                          "the statutory registers themselves",
                          "sealed fields whose disclosures were not given"};
    if (end == Replay::End::wrong) {
        report.verdict = Verdict::wrong;
        return report;
    }
    if (end == Replay::End::interrupted) {
        report.verdict = Verdict::interrupted;
        return report;
    }
    report.verdict = Verdict::tip_unconfirmed;
    if (!replay.tip_certificate() && tip.header.height > Height(0)) {
        report.not_checked.emplace_back("the last blocks carry no finalization");
        return report;
    }
    if (!known_tip) {
        report.not_checked.emplace_back(
            "whether the ledger goes on after this height: no independent tip was given");
        return report;
    }
    if (known_tip->height > tip.header.height) {
        report.verdict = Verdict::wrong;
        report.wrong = Wrong{tip.header.height.next(), "truncated",
                             "a ledger up to height " + std::to_string(known_tip->height.value),
                             "end at height " + std::to_string(tip.header.height.value), -1};
        return report;
    }
    const Hash found = block_at_known_height.empty() ? Hash{} : block_at_known_height.front();
    if (found != known_tip->block) {
        report.verdict = Verdict::two_histories;
        report.wrong = Wrong{known_tip->height, "tip", to_hex(known_tip->block), to_hex(found), -1};
        return report;
    }
    report.verdict = Verdict::complete;
    report.not_checked.emplace_back(
        "whether the ledger goes on after height " + std::to_string(tip.header.height.value) +
        ": the tip that was given is of height " + std::to_string(known_tip->height.value));
    return report;
}

json::Value to_json(const Report& report, const chain::Members& members) {
    json::Value out;
    out.set("schema", "quanlu.audit.report/1");
    out.set("verdict", to_text(report.verdict));
    out.set("chain_id", to_hex(report.chain_id));
    out.set("height", report.height.value);
    out.set("tip", to_hex(report.tip));
    out.set("state_root", to_hex(report.state_root));
    out.set("log_size", report.log_size);
    out.set("log_root", to_hex(report.log_root));
    json::Array signers;
    for (const std::string& name : report.tip_signers) signers.emplace_back(name);
    out.set("tip_signed_by", std::move(signers));
    if (report.known_tip) {
        json::Value tip;
        tip.set("height", report.known_tip->height.value);
        tip.set("block", to_hex(report.known_tip->block));
        out.set("known_tip", tip);
    }
    if (report.wrong) {
        json::Value wrong;
        wrong.set("height", report.wrong->height.value);
        wrong.set("what", report.wrong->what);
        wrong.set("expected", report.wrong->expected);
        wrong.set("found", report.wrong->found);
        if (report.wrong->index >= 0) wrong.set("index", report.wrong->index);
        out.set("wrong", wrong);
    }
    json::Array accused;
    for (const Accusation& one : report.accused) accused.push_back(to_json(one, members));
    if (!accused.empty()) out.set("accused", std::move(accused));
    json::Array not_checked;
    for (const std::string& one : report.not_checked) not_checked.emplace_back(one);
    out.set("not_checked", std::move(not_checked));
    return out;
}

Hash report_hash(const json::Value& report) {
    return crypto::sha256(as_bytes(json::write(report)));
}

}  // namespace quanlu::audit
