// True proofs of every type over all heights of both ledgers, some hundreds of them.
#include <algorithm>

#include "tests/forge/bend.h"

namespace quanlu::forge {

namespace {

std::vector<std::string> list_heads(const Table& table) {
    std::vector<std::string> heads;
    for (const auto& [key, value] : table) {
        if (key.starts_with("list/") && value.starts_with("{\"n\":")) heads.push_back(key);
    }
    return heads;
}

// Head and all entries.
std::vector<std::string> list_keys(const Table& table, const std::string& head) {
    std::vector<std::string> keys{head};
    for (std::size_t i = 1; table.contains(head + "/" + std::to_string(i)); ++i)
        keys.push_back(head + "/" + std::to_string(i));
    return keys;
}

Type type_of_absence(const proof::Bundle& bundle) {
    return bundle.items.front().proof.leaf ? Type::absence_leaf : Type::absence_empty;
}

}  // namespace

World::World(std::size_t patents, std::uint64_t seed)
    : real(Ledger::real(patents, 24)),
      away(Ledger::elsewhere(real)),
      oracle(real),
      forger(make_committee(9, 0, 7)) {
    Prng prng(seed ^ 0xF0F0);
    const auto fill = [&prng](const Ledger& ledger, std::vector<Specimen>& into,
                              std::size_t rounds) {
        const auto& places = ledger.places();
        const auto put = [&](Type type, const proof::Bundle& bundle) {
            // Whatever stands in a later epoch also shows how its committee came to be.
            into.push_back(
                {bundle.epochs.empty() || type != Type::presence ? type : Type::committee, bundle});
        };
        for (std::size_t i = 0; i < rounds; ++i) {
            const auto place = static_cast<std::size_t>(prng.below(places.size()));
            const auto ahead = static_cast<std::size_t>(prng.below(3));
            const Table& table = ledger.table(places[place].header.height);
            put(Type::presence, ledger.about({any_key(table, prng)}, place, ahead));
            // Half of the absent keys are there at another height.
            std::string absent = prng.chance(1, 2)
                                     ? any_key(ledger.table(ledger.last()), prng)
                                     : "right/CN:" + std::to_string(prng.below(1'000'000));
            if (table.contains(absent)) absent += "~";
            const proof::Bundle none = ledger.about({absent}, place, ahead);
            put(type_of_absence(none), none);
            if (const auto heads = list_heads(table); !heads.empty()) {
                const auto keys = list_keys(table, any_of(prng, heads));
                put(keys.size() > 1 ? Type::list : Type::presence,
                    ledger.about(keys, place, ahead));
            }
            std::set<std::string> keys{absent};
            while (keys.size() < 2 + i % 4 && keys.size() <= table.size())
                keys.insert(any_key(table, prng));
            put(Type::batch, ledger.about({keys.begin(), keys.end()}, place, ahead));
            const auto size = static_cast<std::size_t>(places[place].header.log_size);
            const auto end = ledger.tx_ids().lower_bound(size);
            if (end == ledger.tx_ids().begin()) continue;
            auto tx = ledger.tx_ids().begin();
            std::advance(tx, static_cast<std::ptrdiff_t>(prng.below(static_cast<std::uint64_t>(
                                 std::distance(ledger.tx_ids().begin(), end)))));
            put(Type::transaction, ledger.about_tx(tx->first, place, ahead));
        }
    };
    fill(real, pool, 120);
    fill(away, strange, 40);
}

}  // namespace quanlu::forge
