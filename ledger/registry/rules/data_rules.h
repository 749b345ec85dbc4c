// What a data invoice rests on (DOMAIN B.3): authorisation chain, live certificates below it, data
// asset, data IP right, term, assessor. Guards of records/certificate.cpp; they read the
// certificate's fields as they would stand after the act.
#pragma once

#include "ledger/registry/act.h"

namespace quanlu::registry {

// Who applied for the certificate, also while it is being applied for.
std::string provider_of(const Act& act);
std::shared_ptr<const json::Value> certificate_of(const Draft& draft, std::string_view id);
// Issued and, on the block's day, not past its last day; suspended ones are not live.
bool is_live_certificate(const json::Value& certificate, Date today);

std::optional<chain::Refusal> kind_fields_there(
    Act& act);  // E_SCHEMA: the fields of its kind, no others
std::optional<chain::Refusal> cert_dates_hold(
    Act& act);  // E_BACKDATED, E_SCHEMA (retention, NDSR Art 12)
std::optional<chain::Refusal> issuer_competent(Act& act);  // E_WRONG_AUTHORITY
std::optional<chain::Refusal> cert_parties_there(
    Act& act);                                        // E_NOT_FOUND, E_PARTY_NOT_ACTIVE, E_SCHEMA
std::optional<chain::Refusal> asset_there(Act& act);  // E_UNKNOWN_ASSET, E_NO_AUTHORISATION
std::optional<chain::Refusal> references_live(
    Act& act);  // E_NOT_FOUND, E_KIND_MISMATCH, E_BASIS_EXPIRED
// E_RIGHT_UNKNOWN, E_NOT_REGISTERED_OWNER, R-27 E_REGISTER_MISMATCH, E_RIGHT_NOT_GRANTED,
// E_RIGHT_SUSPENDED, E_RIGHT_TERMINATED, E_OWNERSHIP_DISPUTE
std::optional<chain::Refusal> data_ip_there(Act& act);
std::optional<chain::Refusal> data_ip_not_frozen(Act& act);  // R-06 E_ASSET_FROZEN
std::optional<chain::Refusal> term_within_basis(
    Act& act);  // R-09 E_TERM_EXCEEDS_BASIS, E_BASIS_EXPIRED
std::optional<chain::Refusal> source_is_lawful(Act& act);  // E_SOURCE_UNLAWFUL, E_NO_AUTHORISATION
std::optional<chain::Refusal> chain_unbroken(Act& act);    // E_BROKEN_AUTH_CHAIN
std::optional<chain::Refusal> grade_allows(Act& act);      // E_GRADE_NOT_ALLOWED
std::optional<chain::Refusal> digest_agrees(Act& act);     // E_HASH_FORMAT
std::optional<chain::Refusal> assessor_independent(
    Act& act);  // R-30 E_ASSESSOR_CONFLICT; the actor is the assessor

// Last day of everything the certificate rests on, and the name of what ends first; nothing when it
// rests on nothing.
struct BasisEnd {
    std::string last, what;
};
std::optional<BasisEnd> basis_end(const Act& act);

}  // namespace quanlu::registry
