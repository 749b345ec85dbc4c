// Kinds that bend the proof of a key, the claim about it, and several keys together.
#include <algorithm>

#include "tests/forge/bend.h"
#include "tests/unit/ledger_proof/model.h"

namespace quanlu::forge {

namespace {

using proof::BundleKind;
using proof::MapItem;
using Hashes = std::vector<Hash>;

MapItem* any_item(Mutant& mutant, Prng& prng) {
    return mutant.bundle.items.empty() ? nullptr : &any_of(prng, mutant.bundle.items);
}

// With or without a value the file is of another kind.
void set_value(Mutant& mutant, MapItem& item, std::optional<json::Value> value) {
    item.value = std::move(value);
    if (mutant.bundle.kind == BundleKind::record || mutant.bundle.kind == BundleKind::absence)
        mutant.bundle.kind = item.value ? BundleKind::record : BundleKind::absence;
}

const MapItem* donor(const std::vector<Specimen>& pool, Prng& prng) {
    const Specimen& one = any_of(prng, pool);
    return one.bundle.items.empty() ? nullptr : &any_of(prng, one.bundle.items);
}

const MapItem* donor_of(const std::vector<Specimen>& pool, Prng& prng, const std::string& key,
                        bool same_key) {
    for (int i = 0; i < 40; ++i) {
        const MapItem* one = donor(pool, prng);
        if (one != nullptr && (one->key == key) == same_key) return one;
    }
    return nullptr;
}

Hash leaf_hash_of(const MapItem& item) {
    return item.proof.leaf
               ? proof::tree_leaf_hash(item.proof.leaf->key_hash, item.proof.leaf->value_hash)
               : proof::tree_empty_hash();
}

// A value in which one thing is better than it is.
json::Value embellished(const json::Value& value, Prng& prng) {
    json::Value out = value;
    switch (prng.below(4)) {
        case 0:
            out["enc"] = json::Object{{"freezes", json::Array{}}, {"pledges", json::Array{}}};
            break;
        case 1:
            out.set("state", "released");
            break;
        case 2:
            out.set("version", static_cast<std::int64_t>(prng.below(1'000)));
            break;
        default: {
            const auto& members = value.as_object();
            if (members.empty()) break;
            const auto at =
                members.begin() + static_cast<std::ptrdiff_t>(prng.below(members.size()));
            out.erase(at->first);
        }
    }
    return out;
}

template <std::size_t kWay>
bool bend_siblings(const World&, Prng& prng, Mutant& mutant) {
    MapItem* item = any_item(mutant, prng);
    return item != nullptr && bend_hashes(item->proof.siblings, kWay, prng);
}

template <bool kSameKey, bool kAway>
bool other_proof(const World& world, Prng& prng, Mutant& mutant) {
    MapItem* item = any_item(mutant, prng);
    if (item == nullptr) return false;
    const MapItem* from = donor_of(kAway ? world.strange : world.pool, prng, item->key, kSameKey);
    if (from == nullptr || from->proof == item->proof) return false;
    item->proof = from->proof;
    return true;
}

const Kind kTree[] = {
    {"sibling dropped", bend_siblings<0>},
    {"sibling doubled", bend_siblings<1>},
    {"siblings swapped", bend_siblings<2>},
    {"siblings turned round", bend_siblings<3>},
    {"sibling replaced", bend_siblings<4>},
    {"level added at the top", bend_siblings<5>},
    {"level added at the bottom", bend_siblings<6>},
    {"path empty", bend_siblings<7>},
    {"path over size", bend_siblings<8>},
    {"empty level added",
     [](const World&, Prng& prng, Mutant& mutant) {
         MapItem* item = any_item(mutant, prng);
         if (item == nullptr) return false;
         Hashes& list = item->proof.siblings;
         const auto at = static_cast<std::ptrdiff_t>(prng.below(list.size() + 1));
         list.insert(list.begin() + at, proof::tree_empty_hash());
         return true;
     }},
    {"path cut at the bottom",
     [](const World&, Prng& prng, Mutant& mutant) {
         MapItem* item = any_item(mutant, prng);
         if (item == nullptr || item->proof.siblings.empty()) return false;
         item->proof.siblings.resize(
             static_cast<std::size_t>(prng.below(item->proof.siblings.size())));
         if (prng.chance(1, 2)) item->proof.leaf.reset();
         return true;
     }},
    {"node as leaf",  // two children of an inner node shown as key hash and value hash
     [](const World&, Prng& prng, Mutant& mutant) {
         MapItem* item = any_item(mutant, prng);
         if (item == nullptr || item->proof.siblings.empty()) return false;
         const Hash own = leaf_hash_of(*item), sibling = item->proof.siblings.back();
         item->proof.siblings.pop_back();
         item->proof.leaf = prng.chance(1, 2) ? proof::TreeProof::Leaf{own, sibling}
                                              : proof::TreeProof::Leaf{sibling, own};
         return true;
     }},
    {"leaf as node",  // the leaf's two hashes shown as one more level
     [](const World&, Prng& prng, Mutant& mutant) {
         MapItem* item = any_item(mutant, prng);
         if (item == nullptr || !item->proof.leaf) return false;
         item->proof.siblings.push_back(prng.chance(1, 2) ? item->proof.leaf->value_hash
                                                          : item->proof.leaf->key_hash);
         if (prng.chance(1, 2)) item->proof.leaf.reset();
         return true;
     }},
    {"both children",  // a level's sibling is the node itself, or the leaf
     [](const World&, Prng& prng, Mutant& mutant) {
         MapItem* item = any_item(mutant, prng);
         if (item == nullptr || item->proof.siblings.empty()) return false;
         any_of(prng, item->proof.siblings) = leaf_hash_of(*item);
         return true;
     }},
    {"leaf gone",
     [](const World&, Prng& prng, Mutant& mutant) {
         MapItem* item = any_item(mutant, prng);
         if (item == nullptr || !item->proof.leaf) return false;
         item->proof.leaf.reset();
         return true;
     }},
    {"leaf of another key",
     [](const World& world, Prng& prng, Mutant& mutant) {
         MapItem* item = any_item(mutant, prng);
         const MapItem* from = donor(world.pool, prng);
         if (item == nullptr || from == nullptr || !from->proof.leaf) return false;
         if (item->proof.leaf == from->proof.leaf) return false;
         item->proof.leaf = from->proof.leaf;
         return true;
     }},
    {"leaf invented",
     [](const World&, Prng& prng, Mutant& mutant) {
         MapItem* item = any_item(mutant, prng);
         if (item == nullptr) return false;
         item->proof.leaf =
             proof::TreeProof::Leaf{crypto::sha256(as_bytes(item->key)), random_hash(prng)};
         return true;
     }},
    {"leaf's key hash only",
     [](const World&, Prng& prng, Mutant& mutant) {
         MapItem* item = any_item(mutant, prng);
         if (item == nullptr || !item->proof.leaf) return false;
         // One that shares the whole path: the last bits differ.
         item->proof.leaf->key_hash = crypto::sha256(as_bytes(item->key));
         item->proof.leaf->key_hash.bytes[31] ^= static_cast<std::uint8_t>(1 + prng.below(255));
         return true;
     }},
    {"proof of another key", other_proof<false, false>},
    {"proof of another height", other_proof<true, false>},
    {"proof of another ledger, same key", other_proof<true, true>},
    {"proof of another ledger", other_proof<false, true>},
    {"siblings of another proof",
     [](const World& world, Prng& prng, Mutant& mutant) {
         MapItem* item = any_item(mutant, prng);
         const MapItem* from = donor(world.pool, prng);
         if (item == nullptr || from == nullptr) return false;
         Hashes &to = item->proof.siblings, taken = from->proof.siblings;
         if (to.empty() || taken.empty()) return false;
         const auto keep = static_cast<std::size_t>(prng.below(std::min(to.size(), taken.size())));
         to.resize(keep);
         to.insert(to.end(), taken.begin() + static_cast<std::ptrdiff_t>(keep), taken.end());
         return true;
     }},
};

template <class Change>
bool absent_though_there(Prng& prng, Mutant& mutant, Change change) {
    MapItem* item = any_item(mutant, prng);
    if (item == nullptr || !item->value) return false;
    set_value(mutant, *item, std::nullopt);
    change(*item);
    return true;
}

template <bool kSameKey, bool kAway>
bool other_value(const World& world, Prng& prng, Mutant& mutant) {
    MapItem* item = any_item(mutant, prng);
    if (item == nullptr) return false;
    const MapItem* from = donor_of(kAway ? world.strange : world.pool, prng, item->key, kSameKey);
    if (from == nullptr || from->value == item->value) return false;
    const bool with_proof = prng.chance(1, 2);
    if (with_proof) item->proof = from->proof;
    set_value(mutant, *item, from->value);
    return true;
}

template <class Change>
bool change_key(Prng& prng, Mutant& mutant, Change change) {
    MapItem* item = any_item(mutant, prng);
    if (item == nullptr) return false;
    const std::string before = item->key;
    change(item->key);
    return item->key != before;
}

const Kind kClaim[] = {
    {"absence of a present key",
     [](const World&, Prng& prng, Mutant& mutant) {
         return absent_though_there(prng, mutant, [](MapItem&) {});
     }},
    {"absence of a present key, leaf gone",
     [](const World&, Prng& prng, Mutant& mutant) {
         return absent_though_there(prng, mutant, [](MapItem& item) { item.proof.leaf.reset(); });
     }},
    {"absence of a present key, leaf of another",
     [](const World& world, Prng& prng, Mutant& mutant) {
         const MapItem* from = donor(world.pool, prng);
         if (from == nullptr || !from->proof.leaf) return false;
         return absent_though_there(prng, mutant,
                                    [&](MapItem& item) { item.proof.leaf = from->proof.leaf; });
     }},
    {"absence of a present key, proof of another",
     [](const World& world, Prng& prng, Mutant& mutant) {
         const MapItem* from = donor(world.pool, prng);
         if (from == nullptr) return false;
         return absent_though_there(prng, mutant, [&](MapItem& item) { item.proof = from->proof; });
     }},
    {"absence of a present key, key hash grazed",
     [](const World&, Prng& prng, Mutant& mutant) {
         return absent_though_there(prng, mutant, [&](MapItem& item) {
             if (item.proof.leaf)
                 item.proof.leaf->key_hash.bytes[31] ^=
                     static_cast<std::uint8_t>(1 + prng.below(255));
         });
     }},
    {"absence of a present key, path cut",
     [](const World&, Prng& prng, Mutant& mutant) {
         return absent_though_there(prng, mutant, [&](MapItem& item) {
             auto& list = item.proof.siblings;
             if (list.empty()) return;
             const Hash last = list.back();
             list.pop_back();
             if (prng.chance(1, 2)) item.proof.leaf = proof::TreeProof::Leaf{last, last};
         });
     }},
    {"presence of an absent key",
     [](const World& world, Prng& prng, Mutant& mutant) {
         MapItem* item = any_item(mutant, prng);
         const MapItem* from = donor(world.pool, prng);
         if (item == nullptr || item->value || from == nullptr || !from->value) return false;
         set_value(mutant, *item, from->value);
         if (prng.chance(1, 2)) {
             item->proof = from->proof;
         } else {
             item->proof.leaf =
                 proof::TreeProof::Leaf{crypto::sha256(as_bytes(item->key)),
                                        crypto::sha256(as_bytes(json::write(*from->value)))};
         }
         return true;
     }},
    {"value embellished",
     [](const World&, Prng& prng, Mutant& mutant) {
         MapItem* item = any_item(mutant, prng);
         if (item == nullptr || !item->value) return false;
         json::Value other = embellished(*item->value, prng);
         if (other == *item->value) return false;
         if (prng.chance(1, 2) && item->proof.leaf)
             item->proof.leaf->value_hash = crypto::sha256(as_bytes(json::write(other)));
         set_value(mutant, *item, std::move(other));
         return true;
     }},
    {"value of another key", other_value<false, false>},
    {"value of another height", other_value<true, false>},
    {"value of another ledger", other_value<true, true>},
    {"value empty",
     [](const World&, Prng& prng, Mutant& mutant) {
         MapItem* item = any_item(mutant, prng);
         if (item == nullptr) return false;
         set_value(mutant, *item, json::Value(json::Object{}));
         if (prng.chance(1, 2) && item->proof.leaf)
             item->proof.leaf->value_hash = crypto::sha256(as_bytes("{}"));
         return true;
     }},
    {"key of another record",
     [](const World& world, Prng& prng, Mutant& mutant) {
         return change_key(prng, mutant, [&](std::string& key) {
             key = any_key(world.real.table(world.real.last()), prng);
         });
     }},
    {"key grazed",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_key(prng, mutant, [&](std::string& key) {
             key[static_cast<std::size_t>(prng.below(key.size()))] =
                 static_cast<char>(0x21 + prng.below(0x5E));
         });
     }},
    {"key in other case",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_key(prng, mutant, [&](std::string& key) {
             char& c = key[static_cast<std::size_t>(prng.below(key.size()))];
             if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) c = static_cast<char>(c ^ 0x20);
         });
     }},
    {"key with a tail or cut",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_key(prng, mutant, [&](std::string& key) {
             constexpr std::string_view kTails = " /0\n.\t";
             if (prng.chance(1, 2)) {
                 key += kTails[static_cast<std::size_t>(prng.below(kTails.size()))];
             } else {
                 key.pop_back();
             }
         });
     }},
};

bool is_several(const Mutant& mutant) {
    return mutant.bundle.kind == BundleKind::batch && mutant.bundle.items.size() > 1;
}

// Head of a proven list, if the first item is one.
MapItem* head_of(Mutant& mutant) {
    if (!is_several(mutant)) return nullptr;
    MapItem& first = mutant.bundle.items.front();
    if (!first.key.starts_with("list/") || !first.value || first.value->integer_or("n", 0) < 1)
        return nullptr;
    return &first;
}

const Kind kBatch[] = {
    {"item dropped",
     [](const World&, Prng& prng, Mutant& mutant) {
         if (!is_several(mutant)) return false;
         auto& items = mutant.bundle.items;
         items.erase(items.begin() + static_cast<std::ptrdiff_t>(prng.below(items.size())));
         return true;
     }},
    {"item doubled",
     [](const World&, Prng& prng, Mutant& mutant) {
         if (!is_several(mutant)) return false;
         const MapItem copy = any_of(prng, mutant.bundle.items);
         mutant.bundle.items.push_back(copy);
         return true;
     }},
    {"proofs of two keys exchanged",
     [](const World&, Prng& prng, Mutant& mutant) {
         if (!is_several(mutant)) return false;
         MapItem &a = any_of(prng, mutant.bundle.items), &b = any_of(prng, mutant.bundle.items);
         std::swap(a.proof, b.proof);
         return &a != &b;
     }},
    {"values of two keys exchanged",
     [](const World&, Prng& prng, Mutant& mutant) {
         if (!is_several(mutant)) return false;
         MapItem &a = any_of(prng, mutant.bundle.items), &b = any_of(prng, mutant.bundle.items);
         std::swap(a.value, b.value);
         if (prng.chance(1, 2)) std::swap(a.proof, b.proof);
         return &a != &b;
     }},
    {"items in another order",
     [](const World&, Prng& prng, Mutant& mutant) {
         if (!is_several(mutant)) return false;
         std::swap(any_of(prng, mutant.bundle.items), mutant.bundle.items.front());
         return true;
     }},
    {"an item of another height",
     [](const World& world, Prng& prng, Mutant& mutant) {
         if (!is_several(mutant)) return false;
         MapItem& item = any_of(prng, mutant.bundle.items);
         const MapItem* from = donor_of(world.pool, prng, item.key, true);
         if (from == nullptr || *from == item) return false;
         item = *from;
         return true;
     }},
    {"an item of another ledger",
     [](const World& world, Prng& prng, Mutant& mutant) {
         if (!is_several(mutant)) return false;
         const MapItem* from = donor(world.strange, prng);
         if (from == nullptr) return false;
         any_of(prng, mutant.bundle.items) = *from;
         return true;
     }},
    {"list count understated",
     [](const World&, Prng& prng, Mutant& mutant) {
         MapItem* head = head_of(mutant);
         if (head == nullptr) return false;
         const std::int64_t n = head->value->integer_or("n", 0);
         const auto less = static_cast<std::int64_t>(prng.below(static_cast<std::uint64_t>(n)));
         head->value = json::Object{{"n", less}};
         if (prng.chance(1, 2) && head->proof.leaf)
             head->proof.leaf->value_hash = crypto::sha256(as_bytes(json::write(*head->value)));
         mutant.bundle.items.resize(static_cast<std::size_t>(less) + 1);
         return true;
     }},
    {"list count overstated, entry invented",
     [](const World&, Prng&, Mutant& mutant) {
         MapItem* head = head_of(mutant);
         if (head == nullptr) return false;
         const std::int64_t n = head->value->integer_or("n", 0) + 1;
         head->value = json::Object{{"n", n}};
         MapItem more = mutant.bundle.items.back();
         more.key = head->key + "/" + std::to_string(n);
         mutant.bundle.items.push_back(std::move(more));
         return true;
     }},
    {"list entry said to be absent",
     [](const World&, Prng& prng, Mutant& mutant) {
         if (head_of(mutant) == nullptr) return false;
         any_of(prng, mutant.bundle.items).value.reset();
         return true;
     }},
    {"list entry left out, the rest renumbered",
     [](const World&, Prng& prng, Mutant& mutant) {
         MapItem* head = head_of(mutant);
         if (head == nullptr || mutant.bundle.items.size() < 3) return false;
         auto& items = mutant.bundle.items;
         const std::size_t at = 1 + static_cast<std::size_t>(prng.below(items.size() - 2));
         for (std::size_t i = at; i + 1 < items.size(); ++i) {
             items[i].value = items[i + 1].value;
             items[i].proof = items[i + 1].proof;
         }
         items.pop_back();
         head->value = json::Object{{"n", static_cast<std::int64_t>(items.size() - 1)}};
         return true;
     }},
    {"list said to be empty",
     [](const World& world, Prng& prng, Mutant& mutant) {
         MapItem* head = head_of(mutant);
         const MapItem* from = donor(world.pool, prng);
         if (head == nullptr || from == nullptr) return false;
         head->value.reset();
         if (prng.chance(1, 2)) head->proof = from->proof;
         mutant.bundle.items.resize(1);
         return true;
     }},
    {"list head of another list",
     [](const World& world, Prng& prng, Mutant& mutant) {
         MapItem* head = head_of(mutant);
         if (head == nullptr) return false;
         const MapItem* from = donor(world.pool, prng);
         if (from == nullptr || !from->value || from->value->find("n") == nullptr ||
             from->key == head->key)
             return false;
         head->value = from->value;
         head->proof = from->proof;
         return true;
     }},
};

}  // namespace

std::span<const Kind> tree_kinds() {
    return kTree;
}
std::span<const Kind> claim_kinds() {
    return kClaim;
}
std::span<const Kind> batch_kinds() {
    return kBatch;
}

bool bend_hashes(Hashes& list, std::size_t way, Prng& prng) {
    const Hash random = random_hash(prng);
    if (way <= 4 && list.empty()) return false;
    switch (way) {
        case 0:
            list.erase(list.begin() + static_cast<std::ptrdiff_t>(prng.below(list.size())));
            return true;
        case 1: {
            const auto at = static_cast<std::ptrdiff_t>(prng.below(list.size()));
            const Hash copy = list[static_cast<std::size_t>(at)];
            list.insert(list.begin() + at, copy);
            return true;
        }
        case 2: {
            Hash &a = any_of(prng, list), &b = any_of(prng, list);
            std::swap(a, b);
            return a != b;
        }
        case 3:
            std::reverse(list.begin(), list.end());
            return list.front() != list.back();
        case 4:
            any_of(prng, list) = random;
            return true;
        case 5:
            list.insert(list.begin(), random);
            return true;
        case 6:
            list.push_back(random);
            return true;
        case 7:
            if (list.empty()) return false;
            list.clear();
            return true;
        default:
            list.resize(257 + static_cast<std::size_t>(prng.below(3)), random);
            return true;
    }
}

Hash root_led_to(const MapItem& item) {
    const Hash key_hash = crypto::sha256(as_bytes(item.key));
    Hash node = leaf_hash_of(item);
    for (std::size_t i = item.proof.siblings.size(); i-- > 0;) {
        const Hash& sibling = item.proof.siblings[i];
        const bool right = proof::bit(key_hash, static_cast<unsigned>(i % 256));
        node = crypto::sha256({as_bytes("JMT::IntrnalNode"), (right ? sibling : node).view(),
                               (right ? node : sibling).view()});
    }
    return node;
}

std::string any_key(const Table& table, Prng& prng) {
    auto at = table.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(prng.below(table.size())));
    return at->first;
}

Hash random_hash(Prng& prng) {
    Hash hash;
    for (std::uint8_t& byte : hash.bytes) byte = static_cast<std::uint8_t>(prng.next());
    return hash;
}

}  // namespace quanlu::forge
