// quanlu finance portfolio: a lender's loans by borrower - what is outstanding, overdue,
// defaulted, alerted, and where a release is late. An official asks with --all: exposure of every
// lender, and what share has defaulted.
#include <array>
#include <map>

#include "cli/command.h"
#include "cli/foreign.h"
#include "cli/i18n.h"
#include "cli/lists.h"
#include "cli/numbers.h"
#include "cli/records.h"
#include "ledger/registry/lists.h"

namespace quanlu::cli {

namespace {

constexpr std::size_t kLoansMax = 50'000;

struct Line {
    std::int64_t loans = 0, outstanding = 0, overdue = 0, defaulted = 0, alerts = 0, late = 0;
};
// Lender, borrower, currency.
using Key = std::array<std::string, 3>;

void count(const json::Value& loan, const std::string& party, std::map<Key, Line>& lines) {
    const std::string_view state = loan.string_or("state", "");
    const json::Value& fields = object_in(loan, "fields");  // without lenders: not shown to us
    if (!registry::in_list(
            "drawn|partially_repaid|overdue|defaulted|enforcing|repaid|recovered|written_off|"
            "closed|rolled_over",
            state))
        return;
    for (const json::Value& one : array_in(fields, "lenders")) {
        const std::string lender = text_of(one);
        if (!party.empty() && lender != party) continue;
        Line& line = lines[{lender, std::string(fields.string_or("borrower", "")),
                            std::string(fields.string_or("ccy", ""))}];
        ++line.loans;
        if (state != "written_off") line.outstanding += fields.integer_or("outstanding", 0);
        line.overdue += state == "overdue" ? 1 : 0;
        line.defaulted +=
            registry::in_list("defaulted|enforcing|recovered|written_off", state) ? 1 : 0;
        line.alerts += static_cast<std::int64_t>(array_in(fields, "risk_alerts").size());
        if (const json::Value* duty = fields.find("release_duty"))
            line.late += duty->bool_or("overdue", false) ? 1 : 0;
    }
}

Result<Answer, Failure> portfolio(Session& session, const Parsed& parsed) {
    TRY(const Context context, Context::load(session.flags));
    std::string party;
    if (parsed.has("--all") && parsed.has("--at-height"))
        return Err(
            usage_error("--all is as of now: a whole ledger at a height is quanlu ledger report",
                        "--all 仅限当前:历史高度请用 quanlu ledger report"));
    if (!parsed.has("--all")) {
        TRY(party, context.need("party"));
    }
    Answer answer;
    answer.schema = "quanlu.finance.portfolio/1";
    std::map<Key, Line> lines;
    const registry::RecordType& type = *registry::find_record_type("finance");
    if (party.empty()) {
        TRY(Listed listed,
            each_listed(session, context, type, party, kLoansMax,
                        [&](const json::Value& loan) { count(loan, party, lines); }));
        answer.as_of = std::move(listed.as_of);
        answer.verified = false;  // sums over what a node lists; each loan is proven by show
        if (!listed.is_whole) answer.notes.push_back(not_whole_note(kLoansMax));
    } else {
        TRY(const std::optional<Height> height, at_height_of(parsed));
        TRY(WholeList list,
            each_in_list(session, context, type, registry::own_handle("lender", party), height,
                         [&](const std::string&, const json::Value& loan, bool) {
                             count(loan, party, lines);
                         }));
        answer.as_of = std::move(list.as_of);
        answer.verified = list.verified;
        answer.is_stale = list.is_stale;
        if (!list.verified && !session.flags.no_verify) answer.exit = Exit::trust;
        answer.notes.push_back(
            std::string(say("complete: loans ever drawn: ", "完整清单,已放款笔数:")) +
            std::to_string(list.entries));
    }
    answer.table = Table{
        {std::string(say("lender", "贷款方")), std::string(say("borrower", "借款方")),
         std::string(say("currency", "币种")), std::string(say("loans", "笔数")),
         std::string(say("outstanding", "未偿余额(最小单位)")), std::string(say("overdue", "逾期")),
         std::string(say("defaulted", "违约")), std::string(say("alerts", "风险提示")),
         std::string(say("late release", "逾期未注销"))},
        {}};
    json::Array rows;
    std::int64_t loans = 0, defaulted = 0;
    for (const auto& [key, line] : lines) {
        const auto& [lender, borrower, ccy] = key;
        loans += line.loans;
        defaulted += line.defaulted;
        rows.push_back(json::Object{{"lender", lender},
                                    {"borrower", borrower},
                                    {"ccy", ccy},
                                    {"loans", line.loans},
                                    {"outstanding", line.outstanding},
                                    {"overdue", line.overdue},
                                    {"defaulted", line.defaulted},
                                    {"alerts", line.alerts},
                                    {"late_release", line.late}});
        answer.table->rows.push_back({lender, borrower, ccy, std::to_string(line.loans),
                                      std::to_string(line.outstanding),
                                      std::to_string(line.overdue), std::to_string(line.defaulted),
                                      std::to_string(line.alerts), std::to_string(line.late)});
    }
    const std::int64_t rate = loans == 0 ? 0 : defaulted * 1'000'000 / loans;
    answer.data =
        json::Object{{"lines", std::move(rows)}, {"loans", loans}, {"default_rate_ppm", rate}};
    answer.notes.push_back(std::string(say("defaulted, of all drawn: ", "违约笔数占比:")) +
                           std::to_string(rate) + " ppm");
    return answer;
}

}  // namespace

void add_portfolio_commands(std::vector<Command>& commands) {
    commands.push_back({{"finance", "portfolio"},
                        "loans by borrower: outstanding, overdue, alerts, late releases",
                        "按借款方汇总贷款:余额、逾期、风险提示、逾期未注销",
                        "quanlu finance portfolio --as bank-one-maker",
                        {{"--all", "of every lender; for officials, not proven complete",
                          "全部贷款方(监管,不附完整性证明)", Option::Kind::flag, false, ""},
                         {"--at-height", "as it stood at this height", "该高度时的状态",
                          Option::Kind::value, false, ""}},
                        portfolio});
}

}  // namespace quanlu::cli
