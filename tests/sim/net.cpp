// See net.h.
#include "tests/sim/net.h"

#include <algorithm>

namespace quanlu::sim {

std::int64_t SimNet::delay(chain::MemberIndex from, chain::MemberIndex to) {
    if (is_healed_) return random_.between(1, 10);
    std::int64_t ms = random_.between(swarm_.delay_min_ms, swarm_.delay_max_ms);
    if (shape_ == Shape::slow && (from == centre_ || to == centre_)) ms *= 10;
    return random_.chance(swarm_.slow_chance, 1'000) ? ms * 10 : ms;
}

void SimNet::push(std::int64_t at, Packet packet) {
    packet.at = at;
    packet.order = order_++;
    queue_.push(std::move(packet));
}

void SimNet::send(std::int64_t now, Packet packet) {
    const bool is_lost = !is_healed_ && (cut_[packet.from * swarm_.n + packet.to] != 0 ||
                                         random_.chance(swarm_.loss, 1'000));
    if (!is_healed_ && random_.chance(swarm_.replays, 1'000) && !remembered_.empty()) {
        Packet again = remembered_[random_.below(remembered_.size())];
        const std::int64_t at = now + delay(again.from, again.to);
        push(at, std::move(again));
    }
    if (remembered_.size() < kRememberedMax) {
        remembered_.push_back(packet);
    } else {
        remembered_[random_.below(kRememberedMax)] = packet;
    }
    if (is_lost) return;
    if (!is_healed_ && random_.chance(swarm_.duplicates, 1'000))
        push(now + delay(packet.from, packet.to), packet);
    const std::int64_t at = now + delay(packet.from, packet.to);
    push(at, std::move(packet));
}

std::optional<Packet> SimNet::next(std::int64_t now) {
    if (next_at() > now) return std::nullopt;
    Packet packet = queue_.top();
    queue_.pop();
    return packet;
}

void SimNet::partition() {
    const std::size_t n = swarm_.n;
    shape_ = swarm_.shape ? *swarm_.shape : static_cast<Shape>(random_.below(kShapes));
    centre_ = random_.below(n);
    swizzled_.clear();
    swizzle_at_ = 0;
    std::vector<std::uint64_t> side;
    for (std::size_t i = 0; i < n; ++i) side.push_back(random_.below(2));
    for (std::size_t from = 0; from < n; ++from) {
        for (std::size_t to = 0; to < n; ++to) {
            bool is_cut = false;
            switch (shape_) {
                case Shape::scattered:
                    is_cut = random_.chance(swarm_.cut_chance, 1'000);
                    break;
                case Shape::half:
                case Shape::flapping:
                    is_cut = side[from] != side[to];
                    break;
                case Shape::ring: {  // the n/2 next ones on either hand, and nobody beyond
                    const std::size_t apart = (to + n - from) % n;
                    is_cut = std::min(apart, n - apart) > n / 4 + 1;
                    break;
                }
                case Shape::single:
                    is_cut = (from == centre_) != (to == centre_);
                    break;
                case Shape::bridge:
                    is_cut = side[from] != side[to] && from != centre_ && to != centre_;
                    break;
                case Shape::one_way:
                    is_cut = from == centre_;
                    break;
                case Shape::slow:
                case Shape::swizzle:
                    break;
            }
            cut_link(from, to, is_cut);
        }
    }
    if (shape_ == Shape::swizzle) {
        for (int round = 0; round < 2; ++round) {  // going, then coming back
            std::vector<std::size_t> others;
            for (std::size_t i = 0; i < n; ++i) {
                if (i != centre_) others.push_back(i);
            }
            while (!others.empty()) {
                const std::size_t at = random_.below(others.size());
                swizzled_.push_back(others[at]);
                others.erase(others.begin() + static_cast<std::ptrdiff_t>(at));
            }
        }
    }
}

void SimNet::pass_time() {
    if (is_healed_) return;
    if (shape_ == Shape::swizzle && swizzle_at_ < swizzled_.size() && random_.chance(1, 3)) {
        const bool going = swizzle_at_ < swizzled_.size() / 2;
        const std::size_t other = swizzled_[swizzle_at_++];
        cut_link(centre_, other, going);
        cut_link(other, centre_, going);
    }
    if (shape_ == Shape::flapping && random_.chance(1, 3)) {
        const std::size_t from = random_.below(swarm_.n), to = random_.below(swarm_.n);
        cut_link(from, to, random_.chance(1, 2));
    }
}

void SimNet::heal() {
    is_healed_ = true;
    for (char& cut : cut_) cut = 0;
}

}  // namespace quanlu::sim
