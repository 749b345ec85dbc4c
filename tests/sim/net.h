// Links that delay, drop, duplicate, reorder and repeat, and partitions that are not symmetric.
#pragma once

#include <memory>
#include <optional>
#include <queue>
#include <vector>

#include "crypto/base/bytes.h"
#include "ledger/chain/members.h"
#include "tests/sim/swarm.h"

namespace quanlu::sim {

// What goes over a link, made once for all who hear it.
struct Frame {
    Bytes bytes;
    Hash hash;
};

struct Packet {
    std::int64_t at = 0;
    std::uint64_t order = 0;
    chain::MemberIndex from = 0, to = 0;
    std::size_t body = 0;    // which process of the receiver (byzantine/twins.h)
    std::uint64_t life = 0;  // of the receiver
    std::shared_ptr<const Frame> frame;
    bool operator>(const Packet& other) const {
        return at != other.at ? at > other.at : order > other.order;
    }
};

class SimNet {
public:
    SimNet(const Swarm& swarm, Prng random)
        : swarm_(swarm), random_(random), cut_(swarm.n * swarm.n) {}

    void send(std::int64_t now, Packet packet);
    // The next packet due at or before `now`.
    std::optional<Packet> next(std::int64_t now);
    [[nodiscard]] std::int64_t next_at() const {
        return queue_.empty() ? INT64_MAX : queue_.top().at;
    }
    // Draws the next partition.
    void partition();
    // What changes by itself while one lasts: swizzled and flapping links.
    void pass_time();
    void heal();
    [[nodiscard]] std::uint64_t sent() const { return order_; }

private:
    static constexpr std::size_t kRememberedMax = 64;
    [[nodiscard]] std::int64_t delay(chain::MemberIndex from, chain::MemberIndex to);
    void push(std::int64_t at, Packet packet);

    const Swarm& swarm_;
    Prng random_;
    bool is_healed_ = false;
    void cut_link(std::size_t from, std::size_t to, bool is_cut) {
        cut_[from * swarm_.n + to] = is_cut ? 1 : 0;
    }
    std::vector<char> cut_;
    Shape shape_ = Shape::scattered;
    std::size_t centre_ = 0;             // the member that a shape is about
    std::vector<std::size_t> swizzled_;  // its links, in the order of their going and coming
    std::size_t swizzle_at_ = 0;
    std::uint64_t order_ = 0;
    std::priority_queue<Packet, std::vector<Packet>, std::greater<>> queue_;
    std::vector<Packet> remembered_;  // that may come again
};

}  // namespace quanlu::sim
