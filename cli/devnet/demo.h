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
    std::string delivery;     // certificate of the data invoice's last step
    std::string fingerprint;  // of the invoice that two banks presented
};

Result<DemoResult, Failure> run_demo(const Devnet& net, Http& http, bool quiet);
// A patent number with the right check character: "ZL2021" kind serial "." check.
std::string made_up_patent(int year, int kind, int serial);

}  // namespace quanlu::cli
