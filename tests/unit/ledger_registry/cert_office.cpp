// See cert_office.h.
#include "cert_office.h"

namespace quanlu::registry {

CertOffice::CertOffice() {
    found("centre", "cert_center");
    found("centre-2", "cert_center");
    found("assessor", "assessor");
    found("assessor-kin", "assessor", {"buyer"});
    found("seller", "public");
    found("buyer", "public");
    found("other", "public");
    found("bank", "bank|pledgee");
    found("office", "ip_office");
    found("court", "court");
    found("regulator", "regulator");
}

json::Value CertOffice::asset() const {
    json::Value body =
        js("{'asset_name':'物流轨迹','industry':'物流','application_scenario':'信贷风控','data_"
           "form':'dataset',"
           "'storage_format':'parquet','source_kind':['authorised'],'update_frequency':'none','"
           "grade':'general_2',"
           "'contains_personal_info':false,'sensitive_pi':false,'minors_pi':false,"
           "'content_digest':{'root':'" +
           kHash + "','algorithm_id':'sha256-merkle-v1'}}");
    body.set("source_proofs", sealed());
    return body;
}

json::Value CertOffice::scenario() const {
    return js(
        "{'certificate_kind':'scenario','issuer':'centre','valid_from':'2026-11-20','valid_to':'"
        "2027-11-19',"
        "'digest_algorithm':'sha256-merkle-v1','record_retention_until':'2057-01-01',"
        "'applicable_rules':[{'rule_name':'DSL','article':'33','obligation_hash':'" +
        kHash + "'}]}");
}

json::Value CertOffice::entity() const {
    json::Value body = js(
        "{'certificate_kind':'entity','issuer':'centre','valid_from':'2026-11-20',"
        "'valid_to':'2027-10-31','record_retention_until':'2057-01-01','provider_dcmm_level':'3'}");
    body.set("identity_evidence", sealed());
    return body;
}

json::Value CertOffice::transaction() const {
    json::Value body =
        js("{'certificate_kind':'transaction','issuer':'centre','valid_from':'2026-11-20','valid_"
           "to':'2027-06-30',"
           "'record_retention_until':'2057-01-01','recipient':'buyer','source_lawfulness':'"
           "authorised',"
           "'authorisation_chain':[{'grantor':'carrier','grantee':'platform','rights':['hold','use'"
           ",'operate'],"
           "'scope':['credit','research'],'from':'2026-01-01','to':'2027-12-31','sublicence_"
           "allowed':true,"
           "'doc_hash':'" +
           kHash +
           "'},{'grantor':'platform','grantee':'seller','rights':['use','operate'],"
           "'scope':['credit'],'from':'2026-06-01','to':'2027-09-30','sublicence_allowed':false,'"
           "doc_hash':'" +
           kHash + "'}],'processing_mode':'raw_delivery','cross_border':false}");
    for (const char* name : {"source_evidence", "purpose", "use_scope", "territory",
                             "onward_transfer", "price", "pricing_method"}) {
        body.set(name, sealed());
    }
    body.set("asset_id", asset_id);
    body.set("scenario_ref", scenario_id);
    body.set("entity_refs", json::Array{seller_id, buyer_id});
    return body;
}

json::Value CertOffice::delivery(const std::string& transaction) const {
    json::Value body =
        js("{'certificate_kind':'delivery','issuer':'centre','valid_from':'2026-11-20',"
           "'valid_to':'2027-06-30','record_retention_until':'2057-01-01',"
           "'delivered_on':'2026-11-20','delivery_digest':{'root':'" +
           kHash + "','algorithm_id':'sha256-merkle-v1'}}");
    body.set("transaction_ref", transaction);
    body.set("asset_id", asset_id);
    body.set("scenario_ref", scenario_id);
    return body;
}

std::string CertOffice::certify(const std::string& provider, const json::Value& body) {
    const std::string id = ok(provider, "cert.apply", "", body);
    ok("assessor", "cert.assess", id,
       json::Object{{"assessment_result", "pass"}, {"report", sealed()}});
    return ok("centre", "cert.issue", id);
}

void CertOffice::open() {
    asset_id = ok("seller", "asset.register", "", asset());
    scenario_id = certify("seller", scenario());
    seller_id = certify("seller", entity());
    buyer_id = certify("buyer", entity());
}

std::string CertOffice::pledge_data_right(const json::Value& changes) {
    ok("office", "right.register", "",
       js("{'asset_kind':'data_ip','right_no':'DI-2026-1','title':'轨迹','holders':[{'party':'"
          "seller'}],"
          "'expiry_date':'2029-11-19','legal_status':'in_force','invalidation_pending':false,"
          "'ownership_dispute':false,'dual_filing':false,'source_snapshot_hash':'" +
          kHash + "','source_checked_on':'2026-11-20'}"));
    return pledge(changes);
}

std::string CertOffice::pledge(const json::Value& changes, bool registered) {
    json::Value body =
        js("{'pledge_kind':'specific','pledgors':['seller'],'pledgees':['bank'],'debtor':'seller',"
           "'rights':['data_ip:DI-2026-1'],'right_count':1,'contract_date':'2026-11-19',"
           "'contract_items':['identity','claim','term','right','scope'],'claim_kind':'loan',"
           "'secured_amount':50000000,'ccy':'CNY','debt_from':'2026-11-20','debt_due':'2027-11-19',"
           "'scope_of_security':['principal','interest'],'registration_term_to':'2027-12-31'}");
    for (const char* name : {"main_contract_no", "main_contract", "pledge_contract"}) {
        body.set(name, sealed());
    }
    const std::string id = ok("seller", "pledge.draft", "", with(body, changes));
    REQUIRE(act("seller", "pledge.sign", id, json::Object{}).ok());  // waits for the bank
    ok("bank", "pledge.sign", id);
    ok("office", "pledge.accept", id);
    if (registered) ok("office", "pledge.register", id);
    return id;
}

}  // namespace quanlu::registry
