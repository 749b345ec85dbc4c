// B.4 data_ip_registration (数据知识产权登记): from deposited evidence through examination and
// public notice to a right that other records rest on; then renewal and its end. What lies on the
// right is not here (right.cpp, pledge.cpp).
#include <array>

#include "ledger/registry/deadlines.h"
#include "ledger/registry/ids/right_no.h"
#include "ledger/registry/records/data_ip_fields.h"
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/any_record.h"
#include "ledger/registry/rules/filing_rules.h"
#include "ledger/registry/rules/party_rules.h"
#include "ledger/registry/rules/right_rules.h"
#include "ledger/registry/rules/working_days.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

constexpr int kNoticeWorkingDays = 10;
constexpr std::int32_t kNoticeDays = 14;  // where no calendar says which: ten are never fewer
constexpr int kTermYears = 3;
constexpr int kRenewalMonths = 6;
constexpr std::int64_t kWhole = 1'000'000;  // ppm

// What one registration holds while it lives: its asset, and the content, which may stand under
// several numbers. By the root alone: another name for its algorithm makes no other content.
std::array<std::string, 2> claim_keys(const Draft& draft, const json::Value& fields) {
    const std::string id(fields.string_or("asset_id", ""));
    const auto asset = draft.get("asset/" + id);
    const json::Value* digest =
        asset == nullptr ? nullptr : asset->find("fields")->find("content_digest");
    return {
        "dataip_of/" + id,
        "dataip_of_digest/" + std::string(digest == nullptr ? "" : digest->string_or("root", ""))};
}
void drop_claims(Draft& draft, const json::Value& record) {
    for (const std::string& key : claim_keys(draft, *record.find("fields"))) {
        const auto claim = draft.get(key);
        if (claim != nullptr && *claim->find("id") == *record.find("id")) draft.erase(key);
    }
}

// Who signs

std::vector<std::string> applicants_of(const Act& act) {
    std::vector<std::string> parties;
    for (const json::Value& one : act.field("applicants").as_array())
        parties.push_back(one.as_string());
    return parties;
}
// Those who hold the right now; transfers happen there.
std::vector<std::string> holders_and_office(const Act& act) {
    std::vector<std::string> parties{std::string(act.record.string_or("office", ""))};
    for (const std::string& id : rights_of(act)) {
        const auto right = act.draft.get(right_state_key(id));
        if (right == nullptr) continue;
        for (const json::Value& one : right->find("fields")->find("holders")->as_array())
            parties.emplace_back(one.string_or("party", ""));
    }
    return parties;
}
std::vector<std::string> holders_office_and_pledgees(const Act& act) {
    std::vector<std::string> parties = holders_and_office(act);
    for (const std::string& id : rights_of(act)) {
        const auto right = act.draft.get(right_state_key(id));
        if (right == nullptr) continue;
        for (const json::Value& pledge : right->find("enc")->find("pledges")->as_array()) {
            for (const json::Value& one : pledge.find("pledgees")->as_array())
                parties.push_back(one.as_string());
        }
    }
    return parties;
}

// Guards

std::optional<Refusal> actor_applies(Act& act) {
    if (act.has_party("applicants", act.party())) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss", json::Object{{"needs", "an applicant"}});
}
std::optional<Refusal> parties_there(Act& act) {
    if (auto refusal = parties_are_active(act, "applicants")) return refusal;
    return parties_are_active(act, "evidence_platform");
}

std::shared_ptr<const json::Value> asset_of(const Act& act) {
    return act.draft.get("asset/" + std::string(act.text("asset_id")));
}
std::optional<Refusal> asset_is_theirs(Act& act) {
    const auto asset = asset_of(act);
    if (asset == nullptr)
        return Refusal(Code::E_UNKNOWN_ASSET, "/asset_id",
                       json::Object{{"id", act.text("asset_id")}});
    if (act.has_party("applicants", asset->string_or("provider", ""))) return std::nullopt;
    return Refusal(Code::E_NO_AUTHORISATION, "/asset_id",
                   json::Object{{"needs", "an applicant who registered the asset"}});
}

std::string_view after(const Act& act, std::string_view name) {
    return act.body.string_or(name, act.text(name));
}

std::optional<Refusal> authorisation_stated(Act& act) {
    const auto asset = asset_of(act);
    if (asset == nullptr) return std::nullopt;
    const json::Array& sources = asset->find("fields")->find("source_kind")->as_array();
    const bool self_only = sources.size() == 1 && sources.front().as_string() == "self_collected";
    const std::string_view until = after(act, "authorised_until");
    if (until.empty() ? self_only : until >= to_text(act.today)) return std::nullopt;
    return Refusal(Code::E_NO_AUTHORISATION, "/authorised_until",
                   json::Object{{"source_kind", *asset->find("fields")->find("source_kind")},
                                {"authorised_until", until}});
}

std::optional<Refusal> notice_long_enough(Act& act) {
    const std::string least =
        to_text(working_days_after(act.draft, act.today, kNoticeWorkingDays, kNoticeDays));
    const std::string_view to = act.body.string_or("notice_to", "");
    if (to >= least) return std::nullopt;
    return Refusal(Code::E_NOTICE_PERIOD_OPEN, "/notice_to",
                   json::Object{{"notice_to", to}, {"least", least}});
}
std::optional<Refusal> processed(Act& act) {
    if (!act.text("algorithm_rule_summary").empty() && !act.text("algorithm_rule_hash").empty())
        return std::nullopt;
    return Refusal(Code::E_RAW_DATA_ONLY, "/algorithm_rule_hash");
}
std::optional<Refusal> pledged_true(Act& act) {
    if (act.record.find("fields")->bool_or("legality_pledge", false)) return std::nullopt;
    return Refusal(Code::E_SOURCE_UNLAWFUL, "/legality_pledge");
}
std::optional<Refusal> asset_undisputed(Act& act) {
    const auto asset = asset_of(act);
    const json::Value* open = asset == nullptr ? nullptr : asset->find("objections");
    if (open == nullptr) return std::nullopt;
    return Refusal(Code::E_OWNERSHIP_DISPUTE, "/asset_id",
                   json::Object{{"objection", open->as_array().front().string_or("id", "")}});
}
std::optional<Refusal> asset_unregistered(Act& act) {
    for (const std::string& key : claim_keys(act.draft, *act.record.find("fields"))) {
        const auto claim = act.draft.get(key);
        if (claim == nullptr || claim->string_or("id", "") == act.id) continue;
        return Refusal(Code::E_DUPLICATE_RIGHT, "/asset_id",
                       json::Object{{"dataip", claim->string_or("id", "")}});
    }
    return std::nullopt;
}

std::optional<Refusal> notice_over(Act& act) {
    if (act.text("notice_to") < to_text(act.today)) return std::nullopt;
    return Refusal(Code::E_NOTICE_PERIOD_OPEN, "",
                   json::Object{{"notice_to", act.text("notice_to")}});
}
std::optional<RightKey> key_of_certificate(const Act& act) {
    RightNoError error{};
    return right_key("data_ip", act.body.string_or("certificate_no", ""), error);
}
std::optional<Refusal> number_free(Act& act) {
    const auto key = key_of_certificate(act);
    if (!key)
        return Refusal(Code::E_BAD_RIGHT_NO, "/certificate_no",
                       json::Object{{"certificate_no", act.body.string_or("certificate_no", "")}});
    const auto held = act.draft.get(right_state_key(key->key));
    if (held == nullptr) return std::nullopt;
    return Refusal(Code::E_DUPLICATE_RIGHT, "/certificate_no", json::Object{{"right", key->key}},
                   where_of(held->find("created")));
}

// The last day of a term that begins today.
std::string term_end(const Act& act) {
    const std::string three = to_text(add_years(act.today, kTermYears));
    const std::string_view until = after(act, "authorised_until");
    return !until.empty() && until < three ? std::string(until) : three;
}
std::optional<Refusal> basis_lives(Act& act) {
    if (term_end(act) > to_text(act.today)) return std::nullopt;
    return Refusal(Code::E_BASIS_EXPIRED, "/authorised_until",
                   json::Object{{"authorised_until", after(act, "authorised_until")}});
}
// What was secured by the longer term stays secured.
std::optional<Refusal> term_grows(Act& act) {
    if (term_end(act) > act.text("valid_to")) return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/authorised_until",
                   json::Object{{"valid_to", act.text("valid_to")}, {"renewed_to", term_end(act)}});
}
std::optional<Refusal> in_renewal_window(Act& act) {
    const std::string from =
        to_text(add_months(*date_from_text(act.text("valid_to")), -kRenewalMonths));
    if (to_text(act.today) >= from && to_text(act.today) <= act.text("valid_to"))
        return std::nullopt;
    return Refusal(Code::E_RENEWAL_WINDOW, "",
                   json::Object{{"from", from}, {"valid_to", act.text("valid_to")}});
}
// Effects

void merge(Act& act) {
    for (const auto& [name, value] : act.body.as_object()) {
        if (name != "reason" && name != "evidence") act.fields().set(name, value);
    }
}
void request_correction(Act& act) {
    act.record.set("office", act.party());
    open_correction(act);
}
void examine(Act& act) {
    act.record.set("office", act.party());
    act.fields().set("notice_from", to_text(act.today));
    act.fields().set("notice_to", *act.body.find("notice_to"));
    for (const std::string& key : claim_keys(act.draft, *act.record.find("fields")))
        act.draft.put(key, json::Object{{"id", act.id}});
    act.event("dataip.public_notice", act.id, json::Object{{"notice_to", act.text("notice_to")}});
}
void refuse(Act& act) {
    act.record.set("refused", act.body);
    drop_claims(act.draft, act.record);
}

json::Value right_of(const Act& act, const RightKey& key, const std::string& valid_to) {
    json::Array holders;
    const json::Array& applicants = act.field("applicants").as_array();
    for (const json::Value& one : applicants) {
        json::Value holder = json::Object{{"party", one}};
        if (applicants.size() == 1) holder.set("share_ppm", kWhole);
        holders.push_back(std::move(holder));
    }
    const auto asset = asset_of(act);
    const json::Value where = where_json(act.now);
    return json::Object{
        {"type", "right"},
        {"id", key.key},
        {"state", "mirrored"},
        {"version", 1},
        {"created", where},
        {"updated", where},
        {"registered_by", act.party()},
        {"dataip", act.id},
        {"enc", json::Object{{"pledges", json::Array{}}, {"freezes", json::Array{}}}},
        {"fields", json::Object{{"asset_kind", "data_ip"},
                                {"right_no", key.canonical},
                                {"title", *asset->find("fields")->find("asset_name")},
                                {"holders", std::move(holders)},
                                {"grant_date", to_text(act.today)},
                                {"expiry_date", valid_to},
                                {"legal_status", "in_force"},
                                {"invalidation_pending", false},
                                {"ownership_dispute", false},
                                {"dual_filing", false},
                                {"source_snapshot_hash", *act.body.find("source_snapshot_hash")},
                                {"source_checked_on", to_text(act.today)}}}};
}

void register_it(Act& act) {
    const auto key = key_of_certificate(act);
    const std::string valid_to = term_end(act);
    act.fields().set("certificate_no", *act.body.find("certificate_no"));
    act.fields().set("registered_on", to_text(act.today));
    act.fields().set("valid_to", valid_to);
    act.fields().set("rights", json::Array{key->key});
    act.draft.put(right_state_key(key->key), right_of(act, *key, valid_to));
    add_deadline(act.draft, shanghai_day_end(*date_from_text(valid_to)), act.key, "valid_to");
    act.event("dataip.registered", act.id,
              json::Object{{"right", key->key}, {"valid_to", valid_to}});
}

// The right as it stands, with its status or its end changed.
template <class Change>
void change_held_right(Draft& draft, const Moment& now, const json::Value& record,
                       Change&& change) {
    const json::Value* rights = record.find("fields")->find("rights");
    if (rights == nullptr) return;
    for (const json::Value& id : rights->as_array()) {
        const auto held = draft.get(right_state_key(id.as_string()));
        if (held == nullptr) continue;
        json::Value right = *held;
        change(right);
        right.set("version", right.integer_or("version", 0) + 1);
        right.set("updated", where_json(now));
        draft.put(right_state_key(id.as_string()), std::move(right));
    }
}

void end_right(Draft& draft, const Moment& now, const json::Value& record, std::string_view status,
               std::vector<chain::Event>& events) {
    drop_claims(draft, record);
    change_held_right(draft, now, record, [&](json::Value& right) {
        right["fields"].set("legal_status", status);
        tell_pledgees(draft, now, right, status, events);
    });
}

void renew(Act& act) {
    merge(act);
    const std::string valid_to = term_end(act);
    act.fields().set("valid_to", valid_to);
    change_held_right(act.draft, act.now, act.record,
                      [&](json::Value& right) { right["fields"].set("expiry_date", valid_to); });
    add_deadline(act.draft, shanghai_day_end(*date_from_text(valid_to)), act.key, "valid_to");
    act.event("dataip.renewed", act.id, json::Object{{"valid_to", valid_to}});
}
void cancel(Act& act) {
    end_right(act.draft, act.now, act.record, "surrendered", act.events);
    act.event("dataip.cancelled", act.id);
}
void revoke(Act& act) {
    act.record.set("revocation", act.body);
    end_right(act.draft, act.now, act.record, "invalidated", act.events);
    act.event("dataip.revoked", act.id);
}

void deadline(SystemAct& act, std::string_view what) {
    const std::string_view state = act.record.string_or("state", "");
    const std::string today = to_text(act.today);
    if (what == "correction" && correction_lapsed(act)) {
        act.record.set("state", "withdrawn");
        act.events.push_back(
            {"dataip.withdrawn", act.id, json::Object{{"why", "not corrected in time"}}});
    }
    // A renewal moved the end: the earlier deadline finds a later day and does nothing.
    if (what == "valid_to" && state == "registered" &&
        act.record.find("fields")->string_or("valid_to", "") < today) {
        act.record.set("state", "expired");
        end_right(act.draft, act.now, act.record, "expired", act.events);
        act.events.push_back({"dataip.expired", act.id, {}});
    }
}

}  // namespace

RecordType data_ip_type() {
    RecordType type{"dataip", "数据知识产权登记", "dataip/", "DR", &data_ip::stored_fields(),
                    {},       deadline,           nullptr};
    type.plural = "data-ip-registrations";
    type.actors = {"office"};
    type.keeper = "office";
    type.handles = [](const json::Value& record, std::set<std::string>& out) {
        const json::Value& fields = *record.find("fields");
        if (fields.find("registered_on") == nullptr) return;
        for (const json::Value& one : fields.find("applicants")->as_array())
            out.insert("applicant:" + one.as_string());
    };
    const Guard office{Phase::existence, "B.4", same_office};
    type.verbs = {
        {"deposit",
         "",
         "evidence_deposited",
         "",
         Approval::maker_checker,
         &data_ip::deposit_body(),
         {{Phase::existence, "B.4", actor_applies},
          {Phase::existence, "B.4", parties_there},
          {Phase::existence, "B.4", asset_is_theirs}},
         nullptr,
         "存证"},
        {"apply",
         "evidence_deposited",
         "applied",
         "",
         Approval::every_party,
         &data_ip::apply_body(),
         {{Phase::evidence, "B.4, BJ-DIP Art 13", authorisation_stated}},
         merge,
         "申请",
         applicants_of},
        {"request_correction",
         "applied",
         "correction",
         "ip_office",
         Approval::one,
         &data_ip::correction_body(),
         {office, {Phase::term, "B.4", correction_day_holds}},
         request_correction,
         "通知补正"},
        {"correct",
         "correction",
         "applied",
         "",
         Approval::every_party,
         &data_ip::correct_body(),
         {{Phase::term, "B.4", correction_in_time},
          {Phase::evidence, "B.4, BJ-DIP Art 13", authorisation_stated}},
         merge,
         "补正",
         applicants_of},
        {"examine",
         "applied",
         "public_notice",
         "ip_office",
         Approval::maker_checker,
         &data_ip::examine_body(),
         {office,
          {Phase::existence, "B.4", asset_unregistered},
          {Phase::term, "B.4", notice_long_enough},
          {Phase::evidence, "B.4", processed},
          {Phase::evidence, "B.4", pledged_true},
          {Phase::evidence, "B.11", asset_undisputed}},
         examine,
         "审查公示"},
        {"refuse",
         "applied|public_notice",
         "refused",
         "ip_office",
         Approval::maker_checker,
         &data_ip::refuse_body(),
         {office},
         refuse,
         "不予登记"},
        {"register",
         "public_notice",
         "registered",
         "ip_office",
         Approval::maker_checker,
         &data_ip::register_body(),
         {office,
          {Phase::existence, "B.4", parties_there},
          {Phase::existence, "B.4", number_free},
          {Phase::term, "B.4", basis_lives},
          {Phase::evidence, "B.4", notice_over},
          {Phase::evidence, "B.11", no_open_objection}},
         register_it,
         "登记发证"},
        {"renew",
         "registered",
         "",
         "",
         Approval::every_party,
         &data_ip::renew_body(),
         {{Phase::term, "B.4", in_renewal_window},
          {Phase::term, "B.4", basis_lives},
          {Phase::term, "B.4", term_grows}},
         renew,
         "续展",
         holders_and_office},
        {"cancel",
         "registered",
         "cancelled",
         "",
         Approval::every_party,
         &reason_body(),
         {{Phase::freeze, "R-06", rights_free_for_surrender},
          {Phase::pool, "R-12", rights_not_pooled}},
         cancel,
         "注销",
         holders_office_and_pledgees},
        {"revoke",
         "registered",
         "revoked",
         "ip_office|court",
         Approval::maker_checker,
         &data_ip::revoke_body(),
         {{Phase::existence, "B.4", office_or_court},
          {Phase::evidence, "R-21", court_shows_ruling}},
         revoke,
         "撤销"},
    };
    return type;
}

}  // namespace quanlu::registry
