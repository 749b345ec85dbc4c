// The list of record types, and the small tables several of them share. Adding a type is a file in
// records/ and a line here.
#include <algorithm>

#include "ledger/registry/records/types.h"

namespace quanlu::registry {

namespace {

// A table that says what no type may say is our defect, found when the program starts.
void check_table(const RecordType& type, const std::vector<RecordType>& all) {
    ENSURE(type.tag.ends_with("/") && type.fields != nullptr, type.name);
    ENSURE(type.prefix.empty() == (type.id_from_body != nullptr), type.name);
    for (const RecordType& other : all) {
        ENSURE(&other == &type || (other.name != type.name && !other.tag.starts_with(type.tag)),
               type.name);
    }
    for (const Verb& verb : type.verbs) {
        ENSURE(verb.body != nullptr && find_verb(type, verb.name) == &verb, verb.name);
        ENSURE((verb.approval == Approval::every_party) == (verb.parties != nullptr), verb.name);
        ENSURE(!verb.from.empty() || !verb.to.empty(), verb.name);
    }
}

std::vector<RecordType> make_types() {
    std::vector<RecordType> types = {
        party_type(),      right_type(),     asset_type(),  certificate_type(), pledge_type(),
        receivable_type(), financing_type(), freeze_type(), policy_type(),      data_ip_type(),
        appraisal_type(),  objection_type(), anchor_type(), search_type(),      programme_type(),
        erasure_type(),    calendar_type()};
    for (RecordType& type : types) {
        check_table(type, types);
        // The order of checks is the ledger's, not the author's (end of DOMAIN C).
        for (Verb& verb : type.verbs) {
            std::stable_sort(verb.guards.begin(), verb.guards.end(),
                             [](const Guard& a, const Guard& b) { return a.phase < b.phase; });
        }
    }
    return types;
}

}  // namespace

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
    static const std::vector<RecordType> types = make_types();
    return types;
}

}  // namespace quanlu::registry
