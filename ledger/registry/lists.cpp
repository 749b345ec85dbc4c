// See lists.h. Records are taken in the order of their keys, handles in the order of their texts:
// every member numbers the entries alike.
#include "ledger/registry/lists.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "ledger/registry/record_type.h"

namespace quanlu::registry {

namespace {

std::set<std::string> handles_of(const RecordType& type, const json::Value* record) {
    std::set<std::string> handles;
    if (record != nullptr) type.handles(*record, handles);
    return handles;
}

struct Entry {
    std::string_view type;
    std::string handle, id;
};

std::vector<Entry> new_entries(const chain::StateReader& before, const chain::Writes& writes) {
    std::vector<Entry> entries;
    for (const auto& [key, value] : writes) {
        if (value == nullptr) continue;
        const RecordType* type = find_record_type(value->string_or("type", ""));
        if (type == nullptr || type->handles == nullptr || !key.starts_with(type->tag)) continue;
        std::set<std::string> now = handles_of(*type, value.get());
        if (now.empty()) continue;
        for (const std::string& handle : handles_of(*type, before.get(key).get()))
            now.erase(handle);
        for (const std::string& handle : now)
            entries.push_back({type->name, handle, std::string(value->string_or("id", ""))});
    }
    return entries;
}

}  // namespace

std::string list_key(std::string_view type, std::string_view handle) {
    return "list/" + std::string(type) + "/" + std::string(handle);
}

std::string list_entry_key(std::string_view type, std::string_view handle, std::int64_t i) {
    return list_key(type, handle) + "/" + std::to_string(i);
}

std::string name_handle(std::string_view legal_name) {
    return "name:" + to_hex(crypto::sha256(as_bytes(legal_name)));
}

std::string statistics_handle(std::int64_t year, std::string_view district, std::string_view kind,
                              std::string_view amount_band) {
    return "drawn:" + std::to_string(year) + ":" + std::string(district) + ":" + std::string(kind) +
           ":" + std::string(amount_band);
}

std::string own_handle(std::string_view part, std::string_view party) {
    return std::string(kOwn) + std::string(part) + ":" + std::string(party);
}

std::string_view owner_of_list(std::string_view key) {
    constexpr std::string_view kLists = "list/";
    if (!key.starts_with(kLists)) return {};
    key.remove_prefix(kLists.size());
    key.remove_prefix(std::min(key.size(), key.find('/') + 1));  // the type
    if (!key.starts_with(kOwn)) return {};
    key.remove_prefix(kOwn.size());
    key.remove_prefix(std::min(key.size(), key.find(':') + 1));  // the part
    return key.substr(0, key.find('/'));
}

void enter_lists(const chain::StateReader& before, chain::Writes& writes) {
    for (Entry& entry : new_entries(before, writes)) {
        const std::string head = list_key(entry.type, entry.handle);
        const auto written = writes.find(head);
        const auto held = written != writes.end() ? written->second : before.get(head);
        const std::int64_t n = (held == nullptr ? 0 : held->integer_or("n", 0)) + 1;
        writes[head] = std::make_shared<const json::Value>(json::Object{{"n", n}});
        writes[list_entry_key(entry.type, entry.handle, n)] =
            std::make_shared<const json::Value>(json::Object{{"id", std::move(entry.id)}});
    }
}

}  // namespace quanlu::registry
