// See filings.h.
#include "cli/devnet/filings.h"

namespace quanlu::cli {

namespace {

constexpr const char* kOffice = "ipo-yuhang";

}  // namespace

std::string made_up_patent(int year, int kind, int serial) {
    std::string digits = std::to_string(year) + std::to_string(kind);
    std::string tail = std::to_string(serial);
    digits += std::string(7 - tail.size(), '0') + tail;
    static constexpr int kWeights[] = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};
    int sum = 0;
    for (std::size_t i = 0; i < 12; ++i) sum += (digits[i] - '0') * kWeights[i];
    return "ZL" + digits + "." + (sum % 11 == 10 ? std::string("X") : std::to_string(sum % 11));
}

Result<std::string, Failure> mirror_patent(Stage& stage, const std::string& holder, int serial,
                                           const char* title) {
    const json::Value body = json::Object{
        {"asset_kind", "patent_invention"},
        {"right_no", made_up_patent(2021, 1, serial)},
        {"title", title},
        {"holders", json::Array{json::Object{{"party", holder}, {"share_ppm", 1'000'000}}}},
        {"application_date", "2021-03-01"},
        {"grant_date", "2023-05-09"},
        {"expiry_date", "2041-03-01"},
        {"annual_fee_paid_to", "2099-12-31"},
        {"legal_status", "in_force"},
        {"invalidation_pending", false},
        {"ownership_dispute", false},
        {"dual_filing", false},
        {"main_ipc", "G06F 16/27"},
        {"source_snapshot_hash", kPaperHash},
        {"source_checked_on", stage.day(0)}};
    TRY(const Outcome outcome, stage.act(kOffice, "right.register", "", body));
    return outcome.record;
}

// Draft and both parties' signatures: submitted.
Result<std::string, Failure> file_pledge(Stage& stage, const std::string& pledgor,
                                         const std::string& pledgee, const std::string& right,
                                         std::int64_t secured_fen) {
    const json::Value body =
        json::Object{{"pledge_kind", "specific"},
                     {"pledgors", json::Array{pledgor}},
                     {"pledgees", json::Array{pledgee}},
                     {"debtor", pledgor},
                     {"rights", json::Array{right}},
                     {"right_count", 1},
                     {"main_contract_no", "HT-2026-0001"},
                     {"main_contract", kPaperHash},
                     {"pledge_contract", kPaperHash},
                     {"contract_date", stage.day(0)},
                     {"contract_items", json::Array{"identity", "claim", "term", "right", "scope"}},
                     {"claim_kind", "loan"},
                     {"secured_amount", secured_fen},
                     {"ccy", "CNY"},
                     {"debt_from", stage.day(0)},
                     {"debt_due", "2029-11-20"},
                     {"scope_of_security", json::Array{"principal", "interest"}}};
    TRY(const Outcome draft, stage.act(pledgor, "pledge.draft", "", body));
    TRY_VOID(stage.act(pledgor, "pledge.sign", draft.record));
    TRY_VOID(stage.act(pledgee, "pledge.sign", draft.record));
    return draft.record;
}

Result<Outcome, Failure> register_pledge(Stage& stage, const std::string& id, std::size_t serial) {
    TRY_VOID(stage.act(kOffice, "pledge.accept", id));
    return stage.act(
        kOffice, "pledge.register", id,
        json::Object{{"statutory_registration_no", "Y2026330" + std::to_string(100'000 + serial)},
                     {"statutory_effective_date", stage.day(0)},
                     {"statutory_notice_hash", kPaperHash}});
}

json::Value loan_proposal(const Stage& stage, const Loan& loan) {
    const std::string today = stage.day(0);
    return json::Object{{"kind", loan.kind},
                        {"lenders", json::Array{loan.lender}},
                        {"borrower", loan.borrower},
                        {"pledge_ids", loan.pledges},
                        {"principal", std::to_string(loan.claim_fen)},
                        {"secured_claim", loan.claim_fen},
                        {"ccy", "CNY"},
                        {"rate", "3.45%"},
                        {"rate_kind", "LPR"},
                        {"signed_on", today},
                        {"draw_date", today},
                        {"due_date", stage.day(180)},
                        {"repay_plan", "到期一次还本"},
                        {"purpose", "研发投入"},
                        {"statistics_bucket", json::Object{{"year", std::stoi(today.substr(0, 4))},
                                                           {"district", "330110"},
                                                           {"kind", loan.kind},
                                                           {"amount_band", loan.band}}}};
}

}  // namespace quanlu::cli
