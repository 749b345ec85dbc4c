// The writes of one act over the state it reads. Copy-on-write by whole values.
#pragma once

#include <memory>
#include <string>

#include "ledger/chain/state_reader.h"

namespace quanlu::registry {

class Draft {
public:
    explicit Draft(const chain::StateReader& base) : base_(base) {}

    // nullptr when absent.
    [[nodiscard]] std::shared_ptr<const json::Value> get(std::string_view key) const;
    void put(std::string key, json::Value value);
    void erase(std::string key);
    [[nodiscard]] chain::Writes take();

private:
    const chain::StateReader& base_;
    chain::Writes written_;
};

}  // namespace quanlu::registry
