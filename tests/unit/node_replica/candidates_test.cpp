// Which blocks are held at all.
#include "node/replica/candidates.h"

#include <catch2/catch.hpp>

namespace quanlu::replica {

TEST_CASE("a block that names one transaction twice is not held: none such is admissible") {
    const auto add = [](const std::vector<Hash>& hashes) {
        Candidates candidates;
        chain::Header header;
        header.tx_count = static_cast<std::uint32_t>(hashes.size());
        header.txs_hash = chain::txs_hash(hashes);
        return candidates.add(header, {}, hashes) != nullptr;
    };
    const Hash one = Hash::from(Bytes(32, 1)), two = Hash::from(Bytes(32, 2));
    CHECK(add({}));
    CHECK(add({one, two}));
    CHECK_FALSE(add({one, one}));
    CHECK_FALSE(add({one, two, one}));
    CHECK_FALSE(add(std::vector<Hash>(10'000, one)));
}

}  // namespace quanlu::replica
