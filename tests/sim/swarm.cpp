// See swarm.h.
#include "tests/sim/swarm.h"

namespace quanlu::sim {

namespace {

void draw_network(Swarm& swarm, Prng& random) {
    swarm.delay_min_ms = random.between(1, 5);
    swarm.delay_max_ms = swarm.delay_min_ms + random.between(0, random.chance(1, 3) ? 300 : 30);
    if (random.chance(1, 3)) swarm.slow_chance = random.below(50);
    if (random.chance(1, 2)) swarm.loss = random.below(random.chance(1, 3) ? 300 : 50);
    if (random.chance(1, 2)) swarm.duplicates = random.below(100);
    if (random.chance(1, 2)) swarm.replays = random.below(30);
    if (random.chance(1, 2)) {
        swarm.partition_every_ms = random.between(400, 3'000);
        swarm.cut_chance = 100 + random.below(500);
    }
}

void draw_processes(Swarm& swarm, Prng& random) {
    if (random.chance(2, 3)) {
        swarm.crash_every_ms = random.between(300, 4'000);
        swarm.fuse_chance = random.below(1'000);
        swarm.down_max_ms = random.between(10, 3'000);
    }
    if (random.chance(1, 6)) swarm.all_down_at_ms = random.between(500, swarm.faults_ms);
    swarm.clock_skew_max_ms = random.chance(1, 2) ? 0 : random.between(0, 200);
    swarm.has_workers = !random.chance(1, 6);
}

// Liars, forgetful members and wrong clocks share the same f.
void draw_faulty(Swarm& swarm, Prng& random, const Swarm::Wish& wish) {
    swarm.vices.assign(swarm.n, Vice::none);
    if (swarm.f() == 0 || wish.all_honest) return;
    if (wish.vice) {
        const std::size_t first = random.below(swarm.n);
        for (std::size_t i = 0; i < swarm.f(); ++i) swarm.vices[(first + i) % swarm.n] = *wish.vice;
        return;
    }
    if (wish.amnesia) {
        swarm.amnesia = *wish.amnesia;
        swarm.rejoin = random.chance(1, 2);
        return;
    }
    const std::uint64_t kind = random.below(10);
    if (kind < 6) {
        const std::size_t liars = 1 + random.below(swarm.f());
        for (std::size_t i = 0; i < liars; ++i)
            swarm.vices[random.below(swarm.n)] = static_cast<Vice>(1 + random.below(kVices - 1));
    } else if (kind == 6) {
        swarm.amnesia = static_cast<Amnesia>(1 + random.below(kAmnesias - 1));
        swarm.rejoin = random.chance(2, 3);
    } else if (kind == 7) {
        swarm.odd_clock = static_cast<Clock>(1 + random.below(kClocks - 1));
    }
}

// Mostly the smallest that bears a liar; now and then every size up to 31.
std::size_t draw_size(Prng& random) {
    const std::uint64_t size = random.below(400);
    if (size == 0) return 8 + random.below(24);
    if (size < 20) return 1;
    if (size < 40) return 5;
    if (size < 60) return 6;
    if (size < 80) return 7;
    return 4;
}

}  // namespace

Swarm Swarm::draw(Prng& random, const Wish& wish) {
    Swarm swarm;
    swarm.n = draw_size(random);
    // A member alone has no f: it cannot play what was asked for.
    if ((wish.vice || wish.amnesia) && swarm.f() == 0) swarm.n = 4;
    if (wish.n) swarm.n = *wish.n;
    swarm.params.delta_ms = random.chance(1, 3) ? random.between(40, 400) : 150;
    swarm.params.delta_max_ms = 2'000;
    swarm.params.heartbeat_ms = random.between(500, 3'000);
    swarm.params.clock_eps_ms = 1'000;
    swarm.params.tx_validity_max_ms = 600'000;
    if (random.chance(1, 4)) swarm.params.block_tx_max = random.between(1, 4);
    // Short runs find what happens at the beginning, and more of them fit into an hour.
    swarm.faults_ms =
        random.chance(1, 2) ? random.between(500, 2'500) : random.between(2'500, 10'000);
    draw_network(swarm, random);
    draw_processes(swarm, random);
    draw_faulty(swarm, random, wish);
    if (wish.shape) {
        swarm.shape = wish.shape;
        if (swarm.partition_every_ms == 0) swarm.partition_every_ms = random.between(200, 1'500);
    }
    swarm.pace_ms = random.between(20, 250);
    swarm.races = random.below(3);
    swarm.invoices = random.below(2);
    swarm.assets = random.below(8);
    swarm.oddities = random.below(5);
    return swarm;
}

const char* to_text(Vice vice) {
    static constexpr const char* kNames[kVices] = {
        "honest",    "equivocator", "nuller",   "sync_liar",    "conflicter",
        "per_peer",  "withholder",  "outdated", "impersonator", "wrong_root",
        "time_liar", "stripper",    "flooder",  "selective",    "mutator"};
    return kNames[static_cast<std::size_t>(vice)];
}
const char* to_text(Shape shape) {
    static constexpr const char* kNames[kShapes] = {
        "scattered", "half", "ring", "single", "bridge", "one_way", "slow", "swizzle", "flapping"};
    return kNames[static_cast<std::size_t>(shape)];
}
const char* to_text(Clock clock) {
    static constexpr const char* kNames[kClocks] = {"right",     "fast",       "slow",  "fast_hour",
                                                    "slow_hour", "steps_back", "stands"};
    return kNames[static_cast<std::size_t>(clock)];
}

const char* to_text(Amnesia amnesia) {
    static constexpr const char* kNames[kAmnesias] = {"none", "wiped", "flipped", "set_back"};
    return kNames[static_cast<std::size_t>(amnesia)];
}

std::string Swarm::describe() const {
    std::string text = "n " + std::to_string(n) + ", delta " + std::to_string(params.delta_ms) +
                       " ms, delay " + std::to_string(delay_min_ms) + ".." +
                       std::to_string(delay_max_ms) + " ms, loss " + std::to_string(loss) +
                       "/1000, partitions every " + std::to_string(partition_every_ms) +
                       " ms, crashes every " + std::to_string(crash_every_ms) + " ms";
    for (std::size_t i = 0; i < vices.size(); ++i) {
        if (vices[i] != Vice::none)
            text += ", m" + std::to_string(i) + " " + sim::to_text(vices[i]);
    }
    if (amnesia != Amnesia::none)
        text += std::string(", memory ") + sim::to_text(amnesia) + (rejoin ? ", rejoins" : "");
    if (odd_clock != Clock::right) text += std::string(", one clock ") + sim::to_text(odd_clock);
    if (shape) text += std::string(", partitions ") + sim::to_text(*shape);
    if (all_down_at_ms > 0) text += ", power cut";
    return text;
}

}  // namespace quanlu::sim
