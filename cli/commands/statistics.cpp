// quanlu finance statistics: how many financings were drawn in a year, by kind and amount band,
// each count proven (decision 0019). Counts below five are not shown to the public.
#include "cli/command.h"
#include "cli/i18n.h"
#include "cli/numbers.h"
#include "cli/verified.h"
#include "crypto/base/civil_time.h"
#include "ledger/registry/lists.h"

namespace quanlu::cli {

namespace {

constexpr std::string_view kKinds[] = {"ip_pledge_loan",    "data_pledge_loan",
                                       "receivable_pledge", "factoring",
                                       "mixed_pledge",      "ip_abs_underlying_loan"};
constexpr std::string_view kBands[] = {"below_1m", "1m_5m",    "5m_10m",
                                       "10m_50m",  "50m_100m", "from_100m"};

Result<Answer, Failure> statistics(Session& session, const Parsed& parsed) {
    TRY(const Context context, Context::load(session.flags));
    TRY(const std::int64_t year, number_of(parsed, "--year", 2000, 9999));
    const std::string district =
        parsed.has("--district") ? parsed.get("--district") : std::string(registry::kEverywhere);
    std::vector<std::string> keys;
    for (const std::string_view kind : kKinds) {
        for (const std::string_view band : kBands)
            keys.push_back(registry::list_key(
                "finance", registry::statistics_handle(year, district, kind, band)));
    }
    TRY(const std::optional<Height> height, at_height_of(parsed));
    TRY(const Proven proven, fetch_keys(session, context, keys, height));
    Answer answer;
    answer.schema = "quanlu.finance.statistics/1";
    set_trust(answer, proven);
    answer.table = Table{{std::string(say("kind", "类型"))}, {}};
    for (const std::string_view band : kBands) answer.table->head.emplace_back(band);
    std::map<std::string, std::int64_t> counts;
    for (const auto& item : proven.bundle.items)
        counts[item.key] = item.value ? item.value->integer_or("n", 0) : 0;
    // That a count is small enough to be withheld is the node's word.
    answer.verified = proven.verified && counts.size() == keys.size();
    json::Array rows;
    std::size_t at = 0;
    for (const std::string_view kind : kKinds) {
        std::vector<std::string> row{std::string(kind)};
        for (const std::string_view band : kBands) {
            const std::string& key = keys[at++];
            const auto found = counts.find(key);
            json::Value line = json::Object{{"kind", kind}, {"amount_band", band}};
            if (found != counts.end()) line.set("drawn", found->second);
            line.set("withheld", found == counts.end());
            rows.push_back(std::move(line));
            row.push_back(found != counts.end() ? std::to_string(found->second)
                                                : std::string(say("withheld", "未提供")));
        }
        answer.table->rows.push_back(std::move(row));
    }
    answer.data = json::Object{{"year", year}, {"district", district}, {"counts", std::move(rows)}};
    answer.notes.push_back(trust_line(proven));
    return answer;
}

}  // namespace

void add_statistics_commands(std::vector<Command>& commands) {
    commands.push_back({{"finance", "statistics"},
                        "financings drawn in a year by kind and amount, each count proven",
                        "按类型和金额区间统计当年放款,计数均附证明",
                        "quanlu finance statistics --year 2026 --district 330110",
                        {{"--year", "of the draw", "放款年度", Option::Kind::value, true, ""},
                         {"--district", "six digits; everywhere without it",
                          "行政区划代码,缺省为全部", Option::Kind::value, false, ""},
                         {"--at-height", "as it stood at this height", "该高度时的状态",
                          Option::Kind::value, false, ""}},
                        statistics});
}

}  // namespace quanlu::cli
