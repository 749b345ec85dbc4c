// See workers.h.
#include "node/workers.h"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "crypto/base/encode.h"
#include "ledger/chain/trial.h"
#include "ledger/registry/registry.h"

namespace quanlu::node {

namespace {

constexpr std::size_t kKeysMax = 100'000;
constexpr std::size_t kPiece = 32;  // transactions: some milliseconds
// Half a second's work of one thread. One frame or request is always taken, however large it is.
constexpr std::size_t kLaneBytesMax = 4 * 1024 * 1024;
constexpr std::size_t kBytesOfOne = sizeof(std::string) + sizeof(Workers::Checked);  // at least

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

Workers::Workers(const Hash& chain_id, const Board& board, std::size_t threads, std::size_t lanes)
    : chain_id_(chain_id), board_(board), threads_(threads), lanes_(lanes), pool_(threads) {}
Workers::~Workers() {
    stop();
}

void Workers::stop() {
    {
        const std::lock_guard lock(lanes_mutex_);
        stopping_ = true;
    }
    pool_.stop();
    pool_.join();
    // What waits refers to whom it would have been handed to, and they may go before this does.
    for (Waiting& lane : lanes_) lane.jobs.clear();
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

Workers::Checked Workers::check_one(const std::string& jws, Form form) {
    auto tx =
        form == Form::trial ? chain::parse_trial(jws, chain_id_) : chain::parse_tx(jws, chain_id_);
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

bool Workers::check(Lane lane, std::vector<std::string> jws, Done done, Form form) {
    const auto job = std::make_shared<Job>();
    job->lane = lane;
    job->bytes = sizeof(Job);  // short texts and empty frames hold memory too
    for (const std::string& one : jws) job->bytes += one.size() + kBytesOfOne;
    job->checked.resize(jws.size());
    job->jws = std::move(jws);
    job->done = std::move(done);
    job->form = form;
    const std::lock_guard lock(lanes_mutex_);
    Waiting& waiting = lanes_.at(lane);
    if (waiting.bytes > 0 && waiting.bytes + job->bytes > kLaneBytesMax) return false;
    waiting.bytes += job->bytes;
    waiting.jobs.push_back(job);
    if (running_ < threads_) {
        ++running_;
        boost::asio::post(pool_, [this] { run(); });
    }
    return true;
}

void Workers::run() {
    while (const std::optional<Piece> piece = next()) {
        for (std::size_t i = piece->from; i < piece->to; ++i)
            piece->job->checked[i] = check_one(piece->job->jws[i], piece->job->form);
        end(*piece);
    }
}

// Nothing: there is nothing to do, and the caller counts as running no more.
std::optional<Workers::Piece> Workers::next() {
    const std::lock_guard lock(lanes_mutex_);
    for (std::size_t tried = 0; !stopping_ && tried < lanes_.size(); ++tried) {
        Waiting& waiting = lanes_[turn_];
        turn_ = (turn_ + 1) % lanes_.size();
        if (waiting.jobs.empty()) continue;
        const std::shared_ptr<Job> job = waiting.jobs.front();
        const std::size_t from = job->begun;
        job->begun = std::min(job->jws.size(), from + kPiece);
        if (job->begun == job->jws.size()) waiting.jobs.pop_front();
        return Piece{job, from, job->begun};
    }
    --running_;
    return std::nullopt;
}

void Workers::end(const Piece& piece) {
    Job& job = *piece.job;
    {
        const std::lock_guard lock(lanes_mutex_);
        job.ended += piece.to - piece.from;
        if (job.ended < job.jws.size()) return;
        lanes_[job.lane].bytes -= job.bytes;
    }
    job.done(std::move(job.checked));
}

}  // namespace quanlu::node
