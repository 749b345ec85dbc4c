// 'b' height -> header, finalization. 't' tx id -> height u64 | index u32 | leaf index u64 |
// block time i64 | outcome.
// 'w' name of a pending act -> parties that it waits for, each ended by 0.
// 'i' type 0 ref 0 id -> nothing: references by value, found in every field whose kind is a party
// or a record.
#include "ledger/index/index.h"

#include "crypto/base/binary.h"
#include "ledger/registry/record_type.h"

namespace quanlu::index {

namespace {

Bytes tx_key(const Hash& id) {
    Writer out;
    out.u8('t');
    out.hash(id);
    return out.take();
}

constexpr std::string_view kPending = "pend/";
constexpr std::size_t kOpenActsLooked = 20'000;

Bytes open_key(std::string_view name) {
    Writer out;
    out.u8('w');
    out.raw(as_bytes(name));
    return out.take();
}

// What waits for whom; nothing once it is complete.
void add_pending(const std::string& key, const json::Value* value, kv::Batch& batch) {
    const std::string_view name = std::string_view(key).substr(kPending.size());
    const json::Value* waiting = value == nullptr ? nullptr : value->find("waiting");
    if (waiting == nullptr) {
        batch.erase(open_key(name));
        return;
    }
    Writer out;
    for (const json::Value& party : waiting->as_array()) {
        out.raw(as_bytes(party.as_string()));
        out.u8(0);
    }
    batch.put(open_key(name), out.take());
}

Bytes list_key(std::string_view type, std::string_view ref, std::string_view id) {
    Writer out;
    out.u8('i');
    out.raw(as_bytes(type));
    out.u8(0);
    out.raw(as_bytes(ref));
    out.u8(0);
    out.raw(as_bytes(id));
    return out.take();
}

void add_text(const json::Value& value, std::vector<std::string>& refs) {
    if (value.is_string()) refs.push_back(value.as_string());
    if (!value.is_array()) return;
    for (const json::Value& one : value.as_array()) add_text(one, refs);
}

void add_refs(const json::Value& fields, const registry::Fields& table,
              std::vector<std::string>& refs) {
    using registry::FieldKind;
    for (const registry::Field& field : table) {
        const json::Value* value = fields.find(field.name);
        if (value == nullptr) continue;
        const bool plain = field.kind == FieldKind::party || field.kind == FieldKind::parties ||
                           field.kind == FieldKind::record || field.kind == FieldKind::records;
        if (plain) add_text(*value, refs);
        if (field.kind == FieldKind::object) add_refs(*value, *field.fields, refs);
        if (field.kind == FieldKind::objects) {
            for (const json::Value& one : value->as_array()) add_refs(one, *field.fields, refs);
        }
    }
}

// Values kept beside a record under its type (claims/, payout/) are no records of a list.
void add_record(const std::string& key, const json::Value& record, kv::Batch& batch) {
    const registry::RecordType* type = registry::find_record_type(record.string_or("type", ""));
    const json::Value* fields = record.find("fields");
    if (type == nullptr || fields == nullptr || !key.starts_with(type->tag)) return;
    std::vector<std::string> refs{"*"};
    add_refs(*fields, *type->fields, refs);
    for (const std::string_view actor : type->actors) {
        if (const json::Value* value = record.find(actor)) add_text(*value, refs);
    }
    // References that ended stay listed: the record itself says how things stand.
    for (const std::string& ref : refs)
        batch.put(list_key(type->name, ref, record.string_or("id", "")), {});
}

}  // namespace

namespace {

Bytes block_key(Height height) {
    Writer out;
    out.u8('b');
    out.u64(height.value);
    return out.take();
}

}  // namespace

bool is_whole(const kv::Reader& reader, Height last, std::uint64_t heights) {
    std::uint64_t next = last.value - std::min(last.value, heights);  // height 0 has an entry too
    reader.scan(block_key(Height(next)), block_key(last.next()), [&](BytesView key, BytesView) {
        if (quanlu::Reader(key.subspan(1)).u64() != next) return false;
        ++next;
        return true;
    });
    return next == last.value + 1;
}

std::optional<BlockEntry> find_block(const kv::Reader& reader, Height height) {
    const std::optional<Bytes> bytes = reader.get(block_key(height));
    if (!bytes || bytes->size() < chain::kHeaderBytes) return std::nullopt;
    const auto header = chain::decode_header(BytesView(*bytes).first(chain::kHeaderBytes));
    if (!header.ok()) return std::nullopt;
    BlockEntry entry{*header, std::nullopt};
    quanlu::Reader in(BytesView(*bytes).subspan(chain::kHeaderBytes));
    if (in.left() > 0) entry.finalization = chain::decode_quorum_cert(in);
    if (!in.ok() || in.left() > 0) return std::nullopt;
    return entry;
}

void add_block(const execution::Executed& executed,
               const std::optional<chain::QuorumCert>& finalization, kv::Batch& batch) {
    Writer block;
    block.raw(encode(executed.tip.header));
    if (finalization) encode(block, *finalization);
    batch.put(block_key(executed.tip.header.height), block.take());
    for (std::size_t i = 0; i < executed.txs.size(); ++i) {
        Writer out;
        out.u64(executed.tip.header.height.value);
        out.u32(static_cast<std::uint32_t>(i));
        out.u64(executed.tip.header.log_size - executed.txs.size() + i);
        out.u64(static_cast<std::uint64_t>(executed.tip.header.time.value));
        out.raw(as_bytes(executed.outcome_texts[i]));
        batch.put(tx_key(executed.txs[i]->id), out.take());
    }
    for (const auto& [key, value] : executed.writes) {
        if (key.starts_with(kPending)) {
            add_pending(key, value.get(), batch);
        } else if (value) {
            add_record(key, *value, batch);
        }
    }
}

void add_founding(const chain::Header& genesis, const chain::Writes& records, kv::Batch& batch) {
    batch.put(block_key(Height(0)), to_bytes(encode(genesis)));
    for (const auto& [key, value] : records) {
        if (value) add_record(key, *value, batch);
    }
}

std::optional<TxPlace> find_tx(const kv::Reader& reader, const Hash& tx_id) {
    const std::optional<Bytes> bytes = reader.get(tx_key(tx_id));
    if (!bytes) return std::nullopt;
    quanlu::Reader in(*bytes);
    TxPlace place;
    place.where.height = Height(in.u64());
    place.where.index = in.u32();
    place.leaf_index = in.u64();
    place.time = UnixMillis{static_cast<std::int64_t>(in.u64())};
    if (!in.ok()) return std::nullopt;
    place.outcome = std::string(as_text(in.raw(in.left())));
    if (place.outcome.empty()) return std::nullopt;
    return place;
}

OpenActs open_acts(const kv::Reader& reader, std::string_view party, std::string_view after,
                   std::size_t limit) {
    OpenActs found;
    std::size_t looked = 0;
    const std::string wanted = std::string(party) + '\0';
    reader.scan(open_key(after), Bytes{'x'}, [&](BytesView key, BytesView value) {
        const std::string_view name = as_text(key.subspan(1));
        if (name == after) return true;
        const std::string_view parties = as_text(value);
        const bool waits =
            parties.starts_with(wanted) || parties.find('\0' + wanted) != std::string_view::npos;
        if (waits) found.names.emplace_back(name);
        if (found.names.size() < limit && ++looked < kOpenActsLooked) return true;
        found.next = std::string(name);
        return false;
    });
    return found;
}

std::vector<std::string> list(const kv::Reader& reader, std::string_view type, std::string_view ref,
                              std::string_view after, std::size_t limit) {
    std::vector<std::string> ids;
    const Bytes prefix = list_key(type, ref, "");
    reader.scan(list_key(type, ref, after), {}, [&](BytesView key, BytesView) {
        if (key.size() < prefix.size() || !equal(key.first(prefix.size()), prefix)) return false;
        std::string id(as_text(key.subspan(prefix.size())));
        if (id != after) ids.push_back(std::move(id));
        return ids.size() < limit;
    });
    return ids;
}

}  // namespace quanlu::index
