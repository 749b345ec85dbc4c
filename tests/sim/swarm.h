// The weather of one seed: how many members, who lies, how bad the network and the disks are, what
// clients do. Drawn anew for each seed, so that no fault is always there to hide another.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/chain/params.h"
#include "tests/sim/prng.h"

namespace quanlu::sim {

enum class Vice : std::uint8_t {
    none,
    equivocator,
    nuller,
    sync_liar,
    conflicter,
    per_peer,
    withholder,
    outdated,
    impersonator,
    wrong_root,
    time_liar,
    stripper,
    flooder,
    selective,
    mutator,
};
inline constexpr std::size_t kVices = 15;  // "none" among them

// What a partition looks like (RELIABILITY T4). Each lasts until the next one is drawn.
enum class Shape : std::uint8_t {
    scattered,  // each direction of each link by chance
    half,       // two sides
    ring,       // everybody hears a majority, and everybody another one
    single,     // one member alone
    bridge,     // two sides and one member that both hear
    one_way,    // one member is heard by nobody, and hears all
    slow,       // links of one member ten times as slow
    swizzle,    // links of one member stop one by one and come back in another order
    flapping,   // all links of one side come and go
};
inline constexpr std::size_t kShapes = 9;

// What is wrong with a clock (T23).
enum class Clock : std::uint8_t { right, fast, slow, fast_hour, slow_hour, steps_back, stands };
inline constexpr std::size_t kClocks = 7;
// How a member loses its memory. set_back: to an older copy of its directory, or of its journal.
enum class Amnesia : std::uint8_t { none, wiped, flipped, set_back };
inline constexpr std::size_t kAmnesias = 4;

struct Swarm {
    std::size_t n = 4;
    chain::Params params;
    std::vector<Vice> vices;  // by member; at most f are not none
    // Network. Chances are in 1,000.
    std::int64_t delay_min_ms = 1, delay_max_ms = 10;
    std::uint64_t slow_chance = 0;  // ten times the delay
    std::uint64_t loss = 0, duplicates = 0, replays = 0;
    std::int64_t partition_every_ms = 0;
    std::optional<Shape> shape;    // nothing: another one each time
    std::uint64_t cut_chance = 0;  // of each direction of each link, while partitioned
    // Processes.
    std::int64_t crash_every_ms = 0;
    std::uint64_t fuse_chance = 0;  // that a crash comes between two deeds instead of between turns
    std::int64_t down_max_ms = 2'000;
    std::int64_t all_down_at_ms = 0;  // a power cut of everybody
    Amnesia amnesia = Amnesia::none;
    bool rejoin = false;
    std::int64_t clock_skew_max_ms = 0;
    Clock odd_clock = Clock::right;
    bool has_workers = true;  // gossip is checked outside the replica, as the node does
    // Clients.
    std::int64_t pace_ms = 100;
    std::size_t races = 1, invoices = 1, assets = 4, oddities = 2;
    std::int64_t faults_ms = 10'000;  // length of the safety phase

    [[nodiscard]] std::size_t f() const { return (n - 1) / 3; }
    // What a run may fix instead of drawing it.
    struct Wish {
        std::optional<std::size_t> n;
        std::optional<Vice> vice;  // of f members
        std::optional<Shape> shape;
        std::optional<Amnesia> amnesia;  // of one member, nobody lies
        bool all_honest = false;
    };
    static Swarm draw(Prng& random, const Wish& wish);
    [[nodiscard]] std::string describe() const;
};

const char* to_text(Vice vice);
const char* to_text(Shape shape);
const char* to_text(Clock clock);
const char* to_text(Amnesia amnesia);

}  // namespace quanlu::sim
