// The seed deal on a development network (DOMAIN E.10, decision 0015).
#include "cli/devnet/demo.h"
#include "cli/devnet/filings.h"
#include "cli/devnet/stage.h"
#include "cli/i18n.h"

namespace quanlu::cli {

namespace {

constexpr const char* kOffice = "ipo-yuhang";
constexpr const char* kManager = "abs-manager";
constexpr const char* kCustodian = "abs-custodian";
constexpr const char* kLender = "abs-lender";

constexpr std::size_t kFirms = 12, kPatents = 195;
constexpr std::int64_t kIssuedFen = 11'000'000'000, kAppraisedFen = 14'450'000'000;
constexpr std::int64_t kSeniorFen = 10'450'000'000, kRestFen = kIssuedFen - kSeniorFen;
constexpr int kFirstSerial = 200'001;  // of the made-up patents

const std::vector<DevParty>& abs_parties() {
    static const std::vector<DevParty> parties = [] {
        std::vector<DevParty> all = {
            {kManager,
             "虚构证券股份有限公司",
             "91330110MA3K00131B",
             "enterprise",
             {"plan_manager"},
             false},
            {kCustodian,
             "虚构托管银行",
             "91330110MA3K0014X3",
             "enterprise",
             {"custodian", "bank"},
             false},
            {kLender,
             "虚构小额贷款有限公司",
             "91330110MA3K001583",
             "enterprise",
             {"originator", "pledgee"},
             false},
            {"abs-payer",
             "虚构创新投资有限公司",
             "91330110MA3K00166X",
             "enterprise",
             {"shortfall_payer"},
             false},
            {"abs-appraiser",
             "虚构资产评估有限公司",
             "91330110MA3K00174Q",
             "enterprise",
             {"appraiser"},
             false},
        };
        static constexpr const char* kUsccs[kFirms] = {
            "91330110MA3K00019C", "91330110MA3K000277", "91330110MA3K000352", "91330110MA3K00043W",
            "91330110MA3K00051P", "91330110MA3K0006XF", "91330110MA3K00078F", "91330110MA3K00086A",
            "91330110MA3K000945", "91330110MA3K00107T", "91330110MA3K00115M", "91330110MA3K00123G"};
        for (std::size_t i = 0; i < kFirms; ++i) {
            const std::string n = (i < 9 ? "0" : "") + std::to_string(i + 1);
            all.push_back({"abs-firm-" + n,
                           "虚构科创企业第" + n + "号有限公司",
                           kUsccs[i],
                           "enterprise",
                           {"pledgor"},
                           false});
        }
        return all;
    }();
    return parties;
}

class Deal {
public:
    explicit Deal(Stage& stage) : stage_(stage) {}

    Status<Failure> play() {
        TRY_VOID(register_parties());
        TRY_VOID(make_pool());
        TRY_VOID(issue());
        TRY_VOID(freeze_one());
        TRY_VOID(pay_first());
        TRY_VOID(replace_frozen());
        TRY_VOID(pay_last());
        return end();
    }

private:
    struct Asset {
        std::string right, pledge, firm;
        std::int64_t principal_fen = 0;
    };

    Status<Failure> register_parties() {
        for (const DevParty& party : abs_parties()) {
            TRY(json::Array officers, stage_.net().add_officers(party));
            json::Array roles;
            for (const std::string& role : party.roles) roles.emplace_back(role);
            TRY_VOID(stage_.act(kOffice, "party.register", "",
                                json::Object{{"party_id", party.id},
                                             {"party_kind", party.kind},
                                             {"legal_name", party.name},
                                             {"uscc", party.uscc},
                                             {"country", "CN"},
                                             {"address", "虚构地址"},
                                             {"roles", std::move(roles)},
                                             {"officers", std::move(officers)}}));
        }
        stage_.say_line("parties registered", "主体登记", std::to_string(abs_parties().size()));
        return Unit{};
    }

    // By several signers in turn, two officers of each.
    Result<Outcome, Failure> together(const std::vector<std::string>& parties,
                                      const std::string& act, const json::Value& body) {
        Result<Outcome, Failure> last = Err(Failure{});
        for (const std::string& party : parties) {
            last = stage_.act(party, "programme." + act, id_, body);
            if (!last.ok()) return last;
        }
        return last;
    }

    // A firm's patents, mirrored and pledged to the small-loan company; one loan, one report.
    Status<Failure> enter_firm(const std::string& firm, std::size_t count, bool is_last) {
        const std::int64_t each = kIssuedFen / static_cast<std::int64_t>(kPatents);
        const std::int64_t worth = kAppraisedFen / static_cast<std::int64_t>(kPatents);
        const auto n = static_cast<std::int64_t>(count);
        const std::int64_t lent = is_last ? principal_left_ : each * n;
        const std::int64_t value = is_last ? value_left_ : worth * n;
        json::Array rights, pledges;
        const std::size_t first = assets_.size();
        for (std::size_t i = 0; i < count; ++i) {
            const auto serial = static_cast<int>(assets_.size());
            TRY(const std::string right,
                mirror_patent(stage_, firm, kFirstSerial + serial, "一种科创装置"));
            const bool takes_rest = is_last && i + 1 == count;
            const std::int64_t part = takes_rest ? lent - each * (n - 1) : each;
            TRY(const std::string pledge, file_pledge(stage_, firm, kLender, right, part));
            TRY_VOID(register_pledge(stage_, pledge, 1'000 + assets_.size()));
            assets_.push_back({right, pledge, firm, part});
            rights.emplace_back(right);
            pledges.emplace_back(pledge);
        }
        TRY(const std::string claim, lend(firm, pledges, lent));
        TRY(const std::string report, appraise(rights, value));
        for (std::size_t i = 0; i < count; ++i) {
            const bool takes_rest = is_last && i + 1 == count;
            const Asset& asset = assets_[first + i];
            const json::Value entry =
                json::Object{{"claim", claim},
                             {"pledge", asset.pledge},
                             {"principal", asset.principal_fen},
                             {"appraised_value", takes_rest ? value - worth * (n - 1) : worth},
                             {"appraisal_id", report}};
            TRY_VOID(together({kLender, kManager}, "add_asset", entry));
            if (first_entry_.as_object().empty()) first_entry_ = entry;
        }
        principal_left_ -= lent;
        value_left_ -= value;
        return Unit{};
    }

    Result<std::string, Failure> lend(const std::string& firm, const json::Array& pledges,
                                      std::int64_t fen) {
        const json::Value proposal = loan_proposal(
            stage_, {"ip_abs_underlying_loan", kLender, firm, pledges, fen, "5m_10m"});
        TRY(const Outcome loan, stage_.act(firm, "finance.propose", "", proposal));
        TRY_VOID(stage_.act(kLender, "finance.approve", loan.record));
        TRY_VOID(stage_.act(kLender, "finance.draw", loan.record));
        return loan.record;
    }

    Result<std::string, Failure> appraise(const json::Array& rights, std::int64_t fen) {
        TRY(const Outcome report, stage_.act("abs-appraiser", "appraisal.issue", "",
                                             json::Object{{"report_no", "虚评字(2026)第1号"},
                                                          {"appraiser_license", "虚构备案号"},
                                                          {"subject_rights", rights},
                                                          {"value", fen},
                                                          {"ccy", "CNY"},
                                                          {"base_date", stage_.day(-1)},
                                                          {"valid_to", stage_.day(360)},
                                                          {"method", "income"},
                                                          {"purpose", "securitization"},
                                                          {"report_hash", kPaperHash}}));
        return report.record;
    }

    Status<Failure> make_pool() {
        TRY(const Outcome made,
            stage_.act(kManager, "programme.set_up", "",
                       json::Object{{"name", "虚构未来科技城知识产权第1期资产支持专项计划"},
                                    {"exchange", "虚构证券交易所"},
                                    {"series_no", 1},
                                    {"ccy", "CNY"},
                                    {"custodian", kCustodian},
                                    {"originator", kLender},
                                    {"servicer", kLender},
                                    {"shortfall_payer", "abs-payer"},
                                    {"appraiser", "abs-appraiser"},
                                    {"advance_rate_cap_ppm", 800'000},
                                    {"replacement_cap_ppm", 100'000},
                                    {"default_after_days", 30},
                                    {"default_rate_trigger_ppm", 100'000}}));
        id_ = made.record;
        for (std::size_t firm = 0; firm < kFirms; ++firm) {
            const std::size_t count = kPatents / kFirms + (firm < kPatents % kFirms ? 1 : 0);
            TRY_VOID(enter_firm(abs_parties()[5 + firm].id, count, firm + 1 == kFirms));
        }
        stage_.say_line("pool", "资产池",
                        std::to_string(assets_.size()) +
                            std::string(say(" patents of 12 enterprises, appraised 144,500,000.00, "
                                            "claims 110,000,000.00 CNY",
                                            " 项专利,12 家企业,评估 144,500,000.00 元,债权 "
                                            "110,000,000.00 元")));
        return stage_.expect_refusal(stage_.act(kLender, "programme.add_asset", id_, first_entry_),
                                     "E_IN_OTHER_POOL",
                                     "the pooled patent " + assets_[0].right + " offered again");
    }

    [[nodiscard]] static json::Value face(const char* tranche, const char* holder,
                                          std::int64_t fen) {
        return json::Object{{"tranche", tranche}, {"holder", holder}, {"face", fen}};
    }

    Status<Failure> issue() {
        TRY_VOID(stage_.act(kManager, "programme.approve_shelf", id_,
                            json::Object{{"shelf_amount", 100'000'000'000},
                                         {"shelf_valid_to", stage_.day(365)},
                                         {"exchange_letter", kPaperHash}}));
        const std::string maturity = stage_.day(0);
        const json::Value senior = json::Object{{"name", "01A"},
                                                {"class", "senior"},
                                                {"face", kSeniorFen},
                                                {"coupon_ppm", 38'000},
                                                {"expected_maturity", maturity},
                                                {"rating", "AAA"}};
        const json::Value rest = json::Object{{"name", "01S"},
                                              {"class", "subordinate"},
                                              {"face", kRestFen},
                                              {"coupon_ppm", 0},
                                              {"expected_maturity", maturity}};
        TRY(const Outcome issued,
            together({kManager, kCustodian}, "issue_tranches",
                     json::Object{{"issue_amount", kIssuedFen},
                                  {"issued_on", stage_.day(-364)},
                                  {"tranches", json::Array{senior, rest}},
                                  {"holders", json::Array{face("01A", "fund-a", 6'000'000'001),
                                                          face("01A", "fund-b", 4'449'999'999),
                                                          face("01S", kLender, kRestFen)}}}));
        stage_.out.issued_height = issued.height;
        stage_.say_line("issued", "发行设立",
                        id_ +
                            std::string(say("  110,000,000.00 CNY, advance rate 761,245 ppm, at "
                                            "height ",
                                            "  110,000,000.00 元,质押率 761,245 ppm,高度 ")) +
                            std::to_string(issued.height));
        return Unit{};
    }

    Status<Failure> freeze_one() {
        const Asset& asset = assets_[kFrozen];
        TRY(const Outcome served,
            stage_.act("court-hz", "freeze.serve", "",
                       json::Object{{"order_no", "(2026)浙0110财保2号"},
                                    {"case_no", "(2026)浙0110民初200号"},
                                    {"ruling_hash", kPaperHash},
                                    {"assistance_notice_hash", kPaperHash},
                                    {"rights", json::Array{asset.right}},
                                    {"scope", json::Array{"block_transfer", "block_new_pledge"}},
                                    {"valid_to", stage_.day(90)}}));
        stage_.say_line("frozen", "已查封", served.record + "  " + asset.right);
        TRY(const std::string second,
            file_pledge(stage_, asset.firm, "bank-one", asset.right, 1'000));
        TRY_VOID(stage_.expect_refusal(stage_.act(kOffice, "pledge.accept", second),
                                       "E_ASSET_FROZEN", "a new pledge of " + asset.right));
        for (const std::string& party : {asset.firm, std::string("bank-one")}) {
            TRY_VOID(stage_.act(party, "pledge.withdraw", second,
                                json::Object{{"reason", "the right is frozen"}}));
        }
        return Unit{};
    }

    Status<Failure> collect(std::size_t no, const char* kind, std::int64_t fen) {
        cash_fen_ += fen;
        TRY_VOID(stage_.act(kLender, "programme.collect", id_,
                            json::Object{{"no", static_cast<std::int64_t>(no)},
                                         {"kind", kind},
                                         {"amount", fen},
                                         {"received_on", stage_.day(0)}}));
        return Unit{};
    }

    [[nodiscard]] static json::Value line(const char* name, std::int64_t fen,
                                          const char* tranche = "") {
        json::Value out = json::Object{{"line", name}, {"due", fen}, {"paid", fen}};
        if (*tranche != '\0') out.set("tranche", tranche);
        return out;
    }

    Status<Failure> distribute(const std::string& pay_date, const json::Array& lines,
                               const char* name) {
        TRY(const Outcome paid, together({kManager, kCustodian}, "distribute",
                                         json::Object{{"pay_date", pay_date},
                                                      {"collected", cash_fen_},
                                                      {"other_credits", 0},
                                                      {"lines", lines}}));
        stage_.say_line("distributed", "分配",
                        std::string(name) + "  " + std::to_string(cash_fen_) +
                            std::string(say(" fen in and out, at height ", " 分,收支相等,高度 ")) +
                            std::to_string(paid.height));
        cash_fen_ = 0;
        return Unit{};
    }

    // Half a year's interest of 3.8 %, by days of 365, and what is left over on the principal.
    Status<Failure> pay_first() {
        const std::int64_t interest = kSeniorFen / 1'000 * 38 / 365 * 184;
        TRY_VOID(collect(1, "interest", 300'000'001));
        paid_principal_fen_ = 300'000'001 - 2'000'000 - interest;
        return distribute(stage_.day(-180),
                          {line("taxes", 1'000'000), line("custody_fees", 500'000),
                           line("manager_fees", 500'000), line("senior_interest", interest, "01A"),
                           line("senior_principal", paid_principal_fen_, "01A")},
                          "1");
    }

    // The frozen patent leaves when an eligible one has entered.
    Status<Failure> replace_frozen() {
        Asset& leaving = assets_[kFrozen];
        const std::int64_t fen = leaving.principal_fen;
        TRY(const std::string right,
            mirror_patent(stage_, leaving.firm, kFirstSerial + static_cast<int>(kPatents),
                          "一种置换入池的装置"));
        TRY(const std::string pledge, file_pledge(stage_, leaving.firm, kLender, right, fen));
        TRY_VOID(register_pledge(stage_, pledge, 1'000 + kPatents));
        TRY(const std::string claim, lend(leaving.firm, {pledge}, fen));
        TRY(const std::string report, appraise({right}, kAppraisedFen / 195));
        TRY_VOID(together({kLender, kManager, kCustodian}, "replace_asset",
                          json::Object{{"no", static_cast<std::int64_t>(kFrozen + 1)},
                                       {"reason", "freeze"},
                                       {"notice_hash", kPaperHash},
                                       {"claim", claim},
                                       {"pledge", pledge},
                                       {"principal", fen},
                                       {"appraised_value", kAppraisedFen / 195},
                                       {"appraisal_id", report}}));
        stage_.say_line("replaced", "已置换", leaving.right + " -> " + right);
        assets_.push_back({right, pledge, leaving.firm, fen});
        return Unit{};
    }

    Status<Failure> pay_last() {
        for (std::size_t i = 0; i < assets_.size(); ++i) {
            if (i != kFrozen) TRY_VOID(collect(i + 1, "principal", assets_[i].principal_fen));
        }
        const std::int64_t senior = kSeniorFen - paid_principal_fen_;
        const std::int64_t interest = senior / 1'000 * 38 / 365 * 180;
        const std::int64_t needed = 1'000'000 + interest + senior + kRestFen;
        TRY_VOID(collect(1, "interest", needed - cash_fen_));
        return distribute(
            stage_.day(0),
            {line("taxes", 1'000'000), line("senior_interest", interest, "01A"),
             line("senior_principal", senior, "01A"), line("subordinate", kRestFen, "01S")},
            "2");
    }

    // Maturity: the rights leave the pool, then the pledges end.
    Status<Failure> end() {
        TRY_VOID(together({kManager, kCustodian}, "clear", json::Object{}));
        std::size_t cancelled = 0;
        for (std::size_t i = 0; i < assets_.size(); ++i) {
            if (i == kFrozen) continue;  // left the pool; its loan runs on
            TRY_VOID(stage_.act(kLender, "pledge.request_cancel", assets_[i].pledge,
                                json::Object{{"ground", "paid"}, {"letter", kPaperHash}}));
            TRY_VOID(stage_.act(kOffice, "pledge.cancel", assets_[i].pledge));
            ++cancelled;
        }
        stage_.say_line("cleared", "已清算",
                        id_ + std::string(say("  pledges cancelled ", "  质押注销 ")) +
                            std::to_string(cancelled));
        stage_.out.programme = id_;
        stage_.out.rights = {assets_[0].right, assets_[kFrozen].right};
        return Unit{};
    }

    static constexpr std::size_t kFrozen = 7;
    Stage& stage_;
    std::string id_;
    std::vector<Asset> assets_;
    json::Value first_entry_;
    std::int64_t principal_left_ = kIssuedFen, value_left_ = kAppraisedFen;
    std::int64_t cash_fen_ = 0, paid_principal_fen_ = 0;
};

}  // namespace

Result<DemoResult, Failure> run_securitization(const Devnet& net, Http& http, bool quiet) {
    Stage stage(net, http, quiet);
    TRY_VOID(Deal(stage).play());
    stage.say_line("transactions", "交易数",
                   std::to_string(stage.out.transactions) +
                       std::string(say(", refused as expected ", ",预期中的拒绝 ")) +
                       std::to_string(stage.out.refused));
    return std::move(stage.out);
}

}  // namespace quanlu::cli
