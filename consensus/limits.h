// How much a member remembers about views: every map of this module has its cap here, with the
// reason (R5, T13, M16). Peers choose what they send; these numbers choose what is kept of it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ledger/chain/block.h"

namespace quanlu::consensus {

// w of R5: views below the floor whose votes and certificates are kept, for evidence and for peers
// that lack exactly one certificate (T3).
inline constexpr std::uint64_t kBelowFloor = 8;

// Views below the present one whose votes and blocks are followed while nothing becomes final. A
// vote of an older view can still finalize it, but so does any later view, so nothing is lost but
// memory (31 members: 8 MB at most).
inline constexpr std::uint64_t kFollowedViews = 512;

// Views with a certificate held: the longest justification, and what lies below the floor.
inline constexpr std::size_t kCertViewsMax = chain::kJustifyMax + 2 * kBelowFloor;

// Own votes of the newest views are what others may lack; older views are settled by certificates.
inline constexpr std::uint64_t kResendViews = 4;

// Blocks asked for again in one turn: the newest notarized ones; their ancestors are fetched with
// them.
inline constexpr std::size_t kChecksAgainMax = 8;

// The first contradictions of a member convict it; more of them only fill the journal.
inline constexpr std::size_t kEvidencePerMember = 16;

// Beyond 2^53-2 a view is nobody's honest work, and view + 1 must stay countable (M29, FISCO#2312).
inline constexpr std::uint64_t kViewMax = (std::uint64_t{1} << 53) - 2;

}  // namespace quanlu::consensus
