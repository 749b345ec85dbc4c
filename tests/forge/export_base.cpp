// See exports.h.
#include <zstd.h>

#include <fstream>
#include <sstream>

#include "crypto/base/encode.h"
#include "ledger/log/block_log.h"
#include "ledger/log/posix_disk.h"
#include "tests/forge/exports.h"

namespace quanlu::forge {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPatents = 6, kBlockTxs = 4;

// A transaction that the registry refuses and that stands in a block all the same.
execution::TxPtr refused_tx(const chain::Genesis& genesis, std::size_t serial) {
    chain::TxDraft draft;
    draft.iss = "bank";
    draft.jti = "refused-" + std::to_string(serial);
    draft.act = "pledge.sign";
    draft.rec = "PL-00000000-0000";
    draft.iat = bench::kStart / 1'000 - 30;
    draft.exp = draft.iat + 600;
    auto tx = chain::parse_tx(chain::sign_tx(bench::key_numbered(1, 2), genesis.chain_id, draft),
                              genesis.chain_id);
    ENSURE(tx.ok());
    return std::make_shared<const chain::Tx>(*std::move(tx));
}

std::vector<Plan> plans_of(const bench::Office& office) {
    std::vector<Plan> plans;
    for (const bench::Office::Made& made : office.blocks()) {
        Plan plan;
        plan.txs = made.txs;
        const std::size_t n = plans.size();
        if (n % 3 == 1) plan.txs.push_back(refused_tx(office.genesis(), n));
        if (n % 4 == 2) plan.failed_views = 1 + static_cast<unsigned>(n % 3);
        plan.finalized = n % 5 != 3;
        plans.push_back(std::move(plan));
    }
    plans.back().finalized = true;
    return plans;
}

json::Value entry_of(const fs::path& folder, const std::string& name) {
    const std::string content = read_file(folder / name);
    return json::Object{{"name", name},
                        {"bytes", static_cast<std::int64_t>(content.size())},
                        {"sha256", to_hex(crypto::sha256(as_bytes(content)))}};
}

const audit::ForEach kInOrder = [](std::size_t n, const std::function<void(std::size_t)>& work) {
    for (std::size_t i = 0; i < n; ++i) work(i);
};

// Entries with right places and checksums, whatever heights the blocks name.
void write_blocks(const fs::path& folder, const Blocks& blocks) {
    fs::remove_all(folder);
    auto disk = log::PosixDisk::open(folder.string());
    ENSURE(disk.ok());
    log::EntryFile file(*disk, {".blk", 64 * 1024 * 1024, true});
    ENSURE(file.scan([](std::uint8_t, std::uint64_t, BytesView, const log::EntryAt&) {}).kind ==
           log::ScanEnd::Kind::clean);
    for (const chain::FinalBlock& block : blocks)
        ENSURE(file.append(log::kEntryFinalBlock, log::encode(block)).ok());
}

}  // namespace

chain::QuorumCert nullification(const chain::ChainTag& tag, View view, const Committee& committee,
                                const Signers& signers) {
    chain::Header header;
    header.chain = tag;
    header.view = view;
    return certify(header, committee, signers, chain::VoteKind::nullify);
}

Chain::Chain(const chain::Genesis& genesis, const Committee& committee)
    : genesis_(genesis),
      committee_(committee),
      kv_(kv::make_memory_kv()),
      store_(std::make_unique<state::Store>(*kv_)),
      tip_(*execution::genesis_tip(genesis, *store_)) {
    store_->commit(tip_.state, {Height(0), tip_.hash, tip_.header.state_root, tip_.log}, {}, {});
    tip_.state = store_->final_version();
}

void Chain::add(const Plan& plan, const Signers& signers) {
    chain::FinalBlock made;
    chain::Header header;
    header.epoch = tip_.header.epoch;
    header.view = tip_.header.view.next();
    for (unsigned i = 0; i < plan.failed_views; ++i) {
        made.block.justification.skipped.push_back(
            nullification(genesis_.tag(), header.view, committee_, signers));
        header.view = header.view.next();
    }
    header.time = UnixMillis{bench::kStart + static_cast<std::int64_t>(blocks.size()) * 10};
    header.proposer = static_cast<chain::MemberIndex>(header.view.value % committee_.list.size());
    std::vector<execution::LeftOut> left_out;
    execution::Executed executed =
        execution::build(tip_, genesis_.params, header, plan.txs, *store_, left_out);
    made.block.header = executed.tip.header;
    for (const execution::TxPtr& tx : executed.txs) made.block.body.push_back(tx->jws);
    made.block.justification.parent = notarized_;
    if (plan.finalized) made.finalization = certify(made.block.header, committee_, signers);
    notarized_ = certify(made.block.header, committee_, signers, chain::VoteKind::notarize);
    const std::size_t before = executed.leaves.size() - executed.outcomes.size();
    for (std::size_t i = 0; i < executed.leaves.size(); ++i) {
        lines.push_back(executed.leaves[i]);
        height_of_line.push_back(made.block.header.height.value);
        refused_line.push_back(i >= before && !executed.outcomes[i - before].ok());
    }
    execution::commit(executed, *store_, {});
    tip_ = executed.tip;
    tip_.state = store_->final_version();
    blocks.push_back(std::move(made));
}

Base Base::make(const fs::path& room) {
    bench::Office office(kBlockTxs);
    office.file(kPatents);
    const Committee committee = make_committee(2, 0, 4);
    Base base{office.genesis(),
              committee,
              make_committee(9, 0, 4),
              plans_of(office),
              Chain(office.genesis(), committee),
              room,
              room / "export"};
    std::size_t n = 0;
    for (const Plan& plan : base.plans) {
        base.chain.add(plan, ++n % 3 == 0 ? Signers{0, 1, 2, 3} : Signers{0, 1, 2});
    }
    fs::create_directories(room / "data");
    write_blocks(room / "data" / "blocks", base.chain.blocks);
    const auto kv = kv::make_memory_kv();
    const auto done =
        audit::export_ledger((room / "data").string(), base.folder.string(), base.genesis, *kv,
                             kInOrder, [](const audit::Progress&) { return true; });
    ENSURE(done.ok(), done.ok() ? "" : done.error());
    return base;
}

Chain Base::forked(std::uint64_t from, const std::vector<Plan>& rest,
                   const Signers& signers) const {
    Chain other(genesis, committee);
    for (std::size_t i = 0; i + 1 < from; ++i)
        other.add(plans[i], (i + 1) % 3 == 0 ? Signers{0, 1, 2, 3} : Signers{0, 1, 2});
    for (const Plan& plan : rest) other.add(plan, signers);
    return other;
}

Expect unreadable(std::string part) {
    return {Expect::Kind::unreadable, {std::move(part)}, {}, 0};
}
Expect wrong(std::string what, std::uint64_t height) {
    return {Expect::Kind::wrong, {std::move(what)}, height, 0};
}
Expect complete() {
    return {Expect::Kind::complete, {}, {}, 0};
}

std::uint64_t Scene::some_height() {
    for (;;) {
        const std::uint64_t height = 3 + prng.below(base.height() - 4);
        const chain::FinalBlock& block = base.chain.blocks[height - 1];
        if (block.finalization && block.block.body.size() > 2) return height;
    }
}

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    ENSURE(file.good(), path.string());
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

void write_file(const fs::path& path, const std::string& content) {
    std::ofstream file(path, std::ios::binary);
    file << content;
    file.flush();
    ENSURE(file.good(), path.string());
}

fs::path Scene::block_file() const {
    return folder / "blocks" / "000001.blk";
}
fs::path Scene::leaves_file() const {
    return folder / "leaves.ndjson.zst";
}

json::Value Scene::manifest() const {
    return *json::parse(read_file(folder / "manifest.json"), 1024 * 1024);
}
void Scene::set_manifest(const json::Value& manifest) {
    write_file(folder / "manifest.json", json::write_pretty(manifest));
}

void Scene::refit() {
    json::Value manifest = this->manifest();
    json::Array files;
    std::set<std::string> names;
    for (const auto& one : fs::directory_iterator(folder / "blocks"))
        names.insert("blocks/" + one.path().filename().string());
    for (const std::string& name : names) files.push_back(entry_of(folder, name));
    files.push_back(entry_of(folder, "leaves.ndjson.zst"));
    manifest.set("files", std::move(files));
    set_manifest(manifest);
}

void Scene::write_lines(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    const std::size_t size =
        ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3);
    ENSURE(ZSTD_isError(size) == 0);
    packed.resize(size);
    write_file(leaves_file(), packed);
    refit();
}

void Scene::write(const Blocks& blocks, const std::vector<std::string>& lines) {
    write_blocks(folder / "blocks", blocks);
    json::Value claims = manifest();
    const chain::Header& last = blocks.back().block.header;
    claims.set("height", last.height.value);
    claims.set("tip", to_hex(chain::hash_of(last)));
    claims.set("state_root", to_hex(last.state_root));
    claims.set("log_root", to_hex(last.log_root));
    claims.set("log_size", last.log_size);
    set_manifest(claims);
    write_lines(lines);
}

std::vector<std::size_t> entry_offsets(const std::string& blocks) {
    constexpr std::size_t kAround = 85;  // bytes of an entry around its payload
    std::vector<std::size_t> offsets{0};
    while (offsets.back() + kAround <= blocks.size()) {
        std::size_t length = 0;
        for (std::size_t i = 0; i < 4; ++i)
            length = length << 8 | static_cast<std::uint8_t>(blocks[offsets.back() + i]);
        offsets.push_back(offsets.back() + kAround + length);
    }
    return offsets;
}

void recertify(const Base& base, Blocks& blocks, std::size_t at, const Signers& signers) {
    for (std::size_t i = at; i < blocks.size(); ++i) {
        chain::Block& block = blocks[i].block;
        if (i > at) {
            block.header.parent = chain::hash_of(blocks[i - 1].block.header);
            block.justification.parent = certify(blocks[i - 1].block.header, base.committee,
                                                 signers, chain::VoteKind::notarize);
        }
        if (blocks[i].finalization)
            blocks[i].finalization = certify(block.header, base.committee, signers);
    }
}

}  // namespace quanlu::forge
