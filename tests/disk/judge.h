// Restarts a member on what a power cut left and judges what it does then, by what the outside was
// told before and by the run that was never cut. The comparisons are of bytes, hashes and numbers
// written down here; no predicate of product code decides.
#pragma once

#include "tests/disk/member.h"
#include "tests/disk/mount.h"

namespace quanlu::disk {

// Of the run that was never cut, by height.
struct Good {
    Hash block, root, store;
};
using GoodRun = std::map<std::uint64_t, Good>;

// What was counted, with the first example of each kind.
struct Tally {
    struct Kind {
        std::uint64_t count = 0;
        std::string example;
    };
    std::map<std::string, Kind> outcomes;    // allowed ones
    std::map<std::string, Kind> violations;  // each is a wrong answer, a loss or a contradiction
    std::uint64_t restarts = 0, restarts_in_recovery = 0;
    std::uint64_t votes_checked = 0, blocks_after = 0;

    void outcome(const std::string& kind, const std::string& example);
    void violation(const std::string& kind, const std::string& example);
    void print() const;
};

class Judge {
public:
    Judge(const World& world, const GoodRun& good, Tally& tally, std::uint64_t seed)
        : world_(world), good_(good), tally_(tally), random_(seed) {}

    struct Case {
        std::string label;        // how to find it again
        const SimFs* before;      // as it was when the power went: what was synced must be there
        bool is_deep = false;     // cut the power again at every operation of the recovery
        bool may_refuse = false;  // the medium lied: damage may be found, and be refused
    };
    void restart(SimFs fs, const Told& told, const Case& what);

private:
    void judge(Member& member, SimFs& fs, const Told& before, Told& now, const Case& what);
    void refused(SimFs fs, const Told& told, const Case& what, const std::string& why);
    void check_store(Member& member, const SimFs& fs, const Told& before, const Case& what);
    std::string differs_in(Member& member, const SimFs& fs, const Told& told);

    const World& world_;
    const GoodRun& good_;
    Tally& tally_;
    Prng random_;
};

// The workload: init, boot, half of the blocks, an orderly end, boot, the other half. Error text
// of the operation that failed; empty when it came to its end.
std::string run_script(const World& world, Told& told, std::size_t blocks, GoodRun* good,
                       const SimFs& fs);

}  // namespace quanlu::disk
