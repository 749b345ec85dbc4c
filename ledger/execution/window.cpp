// `r` height -> block time i64, then of each transaction: operation 32, id 32, exp i64.
// `r` alone -> lowest height that is kept, so that no scan walks over what was erased.
#include "ledger/execution/window.h"

#include <algorithm>

#include "crypto/base/binary.h"
#include "ledger/execution/recent.h"

namespace quanlu::execution {

namespace {

constexpr std::uint64_t kForgetEvery = 64;     // heights
constexpr std::size_t kForgottenAtOnce = 256;  // heights; more than come in between, so it ends

Bytes window_key(Height height) {
    Writer out;
    out.u8('r');
    out.u64(height.value);
    return out.take();
}

const Bytes kLowestKey{'r'};

struct Kept {
    UnixMillis time;
    std::vector<Operation> operations;  // in block order
};

std::optional<Kept> decode(BytesView bytes) {
    quanlu::Reader in(bytes);
    Kept kept;
    kept.time.value = in.i64();
    while (in.ok() && in.left() > 0) {
        Operation one;
        one.key = in.hash();
        one.tx_id = in.hash();
        one.exp = in.i64();
        if (one.exp < 0 || one.exp > chain::kSecondsMax) return std::nullopt;
        kept.operations.push_back(one);
    }
    if (!in.ok()) return std::nullopt;
    return kept;
}

std::optional<Height> lowest_kept(const kv::Reader& reader) {
    const std::optional<Bytes> bytes = reader.get(kLowestKey);
    if (!bytes) return Height(1);
    quanlu::Reader in(*bytes);
    const Height lowest(in.u64());
    if (!in.ok() || in.left() > 0 || lowest == Height(0)) return std::nullopt;
    return lowest;
}

void forget(const kv::Reader& reader, Height below, UnixMillis time, kv::Batch& batch) {
    const std::optional<Height> lowest = lowest_kept(reader);
    if (!lowest) return;  // load_window will say so
    Height next = *lowest;
    reader.scan(window_key(next), window_key(below), [&](BytesView key, BytesView value) {
        const std::optional<Kept> kept = decode(value);
        const bool lapsed =
            kept && std::all_of(kept->operations.begin(), kept->operations.end(),
                                [&](const Operation& one) { return !counts(one.exp, time); });
        if (!lapsed || next.value - lowest->value == kForgottenAtOnce) return false;
        batch.erase(Bytes(key.begin(), key.end()));
        next = next.next();
        return true;
    });
    if (next == *lowest) return;
    Writer out;
    out.u64(next.value);
    batch.put(kLowestKey, out.take());
}

}  // namespace

void add_window(const Executed& executed, const kv::Reader& reader, kv::Batch& batch) {
    const chain::Header& header = executed.tip.header;
    Writer out;
    out.i64(header.time.value);
    for (const TxPtr& tx : executed.txs) {
        out.hash(tx->operation);
        out.hash(tx->id);
        out.i64(tx->exp);
    }
    batch.put(window_key(header.height), out.take());
    if (header.height.value % kForgetEvery == 0) forget(reader, header.height, header.time, batch);
}

std::optional<RecentPtr> load_window(const kv::Reader& reader, Height applied) {
    const std::optional<Height> lowest = lowest_kept(reader);
    if (!lowest || *lowest > applied) return std::nullopt;
    RecentPtr recent = Recent::empty();
    Height next = *lowest;
    bool is_whole = true;
    reader.scan(window_key(next), window_key(applied.next()), [&](BytesView key, BytesView value) {
        const std::optional<Kept> kept = decode(value);
        is_whole = kept && quanlu::Reader(key.subspan(1)).u64() == next.value;
        if (!is_whole) return false;
        recent = Recent::extend(recent, kept->time, kept->operations, next);
        recent->settle(next);
        next = next.next();
        return true;
    });
    if (!is_whole || next != applied.next()) return std::nullopt;
    return recent;
}

}  // namespace quanlu::execution
