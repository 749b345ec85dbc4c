// B.4: from deposited evidence to a right that can be pledged, and every way it ends.
#include <catch2/catch.hpp>

#include "cert_office.h"

namespace quanlu::registry {

namespace {

struct Register : CertOffice {
    std::string asset_;
    Register() { asset_ = ok("seller", "asset.register", "", asset()); }
    [[nodiscard]] json::Value deposit() const {
        return json::Object{{"evidence_certificate_no", "C-1"},
                            {"evidence_platform", "centre"},
                            {"evidence_hash", kHash},
                            {"applicants", json::Array{"seller"}},
                            {"asset_id", asset_}};
    }
    [[nodiscard]] static json::Value application() {
        return js(
            "{'algorithm_rule_summary':'clean, join, aggregate','algorithm_rule_hash':'" + kHash +
            "','source_statement':'carriers','update_statement':'none','legality_pledge':true,"
            "'authorised_until':'2028-06-30'}");
    }
    [[nodiscard]] json::Value notice(int days) const {
        return json::Object{{"notice_to", day(days)}};
    }
    [[nodiscard]] static json::Value certificate(const std::string& number = "DI-2026-1") {
        return json::Object{{"certificate_no", number}, {"source_snapshot_hash", kHash}};
    }
    std::string applied(const json::Value& body = application()) {
        const std::string id = ok("seller", "dataip.deposit", "", deposit());
        ok("seller", "dataip.apply", id, body);
        return id;
    }
    std::string registered() {
        const std::string id = applied();
        ok("office", "dataip.examine", id, notice(14));
        pass_days(15);
        ok("office", "dataip.register", id, certificate());
        return id;
    }
};

const std::string kDataRight = "right/data_ip:DI-2026-1";
const json::Value kReason = json::Object{{"reason", "why"}};

}  // namespace

TEST_CASE("B.4: who may deposit, and over which data") {
    Register office;
    CHECK(office.code("other", "dataip.deposit", "", office.deposit()) == "E_WRONG_AUTHORITY");
    CHECK(office.code("seller", "dataip.deposit", "",
                      with(office.deposit(), js("{'asset_id':'DA-0'}"))) == "E_UNKNOWN_ASSET");
    CHECK(office.code("other", "dataip.deposit", "",
                      with(office.deposit(), js("{'applicants':['other']}"))) ==
          "E_NO_AUTHORISATION");
    CHECK(office.code("seller", "dataip.deposit", "",
                      with(office.deposit(), js("{'evidence_hash':'abc'}"))) == "E_HASH_FORMAT");
}

TEST_CASE("B.4: joint applicants all sign, and say how long they may use what is not theirs") {
    Register office;
    const std::string id =
        office.ok("seller", "dataip.deposit", "",
                  with(office.deposit(), js("{'applicants':['seller','buyer']}")));
    json::Value unauthorised = Register::application();
    unauthorised.erase("authorised_until");
    CHECK(office.code("seller", "dataip.apply", id, unauthorised) == "E_NO_AUTHORISATION");
    CHECK(office.code("seller", "dataip.apply", id,
                      with(unauthorised, js("{'authorised_until':'2026-11-19'}"))) ==
          "E_NO_AUTHORISATION");
    REQUIRE(office.act("seller", "dataip.apply", id, Register::application()).ok());
    CHECK(office.state("dataip/" + id) == "evidence_deposited");
    office.ok("buyer", "dataip.apply", id, Register::application());
    CHECK(office.state("dataip/" + id) == "applied");
}

TEST_CASE("B.4: what examination refuses") {
    Register office;
    json::Value raw = Register::application();
    raw.erase("algorithm_rule_hash");
    const std::string id = office.applied(raw);
    CHECK(office.code("office", "dataip.examine", id, office.notice(13)) == "E_NOTICE_PERIOD_OPEN");
    CHECK(office.code("office", "dataip.examine", id, office.notice(14)) == "E_RAW_DATA_ONLY");
    CHECK(office.code("seller", "dataip.examine", id, office.notice(14)) == "E_ROLE");
    office.ok("office", "dataip.request_correction", id,
              json::Object{{"defects", "rule"}, {"deadline", office.day(3)}});
    CHECK(office.code("office", "dataip.examine", id, office.notice(14)) == "E_BAD_STATE");
    office.ok(
        "seller", "dataip.correct", id,
        js("{'reason':'as asked','legality_pledge':false,'algorithm_rule_hash':'" + kHash + "'}"));
    CHECK(office.code("office", "dataip.examine", id, office.notice(14)) == "E_SOURCE_UNLAWFUL");
    const std::string other = office.applied();
    const std::string objection = office.ok(
        "other", "objection.file", "",
        with(js("{'ground':'wrong_owner','interest':'ours','evidence':['" + kHash + "']}"),
             json::Object{{"against", office.asset_}}));
    CHECK(office.code("office", "dataip.examine", other, office.notice(14)) ==
          "E_OWNERSHIP_DISPUTE");
    office.ok("other", "objection.withdraw", objection, kReason);
    office.ok("office", "dataip.examine", other, office.notice(14));
    const std::string third = office.applied();
    CHECK(office.code("office", "dataip.examine", third, office.notice(14)) == "E_DUPLICATE_RIGHT");
    office.ok("office", "dataip.refuse", third,
              js("{'ground':'E_DUPLICATE_RIGHT','reason':'registered'}"));
    // What the notice brings to light: refused after all, and the asset is free again.
    office.ok("office", "dataip.refuse", other, js("{'ground':'E_OTHER_UNFIT','reason':'notice'}"));
    office.ok("office", "dataip.examine", office.applied(), office.notice(14));
}

TEST_CASE("B.4: a filing not corrected in time is withdrawn") {
    Register office;
    const std::string id = office.applied();
    CHECK(office.code("office", "dataip.request_correction", id,
                      json::Object{{"defects", "d"}, {"deadline", office.day(-1)}}) ==
          "E_BACKDATED");
    office.ok("office", "dataip.request_correction", id,
              json::Object{{"defects", "d"}, {"deadline", office.day(3)}});
    office.pass_days(5);
    CHECK(office.state("dataip/" + id) == "withdrawn");
}

TEST_CASE("B.4: registration after the notice makes the right") {
    Register office;
    const std::string id = office.applied();
    office.ok("office", "dataip.examine", id, office.notice(14));
    CHECK(office.code("office", "dataip.register", id, Register::certificate()) ==
          "E_NOTICE_PERIOD_OPEN");
    office.pass_days(15);
    const std::string objection = office.ok(
        "buyer", "objection.file", "",
        with(js("{'ground':'data_source_unlawful','interest':'x','evidence':['" + kHash + "']}"),
             json::Object{{"against", id}}));
    CHECK(office.code("office", "dataip.register", id, Register::certificate()) ==
          "E_OPEN_OBJECTION");
    office.ok("buyer", "objection.withdraw", objection, kReason);
    CHECK(office.code("office", "dataip.register", id, Register::certificate("DI\x01")) ==
          "E_BAD_RIGHT_NO");
    office.ok("office", "dataip.register", id, Register::certificate());
    CHECK(office.field("dataip/" + id, "valid_to").as_string() == "2028-06-30");
    CHECK(office.field(kDataRight, "expiry_date").as_string() == "2028-06-30");
    CHECK(office.record(kDataRight).string_or("dataip", "") == id);
    // It is a right like any other.
    office.pledge(json::Object{});
    CHECK(office.record(kDataRight).find("enc")->find("pledges")->as_array().size() == 1);
}

TEST_CASE("B.4: renewal in its window, and only while the authorisation lasts") {
    Register office;
    const std::string id = office.registered();
    CHECK(office.code("seller", "dataip.renew", id, json::Object{}) == "E_RENEWAL_WINDOW");
    office.pass_days(500);
    CHECK(office.code("seller", "dataip.renew", id, js("{'authorised_until':'2020-01-01'}")) ==
          "E_BASIS_EXPIRED");
    // A renewal takes nothing from those who rest on the term.
    for (const char* until : {"2028-06-29", "2028-06-30"}) {
        CHECK(office.code("seller", "dataip.renew", id,
                          json::Object{{"authorised_until", until}}) == "E_BACKDATED");
    }
    const json::Value longer = js("{'authorised_until':'2030-01-01'}");
    REQUIRE(office.act("seller", "dataip.renew", id, longer).ok());
    office.ok("office", "dataip.renew", id, longer);
    CHECK(office.field("dataip/" + id, "valid_to").as_string() == "2030-01-01");
    CHECK(office.field(kDataRight, "expiry_date").as_string() == "2030-01-01");
}

TEST_CASE("B.4: the status of a right registered here is its own register's word") {
    Register office;
    office.found("office-2", "ip_office");
    const std::string id = office.registered();
    const auto update = [&](const char* by, const char* status) {
        json::Value body = js("{'invalidation_pending':false,'ownership_dispute':false}");
        body.set("legal_status", status);
        body.set("source_snapshot_hash", kHash);
        body.set("source_checked_on", office.today());
        return office.code(by, "right.update_status", "data_ip:DI-2026-1", body);
    };
    CHECK(update("office-2", "in_force") == "E_WRONG_AUTHORITY");
    for (const char* end : {"terminated", "invalidated", "expired", "surrendered"})
        CHECK(update("office", end) == "E_BAD_STATE");
    CHECK(update("office", "suspended") == "OK");
    CHECK(update("office", "in_force") == "OK");
    office.ok("court", "dataip.revoke", id, with(kReason, json::Object{{"ruling_hash", kHash}}));
    CHECK(update("office", "in_force") == "E_BAD_STATE");
    CHECK(office.field(kDataRight, "legal_status").as_string() == "invalidated");
}

TEST_CASE("B.4, R-05, R-20: the ends of a registration") {
    Register office;
    const std::string id = office.registered();
    const std::string pledge = office.pledge(json::Object{});
    SECTION("cancelled: holders, office and pledgee sign") {
        REQUIRE(office.act("seller", "dataip.cancel", id, kReason).ok());
        REQUIRE(office.act("office", "dataip.cancel", id, kReason).ok());
        CHECK(office.state("dataip/" + id) == "registered");
        CHECK(office.code("other", "dataip.cancel", id, kReason) == "E_WRONG_AUTHORITY");
        office.ok("bank", "dataip.cancel", id, kReason);
        CHECK(office.state("dataip/" + id) == "cancelled");
        CHECK(office.field(kDataRight, "legal_status").as_string() == "surrendered");
    }
    SECTION("revoked: by the office, or by a court with its ruling") {
        CHECK(office.code("court", "dataip.revoke", id, kReason) == "E_MISSING_RULING");
        office.ok("office", "dataip.revoke", id, kReason);
        CHECK(office.field(kDataRight, "legal_status").as_string() == "invalidated");
        // The asset is free for another registration.
        office.ok("office", "dataip.examine", office.applied(), office.notice(14));
    }
    SECTION("expired: by block time") {
        office.pass_days(600);
        CHECK(office.state("dataip/" + id) == "expired");
        CHECK(office.field(kDataRight, "legal_status").as_string() == "expired");
    }
    CHECK(office.record("pledge/" + pledge).find("flags")->find("collateral_lost") != nullptr);
}

}  // namespace quanlu::registry
