// The grounds on which a pledge of a patent is refused (DOMAIN B.6; PM461 Art 11), each a guard of
// its own. Ground 9 (already pledged) and the freeze of ground 5 are rules of every right:
// right_rules.h.
#pragma once

#include <string_view>
#include <utility>

#include "ledger/registry/act.h"

namespace quanlu::registry {

// PM461 Art 8: what a contract must hold.
inline constexpr std::string_view kContractItems = "identity|claim|term|right|scope";

std::optional<chain::Refusal> ground_owner(
    Act& act);  // 1: the pledgors are the registered holders.
std::optional<chain::Refusal> ground_coowners(
    Act& act);  // 8, R-22: all co-owners pledge or have consented.
std::optional<chain::Refusal> ground_similar_marks(
    Act& act);  // TMP2009 Art 3, TML Art 42 E_SIMILAR_MARKS_OMITTED
// What a right's own entry has against a pledge of it on `today` (YYYY-MM-DD), whoever pledges:
// `fields` are those of the right. E_RIGHT_NOT_GRANTED, E_RIGHT_SUSPENDED, E_RIGHT_TERMINATED;
// E_ANNUAL_FEE_OVERDUE; E_OWNERSHIP_DISPUTE
using EntryGround = std::optional<chain::Refusal> (*)(const std::string& id,
                                                      const json::Value& fields,
                                                      const std::string& today);
std::optional<chain::Refusal> entry_status(const std::string& id, const json::Value& fields,
                                           const std::string& today);
std::optional<chain::Refusal> entry_fee(const std::string& id, const json::Value& fields,
                                        const std::string& today);
std::optional<chain::Refusal> entry_dispute(const std::string& id, const json::Value& fields,
                                            const std::string& today);

std::optional<chain::Refusal> ground_status(Act& act);   // 2, 3, and the suspended state of 5.
std::optional<chain::Refusal> ground_fee(Act& act);      // 4: annual fee.
std::optional<chain::Refusal> ground_dispute(Act& act);  // 5: the dispute behind a suspension.
std::optional<chain::Refusal> extract_fresh(
    Act& act);  // PLR Art 145: the register extract is recent.
std::optional<chain::Refusal> ground_term(Act& act);  // 6, R-09: the debt ends before the right.
std::optional<chain::Refusal> ground_contract(Act& act);  // 7: contract items.
// What a pledge may be registered over only when it is acknowledged: field of the right, refusal.
inline constexpr std::pair<std::string_view, chain::Code> kRisks[] = {
    {"dual_filing", chain::Code::E_DUAL_FILING_UNACKNOWLEDGED},
    {"invalidation_pending", chain::Code::E_INVALIDATION_UNACKNOWLEDGED}};
std::optional<chain::Refusal> ground_acknowledged(Act& act);  // 10 and 11.

// Whose pledge registration has a term of its own: trademark, data IP.
bool has_own_term(std::string_view asset_kind);
// B.6: that term is stated, no shorter than the debt's, within the right's.
std::optional<chain::Refusal> ground_registration_term(Act& act);
// B.6: trademark: a report or the written agreement on its value; copyright: licences given before
// (CRP Art 6(6)). E_MISSING_EVIDENCE
std::optional<chain::Refusal> ground_kind_papers(Act& act);

}  // namespace quanlu::registry
