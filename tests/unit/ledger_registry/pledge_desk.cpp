// See pledge_desk.h.
#include "pledge_desk.h"

#include <catch2/catch.hpp>

namespace quanlu::test {

std::string code(const chain::Outcome& outcome) {
    return outcome.ok() ? "OK" : std::string(chain::name(outcome.refusal->code));
}

json::Value right_body(const MapState& state) {
    return json::Object{
        {"asset_kind", "patent_invention"},
        {"right_no", "ZL202110123456.7"},
        {"title", "t"},
        {"holders", json::Array{json::Object{{"party", "firm"}, {"share_ppm", 1'000'000}}}},
        {"application_date", "2021-03-01"},
        {"grant_date", "2023-05-09"},
        {"expiry_date", "2041-03-01"},
        {"annual_fee_paid_to", "2099-01-01"},
        {"legal_status", "in_force"},
        {"invalidation_pending", false},
        {"ownership_dispute", false},
        {"dual_filing", false},
        {"source_snapshot_hash", kHash},
        {"source_checked_on", to_text(shanghai_date(state.time))}};
}

json::Value pledge_body(const MapState& state, const std::string& bank) {
    const std::string today = to_text(shanghai_date(state.time));
    return json::Object{
        {"pledge_kind", "specific"},
        {"pledgors", json::Array{"firm"}},
        {"pledgees", json::Array{bank}},
        {"debtor", "firm"},
        {"rights", json::Array{"patent:2021101234567"}},
        {"right_count", 1},
        {"main_contract_no", kSealed},
        {"main_contract", kSealed},
        {"pledge_contract", kSealed},
        {"contract_date", today},
        {"contract_items", json::Array{"identity", "claim", "term", "right", "scope"}},
        {"claim_kind", "loan"},
        {"secured_amount", 100},
        {"ccy", "CNY"},
        {"debt_from", today},
        {"debt_due", "2030-01-01"},
        {"scope_of_security", json::Array{"principal"}}};
}

json::Value statutory() {
    return json::Object{{"statutory_registration_no", "Y2026330000017"},
                        {"statutory_effective_date", "2026-11-20"},
                        {"statutory_notice_hash", kHash}};
}

std::string filed(MapState& state, const std::string& bank, const json::Value& body) {
    const std::string id = state.act("firm", "maker", "pledge.draft", "", body).record;
    REQUIRE(code(state.twice("firm", "pledge.sign", id, {})) == "OK");
    REQUIRE(code(state.twice(bank, "pledge.sign", id, {})) == "OK");
    return id;
}

MapState with_right(const char* field, const json::Value& value) {
    MapState state;
    json::Value body = right_body(state);
    if (field != nullptr) body.set(field, value);
    REQUIRE(code(state.twice("office", "right.register", "", body)) == "OK");
    return state;
}

std::string registered(MapState& state, const std::string& bank, const json::Value& body) {
    const std::string id = filed(state, bank, body);
    REQUIRE(code(state.act("office", "maker", "pledge.accept", id, {})) == "OK");
    REQUIRE(code(state.twice("office", "pledge.register", id, statutory())) == "OK");
    return id;
}

std::string together(MapState& state, const std::vector<std::string>& parties,
                     const std::string& act, const std::string& id, const json::Value& body) {
    std::string last;
    for (const std::string& party : parties) {
        last = code(state.twice(party, act, id, body));
        if (last != "OK") return last;
    }
    return last;
}

}  // namespace quanlu::test
