// The final state of a snapshot as the rules read it: for credentials and dry runs.
#pragma once

#include "ledger/chain/state_reader.h"
#include "ledger/state/store.h"

namespace quanlu::api {

class SnapshotState : public chain::StateReader {
public:
    explicit SnapshotState(std::shared_ptr<const kv::Reader> reader) : view_(std::move(reader)) {}
    [[nodiscard]] std::shared_ptr<const json::Value> get(std::string_view key) const override {
        const auto text = view_.value(key, Height(UINT64_MAX));
        if (!text) return nullptr;
        auto value = json::parse(*text, 4 * 1024 * 1024);
        return value.ok() ? std::make_shared<const json::Value>(std::move(value).value()) : nullptr;
    }

private:
    state::View view_;
};

}  // namespace quanlu::api
