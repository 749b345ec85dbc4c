// B.12 search_certificate and B.13 evidence_anchor: dated statements of fact that never change.
#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "crypto/merkle.h"
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/party_rules.h"
#include "ledger/registry/rules/right_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

constexpr std::size_t kSearchedMax = 20;  // each is hashed whole by every member

const Fields& anchor_fields() {
    static const Fields fields = {
        {"hash", FieldKind::hash, true, 0, "", Visible::p, "哈希"},
        {"media_type", FieldKind::text, true, 100, "", Visible::p, "媒体类型"},
        {"byte_length", FieldKind::integer, true, json::kIntegerMax, "", Visible::p, "字节数"},
        {"custodian", FieldKind::party, true, 0, "", Visible::p, "保管人"},
        {"timestamp_token_hash", FieldKind::hash, false, 0, "", Visible::p, "时间戳令牌哈希"},
    };
    return fields;
}

const Fields& search_fields() {
    static const Fields fields = {
        {"rights", FieldKind::records, true, 500, "", Visible::c, "查询的权利"},
        {"purpose", FieldKind::text, false, 500, "", Visible::c, "查询目的"},
    };
    return fields;
}

std::optional<Refusal> custodian_active(Act& act) {
    return party_is_active(act.draft, act.text("custodian"), "/custodian");
}
void remember_maker(Act& act) {
    act.record.set("created_by", act.party());
}

std::optional<Refusal> narrow_enough(Act& act) {
    const std::size_t asked = act.field("rights").as_array().size();
    if (asked <= kSearchedMax) return std::nullopt;
    return Refusal(Code::E_QUERY_TOO_BROAD, "/rights",
                   json::Object{{"rights", static_cast<std::int64_t>(asked)},
                                {"most", static_cast<std::int64_t>(kSearchedMax)}});
}
std::optional<Refusal> purpose_stated(Act& act) {
    if (!act.text("purpose").empty()) return std::nullopt;
    return Refusal(Code::E_PURPOSE_REQUIRED, "/purpose");
}

std::int64_t burdens_of(const json::Value& right) {
    const json::Value* enc = right.find("enc");
    std::int64_t count = 0;
    for (const char* list : {"pledges", "freezes"}) {
        if (const json::Value* one = enc->find(list))
            count += static_cast<std::int64_t>(one->as_array().size());
    }
    for (const char* single : {"pool", "reservation"})
        count += enc->find(single) != nullptr ? 1 : 0;
    if (const json::Value* open = right.find("objections"))
        count += static_cast<std::int64_t>(open->as_array().size());
    return count;
}

// Of each right the digest of its whole value here and now, or that there is none; the root over
// these lines as RFC 9162 makes it. Who holds a value can show it belongs.
void answer(Act& act) {
    json::Array lines;
    crypto::LogFrontier tree;
    std::int64_t found = 0;
    for (const json::Value& id : act.field("rights").as_array()) {
        const auto right = act.draft.get(right_state_key(id.as_string()));
        json::Value line = json::Object{{"right", id}, {"known", right != nullptr}};
        if (right != nullptr) {
            const std::int64_t burdens = burdens_of(*right);
            found += burdens;
            line.set("burdens", burdens);
            line.set("value", "sha256:" + to_hex(crypto::sha256(as_bytes(json::write(*right)))));
        }
        tree.append(crypto::log_leaf_hash(as_bytes(json::write(line))));
        lines.push_back(std::move(line));
    }
    act.record.set("requester", act.party());
    act.record.set("result", std::move(lines));
    act.record.set("result_count", found);
    act.record.set("result_root", "sha256:" + to_hex(tree.root()));
    act.event("search.issued", act.id, json::Object{{"result_count", found}});
}

}  // namespace

RecordType anchor_type() {
    RecordType type{"anchor", "存证", "anchor/", "EV", &anchor_fields(), {}, nullptr, nullptr};
    type.plural = "anchors";
    type.actors = {"created_by"};
    type.handles = [](const json::Value& record, std::set<std::string>& out) {
        out.insert("hash:" + std::string(record.find("fields")->string_or("hash", "")));
    };
    type.verbs = {{"file",
                   "",
                   "anchored",
                   "",
                   Approval::one,
                   &anchor_fields(),
                   {{Phase::existence, "B.13", custodian_active}},
                   remember_maker,
                   "存证"}};
    return type;
}

RecordType search_type() {
    RecordType type{"search", "查询证明", "search/", "SC", &search_fields(), {}, nullptr, nullptr};
    type.plural = "searches";
    type.actors = {"requester"};
    type.verbs = {
        {"request",
         "",
         "issued",
         "",
         Approval::one,
         &search_fields(),
         {{Phase::amounts, "B.12", narrow_enough}, {Phase::evidence, "B.12", purpose_stated}},
         answer,
         "查询并出具证明"}};
    return type;
}

}  // namespace quanlu::registry
