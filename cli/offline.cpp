// See offline.h.
#include "cli/offline.h"

#include <atomic>
#include <thread>
#include <vector>

#include "cli/context.h"
#include "crypto/base/encode.h"
#include "ledger/proof/verify.h"

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

Result<std::optional<audit::KnownTip>, Failure> known_tip(const std::string& path,
                                                          const chain::Genesis& genesis) {
    if (path.empty()) return std::optional<audit::KnownTip>();
    TRY(const std::string text, read_text_file(path, proof::kBundleBytesMax));
    if (const auto bundle = proof::parse_bundle(text); bundle.ok()) {
        const proof::Verdict verdict = proof::verify(*bundle, genesis, {});
        if (verdict.answer != proof::Answer::valid)
            return Err(audit_failure(path + ": " + verdict.reason + " " + verdict.detail));
        return std::optional(audit::KnownTip{verdict.height, verdict.block});
    }
    const auto body = json::parse(text);
    const auto hash = body.ok() ? hash_from_hex(body->string_or("block", "")) : std::nullopt;
    if (!hash || body->integer_or("height", 0) < 1)
        return Err(audit_failure(path + ": an answer kept with --out, or {\"height\", \"block\"}"));
    return std::optional(
        audit::KnownTip{Height(static_cast<std::uint64_t>(body->integer_or("height", 0))), *hash});
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
