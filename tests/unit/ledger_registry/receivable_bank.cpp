// See receivable_bank.h.
#include "receivable_bank.h"

namespace quanlu::registry {

std::string hex64(char c) {
    return std::string(64, c);
}

ReceivableBank::ReceivableBank() {
    found("bank-2", "bank");
    found("factor", "factor");
    found("seller-2", "public");
    found("verifier", "evidence_node");
}

json::Value ReceivableBank::invoice(char fp, char economic) const {
    json::Value body =
        js("{'seller':'seller','buyer':'buyer','invoice_kind':'e_fapiao_20','invoice_date':'2026-"
           "11-10',"
           "'invoice_amount':10000000,'ccy':'CNY','fp_epoch':1,'collateral_description':'一批货款',"
           "'assignment_bar':'none'}");
    body.set("invoice_number", sealed());
    body.set("tax_amount", sealed());
    body.set("due_date", day(90));
    body.set("fp_exact", hex64(fp));
    body.set("fp_economic", hex64(economic));
    return body;
}

json::Value ReceivableBank::financing(const std::string& kind, std::int64_t amount) const {
    json::Value body =
        json::Object{{"interest_kind", kind}, {"amount", amount}, {"agreement", sealed()}};
    if (kind == "assignment") body.set("recourse", true);
    if (kind != "discount") {
        body.set("zdw_registration_no", "01234567890123456789");
        body.set("zdw_registered_on", today());
        body.set("zdw_term_to", day(365));
    }
    return body;
}

json::Value ReceivableBank::consent(const std::string& act, const std::string& to) const {
    return json::Object{{"act", act}, {"to", to}};
}

std::string ReceivableBank::registered(const std::string& bank, const json::Value& body) {
    return ok(bank, "invoice.register_fingerprint", "", body);
}

void ReceivableBank::tax(const std::string& id, const std::string& status, std::int64_t age_ms) {
    ok("verifier", "invoice.report_tax_status", id,
       json::Object{{"status", status}, {"checked_at_ms", now_ms() - age_ms}});
}

void ReceivableBank::seller_agrees(const std::string& id, const std::string& bank,
                                   const std::string& kind, std::int64_t amount) {
    ok("seller", "invoice.consent", id,
       json::Object{{"act", "finance"}, {"to", bank}, {"interest_kind", kind}, {"amount", amount}});
}

std::string ReceivableBank::financed(const std::string& bank, const json::Value& body,
                                     const std::string& kind, std::int64_t amount) {
    const std::string id = registered(bank, body);
    tax(id);
    seller_agrees(id, bank, kind, amount);
    ok(bank, "invoice.finance", id, financing(kind, amount));
    return id;
}

const json::Value& ReceivableBank::fingerprint(char fp) const {
    return record("invfp/" + hex64(fp));
}

}  // namespace quanlu::registry
