// Every public vector with our verdict pinned: a library upgrade that changes one is a consensus
// change and fails here.
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <sstream>

#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "crypto/jwk.h"
#include "crypto/jws.h"
#include "crypto/merkle.h"
#include "crypto/suite.h"

namespace quanlu::crypto {

namespace {

std::optional<std::string> shared(const std::string& name) {
    std::ifstream file(std::string(QUANLU_SHARED_DIR "/data/crypto/") + name);
    if (!file) return std::nullopt;
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// Public files hold floats and nulls, which the house reader refuses: take the few members we need
// out of the text.
std::string member(const std::string& text, const std::string& name, std::size_t from,
                   std::size_t& at) {
    const std::string key = "\"" + name + "\"";
    at = text.find(key, from);
    if (at == std::string::npos) return {};
    std::size_t begin = text.find_first_not_of(" :\n\t", at + key.size());
    if (text[begin] == '"') {
        const std::size_t end = text.find('"', begin + 1);
        at = end;
        return text.substr(begin + 1, end - begin - 1);
    }
    const std::size_t end = text.find_first_of(",}\n ", begin);
    at = end;
    return text.substr(begin, end - begin);
}

template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> fixed(const std::string& hex) {
    const auto bytes = from_hex(hex);
    if (!bytes || bytes->size() != N) return std::nullopt;
    std::array<std::uint8_t, N> out{};
    std::copy(bytes->begin(), bytes->end(), out.begin());
    return out;
}

bool verdict(const std::string& key, const std::string& message, const std::string& signature) {
    const auto k = fixed<32>(key);
    const auto s = fixed<64>(signature);
    const auto m = from_hex(message);
    return k && s && m && verify(*k, *m, *s);
}

}  // namespace

TEST_CASE("RFC 8032 7.1: the published signatures are ours") {
    struct Vector {
        const char *seed, *key, *message, *signature;
    };
    const Vector vectors[] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701"
         "cf9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d"
         "0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    };
    for (const Vector& vector : vectors) {
        const SigningKey key = SigningKey::from_seed(*fixed<32>(vector.seed));
        CHECK(to_hex(key.public_key()) == vector.key);
        CHECK(to_hex(key.sign(*from_hex(vector.message))) == vector.signature);
        CHECK(verdict(vector.key, vector.message, vector.signature));
        std::string bad = vector.signature;
        bad[0] = bad[0] == 'e' ? 'f' : 'e';
        CHECK_FALSE(verdict(vector.key, vector.message, bad));
    }
}

TEST_CASE("Wycheproof Ed25519: our verdict is the file's, vector by vector") {
    const auto text = shared("wycheproof_ed25519.json");
    if (!text) {
        WARN("SKIPPED: ../shared/data/crypto is absent; the RFC 8032 vectors cover the ground");
        return;
    }
    std::size_t at = 0, tests = 0, valid = 0;
    std::string key;
    std::size_t next_key = 0, next_test = 0;
    std::string pk = member(*text, "pk", 0, next_key);
    key = pk;
    std::size_t key_at = text->find("\"pk\"");
    while (true) {
        const std::size_t test_at = text->find("\"tcId\"", next_test);
        if (test_at == std::string::npos) break;
        // The group's key stands before its tests.
        while (true) {
            const std::size_t following = text->find("\"pk\"", key_at + 1);
            if (following == std::string::npos || following > test_at) break;
            key_at = following;
            key = member(*text, "pk", key_at, at);
        }
        const std::string id = member(*text, "tcId", test_at, at);
        const std::string message = member(*text, "msg", test_at, at);
        const std::string signature = member(*text, "sig", test_at, at);
        const std::string result = member(*text, "result", test_at, at);
        next_test = at;
        INFO("tcId " << id);
        CHECK(verdict(key, message, signature) == (result == "valid"));
        ++tests;
        valid += result == "valid" ? 1 : 0;
    }
    CHECK(tests == 151);
    CHECK(valid > 50);
}

TEST_CASE("speccheck: libsodium's strict verdict on the twelve edge cases") {
    const auto text = shared("ed25519_speccheck_cases.json");
    if (!text) {
        WARN("SKIPPED: ../shared/data/crypto is absent");
        return;
    }
    std::string verdicts;
    std::size_t at = 0;
    while (true) {
        std::size_t next = 0;
        const std::string message = member(*text, "message", at, next);
        if (next == std::string::npos) break;
        const std::string key = member(*text, "pub_key", at, next);
        const std::string signature = member(*text, "signature", at, next);
        verdicts += verdict(key, message, signature) ? 'V' : 'X';
        at = text->find('}', std::max({text->find("\"message\"", at), text->find("\"pub_key\"", at),
                                       text->find("\"signature\"", at)}));
        if (at == std::string::npos) break;
    }
    CHECK(verdicts == "XXXVXXXXXXXX");
}

TEST_CASE("keys of small order and non-canonical points are no keys") {
    const char* bad[] = {"0000000000000000000000000000000000000000000000000000000000000000",
                         "0100000000000000000000000000000000000000000000000000000000000000",
                         "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                         "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                         "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
    for (const char* key : bad) CHECK_FALSE(is_acceptable(*fixed<32>(key)));
    CHECK(is_acceptable(SigningKey::generate().public_key()));
}

TEST_CASE("JWK thumbprint and JWS are RFC 8037 A.3 and A.4") {
    const auto seed = from_base64url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
    std::array<std::uint8_t, 32> bytes{};
    std::copy(seed->begin(), seed->end(), bytes.begin());
    const SigningKey key = SigningKey::from_seed(bytes);
    CHECK(thumbprint(key.public_key()) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    const std::string input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    CHECK(to_base64url(key.sign(as_bytes(input))) ==
          "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
    const std::string made = sign_jws(key, "x+jws", json::Object{{"a", 1}});
    const auto parts = parse_jws(made, 4096);
    REQUIRE(parts.ok());
    CHECK(verify_jws(*parts, key.public_key()));
    CHECK(parts->claims.integer_or("a", 0) == 1);
    for (std::size_t i = 0; i < made.size(); ++i) {
        std::string bad = made;
        bad[i] = bad[i] == 'A' ? 'B' : 'A';
        const auto changed = parse_jws(bad, 4096);
        REQUIRE_FALSE((changed.ok() && bad != made && verify_jws(*changed, key.public_key())));
    }
}

TEST_CASE("SM3 and keyed fingerprints are those of DOMAIN E.6 and E.9") {
    CHECK(to_hex(sm3(as_bytes("abc"))) ==
          "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    const std::string invoice =
        "INVFP1|CN|FP20|24332000000123456789|91330108MA28XYW55X|91330110MA2DEMQ71G|2024-06-30|CNY|"
        "11300000";
    CHECK(to_hex(sm3(as_bytes(invoice))) ==
          "50f44c9b7342fac0c15d76542b3e8afd6eba313b0ba39ba2aa24fe71bbc1c84d");
    CHECK(to_hex(sha256(as_bytes(invoice))) ==
          "9e470e34750dc60fdf092c0fea4dd1375855fc4d0cedc3228eb57d0c9a225f34");
    Bytes key;
    for (std::uint8_t i = 0; i < 32; ++i) key.push_back(i);
    CHECK(to_hex(hmac_sm3(key, as_bytes(invoice))) ==
          "4f833e97fb3bfe6b0500a368f4cb8eb3a5ffead41ed9ca220e68b9f1f9d787d3");
    CHECK(to_hex(hmac_sha256(key, as_bytes(invoice))) ==
          "8934787467085c72b69120f8848fc88d44d9e5cc8bb3fa9c3a712e646aeda71d");
}

TEST_CASE("log tree: published root, and every proof of small trees against the definition") {
    const char* leaves[] = {"",
                            "00",
                            "10",
                            "2021",
                            "3031",
                            "40414243",
                            "5051525354555657",
                            "606162636465666768696a6b6c6d6e6f"};
    LogFrontier published;
    for (const char* leaf : leaves) published.append(log_leaf_hash(*from_hex(leaf)));
    CHECK(to_hex(published.root()) ==
          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    std::vector<Hash> hashes;
    std::map<std::pair<unsigned, std::uint64_t>, Hash> nodes;
    LogFrontier frontier;
    std::vector<Hash> roots{frontier.root()};
    for (std::uint64_t i = 0; i < 40; ++i) {
        hashes.push_back(log_leaf_hash(as_bytes("leaf" + std::to_string(i))));
        frontier.append(hashes.back(), [&](unsigned level, std::uint64_t index, const Hash& hash) {
            nodes[{level, index}] = hash;
        });
        roots.push_back(frontier.root());
    }
    const auto fetch = [&](unsigned level, std::uint64_t index) {
        return nodes.at({level, index});
    };
    for (std::uint64_t size = 1; size <= 40; ++size) {
        for (std::uint64_t index = 0; index < size; ++index) {
            const auto path = inclusion_path(index, size, fetch);
            REQUIRE(verify_inclusion(hashes[index], index, size, path, roots[size]));
            if (size > 1)
                REQUIRE_FALSE(
                    verify_inclusion(hashes[index], (index + 1) % size, size, path, roots[size]));
            REQUIRE_FALSE(
                verify_inclusion(hashes[(index + 1) % 40], index, size, path, roots[size]));
            auto longer = path;
            longer.push_back(hashes[0]);
            REQUIRE_FALSE(verify_inclusion(hashes[index], index, size, longer, roots[size]));
        }
        for (std::uint64_t old = 0; old <= size; ++old) {
            const auto path = consistency_path(old, size, fetch);
            REQUIRE(verify_consistency(old, size, roots[old], roots[size], path));
            if (old > 0 && old < size)
                REQUIRE_FALSE(verify_consistency(old, size, roots[old - 1], roots[size], path));
        }
    }
}

}  // namespace quanlu::crypto
