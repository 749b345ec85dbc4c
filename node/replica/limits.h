// How much a replica remembers, serves and asks for: every map and queue of this module has its cap
// here, with the reason (DESIGN 1.9, E27). Peers and clients choose what they send; these numbers
// choose what is kept of it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "node/replica/wire.h"

namespace quanlu::replica {

// A fifth of the waiting room for one party: a flood of one leaves room for the others.
inline constexpr std::size_t kPartyShare = 5;

// Under load a leader gathers for a moment: a block costs every member the same promises, syncs and
// upper tree levels whether it holds ten transactions or two hundred. A parent this full is load; a
// block this full need not wait; and nobody notices so short a time who waits for finality.
inline constexpr std::size_t kBusyBlockTxs = 24;
inline constexpr std::size_t kGatheredTxs = 192;
inline constexpr std::int64_t kGatherMs = 8;

// An inadmissible transaction is not tried again before this much block time has gone by.
inline constexpr std::int64_t kParkMs = 2'000;

// Clients that wait for a fate at one time; the HTTP side holds far fewer sessions.
inline constexpr std::size_t kTicketsMax = 20'000;

// Blocks above the final tip, as many as consensus follows views; a forged flood ends here.
inline constexpr std::size_t kCandidatesMax = 512;

// Two contradicting proposals convict a leader; a third adds nothing.
inline constexpr std::size_t kProposalsPerView = 2;

// Transactions that stand in blocks not yet final: beyond this a leader builds empty blocks, so
// that a chain that cannot become final does not eat the memory.
inline constexpr std::size_t kUnfinalBytesMax = 64 * 1024 * 1024;

// The same thing is asked for at most so often; each time of another member.
inline constexpr std::int64_t kFetchAgainMs = 300;
inline constexpr std::size_t kFetchesMax = 512;
inline constexpr std::size_t kFetchTxsMax = 4'000;  // half of the largest block in one question
inline constexpr std::size_t kWholeBlockEvery =
    4;                                          // of questions for a block, if parts will not do
inline constexpr std::size_t kChecksMax = 512;  // as many as there are candidates

// What one member is told of waiting transactions when its link comes up.
inline constexpr std::size_t kToldBytesMax = 4 * 1024 * 1024;

// Catch-up: three members send at once; what waits for its cover stays below the caps.
inline constexpr std::size_t kSyncParallel = 3;
inline constexpr std::uint32_t kRangeBlocks = 128;
inline constexpr std::size_t kRangeBytesMax = 8 * 1024 * 1024;  // of bodies; a frame has room
inline constexpr std::uint64_t kSyncWindow = 2 * kCandidatesMax;
inline constexpr std::size_t kSyncBytesMax = 64 * 1024 * 1024;
inline constexpr std::int64_t kSyncAgainMs = 2'000;  // then another member is asked
inline constexpr std::uint64_t kSyncLag = 4;         // fewer blocks behind is the rule under load
inline constexpr std::int64_t kSyncStallMs = 1'000;  // behind at all for so long: ask
inline constexpr std::int64_t kUncoveredMs = 4'000;  // blocks that nothing finalizes are let go
inline constexpr std::int64_t kDistrustMs = 10'000;  // after a lie; doubled with each
inline constexpr int kDistrustDoublings = 6;         // ten minutes and more
inline constexpr std::size_t kCatchUpTxsPerTurn = 1'000;  // some 60 ms: votes do not wait longer

// A member speaks every second. One whose machine lost its power is silent for longer before it
// speaks again; two processes under one key take turns within it.
inline constexpr std::int64_t kTwoLivesMs = 10'000;

// A member asks every second while it must; each answer gathers all that is held of its votes.
inline constexpr std::int64_t kAnswerAgainMs = 200;

// What one member may ask of us: a storm of questions costs the asker its answers, not us.
inline constexpr std::int64_t kServeBurstBytes = 32 * 1024 * 1024;
inline constexpr std::int64_t kServeBytesPerMs = 16 * 1024;
inline constexpr std::int64_t kServeLeastBytes = 1024;  // what a small answer counts

static_assert(kRangeBytesMax + 2 * 1024 * 1024 < wire::kFrameBytesMax);
static_assert(kSyncWindow > kCandidatesMax, "a run without its own finalization fits the window");

}  // namespace quanlu::replica
