// File descriptors are what strangers can use up. The store, the block log and the links of members
// must find one whenever they need it: a store that cannot open a file ends the node (E3).
#pragma once

#include <cstddef>

#include "crypto/base/result.h"
#include "ledger/kv/level_kv.h"
#include "node/datadir.h"
#include "node/net/links.h"

namespace quanlu::node {

// Raises the limit of this process as far as it may, and says how many connections clients may hold
// together, at most 2,000. Error (exit 78): too few are left for any.
Result<std::size_t, StartError> client_connections(std::size_t members);

constexpr std::size_t kConnectionsMax = 2'000, kClientsMin = 64;

// What the node needs itself.
constexpr std::size_t descriptors_needed(std::size_t members) {
    constexpr std::size_t kStrangers = 2 * net::kStrangersMax;  // with those that make room
    constexpr std::size_t kOther = 96;  // log, journal, listeners, loops, what is being opened
    return kv::kDescriptorsMax + kStrangers + kOther + 2 * members;
}

// The same for a process that may have `descriptors`; nothing when too few.
constexpr std::size_t client_connections_of(std::size_t descriptors, std::size_t members) {
    const std::size_t needed = descriptors_needed(members);
    if (descriptors < needed + kClientsMin) return 0;
    return descriptors - needed < kConnectionsMax ? descriptors - needed : kConnectionsMax;
}

}  // namespace quanlu::node
