// The state while a block is carried out: earlier transactions' writes over the parent's version.
// Later ones see earlier effects. Values are shared, never copied on reading.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "ledger/chain/state_reader.h"
#include "ledger/state/store.h"

namespace quanlu::execution {

class WorkingState : public chain::StateReader {
public:
    explicit WorkingState(state::VersionPtr base) : base_(std::move(base)) {}

    [[nodiscard]] std::shared_ptr<const json::Value> get(std::string_view key) const override {
        const auto found = written_.find(key);
        if (found != written_.end()) return found->second;
        return base_ == nullptr ? nullptr : base_->get(key);
    }

    // Takes the writes of one successful act.
    void absorb(chain::Writes writes) {
        for (auto& [key, value] : writes) written_[key] = std::move(value);
    }

    // Everything written, for the tree. The state stays readable.
    [[nodiscard]] const chain::Writes& writes() const { return written_; }

private:
    state::VersionPtr base_;
    chain::Writes written_;
};

}  // namespace quanlu::execution
