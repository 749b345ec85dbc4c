// STATE_AND_PROOFS 8.3 (steps), 8.5 (traps e, f, g). The root is taken from the header after its
// finality is proven.
#include "ledger/proof/verify.h"

#include "crypto/base/encode.h"
#include "ledger/chain/transaction.h"

namespace quanlu::proof {

namespace {

Err<Distrust> no(std::string reason, std::string detail) {
    return Err(Distrust{std::move(reason), std::move(detail)});
}

Result<Fact, Distrust> judge_item(const MapItem& item, const Hash& state_root) {
    Fact fact;
    fact.key = item.key;
    fact.present = item.value.has_value();
    fact.steps = item.proof.siblings.size();
    if (item.value) {
        if (!verify_present(item.proof, item.key, json::write(*item.value), state_root)) {
            return no("tree_proof",
                      "the map at this header does not hold this value at " + item.key);
        }
        fact.sentence = say_record(item.key, *item.value);
    } else {
        if (!verify_absent(item.proof, item.key, state_root)) {
            return no("tree_proof", "the absence of " + item.key + " is not proven");
        }
        fact.sentence = say_absence(item.key);
    }
    return fact;
}

// A leaf line of kind "tx", with its transaction recomputed from the JWS it carries.
Result<Fact, Distrust> judge_line(const LogItem& item, const chain::Header& header) {
    if (!verify_line(item.proof, item.line, {header.log_size, header.log_root})) {
        return no("log_proof", "the line is not in the log that this header states");
    }
    const auto line = json::parse(item.line, kBundleBytesMax);
    if (!line.ok() || json::write(*line) != item.line || line->string_or("kind", "") != "tx") {
        return no("leaf", "not the line of a transaction");
    }
    const auto tx = chain::parse_tx(line->string_or("tx", ""), header.chain.chain_id);
    if (!tx.ok())
        return no("leaf", "the transaction in it: " + std::string(chain::name(tx.error().code)));
    const std::string id = to_hex(tx->id);
    const json::Value* result = line->find("outcome");
    const auto outcome = result == nullptr ? std::nullopt : chain::outcome_from_json(*result);
    const std::int64_t height = line->integer_or("height", -1),
                       index = line->integer_or("index", -1);
    if (line->string_or("id", "") != id || !outcome || height < 0 || index < 0 ||
        index > UINT32_MAX || static_cast<std::uint64_t>(height) > header.height.value ||
        line->as_object().size() != 7) {
        return no("leaf", "its members do not agree");
    }
    const chain::Where where{Height(static_cast<std::uint64_t>(height)),
                             static_cast<std::uint32_t>(index)};
    return Fact{id, true, say_tx(id, tx->act, tx->iss, *outcome, where), item.proof.path.size()};
}

Result<std::vector<Fact>, Distrust> judge_content(const Bundle& bundle) {
    std::vector<Fact> facts;
    if (bundle.log) {
        TRY(Fact fact, judge_line(*bundle.log, bundle.final.header));
        facts.push_back(std::move(fact));
    }
    for (const MapItem& item : bundle.items) {
        TRY(Fact fact, judge_item(item, bundle.final.header.state_root));
        facts.push_back(std::move(fact));
    }
    if (facts.empty()) return no("empty", "nothing is claimed");
    return facts;
}

Status<Distrust> judge_header(const Bundle& bundle, const chain::Genesis& genesis,
                              Verdict& verdict) {
    if (bundle.chain_id != genesis.chain_id) {
        return no("wrong_chain", "made for chain " + to_hex(bundle.chain_id) + ", genesis is " +
                                     to_hex(genesis.chain_id));
    }
    Trust trust(genesis);
    for (const EpochStep& step : bundle.epochs) TRY_VOID(trust.extend(step));
    if (trust.sets().size() != bundle.final.header.epoch.value + 1) {
        return no("epoch", "the steps do not end at the header's epoch");
    }
    TRY_VOID(trust.check_final(bundle.final));
    const chain::Header& header = bundle.final.header;
    const chain::Members& members = trust.sets().back();
    verdict.height = header.height;
    verdict.time = header.time;
    verdict.epoch = header.epoch;
    verdict.block = chain::hash_of(header);
    verdict.state_root = header.state_root;
    verdict.log_root = header.log_root;
    verdict.chain_id = genesis.chain_id;
    verdict.members = members.n();
    verdict.headers_linked = bundle.final.path.size();
    for (chain::MemberIndex i = 0; i < members.n(); ++i) {
        if ((bundle.final.finalization.signers >> i & 1) != 0)
            verdict.signers.push_back(members.at(i).name);
    }
    return Unit{};
}

std::vector<Sentence> limits_of(const Bundle& bundle, const Verdict& verdict) {
    std::vector<Sentence> list;
    const std::string height = grouped(verdict.height.value);
    list.push_back({"anything after height " + height, "高度 " + height + " 之后的变化"});
    if (bundle.kind == BundleKind::tx) {
        list.push_back(
            {"the signature of the officer (the members checked it before they signed the block)",
             "经办人签名(各成员在签署区块前已核验)"});
        return list;
    }
    list.push_back({"events before registration on this ledger, and the statutory register",
                    "在本账本登记之前的事项及法定登记簿"});
    bool any_absent = false;
    for (const Fact& fact : verdict.facts) any_absent = any_absent || !fact.present;
    if (any_absent) {
        list.push_back(
            {"the same object under another spelling of its key", "同一对象以其他写法的键登记"});
    }
    list.push_back({"the content behind sealed fields", "封存字段的内容"});
    return list;
}

Answer judge_question(const Question& question, const Bundle& bundle, Verdict& verdict) {
    if (question.key) {
        // What is spelled like a transaction is one: that the map has no such key says nothing.
        const bool is_tx = hash_from_hex(*question.key).has_value();
        std::vector<Fact> asked;
        for (const Fact& fact : verdict.facts) {
            if (fact.key == *question.key && is_tx == bundle.log.has_value()) asked.push_back(fact);
        }
        if (asked.empty()) return Answer::other_key;
        verdict.facts = std::move(asked);
    }
    if (question.now) verdict.age_ms = question.now->value - verdict.time.value;
    if (question.at_height)
        return *question.at_height == verdict.height ? Answer::valid : Answer::other_height;
    if (!verdict.age_ms) return Answer::valid;
    const bool fresh = *verdict.age_ms <= question.max_age_ms && *verdict.age_ms >= -kClockAheadMs;
    return fresh ? Answer::valid : Answer::stale;
}

}  // namespace

std::string_view to_text(Answer answer) {
    switch (answer) {
        case Answer::valid:
            return "valid";
        case Answer::stale:
            return "stale";
        case Answer::invalid:
            return "invalid";
        case Answer::other_key:
            return "other_key";
        case Answer::other_height:
            return "other_height";
    }
    ENSURE(false);
}

Verdict verify(const Bundle& bundle, const chain::Genesis& genesis, const Question& question) {
    Verdict verdict;
    const auto refuse = [](const Distrust& why) {
        Verdict invalid;
        invalid.reason = why.reason;
        invalid.detail = why.detail;
        return invalid;
    };
    const auto header = judge_header(bundle, genesis, verdict);
    if (!header.ok()) return refuse(header.error());
    auto facts = judge_content(bundle);
    if (!facts.ok()) return refuse(facts.error());
    verdict.facts = std::move(*facts);
    verdict.answer = judge_question(question, bundle, verdict);
    verdict.not_shown = limits_of(bundle, verdict);
    return verdict;
}

int exit_code(const Verdict& verdict) {
    switch (verdict.answer) {
        case Answer::valid:
            return 0;
        case Answer::stale:
            return 3;
        case Answer::invalid:
        case Answer::other_key:
        case Answer::other_height:
            return 1;
    }
    ENSURE(false);
}

}  // namespace quanlu::proof
