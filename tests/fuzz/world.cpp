// See world.h. The office's blocks are carried out once more, with the index tables of a node.
#include "tests/fuzz/world.h"

#include <map>
#include <tuple>

#include "crypto/base/encode.h"
#include "crypto/jws.h"
#include "ledger/index/index.h"
#include "ledger/registry/registry.h"
#include "node/api/parts.h"
#include "tests/include/office.h"

namespace quanlu::fuzz {

namespace {

constexpr std::size_t kBlockTxs = 3, kCredentialsMax = 10'000;

void apply(chain::Writes& map, const chain::Writes& writes) {
    for (const auto& [key, value] : writes) {
        if (value)
            map[key] = value;
        else
            map.erase(key);
    }
}

World made() {
    bench::Office office(kBlockTxs);
    office.file(1);
    World out;
    out.genesis = office.genesis();
    out.kv = kv::make_memory_kv();
    out.store = std::make_unique<state::Store>(*out.kv);
    auto tip = *execution::genesis_tip(out.genesis, *out.store);
    const auto founding = registry::founding_writes(out.genesis.records);
    ENSURE(founding.ok());
    kv::Batch first;
    index::add_founding(tip.header, *founding, first);
    out.store->commit(tip.state, {Height(0), tip.hash, tip.header.state_root, tip.log}, {},
                      std::move(first));
    tip.state = out.store->final_version();
    out.headers.push_back(tip.header);
    out.maps.push_back(*founding);
    for (const bench::Office::Made& made : office.blocks()) {
        const auto executed = execution::check(tip, out.genesis.params, made.block.block.header,
                                               made.txs, *out.store);
        ENSURE(executed.ok());
        kv::Batch extra;
        index::add_block(*executed, made.block.finalization, extra);
        execution::commit(*executed, *out.store, std::move(extra));
        tip = executed->tip;
        tip.state = out.store->final_version();
        out.blocks.push_back(made.block);
        out.txs.insert(out.txs.end(), made.txs.begin(), made.txs.end());
        out.headers.push_back(tip.header);
        out.maps.push_back(out.maps.back());
        apply(out.maps.back(), executed->writes);
        out.leaves.insert(out.leaves.end(), executed->leaves.begin(), executed->leaves.end());
        out.outcomes.insert(out.outcomes.end(), executed->outcomes.begin(),
                            executed->outcomes.end());
    }
    return out;
}

void connect(World& world) {
    api::Backend& backend = world.backend;
    backend.genesis = &world.genesis;
    backend.snapshot = [&world] {
        api::Snapshot snapshot;
        snapshot.reader = world.kv;
        snapshot.status.height = world.headers.back().height;
        snapshot.status.tip_time = world.headers.back().time;
        return std::optional(snapshot);
    };
    backend.block = [&world](Height height) -> std::optional<chain::FinalBlock> {
        if (height.value == 0 || height.value > world.blocks.size()) return std::nullopt;
        return world.blocks[height.value - 1];
    };
    backend.evidence = [] {
        return std::vector<std::pair<chain::SignedVote, chain::SignedVote>>();
    };
    backend.wall_ms = [&world] { return world.now().value; };
    backend.fate = [](const Hash&) { return std::optional<json::Value>(); };
    backend.version = "fuzz";
}

}  // namespace

const World& world() {
    static World held = made();
    static const bool connected = (connect(held), true);
    (void)connected;
    return held;
}

UnixMillis World::now() const {
    return UnixMillis{headers.back().time.value + 1'000};
}

proof::Bundle World::bundle(const std::vector<std::string>& keys, Height height) const {
    const state::View view(kv);
    proof::Bundle out;
    out.chain_id = genesis.chain_id;
    out.final = *api::final_header(*kv, height);
    for (const std::string& key : keys) {
        proof::MapItem item{key, std::nullopt, *view.prove(key, height)};
        const auto found = maps[height.value].find(key);
        if (found != maps[height.value].end()) item.value = *found->second;
        out.items.push_back(std::move(item));
    }
    out.kind = keys.size() > 1      ? proof::BundleKind::batch
               : out.items[0].value ? proof::BundleKind::record
                                    : proof::BundleKind::absence;
    return out;
}

proof::Bundle World::tx_bundle(std::size_t leaf) const {
    const state::View view(kv);
    proof::Bundle out;
    out.kind = proof::BundleKind::tx;
    out.chain_id = genesis.chain_id;
    out.final = *api::final_header(*kv, headers.back().height);
    out.log = proof::LogItem{leaves[leaf],
                             {leaf, leaves.size(), *view.log_inclusion(leaf, leaves.size())}};
    return out;
}

std::string World::credential(const std::string& party, const std::string& method,
                              const std::string& path) const {
    // Most mutants ask in the same names: to make a key and to sign takes longer than an answer.
    static std::map<std::tuple<std::string, std::string, std::string>, std::string> made;
    if (made.size() >= kCredentialsMax) made.clear();
    const auto [at, is_new] = made.try_emplace({party, method, path});
    if (!is_new) return at->second;
    // Parties in the order of the office: two keys each, the maker's first.
    std::size_t place = party == "office" ? 0 : 1;
    for (std::size_t i = 0; i < bench::kFirms; ++i) {
        if (party == bench::firm(i)) place = 2 + i;
    }
    const std::int64_t seconds = now().value / 1'000;
    at->second = crypto::sign_jws(bench::key_numbered(1, 2 * place), chain::kQueryType,
                                  json::Object{{"iss", party},
                                               {"aud", to_hex(genesis.chain_id)},
                                               {"act", "query"},
                                               {"method", method},
                                               {"path", path},
                                               {"iat", seconds},
                                               {"exp", seconds + 60}});
    return at->second;
}

const crypto::SigningKey& member_key(std::size_t member) {
    static std::map<std::size_t, crypto::SigningKey> keys;
    const auto found = keys.find(member);
    return found != keys.end() ? found->second
                               : keys.emplace(member, bench::key_numbered(2, member)).first->second;
}

chain::SignedVote vote_of(chain::VoteKind kind, View view, const Hash& block,
                          std::uint32_t member) {
    chain::SignedVote vote{{kind, Epoch(0), view, block}, member, {}};
    vote.signature =
        member_key(member).sign(chain::statement_bytes(world().genesis.tag(), vote.vote));
    return vote;
}

}  // namespace quanlu::fuzz
