// Each parameter with its range: a genesis or a policy outside it is refused, not clamped.
#include "ledger/chain/params.h"

#include "crypto/hash.h"

namespace quanlu::chain {

namespace {

struct Row {
    const char* name;
    std::int64_t Params::*field;
    std::int64_t min, max;
};

constexpr Row kRows[] = {
    {"block_bytes_max", &Params::block_bytes_max, 65'536, 8 * 1024 * 1024},
    {"block_tx_max", &Params::block_tx_max, 1, 10'000},
    {"clock_eps_ms", &Params::clock_eps_ms, 100, 600'000},
    {"deadlines_per_block_max", &Params::deadlines_per_block_max, 1, 100'000},
    {"delta_max_ms", &Params::delta_max_ms, 10, 600'000},
    {"delta_ms", &Params::delta_ms, 10, 600'000},
    {"heartbeat_ms", &Params::heartbeat_ms, 100, 600'000},
    {"tx_validity_max_ms", &Params::tx_validity_max_ms, 1'000, 86'400'000},
};

}  // namespace

json::Value to_json(const Params& params) {
    json::Value out;
    for (const Row& row : kRows) out.set(row.name, params.*(row.field));
    return out;
}

Result<Params, std::string> params_from_json(const json::Value& value) {
    if (!value.is_object() || value.as_object().size() != std::size(kRows)) {
        return Err(std::string("params: exactly the known members"));
    }
    Params params;
    for (const Row& row : kRows) {
        const json::Value* member = value.find(row.name);
        if (member == nullptr || !member->is_integer())
            return Err(std::string("params.") + row.name + ": integer");
        if (member->as_integer() < row.min || member->as_integer() > row.max) {
            return Err(std::string("params.") + row.name + ": " + std::to_string(row.min) + " to " +
                       std::to_string(row.max));
        }
        params.*(row.field) = member->as_integer();
    }
    if (params.delta_max_ms < params.delta_ms)
        return Err(std::string("params.delta_max_ms: at least delta_ms"));
    return params;
}

Hash hash_of(const Params& params) {
    return crypto::sha256(as_bytes(json::write(to_json(params))));
}

}  // namespace quanlu::chain
