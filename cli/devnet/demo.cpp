// See demo.h. Each step says what it expects; another outcome ends the demo with the refusal that
// came.
#include "cli/devnet/demo.h"

#include <thread>

#include "cli/i18n.h"
#include "cli/seal.h"
#include "crypto/base/civil_time.h"
#include "ledger/registry/record_type.h"

namespace quanlu::cli {

namespace {

constexpr const char* kHash =
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
constexpr int kWaitSeconds = 30;

struct Stage {
    const Devnet& net;
    Http& http;
    DemoResult out;
    Progress progress;
    std::map<std::string, Actor> officers;
    std::string today;

    Stage(const Devnet& n, Http& h, bool quiet) : net(n), http(h), progress(quiet) {
        today = to_text(shanghai_date(UnixMillis{now_ms()}));
    }

    Result<Actor*, Failure> officer(const std::string& party, const std::string& duty) {
        const std::string name = party + "-" + duty;
        const auto found = officers.find(name);
        if (found != officers.end()) return &found->second;
        // Parties use different nodes, as they would.
        TRY(Actor actor, net.officer(party, duty, officers.size()));
        return &officers.emplace(name, std::move(actor)).first->second;
    }

    Result<Outcome, Failure> act(const std::string& party, const std::string& duty,
                                 const std::string& act_name, const std::string& record,
                                 const json::Value& body) {
        TRY(Actor * actor, officer(party, duty));
        const std::size_t dot = act_name.find('.');
        const registry::RecordType* type = registry::find_record_type(act_name.substr(0, dot));
        const registry::Verb* verb = registry::find_verb(*type, act_name.substr(dot + 1));
        ++out.transactions;
        progress.show(act_name + " " + record);
        sealed_ = seal(body, *verb->body).body;
        return actor->act(http, act_name, record, sealed_, kWaitSeconds);
    }

    // Maker, then checker with the same content.
    Result<Outcome, Failure> act_twice(const std::string& party, const std::string& act_name,
                                       const std::string& record, const json::Value& body) {
        TRY_VOID(act(party, "maker", act_name, record, body));
        TRY(Actor * checker, officer(party, "checker"));
        ++out.transactions;
        return checker->act(http, act_name, record, sealed_, kWaitSeconds);
    }

    Result<std::string, Failure> patent(const std::string& holder, int serial, const char* title) {
        const std::string number = made_up_patent(2021, 1, serial);
        const json::Value body = json::Object{
            {"asset_kind", "patent_invention"},
            {"right_no", number},
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
            {"source_snapshot_hash", kHash},
            {"source_checked_on", today}};
        TRY(const Outcome outcome, act_twice("ipo-yuhang", "right.register", "", body));
        return outcome.record;
    }

    json::Value pledge_body(const std::string& pledgor, const std::string& pledgee,
                            const std::string& right) const {
        return json::Object{
            {"pledge_kind", "specific"},
            {"pledgors", json::Array{pledgor}},
            {"pledgees", json::Array{pledgee}},
            {"debtor", pledgor},
            {"rights", json::Array{right}},
            {"right_count", 1},
            {"main_contract_no", "HT-2026-0001"},
            {"main_contract", kHash},
            {"pledge_contract", kHash},
            {"contract_date", today},
            {"contract_items", json::Array{"identity", "claim", "term", "right", "scope"}},
            {"claim_kind", "loan"},
            {"secured_amount", 800'000'000},
            {"ccy", "CNY"},
            {"debt_from", today},
            {"debt_due", "2029-11-20"},
            {"scope_of_security", json::Array{"principal", "interest"}}};
    }

    // Draft and both parties' signatures: submitted.
    Result<std::string, Failure> file_pledge(const std::string& pledgor, const std::string& pledgee,
                                             const std::string& right) {
        TRY(const Outcome draft,
            act(pledgor, "maker", "pledge.draft", "", pledge_body(pledgor, pledgee, right)));
        TRY_VOID(act_twice(pledgor, "pledge.sign", draft.record, {}));
        TRY_VOID(act_twice(pledgee, "pledge.sign", draft.record, {}));
        return draft.record;
    }

    Result<Outcome, Failure> register_pledge(const std::string& id, int serial) {
        TRY_VOID(act("ipo-yuhang", "maker", "pledge.accept", id, {}));
        return act_twice("ipo-yuhang", "pledge.register", id,
                         json::Object{{"statutory_registration_no",
                                       "Y2026330" + std::to_string(100'000 + serial)},
                                      {"statutory_effective_date", today},
                                      {"statutory_notice_hash", kHash}});
    }

    void say_line(std::string_view en, std::string_view zh, const std::string& text) {
        out.lines.emplace_back(std::string(say(en, zh)), text);
    }

    // The refusal must come, and with this code; its own words are shown.
    Status<Failure> refused(Result<Outcome, Failure> outcome, const std::string& code,
                            const std::string& what) {
        if (outcome.ok())
            return Err(Failure{Exit::internal, "demo", "a refusal was expected", "预期应被拒绝",
                               json::Object{{"code", code}, {"what", what}}, "", ""});
        if (outcome.error().code != code) return Err(outcome.error());
        ++out.refused;
        std::string facts;
        for (const auto& [name, value] : outcome.error().facts.as_object()) {
            if (name == "pledge" || name == "standing" || name == "freeze" || name == "pledgees") {
                facts += "  " + name + " " +
                         (value.is_string() ? value.as_string() : json::write(value));
            }
        }
        out.lines.emplace_back(code, what + facts);
        return Unit{};
    }

    json::Value sealed_;
};

Status<Failure> pledges(Stage& stage) {
    static constexpr const char* kTitles[] = {
        "一种数据脱敏方法", "一种联邦学习系统", "一种光伏板清洗装置", "一种电池热管理方法",
        "一种语音识别模型", "一种冷链监测系统", "一种图像压缩方法",   "一种边缘计算网关"};
    std::vector<std::string> rights;
    for (int i = 0; i < 24; ++i) {
        TRY(std::string right,
            stage.patent("firm-0" + std::to_string(i % 3 + 1), 10'001 + i, kTitles[i % 8]));
        rights.push_back(std::move(right));
    }
    stage.say_line("patents mirrored", "专利镜像", std::to_string(rights.size()));
    for (int i = 0; i < 6; ++i) {
        const std::string pledgor = "firm-0" + std::to_string(i % 3 + 1);
        TRY(const std::string id, stage.file_pledge(pledgor, i % 2 == 0 ? "bank-one" : "bank-two",
                                                    rights[static_cast<std::size_t>(i)]));
        TRY(const Outcome done, stage.register_pledge(id, i));
        if (i != 0) continue;
        stage.out.pledge_id = id;
        stage.out.pledged_right = rights[0];
        stage.say_line("registered", "质权已登记",
                       id + std::string(say("  final at height ", "  高度 ")) +
                           std::to_string(done.height) + ", index " + std::to_string(done.index) +
                           " (" + std::to_string(done.millis) + " ms)");
    }
    // The same patent again, at the other bank, through another node.
    TRY(const std::string second, stage.file_pledge("firm-01", "bank-two", rights[0]));
    TRY_VOID(stage.refused(stage.act("ipo-yuhang", "maker", "pledge.accept", second, {}),
                           "E_ALREADY_PLEDGED", "second pledge of " + rights[0]));
    TRY_VOID(stage.act_twice("firm-01", "pledge.withdraw", second,
                             json::Object{{"reason", "right pledged elsewhere"}}));
    // One cancelled after repayment.
    const std::string last = rights[5];
    TRY(const std::string again, stage.file_pledge("firm-03", "bank-two", rights[8]));
    TRY_VOID(stage.register_pledge(again, 8));
    TRY_VOID(stage.act_twice("bank-two", "pledge.request_cancel", again,
                             json::Object{{"ground", "paid"}, {"letter", kHash}}));
    TRY_VOID(stage.act_twice("ipo-yuhang", "pledge.cancel", again, json::Object{}));
    stage.say_line("cancelled", "已注销", again);
    stage.out.free_right = rights[20];
    stage.out.frozen_right = rights[21];
    return Unit{};
}

// A court freeze that blocks a transfer and expires by block time.
Status<Failure> freeze(Stage& stage) {
    const std::string right = stage.out.frozen_right;
    const std::string holder = "firm-01";
    const json::Value order =
        json::Object{{"order_no", "(2026)浙0110财保1号"},
                     {"case_no", "(2026)浙0110民初100号"},
                     {"ruling_hash", kHash},
                     {"assistance_notice_hash", kHash},
                     {"rights", json::Array{right}},
                     {"scope", json::Array{"block_transfer", "block_new_pledge"}},
                     {"valid_to", stage.today},
                     {"valid_until_ms", now_ms() + 4'000}};
    TRY(const Outcome served, stage.act_twice("court-hz", "freeze.serve", "", order));
    stage.say_line("frozen", "已查封", served.record + "  " + right);
    const json::Value transfer = json::Object{{"to", "firm-02"}, {"agreement", kHash}};
    TRY_VOID(stage.refused(stage.act(holder, "maker", "right.transfer", right, transfer),
                           "E_ASSET_FROZEN", "transfer of " + right));
    for (int tries = 0; tries < 60; ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        auto moved = stage.act(holder, "maker", "right.transfer", right, transfer);
        if (!moved.ok() && moved.error().code == "E_ASSET_FROZEN") continue;
        if (!moved.ok()) return Err(moved.error());
        TRY(Actor * checker, stage.officer(holder, "checker"));
        TRY(const Outcome done,
            checker->act(stage.http, "right.transfer", right, stage.sealed_, kWaitSeconds));
        stage.say_line(
            "freeze expired, transferred", "查封届满,已转让",
            right + std::string(say("  at height ", "  高度 ")) + std::to_string(done.height));
        return Unit{};
    }
    return Err(
        Failure{Exit::internal, "demo", "the freeze did not expire", "查封未届满", {}, "", ""});
}

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

Result<DemoResult, Failure> run_demo(const Devnet& net, Http& http, bool quiet) {
    Stage stage(net, http, quiet);
    TRY_VOID(pledges(stage));
    TRY_VOID(freeze(stage));
    stage.say_line("transactions", "交易数", std::to_string(stage.out.transactions));
    return std::move(stage.out);
}

}  // namespace quanlu::cli
