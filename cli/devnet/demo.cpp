// See demo.h. Here the counter of the IP office: mirrored patents, pledges, a freeze.
#include "cli/devnet/demo.h"

#include <thread>

#include "cli/devnet/filings.h"
#include "cli/devnet/stage.h"
#include "cli/i18n.h"

namespace quanlu::cli {

namespace {

constexpr const char* kOffice = "ipo-yuhang";
constexpr const char* kFirms[] = {"firm-01", "firm-02", "firm-03"};
constexpr const char* kBanks[] = {"bank-one", "bank-two"};
constexpr std::size_t kPatents = 24;
constexpr std::size_t kPledges = 6;
constexpr std::int64_t kSecuredFen = 800'000'000;

Status<Failure> mirror_patents(Stage& stage) {
    static constexpr const char* kTitles[] = {
        "一种数据脱敏方法", "一种联邦学习系统", "一种光伏板清洗装置", "一种电池热管理方法",
        "一种语音识别模型", "一种冷链监测系统", "一种图像压缩方法",   "一种边缘计算网关"};
    for (std::size_t i = 0; i < kPatents; ++i) {
        TRY(std::string right,
            mirror_patent(stage, kFirms[i % 3], 10'001 + static_cast<int>(i), kTitles[i % 8]));
        stage.out.rights.push_back(std::move(right));
    }
    stage.say_line("patents mirrored", "专利镜像", std::to_string(stage.out.rights.size()));
    return Unit{};
}

}  // namespace

Status<Failure> play_pledges(Stage& stage) {
    TRY_VOID(mirror_patents(stage));
    const std::vector<std::string>& rights = stage.out.rights;
    for (std::size_t i = 0; i < kPledges; ++i) {
        TRY(const std::string id,
            file_pledge(stage, kFirms[i % 3], kBanks[i % 2], rights[i], kSecuredFen));
        TRY(const Outcome done, register_pledge(stage, id, i));
        stage.out.pledges.push_back(id);
        if (i != 0) continue;
        stage.out.pledge_id = id;
        stage.out.pledged_right = rights[0];
        stage.say_line("registered", "质权已登记",
                       id + std::string(say("  final at height ", "  高度 ")) +
                           std::to_string(done.height) + ", index " + std::to_string(done.index) +
                           " (" + std::to_string(done.millis) + " ms)");
    }
    // The same patent again, at the other bank, through another node.
    TRY(const std::string second,
        file_pledge(stage, "firm-01", "bank-two", rights[0], kSecuredFen));
    TRY_VOID(stage.expect_refusal(stage.act(kOffice, "pledge.accept", second), "E_ALREADY_PLEDGED",
                                  "second pledge of " + rights[0]));
    for (const char* party : {"firm-01", "bank-two"}) {
        TRY_VOID(stage.act(party, "pledge.withdraw", second,
                           json::Object{{"reason", "right pledged elsewhere"}}));
    }
    stage.out.free_right = rights[20];
    stage.out.frozen_right = rights[21];
    return Unit{};
}

// A court freeze that blocks a transfer and expires by block time.
Status<Failure> play_freeze(Stage& stage) {
    const std::string right = stage.out.frozen_right;
    const std::string holder = "firm-01";
    const json::Value order =
        json::Object{{"order_no", "(2026)浙0110财保1号"},
                     {"case_no", "(2026)浙0110民初100号"},
                     {"ruling_hash", kPaperHash},
                     {"assistance_notice_hash", kPaperHash},
                     {"rights", json::Array{right}},
                     {"scope", json::Array{"block_transfer", "block_new_pledge"}},
                     {"valid_to", stage.day(0)},
                     {"valid_until_ms", now_ms() + 4'000}};
    TRY(const Outcome served, stage.act("court-hz", "freeze.serve", "", order));
    stage.say_line("frozen", "已查封", served.record + "  " + right);
    const json::Value transfer = json::Object{{"to", "firm-02"}, {"agreement", kPaperHash}};
    TRY_VOID(stage.expect_refusal(stage.act(holder, "right.transfer", right, transfer),
                                  "E_ASSET_FROZEN", "transfer of " + right));
    for (int tries = 0; tries < 60; ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        const auto moved = stage.act(holder, "right.transfer", right, transfer);
        if (!moved.ok() && moved.error().code == "E_ASSET_FROZEN") continue;
        if (!moved.ok()) return Err(moved.error());
        stage.say_line(
            "freeze expired, transferred", "查封届满,已转让",
            right + std::string(say("  at height ", "  高度 ")) + std::to_string(moved->height));
        return Unit{};
    }
    return Err(
        Failure{Exit::internal, "demo", "the freeze did not expire", "查封未届满", {}, "", ""});
}

Result<DemoResult, Failure> run_demo(const Devnet& net, Http& http, bool quiet) {
    Stage stage(net, http, quiet);
    for (const auto scene :
         {play_pledges, play_freeze, play_data_invoice, play_receivable, play_loan})
        TRY_VOID(scene(stage));
    stage.say_line("transactions", "交易数",
                   std::to_string(stage.out.transactions) +
                       std::string(say(", refused as expected ", ",预期中的拒绝 ")) +
                       std::to_string(stage.out.refused));
    return std::move(stage.out);
}

}  // namespace quanlu::cli
