// See net.h.
#include "tests/sim/net.h"

namespace quanlu::sim {

std::int64_t SimNet::delay() {
    if (is_healed_) return random_.between(1, 10);
    const std::int64_t ms = random_.between(swarm_.delay_min_ms, swarm_.delay_max_ms);
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
        push(now + delay(), std::move(again));
    }
    if (remembered_.size() < kRememberedMax) {
        remembered_.push_back(packet);
    } else {
        remembered_[random_.below(kRememberedMax)] = packet;
    }
    if (is_lost) return;
    if (!is_healed_ && random_.chance(swarm_.duplicates, 1'000)) push(now + delay(), packet);
    push(now + delay(), std::move(packet));
}

std::optional<Packet> SimNet::next(std::int64_t now) {
    if (next_at() > now) return std::nullopt;
    Packet packet = queue_.top();
    queue_.pop();
    return packet;
}

void SimNet::partition() {
    for (char& cut : cut_) cut = random_.chance(swarm_.cut_chance, 1'000) ? 1 : 0;
}

void SimNet::heal() {
    is_healed_ = true;
    for (char& cut : cut_) cut = 0;
}

}  // namespace quanlu::sim
