// See offline.h.
#include "cli/offline.h"

#include <atomic>
#include <thread>
#include <vector>

namespace quanlu::cli {

Failure audit_failure(const std::string& reason) {
    return {Exit::usage,
            "ledger",
            "the ledger's files cannot be used",
            "账本文件无法使用",
            json::Object{{"reason", reason}},
            "",
            ""};
}

audit::ForEach on_all_cores() {
    return [threads = std::max(1U, std::thread::hardware_concurrency())](
               std::size_t n, const std::function<void(std::size_t)>& work) {
        std::atomic<std::size_t> next{0};
        const auto take = [&] {
            for (std::size_t i = next++; i < n; i = next++) work(i);
        };
        std::vector<std::thread> pool;
        for (unsigned i = 1; i < threads && i < n; ++i) pool.emplace_back(take);
        take();
        for (std::thread& one : pool) one.join();
    };
}

}  // namespace quanlu::cli
