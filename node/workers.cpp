// See workers.h.
#include "node/workers.h"

#include <boost/asio/post.hpp>

#include "crypto/base/encode.h"
#include "ledger/registry/registry.h"

namespace quanlu::node {

namespace {

constexpr std::size_t kKeysMax = 100'000;

// A party's value out of a snapshot, for one lookup.
class SnapshotReader : public chain::StateReader {
public:
    explicit SnapshotReader(std::shared_ptr<const kv::Reader> snapshot)
        : view_(std::move(snapshot)) {}
    [[nodiscard]] std::shared_ptr<const json::Value> get(std::string_view key) const override {
        const auto text = view_.value(key, Height(UINT64_MAX));
        if (!text) return nullptr;
        auto value = json::parse(*text, 4 * 1024 * 1024);
        return value.ok() ? std::make_shared<const json::Value>(std::move(value).value()) : nullptr;
    }

private:
    state::View view_;
};

}  // namespace

Workers::Workers(const Hash& chain_id, const Board& board, std::size_t threads)
    : chain_id_(chain_id), board_(board), pool_(threads) {}
Workers::~Workers() {
    stop();
}

void Workers::stop() {
    pool_.stop();
    pool_.join();
}

std::optional<crypto::PublicKey> Workers::key_of(const chain::Tx& tx) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = keys_.find(tx.kid);
        if (found != keys_.end()) return found->second;
    }
    const auto published = board_.read();
    if (published == nullptr) return std::nullopt;
    const auto key = registry::officer_key(SnapshotReader(published->snapshot), tx);
    if (key) {
        const std::lock_guard lock(mutex_);
        if (keys_.size() >= kKeysMax) keys_.clear();
        keys_[tx.kid] = *key;
    }
    return key;
}

Workers::Checked Workers::check_one(const std::string& jws) {
    auto tx = chain::parse_tx(jws, chain_id_);
    if (!tx.ok()) return {nullptr, tx.error()};
    const auto key = key_of(*tx);
    if (!key) {
        const auto published = board_.read();
        const bool known = published != nullptr &&
                           SnapshotReader(published->snapshot).get("party/" + tx->iss) != nullptr;
        return {nullptr,
                chain::Refusal(known ? chain::Code::E_UNKNOWN_KEY : chain::Code::E_UNKNOWN_PARTY,
                               known ? "kid" : "iss",
                               json::Object{{"party", tx->iss}, {"kid", tx->kid}})};
    }
    const auto signature = chain::check_signature(*tx, *key);
    if (!signature.ok()) return {nullptr, signature.error()};
    return {std::make_shared<const chain::Tx>(std::move(tx).value()), std::nullopt};
}

void Workers::check(std::vector<std::string> jws, std::function<void(std::vector<Checked>)> done) {
    boost::asio::post(pool_, [this, jws = std::move(jws), done = std::move(done)] {
        std::vector<Checked> checked;
        checked.reserve(jws.size());
        for (const std::string& one : jws) checked.push_back(check_one(one));
        done(std::move(checked));
    });
}

}  // namespace quanlu::node
