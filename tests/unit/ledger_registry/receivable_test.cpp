// B.7 receivable and invoice fingerprint: one answer for one invoice, blind to who.
#include "crypto/base/encode.h"
#include "receivable_bank.h"

namespace quanlu::registry {

namespace {

constexpr const char* kRegister = "invoice.register_fingerprint";

json::Value reason() {
    return json::Object{{"reason", "r"}};
}
json::Value interest(std::int64_t n) {
    return json::Object{{"interest", n}};
}
json::Value part(std::int64_t n, std::int64_t amount) {
    return json::Object{{"interest", n}, {"amount", amount}};
}

}  // namespace

TEST_CASE("an invoice is registered, confirmed, financed, repaid in parts and settled") {
    ReceivableBank bank;
    CHECK(bank.get("invfp/" + hex64('1')) == nullptr);
    const std::string id = bank.registered("bank", bank.invoice());
    const std::string key = "recv/" + id;
    CHECK(id.starts_with("RV-330108-20261120-"));
    CHECK(bank.state(key) == "registered_unique");
    CHECK(bank.warnings.empty());
    CHECK_FALSE(bank.fingerprint('1').bool_or("financed", true));
    CHECK(bank.field(key, "residual").as_integer() == 10'000'000);
    CHECK(bank.field(key, "controller").as_string() == "seller");
    CHECK(bank.code("seller", "invoice.confirm", id) == "E_BUYER_SIGNATURE");
    bank.ok("buyer", "invoice.confirm", id);
    CHECK(bank.state(key) == "confirmed");
    bank.tax(id);
    bank.seller_agrees(id, "bank", "pledge", 8'000'000);
    bank.ok("bank", "invoice.finance", id, bank.financing());
    CHECK(bank.state(key) == "financed");
    CHECK(bank.fingerprint('1').bool_or("financed", false));
    CHECK(bank.field(key, "financed_total").as_integer() == 8'000'000);
    CHECK(bank.field(key, "residual").as_integer() == 2'000'000);
    CHECK(bank.code("bank", "invoice.repay", id, part(1, 8'000'001)) == "E_OVERPAID");
    CHECK(bank.code("bank", "invoice.repay", id, part(1, 0)) == "E_SCHEMA");
    CHECK(bank.code("bank", "invoice.repay", id, part(2, 1)) == "E_NOT_FOUND");
    CHECK(bank.code("bank-2", "invoice.repay", id, part(1, 1)) == "E_WRONG_AUTHORITY");
    bank.ok("bank", "invoice.repay", id, part(1, 3'000'000));
    CHECK(bank.state(key) == "financed");
    CHECK(bank.field(key, "financed_total").as_integer() == 5'000'000);
    bank.ok("bank", "invoice.repay", id, part(1, 5'000'000));
    CHECK(bank.state(key) == "settled");
    CHECK_FALSE(bank.fingerprint('1').bool_or("financed", true));
    CHECK(bank.code("bank", "invoice.repay", id, part(1, 1)) == "E_BAD_STATE");
}

TEST_CASE("the second bank is told that it is financed, and nothing else (R-18)") {
    ReceivableBank bank;
    const std::string id = bank.financed("bank", bank.invoice());
    CHECK(bank.code("bank-2", kRegister, "", bank.invoice()) == "E_DUPLICATE_FINANCED");
    // Neither the lender, nor the record, nor the place in the ledger.
    const std::string answer = json::write(chain::to_json(bank.refusal));
    CHECK(answer.find("\"bank\"") == std::string::npos);
    CHECK(answer.find(id) == std::string::npos);
    CHECK_FALSE(bank.refusal.conflict.has_value());
    CHECK(bank.refusal.facts.string_or("since", "") == "2026-11");
    // The value that answers with a proof is as silent.
    const std::string value = json::write(bank.fingerprint('1'));
    for (const std::string& secret :
         {id, std::string("bank"), std::string("seller"), std::string("buyer"),
          std::string("8000000"), std::string("RV-"), std::string("2026-11-20")}) {
        INFO(secret << " in " << value);
        CHECK(value.find(secret) == std::string::npos);
    }
    // Another seller with the same invoice is refused as well.
    CHECK(bank.code("bank-2", kRegister, "", with(bank.invoice(), js("{'seller':'seller-2'}"))) ==
          "E_DUPLICATE_FINANCED");
}

TEST_CASE("one fingerprint at two banks in one moment: who finances first wins") {
    ReceivableBank bank;
    const std::string first = bank.registered("bank", bank.invoice());
    const std::string second =
        bank.registered("bank-2", with(bank.invoice(), js("{'seller':'seller-2'}")));
    CHECK(bank.warned(chain::Code::W_CROSS_APPLICANT_HIT));
    CHECK(bank.told("fingerprint.hit", hex64('1')));
    CHECK(bank.state("recv/" + second) == "registered_unique");
    for (const std::string& id : {first, second}) bank.tax(id);
    bank.seller_agrees(first, "bank", "pledge", 8'000'000);
    bank.ok("seller-2", "invoice.consent", second,
            js("{'act':'finance','to':'bank-2','interest_kind':'pledge','amount':8000000}"));
    bank.ok("bank", "invoice.finance", first, bank.financing());
    CHECK(bank.code("bank-2", "invoice.finance", second, bank.financing()) ==
          "E_DUPLICATE_FINANCED");
    bank.ok("bank", "invoice.repay", first, part(1, 8'000'000));
    CHECK(bank.code("bank-2", "invoice.finance", second, bank.financing()) == "OK");
}

TEST_CASE(
    "the same applicant twice makes a duplicate that cannot be financed until the first is gone") {
    ReceivableBank bank;
    const std::string first = bank.registered("bank", bank.invoice());
    const std::string second = bank.registered("bank-2", bank.invoice());
    CHECK(bank.state("recv/" + second) == "registered_duplicate");
    CHECK(bank.warned(chain::Code::W_DUPLICATE_REGISTERED));
    CHECK_FALSE(bank.warned(chain::Code::W_CROSS_APPLICANT_HIT));
    CHECK(bank.fingerprint('1').find("registrations")->as_array().size() == 2);
    CHECK(bank.code("bank-2", "invoice.finance", second, bank.financing()) == "E_BAD_STATE");
    CHECK(bank.code("bank-2", "invoice.recheck", second) == "E_BAD_STATE");
    CHECK(bank.code("bank-2", "invoice.cancel", first, reason()) == "E_NOT_REGISTRANT");
    CHECK(bank.code("seller", "invoice.cancel", first, reason()) == "E_NOT_REGISTRANT");
    bank.ok("bank", "invoice.cancel", first, reason());
    CHECK(bank.state("recv/" + first) == "cancelled");
    CHECK(bank.code("bank", "invoice.recheck", second) == "E_NOT_REGISTRANT");
    bank.ok("bank-2", "invoice.recheck", second);
    CHECK(bank.state("recv/" + second) == "registered_unique");
    bank.ok("bank-2", "invoice.cancel", second, reason());
    // Absence again proves that nobody has it.
    CHECK(bank.get("invfp/" + hex64('1')) == nullptr);
    CHECK(bank.get("invec/" + hex64('a')) == nullptr);
}

TEST_CASE("a rechecked duplicate is still refused while the first stands financed") {
    ReceivableBank bank;
    const std::string first = bank.registered("bank", bank.invoice());
    const std::string second = bank.registered("bank-2", bank.invoice());
    bank.tax(first);
    bank.seller_agrees(first, "bank", "pledge", 1);
    bank.ok("bank", "invoice.finance", first, bank.financing("pledge", 1));
    CHECK(bank.code("bank-2", "invoice.recheck", second) == "E_DUPLICATE_FINANCED");
}

TEST_CASE("the same facts under another number need a reason (R-18)") {
    ReceivableBank bank;
    bank.registered("bank", bank.invoice('1', 'a'));
    CHECK(bank.code("bank-2", kRegister, "", bank.invoice('2', 'a')) == "E_MISSING_EVIDENCE");
    CHECK(bank.refusal.facts.string_or("warning", "") == "W_PARTIAL_HIT");
    const std::string id = bank.registered(
        "bank-2", with(bank.invoice('2', 'a'), json::Object{{"partial_hit_reason", sealed()}}));
    CHECK(bank.warned(chain::Code::W_PARTIAL_HIT));
    CHECK(bank.state("recv/" + id) == "registered_unique");
    bank.registered("bank", bank.invoice('3', 'b'));
    CHECK(bank.warnings.empty());
}

TEST_CASE("who leaves takes its own registrations along, whatever their numbers") {
    ReceivableBank bank;
    const auto explained = [&](char exact) {
        return with(bank.invoice(exact, 'a'), json::Object{{"partial_hit_reason", sealed()}});
    };
    const auto numbers = [&](const std::string& key) {
        std::vector<std::int64_t> found;
        for (const json::Value& one : bank.record(key).find("registrations")->as_array())
            found.push_back(one.integer_or("n", 0));
        return found;
    };
    bank.registered("bank", bank.invoice('1', 'a'));
    bank.registered("bank-2", explained('2'));
    // Second of its number, third of its facts, where another bank's is the second.
    const std::string third = bank.registered("bank-2", explained('1'));
    CHECK(numbers("invfp/" + hex64('1')) == std::vector<std::int64_t>{1, 2});
    CHECK(numbers("invec/" + hex64('a')) == std::vector<std::int64_t>{1, 2, 3});
    bank.ok("bank-2", "invoice.cancel", third, reason());
    CHECK(numbers("invfp/" + hex64('1')) == std::vector<std::int64_t>{1});
    CHECK(numbers("invec/" + hex64('a')) == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("while keys change, both fingerprints are looked at (E.6)") {
    ReceivableBank bank;
    bank.financed("bank", bank.invoice('1', 'a'));
    json::Value next = bank.invoice('2', 'b');
    CHECK(bank.code("bank-2", kRegister, "",
                    with(next, json::Object{{"fp_exact_prior", hex64('1')}})) == "E_SCHEMA");
    next = with(next, json::Object{{"fp_exact_prior", hex64('1')},
                                   {"fp_economic_prior", hex64('a')},
                                   {"fp_epoch", 2}});
    CHECK(bank.code("bank-2", kRegister, "", next) == "E_DUPLICATE_FINANCED");
    // A registration under both keys answers to both.
    json::Value both =
        with(bank.invoice('4', 'd'),
             json::Object{{"fp_exact_prior", hex64('3')}, {"fp_economic_prior", hex64('c')}});
    const std::string id = bank.financed("bank", both);
    CHECK(bank.fingerprint('3').bool_or("financed", false));
    CHECK(bank.fingerprint('4').bool_or("financed", false));
    CHECK(bank.code("bank-2", kRegister, "", bank.invoice('3', 'c')) == "E_DUPLICATE_FINANCED");
    bank.ok("bank", "invoice.repay", id, part(1, 8'000'000));
    CHECK_FALSE(bank.fingerprint('3').bool_or("financed", true));
    for (const char* name : {"fp_economic", "fp_exact_prior"}) {
        json::Value twice =
            with(bank.invoice('5', 'e'),
                 json::Object{{"fp_exact_prior", hex64('6')}, {"fp_economic_prior", hex64('f')}});
        twice.set(name, hex64('5'));
        CHECK(bank.code("bank", kRegister, "", twice) == "E_SCHEMA");
    }
}

TEST_CASE("one invoice carries a bounded number of registrations") {
    ReceivableBank bank;
    for (int i = 0; i < 64; ++i) bank.registered("bank", bank.invoice());
    CHECK(bank.code("bank", kRegister, "", bank.invoice()) == "E_DUPLICATE_SUBMISSION");
}

TEST_CASE("the same facts stand under a bounded number of invoices") {
    ReceivableBank bank;
    bank.registered("bank", bank.invoice('1', 'a'));
    json::Value held = bank.record("invec/" + hex64('a'));
    for (int n = 2; n <= 256; ++n)
        held["registrations"].push(json::Object{{"exact", hex64('9')}, {"n", n}});
    bank.plant("invec/" + hex64('a'), held);
    CHECK(bank.code("bank", kRegister, "",
                    with(bank.invoice('2', 'a'), json::Object{{"partial_hit_reason", sealed()}})) ==
          "E_DUPLICATE_SUBMISSION");
    CHECK(bank.refusal.field == "/fp_economic");
}

TEST_CASE("registration: two officers of a bank or factor, a plausible invoice") {
    ReceivableBank bank;
    const auto refused = [&](const json::Value& changes) {
        return bank.code("bank", kRegister, "", with(bank.invoice(), changes));
    };
    CHECK(bank.code("seller", kRegister, "", bank.invoice()) == "E_ROLE");
    CHECK(bank.submit("bank", "maker", kRegister, "", bank.invoice()).state == "pending_approval");
    CHECK(bank.get("invfp/" + hex64('1')) == nullptr);
    CHECK(bank.submit("bank", "maker", kRegister, "", bank.invoice()).refusal->code ==
          chain::Code::E_FOUR_EYES);
    CHECK(refused(js("{'buyer':'seller'}")) == "E_SCHEMA");
    CHECK(refused(js("{'buyer':'nobody'}")) == "E_NOT_FOUND");
    CHECK(refused(js("{'invoice_amount':0}")) == "E_SCHEMA");
    CHECK(refused(js("{'invoice_date':'2026-11-21'}")) == "E_BACKDATED");
    CHECK(refused(js("{'due_date':'2026-11-09'}")) == "E_BACKDATED");
    CHECK(refused(js("{'fp_exact':'ABC'}")) == "E_SCHEMA");
    CHECK(refused(js("{'ccy':'XXX'}")) == "E_SCHEMA");
    CHECK(refused(js("{'invoice_number':'24332000000123456789'}")) == "E_SCHEMA");
    CHECK(refused(js("{'invoice_kind':'bill','due_date':'2027-11-11'}")) == "E_SCHEMA");
    CHECK(refused(js("{'invoice_kind':'bill','due_date':'2027-11-10'}")) == "OK");
}

TEST_CASE("financing needs a fresh, valid tax status by block time") {
    ReceivableBank bank;
    const std::string id = bank.registered("bank", bank.invoice());
    bank.seller_agrees(id, "bank", "pledge", 8'000'000);
    const auto finance = [&] { return bank.code("bank", "invoice.finance", id, bank.financing()); };
    CHECK(finance() == "E_STALE_TAX_STATUS");
    bank.tax(id, "valid", 24 * 3'600'000);  // some seconds too old when the act comes
    CHECK(finance() == "E_STALE_TAX_STATUS");
    bank.tax(id, "unknown");
    CHECK(finance() == "E_STALE_TAX_STATUS");
    bank.tax(id, "voided");
    CHECK(finance() == "E_INVOICE_VOIDED");
    bank.tax(id, "red_flushed");
    CHECK(finance() == "E_INVOICE_VOIDED");
    bank.pass_hours(30);
    CHECK(finance() == "E_INVOICE_VOIDED");
    bank.tax(id, "valid", 24 * 3'600'000 - 60'000);
    CHECK(bank.code("verifier", "invoice.report_tax_status", id,
                    json::Object{{"status", "voided"},
                                 {"checked_at_ms", bank.now_ms() - 24 * 3'600'000}}) ==
          "E_BACKDATED");
    CHECK(finance() == "OK");
    CHECK(bank.code("verifier", "invoice.report_tax_status", id,
                    json::Object{{"status", "valid"}, {"checked_at_ms", bank.now_ms() + 60'000}}) ==
          "E_BACKDATED");
    CHECK(bank.code("bank", "invoice.report_tax_status", id,
                    json::Object{{"status", "valid"}, {"checked_at_ms", 1}}) == "E_ROLE");
}

TEST_CASE("nobody vouches for its own invoice") {
    ReceivableBank bank;
    bank.found("double", "bank|evidence_node");
    const std::string id = bank.registered("double", bank.invoice());
    CHECK(bank.code("double", "invoice.report_tax_status", id,
                    json::Object{{"status", "valid"}, {"checked_at_ms", 1}}) ==
          "E_WRONG_AUTHORITY");
}

TEST_CASE("an invoice voided after financing raises the alarm") {
    ReceivableBank bank;
    const std::string id = bank.financed("bank", bank.invoice());
    bank.tax(id, "red_flushed");
    CHECK(bank.told("invoice.void_alert", id));
    CHECK(bank.field("recv/" + id, "void_alert").as_bool());
    CHECK(bank.state("recv/" + id) == "financed");
    CHECK_FALSE(bank.warned(chain::Code::W_BASIS_LOST));  // no financing event rests on it
}

TEST_CASE("financing stays within what is left, one assignment at a time (R-17)") {
    ReceivableBank bank;
    const std::string id = bank.registered("bank", bank.invoice());
    bank.tax(id);
    bank.seller_agrees(id, "bank", "pledge", 20'000'000);
    CHECK(bank.code("bank", "invoice.finance", id, bank.financing("pledge", 10'000'001)) ==
          "E_RESIDUAL_EXCEEDED");
    CHECK(bank.code("bank", "invoice.finance", id, bank.financing("pledge", 0)) == "E_SCHEMA");
    bank.ok("bank", "invoice.finance", id, bank.financing("pledge", 6'000'000));
    bank.seller_agrees(id, "bank-2", "pledge", 20'000'000);
    CHECK(bank.code("bank-2", "invoice.finance", id, bank.financing("pledge", 4'000'001)) ==
          "E_RESIDUAL_EXCEEDED");
    bank.ok("bank-2", "invoice.finance", id, bank.financing("pledge", 4'000'000));
    bank.ok("bank", "invoice.repay", id, part(1, 6'000'000));
    CHECK(bank.state("recv/" + id) == "financed");
    CHECK(bank.fingerprint('1').bool_or("financed", false));
    CHECK(bank.field("recv/" + id, "residual").as_integer() == 6'000'000);
    // Assignment over a pledge: the pledgee must let it; after it nothing more.
    bank.seller_agrees(id, "factor", "assignment", 6'000'000);
    CHECK(bank.code("factor", "invoice.finance", id, bank.financing("assignment", 6'000'000)) ==
          "E_CONSENT_REQUIRED");
    bank.ok("bank-2", "invoice.consent", id,
            js("{'act':'finance','to':'factor','interest_kind':'assignment','amount':6000000}"));
    bank.ok("factor", "invoice.finance", id, bank.financing("assignment", 6'000'000));
    CHECK(bank.field("recv/" + id, "controller").as_string() == "factor");
    bank.ok("bank-2", "invoice.repay", id, part(2, 4'000'000));
    bank.seller_agrees(id, "bank-2", "pledge", 1);
    CHECK(bank.code("bank-2", "invoice.finance", id, bank.financing("pledge", 1)) ==
          "E_ALREADY_ASSIGNED");
    CHECK(bank.code("bank-2", "invoice.finance", id, bank.financing("discount", 1)) ==
          "E_ALREADY_ASSIGNED");
}

TEST_CASE("the seller's consent covers kind, amount and lender, once") {
    ReceivableBank bank;
    const std::string id = bank.registered("bank", bank.invoice());
    bank.tax(id);
    const auto finance = [&](const char* who, const char* kind, std::int64_t amount) {
        return bank.code(who, "invoice.finance", id, bank.financing(kind, amount));
    };
    CHECK(finance("bank", "pledge", 1) == "E_CONSENT_REQUIRED");
    CHECK(bank.code("other", "invoice.consent", id, bank.consent("finance", "bank")) ==
          "E_NOT_INTERESTED");
    CHECK(bank.code("seller", "invoice.consent", id, bank.consent("reassign", "bank")) ==
          "E_NOT_INTERESTED");
    CHECK(bank.code("seller", "invoice.consent", id, bank.consent("finance", "bank")) ==
          "E_SCHEMA");
    bank.seller_agrees(id, "bank", "pledge", 500);
    CHECK(finance("bank-2", "pledge", 500) == "E_CONSENT_REQUIRED");
    CHECK(finance("bank", "pledge", 501) == "E_CONSENT_REQUIRED");
    CHECK(finance("bank", "discount", 500) == "E_CONSENT_REQUIRED");
    CHECK(finance("bank", "pledge", 500) == "OK");
    CHECK(finance("bank", "pledge", 1) == "E_CONSENT_REQUIRED");
}

TEST_CASE("papers of a financing: recourse, registration in the PBoC register, no bar by law") {
    ReceivableBank bank;
    const std::string id = bank.registered("bank", bank.invoice());
    bank.tax(id);
    bank.seller_agrees(id, "bank", "pledge", 500);
    bank.seller_agrees(id, "bank", "assignment", 500);
    const auto finance = [&](const char* kind, const json::Value& changes) {
        return bank.code("bank", "invoice.finance", id, with(bank.financing(kind, 500), changes));
    };
    CHECK(finance("assignment", js("{'recourse':'-'}")) == "E_SCHEMA");
    CHECK(finance("pledge", js("{'zdw_registration_no':'-'}")) == "E_MISSING_EVIDENCE");
    CHECK(finance("pledge", js("{'zdw_term_to':'2026-12-19'}")) == "E_BACKDATED");
    CHECK(finance("pledge", js("{'zdw_term_to':'2056-11-21'}")) == "E_BACKDATED");
    CHECK(finance("pledge", js("{'zdw_registered_on':'2026-11-21'}")) == "E_BACKDATED");
    const std::string barred =
        bank.registered("bank", with(bank.invoice('2', 'b'), js("{'assignment_bar':'law'}")));
    bank.tax(barred);
    bank.seller_agrees(barred, "bank", "pledge", 500);
    CHECK(bank.code("bank", "invoice.finance", barred, bank.financing("pledge", 500)) ==
          "E_ASSIGNMENT_BARRED");
    // A ban agreed between seller and buyer does not bind the bank where money is owed.
    const std::string agreed =
        bank.registered("bank", with(bank.invoice('3', 'c'), js("{'assignment_bar':'agreement'}")));
    bank.tax(agreed);
    bank.seller_agrees(agreed, "bank", "discount", 500);
    CHECK(bank.code("bank", "invoice.finance", agreed, bank.financing("discount", 500)) == "OK");
}

TEST_CASE("reassignment: nominated by the financier, accepted or rejected by the receiver") {
    ReceivableBank bank;
    const std::string id = bank.financed("bank", bank.invoice(), "assignment");
    const std::string key = "recv/" + id;
    const json::Value to_factor = js("{'interest':1,'to':'factor'}");
    CHECK(bank.code("factor", "invoice.accept_transfer", id) == "E_BAD_STATE");
    CHECK(bank.code("bank-2", "invoice.reassign", id, to_factor) == "E_WRONG_AUTHORITY");
    CHECK(bank.code("bank", "invoice.reassign", id, js("{'interest':1,'to':'seller'}")) ==
          "E_ROLE");
    CHECK(bank.code("bank", "invoice.reassign", id, js("{'interest':1,'to':'nobody'}")) ==
          "E_NOT_FOUND");
    CHECK(bank.code("bank", "invoice.reassign", id, js("{'interest':1,'to':'bank'}")) ==
          "E_SCHEMA");
    bank.ok("bank", "invoice.reassign", id, to_factor);
    CHECK(bank.code("bank-2", "invoice.accept_transfer", id) == "E_WRONG_AUTHORITY");
    bank.ok("factor", "invoice.reject_transfer", id);
    CHECK(bank.code("factor", "invoice.accept_transfer", id) == "E_BAD_STATE");
    bank.ok("bank", "invoice.reassign", id, to_factor);
    const std::int64_t nonce = bank.field(key, "control_nonce").as_integer();
    bank.ok("factor", "invoice.accept_transfer", id);
    CHECK(bank.field(key, "controller").as_string() == "factor");
    CHECK(bank.field(key, "control_nonce").as_integer() == nonce + 1);
    CHECK(bank.code("bank", "invoice.repay", id, part(1, 1)) == "E_WRONG_AUTHORITY");
    bank.ok("factor", "invoice.repay", id, part(1, 8'000'000));
    CHECK(bank.state(key) == "settled");
}

TEST_CASE("a pledged receivable does not move without the other pledgee (CC Art 445)") {
    ReceivableBank bank;
    const std::string id = bank.financed("bank", bank.invoice(), "pledge", 4'000'000);
    bank.seller_agrees(id, "bank-2", "pledge", 4'000'000);
    bank.ok("bank-2", "invoice.finance", id, bank.financing("pledge", 4'000'000));
    const json::Value move = js("{'interest':1,'to':'factor'}");
    CHECK(bank.code("bank", "invoice.reassign", id, move) == "E_CONSENT_REQUIRED");
    bank.ok("bank-2", "invoice.consent", id, bank.consent("reassign", "factor"));
    CHECK(bank.code("bank", "invoice.reassign", id, move) == "OK");
}

TEST_CASE("buy-back by the seller releases the receivable and clears the fingerprint") {
    ReceivableBank bank;
    const std::string id = bank.financed("bank", bank.invoice(), "assignment");
    CHECK(bank.code("bank", "invoice.buy_back", id, interest(1)) == "E_CONSENT_REQUIRED");
    bank.ok("seller", "invoice.consent", id, bank.consent("buy_back", "bank"));
    bank.ok("bank", "invoice.buy_back", id, interest(1));
    CHECK(bank.state("recv/" + id) == "released");
    CHECK(bank.field("recv/" + id, "controller").as_string() == "seller");
    CHECK(bank.get("invfp/" + hex64('1')) == nullptr);
    bank.registered("bank-2", bank.invoice());
    CHECK(bank.warnings.empty());
}

TEST_CASE("buying back a pledge moves no control: another lender's assignment stands") {
    ReceivableBank bank;
    const std::string id = bank.financed("bank", bank.invoice(), "pledge", 4'000'000);
    const std::string key = "recv/" + id;
    bank.seller_agrees(id, "factor", "assignment", 6'000'000);
    bank.ok("bank", "invoice.consent", id,
            js("{'act':'finance','to':'factor','interest_kind':'assignment','amount':6000000}"));
    bank.ok("factor", "invoice.finance", id, bank.financing("assignment", 6'000'000));
    const std::int64_t nonce = bank.field(key, "control_nonce").as_integer();
    bank.ok("seller", "invoice.consent", id, bank.consent("buy_back", "bank"));
    bank.ok("bank", "invoice.buy_back", id, interest(1));
    CHECK(bank.field(key, "controller").as_string() == "factor");
    CHECK(bank.field(key, "control_nonce").as_integer() == nonce);
    bank.ok("seller", "invoice.consent", id, bank.consent("buy_back", "factor"));
    bank.ok("factor", "invoice.buy_back", id, interest(2));
    CHECK(bank.field(key, "controller").as_string() == "seller");
    CHECK(bank.field(key, "control_nonce").as_integer() == nonce + 1);
    CHECK(bank.state(key) == "released");
}

TEST_CASE("default after the due date, enforcement after default, write-off at the end") {
    ReceivableBank bank;
    const std::string id = bank.financed("bank", bank.invoice());
    const std::string key = "recv/" + id;
    CHECK(bank.code("bank", "invoice.default", id, reason()) == "E_NO_DEFAULT");
    CHECK(bank.code("bank", "invoice.enforce", id, reason()) == "E_NO_DEFAULT");
    bank.pass_days(90);
    CHECK(bank.code("bank", "invoice.default", id, reason()) == "E_NO_DEFAULT");
    bank.pass_days(1);
    CHECK(bank.code("bank-2", "invoice.default", id, reason()) == "E_WRONG_AUTHORITY");
    bank.ok("bank", "invoice.default", id, reason());
    bank.ok("bank", "invoice.enforce", id, reason());
    bank.ok("bank", "invoice.repay", id, part(1, 2'000'000));
    CHECK(bank.state(key) == "enforcing");
    bank.ok("bank", "invoice.write_off", id, interest(1));
    CHECK(bank.state(key) == "written_off");
    CHECK_FALSE(bank.fingerprint('1').bool_or("financed", true));
    // What was written off stays a hit.
    bank.registered("bank-2", with(bank.invoice(), js("{'due_date':'2027-03-01'}")));
    CHECK(bank.warned(chain::Code::W_DUPLICATE_REGISTERED));
}

TEST_CASE("a financed receivable is not cancelled, a financier does not leave the register") {
    ReceivableBank bank;
    const std::string id = bank.financed("bank", bank.invoice());
    CHECK(bank.code("bank", "invoice.cancel", id, reason()) == "E_BAD_STATE");
    CHECK(bank.code("regulator", "party.deregister", "bank", reason()) ==
          "E_PARTY_HAS_OPEN_RECORDS");
    bank.ok("bank", "invoice.repay", id, part(1, 8'000'000));
    CHECK(bank.code("regulator", "party.deregister", "bank", reason()) == "OK");
}

TEST_CASE(
    "who registered an invoice does not leave the register before it is cancelled or financed") {
    ReceivableBank bank;
    const std::string id = bank.registered("bank", bank.invoice());
    const std::string second = bank.registered("bank-2", bank.invoice());
    CHECK(bank.state("recv/" + second) == "registered_duplicate");
    for (const char* party : {"bank", "bank-2"}) {
        CHECK(bank.code("regulator", "party.deregister", party, reason()) ==
              "E_PARTY_HAS_OPEN_RECORDS");
    }
    bank.ok("bank", "invoice.cancel", id, reason());
    bank.ok("bank-2", "invoice.recheck", second);
    bank.ok("regulator", "party.deregister", "bank", reason());
    CHECK(bank.code("regulator", "party.deregister", "bank-2", reason()) ==
          "E_PARTY_HAS_OPEN_RECORDS");
}

TEST_CASE("the debtor's notice is kept, and not ahead of its day") {
    ReceivableBank bank;
    const std::string id = bank.financed("bank", bank.invoice());
    const json::Value notice =
        json::Object{{"date", bank.today()}, {"method", "letter"}, {"hash", kHash}};
    CHECK(bank.code("bank-2", "invoice.notify_debtor", id, notice) == "E_WRONG_AUTHORITY");
    CHECK(bank.code("bank", "invoice.notify_debtor", id,
                    with(notice, json::Object{{"date", bank.day(1)}})) == "E_BACKDATED");
    bank.ok("bank", "invoice.notify_debtor", id, notice);
    CHECK(bank.field("recv/" + id, "debtor_notice").string_or("method", "") == "letter");
}

TEST_CASE("unused consents are bounded") {
    ReceivableBank bank;
    const std::string id = bank.registered("bank", bank.invoice());
    for (int i = 0; i < 50; ++i)
        bank.ok("seller", "invoice.consent", id, bank.consent("buy_back", "bank"));
    CHECK(bank.code("seller", "invoice.consent", id, bank.consent("buy_back", "bank")) ==
          "E_SCHEMA");
}

}  // namespace quanlu::registry
