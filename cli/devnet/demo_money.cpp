// Money: one invoice presented by two banks, and a loan on a registered pledge from proposal to the
// release of the pledge.
#include "cli/devnet/filings.h"
#include "cli/devnet/stage.h"
#include "cli/fingerprint_key.h"
#include "cli/i18n.h"
#include "ledger/registry/ids/fingerprint.h"

namespace quanlu::cli {

namespace {

constexpr const char* kSeller = "firm-01";
constexpr const char* kBuyer = "firm-02";
constexpr const char* kInvoiceNumber = "26332000000012345678";
constexpr std::int64_t kInvoiceFen = 11'300'000;  // 113,000.00 CNY with tax
constexpr std::int64_t kLoanFen = 30'000'000;

std::string uscc_of(std::string_view party) {
    for (const DevParty& one : dev_parties()) {
        if (one.id == party) return one.uscc;
    }
    return "";
}

// What each bank's gateway computes by itself from the paper in front of it.
Result<registry::Fingerprints, Failure> fingerprints(const Stage& stage, const std::string& date) {
    TRY(const Bytes key, read_fingerprint_key(stage.net().fingerprint_key_path()));
    registry::Invoice invoice;
    invoice.country = "CN";
    invoice.number_form = "FP20";
    invoice.number = kInvoiceNumber;
    invoice.seller_id = uscc_of(kSeller);
    invoice.buyer_id = uscc_of(kBuyer);
    invoice.date = date;
    invoice.ccy = "CNY";
    invoice.amount_minor = std::to_string(kInvoiceFen);
    const auto prints = registry::fingerprints_of(invoice, key);
    ENSURE(prints.has_value(), "the example's invoice is well formed");
    return *prints;
}

}  // namespace

Status<Failure> play_receivable(Stage& stage) {
    const std::string date = stage.day(-10);
    TRY(const registry::Fingerprints prints, fingerprints(stage, date));
    const json::Value body = json::Object{{"seller", kSeller},
                                          {"buyer", kBuyer},
                                          {"invoice_kind", "e_fapiao_20"},
                                          {"invoice_number", kInvoiceNumber},
                                          {"invoice_date", date},
                                          {"invoice_amount", kInvoiceFen},
                                          {"tax_amount", "1300000"},
                                          {"ccy", "CNY"},
                                          {"due_date", stage.day(90)},
                                          {"fp_epoch", 1},
                                          {"fp_exact", prints.exact},
                                          {"fp_economic", prints.economic},
                                          {"collateral_description", "一批冷链设备货款"},
                                          {"assignment_bar", "none"}};
    TRY(const Outcome first, stage.act("bank-one", "invoice.register_fingerprint", "", body));
    TRY_VOID(stage.act("tax-gateway", "invoice.report_tax_status", first.record,
                       json::Object{{"status", "valid"}, {"checked_at_ms", now_ms() - 60'000}}));
    TRY_VOID(stage.act(kSeller, "invoice.consent", first.record,
                       json::Object{{"act", "finance"},
                                    {"to", "bank-one"},
                                    {"interest_kind", "assignment"},
                                    {"amount", 9'000'000}}));
    TRY_VOID(stage.act("bank-one", "invoice.finance", first.record,
                       json::Object{{"interest_kind", "assignment"},
                                    {"amount", 9'000'000},
                                    {"agreement", kPaperHash},
                                    {"recourse", true},
                                    {"zdw_registration_no", "01234567890123456789"},
                                    {"zdw_registered_on", stage.day(0)},
                                    {"zdw_term_to", stage.day(365)}}));
    stage.say_line("invoice financed", "发票已融资", first.record);
    stage.out.fingerprint = prints.exact;
    // For quanlu invoice check: this one, and one that nobody presented.
    std::string table = "country,number_form,number,seller,buyer,date,currency,amount_minor\n";
    for (const char* number : {kInvoiceNumber, "26332000000012345679"}) {
        table += std::string("CN,FP20,") + number + "," + uscc_of(kSeller) + "," + uscc_of(kBuyer) +
                 "," + date + ",CNY," + std::to_string(kInvoiceFen) + "\n";
    }
    TRY_VOID(write_text_file(stage.net().folder() + "/invoices.csv", table));
    // Its own gateway finds the same fingerprint from the same paper; who financed stays hidden.
    return stage.expect_refusal(
        stage.act("bank-two", "invoice.register_fingerprint", "", body), "E_DUPLICATE_FINANCED",
        std::string(say("the same invoice at bank-two", "同一发票提交至第二家银行")));
}

Status<Failure> play_loan(Stage& stage) {
    const std::string pledge = stage.out.pledges.at(1);  // of firm-02, to bank-two
    const json::Value proposal = loan_proposal(
        stage, {"ip_pledge_loan", "bank-two", "firm-02", {pledge}, kLoanFen, "below_1m"});
    TRY(const Outcome loan, stage.act("firm-02", "finance.propose", "", proposal));
    TRY_VOID(stage.act("bank-two", "finance.approve", loan.record));
    TRY_VOID(stage.act("bank-two", "finance.draw", loan.record));
    TRY_VOID(stage.act("bank-two", "finance.repay", loan.record,
                       json::Object{{"amount", kLoanFen / 3}}));
    TRY_VOID(stage.act("bank-two", "finance.repay", loan.record,
                       json::Object{{"amount", kLoanFen - kLoanFen / 3}}));
    TRY_VOID(stage.act("bank-two", "pledge.request_cancel", pledge,
                       json::Object{{"ground", "paid"}, {"letter", kPaperHash}}));
    TRY_VOID(stage.act("ipo-yuhang", "pledge.cancel", pledge));
    TRY(const Outcome closed, stage.act("firm-02", "finance.close", loan.record));
    stage.say_line("loan", "贷款",
                   loan.record +
                       std::string(say("  drawn, repaid, pledge ", "  已放款、已还清,质押 ")) +
                       pledge + std::string(say(" cancelled, ", " 已注销,")) + closed.state);
    return Unit{};
}

}  // namespace quanlu::cli
