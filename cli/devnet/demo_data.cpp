// A data invoice (数据发票) from scenario to delivery: the provider registers its data asset, the
// law firm assesses, the centre issues four certificates, each resting on those before it.
#include "cli/devnet/stage.h"

namespace quanlu::cli {

namespace {

constexpr const char* kCentre = "cert-center";
constexpr const char* kAssessor = "law-firm";
constexpr const char* kSeller = "firm-03";
constexpr const char* kBuyer = "firm-02";
constexpr const char* kDigest = "sha256-merkle-v1";

json::Value digest() {
    return json::Object{{"root", kPaperHash}, {"algorithm_id", kDigest}};
}

Result<std::string, Failure> certify(Stage& stage, const std::string& provider, json::Value body) {
    body.set("issuer", kCentre);
    body.set("valid_from", stage.day(0));
    body.set("record_retention_until", stage.day(365 * 30));
    TRY(const Outcome applied, stage.act(provider, "cert.apply", "", body));
    TRY_VOID(stage.act(kAssessor, "cert.assess", applied.record,
                       json::Object{{"assessment_result", "pass"}, {"report", kPaperHash}}));
    // A delivery is certified when the buyer says that it came, and what.
    if (body.string_or("certificate_kind", "") == "delivery")
        TRY_VOID(stage.act(kBuyer, "cert.acknowledge_delivery", applied.record,
                           json::Object{{"root", kPaperHash}}));
    TRY_VOID(stage.act(kCentre, "cert.issue", applied.record));
    return applied.record;
}

json::Value asset_body() {
    return json::Object{{"asset_name", "冷链温度轨迹"},
                        {"industry", "物流"},
                        {"application_scenario", "信贷风控"},
                        {"data_form", "dataset"},
                        {"storage_format", "parquet"},
                        {"source_kind", json::Array{"authorised"}},
                        {"source_proofs", kPaperHash},
                        {"update_frequency", "none"},
                        {"grade", "general_2"},
                        {"contains_personal_info", false},
                        {"sensitive_pi", false},
                        {"minors_pi", false},
                        {"content_digest", digest()}};
}

json::Value scenario_body(const Stage& stage) {
    return json::Object{
        {"certificate_kind", "scenario"},
        {"valid_to", stage.day(364)},
        {"digest_algorithm", kDigest},
        {"applicable_rules",
         json::Array{json::Object{
             {"rule_name", "DSL"}, {"article", "33"}, {"obligation_hash", kPaperHash}}}}};
}

json::Value entity_body(const Stage& stage) {
    return json::Object{{"certificate_kind", "entity"},
                        {"valid_to", stage.day(340)},
                        {"provider_dcmm_level", "3"},
                        {"identity_evidence", kPaperHash}};
}

json::Value grant(const Stage& stage, const char* grantor, const char* grantee, bool may_pass_on) {
    return json::Object{{"grantor", grantor},
                        {"grantee", grantee},
                        {"rights", may_pass_on ? json::Array{"hold", "use", "operate"}
                                               : json::Array{"use", "operate"}},
                        {"scope", json::Array{"credit"}},
                        {"from", stage.day(-100)},
                        {"to", stage.day(may_pass_on ? 400 : 300)},
                        {"sublicence_allowed", may_pass_on},
                        {"doc_hash", kPaperHash}};
}

json::Value transaction_body(const Stage& stage) {
    return json::Object{
        {"certificate_kind", "transaction"},
        {"valid_to", stage.day(200)},
        {"recipient", kBuyer},
        {"source_lawfulness", "authorised"},
        {"source_evidence", kPaperHash},
        {"authorisation_chain", json::Array{grant(stage, "carrier", "platform", true),
                                            grant(stage, "platform", kSeller, false)}},
        {"processing_mode", "raw_delivery"},
        {"purpose", "贷前风控建模"},
        {"use_scope", "受让方内部使用"},
        {"territory", "中国境内"},
        {"onward_transfer", "不得转让"},
        {"price", "1280000"},
        {"pricing_method", "协议定价"},
        {"cross_border", false}};
}

}  // namespace

Status<Failure> play_data_invoice(Stage& stage) {
    TRY(const Outcome asset, stage.act(kSeller, "asset.register", "", asset_body()));
    TRY(const std::string scenario, certify(stage, kSeller, scenario_body(stage)));
    TRY(const std::string seller, certify(stage, kSeller, entity_body(stage)));
    TRY(const std::string buyer, certify(stage, kBuyer, entity_body(stage)));
    json::Value sale = transaction_body(stage);
    sale.set("asset_id", asset.record);
    sale.set("scenario_ref", scenario);
    sale.set("entity_refs", json::Array{seller, buyer});
    TRY(const std::string transaction, certify(stage, kSeller, sale));
    const json::Value delivered =
        json::Object{{"certificate_kind", "delivery"}, {"valid_to", stage.day(200)},
                     {"delivered_on", stage.day(0)},   {"delivery_digest", digest()},
                     {"transaction_ref", transaction}, {"asset_id", asset.record},
                     {"scenario_ref", scenario}};
    TRY(stage.out.delivery, certify(stage, kSeller, delivered));
    stage.say_line("data invoice", "数据发票",
                   scenario + " > " + seller + ", " + buyer + " > " + transaction + " > " +
                       stage.out.delivery);
    return Unit{};
}

}  // namespace quanlu::cli
