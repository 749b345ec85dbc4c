// B.2 ip_right: the mirror of an external register entry, and with it the encumbrance picture of
// the right.
#include <algorithm>
#include <set>

#include "ledger/registry/ids/right_no.h"
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/mirror_rules.h"
#include "ledger/registry/rules/party_rules.h"
#include "ledger/registry/rules/right_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

constexpr std::string_view kKinds =
    "patent_invention|patent_utility|patent_design|trademark|copyright_work|copyright_software|ic_"
    "layout|data_ip";
constexpr std::string_view kStatuses =
    "pending|in_force|fee_grace|terminated|invalidated|expired|suspended|surrendered";
constexpr std::int64_t kWhole = 1'000'000;  // ppm
constexpr std::int64_t kSimilarMax = 50;    // marks of one holder in similar goods
constexpr std::int64_t kConsentsMax = 20;   // of one pledgee: bounds what every proof carries

const Fields& holder_fields() {
    static const Fields fields = {
        {"party", FieldKind::party, true, 0, "", Visible::p, "权利人"},
        {"share_ppm", FieldKind::integer, false, kWhole, "", Visible::p, "份额"}};
    return fields;
}

const Fields& right_fields() {
    static const Fields fields = {
        {"asset_kind", FieldKind::choice, true, 0, kKinds, Visible::p, "权利类型"},
        {"right_no", FieldKind::right_no, true, 40, "", Visible::p, "权利号"},
        {"title", FieldKind::text, true, 500, "", Visible::p, "名称"},
        {"holders", FieldKind::objects, true, 100, "", Visible::p, "权利人", &holder_fields()},
        {"application_date", FieldKind::date, false, 0, "", Visible::p, "申请日"},
        {"grant_date", FieldKind::date, false, 0, "", Visible::p, "授权公告日"},
        {"expiry_date", FieldKind::date, false, 0, "", Visible::p, "届满日"},
        {"expiry_extension_days", FieldKind::integer, false, 3'653, "", Visible::p, "期限补偿天数"},
        {"annual_fee_paid_to", FieldKind::date, false, 0, "", Visible::p, "年费缴至"},
        {"legal_status", FieldKind::choice, true, 0, kStatuses, Visible::p, "法律状态"},
        {"invalidation_pending", FieldKind::boolean, true, 0, "", Visible::p, "无效程序中"},
        {"ownership_dispute", FieldKind::boolean, true, 0, "", Visible::p, "权属争议"},
        {"dual_filing", FieldKind::boolean, true, 0, "", Visible::p, "同日申请"},
        {"nice_classes", FieldKind::text, false, 200, "", Visible::p, "尼斯分类"},
        {"similar_marks", FieldKind::records, false, kSimilarMax, "", Visible::p, "近似商标"},
        {"main_ipc", FieldKind::text, false, 20, "", Visible::p, "主分类号"},
        {"work_type", FieldKind::text, false, 100, "", Visible::p, "作品类型"},
        {"first_publication_date", FieldKind::date, false, 0, "", Visible::p, "首次发表日"},
        {"source_snapshot_hash", FieldKind::hash, true, 0, "", Visible::p, "登记簿副本哈希"},
        {"source_checked_on", FieldKind::date, true, 0, "", Visible::p, "副本核查日"},
    };
    return fields;
}

const Fields& status_body() {
    static const Fields fields = {
        {"legal_status", FieldKind::choice, true, 0, kStatuses, Visible::p, "法律状态"},
        {"invalidation_pending", FieldKind::boolean, true, 0, "", Visible::p, "无效程序中"},
        {"ownership_dispute", FieldKind::boolean, true, 0, "", Visible::p, "权属争议"},
        {"annual_fee_paid_to", FieldKind::date, false, 0, "", Visible::p, "年费缴至"},
        {"source_snapshot_hash", FieldKind::hash, true, 0, "", Visible::p, "登记簿副本哈希"},
        {"source_checked_on", FieldKind::date, true, 0, "", Visible::p, "副本核查日"},
    };
    return fields;
}

const Fields& transfer_body() {
    static const Fields fields = {
        {"to", FieldKind::party, true, 0, "", Visible::p, "受让人"},
        {"agreement", FieldKind::sealed, true, 0, "", Visible::c, "转让合同"},
        {"together", FieldKind::records, false, kSimilarMax, "", Visible::p, "一并转让的权利"}};
    return fields;
}

std::optional<Refusal> number_holds(Act& act) {
    RightNoError error{};
    const auto key = right_key(act.text("asset_kind"), act.text("right_no"), error);
    if (!key) {
        return Refusal(error == RightNoError::kind ? Code::E_KIND_MISMATCH : Code::E_BAD_RIGHT_NO,
                       "/right_no",
                       json::Object{{"right_no", act.text("right_no")},
                                    {"asset_kind", act.text("asset_kind")}});
    }
    if (kind_group(act.text("asset_kind")) != "patent") return std::nullopt;
    const int year = patent_year(key->key.substr(key->key.find(':') + 1));
    if (year <= to_ymd(act.today).year) return std::nullopt;
    return Refusal(Code::E_BAD_RIGHT_NO, "/right_no",
                   json::Object{{"reason", "year after the block's"}, {"year", year}});
}

std::optional<Refusal> shares_hold(Act& act) {
    std::int64_t sum = 0;
    bool given = false;
    for (const json::Value& holder : act.field("holders").as_array()) {
        given = given || holder.find("share_ppm") != nullptr;
        sum += holder.integer_or("share_ppm", 0);
    }
    if (!given || sum == kWhole) return std::nullopt;
    return Refusal(Code::E_SCHEMA, "/holders",
                   json::Object{{"reason", "shares sum to 1000000 ppm"}, {"sum", sum}});
}

// Patents: dates there, and no longer than the law gives (PL Art 42, from filing).
std::optional<Refusal> term_holds(Act& act) {
    const std::string_view kind = act.text("asset_kind");
    const auto expiry = date_from_text(act.text("expiry_date"));
    if (!expiry && !kind.starts_with("copyright_")) {
        return Refusal(Code::E_SCHEMA, "/expiry_date", json::Object{{"reason", "missing"}});
    }
    if (!kind.starts_with("patent_")) return std::nullopt;
    const auto filed = date_from_text(act.text("application_date"));
    if (!filed || !date_from_text(act.text("annual_fee_paid_to"))) {
        return Refusal(
            Code::E_SCHEMA, "/application_date",
            json::Object{{"reason", "patents need application_date and annual_fee_paid_to"}});
    }
    const int years = kind == "patent_invention" ? 20 : kind == "patent_utility" ? 10 : 15;
    const auto extension = static_cast<std::int32_t>(
        act.record.find("fields")->integer_or("expiry_extension_days", 0));
    if (*expiry <= add_days(add_years(*filed, years), extension)) return std::nullopt;
    return Refusal(Code::E_SCHEMA, "/expiry_date",
                   json::Object{{"reason", "longer than the law gives"}, {"years", years}});
}

std::optional<Refusal> holders_active(Act& act) {
    return parties_are_active(act, "holders");
}

// What goes along is on the ledger, is named once, and no register contradicts it.
std::optional<Refusal> others_stand(Act& act) {
    const std::vector<std::string> ids = rights_of(act);
    if (std::set<std::string>(ids.begin(), ids.end()).size() != ids.size())
        return Refusal(Code::E_SCHEMA, "/together", json::Object{{"reason", "each right once"}});
    for (const std::string& id : ids) {
        if (act.draft.get(right_state_key(id)) == nullptr)
            return Refusal(Code::E_RIGHT_UNKNOWN, "/together", json::Object{{"right", id}});
    }
    return rights_agree(act);
}

bool is_holder(const json::Value& right, std::string_view party) {
    for (const json::Value& one : right.find("fields")->find("holders")->as_array()) {
        if (one.string_or("party", "") == party) return true;
    }
    return false;
}

std::optional<Refusal> actor_holds(Act& act) {
    return each_right(
        act, [&](const std::string& id, const json::Value& right) -> std::optional<Refusal> {
            if (is_holder(right, act.party())) return std::nullopt;
            return Refusal(Code::E_NOT_REGISTERED_OWNER, "iss",
                           json::Object{{"party", act.party()}, {"right", id}});
        });
}

// R-24, TML Art 42: similar marks of one holder never part.
std::optional<Refusal> similar_marks_go(Act& act) {
    const std::vector<std::string> going = rights_of(act);
    return each_right(
        act, [&](const std::string& id, const json::Value& right) -> std::optional<Refusal> {
            const json::Value* similar = right.find("fields")->find("similar_marks");
            if (similar == nullptr) return std::nullopt;
            for (const json::Value& mark : similar->as_array()) {
                const std::string& other = mark.as_string();
                if (std::find(going.begin(), going.end(), other) != going.end()) continue;
                const auto held = act.draft.get(right_state_key(other));
                if (held == nullptr || !is_holder(*held, act.party()) ||
                    held->find("fields")->string_or("legal_status", "") != "in_force")
                    continue;
                return Refusal(Code::E_SIMILAR_MARKS_OMITTED, "/together",
                               json::Object{{"right", id}, {"omitted", other}});
            }
            return std::nullopt;
        });
}

std::optional<Refusal> sole_holder(Act& act) {
    return each_right(
        act, [](const std::string& id, const json::Value& right) -> std::optional<Refusal> {
            const json::Value& holders = *right.find("fields")->find("holders");
            if (holders.as_array().size() == 1) return std::nullopt;
            return Refusal(Code::E_COOWNER_CONSENT_MISSING, "",
                           json::Object{{"right", id}, {"holders", holders}});
        });
}

std::optional<Refusal> receiver_active(Act& act) {
    return party_is_active(act.draft, act.body.string_or("to", ""), "/to");
}

// every live pledgee has consented to this receiver.
std::optional<Refusal> consented(const json::Value& right, std::string_view to) {
    const json::Value* enc = right.find("enc");
    const json::Value* consents = enc->find("consents");
    for (const json::Value& pledge : enc->find("pledges")->as_array()) {
        for (const json::Value& pledgee : pledge.find("pledgees")->as_array()) {
            bool given = false;
            if (consents != nullptr) {
                for (const json::Value& one : consents->as_array()) {
                    given = given || (one.string_or("party", "") == pledgee.as_string() &&
                                      one.string_or("to", "") == to);
                }
            }
            if (!given) {
                return Refusal(
                    Code::E_PLEDGEE_CONSENT_REQUIRED, "",
                    json::Object{{"pledge", pledge.string_or("id", "")}, {"pledgee", pledgee}},
                    where_of(pledge.find("since")));
            }
        }
    }
    return std::nullopt;
}
std::optional<Refusal> pledgees_consent(Act& act) {
    return each_right(act, [&](const std::string&, const json::Value& right) {
        return consented(right, act.body.string_or("to", ""));
    });
}

std::optional<Refusal> actor_is_pledgee(Act& act) {
    for (const json::Value& pledge : act.record.find("enc")->find("pledges")->as_array()) {
        for (const json::Value& pledgee : pledge.find("pledgees")->as_array()) {
            if (pledgee.as_string() == act.party()) return std::nullopt;
        }
    }
    return Refusal(Code::E_NOT_INTERESTED, "iss", json::Object{{"party", act.party()}});
}

std::optional<Refusal> room_for_consent(Act& act) {
    const json::Value* consents = act.record.find("enc")->find("consents");
    if (consents == nullptr) return std::nullopt;
    const json::Array& given = consents->as_array();
    const auto own = std::count_if(given.begin(), given.end(), [&](const json::Value& one) {
        return one.string_or("party", "") == act.party();
    });
    if (own < kConsentsMax) return std::nullopt;
    return Refusal(Code::E_TOO_LARGE, "", json::Object{{"most", kConsentsMax}});
}

// Similarity is mutual: the marks named here name this one from now on.
void link_similar_marks(Act& act) {
    const json::Value* similar = act.record.find("fields")->find("similar_marks");
    if (similar == nullptr) return;
    for (const json::Value& mark : similar->as_array()) {
        const std::string key = right_state_key(mark.as_string());
        const auto held = act.draft.get(key);
        if (held == nullptr || key == act.key) continue;
        json::Value right = *held;
        json::Value& fields = right["fields"];
        if (fields.find("similar_marks") == nullptr) fields.set("similar_marks", json::Array{});
        json::Array& known = fields["similar_marks"].as_array();
        if (static_cast<std::int64_t>(known.size()) >= kSimilarMax ||
            std::find(known.begin(), known.end(), json::Value(act.id)) != known.end())
            continue;
        known.emplace_back(act.id);
        right.set("version", right.integer_or("version", 0) + 1);
        right.set("updated", where_json(act.now));
        act.draft.put(key, std::move(right));
    }
}

void open_picture(Act& act) {
    link_similar_marks(act);
    RightNoError error{};
    const auto key = right_key(act.text("asset_kind"), act.text("right_no"), error);
    act.fields().set("right_no", key->canonical);
    act.record.set("enc", json::Object{{"pledges", json::Array{}}, {"freezes", json::Array{}}});
    act.record.set("registered_by", act.party());
}

bool is_end(std::string_view status) {
    return in_list("terminated|invalidated|expired|surrendered", status);
}

// Of a right that this ledger registered there is no other register to mirror (decision 0014): its
// office speaks for it while the registration stands, and what ends it are acts of the
// registration.
std::optional<Refusal> own_register_speaks(Act& act) {
    const std::string dataip(act.record.string_or("dataip", ""));
    if (dataip.empty()) return std::nullopt;
    const std::string_view office = act.record.string_or("registered_by", "");
    if (office != act.party())
        return Refusal(Code::E_WRONG_AUTHORITY, "iss", json::Object{{"office", office}});
    const auto registration = act.draft.get("dataip/" + dataip);
    const std::string_view state =
        registration == nullptr ? "" : registration->string_or("state", "");
    if (state != "registered")
        return Refusal(Code::E_BAD_STATE, "", json::Object{{"dataip", dataip}, {"state", state}});
    if (!is_end(act.body.string_or("legal_status", ""))) return std::nullopt;
    return Refusal(Code::E_BAD_STATE, "/legal_status",
                   json::Object{{"dataip", dataip}, {"needs", "dataip.cancel or dataip.revoke"}});
}

// An extract of a day to come would never be stale.
std::optional<Refusal> extract_not_ahead(Act& act) {
    const std::string_view checked = act.body.string_or("source_checked_on", "");
    const std::string today = to_text(act.today);
    if (checked <= today) return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/source_checked_on",
                   json::Object{{"source_checked_on", checked}, {"today", today}});
}

void update_status(Act& act) {
    for (const auto& [name, value] : act.body.as_object()) act.fields().set(name, value);
    const std::string_view status = act.text("legal_status");
    if (is_end(status)) {
        tell_pledgees(act.draft, act.now, act.record, status, act.events);
    }
    act.event("right.status", act.id, json::Object{{"legal_status", status}});
}

void hand_over(json::Value& right, const Act& act) {
    right["fields"].set("holders", json::Array{json::Object{{"party", *act.body.find("to")},
                                                            {"share_ppm", kWhole}}});
    right["enc"].erase("consents");
    right.set("transferred", where_json(act.now));
}

void transfer(Act& act) {
    for (const std::string& id : rights_of(act)) {
        if (id == act.id) {
            hand_over(act.record, act);
        } else {
            json::Value right = *act.draft.get(right_state_key(id));
            hand_over(right, act);
            right.set("version", right.integer_or("version", 0) + 1);
            right.set("updated", where_json(act.now));
            act.draft.put(right_state_key(id), std::move(right));
        }
        act.event("right.transferred", id,
                  json::Object{{"from", act.party()}, {"to", *act.body.find("to")}});
    }
}

void consent(Act& act) {
    json::Value& enc = act.record["enc"];
    if (enc.find("consents") == nullptr) enc.set("consents", json::Array{});
    json::Value given = json::Object{{"party", act.party()}, {"to", *act.body.find("to")}};
    for (const json::Value& one : enc["consents"].as_array()) {
        if (one == given) return;  // said again: the picture does not grow
    }
    enc["consents"].push(std::move(given));
}

// Only marks are similar, and each is on the ledger.
std::optional<Refusal> similar_are_marks(Act& act) {
    const json::Value* similar = act.record.find("fields")->find("similar_marks");
    if (similar == nullptr) return std::nullopt;
    for (const json::Value& mark : similar->as_array()) {
        const bool mark_itself =
            act.text("asset_kind") == "trademark" && mark.as_string().starts_with("trademark:");
        if (mark_itself && act.draft.get(right_state_key(mark.as_string())) != nullptr) continue;
        return Refusal(Code::E_RIGHT_UNKNOWN, "/similar_marks", json::Object{{"right", mark}});
    }
    return std::nullopt;
}

const Fields& consent_body() {
    static const Fields fields = {{"to", FieldKind::party, true, 0, "", Visible::p, "受让人"}};
    return fields;
}

}  // namespace

RecordType right_type() {
    RecordType type{"right",
                    "知识产权",
                    "right/",
                    "",
                    &right_fields(),
                    {},
                    nullptr,
                    [](const json::Value& body) {
                        RightNoError error{};
                        const auto key = right_key(body.string_or("asset_kind", ""),
                                                   body.string_or("right_no", ""), error);
                        return key ? key->key : std::string("?");
                    }};
    type.plural = "rights";
    type.actors = {"registered_by"};
    type.keeper = "registered_by";
    type.handles = [](const json::Value& record, std::set<std::string>& out) {
        for (const json::Value& holder : record.find("fields")->find("holders")->as_array())
            out.insert("holder:" + std::string(holder.string_or("party", "")));
        list_mismatch(record, out);
    };
    type.verbs = {
        {"register",
         "",
         "mirrored",
         "ip_office",
         Approval::maker_checker,
         &right_fields(),
         {{Phase::identifiers, "E.2", number_holds},
          {Phase::existence, "B.2", holders_active},
          {Phase::existence, "R-24", similar_are_marks},
          {Phase::term, "B.2", term_holds},
          {Phase::term, "PLR Art 145", extract_not_ahead},
          {Phase::amounts, "B.2", shares_hold}},
         open_picture,
         "登记镜像"},
        {"update_status",
         "mirrored",
         "",
         "ip_office",
         Approval::maker_checker,
         &status_body(),
         {{Phase::existence, "B.4", own_register_speaks},
          {Phase::term, "PLR Art 145", extract_not_ahead}},
         update_status,
         "更新状态",
         nullptr,
         false,
         true},
        {"consent",
         "mirrored",
         "",
         "",
         Approval::maker_checker,
         &consent_body(),
         {{Phase::existence, "R-05", actor_is_pledgee},
          {Phase::existence, "B.2", receiver_active},
          {Phase::amounts, "R-05", room_for_consent}},
         consent,
         "同意转让"},
        {"transfer",
         "mirrored",
         "",
         "",
         Approval::maker_checker,
         &transfer_body(),
         {{Phase::existence, "B.2, R-27", others_stand},
          {Phase::existence, "B.2", actor_holds},
          {Phase::existence, "B.2", receiver_active},
          {Phase::existence, "R-24, TML Art 42", similar_marks_go},
          {Phase::freeze, "R-06", rights_free_for_transfer},
          {Phase::pledge, "R-02", rights_not_reserved},
          {Phase::pledge, "R-05", pledgees_consent},
          {Phase::pool, "R-12", rights_not_pooled},
          {Phase::evidence, "R-22", sole_holder}},
         transfer,
         "转让"},
    };
    for (Verb& verb : mirror_verbs("mirrored")) type.verbs.push_back(std::move(verb));
    return type;
}

}  // namespace quanlu::registry
