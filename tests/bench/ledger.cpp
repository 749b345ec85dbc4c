// What one machine does with a ledger when no network is in the way: execution alone, replay as an
// auditor does it, proofs as a bank checks them, each beside the rate of bare signature checks.
// Usage: bench_ledger [PATENTS [BLOCK_TXS]]
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "ledger/audit/replay.h"
#include "ledger/proof/verify.h"
#include "tests/include/office.h"

namespace quanlu::bench {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begun) {
    return std::chrono::duration<double>(Clock::now() - begun).count();
}

void print_rate(const char* what, double per_second, double limit, const char* unit) {
    std::printf("%-34s %10.0f %s  %.2f of one core's signature checks\n", what, per_second, unit,
                per_second / limit);
}

// Checks of one core, of the transactions of the ledger themselves.
double signature_rate(const Office& office) {
    std::size_t n = 0;
    const Clock::time_point begun = Clock::now();
    for (const Office::Made& made : office.blocks()) {
        for (const execution::TxPtr& tx : made.txs) {
            ENSURE(chain::check_signature(*tx, office.key_of(*tx)).ok());
            ++n;
        }
    }
    return static_cast<double>(n) / seconds_since(begun);
}

// Every block carried out anew on a state in memory, with every root compared.
double execution_rate(const Office& office, std::vector<double>& block_ms) {
    const auto kv = kv::make_memory_kv();
    state::Store store(*kv);
    execution::Tip tip = *execution::genesis_tip(office.genesis(), store);
    store.commit(tip.state, {Height(0), tip.hash, tip.header.state_root, tip.log}, {}, {});
    tip.state = store.final_version();
    const Clock::time_point begun = Clock::now();
    for (const Office::Made& made : office.blocks()) {
        const Clock::time_point block_begun = Clock::now();
        auto executed = execution::check(tip, office.genesis().params, made.block.block.header,
                                         made.txs, store);
        ENSURE(executed.ok());
        execution::commit(*executed, store, {});
        tip = executed->tip;
        tip.state = store.final_version();
        block_ms.push_back(1'000 * seconds_since(block_begun));
    }
    return static_cast<double>(office.transactions()) / seconds_since(begun);
}

class MadeBlocks : public audit::BlockSource {
public:
    explicit MadeBlocks(const Office& office) : office_(office) {}
    Result<std::optional<chain::FinalBlock>, std::string> next() override {
        if (at_ == office_.blocks().size()) return std::optional<chain::FinalBlock>();
        return std::optional<chain::FinalBlock>(office_.blocks()[at_++].block);
    }

private:
    const Office& office_;
    std::size_t at_ = 0;
};

double replay_rate(const Office& office, unsigned threads) {
    const auto kv = kv::make_memory_kv();
    audit::Replay replay(office.genesis(), *kv,
                         [threads](std::size_t n, const std::function<void(std::size_t)>& work) {
                             std::atomic<std::size_t> next{0};
                             const auto take = [&] {
                                 for (std::size_t i = next++; i < n; i = next++) work(i);
                             };
                             std::vector<std::thread> pool;
                             for (unsigned i = 1; i < threads; ++i) pool.emplace_back(take);
                             take();
                             for (std::thread& one : pool) one.join();
                         });
    MadeBlocks source(office);
    const Clock::time_point begun = Clock::now();
    const auto end = replay.run(source, {}, {});
    ENSURE(end == audit::Replay::End::complete, replay.wrong() ? replay.wrong()->what : "");
    return static_cast<double>(office.transactions()) / seconds_since(begun);
}

double proof_rate(Office& office) {
    const state::View view(office.kv().snapshot());
    const chain::FinalBlock& last = office.blocks().back().block;
    std::vector<proof::Bundle> bundles;
    for (std::size_t i = 0; i < std::min<std::size_t>(office.rights().size(), 1'000); ++i) {
        const std::string key = "right/" + office.rights()[i];
        proof::Bundle bundle;
        bundle.kind = proof::BundleKind::record;
        bundle.chain_id = office.genesis().chain_id;
        bundle.final = {last.block.header, {}, *last.finalization};
        bundle.items.push_back(
            {key, *json::parse(*view.value(key, last.block.header.height), 1024 * 1024),
             *view.prove(key, last.block.header.height)});
        bundles.push_back(std::move(bundle));
    }
    const Clock::time_point begun = Clock::now();
    for (const proof::Bundle& bundle : bundles) {
        proof::Question question;
        question.key = bundle.items.front().key;
        ENSURE(proof::verify(bundle, office.genesis(), question).answer == proof::Answer::valid);
    }
    return static_cast<double>(bundles.size()) / seconds_since(begun);
}

int run(std::size_t patents, std::size_t block_txs) {
    Office office(block_txs);
    for (std::size_t left = patents; left > 0;) {
        const std::size_t share = std::min<std::size_t>(left, 500);
        office.file(share);
        left -= share;
    }
    ENSURE(office.refused() == 0, "the benchmark's acts are all good");
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    std::printf(
        "transactions=%zu blocks=%zu per_block=%zu cores=%u mix=rights, pledges, invoices\n",
        office.transactions(), office.blocks().size(), block_txs, cores);
    const double limit = signature_rate(office);
    std::printf("%-34s %10.0f checks/s\n", "signatures, one core", limit);
    std::vector<double> block_ms;
    print_rate("execution alone, one core", execution_rate(office, block_ms), limit, "tx/s");
    std::sort(block_ms.begin(), block_ms.end());
    std::printf("%-34s p50 %.2f ms, p99 %.2f ms\n", "  a block", block_ms[block_ms.size() / 2],
                block_ms[block_ms.size() * 99 / 100]);
    print_rate("replay, one thread", replay_rate(office, 1), limit, "tx/s");
    print_rate("replay, all cores", replay_rate(office, cores), limit, "tx/s");
    print_rate("proof bundles verified, one core", proof_rate(office), limit, "bundles/s");
    return 0;
}

}  // namespace

}  // namespace quanlu::bench

int main(int argc, char** argv) {
    const auto at = [&](int i, std::size_t fallback) {
        const long value = argc > i ? std::atol(argv[i]) : 0;
        return value > 0 ? static_cast<std::size_t>(value) : fallback;
    };
    return quanlu::bench::run(at(1, 200), at(2, 50));
}
