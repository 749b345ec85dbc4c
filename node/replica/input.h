// What happens to a node, as values: the replica's whole world. The shell makes them from sockets,
// timers, worker results and the disk; the simulator makes them from a seed.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "consensus/message.h"
#include "ledger/execution/executor.h"
#include "node/replica/wire.h"

namespace quanlu::replica {

using consensus::MemberIndex;

struct Tick {};
struct PeerUp {
    MemberIndex member;
};
struct PeerDown {
    MemberIndex member;
};
// A frame of an authenticated member, decoded (form only). Signatures are checked inside step()
// unless noted.
struct FromPeer {
    MemberIndex from;
    wire::Message message;
};
// A transaction whose form and signature were checked on a worker; `from` names the peer that
// gossiped it.
struct NewTx {
    execution::TxPtr tx;
    std::optional<MemberIndex> from;
    std::uint64_t ticket = 0;  // not 0: a client waits for its fate
};
// Our vote, signed and durable (the answer to Turn::cast).
struct OwnVote {
    chain::SignedVote vote;
};

using Input = std::variant<Tick, PeerUp, PeerDown, FromPeer, NewTx, OwnVote>;

// The two clocks, read once per turn by the shell.
struct Now {
    Millis steady;
    UnixMillis wall;  // proposals and voting window only (R9); never a rule
};

}  // namespace quanlu::replica
