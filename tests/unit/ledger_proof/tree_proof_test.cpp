// The state proof against the oracle: every true statement of small maps is provable, and of some
// hundred thousand forged proofs none carries a false one. RELIABILITY C: absence is the product,
// so this is the strictest test.
#include "ledger/proof/tree_proof.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <random>
#include <sstream>

#include "crypto/base/encode.h"
#include "model.h"

namespace quanlu::proof {

namespace {

Map map_of(std::size_t n, const std::string& prefix = "right/") {
    Map map;
    for (std::size_t i = 0; i < n; ++i)
        map[prefix + std::to_string(i)] = "{\"n\":" + std::to_string(i + 1) + "}";
    return map;
}

// What a forger says: `key` holds `value`, or nothing.
struct Claim {
    std::string key;
    std::optional<std::string> value;
};

bool is_true(const Map& map, const Claim& claim) {
    const auto found = map.find(claim.key);
    return claim.value ? found != map.end() && found->second == *claim.value : found == map.end();
}

bool accepts(const TreeProof& proof, const Claim& claim, const Hash& root) {
    return claim.value ? verify_present(proof, claim.key, *claim.value, root)
                       : verify_absent(proof, claim.key, root);
}

struct Tally {
    const Map& map;
    Hash root;
    std::size_t tried = 0, accepted = 0;

    void judge(const TreeProof& proof, const Claim& claim) {
        ++tried;
        if (!accepts(proof, claim, root)) return;
        ++accepted;
        if (!is_true(map, claim))
            FAIL("a false statement about " << claim.key
                                            << " was accepted: " << json::write(to_json(proof)));
    }
    // The proof for every question it could be offered as an answer to.
    void judge_all(const TreeProof& proof, const std::string& key) {
        judge(proof, {key, std::nullopt});
        const auto found = map.find(key);
        judge(proof, {key, found == map.end() ? "{\"n\":1}" : found->second});
        judge(proof, {key, "{\"forged\":1}"});
    }
};

Hash random_hash(std::mt19937_64& random) {
    Hash hash;
    for (std::uint8_t& byte : hash.bytes) byte = static_cast<std::uint8_t>(random());
    return hash;
}

// Hashes that a forger has at hand: every node of the tree.
void collect(const std::vector<Pair>& set, unsigned depth, std::vector<Hash>& nodes) {
    nodes.push_back(naive_root(set, depth));
    if (set.size() < 2) return;
    collect(half(set, depth, false), depth + 1, nodes);
    collect(half(set, depth, true), depth + 1, nodes);
}

TreeProof mutate(TreeProof proof, const std::vector<Hash>& nodes, std::mt19937_64& random) {
    const auto any = [&] {
        return random() % 8 == 0 ? random_hash(random) : nodes[random() % nodes.size()];
    };
    const std::size_t n = proof.siblings.size();
    switch (random() % 12) {
        case 0:
            if (n > 0) proof.siblings[random() % n] = any();
            break;
        case 1:
            if (n > 1) std::swap(proof.siblings[random() % n], proof.siblings[random() % n]);
            break;
        case 2:
            if (n > 0)
                proof.siblings.erase(proof.siblings.begin() +
                                     static_cast<std::ptrdiff_t>(random() % n));
            break;
        case 3:
            proof.siblings.insert(
                proof.siblings.begin() + static_cast<std::ptrdiff_t>(random() % (n + 1)), any());
            break;
        case 4:
            proof.leaf.reset();
            break;
        case 5:
            proof.leaf = TreeProof::Leaf{any(), any()};
            break;  // a leaf made of an inner node's children
        case 6:
            if (proof.leaf) proof.leaf->key_hash = any();
            break;
        case 7:
            if (proof.leaf) proof.leaf->value_hash = any();
            break;
        case 8:
            if (proof.leaf) std::swap(proof.leaf->key_hash, proof.leaf->value_hash);
            break;
        case 9:
            if (n > 0) proof.siblings.resize(random() % n);
            break;
        case 10:
            if (n > 0) {
                std::uint8_t& byte = proof.siblings[random() % n].bytes[random() % 32];
                byte = static_cast<std::uint8_t>(byte ^ (1U << (random() % 8)));
            }
            break;
        default:
            if (proof.leaf) {
                std::uint8_t& byte =
                    (random() % 2 != 0 ? proof.leaf->key_hash : proof.leaf->value_hash)
                        .bytes[random() % 32];
                byte = static_cast<std::uint8_t>(byte ^ (1U << (random() % 8)));
            }
    }
    return proof;
}

}  // namespace

TEST_CASE("the published vectors and our own, by the oracle") {
    Map own;
    for (int i = 0; i < 200; ++i) own["k" + std::to_string(i)] = "vk" + std::to_string(i);
    const Hash root = naive_root(own);
    CHECK(to_hex(root) == "317f598a9a04697cfa82111f5779f6a8926aecf1a5edc71c60bd90fa04ef65ea");
    for (const auto& [key, value] : own)
        REQUIRE(verify_present(naive_prove(own, key), key, value, root));
    for (int i = 200; i < 700; ++i) {
        const std::string key = "k" + std::to_string(i);
        REQUIRE(verify_absent(naive_prove(own, key), key, root));
    }
    std::ifstream file(QUANLU_SHARED_DIR "/data/state/jmt_sha256_vectors.json");
    if (!file) {
        WARN("SKIPPED: ../shared/data/state/jmt_sha256_vectors.json is absent");
        return;
    }
    std::stringstream text;
    text << file.rdbuf();
    const auto document = json::parse(text.str());
    REQUIRE(document.ok());
    std::size_t vectors = 0;
    for (const json::Value& vector : document->find("vectors")->as_array()) {
        Map map;
        for (const json::Value& pair : vector.find("data")->as_array()) {
            map[std::string(as_text(*from_hex(pair.string_or("key", ""))))] =
                as_text(*from_hex(pair.string_or("value", "")));
        }
        const Hash published = *hash_from_hex(vector.string_or("expected_root", ""));
        CHECK(naive_root(map) == published);
        for (const auto& [key, value] : map)
            CHECK(verify_present(naive_prove(map, key), key, value, published));
        CHECK(verify_absent(naive_prove(map, "no such key"), "no such key", published));
        ++vectors;
    }
    CHECK(vectors >= 3);
}

TEST_CASE(
    "maps of 0 to 40 keys: every presence and every absence is provable, and only with the true "
    "value") {
    for (std::size_t n = 0; n <= 40; ++n) {
        const Map map = map_of(n);
        const Hash root = naive_root(map);
        for (std::size_t i = 0; i < 60; ++i) {
            const std::string key = "right/" + std::to_string(i);
            const TreeProof proof = naive_prove(map, key);
            const auto found = map.find(key);
            if (found != map.end()) {
                REQUIRE(verify_present(proof, key, found->second, root));
                REQUIRE_FALSE(verify_present(proof, key, found->second + " ", root));
                REQUIRE_FALSE(verify_absent(proof, key, root));
            } else {
                REQUIRE(verify_absent(proof, key, root));
                REQUIRE_FALSE(verify_present(proof, key, "{\"n\":1}", root));
            }
            REQUIRE(tree_proof_from_json(*json::parse(json::write(to_json(proof)))) == proof);
            // The same proof for another key is no proof.
            Tally tally{map, root};
            for (std::size_t j = 0; j < 60; ++j)
                tally.judge_all(proof, "right/" + std::to_string(j));
            REQUIRE(tally.accepted >= 1);
        }
    }
}

TEST_CASE("600,000 forged proofs, none of them carries a false statement") {
    std::mt19937_64 random(20'261'120);
    std::size_t tried = 0, accepted = 0;
    for (const std::size_t n : {1U, 2U, 3U, 7U, 40U, 150U}) {
        const Map map = map_of(n);
        Tally tally{map, naive_root(map)};
        std::vector<Hash> nodes;
        collect(pairs_of(map), 0, nodes);
        for (const Pair& pair : pairs_of(map)) {
            nodes.push_back(pair.key);
            nodes.push_back(pair.value);
        }
        std::vector<TreeProof> proofs;
        for (std::size_t i = 0; i < n + 20; ++i)
            proofs.push_back(naive_prove(map, "right/" + std::to_string(i)));
        for (int round = 0; round < 34'000; ++round) {
            TreeProof proof = proofs[random() % proofs.size()];
            for (std::uint64_t changes = 1 + random() % 3; changes > 0; --changes)
                proof = mutate(std::move(proof), nodes, random);
            tally.judge_all(proof, "right/" + std::to_string(random() % (n + 20)));
        }
        tried += tally.tried;
        accepted += tally.accepted;
    }
    CHECK(tried >= 600'000);
    // Some mutants are the true proof of another question: the judge did not simply refuse all.
    CHECK(accepted > 0);
}

TEST_CASE("every changed or cut byte of a proof's text") {
    const Map map = map_of(40);
    Tally tally{map, naive_root(map)};
    for (const std::string key : {"right/7", "right/55"}) {
        const std::string text = json::write(to_json(naive_prove(map, key)));
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (const char change : {'0', 'f', 'A', '"', ',', ' ', '}'}) {
                std::string changed = text;
                changed[at] = change;
                const auto document = json::parse(changed);
                const auto proof = document.ok() ? tree_proof_from_json(*document) : std::nullopt;
                if (proof) tally.judge_all(*proof, key);
                if (proof && changed != text && proof == naive_prove(map, key) &&
                    json::write(to_json(*proof)) != json::write(*document)) {
                    FAIL("a second spelling: " << changed);
                }
            }
            const auto cut = json::parse(text.substr(0, at));
            CHECK_FALSE((cut.ok() && tree_proof_from_json(*cut)));
        }
    }
    CHECK(tally.tried > 1'000);
}

TEST_CASE("inner nodes do not pass as leaves, nor one child for both") {
    const Map map = map_of(40);
    const Hash root = naive_root(map);
    for (std::size_t i = 0; i < 60; ++i) {
        const std::string key = "right/" + std::to_string(i);
        const Hash asked = crypto::sha256(as_bytes(key));
        std::vector<Pair> set = pairs_of(map);
        TreeProof proof;
        for (unsigned depth = 0; set.size() > 1; ++depth) {
            const Hash left = naive_root(half(set, depth, false), depth + 1);
            const Hash right = naive_root(half(set, depth, true), depth + 1);
            // The node above as a "leaf" of its two children.
            TreeProof forged = proof;
            forged.leaf = TreeProof::Leaf{left, right};
            REQUIRE_FALSE(verify_absent(forged, key, root));
            // Its hash stands in both places.
            forged = proof;
            forged.siblings.push_back(bit(asked, depth) ? right : left);
            forged.leaf.reset();
            if (map.contains(key)) REQUIRE_FALSE(verify_absent(forged, key, root));
            proof.siblings.push_back(bit(asked, depth) ? left : right);
            set = half(set, depth, bit(asked, depth));
        }
        if (!map.contains(key)) continue;
        // A neighbour's leaf in place of the key's own: differs, but does not share the path (M30).
        for (std::size_t j = 0; j < 40; ++j) {
            TreeProof forged = naive_prove(map, "right/" + std::to_string(j));
            REQUIRE_FALSE(verify_absent(forged, key, root));
            forged.siblings = naive_prove(map, key).siblings;
            REQUIRE_FALSE(verify_absent(forged, key, root));
        }
    }
}

TEST_CASE("a leaf in another key's place proves no absence, whoever built the tree") {
    // A builder puts a leaf on the wrong side to hide the keys that belong there.
    std::string zero, one;
    for (int i = 0; zero.empty() || one.empty(); ++i) {
        const std::string key = "right/" + std::to_string(i);
        (bit(crypto::sha256(as_bytes(key)), 0) ? one : zero) = key;
    }
    const TreeProof::Leaf misplaced{crypto::sha256(as_bytes(one)),
                                    crypto::sha256(as_bytes("{\"n\":1}"))};
    const Hash root = tree_inner_hash(tree_leaf_hash(misplaced.key_hash, misplaced.value_hash),
                                      tree_empty_hash());
    TreeProof proof;
    proof.leaf = misplaced;
    proof.siblings = {tree_empty_hash()};
    CHECK_FALSE(verify_absent(proof, zero, root));
    CHECK_FALSE(verify_present(proof, one, "{\"n\":1}", root));
}

TEST_CASE("256 siblings are the deepest there can be") {
    std::mt19937_64 random(3);
    const std::string key = "right/deep", value = "{\"n\":1}";
    const Hash asked = crypto::sha256(as_bytes(key));
    TreeProof proof;
    proof.leaf = TreeProof::Leaf{asked, crypto::sha256(as_bytes(value))};
    for (int i = 0; i < 256; ++i) proof.siblings.push_back(random_hash(random));
    const auto fold = [&](const TreeProof& from) {
        Hash node = tree_leaf_hash(from.leaf->key_hash, from.leaf->value_hash);
        for (std::size_t i = from.siblings.size(); i-- > 0;) {
            const bool right = i < 256 && bit(asked, static_cast<unsigned>(i));
            node = right ? tree_inner_hash(from.siblings[i], node)
                         : tree_inner_hash(node, from.siblings[i]);
        }
        return node;
    };
    CHECK(verify_present(proof, key, value, fold(proof)));
    proof.siblings.push_back(random_hash(random));
    CHECK_FALSE(verify_present(proof, key, value, fold(proof)));
    CHECK_FALSE(verify_absent(proof, "right/other", fold(proof)));
    CHECK_FALSE(tree_proof_from_json(to_json(proof)));
}

TEST_CASE("the form of a proof is one form") {
    const json::Value good = to_json(naive_prove(map_of(5), "right/1"));
    REQUIRE(tree_proof_from_json(good));
    const auto changed = [&](auto change) {
        json::Value copy = good;
        change(copy);
        return tree_proof_from_json(copy).has_value();
    };
    CHECK_FALSE(changed([](json::Value& v) { v.erase("siblings"); }));
    CHECK_FALSE(changed([](json::Value& v) { v.set("root", "00"); }));
    CHECK_FALSE(changed([](json::Value& v) { v.set("leaf", json::Object{}); }));
    CHECK_FALSE(changed([](json::Value& v) { v.set("leaf", "x"); }));
    CHECK_FALSE(changed([](json::Value& v) { v["leaf"].set("more", 1); }));
    CHECK_FALSE(changed([](json::Value& v) { v["leaf"].erase("key_hash"); }));
    CHECK_FALSE(changed([](json::Value& v) { v["siblings"].push("abc"); }));
    CHECK_FALSE(changed([](json::Value& v) { v["siblings"].push(1); }));
    CHECK_FALSE(changed([](json::Value& v) { v["siblings"].push(std::string(64, 'A')); }));
    CHECK(changed([](json::Value& v) { v["siblings"].push(std::string(64, 'a')); }));
    CHECK_FALSE(tree_proof_from_json(json::Array{}));
    CHECK_FALSE(verify_present(TreeProof{}, "", "{}", tree_empty_hash()));
    CHECK_FALSE(verify_absent(TreeProof{}, "", tree_empty_hash()));
    CHECK(verify_absent(TreeProof{}, "k", tree_empty_hash()));
}

}  // namespace quanlu::proof
