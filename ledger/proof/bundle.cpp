// docs/protocol.md 9. Strictness in one place: after reading, writing must give the same document.
#include "ledger/proof/bundle.h"

#include <set>

#include "crypto/base/encode.h"
#include "ledger/chain/state_reader.h"
#include "ledger/proof/forms.h"

namespace quanlu::proof {

namespace {

constexpr std::int64_t kVersion = 1;
constexpr BundleKind kKinds[] = {BundleKind::record, BundleKind::absence, BundleKind::tx,
                                 BundleKind::batch};

void put_item(json::Value& out, const MapItem& item) {
    out.set("key", item.key);
    if (item.value) out.set("value", *item.value);
    out.set("tree_proof", to_json(item.proof));
}

void put_final(json::Value& out, const FinalHeader& final) {
    out.set("header", header_text(final.header));
    json::Array path;
    for (const chain::Header& header : final.path) path.emplace_back(header_text(header));
    out.set("path", std::move(path));
    out.set("finalization", to_json(final.finalization));
}

Result<MapItem, std::string> item_from(const json::Value& from) {
    MapItem item;
    item.key = from.string_or("key", "");
    if (!is_key(item.key)) return Err(std::string("key: 1 to 256 visible ASCII characters"));
    if (const json::Value* value = from.find("value")) {
        if (!value->is_object() || value->as_object().empty())
            return Err(std::string("value: an object with members"));
        item.value = *value;
    }
    const json::Value* proof = from.find("tree_proof");
    auto read = proof == nullptr ? std::nullopt : tree_proof_from_json(*proof);
    if (!read) return Err(std::string("tree_proof: leaf? and at most 256 siblings"));
    item.proof = std::move(*read);
    return item;
}

Result<chain::Header, std::string> header_from(const json::Value* from, const char* where) {
    const auto header =
        from != nullptr && from->is_string() ? header_from_text(from->as_string()) : std::nullopt;
    if (!header) return Err(std::string(where) + ": base64url of a 329-byte header");
    return *header;
}

Result<FinalHeader, std::string> final_from(const json::Value& from) {
    FinalHeader final;
    TRY(final.header, header_from(from.find("header"), "header"));
    const json::Value* path = from.find("path");
    if (path == nullptr || !path->is_array() || path->as_array().size() > kPathMax) {
        return Err(std::string("path: a list of at most 1,000 headers"));
    }
    for (const json::Value& one : path->as_array()) {
        TRY(chain::Header header, header_from(&one, "path"));
        final.path.push_back(header);
    }
    const json::Value* finalization = from.find("finalization");
    auto cert = finalization == nullptr ? std::nullopt : quorum_cert_from_json(*finalization);
    if (!cert)
        return Err(std::string("finalization: block, epoch, kind, signatures, signers, view"));
    final.finalization = std::move(*cert);
    return final;
}

Result<std::vector<EpochStep>, std::string> epochs_from(const json::Value& from) {
    const json::Value* list = from.find("epochs");
    if (list == nullptr || !list->is_array() || list->as_array().size() > kEpochsMax) {
        return Err(std::string("epochs: a list of at most 1,000 steps"));
    }
    std::vector<EpochStep> steps;
    for (const json::Value& one : list->as_array()) {
        EpochStep step;
        TRY(step.sealing, final_from(one));
        const json::Value* members = one.find("members");
        if (members == nullptr) return Err(std::string("epochs: members missing"));
        TRY(step.next, chain::members_from_json(*members));
        steps.push_back(std::move(step));
    }
    return steps;
}

Result<std::vector<MapItem>, std::string> batch_from(const json::Value& from) {
    const json::Value* list = from.find("items");
    if (list == nullptr || !list->is_array() || list->as_array().empty() ||
        list->as_array().size() > kBatchMax) {
        return Err(std::string("items: 1 to 1,000"));
    }
    std::vector<MapItem> items;
    std::set<std::string> keys;
    for (const json::Value& one : list->as_array()) {
        TRY(MapItem item, item_from(one));
        if (!keys.insert(item.key).second) return Err("items: key stands twice: " + item.key);
        items.push_back(std::move(item));
    }
    return items;
}

Result<LogItem, std::string> log_from(const json::Value& from) {
    LogItem item;
    item.line = from.string_or("leaf", "");
    const json::Value* proof = from.find("log_proof");
    auto read = proof == nullptr ? std::nullopt : log_inclusion_from_json(*proof);
    if (item.line.empty() || !read)
        return Err(std::string("leaf, log_proof: a line, and index, path, size"));
    item.proof = std::move(*read);
    return item;
}

Status<std::string> take_content(const json::Value& document, Bundle& bundle) {
    switch (bundle.kind) {
        case BundleKind::record:
        case BundleKind::absence: {
            TRY(MapItem item, item_from(document));
            if (item.value.has_value() != (bundle.kind == BundleKind::record)) {
                return Err(std::string("value: a record has one, an absence has none"));
            }
            bundle.items.push_back(std::move(item));
            return Unit{};
        }
        case BundleKind::tx: {
            TRY(bundle.log, log_from(document));
            return Unit{};
        }
        case BundleKind::batch: {
            TRY(bundle.items, batch_from(document));
            return Unit{};
        }
    }
    ENSURE(false);
}

}  // namespace

bool is_key(std::string_view text) {
    if (text.empty() || text.size() > chain::kStateKeyMax) return false;
    for (const char c : text) {
        if (c < 0x21 || c > 0x7E) return false;
    }
    return true;
}

std::string_view to_text(BundleKind kind) {
    switch (kind) {
        case BundleKind::record:
            return "record";
        case BundleKind::absence:
            return "absence";
        case BundleKind::tx:
            return "tx";
        case BundleKind::batch:
            return "batch";
    }
    ENSURE(false);
}

json::Value to_json(const Bundle& bundle) {
    json::Value out = json::Object{{"version", kVersion},
                                   {"kind", to_text(bundle.kind)},
                                   {"chain_id", to_hex(bundle.chain_id)}};
    put_final(out, bundle.final);
    json::Array epochs;
    for (const EpochStep& step : bundle.epochs) {
        json::Value one;
        put_final(one, step.sealing);
        one.set("members", chain::to_json(step.next));
        epochs.push_back(std::move(one));
    }
    out.set("epochs", std::move(epochs));
    switch (bundle.kind) {
        case BundleKind::record:
        case BundleKind::absence:
            ENSURE(bundle.items.size() == 1 && !bundle.log);
            ENSURE(bundle.items[0].value.has_value() == (bundle.kind == BundleKind::record));
            put_item(out, bundle.items[0]);
            break;
        case BundleKind::tx:
            ENSURE(bundle.items.empty() && bundle.log);
            out.set("leaf", bundle.log->line);
            out.set("log_proof", to_json(bundle.log->proof));
            break;
        case BundleKind::batch: {
            ENSURE(!bundle.items.empty() && !bundle.log);
            json::Array items;
            for (const MapItem& item : bundle.items) put_item(items.emplace_back(), item);
            out.set("items", std::move(items));
            break;
        }
    }
    if (!bundle.note.empty()) out.set("note", bundle.note);
    return out;
}

Result<Bundle, std::string> bundle_from_json(const json::Value& document) {
    if (document.integer_or("version", 0) != kVersion) return Err(std::string("version: 1"));
    Bundle bundle;
    bool known = false;
    for (const BundleKind kind : kKinds) {
        if (document.string_or("kind", "") != to_text(kind)) continue;
        bundle.kind = kind;
        known = true;
    }
    if (!known) return Err(std::string("kind: record, absence, tx or batch"));
    const auto chain_id = hash_from_hex(document.string_or("chain_id", ""));
    if (!chain_id) return Err(std::string("chain_id: 64 hex digits"));
    bundle.chain_id = *chain_id;
    TRY(bundle.final, final_from(document));
    TRY(bundle.epochs, epochs_from(document));
    TRY_VOID(take_content(document, bundle));
    bundle.note = document.string_or("note", "");
    if (bundle.note.size() > kNoteBytesMax) return Err(std::string("note: at most 1,000 bytes"));
    if (to_json(bundle) != document)
        return Err(std::string("a member that is not known, or spelled otherwise"));
    return bundle;
}

Result<Bundle, std::string> parse_bundle(std::string_view text) {
    const auto document = json::parse(text, kBundleBytesMax);
    if (!document.ok()) {
        return Err("JSON: " + document.error().reason + " at byte " +
                   std::to_string(document.error().offset));
    }
    return bundle_from_json(*document);
}

}  // namespace quanlu::proof
