// quanlu programme reconcile ID: a pool against the loans, pledges and rights it rests on, and
// every pay date against what was paid out - all at one height, each value proven. Exit 1 when
// something does not agree.
#include <algorithm>
#include <map>

#include "cli/command.h"
#include "cli/foreign.h"
#include "cli/i18n.h"
#include "cli/numbers.h"
#include "cli/verified.h"
#include "ledger/registry/record_type.h"

namespace quanlu::cli {

namespace {

using Values = std::map<std::string, json::Value>;

void want(std::vector<std::string>& keys, std::string key) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(std::move(key));
}

struct Difference {
    std::string where, what;
};

std::vector<std::string> keys_of(const json::Value& programme) {
    std::vector<std::string> keys;
    const json::Value& fields = object_in(programme, "fields");
    for (const json::Value& entry : array_in(fields, "pool")) {
        if (entry.string_or("status", "") == "replaced") continue;
        want(keys, "fin/" + std::string(entry.string_or("claim", "")));
        want(keys, "pledge/" + std::string(entry.string_or("pledge", "")));
        for (const json::Value& right : array_in(entry, "rights"))
            want(keys, "right/" + text_of(right));
    }
    const std::string id(programme.string_or("id", ""));
    for (std::size_t n = 1; n <= array_in(fields, "distributions").size(); ++n)
        want(keys, "payout/" + id + "/" + std::to_string(n));
    return keys;
}

// A pool entry against its loan, its pledge and its rights.
void check_entry(const json::Value& programme, const json::Value& entry, const Values& held,
                 std::vector<Difference>& out) {
    const std::string no = "#" + std::to_string(entry.integer_or("no", 0));
    const std::string state(programme.string_or("state", ""));
    const bool is_live = state != "cleared" && state != "abandoned";
    const auto at = [&](const std::string& key) -> const json::Value* {
        const auto found = held.find(key);
        return found == held.end() ? nullptr : &found->second;
    };
    const std::string claim(entry.string_or("claim", "")), pledge(entry.string_or("pledge", ""));
    const json::Value* loan = at("fin/" + claim);
    if (loan == nullptr) {
        out.push_back({no, "no loan " + claim});
    } else if (is_live && object_in(*loan, "fields").integer_or("outstanding", 0) <
                              entry.integer_or("principal_left", 0)) {
        out.push_back({no, claim + " owes less than the pool holds"});
    }
    const json::Value* secured = at("pledge/" + pledge);
    if (secured == nullptr) {
        out.push_back({no, "no pledge " + pledge});
    } else if (is_live && secured->string_or("state", "") != "registered") {
        out.push_back({no, pledge + " is " + std::string(secured->string_or("state", ""))});
    }
    for (const json::Value& id : array_in(entry, "rights")) {
        const json::Value* right = at("right/" + text_of(id));
        const json::Value* enc = right == nullptr ? nullptr : right->find("enc");
        const json::Value* pool = enc == nullptr ? nullptr : enc->find("pool");
        const bool is_ours =
            pool != nullptr && pool->string_or("id", "") == programme.string_or("id", "");
        if (is_ours != is_live)
            out.push_back({no, text_of(id) + (is_live ? " is not marked as pooled here"
                                                      : " is still marked as pooled here")});
    }
}

// A pay date: lines against what came in, holders' shares against lines.
void check_distribution(const json::Value& programme, const json::Value& distribution,
                        const Values& held, std::vector<Difference>& out) {
    const std::string n = std::to_string(distribution.integer_or("n", 0));
    const std::string where = "distribution " + n;
    std::int64_t paid = 0;
    std::map<std::string, std::int64_t> lines;
    for (const json::Value& line : array_in(distribution, "lines")) {
        paid += line.integer_or("paid", 0);
        if (line.find("tranche") != nullptr && line.integer_or("paid", 0) > 0)
            lines[std::string(line.string_or("line", "")) + " " +
                  std::string(line.string_or("tranche", ""))] += line.integer_or("paid", 0);
    }
    if (paid !=
        distribution.integer_or("collected", 0) + distribution.integer_or("other_credits", 0))
        out.push_back({where, "lines do not sum to what came in"});
    const auto payout = held.find("payout/" + std::string(programme.string_or("id", "")) + "/" + n);
    if (payout == held.end()) {
        out.push_back({where, "no payouts"});
        return;
    }
    for (const json::Value& share : array_in(object_in(payout->second, "fields"), "payouts"))
        lines[std::string(share.string_or("line", "")) + " " +
              std::string(share.string_or("tranche", ""))] -= share.integer_or("amount", 0);
    for (const auto& [name, left] : lines) {
        if (left != 0) out.push_back({where, name + ": shares differ by " + std::to_string(left)});
    }
}

Result<Answer, Failure> reconcile(Session& session, const Parsed& parsed) {
    TRY(const Context context, Context::load(session.flags));
    const std::string id = parsed.get("ID");
    TRY(const std::string at, at_height_query(parsed));
    const std::string path = "/v1/programmes/" + url_encode(id) + at;
    TRY(const Proven proven, fetch_proven(session, context, path, "programme/" + id));
    Answer answer;
    answer.schema = "quanlu.programme.reconcile/1";
    set_trust(answer, proven);
    answer.notes.push_back(trust_line(proven));
    if (!proven.verified && !session.flags.no_verify)
        return Err(failure_of(chain::Code::E_FORBIDDEN, json::Object{{"id", id}}));
    if (!proven.value) return Err(failure_of(chain::Code::E_NOT_FOUND, json::Object{{"id", id}}));
    const json::Value& programme = *proven.value;
    const Height height(static_cast<std::uint64_t>(proven.as_of.integer_or("height", 0)));
    const std::vector<std::string> keys = keys_of(programme);
    Values held;
    constexpr std::size_t kAtOnce = 500;
    for (std::size_t from = 0; from < keys.size(); from += kAtOnce) {
        const std::vector<std::string> some(
            keys.begin() + static_cast<std::ptrdiff_t>(from),
            keys.begin() + static_cast<std::ptrdiff_t>(std::min(keys.size(), from + kAtOnce)));
        TRY(const Proven part, fetch_keys(session, context, some, height));
        for (const auto& item : part.bundle.items) {
            if (item.value) held.emplace(item.key, *item.value);
        }
        if (!part.public_parts.empty())
            return Err(failure_of(chain::Code::E_FORBIDDEN,
                                  json::Object{{"key", part.public_parts.begin()->first}}));
    }
    std::vector<Difference> differences;
    const json::Value& fields = object_in(programme, "fields");
    for (const json::Value& entry : array_in(fields, "pool")) {
        if (entry.string_or("status", "") != "replaced")
            check_entry(programme, entry, held, differences);
    }
    for (const json::Value& one : array_in(fields, "distributions"))
        check_distribution(programme, one, held, differences);
    answer.table =
        Table{{std::string(say("where", "位置")), std::string(say("difference", "差异"))}, {}};
    json::Array rows;
    for (const Difference& one : differences) {
        rows.push_back(json::Object{{"where", one.where}, {"what", one.what}});
        answer.table->rows.push_back({one.where, one.what});
    }
    answer.data = json::Object{{"programme", id},
                               {"values", static_cast<std::int64_t>(keys.size())},
                               {"differences", std::move(rows)}};
    answer.notes.push_back(
        std::to_string(keys.size()) + std::string(say(" values compared, ", " 项比对,差异 ")) +
        std::to_string(differences.size()) + std::string(say(" differences", " 处")));
    if (!differences.empty()) answer.exit = Exit::no;
    return answer;
}

}  // namespace

void add_reconcile_commands(std::vector<Command>& commands) {
    commands.push_back(
        {{"programme", "reconcile"},
         "a pool against loans, pledges and rights, pay dates against payouts",
         "核对资产池与债权、质押、权利及历次兑付",
         "quanlu programme reconcile SP-330100-20261120-00000001-X --as ipo-yuhang-maker",
         {{"ID", "programme", "计划编号", Option::Kind::value, true, ""},
          {"--at-height", "as it stood at this height", "该高度时的状态", Option::Kind::value,
           false, ""}},
         reconcile});
}

}  // namespace quanlu::cli
