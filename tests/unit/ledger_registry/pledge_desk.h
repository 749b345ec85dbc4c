// A pledge desk for tests: one right of "firm", filings by a bank, acts that several parties sign.
#pragma once

#include <string>
#include <vector>

#include "map_state.h"

namespace quanlu::test {

inline const std::string kHash = "sha256:" + std::string(64, 'a');
inline const json::Value kSealed = json::Object{{"_sd", std::string(43, 'A')}};
inline const std::string kRight = "patent:2021101234567";

std::string code(const chain::Outcome& outcome);
json::Value right_body(const MapState& state);
json::Value pledge_body(const MapState& state, const std::string& bank);
json::Value statutory();
// Drafted by firm and signed by both.
std::string filed(MapState& state, const std::string& bank, const json::Value& body);
std::string registered(MapState& state, const std::string& bank, const json::Value& body);
// The right stands on the ledger, with one field of its mirror changed.
MapState with_right(const char* field = nullptr, const json::Value& value = {});
// Two officers of each party act in turn; the first code that is not OK, or OK.
std::string together(MapState& state, const std::vector<std::string>& parties,
                     const std::string& act, const std::string& id, const json::Value& body);

}  // namespace quanlu::test
