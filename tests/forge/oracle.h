// What is true, by the tables of a ledger alone: no verifier of the product is asked. Strict: a
// file is true when everything in it is, the road to its root included.
#pragma once

#include <optional>
#include <string>

#include "ledger/proof/verify.h"
#include "tests/forge/ledger.h"

namespace quanlu::forge {

// Nothing when all of it is true, else what is not.
using Lie = std::optional<std::string>;

class Oracle {
public:
    explicit Oracle(const Ledger& ledger);

    // A header of this ledger, the headers after it in their order, and a finalization by a quorum
    // of members who did sign the last of them.
    [[nodiscard]] Lie lie_in(const proof::FinalHeader& final) const;
    [[nodiscard]] Lie lie_in(const proof::EpochStep& step, std::size_t epoch) const;
    [[nodiscard]] Lie lie_in(const proof::Bundle& bundle) const;
    // What the verdict tells beyond the file: facts, height, time, signers, answer to the question.
    [[nodiscard]] Lie lie_in(const proof::Verdict& verdict, const proof::Bundle& bundle,
                             const proof::Question& question) const;

    // The map with this root holds exactly this (nothing: nothing) at the key.
    [[nodiscard]] bool holds(const Hash& state_root, const std::string& key,
                             const std::optional<std::string>& value) const;
    // The log of this size and root holds this line at this index.
    [[nodiscard]] bool holds_line(const proof::LogHead& head, std::uint64_t index,
                                  const std::string& line) const;
    // Both are heads of this log, or the same head.
    [[nodiscard]] bool grew(const proof::LogHead& older, const proof::LogHead& newer) const;

private:
    [[nodiscard]] bool is_head(const proof::LogHead& head) const;
    [[nodiscard]] proof::Answer answer_to(const proof::Question& question,
                                          const proof::Bundle& bundle) const;

    const Ledger& ledger_;
    std::map<Hash, const Table*> by_root_;
};

}  // namespace quanlu::forge
