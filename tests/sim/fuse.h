// A crash at the k-th deed of a process: every operation on its disks, its store and its links is a
// deed. Burning out throws; the world catches it and treats the process as gone.
#pragma once

#include <cstdint>
#include <optional>

namespace quanlu::sim {

struct Crashed {};

class Fuse {
public:
    void arm(std::uint64_t deeds) { left_ = deeds; }
    void disarm() { left_.reset(); }
    [[nodiscard]] bool is_armed() const { return left_.has_value(); }
    void burn() {
        if (!left_) return;
        if (*left_ == 0) {
            left_.reset();
            throw Crashed{};
        }
        --*left_;
    }

private:
    std::optional<std::uint64_t> left_;
};

}  // namespace quanlu::sim
