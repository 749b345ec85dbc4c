// See judge.h.
#include "tests/forge/judge.h"

#include <cinttypes>
#include <cstdio>

namespace quanlu::forge {

namespace {

constexpr std::string_view kTypeNames[kTypes] = {
    "presence",      "absence, other leaf", "absence, empty place", "complete list",
    "batch of keys", "transaction",         "committee change"};
constexpr std::string_view kLayerNames[kLayers] = {
    "map proof alone", "log line alone",    "header and certificate", "committee steps",
    "whole bundle",    "proof file (text)", "growth of the log",      "checkpoint (text)"};
constexpr std::string_view kFateNames[kFates] = {"no form", "refused", "other answer",
                                                 "stale",   "true",    "FALSE"};

Judged believed(Lie lie, Fate otherwise) {
    if (lie) return {Fate::accepted_false, *lie};
    return {otherwise, ""};
}

Judged judge_verdict(const World& world, const proof::Bundle& bundle,
                     const proof::Question& question) {
    const proof::Verdict verdict = proof::verify(bundle, world.real.genesis(), question);
    Lie lie;
    switch (verdict.answer) {
        case proof::Answer::invalid:
            if (!verdict.facts.empty() || proof::exit_code(verdict) != 1)
                return {Fate::accepted_false, "invalid, and yet facts"};
            return {Fate::refused, verdict.reason};
        case proof::Answer::valid:
        case proof::Answer::stale:
        case proof::Answer::other_key:
        case proof::Answer::other_height:
            break;
    }
    lie = world.oracle.lie_in(bundle);
    if (!lie) lie = world.oracle.lie_in(verdict, bundle, question);
    const bool valid = verdict.answer == proof::Answer::valid;
    const bool stale = verdict.answer == proof::Answer::stale;
    const int exit = proof::exit_code(verdict);
    if (!lie && exit != (valid ? 0 : stale ? 3 : 1)) lie = "another exit code";
    return believed(lie, valid ? Fate::accepted_true : stale ? Fate::stale : Fate::not_the_answer);
}

}  // namespace

std::string_view to_text(Type type) {
    return kTypeNames[static_cast<std::size_t>(type)];
}
std::string_view to_text(Layer layer) {
    return kLayerNames[static_cast<std::size_t>(layer)];
}
std::string_view to_text(Fate fate) {
    return kFateNames[static_cast<std::size_t>(fate)];
}

Judged judge_bundle(const World& world, const Mutant& mutant) {
    return judge_verdict(world, mutant.bundle, mutant.question);
}

Judged judge_tree(const World& world, const proof::Bundle& bundle, const Hash& root) {
    Fate fate = Fate::refused;
    for (const proof::MapItem& item : bundle.items) {
        std::optional<std::string> value;
        if (item.value) value = json::write(*item.value);
        const bool accepted = value ? proof::verify_present(item.proof, item.key, *value, root)
                                    : proof::verify_absent(item.proof, item.key, root);
        if (!accepted) continue;
        if (!world.oracle.holds(root, item.key, value))
            return {Fate::accepted_false, "not what the map holds: " + item.key};
        fate = Fate::accepted_true;
    }
    return {fate, "map proof"};
}

Judged judge_line(const World& world, const proof::Bundle& bundle, const proof::LogHead& head) {
    if (!bundle.log || !proof::verify_line(bundle.log->proof, bundle.log->line, head))
        return {Fate::refused, "log line"};
    const bool holds = world.oracle.holds_line(head, bundle.log->proof.index, bundle.log->line);
    return {holds ? Fate::accepted_true : Fate::accepted_false, "not that line of the log"};
}

Judged judge_final(const World& world, const proof::FinalHeader& final) {
    proof::Trust trust(world.real.genesis());
    for (const proof::EpochStep& step : world.real.steps_to(final.header.epoch))
        ENSURE(trust.extend(step).ok());
    const auto checked = trust.check_final(final);
    if (!checked.ok()) return {Fate::refused, checked.error().reason};
    return believed(world.oracle.lie_in(final), Fate::accepted_true);
}

Judged judge_steps(const World& world, const std::vector<proof::EpochStep>& steps) {
    proof::Trust trust(world.real.genesis());
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto extended = trust.extend(steps[i]);
        if (!extended.ok()) return {Fate::refused, extended.error().reason};
        if (auto lie = world.oracle.lie_in(steps[i], i)) return {Fate::accepted_false, *lie};
    }
    return {Fate::accepted_true, ""};
}

Judged judge_file(const World& world, const std::string& text, const proof::Question& question,
                  bool must_refuse) {
    const auto bundle = proof::parse_bundle(text);
    if (!bundle.ok()) return {Fate::no_form, bundle.error().substr(0, bundle.error().find(':'))};
    Judged judged = judge_verdict(world, *bundle, question);
    if (must_refuse && judged.fate != Fate::refused && judged.fate != Fate::accepted_false)
        return {Fate::accepted_false, "a spelling that is not to be read"};
    return judged;
}

bool can_be_written(const proof::Bundle& bundle) {
    constexpr auto kMax = static_cast<std::uint64_t>(json::kIntegerMax);
    const auto fits = [](const proof::FinalHeader& final) {
        return final.finalization.statement.epoch.value <= kMax &&
               final.finalization.statement.view.value <= kMax;
    };
    if (!fits(bundle.final)) return false;
    for (const proof::EpochStep& step : bundle.epochs) {
        if (!fits(step.sealing)) return false;
    }
    return !bundle.log || (bundle.log->proof.index <= kMax && bundle.log->proof.size <= kMax);
}

void Tally::add(std::string_view type, Layer layer, std::string_view kind, const Judged& judged,
                const std::string& mutant) {
    const auto at = static_cast<std::size_t>(judged.fate);
    ++types_[std::string(type)][at];
    ++layers_[std::string(to_text(layer))][at];
    ++kinds_[std::string(kind)][at];
    ++all_[at];
    if (judged.fate == Fate::refused) ++reasons_[judged.why];
    if (judged.fate != Fate::accepted_false || all_[at] > 10) return;
    std::printf("FALSE STATEMENT BELIEVED: %s, %s, %s: %s\n%s\n", std::string(type).c_str(),
                std::string(to_text(layer)).c_str(), std::string(kind).c_str(), judged.why.c_str(),
                mutant.c_str());
}

void Tally::print(const char* title, const std::map<std::string, Row>& rows) {
    std::printf("\n%-52s %10s", title, "mutants");
    for (const std::string_view name : kFateNames) std::printf(" %12s", std::string(name).c_str());
    std::printf("\n");
    for (const auto& [name, row] : rows) {
        std::uint64_t sum = 0;
        for (const std::uint64_t n : row) sum += n;
        std::printf("%-52s %10" PRIu64, name.c_str(), sum);
        for (const std::uint64_t n : row) std::printf(" %12" PRIu64, n);
        std::printf("\n");
    }
}

void Tally::print() const {
    print("type of proof", types_);
    print("judged as", layers_);
    print("kind of change", kinds_);
    std::printf("\nrefused for\n");
    for (const auto& [reason, n] : reasons_)
        std::printf("  %-24s %10" PRIu64 "\n", reason.c_str(), n);
    print("all", {{"all", all_}});
}

std::uint64_t Tally::of(Fate fate) const {
    return all_[static_cast<std::size_t>(fate)];
}

std::uint64_t Tally::total() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t n : all_) sum += n;
    return sum;
}

}  // namespace quanlu::forge
