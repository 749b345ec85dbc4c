// Puts a mutant before the shipped verifier, at one of the places where a caller may do so, and its
// verdict before the oracle. Counts by type, by place and by kind of change.
#pragma once

#include <array>
#include <string>

#include "tests/forge/bend.h"

namespace quanlu::forge {

// Where the proof is judged: a part of it alone, or all of it.
enum class Layer : std::uint8_t { tree, line, final, steps, bundle, file, growth, checkpoint };
inline constexpr std::size_t kLayers = 8;
std::string_view to_text(Layer layer);

enum class Fate : std::uint8_t {
    no_form,         // is no proof file at all
    refused,         // invalid
    not_the_answer,  // true, but not what was asked
    stale,           // true, but of too long ago
    accepted_true,
    accepted_false,
};
inline constexpr std::size_t kFates = 6;
std::string_view to_text(Fate fate);

struct Judged {
    Fate fate = Fate::refused;
    std::string why;  // reason of the verifier, or the lie that was believed
};

Judged judge_bundle(const World& world, const Mutant& mutant);
Judged judge_tree(const World& world, const proof::Bundle& bundle, const Hash& root);
Judged judge_line(const World& world, const proof::Bundle& bundle, const proof::LogHead& head);
Judged judge_final(const World& world, const proof::FinalHeader& final);
Judged judge_steps(const World& world, const std::vector<proof::EpochStep>& steps);
// As quanlu-verify reads it. `must_refuse`: whatever it says, this spelling is not to be believed.
Judged judge_file(const World& world, const std::string& text, const proof::Question& question,
                  bool must_refuse);
// Can it be written at all? Numbers beyond 2^53 - 1 cannot.
bool can_be_written(const proof::Bundle& bundle);

class Tally {
public:
    void add(std::string_view type, Layer layer, std::string_view kind, const Judged& judged,
             const std::string& mutant);
    // Tables to standard output.
    void print() const;
    [[nodiscard]] std::uint64_t of(Fate fate) const;
    [[nodiscard]] std::uint64_t total() const;

private:
    using Row = std::array<std::uint64_t, kFates>;
    static void print(const char* title, const std::map<std::string, Row>& rows);
    std::map<std::string, Row> types_, layers_, kinds_;
    std::map<std::string, std::uint64_t> reasons_;
    Row all_{};
};

// Ways to bend the text of a proof file; `must_refuse` as above.
struct TextKind {
    std::string_view name;
    bool must_refuse;
    bool (*bend)(Prng& prng, std::string& text);
};
std::span<const TextKind> text_kinds();

// Growth of the log, and checkpoints: one mutant, judged.
struct Small {
    std::string_view kind;
    Judged judged;
    std::string mutant;
};
Small bend_growth(const World& world, Prng& prng);
Small bend_checkpoint(const World& world, Prng& prng);

// The forgeries that the design names; the number of those that were believed.
std::size_t run_named_cases(const World& world);

}  // namespace quanlu::forge
