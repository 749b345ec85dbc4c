// See draft.h.
#include "ledger/registry/draft.h"

#include <utility>

namespace quanlu::registry {

std::shared_ptr<const json::Value> Draft::get(std::string_view key) const {
    const auto found = written_.find(key);
    return found != written_.end() ? found->second : base_.get(key);
}

void Draft::put(std::string key, json::Value value) {
    written_[std::move(key)] = std::make_shared<const json::Value>(std::move(value));
}

void Draft::erase(std::string key) {
    written_[std::move(key)] = nullptr;
}

chain::Writes Draft::take() {
    return std::exchange(written_, {});
}

}  // namespace quanlu::registry
