// What is held, and the parent it justifies.
#include <catch2/catch.hpp>

#include "consensus/certs.h"

#include "consensus/justify.h"
#include "consensus/limits.h"
#include "fixture.h"

namespace quanlu::consensus {

namespace {

// Form only: these tables trust what they are given, signatures were checked before.
QuorumCert bare(const Vote& vote) {
    QuorumCert cert;
    cert.statement = vote;
    return cert;
}

const Floor kGenesis{View(0), block("genesis"), std::nullopt};

}  // namespace

TEST_CASE("one certificate of each kind and view, first come") {
    Certs certs;
    REQUIRE(certs.add(bare(notarize(3, block("a")))));
    REQUIRE_FALSE(certs.add(bare(notarize(3, block("a")))));
    REQUIRE_FALSE(certs.add(bare(notarize(3, block("b")))));
    REQUIRE(certs.add(bare(nullify(3))));
    REQUIRE(certs.find(VoteKind::notarize, View(3))->statement.block == block("a"));
    REQUIRE(certs.find(VoteKind::finalize, View(3)) == nullptr);
    REQUIRE(certs.find(VoteKind::notarize, View(4)) == nullptr);
    REQUIRE(certs.views() == 1);
}

TEST_CASE("what lets a member leave a view: F, then N, then U") {
    Certs certs;
    REQUIRE(certs.leaving(View(3)) == nullptr);
    REQUIRE(certs.add(bare(nullify(3))));
    REQUIRE(certs.leaving(View(3))->statement.kind == VoteKind::nullify);
    REQUIRE(certs.notarized(View(3)) == nullptr);
    REQUIRE(certs.add(bare(notarize(3, block("a")))));
    REQUIRE(certs.leaving(View(3))->statement.kind == VoteKind::notarize);
    REQUIRE(certs.add(bare(finalize(3, block("a")))));
    REQUIRE(certs.leaving(View(3))->statement.kind == VoteKind::finalize);
}

TEST_CASE("certificates are capped: the newest views stay (T13)") {
    Certs certs;
    for (std::uint64_t view = 1; view <= kCertViewsMax + 100; ++view) {
        REQUIRE(certs.add(bare(nullify(view))));
    }
    REQUIRE(certs.views() == kCertViewsMax);
    REQUIRE(certs.find(VoteKind::nullify, View(100)) == nullptr);
    REQUIRE(certs.find(VoteKind::nullify, View(101)) != nullptr);
    REQUIRE_FALSE(certs.add(bare(nullify(50))));  // older than all that is kept
    REQUIRE(certs.views() == kCertViewsMax);
    certs.forget_below(View(kCertViewsMax + 99));
    REQUIRE(certs.views() == 2);
}

TEST_CASE("views nobody notarized are counted for the back-off (R8)") {
    Certs certs;
    REQUIRE(certs.skipped_between(View(0), View(1), 100) == 0);
    REQUIRE(certs.skipped_between(View(0), View(6), 100) == 5);
    REQUIRE(certs.add(bare(notarize(3, block("a")))));
    REQUIRE(certs.add(bare(finalize(4, block("b")))));
    REQUIRE(certs.add(bare(nullify(5))));
    REQUIRE(certs.skipped_between(View(0), View(6), 100) == 3);
    REQUIRE(certs.skipped_between(View(4), View(6), 100) == 1);
    REQUIRE(certs.skipped_between(View(6), View(6), 100) == 0);
    REQUIRE(certs.skipped_between(View(0), View(1'000'000'000), 64) == 64);  // bounded work
}

TEST_CASE("the newest notarizations above the floor, bounded") {
    Certs certs;
    for (std::uint64_t view = 1; view <= 10; ++view) {
        REQUIRE(certs.add(view % 2 == 0 ? bare(nullify(view)) : bare(notarize(view, block("a")))));
    }
    const auto newest = certs.newest_notarized(View(3), 2);
    REQUIRE(newest.size() == 2);
    REQUIRE(newest[0].statement.view == View(9));
    REQUIRE(newest[1].statement.view == View(7));
    REQUIRE(certs.newest_notarized(View(3), 10).size() == 3);
    REQUIRE(certs.newest_notarized(View(9), 10).empty());
}

TEST_CASE("a member is caught by what it signed inside a certificate") {
    Certs certs;
    REQUIRE(certs.add(cert_of(notarize(3, block("a")), {0, 1, 2})));
    REQUIRE(certs.against(sign(notarize(3, block("b")), 1)).size() == 1);
    REQUIRE(certs.against(sign(notarize(3, block("b")), 3)).empty());
    REQUIRE(certs.against(sign(nullify(3), 1)).empty());
    REQUIRE(certs.against(sign(finalize(3, block("a")), 1)).empty());
    REQUIRE(certs.against(sign(finalize(3, block("b")), 1)).size() == 1);
}

TEST_CASE("the parent is the highest notarized view whose gap is covered (kills M7, M8)") {
    Certs certs;
    // Genesis carries the first view without any certificate.
    auto parent = justify(View(1), certs, kGenesis);
    REQUIRE(parent.ok());
    REQUIRE(parent->block == block("genesis"));
    REQUIRE_FALSE(parent->justification.parent.has_value());
    REQUIRE(parent->justification.skipped.empty());

    // A gap without a nullification is asked for, however high a notarization stands below it
    // (ava#281).
    REQUIRE(certs.add(bare(notarize(1, block("a")))));
    parent = justify(View(4), certs, kGenesis);
    REQUIRE_FALSE(parent.ok());
    REQUIRE(parent.error().why == Gap::Why::missing);
    REQUIRE(parent.error().view == View(3));
    REQUIRE(certs.add(bare(nullify(3))));
    parent = justify(View(4), certs, kGenesis);
    REQUIRE_FALSE(parent.ok());
    REQUIRE(parent.error().view == View(2));
    REQUIRE(certs.add(bare(nullify(2))));
    parent = justify(View(4), certs, kGenesis);
    REQUIRE(parent.ok());
    REQUIRE(parent->block == block("a"));
    REQUIRE(parent->view == View(1));
    REQUIRE(parent->justification.parent->statement == notarize(1, block("a")));
    REQUIRE(parent->justification.skipped.size() == 2);
    REQUIRE(parent->justification.skipped[0].statement == nullify(2));
    REQUIRE(parent->justification.skipped[1].statement == nullify(3));
}

TEST_CASE("a view both notarized and nullified is built upon, not skipped") {
    Certs certs;
    REQUIRE(certs.add(bare(nullify(1))));
    REQUIRE(certs.add(bare(notarize(1, block("a")))));
    const auto parent = justify(View(2), certs, kGenesis);
    REQUIRE(parent.ok());
    REQUIRE(parent->view == View(1));
}

TEST_CASE("a finalization is as good a parent as a notarization") {
    Certs certs;
    REQUIRE(certs.add(bare(finalize(1, block("a")))));
    const auto parent = justify(View(2), certs, kGenesis);
    REQUIRE(parent.ok());
    REQUIRE(parent->justification.parent->statement.kind == VoteKind::finalize);
}

TEST_CASE("the floor carries a block with its own certificate, or none is built") {
    Certs certs;
    Floor floor{View(7), block("f"), std::nullopt};
    auto parent = justify(View(8), certs, floor);
    REQUIRE_FALSE(parent.ok());
    REQUIRE(parent.error().view == View(7));
    // N of another block of that view does not help.
    REQUIRE(certs.add(bare(notarize(7, block("other")))));
    REQUIRE_FALSE(justify(View(8), certs, floor).ok());
    floor.cert = bare(finalize(7, block("f")));
    parent = justify(View(8), certs, floor);
    REQUIRE(parent.ok());
    REQUIRE(parent->justification.parent == floor.cert);
    REQUIRE(parent->block == block("f"));
}

TEST_CASE("a justification has a greatest length (T10)") {
    Certs certs;
    for (std::uint64_t view = 1; view <= chain::kJustifyMax; ++view) {
        REQUIRE(certs.add(bare(nullify(view))));
    }
    const auto longest = justify(View(chain::kJustifyMax + 1), certs, kGenesis);
    REQUIRE(longest.ok());
    REQUIRE(longest->justification.skipped.size() == chain::kJustifyMax);
    REQUIRE(certs.add(bare(nullify(chain::kJustifyMax + 1))));
    const auto over = justify(View(chain::kJustifyMax + 2), certs, kGenesis);
    REQUIRE_FALSE(over.ok());
    REQUIRE(over.error().why == Gap::Why::too_long);
}

}  // namespace quanlu::consensus
