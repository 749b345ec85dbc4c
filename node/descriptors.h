// File descriptors are what strangers can use up. The store, the block log and the links of members
// must find one whenever they need it: a store that cannot open a file ends the node (E3).
#pragma once

#include <cstddef>

#include "crypto/base/result.h"
#include "node/datadir.h"

namespace quanlu::node {

// Raises the limit of this process as far as it may, and says how many connections clients may hold
// together, at most 2,000. Error (exit 78): too few are left for any.
Result<std::size_t, StartError> client_connections(std::size_t members);

// The same for a process that may have `descriptors`; nothing when too few.
constexpr std::size_t kConnectionsMax = 2'000;
constexpr std::size_t client_connections_of(std::size_t descriptors, std::size_t members) {
    constexpr std::size_t kStore = 4 * 40;      // parts of the store, open files of each
    constexpr std::size_t kStrangers = 2 * 64;  // links in a handshake, those that make room
    constexpr std::size_t kOther = 96;  // log, journal, listeners, loops, what is being opened
    constexpr std::size_t kClientsMin = 64;
    const std::size_t kept = kStore + kStrangers + kOther + 2 * members;
    if (descriptors < kept + kClientsMin) return 0;
    return descriptors - kept < kConnectionsMax ? descriptors - kept : kConnectionsMax;
}

}  // namespace quanlu::node
