// /readyz: what makes a node not ready, each alone, in the words that an operator reads.
#include <catch2/catch.hpp>

#include "crypto/suite.h"
#include "node/api/resources.h"

using namespace quanlu;

namespace {

constexpr std::int64_t kNow = 1'795'140'000'000;

chain::Genesis four_members() {
    chain::Genesis genesis;
    genesis.params.heartbeat_ms = 1'000;
    genesis.params.clock_eps_ms = 500;
    for (std::uint8_t i = 0; i < 4; ++i) {
        std::array<std::uint8_t, 32> seed{};
        seed[0] = i;
        genesis.members.push_back({"node-" + std::to_string(i), "office",
                                   crypto::SigningKey::from_seed(seed).public_key()});
    }
    return genesis;
}

api::Snapshot well() {
    api::Snapshot snapshot;
    snapshot.status.height = Height(7);
    snapshot.status.tip_time = UnixMillis{kNow - 200};
    snapshot.status.connected = {1, 2, 3};
    return snapshot;
}

api::Reply asked(const api::Snapshot& snapshot, const char* path) {
    const chain::Genesis genesis = four_members();
    api::Backend backend;
    backend.genesis = &genesis;
    backend.snapshot = [&] { return std::optional(snapshot); };
    backend.wall_ms = [] { return kNow; };
    api::Request request;
    request.method = "GET";
    request.path = path;
    return api::Resources(backend).answer(request);
}

struct Said {
    int status = 0;
    std::vector<std::string> reasons;
    std::string likely;
};

Said ready(const api::Snapshot& snapshot) {
    const api::Reply reply = asked(snapshot, "/readyz");
    const auto body = json::parse(reply.body);
    REQUIRE(body.ok());
    Said said{reply.status, {}, std::string(body->string_or("likely", ""))};
    for (const json::Value& reason : body->find("reasons")->as_array())
        said.reasons.push_back(reason.as_string());
    return said;
}

}  // namespace

TEST_CASE("a node that is well is ready, and each fault alone makes it not ready and says so") {
    CHECK(ready(well()).status == 200);
    CHECK(ready(well()).reasons.empty());
    api::Snapshot snapshot = well();
    std::string reason, likely;
    SECTION("its clock is behind") {
        snapshot.status.clock_off_median_ms = 501;
        reason = "this node's clock is 501 ms behind those of the other members";
        likely = "the clock of this machine: NTP";
    }
    SECTION("its clock is ahead") {
        snapshot.status.clock_off_median_ms = -900;
        reason = "this node's clock is 900 ms ahead of those of the other members";
        likely = "the clock of this machine: NTP";
    }
    SECTION("it hears too few") {
        snapshot.status.connected = {2};
        reason = "connected to 1 of 3 members, 2 needed";
        likely =
            "members under \"missing\" are down or not reachable: peers in the configuration, "
            "firewall";
    }
    SECTION("nothing becomes final") {
        snapshot.status.tip_time = UnixMillis{kNow - 6'001};
        reason = "no finalized block for 6 s";
        likely =
            "fewer than 3 members vote for the same: compare /readyz of the others, and their "
            "clocks";
    }
    SECTION("it catches up") {
        snapshot.status.syncing_to = Height(99);
        reason = "catching up to height 99";
        likely = "wait";
    }
    SECTION("its vote memory is lost") {
        snapshot.status.consensus.may_vote = false;
        reason = "this node does not vote: its vote memory is missing, damaged or outdated";
        likely = "docs/operators: lost vote memory";
    }
    SECTION("its core loop stands") {
        snapshot.age_ms = 5'001;
        reason = "the core loop has not shown itself for 5001 ms";
        likely = "the disk or the machine is too slow: look at its latency";
    }
    const Said said = ready(snapshot);
    CHECK(said.status == 503);
    CHECK(said.reasons == std::vector{reason});
    CHECK(said.likely == likely);
}

TEST_CASE("a node whose core loop stands for a minute is not alive, also where it is not ready") {
    api::Snapshot snapshot = well();
    CHECK(asked(snapshot, "/livez").status == 200);
    snapshot.age_ms = 60'000;
    CHECK(asked(snapshot, "/readyz").status == 503);
    CHECK(asked(snapshot, "/livez").status == 200);
    snapshot.age_ms = 60'001;
    CHECK(asked(snapshot, "/livez").status == 503);
    CHECK(asked(snapshot, "/livez").body == R"({"alive":false,"core_loop_silent_ms":60001})");
}

TEST_CASE("a clock within what members allow each other, and one that nobody can judge, pass") {
    api::Snapshot snapshot = well();
    SECTION("at the bound") {
        snapshot.status.clock_off_median_ms = 500;
        CHECK(ready(snapshot).status == 200);
    }
    SECTION("too few are linked to say whose clock is off") {
        snapshot.status.clock_off_median_ms = 9'000;
        snapshot.status.connected = {1};
        CHECK(ready(snapshot).reasons ==
              std::vector<std::string>{"connected to 1 of 3 members, 2 needed"});
    }
}
