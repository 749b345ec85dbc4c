// B.3 compliance_certificate: a data invoice from scenario to delivery, and every code of its
// machine.
#include "cert_office.h"

namespace quanlu::registry {

namespace {

std::string issued_transaction(CertOffice& office) {
    return office.certify("seller", office.transaction());
}

std::string refused(CertOffice& office, const json::Value& changes) {
    return office.code("seller", "cert.apply", "", with(office.transaction(), changes));
}

json::Value assessment() {
    return json::Object{{"assessment_result", "pass"}, {"report", sealed()}};
}

json::Value reason() {
    return json::Object{{"reason", "r"}};
}

}  // namespace

TEST_CASE("a data invoice runs from scenario to delivery") {
    CertOffice office;
    office.open();
    const std::string transaction = issued_transaction(office);
    CHECK(transaction.starts_with("DI-330108-20261120-"));
    const std::string delivery =
        office.ok("seller", "cert.apply", "", office.delivery(transaction));
    const std::string key = "cert/" + delivery;
    CHECK(office.field(key, "recipient").as_string() == "buyer");
    office.ok("assessor", "cert.assess", delivery, assessment());
    CHECK(office.code("centre", "cert.issue", delivery) == "E_MISSING_PARTY_SIGNATURE");
    CHECK(office.code("other", "cert.acknowledge_delivery", delivery,
                      json::Object{{"root", kHash}}) == "E_WRONG_AUTHORITY");
    CHECK(office.code("buyer", "cert.acknowledge_delivery", delivery,
                      json::Object{{"root", kOtherHash}}) == "E_SCHEMA");
    CHECK(office.code("buyer", "cert.acknowledge_delivery", transaction,
                      json::Object{{"root", kHash}}) == "E_BAD_STATE");
    office.ok("buyer", "cert.acknowledge_delivery", delivery, json::Object{{"root", kHash}});
    office.ok("centre", "cert.issue", delivery);
    CHECK(office.state(key) == "issued");
    CHECK(office.field(key, "issue_date").as_string() == "2026-11-20");
    CHECK(office.told("cert.issued", delivery));
}

TEST_CASE("every field of its kind, and no other") {
    CertOffice office;
    office.open();
    for (const char* name : {"scenario_ref", "entity_refs", "asset_id", "recipient", "purpose",
                             "use_scope", "territory", "onward_transfer", "processing_mode",
                             "cross_border", "price", "pricing_method", "source_lawfulness"}) {
        INFO(name);
        CHECK(refused(office, json::Object{{name, "-"}}) == "E_SCHEMA");
        CHECK(office.refusal.field == "/" + std::string(name));
    }
    CHECK(refused(office, json::Object{{"digest_algorithm", "x"}}) == "E_SCHEMA");
    CHECK(office.code("seller", "cert.apply", "",
                      with(office.scenario(), js("{'applicable_rules':'-'}"))) == "E_SCHEMA");
    CHECK(office.code("seller", "cert.apply", "",
                      with(office.scenario(), js("{'applicable_rules':[]}"))) == "E_SCHEMA");
    CHECK(office.code("seller", "cert.apply", "",
                      with(office.entity(), js("{'identity_evidence':'-'}"))) == "E_SCHEMA");
    CHECK(office.code("seller", "cert.apply", "",
                      with(office.entity(), js("{'recipient':'buyer'}"))) == "E_SCHEMA");
}

TEST_CASE("an application names a competent centre, live parties and its own asset") {
    CertOffice office;
    office.open();
    CHECK(refused(office, js("{'issuer':'assessor'}")) == "E_WRONG_AUTHORITY");
    CHECK(refused(office, js("{'issuer':'nobody'}")) == "E_NOT_FOUND");
    CHECK(refused(office, js("{'recipient':'nobody'}")) == "E_NOT_FOUND");
    CHECK(refused(office, js("{'recipient':'seller'}")) == "E_SCHEMA");
    CHECK(refused(office, js("{'asset_id':'DA-none'}")) == "E_UNKNOWN_ASSET");
    office.ok("regulator", "party.suspend", "buyer", reason());
    CHECK(refused(office, js("{}")) == "E_PARTY_NOT_ACTIVE");
    CHECK(office.code("buyer", "cert.apply", "", office.entity()) == "E_PARTY_NOT_ACTIVE");
    office.ok("regulator", "party.resume", "buyer", reason());
    CHECK(office.code("other", "cert.apply", "", with(office.transaction(), json::Object{})) ==
          "E_NO_AUTHORISATION");
}

TEST_CASE("what it refers to is there, of the right kind and live") {
    CertOffice office;
    office.open();
    CHECK(refused(office, js("{'scenario_ref':'DI-none'}")) == "E_NOT_FOUND");
    CHECK(refused(office, json::Object{{"scenario_ref", office.seller_id}}) == "E_KIND_MISMATCH");
    CHECK(refused(office, json::Object{{"entity_refs", json::Array{office.seller_id}}}) ==
          "E_NOT_FOUND");
    CHECK(refused(office, json::Object{{"entity_refs",
                                        json::Array{office.seller_id, office.scenario_id}}}) ==
          "E_KIND_MISMATCH");
    const std::string second = office.certify("seller", office.entity());
    CHECK(refused(office, json::Object{{"entity_refs", json::Array{office.seller_id, second}}}) ==
          "E_NOT_FOUND");
    office.ok("centre", "cert.suspend", office.buyer_id, reason());
    CHECK(refused(office, js("{}")) == "E_BASIS_EXPIRED");
    office.ok("centre", "cert.resume", office.buyer_id, reason());
    CHECK(refused(office, js("{}")) == "OK");
}

TEST_CASE("the term ends with the first of what it rests on (R-09)") {
    CertOffice office;
    office.open();
    CHECK(refused(office, js("{'valid_to':'2027-09-30'}")) == "OK");
    CHECK(refused(office, js("{'valid_to':'2027-10-01'}")) == "E_TERM_EXCEEDS_BASIS");
    CHECK(office.refusal.facts.string_or("basis", "") == "authorisation_chain");
    json::Value longer = office.transaction();
    for (json::Value& link : longer["authorisation_chain"].as_array()) link.set("to", "2030-01-01");
    CHECK(office.code("seller", "cert.apply", "", with(longer, js("{'valid_to':'2027-11-01'}"))) ==
          "E_TERM_EXCEEDS_BASIS");
    CHECK(office.refusal.facts.string_or("basis", "") == "entity_refs");
    CHECK(refused(office, js("{'valid_from':'2027-07-01'}")) == "E_BACKDATED");
    CHECK(refused(office, js("{'valid_from':'2026-01-01','valid_to':'2026-11-19'}")) ==
          "E_BACKDATED");
    CHECK(refused(office, js("{'record_retention_until':'2030-06-29'}")) == "E_SCHEMA");
    CHECK(refused(office, js("{'record_retention_until':'2030-06-30'}")) == "OK");
}

TEST_CASE("a basis that ended before issue stops the issue") {
    CertOffice office;
    office.open();
    json::Value body = office.transaction();
    body["authorisation_chain"].as_array()[1].set("to", "2026-12-01");
    body.set("valid_to", "2026-12-01");
    const std::string id = office.ok("seller", "cert.apply", "", body);
    office.ok("assessor", "cert.assess", id, assessment());
    office.pass_days(20);
    CHECK(office.code("centre", "cert.issue", id) == "E_BACKDATED");
    json::Value open_end = office.transaction();
    const std::string other = office.ok("seller", "cert.apply", "", open_end);
    office.ok("assessor", "cert.assess", other, assessment());
    office.ok(
        "centre", "cert.revoke", office.scenario_id,
        json::Object{
            {"ground", "source_unlawful"}, {"effective_from", office.today()}, {"reason", "r"}});
    CHECK(office.code("centre", "cert.issue", other) == "E_BASIS_EXPIRED");
}

TEST_CASE("every link of the authorisation chain stays within its parent") {
    CertOffice office;
    office.open();
    const auto broken = [&](std::size_t link, const json::Value& changes) {
        json::Value body = office.transaction();
        json::Value& one = body["authorisation_chain"].as_array()[link];
        one = with(one, changes);
        return office.code("seller", "cert.apply", "", body);
    };
    const std::string code = "E_BROKEN_AUTH_CHAIN";
    CHECK(broken(1, js("{'grantor':'stranger'}")) == code);
    CHECK(broken(1, js("{'grantee':'other'}")) == code);
    CHECK(broken(0, js("{'sublicence_allowed':false}")) == code);
    CHECK(broken(0, js("{'rights':['use']}")) == code);
    CHECK(broken(1, js("{'scope':['credit','insurance']}")) == code);
    CHECK(broken(1, js("{'from':'2025-12-31'}")) == code);
    CHECK(broken(1, js("{'to':'2028-01-01'}")) == code);
    CHECK(broken(1, js("{'from':'2026-12-01'}")) == code);
    CHECK(broken(0, js("{'from':'2028-01-01'}")) == code);
    CHECK(broken(0, js("{'rights':['use','operate']}")) == "OK");
    CHECK(refused(office, js("{'authorisation_chain':'-'}")) == "E_NO_AUTHORISATION");
    CHECK(refused(office, js("{'source_evidence':'-'}")) == "E_NO_AUTHORISATION");
    CHECK(refused(office, js("{'source_lawfulness':'self_collected'}")) == "E_SOURCE_UNLAWFUL");
}

TEST_CASE("personal information, export and grade are judged with the asset") {
    CertOffice office;
    office.open();
    CHECK(refused(office, js("{'cross_border':true}")) == "E_NO_AUTHORISATION");
    CHECK(refused(office, js("{'cross_border':true,'cross_border_approval_no':'A-1'}")) == "OK");
    office.asset_id = office.ok(
        "seller", "asset.register", "",
        with(office.asset(), js("{'contains_personal_info':true,'personal_info_basis':'consent',"
                                "'anonymisation_method':'k=50'}")));
    CHECK(refused(office, js("{}")) == "E_SOURCE_UNLAWFUL");
    CHECK(refused(office, js("{'personal_info_basis':'anonymised'}")) == "OK");
    office.asset_id = office.ok(
        "seller", "asset.register", "",
        with(office.asset(), json::Object{{"grade", "important"}, {"risk_assessment", sealed()}}));
    CHECK(refused(office, js("{}")) == "E_GRADE_NOT_ALLOWED");
    CHECK(refused(office, js("{'processing_mode':'privacy_computing'}")) == "OK");
}

TEST_CASE("a delivery repeats its transaction and the scenario's algorithm") {
    CertOffice office;
    office.open();
    const std::string transaction = issued_transaction(office);
    const auto apply = [&](const json::Value& changes) {
        return office.code("seller", "cert.apply", "", with(office.delivery(transaction), changes));
    };
    CHECK(apply(js("{'delivery_digest':{'root':'" + kHash + "','algorithm_id':'md5'}}")) ==
          "E_HASH_FORMAT");
    CHECK(apply(js("{'delivered_on':'2026-11-21'}")) == "E_BACKDATED");
    CHECK(apply(json::Object{{"transaction_ref", office.scenario_id}}) == "E_KIND_MISMATCH");
    CHECK(apply(js("{'valid_to':'2027-07-01'}")) == "E_TERM_EXCEEDS_BASIS");
    const std::string asset = office.ok("seller", "asset.register", "", office.asset());
    CHECK(apply(json::Object{{"asset_id", asset}}) == "E_SCHEMA");
    CHECK(office.code("other", "cert.apply", "", office.delivery(transaction)) ==
          "E_NO_AUTHORISATION");
    CHECK(apply(js("{}")) == "OK");
}

TEST_CASE("assessment: an independent assessor, with a report (R-30)") {
    CertOffice office;
    office.open();
    office.found("assessor-3", "assessor");
    office.found("seller-kin", "public", {"assessor-3"});
    const std::string id = office.ok("seller", "cert.apply", "", office.transaction());
    CHECK(office.code("assessor-kin", "cert.assess", id, assessment()) == "E_ASSESSOR_CONFLICT");
    CHECK(office.code("assessor", "cert.assess", id, js("{'assessment_result':'pass'}")) ==
          "E_MISSING_REPORT");
    CHECK(office.code("centre", "cert.assess", id, assessment()) == "E_ROLE");
    CHECK(office.code("centre", "cert.issue", id) == "E_BAD_STATE");
    office.ok("assessor", "cert.assess", id, assessment());
    CHECK(office.code("centre-2", "cert.issue", id) == "E_WRONG_AUTHORITY");
    // The declaration counts from either side.
    office.found("linked", "assessor|public");
    const std::string own = office.ok("linked", "cert.apply", "", office.entity());
    CHECK(office.code("linked", "cert.assess", own, assessment()) == "E_ASSESSOR_CONFLICT");
    const std::string kin = office.ok("seller-kin", "cert.apply", "", office.entity());
    CHECK(office.code("assessor-3", "cert.assess", kin, assessment()) == "E_ASSESSOR_CONFLICT");
}

TEST_CASE("B.11: an open objection stops the issue of a certificate until it ends") {
    CertOffice office;
    office.open();
    const std::string id = office.ok("seller", "cert.apply", "", office.transaction());
    office.ok("assessor", "cert.assess", id, assessment());
    const auto object = [&](const std::string& against) {
        return json::Object{{"against", against},
                            {"ground", "data_source_unlawful"},
                            {"interest", "our customers' records"},
                            {"evidence", json::Array{"sha256:" + std::string(64, 'c')}}};
    };
    const std::string objection = office.ok("other", "objection.file", "", object(id));
    CHECK(office.code("other", "objection.file", "", object(id)) == "E_DUPLICATE_OBJECTION");
    CHECK(office.code("other", "objection.file", "", object(objection)) == "E_NOT_FOUND");
    CHECK(office.code("centre", "cert.issue", id) == "E_OPEN_OBJECTION");
    CHECK(office.get("cert/" + id)->find("objections")->as_array().size() == 1);
    office.ok("other", "objection.withdraw", objection, js("{'reason':'settled'}"));
    CHECK(office.get("cert/" + id)->find("objections") == nullptr);
    office.ok("centre", "cert.issue", id);
    // What it took back it does not file again; another ground it may.
    CHECK(office.code("other", "objection.file", "", object(id)) == "E_DUPLICATE_OBJECTION");
    office.ok("other", "objection.file", "", with(object(id), js("{'ground':'forged'}")));
    office.pass_days(31);
    CHECK(office.get("cert/" + id)->find("objections") == nullptr);
}

TEST_CASE("corrections: once in fifteen working days, in time, judged anew") {
    CertOffice office;
    office.open();
    const std::string id = office.ok("seller", "cert.apply", "", office.transaction());
    const auto request = [&](const std::string& deadline) {
        return json::Object{{"defects", "d"}, {"deadline", deadline}};
    };
    const json::Value fix = js("{'changes':{'valid_to':'2027-05-31'}}");
    CHECK(office.code("seller", "cert.correct", id, fix) == "E_BAD_STATE");
    CHECK(office.code("centre-2", "cert.request_correction", id, request(office.day(5))) ==
          "E_WRONG_AUTHORITY");
    CHECK(office.code("centre", "cert.request_correction", id, request(office.day(32))) ==
          "E_BACKDATED");
    CHECK(office.code("centre", "cert.request_correction", id, request(office.day(-1))) ==
          "E_BACKDATED");
    office.ok("centre", "cert.request_correction", id, request(office.day(5)));
    CHECK(office.code("centre", "cert.request_correction", id, request(office.day(6))) ==
          "E_BAD_STATE");
    CHECK(office.code("assessor", "cert.assess", id, assessment()) == "E_BAD_STATE");
    CHECK(office.code("other", "cert.correct", id, fix) == "E_WRONG_AUTHORITY");
    CHECK(office.code("seller", "cert.correct", id, js("{'changes':{'valid_to':'2029-05-31'}}")) ==
          "E_TERM_EXCEEDS_BASIS");
    CHECK(office.code("seller", "cert.correct", id, js("{'changes':{'issuer':'centre-2'}}")) ==
          "E_SCHEMA");
    CHECK(office.code("seller", "cert.correct", id, js("{'changes':{'notice_days':3}}")) ==
          "E_SCHEMA");
    office.ok("seller", "cert.correct", id, fix);
    CHECK(office.field("cert/" + id, "valid_to").as_string() == "2027-05-31");
    CHECK(office.code("centre", "cert.request_correction", id, request(office.day(6))) ==
          "E_BAD_STATE");
    office.pass_days(21);
    office.ok("centre", "cert.request_correction", id, request(office.day(5)));
    office.pass_days(6);
    CHECK(office.code("seller", "cert.correct", id, fix) == "E_CORRECTION_TIMEOUT");
}

TEST_CASE("a centre refuses on a listed ground, with two officers") {
    CertOffice office;
    office.open();
    const std::string id = office.ok("seller", "cert.apply", "", office.transaction());
    CHECK(office.code("centre", "cert.refuse", id, js("{'ground':'E_OTHER_UNFIT','reason':'r'}")) ==
          "E_SCHEMA");
    CHECK(office.code("centre-2", "cert.refuse", id,
                      js("{'ground':'E_SOURCE_UNLAWFUL','reason':'r'}")) == "E_WRONG_AUTHORITY");
    CHECK(office.code("regulator", "cert.refuse", id,
                      js("{'ground':'E_SOURCE_UNLAWFUL','reason':'r'}")) == "E_ROLE");
    for (const char* ground : {"E_CORE_DATA", "E_SOURCE_UNLAWFUL", "E_NO_AUTHORISATION",
                               "E_OWNERSHIP_DISPUTE", "E_GRADE_NOT_ALLOWED"}) {
        const std::string one = office.ok("seller", "cert.apply", "", office.transaction());
        office.ok("centre", "cert.refuse", one, json::Object{{"ground", ground}, {"reason", "r"}});
        CHECK(office.state("cert/" + one) == "refused");
        CHECK(office.code("centre", "cert.issue", one) == "E_BAD_STATE");
    }
}

TEST_CASE("public notice runs its days where the scenario asks for it") {
    CertOffice office;
    office.open();
    office.scenario_id =
        office.certify("seller", with(office.scenario(), js("{'notice_days':10}")));
    const std::string id = office.ok("seller", "cert.apply", "", office.transaction());
    office.ok("assessor", "cert.assess", id, assessment());
    CHECK(office.code("centre", "cert.issue", id) == "E_NOTICE_PERIOD_OPEN");
    office.ok("centre", "cert.publish", id);
    office.pass_days(10);
    CHECK(office.code("centre", "cert.issue", id) == "E_NOTICE_PERIOD_OPEN");
    office.pass_days(1);
    CHECK(office.code("centre", "cert.issue", id) == "OK");
}

TEST_CASE("suspension is lifted by who ordered it") {
    CertOffice office;
    office.open();
    const std::string id = issued_transaction(office);
    CHECK(office.code("centre-2", "cert.suspend", id, reason()) == "E_WRONG_AUTHORITY");
    CHECK(office.code("seller", "cert.suspend", id, reason()) == "E_ROLE");
    office.ok("regulator", "cert.suspend", id, reason());
    CHECK(office.code("court", "cert.suspend", id, reason()) == "E_BAD_STATE");
    CHECK(office.code("centre", "cert.resume", id, reason()) == "E_WRONG_AUTHORITY");
    office.ok("regulator", "cert.resume", id, reason());
    CHECK(office.state("cert/" + id) == "issued");
}

TEST_CASE("renewal: in the last six months, on a basis that reaches as far, assessed anew") {
    CertOffice office;
    office.open();
    json::Value body = office.transaction();
    body["authorisation_chain"].as_array()[1].set("to", "2027-12-31");
    body.set("valid_to", "2027-05-31");
    const std::string id = office.certify("seller", body);
    const std::string key = "cert/" + id;
    const json::Value longer = js("{'valid_to':'2027-10-31'}");
    CHECK(office.code("seller", "cert.request_renewal", id, longer) == "E_RENEWAL_WINDOW");
    CHECK(office.code("centre", "cert.renew", id) == "E_BAD_STATE");
    office.pass_days(11);  // 2026-12-01: the window opens on 2026-11-30
    CHECK(office.code("seller", "cert.request_renewal", id, js("{'valid_to':'2027-11-30'}")) ==
          "E_TERM_EXCEEDS_BASIS");
    CHECK(office.code("seller", "cert.request_renewal", id, js("{'valid_to':'2027-05-31'}")) ==
          "E_BACKDATED");
    CHECK(office.code("buyer", "cert.request_renewal", id, longer) == "E_WRONG_AUTHORITY");
    office.ok("seller", "cert.request_renewal", id, longer);
    CHECK(office.code("centre", "cert.renew", id) == "E_MISSING_REPORT");
    CHECK(office.code("assessor-kin", "cert.assess_renewal", id, assessment()) ==
          "E_ASSESSOR_CONFLICT");
    office.ok("assessor", "cert.assess_renewal", id, assessment());
    CHECK(office.code("centre-2", "cert.renew", id) == "E_WRONG_AUTHORITY");
    office.ok("centre", "cert.renew", id);
    CHECK(office.field(key, "valid_to").as_string() == "2027-10-31");
    CHECK(office.field(key, "certificate_version").as_integer() == 2);
    // The deadline of the first term passes without effect.
    office.pass_days(200);
    CHECK(office.state(key) == "issued");
    CHECK_FALSE(office.told("cert.expired", id));
}

TEST_CASE("renewal is refused when what it rests on has ended") {
    CertOffice office;
    office.open();
    const std::string id =
        office.certify("seller", with(office.transaction(), js("{'valid_to':'2027-03-31'}")));
    office.ok("centre", "cert.revoke", office.buyer_id,
              json::Object{{"ground", "fraud"}, {"effective_from", "2026-11-20"}, {"reason", "r"}});
    CHECK(office.code("seller", "cert.request_renewal", id, js("{'valid_to':'2027-09-30'}")) ==
          "E_BASIS_EXPIRED");
}

TEST_CASE("a certificate expires when its last day is over, suspended ones too") {
    CertOffice office;
    office.open();
    const std::string id =
        office.certify("seller", with(office.transaction(), js("{'valid_to':'2026-11-30'}")));
    const std::string suspended =
        office.certify("seller", with(office.transaction(), js("{'valid_to':'2026-11-30'}")));
    office.ok("centre", "cert.suspend", suspended, reason());
    office.pass_days(10);  // 2026-11-30
    CHECK(office.state("cert/" + id) == "issued");
    office.pass_days(1);
    CHECK(office.state("cert/" + id) == "expired");
    CHECK(office.state("cert/" + suspended) == "expired");
    CHECK(office.told("cert.expired", id));
    CHECK(office.code("centre", "cert.suspend", id, reason()) == "E_BAD_STATE");
    CHECK(office.code("seller", "cert.request_renewal", id, js("{'valid_to':'2027-09-30'}")) ==
          "E_BAD_STATE");
}

TEST_CASE("revocation states from when, tells pledgees, and is final") {
    CertOffice office;
    office.open();
    office.pledge_data_right();
    const std::string id = office.certify(
        "seller", with(office.transaction(), js("{'data_ip_right':'data_ip:DI-2026-1'}")));
    const auto body = [&](const char* ground, const std::string& from) {
        return json::Object{{"ground", ground}, {"effective_from", from}, {"reason", "r"}};
    };
    CHECK(office.code("centre", "cert.revoke", id, body("fraud", office.day(1))) == "E_BACKDATED");
    CHECK(office.code("centre", "cert.revoke", id, body("source_unlawful", office.day(1))) ==
          "E_BACKDATED");
    CHECK(office.code("centre", "cert.revoke", id, body("source_unlawful", "2026-11-19")) ==
          "E_BACKDATED");
    CHECK(office.code("centre-2", "cert.revoke", id, body("fraud", "2026-11-20")) ==
          "E_WRONG_AUTHORITY");
    office.ok("court", "cert.revoke", id, body("fraud", "2026-11-20"));
    CHECK(office.warned(chain::Code::W_PLEDGE_OUTSTANDING));
    CHECK_FALSE(office.warned(chain::Code::W_BASIS_LOST));
    CHECK(office.told("pledge.certificate_lost"));
    CHECK(office.state("cert/" + id) == "revoked");
    CHECK(office.code("court", "cert.revoke", id, body("fraud", "2026-11-20")) == "E_BAD_STATE");
}

TEST_CASE("surrender needs the pledgee of the data right (R-05)") {
    CertOffice office;
    office.open();
    const std::string free_one = issued_transaction(office);
    CHECK(office.code("buyer", "cert.surrender", free_one, reason()) == "E_WRONG_AUTHORITY");
    office.ok("seller", "cert.surrender", free_one, reason());
    CHECK(office.state("cert/" + free_one) == "surrendered");
    const std::string pledge = office.pledge_data_right();
    const std::string id = office.certify(
        "seller", with(office.transaction(), js("{'data_ip_right':'data_ip:DI-2026-1'}")));
    CHECK(office.code("seller", "cert.surrender", id, reason()) == "E_PLEDGEE_CONSENT_REQUIRED");
    CHECK(office.code("buyer", "cert.consent_surrender", id) == "E_NOT_INTERESTED");
    office.ok("bank", "cert.consent_surrender", id);
    CHECK(office.code("bank", "cert.consent_surrender", id) == "E_BAD_STATE");
    SECTION("the consent ends with the pledge it was given under") {
        office.ok("bank", "pledge.request_cancel", pledge,
                  json::Object{{"ground", "paid"}, {"letter", sealed()}});
        office.ok("office", "pledge.cancel", pledge);
        const std::string second = office.pledge(json::Object{});
        CHECK(office.code("seller", "cert.surrender", id, reason()) ==
              "E_PLEDGEE_CONSENT_REQUIRED");
        CHECK(office.refusal.facts.string_or("pledge", "") == second);
        office.ok("bank", "cert.consent_surrender", id);
    }
    office.ok("seller", "cert.surrender", id, reason());
}

TEST_CASE(
    "the data IP right it speaks of is the provider's, undisputed, not frozen, and bounds the "
    "term") {
    CertOffice office;
    office.open();
    office.pledge_data_right();
    const std::string right = "data_ip:DI-2026-1";
    CHECK(refused(office, js("{'data_ip_right':'data_ip:DI-9'}")) == "E_RIGHT_UNKNOWN");
    CHECK(refused(office, json::Object{{"data_ip_right", right}}) == "OK");
    const json::Value before = office.record("right/" + right);
    json::Value changed = before;
    changed["fields"].set("holders", js("[{'party':'other'}]"));
    office.plant("right/" + right, changed);
    CHECK(refused(office, json::Object{{"data_ip_right", right}}) == "E_NOT_REGISTERED_OWNER");
    changed = before;
    changed["fields"].set("expiry_date", "2027-01-31");
    office.plant("right/" + right, changed);
    CHECK(refused(office, json::Object{{"data_ip_right", right}}) == "E_TERM_EXCEEDS_BASIS");
    changed = before;
    changed["fields"].set("expiry_date", "2026-11-19");
    office.plant("right/" + right, changed);
    CHECK(refused(office, json::Object{{"data_ip_right", right}}) == "E_BASIS_EXPIRED");
    office.plant("right/" + right, before);
    office.ok("office", "right.update_status", right,
              js("{'legal_status':'in_force','invalidation_pending':false,'ownership_dispute':true,"
                 "'source_snapshot_hash':'" +
                 kHash + "','source_checked_on':'2026-11-20'}"));
    CHECK(refused(office, json::Object{{"data_ip_right", right}}) == "E_OWNERSHIP_DISPUTE");
    office.plant("right/" + right, before);
    office.ok("court", "freeze.serve", "",
              js("{'order_no':'1','case_no':'2','ruling_hash':'" + kHash +
                 "','assistance_notice_hash':'" + kHash + "','rights':['" + right +
                 "'],'scope':['block_certificate_transfer'],'valid_to':'2027-01-31'}"));
    CHECK(refused(office, json::Object{{"data_ip_right", right}}) == "E_ASSET_FROZEN");
}

TEST_CASE("a new version supersedes the one it names when it is issued") {
    CertOffice office;
    office.open();
    const std::string old = issued_transaction(office);
    CHECK(refused(office, js("{'supersedes':'DI-none'}")) == "E_NOT_FOUND");
    CHECK(refused(office, json::Object{{"supersedes", office.scenario_id}}) == "E_KIND_MISMATCH");
    CHECK(office.code("buyer", "cert.apply", "",
                      with(office.entity(), json::Object{{"supersedes", office.seller_id}})) ==
          "E_WRONG_AUTHORITY");
    const std::string id = office.ok("seller", "cert.apply", "",
                                     with(office.transaction(), json::Object{{"supersedes", old}}));
    CHECK(office.state("cert/" + old) == "issued");
    office.ok("assessor", "cert.assess", id, assessment());
    office.ok("centre", "cert.issue", id);
    CHECK(office.state("cert/" + old) == "superseded");
    CHECK(office.field("cert/" + old, "superseded_by").as_string() == id);
    CHECK(office.field("cert/" + id, "certificate_version").as_integer() == 2);
    CHECK(refused(office, json::Object{{"supersedes", old}}) == "E_BAD_STATE");
}

TEST_CASE("a successor takes nothing from the pledgee of the data right (R-05)") {
    CertOffice office;
    office.open();
    const std::string pledge = office.pledge_data_right();
    const json::Value ours =
        with(office.transaction(), js("{'data_ip_right':'data_ip:DI-2026-1'}"));
    const std::string old = office.certify("seller", ours);
    const auto successor = [&](const std::string& changes) {
        json::Value body = with(ours, js(changes));
        body.set("supersedes", old);
        return body;
    };
    const std::string consent = "E_PLEDGEE_CONSENT_REQUIRED";
    json::Value bare = successor("{}");
    bare.erase("data_ip_right");
    CHECK(office.code("seller", "cert.apply", "", bare) == consent);
    CHECK(office.code("seller", "cert.apply", "", successor("{'valid_to':'2027-06-29'}")) ==
          consent);
    const std::string asset = office.ok("seller", "asset.register", "", office.asset());
    CHECK(office.code("seller", "cert.apply", "", successor("{'asset_id':'" + asset + "'}")) ==
          consent);
    // A pledge that comes between application and issue counts too.
    office.ok("bank", "pledge.request_cancel", pledge,
              json::Object{{"ground", "paid"}, {"letter", sealed()}});
    office.ok("office", "pledge.cancel", pledge);
    const std::string late = office.ok("seller", "cert.apply", "", bare);
    office.ok("assessor", "cert.assess", late, assessment());
    office.pledge(json::Object{});
    CHECK(office.code("centre", "cert.issue", late) == consent);
    office.certify("seller", successor("{}"));
    CHECK(office.state("cert/" + old) == "superseded");
}

TEST_CASE("version conflicts and unknown certificates") {
    CertOffice office;
    office.open();
    office.ver = office.record("cert/" + office.scenario_id).integer_or("version", 0) + 1;
    CHECK(office.code("centre", "cert.suspend", office.scenario_id, reason()) ==
          "E_VERSION_CONFLICT");
    office.ver = *office.ver - 1;
    CHECK(office.code("centre", "cert.suspend", office.scenario_id, reason()) == "OK");
    office.ver.reset();
    CHECK(office.code("centre", "cert.issue", "DI-none") == "E_NOT_FOUND");
    CHECK(office.code("centre", "cert.issue", "") == "E_SCHEMA");
    CHECK(office.code("seller", "cert.apply", "DI-1", office.scenario()) == "E_SCHEMA");
    CHECK(office.code("seller", "cert.forge", "") == "E_UNKNOWN_ACT");
}

TEST_CASE("what a statute keeps is restricted, not erased (PIPL Art 47)") {
    CertOffice office;
    office.open();
    office.found("dpo", "dpo");
    const std::string id = office.ok("dpo", "erasure.request", "",
                                     json::Object{{"subject_ref", sealed()},
                                                  {"records", json::Array{office.scenario_id}},
                                                  {"ground", "purpose_ended"},
                                                  {"legal_basis", "PIPL Art 47"},
                                                  {"holders", json::Array{"seller"}},
                                                  {"regulator_notice", kHash}});
    office.ok("dpo", "erasure.verify", id, json::Object{{"identity_evidence", kHash}});
    office.ok("dpo", "erasure.restrict", id);
    CHECK(office.code("seller", "erasure.declare", id,
                      json::Object{{"locations", sealed()}, {"report_hash", kHash}}) ==
          "E_RETENTION_PERIOD");
    CHECK(office.refusal.facts.string_or("until", "") == "2057-01-01");
    CHECK(office.code("dpo", "erasure.erase", id) == "E_ERASURE_INCOMPLETE");
    office.found("dpo-2", "dpo");
    CHECK(office.code("dpo-2", "erasure.erase", id) == "E_WRONG_AUTHORITY");
}

}  // namespace quanlu::registry
