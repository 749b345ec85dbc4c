// A small real ledger that targets and corpora stand on: some blocks of the office of
// tests/include/office.h, their states, a database as a node would keep it. Made once a process.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ledger/chain/block.h"
#include "ledger/chain/genesis.h"
#include "ledger/execution/executor.h"
#include "ledger/kv/kv.h"
#include "ledger/proof/bundle.h"
#include "node/api/backend.h"

namespace quanlu::fuzz {

struct World {
    chain::Genesis genesis;
    std::vector<chain::FinalBlock> blocks;  // from height 1
    std::vector<execution::TxPtr> txs;
    std::vector<chain::Header> headers;    // from height 0
    std::vector<chain::Writes> maps;       // from height 0: the whole map
    std::vector<std::string> leaves;       // of the whole log
    std::vector<chain::Outcome> outcomes;  // of all transactions
    std::shared_ptr<kv::KvStore> kv;       // state and indexes after the last block
    std::unique_ptr<state::Store> store;
    api::Backend backend;

    [[nodiscard]] proof::Bundle bundle(const std::vector<std::string>& keys, Height height) const;
    [[nodiscard]] proof::Bundle tx_bundle(std::size_t leaf) const;
    // The compact JWS that proves a party's officer for one query.
    [[nodiscard]] std::string credential(const std::string& party, const std::string& method,
                                         const std::string& path) const;
    [[nodiscard]] UnixMillis now() const;
};
const World& world();

// As `credential`, of a member's key by its place.
const crypto::SigningKey& member_key(std::size_t member);
// One vote, of the member with that place.
chain::SignedVote vote_of(chain::VoteKind kind, View view, const Hash& block, std::uint32_t member);

// Of tests/fuzz/json_targets.cpp: a JWS from an input, and the input of a JWS in clear.
std::string jws_of(std::span<const std::uint8_t> input);
Bytes opened_jws(std::string_view jws);

template <class T>
Bytes encoded(const T& value) {
    Writer out;
    encode(out, value);
    return out.take();
}

}  // namespace quanlu::fuzz
