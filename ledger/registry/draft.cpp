// See draft.h.
#include "ledger/registry/draft.h"

namespace quanlu::registry {

std::shared_ptr<const json::Value> Draft::get(std::string_view key) const {
    const auto found = written_.find(key);
    return found != written_.end() ? found->second : base_.get(key);
}

void Draft::put(std::string key, json::Value value) {
    written_[std::move(key)] = std::make_shared<const json::Value>(std::move(value));
}

void Draft::erase(std::string key) { written_[std::move(key)] = nullptr; }

chain::Writes Draft::take() {
    chain::Writes writes;
    for (auto& [key, value] : written_) {
        writes.emplace_hint(writes.end(), key, value ? std::optional<json::Value>(*value) : std::nullopt);
    }
    written_.clear();
    return writes;
}

}  // namespace quanlu::registry
