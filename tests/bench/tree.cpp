// The state tree alone: blocks of a given number of writes into a map that already holds many keys.
// Usage: bench_tree [KEYS [WRITES [BLOCKS]]]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "ledger/state/store.h"

namespace quanlu::bench {

namespace {

using Clock = std::chrono::steady_clock;

class Keys {
public:
    explicit Keys(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {  // splitmix64
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

private:
    std::uint64_t state_;
};

void add(chain::Writes& writes, std::uint64_t key, std::uint64_t value) {
    writes["right/" + std::to_string(key)] = std::make_shared<const json::Value>(
        json::Object{{"n", value % 1'000'000}, {"state", "registered"}});
}

int run(std::uint64_t keys, std::uint64_t writes_per_block, std::uint64_t blocks) {
    const auto kv = kv::make_memory_kv();
    state::Store store(*kv);
    Keys random(1);
    Height height(0);
    const auto commit = [&](const state::VersionPtr& version) {
        store.commit(version, {height, Hash{}, version->root(), crypto::LogFrontier()}, {}, {});
        height = height.next();
    };
    for (std::uint64_t done = 0; done < keys; done += 10'000) {
        chain::Writes writes;
        for (std::uint64_t i = done; i < std::min(done + 10'000, keys); ++i) add(writes, i, i);
        commit(store.stage(height == Height(0) ? nullptr : store.final_version(), height, writes));
    }
    std::vector<double> stage_ms, commit_ms;
    const auto ms = [](Clock::time_point from, Clock::time_point to) {
        return std::chrono::duration<double, std::milli>(to - from).count();
    };
    for (std::uint64_t block = 0; block < blocks; ++block) {
        chain::Writes writes;
        while (writes.size() < writes_per_block) add(writes, random.next() % keys, random.next());
        const Clock::time_point begun = Clock::now();
        const state::VersionPtr version = store.stage(store.final_version(), height, writes);
        const Clock::time_point staged = Clock::now();
        commit(version);
        stage_ms.push_back(ms(begun, staged));
        commit_ms.push_back(ms(staged, Clock::now()));
    }
    double total = 0;
    for (const std::vector<double>* list : {&stage_ms, &commit_ms}) {
        for (const double one : *list) total += one;
    }
    std::sort(stage_ms.begin(), stage_ms.end());
    std::sort(commit_ms.begin(), commit_ms.end());
    std::printf("keys=%llu writes_per_block=%llu blocks=%llu store=memory threads=1\n",
                static_cast<unsigned long long>(keys),
                static_cast<unsigned long long>(writes_per_block),
                static_cast<unsigned long long>(blocks));
    std::printf("%.0f updates/s  stage p50 %.2f ms p99 %.2f ms  commit p50 %.2f ms p99 %.2f ms\n",
                static_cast<double>(writes_per_block * blocks) / total * 1'000,
                stage_ms[stage_ms.size() / 2], stage_ms[stage_ms.size() * 99 / 100],
                commit_ms[commit_ms.size() / 2], commit_ms[commit_ms.size() * 99 / 100]);
    return 0;
}

}  // namespace

}  // namespace quanlu::bench

int main(int argc, char** argv) {
    const auto at = [&](int i, std::uint64_t fallback) {
        const long long value = argc > i ? std::atoll(argv[i]) : 0;
        return value > 0 ? static_cast<std::uint64_t>(value) : fallback;
    };
    return quanlu::bench::run(at(1, 100'000), at(2, 100), at(3, 100));
}
