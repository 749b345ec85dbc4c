// What a simulated network is founded on: members with their keys, parties with two officers each,
// parameters. Identifiers are valid in form and belong to nobody.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "ledger/chain/genesis.h"
#include "ledger/chain/transaction.h"

namespace quanlu::sim {

inline constexpr std::int64_t kWallStart = 1'795'140'000'000;  // 2026-11-20 10:00 in Shanghai

struct Scene {
    chain::Genesis genesis;
    // The same ones in every scene, made once: each lies in locked memory of its own, which takes a
    // page and three calls of the system.
    std::span<const crypto::SigningKey> keys;                   // of members
    std::map<std::string, const crypto::SigningKey*> officers;  // "bank-one/maker"
    std::string today;

    static Scene make(std::size_t members, const chain::Params& params);
    [[nodiscard]] std::string sign(const std::string& officer, const chain::TxDraft& draft) const;
};

}  // namespace quanlu::sim
