// A small ledger made by hand: four members, a chain of headers with the roots of the oracle's map
// and log, and the certificates over them. What a node would hand out, made without any of its
// code.
#pragma once

#include <catch2/catch.hpp>

#include "crypto/base/encode.h"
#include "crypto/jwk.h"
#include "ledger/chain/leaf.h"
#include "ledger/chain/transaction.h"
#include "ledger/proof/bundle.h"
#include "model.h"

namespace quanlu::proof {

inline crypto::SigningKey key_of(std::uint8_t byte) {
    std::array<std::uint8_t, 32> seed{};
    seed.fill(byte);
    return crypto::SigningKey::from_seed(seed);
}

// Members of epoch e have seeds from 10 * e + 1 on.
inline std::vector<chain::Member> members_of(std::uint8_t epoch, std::size_t n = 4) {
    std::vector<chain::Member> list;
    for (std::size_t i = 0; i < n; ++i) {
        const auto seed = static_cast<std::uint8_t>(10 * epoch + i + 1);
        list.push_back({"node-" + std::to_string(epoch) + "-" + std::to_string(i),
                        "party-" + std::to_string(i), key_of(seed).public_key()});
    }
    return list;
}

inline chain::Genesis genesis_of(const std::string& name = "test-net") {
    chain::Genesis genesis;
    genesis.name = name;
    genesis.time = UnixMillis{1'763'640'000'000};
    genesis.members = members_of(0);
    genesis.records = json::Object{{"party/bank-hz", json::Object{{"state", "active"}}}};
    auto read = chain::genesis_from_json(chain::to_json(genesis));
    REQUIRE(read.ok());
    return *read;
}

inline chain::QuorumCert certify(const chain::Header& header, std::uint64_t signers = 0b0111,
                                 chain::VoteKind kind = chain::VoteKind::finalize,
                                 std::optional<std::uint64_t> signing_set = {}) {
    chain::QuorumCert cert;
    cert.statement = {kind, header.epoch, header.view, chain::hash_of(header)};
    cert.signers = signers;
    for (std::uint8_t i = 0; i < 64; ++i) {
        if ((signers >> i & 1) == 0) continue;
        const auto seed =
            static_cast<std::uint8_t>(10 * signing_set.value_or(header.epoch.value) + i + 1);
        cert.signatures.push_back(
            key_of(seed).sign(chain::statement_bytes(header.chain, cert.statement)));
    }
    return cert;
}

struct Ledger {
    chain::Genesis genesis = genesis_of();
    std::vector<chain::Header> headers;          // by height; drain headers are kept by their tests
    std::vector<Map> maps;                       // by height
    std::vector<std::vector<std::string>> logs;  // by height
    std::vector<std::string> tx_lines;

    explicit Ledger(std::size_t heights = 6) {
        Map map;
        map["party/bank-hz"] = "{\"state\":\"active\"}";
        chain::Header header = chain::genesis_header(genesis, naive_root(map));
        headers.push_back(header);
        maps.push_back(map);
        logs.emplace_back();
        for (std::size_t height = 1; height <= heights; ++height) add_block(height);
    }

    void add_block(std::size_t height) {
        Map map = maps.back();
        std::vector<std::string> log = logs.back();
        chain::Header header = child_of(headers.back());
        for (std::size_t i = 0; i < 5; ++i) {
            const std::string right = "right/CN:" + std::to_string(height) + std::to_string(i);
            map[right] = R"({"enc":{"freezes":[],"pledges":[]},"id":")" + right.substr(6) +
                         R"(","version":1})";
        }
        if (height > 1) {
            map["right/CN:10"] =
                R"({"enc":{"freezes":[],"pledges":[{"id":"PL-1","rank":1}]},"id":"CN:10","version":)" +
                std::to_string(height) + "}";
        }
        log.push_back(chain::header_leaf(headers.back()));
        chain::TxDraft draft;
        draft.iss = "bank-hz";
        draft.jti = "op-" + std::to_string(height);
        draft.act = "pledge.submit";
        draft.iat = 1'763'640'000;
        draft.exp = 1'763'640'600;
        draft.body = json::Object{{"n", static_cast<std::int64_t>(height)}};
        const auto tx = chain::parse_tx(chain::sign_tx(key_of(0x77), genesis.chain_id, draft),
                                        genesis.chain_id);
        REQUIRE(tx.ok());
        chain::Outcome outcome;
        if (height % 2 == 0) {
            outcome.refusal = chain::Refusal(chain::Code::E_ALREADY_PLEDGED, "/rights");
        } else {
            outcome.record = "PL-1";
            outcome.state = "submitted";
            outcome.version = 1;
        }
        tx_lines.push_back(
            chain::tx_leaf({header.height, 0}, header.time, tx->jws, tx->id, outcome));
        log.push_back(tx_lines.back());
        header.tx_count = 1;
        header.txs_hash = chain::txs_hash({tx->hash});
        header.state_root = naive_root(map);
        header.log_size = log.size();
        header.log_root = naive_log_root(log, 0, log.size());
        headers.push_back(header);
        maps.push_back(std::move(map));
        logs.push_back(std::move(log));
    }

    [[nodiscard]] static chain::Header child_of(const chain::Header& parent) {
        chain::Header header = parent;
        header.view = parent.view.plus(2);  // one failed view between any two blocks
        header.height = parent.height.next();
        header.parent = chain::hash_of(parent);
        header.parent_view = parent.view;
        header.time = UnixMillis{parent.time.value + 1'000};
        return header;
    }

    // The Finalization names the header at `final_at`, which is `height` or later.
    [[nodiscard]] FinalHeader final(std::size_t height, std::size_t final_at) const {
        FinalHeader final{headers[height], {}, certify(headers[final_at])};
        for (std::size_t h = height + 1; h <= final_at; ++h) final.path.push_back(headers[h]);
        return final;
    }
    [[nodiscard]] MapItem item(std::size_t height, const std::string& key) const {
        MapItem item{key, {}, naive_prove(maps[height], key)};
        const auto found = maps[height].find(key);
        if (found != maps[height].end()) item.value = *json::parse(found->second);
        return item;
    }
    [[nodiscard]] Bundle base(std::size_t height, std::size_t final_at) const {
        Bundle bundle;
        bundle.chain_id = genesis.chain_id;
        bundle.final = final(height, final_at);
        return bundle;
    }
    [[nodiscard]] Bundle about(const std::string& key, std::size_t height,
                               std::size_t final_at) const {
        Bundle bundle = base(height, final_at);
        bundle.items.push_back(item(height, key));
        bundle.kind = bundle.items[0].value ? BundleKind::record : BundleKind::absence;
        return bundle;
    }
    [[nodiscard]] Bundle tx(std::size_t tx_height, std::size_t height, std::size_t final_at) const {
        Bundle bundle = base(height, final_at);
        bundle.kind = BundleKind::tx;
        const std::size_t index =
            2 * tx_height - 1;  // each block adds a header line and one transaction
        bundle.log = LogItem{
            logs[height][index],
            {index, logs[height].size(), naive_path(logs[height], index, 0, logs[height].size())}};
        return bundle;
    }
    [[nodiscard]] Bundle batch(const std::vector<std::string>& keys, std::size_t height,
                               std::size_t final_at) const {
        Bundle bundle = base(height, final_at);
        bundle.kind = BundleKind::batch;
        for (const std::string& key : keys) bundle.items.push_back(item(height, key));
        return bundle;
    }

    // Is everything that this bundle says so? By the model alone.
    [[nodiscard]] bool is_true(const Bundle& bundle) const {
        std::size_t height = headers.size();
        for (std::size_t h = 0; h < headers.size(); ++h) {
            if (headers[h] == bundle.final.header) height = h;
        }
        if (height == headers.size() || bundle.chain_id != genesis.chain_id) return false;
        for (const MapItem& one : bundle.items) {
            const auto found = maps[height].find(one.key);
            const bool present = found != maps[height].end();
            if (present != one.value.has_value()) return false;
            if (present && found->second != json::write(*one.value)) return false;
        }
        if (bundle.log) {
            const auto& log = logs[height];
            if (bundle.log->proof.index >= log.size() ||
                log[bundle.log->proof.index] != bundle.log->line)
                return false;
        }
        return bundle.log.has_value() || !bundle.items.empty();
    }
};

}  // namespace quanlu::proof
