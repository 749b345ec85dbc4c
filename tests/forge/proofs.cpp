// forge_proofs --mutants N --seed S: true proofs of every type, bent in every way, before the
// shipped verifier. A mutant that is accepted must be true by the tables of the ledger. Exit 1 when
// one false statement is believed, or one true proof is not.
#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <numeric>

#include "tests/forge/judge.h"
#include "tests/forge/memo.h"

namespace quanlu::forge {

namespace {

// What was in hand when the verifier crashed: a crash is a finding like any other.
char in_hand[256];

void on_crash(int signal) {
    const auto say = [](const char* text) {
        if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) std::_Exit(70);
    };
    say("CRASH with ");
    say(in_hand);
    say("\n");
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

// A way through all (byte, op) of some texts or files, in an order that visits each once.
struct Sweep {
    std::vector<std::size_t> sizes;  // bytes of each
    std::uint64_t total = 0, stride = 1, next = 0;

    Sweep(std::vector<std::size_t> bytes, Prng& prng) : sizes(std::move(bytes)) {
        for (const std::size_t n : sizes) total += n * kByteOps;
        do stride = prng.below(total) | 1;
        while (std::gcd(stride, total) != 1);
        next = prng.below(total);
    }
    struct At {
        std::size_t which, byte, op;
    };
    At step() {
        next = (next + stride) % total;
        std::uint64_t at = next;
        std::size_t which = 0;
        while (at >= sizes[which] * kByteOps) at -= sizes[which++] * kByteOps;
        return {which, static_cast<std::size_t>(at / kByteOps),
                static_cast<std::size_t>(at % kByteOps)};
    }
};

std::span<const Kind> kinds_of(std::size_t family) {
    switch (family) {
        case 0:
            return tree_kinds();
        case 1:
            return claim_kinds();
        case 2:
            return batch_kinds();
        case 3:
            return log_kinds();
        case 4:
            return header_kinds();
        case 5:
            return cert_kinds();
        case 6:
            return path_kinds();
        case 7:
            return epoch_kinds();
        default:
            return question_kinds();
    }
}

std::string written(const proof::Bundle& bundle) {
    return can_be_written(bundle) ? json::write(proof::to_json(bundle)) : "(cannot be written)";
}

class Forge {
public:
    Forge(std::uint64_t seed, std::size_t patents) : prng_(seed), world_(patents, seed) {}

    // True proofs are accepted as they are, at every place.
    std::size_t check_originals() {
        std::size_t refused = 0;
        for (const Specimen& one : world_.pool) {
            const Mutant plain{one.bundle, {}};
            const std::string text = written(one.bundle);
            if (judge_bundle(world_, plain).fate == Fate::accepted_true &&
                judge_file(world_, text, {}, false).fate == Fate::accepted_true)
                continue;
            ++refused;
            std::printf("A TRUE PROOF IS REFUSED: %s\n%s\n", std::string(to_text(one.type)).c_str(),
                        text.c_str());
        }
        return refused;
    }

    void run(std::uint64_t mutants) {
        choose_swept();
        std::vector<std::size_t> parts, texts;
        for (const std::size_t at : swept_) {
            parts.push_back(bytes_of(world_.pool[at].bundle));
            texts.push_back(written(world_.pool[at].bundle).size());
        }
        Sweep part_sweep(parts, prng_), text_sweep(texts, prng_);
        std::uint64_t part_steps = 0, text_steps = 0;
        for (std::uint64_t i = 0; i < mutants; ++i) {
            switch (i % 20) {
                case 0:
                case 5:
                case 10:
                case 15:
                    ++part_steps;
                    bend_part(part_sweep.step());
                    break;
                case 1:
                case 3:
                case 6:
                case 8:
                case 11:
                case 13:
                case 16:
                    ++text_steps;
                    bend_text_byte(text_sweep.step());
                    break;
                case 2:
                case 12:
                    bend_text();
                    break;
                case 4:
                    add(bend_growth(world_, prng_), "growth of the log", Layer::growth);
                    break;
                case 14:
                    add(bend_checkpoint(world_, prng_), "checkpoint", Layer::checkpoint);
                    break;
                default:
                    bend_structure();
            }
        }
        tally_.print();
        std::printf("\nbytes swept, %zu specimens x %zu changes: of parts %" PRIu64 " of %" PRIu64
                    ", of texts %" PRIu64 " of %" PRIu64 "\n",
                    swept_.size(), kByteOps, std::min(part_steps, part_sweep.total),
                    part_sweep.total, std::min(text_steps, text_sweep.total), text_sweep.total);
    }

    [[nodiscard]] const World& world() const { return world_; }
    [[nodiscard]] const Tally& tally() const { return tally_; }

private:
    void add(const Small& small, std::string_view type, Layer layer) {
        tally_.add(type, layer, small.kind, small.judged, small.mutant);
    }

    // Of each type the shortest and two more: all their bytes are bent.
    void choose_swept() {
        for (std::size_t type = 0; type < kTypes; ++type) {
            std::vector<std::pair<std::size_t, std::size_t>> by_size;
            for (std::size_t i = 0; i < world_.pool.size(); ++i) {
                if (world_.pool[i].type == static_cast<Type>(type))
                    by_size.emplace_back(bytes_of(world_.pool[i].bundle), i);
            }
            std::sort(by_size.begin(), by_size.end());
            // The shorter half: a long proof is a short one with more of the same.
            constexpr std::size_t kEach = 3;
            for (std::size_t n = 0; n < kEach && n < by_size.size(); ++n)
                swept_.push_back(by_size[n * by_size.size() / (2 * kEach)].second);
        }
    }

    proof::Question any_question(const proof::Bundle& bundle) {
        proof::Question question;
        const chain::Header& header = bundle.final.header;
        if (bundle.items.size() == 1 && prng_.chance(1, 2)) question.key = bundle.items.front().key;
        if (prng_.chance(1, 3)) {
            question.at_height = header.height;
        } else if (prng_.chance(1, 2)) {
            question.now = UnixMillis{header.time.value + prng_.between(-1'000, 59'000)};
        }
        return question;
    }

    void note(const Specimen& specimen, std::string_view kind, Layer layer) {
        std::snprintf(in_hand, sizeof in_hand, "%s, %s, %s, mutant %" PRIu64,
                      std::string(to_text(specimen.type)).c_str(), std::string(kind).c_str(),
                      std::string(to_text(layer)).c_str(), tally_.total());
    }

    void bend_part(const Sweep::At& at) {
        const Specimen& specimen = world_.pool[swept_[at.which]];
        Mutant mutant{specimen.bundle, any_question(specimen.bundle)};
        note(specimen, "a byte", Layer::bundle);
        if (!bend_byte(mutant.bundle, at.byte, at.op)) {
            tally_.add(to_text(specimen.type), Layer::bundle, "byte of a part", {Fate::no_form, ""},
                       "");
            return;
        }
        tally_.add(to_text(specimen.type), Layer::bundle, "byte of a part",
                   judge_bundle(world_, mutant), written(mutant.bundle));
    }

    void bend_text_byte(const Sweep::At& at) {
        const Specimen& specimen = world_.pool[swept_[at.which]];
        std::string& text = texts_[swept_[at.which]];
        if (text.empty()) text = written(specimen.bundle);
        note(specimen, "a byte of the text", Layer::file);
        const char kept = text[at.byte];
        text[at.byte] = static_cast<char>(bent(static_cast<std::uint8_t>(kept), at.op));
        tally_.add(to_text(specimen.type), Layer::file, "byte of the text",
                   judge_file(world_, text, any_question(specimen.bundle), false), text);
        text[at.byte] = kept;
    }

    void bend_text() {
        for (;;) {
            const Specimen& specimen = any_of(prng_, world_.pool);
            const TextKind& kind = text_kinds()[prng_.below(text_kinds().size())];
            std::string text = written(specimen.bundle);
            if (!kind.bend(prng_, text)) continue;
            note(specimen, kind.name, Layer::file);
            tally_.add(to_text(specimen.type), Layer::file, kind.name,
                       judge_file(world_, text, any_question(specimen.bundle), kind.must_refuse),
                       text);
            return;
        }
    }

    void bend_structure() {
        constexpr std::size_t kFamilies = 9;
        for (;;) {
            const Specimen& specimen = any_of(prng_, world_.pool);
            const auto family = static_cast<std::size_t>(prng_.below(kFamilies));
            const auto kinds = kinds_of(family);
            const Kind& kind = kinds[prng_.below(kinds.size())];
            Mutant mutant{specimen.bundle, any_question(specimen.bundle)};
            const proof::Question asked = mutant.question;
            std::snprintf(in_hand, sizeof in_hand, "(no mutant yet) %s",
                          std::string(kind.name).c_str());
            if (!kind.bend(world_, prng_, mutant)) continue;
            // Now and then one deed more.
            if (prng_.chance(1, 8)) {
                const auto more = kinds_of(static_cast<std::size_t>(prng_.below(kFamilies)));
                more[prng_.below(more.size())].bend(world_, prng_, mutant);
            }
            const bool same_question = asked.key == mutant.question.key &&
                                       asked.at_height == mutant.question.at_height &&
                                       asked.now == mutant.question.now;
            if (same_question && mutant.bundle == specimen.bundle) continue;
            judge(specimen, kind, family, mutant);
            return;
        }
    }

    void judge(const Specimen& specimen, const Kind& kind, std::size_t family,
               const Mutant& mutant) {
        Layer layer = Layer::bundle;
        Judged judged;
        const proof::Bundle& bundle = mutant.bundle;
        const std::uint64_t way = prng_.below(4);
        const chain::Header& some = any_of(prng_, world_.real.places()).header;
        const bool elsewhere = prng_.chance(1, 4);
        if (way == 0 && family <= 2 && !bundle.items.empty()) {
            layer = Layer::tree;
            // Only what was bent: the rest of a batch is as true as before.
            proof::Bundle part = bundle;
            std::erase_if(part.items, [&](const proof::MapItem& item) {
                const auto& before = specimen.bundle.items;
                return !elsewhere && std::find(before.begin(), before.end(), item) != before.end();
            });
            const chain::Header& header = specimen.bundle.final.header;
            note(specimen, kind.name, layer);
            judged = judge_tree(world_, part, elsewhere ? some.state_root : header.state_root);
        } else if (way == 0 && family == 3) {
            layer = Layer::line;
            const chain::Header& header = elsewhere ? some : specimen.bundle.final.header;
            note(specimen, kind.name, layer);
            judged = judge_line(world_, bundle, {header.log_size, header.log_root});
        } else if (way == 0 && family >= 4 && family <= 6) {
            layer = Layer::final;
            note(specimen, kind.name, layer);
            judged = judge_final(world_, bundle.final);
        } else if (way == 0 && family == 7) {
            layer = Layer::steps;
            note(specimen, kind.name, layer);
            judged = judge_steps(world_, bundle.epochs);
        } else if (way == 1 && can_be_written(bundle)) {
            layer = Layer::file;
            note(specimen, kind.name, layer);
            judged = judge_file(world_, written(bundle), mutant.question, false);
        } else {
            note(specimen, kind.name, layer);
            judged = judge_bundle(world_, mutant);
        }
        tally_.add(to_text(specimen.type), layer, kind.name, judged,
                   judged.fate == Fate::accepted_false ? written(bundle) : std::string());
    }

    Prng prng_;
    World world_;
    Tally tally_;
    std::vector<std::size_t> swept_;
    std::map<std::size_t, std::string> texts_;
};

int run(std::uint64_t mutants, std::uint64_t seed, std::size_t patents) {
    using Clock = std::chrono::steady_clock;
    const auto begun = Clock::now();
    const auto seconds = [&begun] {
        return std::chrono::duration<double>(Clock::now() - begun).count();
    };
    Forge forge(seed, patents);
    const World& world = forge.world();
    if (!world.real.is_sound() || !world.away.is_sound()) {
        std::printf("the tables are not the ledger's: a root differs\n");
        return 1;
    }
    std::printf(
        "ledger: %zu headers in %zu epochs, %zu keys, %zu log lines; %zu true proofs "
        "(%.1f s)\n",
        world.real.places().size(), world.real.committees().size(),
        world.real.table(world.real.last()).size(), world.real.lines().size(), world.pool.size(),
        seconds());
    const std::size_t refused = forge.check_originals();
    const std::size_t believed = run_named_cases(world);
    const double before = seconds();
    forge.run(mutants);
    const double took = seconds() - before;
    const SignatureCounts signatures = signature_counts();
    std::printf("%" PRIu64 " mutants of seed %" PRIu64
                " in %.1f s (%.0f/s); signature checks asked %" PRIu64 ", worked out %" PRIu64 "\n",
                forge.tally().total(), seed, took,
                static_cast<double>(forge.tally().total()) / took, signatures.asked,
                signatures.worked_out);
    std::printf("false statements believed: %" PRIu64
                "; named forgeries believed: %zu; true proofs "
                "refused: %zu\n",
                forge.tally().of(Fate::accepted_false), believed, refused);
    return forge.tally().of(Fate::accepted_false) + believed + refused == 0 ? 0 : 1;
}

}  // namespace

}  // namespace quanlu::forge

int main(int argc, char** argv) {
    std::uint64_t mutants = 20'000, seed = 1;
    std::size_t patents = 24;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
        if (std::strcmp(argv[i], "--mutants") == 0) {
            mutants = value;
        } else if (std::strcmp(argv[i], "--seed") == 0) {
            seed = value;
        } else if (std::strcmp(argv[i], "--patents") == 0 && value > 0) {
            patents = static_cast<std::size_t>(value);
        } else {
            std::fprintf(stderr, "forge_proofs [--mutants N] [--seed S] [--patents P]\n");
            return 2;
        }
    }
    for (const int signal : {SIGSEGV, SIGABRT, SIGFPE, SIGBUS})
        std::signal(signal, quanlu::forge::on_crash);
    return quanlu::forge::run(mutants, seed, patents);
}
