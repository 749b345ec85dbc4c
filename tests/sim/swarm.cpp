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
void draw_faulty(Swarm& swarm, Prng& random) {
    swarm.vices.assign(swarm.n, Vice::none);
    if (swarm.f() == 0) return;
    const std::uint64_t kind = random.below(10);
    if (kind < 6) {
        const std::size_t liars = 1 + random.below(swarm.f());
        for (std::size_t i = 0; i < liars; ++i)
            swarm.vices[random.below(swarm.n)] = static_cast<Vice>(1 + random.below(3));
    } else if (kind == 6) {
        swarm.amnesia = random.chance(1, 2) ? Amnesia::wiped : Amnesia::flipped;
        swarm.rejoin = random.chance(2, 3);
    } else if (kind == 7) {
        swarm.is_one_clock_wrong = true;
    }
}

}  // namespace

Swarm Swarm::draw(Prng& random) {
    Swarm swarm;
    const std::uint64_t size = random.below(20);
    swarm.n = size == 0 ? 1 : size == 1 ? 5 : size == 2 ? 6 : size == 3 ? 7 : 4;
    swarm.params.delta_ms = random.chance(1, 3) ? random.between(40, 400) : 150;
    swarm.params.delta_max_ms = 2'000;
    swarm.params.heartbeat_ms = random.between(500, 3'000);
    swarm.params.clock_eps_ms = 1'000;
    swarm.params.tx_validity_max_ms = 600'000;
    if (random.chance(1, 4)) swarm.params.block_tx_max = random.between(1, 4);
    swarm.faults_ms = random.between(3'000, 10'000);
    draw_network(swarm, random);
    draw_processes(swarm, random);
    draw_faulty(swarm, random);
    swarm.pace_ms = random.between(20, 250);
    swarm.races = random.below(3);
    swarm.invoices = random.below(2);
    swarm.assets = random.below(8);
    swarm.oddities = random.below(5);
    return swarm;
}

const char* to_text(Vice vice) {
    switch (vice) {
        case Vice::none:
            return "honest";
        case Vice::equivocator:
            return "equivocator";
        case Vice::nuller:
            return "nuller";
        case Vice::sync_liar:
            return "sync liar";
    }
    return "";
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
    if (amnesia != Amnesia::none) text += rejoin ? ", memory lost, rejoins" : ", memory lost";
    if (is_one_clock_wrong) text += ", one clock wrong";
    if (all_down_at_ms > 0) text += ", power cut";
    return text;
}

}  // namespace quanlu::sim
