// The record types' list, shared small tables, and the records a chain is founded with.
#include "ledger/registry/ids/uscc.h"
#include "ledger/registry/record_type.h"
#include "ledger/registry/records/types.h"

namespace quanlu::registry {

const Fields& reason_body() {
    static const Fields fields = {
        {"reason", FieldKind::text, true, 2000, "", Visible::c, "事由"},
        {"evidence", FieldKind::hashes, false, 50, "", Visible::c, "证明材料"}};
    return fields;
}

const Fields& empty_body() {
    static const Fields fields;
    return fields;
}

const std::vector<RecordType>& record_types() {
    static const std::vector<RecordType> types = {
        party_type(),      right_type(),     asset_type(),  certificate_type(), pledge_type(),
        receivable_type(), financing_type(), freeze_type(), policy_type()};
    return types;
}

namespace {

Result<json::Value, std::string> founding_record(const std::string& key, const RecordType& type,
                                                 const json::Value& fields) {
    const auto checked = check_fields(fields, *type.fields);
    if (!checked.ok()) {
        return Err("records." + key + checked.error().field + ": " +
                   std::string(checked.error().facts.string_or("reason",
                                                               chain::name(checked.error().code))));
    }
    const std::string id = type.id_from_body(fields);
    if (key != std::string(type.tag) + id)
        return Err("records." + key + ": the key of this content is " + std::string(type.tag) + id);
    const std::string_view uscc = fields.string_or("uscc", "");
    if (!uscc.empty() && !is_uscc(uscc)) return Err("records." + key + "/uscc: check digit");
    json::Value record = json::Object{{"type", type.name},
                                      {"id", id},
                                      {"version", 1},
                                      {"fields", fields},
                                      {"state", type.name == "party" ? "active" : "in_force"},
                                      {"created", json::Object{{"height", 0}, {"index", 0}}}};
    if (type.name == "party") finish_founding_party(record);
    return record;
}

}  // namespace

Result<chain::Writes, std::string> founding_writes(const json::Value& records) {
    chain::Writes writes;
    for (const auto& [key, fields] : records.as_object()) {
        const RecordType* type = key.starts_with("party/")    ? find_record_type("party")
                                 : key.starts_with("policy/") ? find_record_type("policy")
                                                              : nullptr;
        if (type == nullptr)
            return Err("records." + key + ": only parties and policies found a chain");
        TRY(json::Value record, founding_record(key, *type, fields));
        writes[key] = std::make_shared<const json::Value>(std::move(record));
    }
    return writes;
}

}  // namespace quanlu::registry
