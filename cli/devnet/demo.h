// The worked input: what a small IP office files in a week, acted out on a development network.
// Every identifier is valid in form and belongs to nobody.
#pragma once

#include "cli/devnet/network.h"
#include "cli/output.h"

namespace quanlu::cli {

struct DemoResult {
    std::vector<std::pair<std::string, std::string>> lines;  // what was shown, for people
    std::int64_t transactions = 0, refused = 0;
    std::vector<std::string> rights, pledges;
    std::string pledged_right, free_right, frozen_right, pledge_id;
    std::string programme;            // of the securitization
    std::uint64_t issued_height = 0;  // at which its tranches were issued
    std::string delivery;             // certificate of the data invoice's last step
    std::string fingerprint;          // of the invoice that two banks presented
};

Result<DemoResult, Failure> run_demo(const Devnet& net, Http& http, bool quiet);
// The seed deal (DOMAIN E.10): 12 enterprises, 195 patents, 110,000,000 CNY, from registration of
// its parties to the last cancellation. The year between issue and maturity is told by dates.
Result<DemoResult, Failure> run_securitization(const Devnet& net, Http& http, bool quiet);

}  // namespace quanlu::cli
