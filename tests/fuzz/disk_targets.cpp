// What stands on disk: block log, vote log, nodes and records of the state database, index records.
#include "crypto/hash.h"
#include "ledger/execution/window.h"
#include "ledger/index/index.h"
#include "ledger/log/block_log.h"
#include "ledger/log/journal.h"
#include "ledger/state/records.h"
#include "tests/fuzz/targets.h"
#include "tests/fuzz/world.h"
#include "tests/include/memory_disk.h"

namespace quanlu::fuzz {

namespace {

// Gives every entry of a segment the checksums that fit what stands there.
Bytes resealed(Bytes bytes) {
    constexpr std::size_t kHead = 4 + 1 + 8 + 8 + 32, kSum = 32;
    Hash chain;
    for (std::size_t at = 0; at + kHead + kSum <= bytes.size();) {
        const std::size_t length = Reader(BytesView(bytes).subspan(at)).u32();
        if (length > bytes.size() - at - kHead - kSum) break;
        const auto entry = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        std::copy(chain.bytes.begin(), chain.bytes.end(), entry + 21);
        chain = crypto::sha256(BytesView(bytes).subspan(at, kHead + length));
        std::copy(chain.bytes.begin(), chain.bytes.end(),
                  entry + static_cast<std::ptrdiff_t>(kHead + length));
        at += kHead + length + kSum;
    }
    return bytes;
}

// Mode 0: the bytes of a segment. Mode 1: entries as type u8, length u16, payload, which are
// written with right checksums, so that mutants reach the payloads. Mode 2: a segment whose
// checksums are made to fit, so that mutants reach the other fields.
void put_segment(MemoryDisk& disk, Input input, const std::string& suffix, bool chained) {
    const Moded in = moded(input);
    if (in.mode % 3 != 1) {
        const Bytes bytes = to_bytes(in.rest);
        disk.files["000001" + suffix] = in.mode % 3 == 2 ? resealed(bytes) : bytes;
        return;
    }
    log::EntryFile file(disk, {suffix, 64 * 1024 * 1024, chained});
    (void)file.scan([](std::uint8_t, std::uint64_t, BytesView, const log::EntryAt&) {});
    Reader rest(in.rest);
    while (rest.ok() && rest.left() > 0) {
        const std::uint8_t type = rest.u8();
        const BytesView payload = rest.raw(std::min<std::size_t>(rest.u16(), rest.left()));
        must(file.append(type, payload).ok(), "log: an append to memory");
    }
}

void add_entry(Writer& out, std::uint8_t type, BytesView payload) {
    out.u8(type);
    out.u16(static_cast<std::uint16_t>(payload.size()));
    out.raw(payload);
}

const Hash& chain_id() {
    return world().genesis.chain_id;
}
const crypto::PublicKey& own_key() {
    return world().genesis.members.front().key;
}

bool same(const log::JournalContent& a, const log::JournalContent& b) {
    if (a.votes != b.votes || a.certs != b.certs || a.evidence != b.evidence ||
        a.bodies.size() != b.bodies.size())
        return false;
    for (std::size_t i = 0; i < a.bodies.size(); ++i) {
        if (encoded(a.bodies[i]) != encoded(b.bodies[i])) return false;
    }
    return true;
}

}  // namespace

void fuzz_final_block(Input input) {
    const auto block = log::decode_final_block(input);
    if (!block.ok()) return;
    accepted();
    must(equal(log::encode(*block), input), "final block: one encoding");
}

void seed_final_block(Seeds& seeds) {
    chain::FinalBlock block = world().blocks.at(2);
    seeds.add("final", log::encode(block));
    block.finalization.reset();
    seeds.add("covered", log::encode(block));
}

void fuzz_block_log(Input input) {
    MemoryDisk disk;
    put_segment(disk, input, ".blk", true);
    const std::size_t before = disk.files.empty() ? 0 : disk.files.begin()->second.size();
    log::EntryFile entries(disk, {".blk", 64 * 1024 * 1024, true});
    std::uint64_t places = 0;
    (void)entries.scan([&](std::uint8_t, std::uint64_t position, BytesView, const log::EntryAt&) {
        must(position == places++, "log: entries stand in their places, none left out");
    });
    std::vector<Bytes> seen;
    log::BlockLog blocks(disk);
    const log::ScanEnd end =
        blocks.open([&](const chain::FinalBlock& block) { seen.push_back(log::encode(block)); });
    must(blocks.height().value == seen.size(), "block log: its height is what was read");
    if (end.kind == log::ScanEnd::Kind::corrupt) {
        must(!end.what.empty(), "block log: damage is named");
        return;
    }
    if (!seen.empty()) accepted();
    for (std::size_t i = 0; i < seen.size(); ++i) {
        const auto block = blocks.at(Height(i + 1));
        must(block && log::encode(*block) == seen[i], "block log: reading again gives the same");
    }
    if (end.kind == log::ScanEnd::Kind::torn) {
        must(end.where.offset < before, "block log: the torn tail begins inside the file");
        must(blocks.cut_torn_tail().ok(), "block log: a torn tail can be cut");
    }
    // What was read goes on: one more block, and all of it reads clean.
    chain::FinalBlock next = world().blocks.front();
    next.block.header.height = blocks.height().next();
    must(blocks.append(next).ok() && blocks.sync().ok(), "block log: it can be appended to");
    log::BlockLog again(disk);
    must(
        again.open({}).kind == log::ScanEnd::Kind::clean && again.height().value == seen.size() + 1,
        "block log: after an append it reads clean");
}

void seed_block_log(Seeds& seeds) {
    MemoryDisk disk;
    log::BlockLog blocks(disk);
    (void)blocks.open({});
    Writer open;
    std::size_t bytes = 0;
    for (chain::FinalBlock block : world().blocks) {
        block.block.header.height = blocks.height().next();
        block.block.body.resize(block.block.header.height.value % 2);
        block.block.header.tx_count = static_cast<std::uint32_t>(block.block.body.size());
        block.block.header.txs_hash = chain::txs_hash(chain::tx_hashes(block.block.body));
        bytes += log::encode(block).size() + 128;
        if (bytes > 7'000) break;
        (void)blocks.append(block);
        add_entry(open, log::kEntryFinalBlock, log::encode(block));
    }
    const Bytes whole = disk.files.at("000001.blk");
    seeds.add_mode("clean", 0, whole);
    seeds.add_mode("sealed", 2, whole);
    seeds.add_mode("torn", 0, BytesView(whole).first(whole.size() - 40));
    seeds.add_mode("open", 1, open.bytes());
    seeds.add_mode("empty", 0, {});
}

void fuzz_journal(Input input) {
    MemoryDisk disk;
    put_segment(disk, input, ".jnl", false);
    log::Journal journal(disk, chain_id(), own_key());
    const auto content = journal.open();
    must(content.ok(), "journal: a disk without errors gives content");
    if (content->state != log::JournalContent::State::intact) return;
    accepted();
    // Read once more after the torn tail was cut: the same, and clean.
    log::Journal again(disk, chain_id(), own_key());
    const auto reread = again.open();
    must(reread.ok() && reread->state == log::JournalContent::State::intact &&
             reread->end.kind == log::ScanEnd::Kind::clean && same(*content, *reread),
         "journal: reading again gives the same");
    // Written anew, entry by entry: the same.
    MemoryDisk other;
    log::Journal copy(other, chain_id(), own_key());
    (void)copy.open();
    bool ok = copy.create().ok();
    for (const auto& vote : content->votes) ok = ok && copy.add_vote(vote).ok();
    for (const auto& cert : content->certs) ok = ok && copy.add_cert(cert).ok();
    for (const auto& body : content->bodies) ok = ok && copy.add_body(body).ok();
    for (const auto& [first, second] : content->evidence)
        ok = ok && copy.add_evidence(first, second).ok();
    must(ok && copy.raise_floor(View(2)).ok() && copy.sync().ok(), "journal: it can be written");
    log::Journal written(other, chain_id(), own_key());
    const auto read = written.open();
    must(read.ok() && same(*content, *read), "journal: what is written reads the same");
}

void seed_journal(Seeds& seeds) {
    const World& all = world();
    const Hash block = chain::hash_of(all.headers.back());
    const auto first = vote_of(chain::VoteKind::notarize, View(3), block, 0);
    const auto second = vote_of(chain::VoteKind::notarize, View(3), all.genesis.chain_id, 0);
    Writer identity, evidence, open;
    identity.hash(chain_id());
    identity.raw(own_key());
    encode(evidence, first);
    encode(evidence, second);
    add_entry(open, 1, identity.bytes());
    add_entry(open, 2, encoded(first));
    add_entry(open, 3, encoded(*all.blocks.back().finalization));
    add_entry(open, 4, encoded(all.blocks.at(1).block));
    add_entry(open, 5, evidence.bytes());
    seeds.add_mode("open", 1, open.bytes());
    Bytes mode{1};
    append(mode, open.bytes());
    MemoryDisk disk;
    put_segment(disk, mode, ".jnl", false);
    const Bytes whole = disk.files.at("000001.jnl");
    seeds.add_mode("clean", 0, whole);
    seeds.add_mode("sealed", 2, whole);
    seeds.add_mode("torn", 0, BytesView(whole).first(whole.size() - 20));
}

void fuzz_state_node(Input input) {
    auto node = state::decode_node(input);
    if (!node) return;
    accepted();
    must(equal(encode(*node), input), "state node: one encoding");
    for (unsigned i = 0; i < 16; ++i)
        must(static_cast<unsigned>(node->child(i).kind) <= 2, "state node: children of a kind");
    auto again = state::decode_node(encode(*node));
    must(again && again->hash() == node->hash(), "state node: one hash");
}

void seed_state_node(Seeds& seeds) {
    std::size_t n = 0;
    const Bytes from{kv::kHistoryTag}, to{kv::kHistoryTag + 1};
    world().kv->scan(from, to, [&](BytesView key, BytesView value) {
        if (key.size() > 9 && key[9] == 'n' && ++n % 7 == 1)
            seeds.add("node-" + std::to_string(n), to_bytes(value));
        return n < 40;
    });
}

void fuzz_state_record(Input input) {
    const Moded in = moded(input);
    if (in.mode % 3 == 0) {  // the root of a height
        Reader rest(in.rest);
        const state::Child root = state::decode_root(rest);
        if (!rest.done()) return;
        accepted();
        must(equal(encoded(root), in.rest), "state root: one encoding");
    } else if (in.mode % 3 == 1) {  // what holds after a height
        const auto store = kv::make_memory_kv();
        kv::Batch batch;
        batch.put(state::height_key(7), to_bytes(in.rest));
        batch.put(state::reached_key(),
                  to_bytes(in.rest.first(std::min<std::size_t>(in.rest.size(), 8))));
        store->write(batch, false);
        const auto at = state::read_height(*store, Height(7));
        (void)state::is_whole(*store);
        const auto last = state::read_last(*store);
        must(at.has_value() == last.has_value(), "height record: the last is the one");
        if (!at) return;
        accepted();
        must(equal(encode(*at), in.rest), "height record: one encoding");
    } else {  // keys that are no longer part of the tree
        const auto keys = state::decode_stale(in.rest);
        if (!keys) return;
        accepted();
        must(equal(state::encode_stale(*keys), in.rest), "stale list: one encoding");
    }
}

void seed_state_record(Seeds& seeds) {
    const World& all = world();
    const Height tip = all.headers.back().height;
    const auto at = state::read_height(*all.kv, tip);
    seeds.add_mode("root", 0, encoded(at->root));
    seeds.add_mode("root-none", 0, encoded(state::Child{}));
    seeds.add_mode("height", 1, encode(*at));
    seeds.add_mode("height-zero", 1, encode(*state::read_height(*all.kv, Height(0))));
    if (const auto stale = all.kv->get(state::stale_key(tip.value)))
        seeds.add_mode("stale", 2, *stale);
}

void fuzz_index_record(Input input) {
    const Moded in = moded(input);
    const auto store = kv::make_memory_kv();
    kv::Batch batch;
    if (in.mode % 3 == 2) {
        Writer key;
        key.u8('r');
        key.u64(1);
        batch.put(key.take(), to_bytes(in.rest));
        store->write(batch, false);
        const auto window = execution::load_window(*store, Height(1));
        if (!window) return;
        accepted();
        constexpr std::size_t kRow = 32 + 32 + 8;
        must(in.rest.size() % kRow == 8, "window: whole rows");
        if (in.rest.size() == 8) return;
        Reader row(in.rest.last(kRow));
        chain::Tx last;
        last.operation = row.hash();
        const Hash id = row.hash();
        const std::int64_t lapses_ms = row.i64() * 1'000;
        const std::int64_t block_ms = Reader(in.rest).i64();
        if (lapses_ms <= block_ms) return;  // may be let go of
        const auto seen = execution::find_recent(*window, last, UnixMillis{lapses_ms - 1});
        must(seen && seen->tx_id == id, "window: the last operation is known until it lapses");
        must(!execution::find_recent(*window, last, UnixMillis{lapses_ms}), "window: not after");
    } else if (in.mode % 3 == 0) {
        Writer key;
        key.u8('b');
        key.u64(7);
        batch.put(key.take(), to_bytes(in.rest));
        store->write(batch, false);
        const auto entry = index::find_block(*store, Height(7));
        if (!entry) return;
        accepted();
        Writer again;
        again.raw(encode(entry->header));
        if (entry->finalization) encode(again, *entry->finalization);
        must(equal(again.bytes(), in.rest), "block entry: one encoding");
    } else {
        Writer key;
        key.u8('t');
        key.hash(Hash{});
        batch.put(key.take(), to_bytes(in.rest));
        store->write(batch, false);
        const auto place = index::find_tx(*store, Hash{});
        if (!place) return;
        accepted();
        Writer again;
        again.u64(place->where.height.value);
        again.u32(place->where.index);
        again.u64(place->leaf_index);
        again.i64(place->time.value);
        again.raw(as_bytes(place->outcome));
        must(equal(again.bytes(), in.rest), "transaction entry: one encoding");
    }
}

void seed_index_record(Seeds& seeds) {
    const World& all = world();
    Writer block, tx;
    block.raw(encode(all.headers.back()));
    seeds.add_mode("block", 0, block.bytes());
    encode(block, *all.blocks.back().finalization);
    seeds.add_mode("block-final", 0, block.bytes());
    tx.u8('t');
    tx.hash(all.txs.front()->id);
    seeds.add_mode("tx", 1, *all.kv->get(tx.bytes()));
    Writer window;
    window.u8('r');
    window.u64(all.headers.back().height.value);
    seeds.add_mode("window", 2, *all.kv->get(window.bytes()));
}

}  // namespace quanlu::fuzz
