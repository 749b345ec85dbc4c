// forge_exports --cases N --seed S: an export made by the shipped code, altered in every named kind
// in turn, before the auditor's replay. Each must end with the verdict, the reason and the height
// that the alteration calls for. Exit 1 when one does not.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/forge/exports.h"
#include "tests/forge/memo.h"

namespace quanlu::forge {

namespace fs = std::filesystem;

namespace {

// What the auditor said.
struct Said {
    Expect::Kind kind = Expect::Kind::complete;
    std::string what;
    std::uint64_t height = 0;
    std::size_t accused = 0;
    bool accused_rightly = true;
    int exit = 0;
};

std::string_view to_text(Expect::Kind kind) {
    switch (kind) {
        case Expect::Kind::unreadable:
            return "unreadable";
        case Expect::Kind::wrong:
            return "wrong";
        case Expect::Kind::two_histories:
            return "two_histories";
        case Expect::Kind::unconfirmed:
            return "tip_unconfirmed";
        case Expect::Kind::complete:
            return "complete";
    }
    return "";
}

// Both statements are this member's, for one view, about two blocks: worked out here from the
// signatures that were made, not from the product's idea of what excludes what.
bool is_right(const audit::Accusation& one, const Base& base) {
    const chain::Member& member = base.committee.list.at(one.member);
    const chain::Vote &a = one.first.vote, &b = one.second.vote;
    return one.first.member == one.member && one.second.member == one.member && a != b &&
           a.view == b.view && a.epoch == b.epoch &&
           notary().did_sign(member.key, base.genesis.tag(), a) &&
           notary().did_sign(member.key, base.genesis.tag(), b);
}

// As `quanlu ledger replay` goes about it, with the same functions of ledger/audit.
Said replay(const Scene& scene) {
    Said said;
    auto source = audit::open_export(scene.folder.string());
    if (!source.ok()) return {Expect::Kind::unreadable, source.error(), 0, 0, true, 2};
    const auto kv = kv::make_memory_kv();
    audit::Replay run(scene.genesis, *kv,
                      [](std::size_t n, const std::function<void(std::size_t)>& work) {
                          for (std::size_t i = 0; i < n; ++i) work(i);
                      });
    const auto end = run.run(**source,
                             [&](std::uint64_t index, const std::string& line) {
                                 return (*source)->leaf_matches(index, line);
                             },
                             {});
    std::vector<Hash> at_known;
    if (scene.tip && scene.tip->height <= run.tip().header.height)
        at_known = {(*source)->block_hash(scene.tip->height)};
    audit::Report report = audit::make_report(run, end, scene.tip, at_known);
    if (end == audit::Replay::End::complete) {
        if (auto wrong = (*source)->disagreement(run.tip())) {
            report.verdict = audit::Verdict::wrong;
            report.wrong = std::move(wrong);
        }
    }
    if (scene.against_base) {
        auto second = audit::open_export(scene.base.folder.string());
        ENSURE(second.ok());
        if (const auto fork =
                audit::compare(**source, **second, run.members(), scene.genesis.tag())) {
            report.verdict = audit::Verdict::two_histories;
            report.wrong = fork->wrong;
            report.accused = fork->accused;
        }
    }
    switch (report.verdict) {
        case audit::Verdict::complete:
            said.kind = Expect::Kind::complete;
            break;
        case audit::Verdict::tip_unconfirmed:
        case audit::Verdict::interrupted:
            said.kind = Expect::Kind::unconfirmed;
            break;
        case audit::Verdict::wrong:
            said.kind = Expect::Kind::wrong;
            break;
        case audit::Verdict::two_histories:
            said.kind = Expect::Kind::two_histories;
            break;
    }
    if (report.wrong) {
        said.what = report.wrong->what;
        said.height = report.wrong->height.value;
    }
    std::set<chain::MemberIndex> accused;
    for (const audit::Accusation& one : report.accused) {
        accused.insert(one.member);
        said.accused_rightly = said.accused_rightly && is_right(one, scene.base);
    }
    said.accused = accused.size();
    said.exit = audit::exit_code(report.verdict);
    return said;
}

std::optional<std::string> difference(const Expect& expect, const Said& said) {
    if (said.kind != expect.kind) return "another verdict";
    const bool named =
        std::any_of(expect.what.begin(), expect.what.end(), [&](const std::string& what) {
            return expect.kind == Expect::Kind::unreadable
                       ? said.what.find(what) != std::string::npos
                       : said.what == what;
        });
    if (!expect.what.empty() && !named) return "another reason";
    if (expect.height && *expect.height != said.height) return "another height";
    if (said.accused < expect.accused) return "fewer members accused";
    if (!said.accused_rightly) return "an honest member accused";
    const int exit = said.kind == Expect::Kind::complete      ? 0
                     : said.kind == Expect::Kind::unconfirmed ? 3
                     : said.kind == Expect::Kind::unreadable  ? 2
                                                              : 1;
    if (said.exit != exit) return "another exit code";
    return {};
}

struct Row {
    std::uint64_t cases = 0, wrong = 0;
    std::map<std::string, std::uint64_t> outcomes;
};

std::string joined(const std::vector<std::string>& list) {
    std::string text;
    for (const std::string& one : list) text += (text.empty() ? "" : " or ") + one;
    return text;
}

int run(std::uint64_t cases, std::uint64_t seed, const std::string& only) {
    using Clock = std::chrono::steady_clock;
    const auto begun = Clock::now();
    const fs::path room =
        fs::temp_directory_path() / ("quanlu-forge-exports-" + std::to_string(::getpid()));
    fs::create_directories(room);
    const Base base = Base::make(room);
    std::vector<ExportKind> kinds(file_kinds().begin(), file_kinds().end());
    kinds.insert(kinds.end(), block_kinds().begin(), block_kinds().end());
    kinds.insert(kinds.end(), history_kinds().begin(), history_kinds().end());
    if (!only.empty())
        std::erase_if(kinds, [&](const ExportKind& kind) { return kind.name != only; });
    std::printf("export of %" PRIu64 " blocks, %zu lines, %zu bytes; %zu kinds\n", base.height(),
                base.chain.lines.size(), read_file(base.folder / "blocks" / "000001.blk").size(),
                kinds.size());
    std::map<std::string, Row> rows;
    std::uint64_t wrong = 0;
    for (std::uint64_t i = 0; i < cases && !kinds.empty(); ++i) {
        const ExportKind& kind = kinds[i % kinds.size()];
        Prng prng(seed * 1'000'003 + i);
        Scene scene{base, prng, room / "altered", base.genesis, {}, false};
        fs::remove_all(scene.folder);
        fs::copy(base.folder, scene.folder, fs::copy_options::recursive);
        scene.tip = audit::KnownTip{Height(base.height()),
                                    chain::hash_of(base.chain.blocks.back().block.header)};
        const Expect expect = kind.alter(scene);
        const Said said = replay(scene);
        Row& row = rows[std::string(kind.name)];
        ++row.cases;
        std::string outcome(to_text(said.kind));
        if (said.kind == Expect::Kind::wrong || said.kind == Expect::Kind::two_histories)
            outcome += " " + said.what;
        ++row.outcomes[outcome];
        const auto differs = difference(expect, said);
        if (!differs) continue;
        ++row.wrong;
        if (++wrong > 20) continue;
        std::printf("WRONG VERDICT: %s, seed %" PRIu64 " case %" PRIu64
                    ": %s\n  expected %s %s @%s, %zu accused\n  said     %s %s @%" PRIu64
                    ", %zu accused, exit %d\n",
                    std::string(kind.name).c_str(), seed, i, differs->c_str(),
                    std::string(to_text(expect.kind)).c_str(), joined(expect.what).c_str(),
                    expect.height ? std::to_string(*expect.height).c_str() : "any", expect.accused,
                    std::string(to_text(said.kind)).c_str(), said.what.c_str(), said.height,
                    said.accused, said.exit);
    }
    std::printf("\n%-76s %6s %6s  %s\n", "kind of alteration", "cases", "WRONG", "outcomes");
    for (const ExportKind& kind : kinds) {
        const auto found = rows.find(std::string(kind.name));
        if (found == rows.end()) continue;
        std::string outcomes;
        for (const auto& [outcome, n] : found->second.outcomes)
            outcomes += (outcomes.empty() ? "" : ", ") + outcome + " " + std::to_string(n);
        std::printf("%-76s %6" PRIu64 " %6" PRIu64 "  %s\n", found->first.c_str(),
                    found->second.cases, found->second.wrong, outcomes.c_str());
    }
    fs::remove_all(room);
    std::printf("%" PRIu64 " altered exports of seed %" PRIu64
                ", %zu kinds, %.1f s\nwrong verdicts: %" PRIu64 "\n",
                cases, seed, rows.size(),
                std::chrono::duration<double>(Clock::now() - begun).count(), wrong);
    return wrong == 0 && !rows.empty() ? 0 : 1;
}

}  // namespace

}  // namespace quanlu::forge

int main(int argc, char** argv) {
    std::uint64_t cases = 120, seed = 1;
    std::string only;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
        if (std::strcmp(argv[i], "--cases") == 0) {
            cases = value;
        } else if (std::strcmp(argv[i], "--seed") == 0) {
            seed = value;
        } else if (std::strcmp(argv[i], "--kind") == 0) {
            only = argv[i + 1];
        } else {
            std::fprintf(stderr, "forge_exports [--cases N] [--seed S] [--kind NAME]\n");
            return 2;
        }
    }
    return quanlu::forge::run(cases, seed, only);
}
