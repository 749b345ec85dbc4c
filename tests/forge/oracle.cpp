// See oracle.h.
#include "tests/forge/oracle.h"

#include <algorithm>

namespace quanlu::forge {

namespace {

std::vector<std::string> keys_of(const Ledger& ledger, const proof::Bundle& bundle) {
    std::vector<std::string> keys;
    if (bundle.log) keys.push_back(ledger.tx_ids().at(bundle.log->proof.index));
    for (const proof::MapItem& item : bundle.items) keys.push_back(item.key);
    return keys;
}

// "no pledge" and "no freeze" are said of an empty list in the right's own picture, and of nothing
// else.
bool is_well_said(const proof::Fact& fact, const std::string& value) {
    const json::Value record = *json::parse(value, 1024 * 1024);
    const json::Value* picture = record.find("enc");
    for (const char* list : {"pledges", "freezes"}) {
        const std::string none = std::string("no ") + std::string(list, 6);
        const json::Value* held = picture == nullptr ? nullptr : picture->find(list);
        const bool empty = fact.key.starts_with("right/") && held != nullptr && held->is_array() &&
                           held->as_array().empty();
        if ((fact.sentence.en.find(none) != std::string::npos) != empty) return false;
    }
    return fact.sentence.en.starts_with(fact.key) && fact.sentence.zh.starts_with(fact.key);
}

}  // namespace

Oracle::Oracle(const Ledger& ledger) : ledger_(ledger) {
    for (const Place& place : ledger.places())
        by_root_.emplace(place.header.state_root, &ledger.table(place.header.height));
}

Lie Oracle::lie_in(const proof::FinalHeader& final) const {
    const auto place = ledger_.place_of(chain::hash_of(final.header));
    if (!place || ledger_.places()[*place].header != final.header) return "no such header";
    for (std::size_t i = 0; i < final.path.size(); ++i) {
        const std::size_t at = *place + i + 1;
        if (at >= ledger_.places().size() || ledger_.places()[at].header != final.path[i])
            return "another header on the path";
    }
    const Place& last = ledger_.places()[*place + final.path.size()];
    const chain::QuorumCert& cert = final.finalization;
    const chain::Vote vote{chain::VoteKind::finalize, last.header.epoch, last.header.view,
                           last.hash};
    if (cert.statement != vote) return "a certificate of something else";
    const Committee& committee = ledger_.committee_of(last.header);
    std::size_t signed_by = 0;
    for (std::size_t i = 0; i < 64; ++i) {
        if ((cert.signers >> i & 1) == 0) continue;
        if (i >= committee.list.size() ||
            !notary().did_sign(committee.list[i].key, ledger_.tag(), vote))
            return "a signer who did not sign";
        ++signed_by;
    }
    if (signed_by < committee.quorum()) return "fewer signers than a quorum";
    return {};
}

Lie Oracle::lie_in(const proof::EpochStep& step, std::size_t epoch) const {
    if (epoch + 1 >= ledger_.committees().size()) return "an epoch that never was";
    if (step.sealing.header.kind != chain::BlockKind::sealing ||
        step.sealing.header.epoch != Epoch(epoch))
        return "no sealing header of that epoch";
    if (step.next != ledger_.committees()[epoch + 1].list) return "another committee";
    return lie_in(step.sealing);
}

bool Oracle::holds(const Hash& state_root, const std::string& key,
                   const std::optional<std::string>& value) const {
    const auto table = by_root_.find(state_root);
    if (table == by_root_.end()) return false;
    const auto found = table->second->find(key);
    if (found == table->second->end()) return !value;
    return value == found->second;
}

bool Oracle::is_head(const proof::LogHead& head) const {
    return head.size <= ledger_.lines().size() &&
           ledger_.log_root(static_cast<std::size_t>(head.size)) == head.root;
}

bool Oracle::holds_line(const proof::LogHead& head, std::uint64_t index,
                        const std::string& line) const {
    return is_head(head) && index < head.size &&
           ledger_.lines()[static_cast<std::size_t>(index)] == line;
}

bool Oracle::grew(const proof::LogHead& older, const proof::LogHead& newer) const {
    if (older == newer) return true;
    // Every log begins with the empty one.
    if (older == proof::LogHead{0, ledger_.log_root(0)}) return true;
    return is_head(older) && is_head(newer) && older.size <= newer.size;
}

Lie Oracle::lie_in(const proof::Bundle& bundle) const {
    if (bundle.chain_id != ledger_.genesis().chain_id) return "another chain";
    if (auto lie = lie_in(bundle.final)) return lie;
    if (bundle.epochs.size() != bundle.final.header.epoch.value)
        return "not the steps to the header's epoch";
    for (std::size_t i = 0; i < bundle.epochs.size(); ++i) {
        if (auto lie = lie_in(bundle.epochs[i], i)) return lie;
    }
    const chain::Header& header = bundle.final.header;
    for (const proof::MapItem& item : bundle.items) {
        std::optional<std::string> value;
        if (item.value) value = json::write(*item.value);
        if (!holds(header.state_root, item.key, value))
            return "not what the map holds: " + item.key;
    }
    if (bundle.log) {
        const proof::LogHead head{header.log_size, header.log_root};
        if (bundle.log->proof.size != head.size) return "a log of another size";
        if (!holds_line(head, bundle.log->proof.index, bundle.log->line))
            return "not that line of the log";
        if (!ledger_.tx_ids().contains(bundle.log->proof.index)) return "no transaction's line";
    }
    if (!bundle.log && bundle.items.empty()) return "nothing is said";
    return {};
}

proof::Answer Oracle::answer_to(const proof::Question& question,
                                const proof::Bundle& bundle) const {
    const auto keys = keys_of(ledger_, bundle);
    if (question.key && std::find(keys.begin(), keys.end(), *question.key) == keys.end())
        return proof::Answer::other_key;
    const chain::Header& header = bundle.final.header;
    if (question.at_height)
        return *question.at_height == header.height ? proof::Answer::valid
                                                    : proof::Answer::other_height;
    if (!question.now) return proof::Answer::valid;
    const std::int64_t age = question.now->value - header.time.value;
    return age <= question.max_age_ms && age >= -60'000 ? proof::Answer::valid
                                                        : proof::Answer::stale;
}

Lie Oracle::lie_in(const proof::Verdict& verdict, const proof::Bundle& bundle,
                   const proof::Question& question) const {
    if (verdict.answer != answer_to(question, bundle)) return "another answer to the question";
    const chain::Header& header = bundle.final.header;
    const Committee& committee = ledger_.committee_of(header);
    if (verdict.height != header.height || verdict.time != header.time ||
        verdict.epoch != header.epoch || verdict.block != chain::hash_of(header) ||
        verdict.state_root != header.state_root || verdict.log_root != header.log_root ||
        verdict.chain_id != ledger_.genesis().chain_id ||
        verdict.members != committee.list.size() ||
        verdict.headers_linked != bundle.final.path.size())
        return "the verdict describes another header";
    std::vector<std::string> signers;
    for (std::size_t i = 0; i < committee.list.size(); ++i) {
        if ((bundle.final.finalization.signers >> i & 1) != 0)
            signers.push_back(committee.list[i].name);
    }
    if (verdict.signers != signers) return "the verdict names other signers";
    std::vector<std::pair<std::string, bool>> facts, expected;
    for (const proof::Fact& fact : verdict.facts) facts.emplace_back(fact.key, fact.present);
    for (const std::string& key : keys_of(ledger_, bundle)) {
        if (question.key && key != *question.key && verdict.answer != proof::Answer::other_key)
            continue;
        expected.emplace_back(key,
                              bundle.log.has_value() || ledger_.table(header.height).contains(key));
    }
    if (facts != expected) return "the verdict tells other facts";
    for (const proof::Fact& fact : verdict.facts) {
        if (bundle.log || !fact.present) continue;
        if (!is_well_said(fact, ledger_.table(header.height).at(fact.key)))
            return "the sentence says something else: " + fact.sentence.en;
    }
    return {};
}

}  // namespace quanlu::forge
