// GET /v1/transactions/ID.
#include <catch2/catch.hpp>

#include "crypto/base/encode.h"
#include "node/api/resources.h"

using namespace quanlu;

TEST_CASE("what is said of a transaction, and whether all of it may be said, is of one snapshot") {
    const chain::Genesis genesis;
    const std::shared_ptr<const kv::Reader> empty = kv::make_memory_kv();
    int taken = 0;
    api::Backend backend;
    backend.genesis = &genesis;
    backend.wall_ms = [] { return std::int64_t{1'795'140'000'000}; };
    backend.fate = [](const Hash&) { return std::nullopt; };
    backend.snapshot = [&] {
        ++taken;  // the next one may have the transaction, whose outcome is not public
        api::Snapshot snapshot;
        snapshot.reader = empty;
        return std::optional(snapshot);
    };
    api::Request request;
    request.method = "GET";
    request.path = "/v1/transactions/" + to_hex(Hash{});
    const api::Reply reply = api::Resources(backend).answer(request);
    CHECK(reply.status == 404);
    CHECK(reply.body.find("\"unknown\"") != std::string::npos);
    CHECK(taken == 1);
}
