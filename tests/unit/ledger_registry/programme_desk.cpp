// See programme_desk.h.
#include "programme_desk.h"

namespace quanlu::registry {

ProgrammeDesk::ProgrammeDesk() {
    found("manager", "plan_manager");
    found("custodian", "custodian|bank");
    found("small-loan", "originator|pledgee");
    found("payer", "shortfall_payer");
    found("appraiser", "appraiser");
    for (int firm = 1; firm <= 12; ++firm) found("firm-" + std::to_string(firm), "pledgor");
}

std::string ProgrammeDesk::patent_no(int serial) {
    std::string digits = std::to_string(serial);
    digits = "20211" + std::string(7 - digits.size(), '0') + digits;
    static constexpr int kWeights[] = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};
    int sum = 0;
    for (std::size_t i = 0; i < 12; ++i) sum += (digits[i] - '0') * kWeights[i];
    return "ZL" + digits + "." + (sum % 11 == 10 ? "X" : std::to_string(sum % 11));
}

std::string ProgrammeDesk::patent(const std::string& firm, int serial) {
    json::Value body =
        js("{'asset_kind':'patent_invention','title':'t','application_date':'2021-03-01',"
           "'grant_date':'2023-05-09','expiry_date':'2041-03-01','annual_fee_paid_to':'2099-01-01',"
           "'legal_status':'in_force','invalidation_pending':false,'ownership_dispute':false,"
           "'dual_filing':false,'source_snapshot_hash':'" +
           kHash + "'}");
    body.set("right_no", patent_no(serial));
    body.set("holders", json::Array{json::Object{{"party", firm}}});
    body.set("source_checked_on", today());
    return ok("office", "right.register", "", body);
}

std::string ProgrammeDesk::filed(const std::string& firm, const std::string& right,
                                 const std::string& pledgee, std::int64_t secured) {
    json::Value body =
        js("{'pledge_kind':'specific','right_count':1,'contract_items':['identity','claim','term',"
           "'right','scope'],'claim_kind':'loan','ccy':'CNY','debt_due':'2028-11-19',"
           "'scope_of_security':['principal','interest'],'registration_term_to':'2029-12-31'}");
    for (const char* name : {"main_contract_no", "main_contract", "pledge_contract"})
        body.set(name, sealed());
    body.set("pledgors", json::Array{firm});
    body.set("pledgees", json::Array{pledgee});
    body.set("debtor", firm);
    body.set("rights", json::Array{right});
    body.set("secured_amount", secured);
    body.set("contract_date", today());
    body.set("debt_from", today());
    const std::string id = ok(firm, "pledge.draft", "", body);
    REQUIRE(act(firm, "pledge.sign", id, json::Object{}).ok());
    ok(pledgee, "pledge.sign", id);
    return id;
}

std::string ProgrammeDesk::pledge_refused(const std::string& firm, const std::string& right,
                                          const std::string& pledgee) {
    return code("office", "pledge.accept", filed(firm, right, pledgee, 1'000));
}

std::string ProgrammeDesk::pledged(const std::string& firm, const std::string& right,
                                   const std::string& pledgee, std::int64_t secured) {
    const std::string id = filed(firm, right, pledgee, secured);
    ok("office", "pledge.accept", id);
    ok("office", "pledge.register", id,
       json::Object{{"statutory_registration_no", "Y" + id.substr(id.size() - 10)},
                    {"statutory_effective_date", today()},
                    {"statutory_notice_hash", kHash}});
    return id;
}

std::string ProgrammeDesk::lent(const std::string& firm, const json::Array& pledges,
                                std::int64_t amount) {
    json::Value body =
        js("{'kind':'ip_abs_underlying_loan','lenders':['small-loan'],'ccy':'CNY',"
           "'due_date':'2028-11-19','statistics_bucket':{'year':2026,'district':'330110',"
           "'kind':'ip_abs_underlying_loan','amount_band':'5m_10m'}}");
    for (const char* name : {"principal", "rate", "rate_kind", "repay_plan", "purpose"})
        body.set(name, sealed());
    body["statistics_bucket"].set("year", std::stoi(today().substr(0, 4)));
    body.set("borrower", firm);
    body.set("secured_claim", amount);
    body.set("signed_on", today());
    body.set("draw_date", today());
    body.set("pledge_ids", pledges);
    const std::string id = ok(firm, "finance.propose", "", body);
    ok("small-loan", "finance.approve", id);
    ok("small-loan", "finance.draw", id);
    return id;
}

std::string ProgrammeDesk::appraised(const json::Array& rights, std::int64_t value) {
    return ok("appraiser", "appraisal.issue", "",
              json::Object{{"report_no", "P"},
                           {"appraiser_license", "L"},
                           {"subject_rights", rights},
                           {"value", value},
                           {"ccy", "CNY"},
                           {"base_date", today()},
                           {"valid_to", day(360)},
                           {"method", "income"},
                           {"purpose", "securitization"},
                           {"report_hash", kHash}});
}

json::Value ProgrammeDesk::set_up() const {
    return js(
        "{'name':'series 1','exchange':'SZSE','series_no':1,'ccy':'CNY','custodian':'custodian',"
        "'originator':'small-loan','servicer':'small-loan','shortfall_payer':'payer',"
        "'appraiser':'appraiser','advance_rate_cap_ppm':800000,'replacement_cap_ppm':100000,"
        "'default_after_days':30,'default_rate_trigger_ppm':100000}");
}

json::Value ProgrammeDesk::entry(const std::string& claim, const std::string& pledge,
                                 const std::string& report, std::int64_t principal,
                                 std::int64_t value) {
    return json::Object{{"claim", claim},
                        {"pledge", pledge},
                        {"appraisal_id", report},
                        {"principal", principal},
                        {"appraised_value", value}};
}

std::string ProgrammeDesk::both(const std::string& act_name, const std::string& id,
                                const json::Value& body) {
    const std::string first = code("manager", act_name, id, body);
    return first == "OK" ? code("custodian", act_name, id, body) : first;
}
std::string ProgrammeDesk::all_three(const std::string& act_name, const std::string& id,
                                     const json::Value& body) {
    const std::string first = code("small-loan", act_name, id, body);
    return first == "OK" ? both(act_name, id, body) : first;
}

std::string ProgrammeDesk::entered(const std::string& id, const json::Value& entry) {
    const std::string first = code("small-loan", "programme.add_asset", id, entry);
    return first == "OK" ? code("manager", "programme.add_asset", id, entry) : first;
}

void ProgrammeDesk::cancelled(const std::string& pledge) {
    ok("small-loan", "pledge.request_cancel", pledge,
       json::Object{{"ground", "paid"}, {"letter", sealed()}});
    ok("office", "pledge.cancel", pledge);
}

}  // namespace quanlu::registry
