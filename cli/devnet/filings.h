// What the scenes of the example file again and again.
#pragma once

#include "cli/devnet/stage.h"

namespace quanlu::cli {

// A patent number with the right check character: "ZL" year kind serial "." check.
std::string made_up_patent(int year, int kind, int serial);
// Mirrored by the office; gives the right's id.
Result<std::string, Failure> mirror_patent(Stage& stage, const std::string& holder, int serial,
                                           const char* title);
// Draft and both parties' signatures: submitted. `secured_fen`: the secured amount.
Result<std::string, Failure> file_pledge(Stage& stage, const std::string& pledgor,
                                         const std::string& pledgee, const std::string& right,
                                         std::int64_t secured_fen);
// Accepted and registered. `serial` makes the made-up statutory number.
Result<Outcome, Failure> register_pledge(Stage& stage, const std::string& id, std::size_t serial);

struct Loan {
    std::string kind, lender, borrower;
    json::Array pledges;
    std::int64_t claim_fen = 0;
    std::string band;
};
json::Value loan_proposal(const Stage& stage, const Loan& loan);

}  // namespace quanlu::cli
