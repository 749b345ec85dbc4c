// B.2 data_asset: who may describe data, and what never enters.
#include "cert_office.h"

namespace quanlu::registry {

namespace {

std::string refused(CertOffice& office, const json::Value& changes) {
    return office.code("seller", "asset.register", "", with(office.asset(), changes));
}

}  // namespace

TEST_CASE("a data asset is registered by maker and checker of its provider") {
    CertOffice office;
    const auto first = office.submit("seller", "maker", "asset.register", "", office.asset());
    CHECK(first.state == "pending_approval");
    CHECK(office.submit("seller", "maker", "asset.register", "", office.asset()).refusal->code ==
          chain::Code::E_FOUR_EYES);
    const auto second = office.submit("seller", "checker", "asset.register", "", office.asset());
    REQUIRE(second.ok());
    CHECK(second.record.starts_with("DA-330108-20261120-00000001-"));
    CHECK(office.state("asset/" + second.record) == "registered");
    CHECK(office.record("asset/" + second.record).string_or("provider", "") == "seller");
    CHECK(office.submit("seller", "admin", "asset.register", "", office.asset()).refusal->code ==
          chain::Code::E_ADMIN_CANNOT_TRANSACT);
}

TEST_CASE("core data is refused, important data needs its risk assessment (Q-19)") {
    CertOffice office;
    CHECK(refused(office, js("{'grade':'core'}")) == "E_CORE_DATA");
    CHECK(refused(office, js("{'grade':'important'}")) == "E_MISSING_REPORT");
    CHECK(refused(office, json::Object{{"grade", "important"}, {"risk_assessment", sealed()}}) ==
          "OK");
    CHECK(refused(office, js("{'grade':'general_5'}")) == "E_SCHEMA");
}

TEST_CASE("the source is proven unless the provider collected everything itself") {
    CertOffice office;
    CHECK(refused(office, js("{'source_proofs':'-'}")) == "E_NO_AUTHORISATION");
    CHECK(refused(office, js("{'source_proofs':'-','source_kind':['self_collected','purchased'],"
                             "'source_term_to':'2027-01-01'}")) == "E_NO_AUTHORISATION");
    CHECK(refused(office, js("{'source_proofs':'-','source_kind':['self_collected']}")) == "OK");
    CHECK(refused(office, js("{'source_proofs':'plain text'}")) == "E_SCHEMA");
}

TEST_CASE("updates of purchased data end with the contract") {
    CertOffice office;
    CHECK(refused(office, js("{'source_kind':['purchased']}")) == "E_SCHEMA");
    CHECK(refused(office, js("{'source_kind':['purchased'],'source_term_to':'2027-01-01',"
                             "'update_until':'2027-01-02'}")) == "E_TERM_EXCEEDS_BASIS");
    CHECK(refused(office, js("{'source_kind':['purchased'],'source_term_to':'2027-01-01',"
                             "'update_until':'2027-01-01'}")) == "OK");
}

TEST_CASE("personal information needs a basis and a method, and the flags agree (PIPL)") {
    CertOffice office;
    const json::Value personal = js("{'contains_personal_info':true}");
    CHECK(refused(office, personal) == "E_SOURCE_UNLAWFUL");
    CHECK(refused(office, with(personal, js("{'personal_info_basis':'consent'}"))) ==
          "E_MISSING_EVIDENCE");
    CHECK(refused(office,
                  with(personal,
                       js("{'personal_info_basis':'consent','anonymisation_method':'k=50'}"))) ==
          "OK");
    CHECK(refused(office, js("{'sensitive_pi':true}")) == "E_SCHEMA");
    CHECK(refused(office, with(personal, js("{'minors_pi':true,'personal_info_basis':'consent',"
                                            "'anonymisation_method':'k=50'}"))) == "E_SCHEMA");
}

TEST_CASE("an asset's digest is a tagged hash by a named algorithm") {
    CertOffice office;
    CHECK(refused(office, js("{'content_digest':{'root':'abc','algorithm_id':'x'}}")) ==
          "E_HASH_FORMAT");
    CHECK(refused(office, js("{'content_digest':{'root':'" + kHash + "'}}")) == "E_SCHEMA");
    CHECK(refused(office, js("{'structure_hash':'md5:00'}")) == "E_HASH_FORMAT");
    CHECK(refused(office, js("{'unknown':'x'}")) == "E_SCHEMA");
}

}  // namespace quanlu::registry
