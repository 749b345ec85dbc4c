// The grounds on which a pledge of a patent is refused (DOMAIN B.6; PM461 Art 11), each a guard of
// its own. Ground 9 (already pledged) and the freeze of ground 5 are rules of every right:
// right_rules.h.
#pragma once

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
std::optional<chain::Refusal> ground_status(Act& act);   // 2, 3, and the suspended state of 5.
std::optional<chain::Refusal> ground_fee(Act& act);      // 4: annual fee.
std::optional<chain::Refusal> ground_dispute(Act& act);  // 5: the dispute behind a suspension.
std::optional<chain::Refusal> extract_fresh(
    Act& act);  // PLR Art 145: the register extract is recent.
std::optional<chain::Refusal> ground_term(Act& act);  // 6, R-09: the debt ends before the right.
std::optional<chain::Refusal> ground_contract(Act& act);      // 7: contract items.
std::optional<chain::Refusal> ground_acknowledged(Act& act);  // 10 and 11: risks acknowledged.

// Whose pledge registration has a term of its own: trademark, data IP.
bool has_own_term(std::string_view asset_kind);
// B.6: that term is stated, no shorter than the debt's, within the right's.
std::optional<chain::Refusal> ground_registration_term(Act& act);
// B.6: trademark: a report or the written agreement on its value; copyright: licences given before
// (CRP Art 6(6)). E_MISSING_EVIDENCE
std::optional<chain::Refusal> ground_kind_papers(Act& act);

}  // namespace quanlu::registry
