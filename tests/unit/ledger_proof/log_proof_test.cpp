// Inclusion and growth of the log against the recursive definitions of RFC 9162, and forged ones.
#include "ledger/proof/log_proof.h"

#include <catch2/catch.hpp>
#include <random>

#include "model.h"

namespace quanlu::proof {

namespace {

std::vector<std::string> lines_of(std::size_t n) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < n; ++i) lines.push_back("{\"index\":" + std::to_string(i) + "}");
    return lines;
}

}  // namespace

TEST_CASE("every line of logs of 1 to 40, at its index, in its size, and nowhere else") {
    const auto lines = lines_of(40);
    for (std::size_t n = 1; n <= 40; ++n) {
        const LogHead root{n, naive_log_root(lines, 0, n)};
        for (std::size_t i = 0; i < n; ++i) {
            const LogInclusion proof{i, n, naive_path(lines, i, 0, n)};
            REQUIRE(verify_line(proof, lines[i], root));
            REQUIRE(log_inclusion_from_json(*json::parse(json::write(to_json(proof)))) == proof);
            for (std::size_t j = 0; j < n; ++j) {
                if (j == i) continue;
                REQUIRE_FALSE(verify_line(proof, lines[j], root));
                REQUIRE_FALSE(verify_line({j, n, proof.path}, lines[i], root));
            }
            LogInclusion longer = proof;
            longer.path.push_back(root.root);
            REQUIRE_FALSE(verify_line(longer, lines[i], root));
            if (!proof.path.empty()) {
                LogInclusion shorter = proof;
                shorter.path.pop_back();
                REQUIRE_FALSE(verify_line(shorter, lines[i], root));
            }
            REQUIRE_FALSE(verify_line({n, n, proof.path}, lines[i], root));
            REQUIRE_FALSE(verify_line({i, 0, proof.path}, lines[i], root));
        }
    }
}

TEST_CASE("a node is no line and a line is no node") {
    const auto lines = lines_of(2);
    const LogHead root{2, naive_log_root(lines, 0, 2)};
    const Hash left = naive_log_root(lines, 0, 1), right = naive_log_root(lines, 1, 2);
    std::string joined(as_text(left.view()));
    joined += as_text(right.view());
    for (const std::uint64_t size : {1U, 2U}) {
        CHECK_FALSE(verify_line({0, size, {}}, joined, {size, root.root}));
        CHECK_FALSE(verify_line({0, size, {}}, std::string(1, '\x01') + joined, {size, root.root}));
    }
}

TEST_CASE("logs of 0 to 40 grow into each other, and not into a rewritten one") {
    const auto lines = lines_of(40);
    auto rewritten = lines;
    rewritten[0] += " ";
    for (std::size_t m = 1; m <= 40; ++m) {
        for (std::size_t n = m; n <= 40; ++n) {
            const LogConsistency proof{m, n, naive_growth(lines, m, 0, n, true)};
            const LogHead from{m, naive_log_root(lines, 0, m)}, to{n, naive_log_root(lines, 0, n)};
            REQUIRE(verify_growth(proof, from, to));
            REQUIRE(log_consistency_from_json(*json::parse(json::write(to_json(proof)))) == proof);
            REQUIRE_FALSE(verify_growth(proof, {m, naive_log_root(rewritten, 0, m)}, to));
            REQUIRE_FALSE(verify_growth(proof, from, {n, naive_log_root(rewritten, 0, n)}));
            LogConsistency longer = proof;
            longer.path.push_back(to.root);
            REQUIRE_FALSE(verify_growth(longer, from, to));
        }
    }
}

TEST_CASE("100,000 changed inclusion proofs accept no other line") {
    std::mt19937_64 random(5);
    const auto lines = lines_of(37);
    const LogHead root{37, naive_log_root(lines, 0, 37)};
    for (int round = 0; round < 100'000; ++round) {
        const std::size_t i = random() % 37;
        LogInclusion proof{i, 37, naive_path(lines, i, 0, 37)};
        switch (random() % 5) {
            case 0:
                proof.index = random() % 64;
                break;
            case 1:
                proof.size = random() % 64;
                break;
            case 2:
                proof.path[random() % proof.path.size()].bytes[random() % 32] ^= 1;
                break;
            case 3:
                proof.path.erase(proof.path.begin() +
                                 static_cast<std::ptrdiff_t>(random() % proof.path.size()));
                break;
            default:
                std::swap(proof.path[random() % proof.path.size()],
                          proof.path[random() % proof.path.size()]);
        }
        const std::size_t line = random() % 37;
        if (verify_line(proof, lines[line], root) && (proof.index != line || proof.size != 37)) {
            FAIL("line " << line << " accepted at " << proof.index << " of " << proof.size);
        }
    }
}

TEST_CASE("the form of log proofs is one form") {
    const json::Value good = to_json(LogInclusion{1, 2, {Hash{}}});
    REQUIRE(log_inclusion_from_json(good));
    for (const char* member : {"index", "path", "size"}) {
        json::Value changed = good;
        changed.erase(member);
        CHECK_FALSE(log_inclusion_from_json(changed));
        for (const json::Value& bad :
             {json::Value(-1), json::Value("1"), json::Value(json::Object{}),
              json::Value(json::Array{"x"})}) {
            changed.set(member, bad);
            CHECK_FALSE(log_inclusion_from_json(changed));
        }
    }
    json::Value more = good;
    more.set("root", "x");
    CHECK_FALSE(log_inclusion_from_json(more));
    CHECK_FALSE(log_inclusion_from_json(to_json(LogInclusion{0, 1, std::vector<Hash>(65)})));
    CHECK_FALSE(log_consistency_from_json(good));
    json::Value growth = to_json(LogConsistency{1, 2, {Hash{}}});
    REQUIRE(log_consistency_from_json(growth));
    growth.set("more", 1);
    CHECK_FALSE(log_consistency_from_json(growth));
}

}  // namespace quanlu::proof
