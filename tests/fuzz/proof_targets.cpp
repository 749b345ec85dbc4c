// What others are handed and what auditors read: bundles with their verdict, checkpoints, JSON
// forms of proofs, answers to batches, exports. What is accepted is true in the ledger.
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "cli/verified.h"
#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "ledger/audit/export.h"
#include "ledger/log/block_log.h"
#include "ledger/log/posix_disk.h"
#include "ledger/proof/checkpoint.h"
#include "ledger/proof/forms.h"
#include "ledger/proof/report.h"
#include "ledger/proof/verify.h"
#include "tests/fuzz/targets.h"
#include "tests/fuzz/world.h"

namespace quanlu::fuzz {

namespace {

// Is everything that the bundle says so, in the ledger itself?
bool is_true(const proof::Bundle& bundle) {
    const World& all = world();
    const auto at = std::find(all.headers.begin(), all.headers.end(), bundle.final.header);
    if (at == all.headers.end() || bundle.chain_id != all.genesis.chain_id) return false;
    const chain::Writes& map = all.maps[static_cast<std::size_t>(at - all.headers.begin())];
    for (const proof::MapItem& item : bundle.items) {
        const auto found = map.find(item.key);
        const bool present = found != map.end();
        if (present != item.value.has_value() || (present && *found->second != *item.value))
            return false;
    }
    return !bundle.log || (bundle.log->proof.index < at->log_size &&
                           all.leaves[bundle.log->proof.index] == bundle.log->line);
}

void judge(const proof::Bundle& bundle, std::string_view property) {
    proof::Question question;
    question.now = world().now();
    const proof::Verdict verdict = proof::verify(bundle, world().genesis, question);
    const bool valid = verdict.answer == proof::Answer::valid;
    const bool holds = valid || verdict.answer == proof::Answer::stale;
    must(!holds || is_true(bundle), property);
    must(holds == (proof::exit_code(verdict) != 1), "verdict: the exit code says the same");
    must(holds || !verdict.reason.empty(), "verdict: an invalid one has a reason");
    const std::string json = json::write(proof::to_json(verdict));
    must(json::parse(json, 64 << 20).ok(), "verdict: its JSON is of the house profile");
    must(!proof::to_lines(verdict, question, proof::Tongue::zh).empty(), "verdict: has words");
    if (!holds) return;
    question.key = "right/none";
    question.at_height = verdict.height.next();
    const auto other = proof::verify(bundle, world().genesis, question).answer;
    must(other == proof::Answer::other_key || other == proof::Answer::other_height,
         "verdict: no answer to another question");
}

std::string some_right() {
    for (const auto& [key, value] : world().maps.back()) {
        if (key.starts_with("right/")) return key;
    }
    ENSURE(false);
}

proof::SignedCheckpoint note_of(std::size_t signers) {
    const World& all = world();
    proof::SignedCheckpoint note;
    note.checkpoint = {proof::origin_of(all.genesis.chain_id), all.headers.back().log_size,
                       all.headers.back().log_root};
    for (std::size_t i = 0; i < signers; ++i)
        note.signatures.push_back(
            proof::sign_checkpoint(note.checkpoint, all.genesis.members[i].name, member_key(i)));
    return note;
}

}  // namespace

void fuzz_bundle(Input input) {
    const auto bundle = proof::parse_bundle(text_of(input));
    if (!bundle.ok()) {
        must(!bundle.error().empty(), "bundle: a refusal has a reason");
        return;
    }
    accepted();
    const json::Value document = proof::to_json(*bundle);
    const auto value = json::parse(text_of(input), proof::kBundleBytesMax);
    must(value.ok() && *value == document, "bundle: one spelling");
    const auto again = proof::bundle_from_json(document);
    must(again.ok() && *again == *bundle, "bundle: what is written reads the same");
    judge(*bundle, "bundle: what is found valid is true");
}

void seed_bundle(Seeds& seeds) {
    const World& all = world();
    const Height tip = all.headers.back().height;
    const std::string right = some_right();
    const auto add = [&](const char* name, const proof::Bundle& bundle) {
        seeds.add(name, json::write(proof::to_json(bundle)));
    };
    add("record", all.bundle({right}, tip));
    add("absence", all.bundle({"right/patent:none"}, tip));
    add("older", all.bundle({right}, Height(2)));
    add("batch", all.bundle({right, "invfp/none"}, tip));
    for (std::size_t i = 0; i < all.leaves.size(); ++i) {
        if (all.leaves[i].size() > 2'500 ||
            all.leaves[i].find("\"kind\":\"tx\"") == std::string::npos)
            continue;
        add("tx", all.tx_bundle(i));
        break;
    }
    proof::Bundle path = all.bundle({"right/patent:none"}, tip.prev());
    path.final.path.push_back(all.headers.back());
    path.final.finalization = *all.blocks.back().finalization;
    path.note = "seed";
    add("path", path);
}

void fuzz_checkpoint(Input input) {
    const std::string text = text_of(input);
    const auto note = proof::parse_checkpoint(text);
    if (!note.ok()) {
        must(!note.error().empty(), "checkpoint: a refusal has a reason");
        return;
    }
    accepted();
    must(proof::write_checkpoint(*note) == text, "checkpoint: one spelling");
    must(note->signatures.size() <= proof::kNoteSignaturesMax, "checkpoint: bounded");
    const auto signers = proof::checkpoint_signers(*note, world().genesis.member_set());
    must(!signers || signers->empty() || note->checkpoint == note_of(0).checkpoint,
         "checkpoint: what members are found to have signed they did sign");
}

void seed_checkpoint(Seeds& seeds) {
    seeds.add("quorum", proof::write_checkpoint(note_of(3)));
    proof::SignedCheckpoint note = note_of(1);
    note.signatures.push_back({"witness.example", 0x01020304, Bytes(65, 9)});
    seeds.add("witness", proof::write_checkpoint(note));
}

void fuzz_proof_forms(Input input) {
    const std::string text = text_of(input);
    if (const auto header = proof::header_from_text(text)) {
        accepted();
        must(proof::header_text(*header) == text, "header text: one spelling");
    }
    const auto value = json::parse(text);
    if (!value.ok()) return;
    const World& all = world();
    const chain::Header& tip = all.headers.back();
    if (const auto cert = proof::quorum_cert_from_json(*value)) {
        accepted();
        must(proof::to_json(*cert) == *value, "certificate JSON: one spelling");
        (void)check(*cert, all.genesis.member_set(), all.genesis.tag());
    }
    if (const auto tree = proof::tree_proof_from_json(*value)) {
        accepted();
        must(proof::to_json(*tree) == *value, "tree proof: one spelling");
        for (const std::string& key : {some_right(), std::string("right/patent:none")}) {
            const auto found = all.maps.back().find(key);
            const bool present = found != all.maps.back().end();
            must(!present || !proof::verify_absent(*tree, key, tip.state_root),
                 "tree proof: what is there is not proven absent");
            const std::string other = present ? json::write(*found->second) + " " : "{}";
            must(!proof::verify_present(*tree, key, other, tip.state_root),
                 "tree proof: no other value is proven");
        }
    }
    if (const auto inclusion = proof::log_inclusion_from_json(*value)) {
        accepted();
        must(proof::to_json(*inclusion) == *value, "log inclusion: one spelling");
        for (const std::size_t i : {std::size_t{0}, all.leaves.size() - 1}) {
            const bool holds =
                proof::verify_line(*inclusion, all.leaves[i], {tip.log_size, tip.log_root});
            must(!holds || inclusion->index == i, "log inclusion: a line stands in its place");
        }
    }
    if (const auto growth = proof::log_consistency_from_json(*value)) {
        accepted();
        must(proof::to_json(*growth) == *value, "log consistency: one spelling");
        const chain::Header& older = all.headers[2];
        must(!proof::verify_growth(*growth, {older.log_size, tip.log_root},
                                   {tip.log_size, tip.log_root}),
             "log consistency: not of another older log");
    }
}

void seed_proof_forms(Seeds& seeds) {
    const World& all = world();
    const proof::Bundle record = all.bundle({some_right()}, all.headers.back().height);
    const proof::Bundle absence = all.bundle({"right/patent:none"}, all.headers.back().height);
    seeds.add("header", proof::header_text(all.headers.back()));
    seeds.add("cert", json::write(proof::to_json(*all.blocks.back().finalization)));
    seeds.add("tree-record", json::write(proof::to_json(record.items[0].proof)));
    seeds.add("tree-absence", json::write(proof::to_json(absence.items[0].proof)));
    seeds.add("inclusion", json::write(proof::to_json(all.tx_bundle(0).log->proof)));
    seeds.add("inclusion-last",
              json::write(proof::to_json(all.tx_bundle(all.leaves.size() - 1).log->proof)));
    const state::View view(all.kv);
    const std::uint64_t older = all.headers[2].log_size, newer = all.headers.back().log_size;
    seeds.add("consistency", json::write(proof::to_json(proof::LogConsistency{
                                 older, newer, *view.log_consistency(older, newer)})));
}

void fuzz_batch_answer(Input input) {
    static const std::vector<std::string> keys = {some_right(), "invfp/none"};
    const std::optional<Height> heights[] = {std::nullopt, world().headers.back().height};
    bool is_refused = false;
    for (const auto& height : heights) {
        // What is refused whatever the height is asked about with a height too, one time in eight.
        if (is_refused && input.size() % 8 != 0) return;
        const auto proven = cli::verify_batch(text_of(input), keys, world().genesis, height, false);
        if (!proven.ok()) {
            must(!proven.error().code.empty(), "answer: a refusal has a code");
            is_refused = true;
            continue;
        }
        must(!is_refused, "answer: a narrower question proves nothing more");
        accepted();
        must(is_true(proven->bundle) && proven->bundle.items.size() == keys.size(),
             "answer: what is found proven is true and about what was asked");
        (void)cli::trust_line(*proven);
    }
}

void seed_batch_answer(Seeds& seeds) {
    const World& all = world();
    const proof::Bundle bundle =
        all.bundle({some_right(), "invfp/none"}, all.headers.back().height);
    json::Array items;
    for (const proof::MapItem& item : bundle.items)
        items.push_back(json::Object{{"key", item.key}, {"trust", "proven"}});
    seeds.add("answer", json::write(json::Object{{"as_of", json::Object{{"height", 1}}},
                                                 {"items", std::move(items)},
                                                 {"bundle", proof::to_json(bundle)}}));
}

// Mode: bit 0 set: the manifest is the input; else the lines' file is, with a manifest made for it.
void fuzz_export_folder(Input input) {
    const Moded in = moded(input);
    static const std::string folder = [] {
        const std::string path = scratch() + "/export";
        std::filesystem::create_directories(path + "/blocks");
        auto disk = log::PosixDisk::open(path + "/blocks");
        ENSURE(disk.ok());
        log::BlockLog blocks(*disk);
        (void)blocks.open({});
        (void)blocks.append(world().blocks.front());
        (void)blocks.sync();
        return path;
    }();
    const auto entry = [&](const std::string& name, Input bytes) {
        return json::Value(json::Object{{"name", name},
                                        {"bytes", static_cast<std::int64_t>(bytes.size())},
                                        {"sha256", to_hex(crypto::sha256(bytes))}});
    };
    static bool has_lines = true;
    if (in.mode % 2 == 1) {
        if (has_lines) write_scratch("export/leaves.ndjson.zst", {});
        has_lines = false;
        write_scratch("export/manifest.json", in.rest);
    } else {
        write_scratch("export/leaves.ndjson.zst", in.rest);
        has_lines = true;
        static const Bytes blocks = [] {
            auto disk = log::PosixDisk::open(folder + "/blocks");
            return *disk->read("000001.blk", 0, 1 << 20);
        }();
        static const json::Value blocks_entry = entry("blocks/000001.blk", blocks);
        const std::string manifest = json::write(json::Object{
            {"version", 1},
            {"files", json::Array{blocks_entry, entry("leaves.ndjson.zst", in.rest)}}});
        write_scratch("export/manifest.json", as_bytes(manifest));
    }
    const auto opened = audit::open_export(folder);
    if (!opened.ok()) {
        must(!opened.error().empty(), "export: a refusal has a reason");
        return;
    }
    accepted();
    audit::Export& one = **opened;
    must(one.height() == Height(1), "export: the blocks are those of the folder");
    for (std::size_t i = 0; i < 4; ++i) (void)one.leaf_matches(i, world().leaves[i]);
    execution::Tip tip;
    tip.header = world().headers[1];
    tip.hash = chain::hash_of(tip.header);
    (void)one.disagreement(tip);
}

void seed_export_folder(Seeds& seeds) {
    const std::string manifest = json::write_pretty(json::Object{
        {"version", 1},
        {"height", 1},
        {"files", json::Array{json::Object{{"name", "blocks/000001.blk"},
                                           {"bytes", 1},
                                           {"sha256", std::string(64, '0')}},
                              json::Object{{"name", "leaves.ndjson.zst"},
                                           {"bytes", 0},
                                           {"sha256", to_hex(crypto::sha256(BytesView{}))}}}}});
    seeds.add_mode("manifest", 1, as_bytes(manifest));
    seeds.add_mode("no-lines", 0, {});
    // One zstd frame around raw blocks of the first lines: magic, descriptor, raw block headers.
    Bytes frame{0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58};
    const std::string text = world().leaves[0] + "\n" + world().leaves[1] + "\n";
    const auto size = static_cast<std::uint32_t>(text.size());
    const std::uint32_t head = size << 3 | 1;
    for (int shift = 0; shift < 24; shift += 8)
        frame.push_back(static_cast<std::uint8_t>(head >> shift));
    append(frame, as_bytes(text));
    seeds.add_mode("lines", 0, frame);
}

}  // namespace quanlu::fuzz
