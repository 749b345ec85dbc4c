// The records a chain is founded with: the same field tables and the same rules as for those that
// come later, asked of a genesis document before the first block. Only types that say so found a
// chain.
#include "ledger/registry/lists.h"
#include "ledger/registry/record_type.h"

namespace quanlu::registry {

namespace {

// What stood before the first block.
class Nothing : public chain::StateReader {
public:
    [[nodiscard]] std::shared_ptr<const json::Value> get(std::string_view) const override {
        return nullptr;
    }
};

std::string text_of(const std::string& key, const chain::Refusal& refusal) {
    return "records." + key + refusal.field + ": " +
           std::string(refusal.facts.string_or("reason", chain::name(refusal.code)));
}

Result<json::Value, std::string> founding_record(const std::string& key, const RecordType& type,
                                                 const json::Value& fields) {
    const auto checked = check_fields(fields, *type.fields);
    if (!checked.ok()) return Err(text_of(key, checked.error()));
    const std::string id = type.id_from_body(fields);
    const std::string expected = std::string(type.tag) + id;
    if (key != expected) {
        return Err("records." + key + ": the key of this content is " + expected);
    }
    const json::Value start = json::Object{{"height", 0}, {"index", 0}, {"time", 0}};
    json::Value record = json::Object{{"type", type.name}, {"id", id},         {"version", 1},
                                      {"fields", fields},  {"created", start}, {"updated", start}};
    if (const auto refusal = type.found(record)) return Err(text_of(key, *refusal));
    return record;
}

}  // namespace

Result<chain::Writes, std::string> founding_writes(const json::Value& records) {
    if (!records.is_object()) return Err(std::string("records: an object"));
    chain::Writes writes;
    for (const auto& [key, fields] : records.as_object()) {
        const RecordType* type = nullptr;
        for (const RecordType& one : record_types()) {
            if (one.found != nullptr && key.starts_with(one.tag)) type = &one;
        }
        if (type == nullptr) return Err("records." + key + ": no record that founds a chain");
        TRY(json::Value record, founding_record(key, *type, fields));
        writes[key] = std::make_shared<const json::Value>(std::move(record));
    }
    enter_lists(Nothing(), writes);
    return writes;
}

}  // namespace quanlu::registry
