// Exports to forge from: a ledger carried out by the shipped executor, with refused transactions,
// failed views and blocks that the next one makes final; an alteration of it; and what an auditor
// must say about that.
#pragma once

#include <filesystem>
#include <span>

#include "ledger/audit/export.h"
#include "ledger/audit/report.h"
#include "tests/forge/ledger.h"
#include "tests/sim/prng.h"

namespace quanlu::forge {

using sim::Prng;
using Blocks = std::vector<chain::FinalBlock>;
using Signers = std::vector<std::size_t>;

// One block as it is planned: what goes in, how many views fail before it, whether it gets a
// finalization of its own.
struct Plan {
    std::vector<execution::TxPtr> txs;
    unsigned failed_views = 0;
    bool finalized = true;
};

// A ledger in the making, by the shipped executor.
class Chain {
public:
    Chain(const chain::Genesis& genesis, const Committee& committee);
    // Carries out what is admissible of it and has it signed by these members.
    void add(const Plan& plan, const Signers& signers);

    Blocks blocks;
    std::vector<std::string> lines;
    std::vector<std::uint64_t> height_of_line;
    std::vector<bool> refused_line;  // of a transaction that was refused

private:
    chain::Genesis genesis_;
    const Committee& committee_;
    std::unique_ptr<kv::KvStore> kv_;
    std::unique_ptr<state::Store> store_;
    execution::Tip tip_;
    std::optional<chain::QuorumCert> notarized_;
};

chain::QuorumCert nullification(const chain::ChainTag& tag, View view, const Committee& committee,
                                const Signers& signers);

struct Base {
    chain::Genesis genesis;
    Committee committee, strangers;
    std::vector<Plan> plans;
    Chain chain;
    std::filesystem::path room;    // a folder of our own
    std::filesystem::path folder;  // the export as the shipped code makes it

    static Base make(const std::filesystem::path& room);
    [[nodiscard]] std::uint64_t height() const { return chain.blocks.size(); }
    // The same ledger up to below `from`, then other plans, signed by these.
    [[nodiscard]] Chain forked(std::uint64_t from, const std::vector<Plan>& rest,
                               const Signers& signers) const;
};

// What an auditor must say.
struct Expect {
    enum class Kind { unreadable, wrong, two_histories, unconfirmed, complete };
    Kind kind = Kind::wrong;
    std::vector<std::string> what;  // one of these; for unreadable files a part of the text
    std::optional<std::uint64_t> height;
    std::size_t accused = 0;  // at least so many members
};
Expect unreadable(std::string part);
Expect wrong(std::string what, std::uint64_t height);
Expect complete();

// One altered export and what the auditor is given with it.
struct Scene {
    const Base& base;
    Prng& prng;
    std::filesystem::path folder;  // a copy of base.folder, to alter
    chain::Genesis genesis;
    std::optional<audit::KnownTip> tip;
    bool against_base = false;

    // A height whose block has a finalization and transactions, with blocks before and after it.
    std::uint64_t some_height();
    // Writes these blocks with right checksums, and lines and manifest that fit them.
    void write(const Blocks& blocks, const std::vector<std::string>& lines);
    void write(const Blocks& blocks) { write(blocks, base.chain.lines); }
    void write_lines(const std::vector<std::string>& lines);
    // Makes the manifest's list fit the files again.
    void refit();
    [[nodiscard]] json::Value manifest() const;
    void set_manifest(const json::Value& manifest);
    [[nodiscard]] std::filesystem::path block_file() const;
    [[nodiscard]] std::filesystem::path leaves_file() const;
};

std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, const std::string& content);
// Where the entry of each height begins in the block file; one more for the end.
std::vector<std::size_t> entry_offsets(const std::string& blocks);
// Signs block `at` and all after it anew, each tied to the one before.
void recertify(const Base& base, Blocks& blocks, std::size_t at, const Signers& signers);

struct ExportKind {
    std::string_view name;
    Expect (*alter)(Scene& scene);
};
std::span<const ExportKind> file_kinds();     // files, manifest, lines
std::span<const ExportKind> block_kinds();    // blocks, with every hash made to fit
std::span<const ExportKind> history_kinds();  // other histories, and where a ledger ends

}  // namespace quanlu::forge
