// See waterfall.h.
#include "ledger/registry/rules/waterfall.h"

#include <algorithm>
#include <set>

#include "crypto/base/checked_math.h"
#include "ledger/registry/record_type.h"
#include "ledger/registry/rules/amounts.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

std::vector<std::string> split(std::string_view list) {
    std::vector<std::string> parts;
    while (!list.empty()) {
        const std::size_t bar = list.find('|');
        parts.emplace_back(list.substr(0, bar));
        list.remove_prefix(bar == std::string_view::npos ? list.size() : bar + 1);
    }
    return parts;
}

std::vector<std::string> order_of(const json::Value& fields) {
    const json::Value* own = fields.find("waterfall");
    if (own == nullptr) return split(kWaterfallLines);
    std::vector<std::string> order;
    for (const json::Value& one : own->as_array()) order.push_back(one.as_string());
    return order;
}

const json::Value* tranche_named(const json::Value& fields, std::string_view name) {
    for (const json::Value& one : fields.find("tranches")->as_array()) {
        if (one.string_or("name", "") == name) return &one;
    }
    return nullptr;
}

bool is_principal(std::string_view line) {
    return line == "senior_principal" || line == "mezzanine_principal";
}

// The class that a line pays; "" for taxes and fees.
std::string_view class_of(std::string_view line) {
    if (line == "subordinate") return line;
    return is_principal(line) || line.ends_with("_interest") ? line.substr(0, line.find('_')) : "";
}

Refusal out_of_order(std::size_t index, json::Value facts) {
    return Refusal(Code::E_WATERFALL_ORDER, "/lines/" + std::to_string(index), std::move(facts));
}

struct Waterfall {
    const Act& act;
    const json::Value& fields;
    const json::Array& lines;
    std::vector<std::string> order;

    explicit Waterfall(const Act& a)
        : act(a),
          fields(*a.record.find("fields")),
          lines(a.body.find("lines")->as_array()),
          order(order_of(fields)) {}

    [[nodiscard]] std::size_t rank(std::string_view line) const {
        return static_cast<std::size_t>(std::find(order.begin(), order.end(), line) -
                                        order.begin());
    }
    // All that is outstanding is due from its maturity on, and once accelerated.
    [[nodiscard]] bool is_all_due(const json::Value& tranche) const {
        return act.state() == "accelerated" ||
               tranche.string_or("expected_maturity", "") <= act.body.string_or("pay_date", "");
    }

    [[nodiscard]] std::optional<Refusal> check_line(std::size_t i) const {
        const json::Value& line = lines[i];
        const std::string_view name = line.string_or("line", "");
        const std::string_view tranche = line.string_or("tranche", "");
        const json::Value* held = tranche.empty() ? nullptr : tranche_named(fields, tranche);
        const std::string_view there = held == nullptr ? "" : held->string_or("class", "");
        if (rank(name) == order.size() || class_of(name) != there ||
            (held == nullptr) != tranche.empty()) {
            return Refusal(Code::E_SCHEMA, "/lines/" + std::to_string(i) + "/tranche",
                           json::Object{{"line", name}, {"tranche", tranche}, {"class", there}});
        }
        const std::int64_t due = line.integer_or("due", 0), paid = line.integer_or("paid", 0);
        if (paid > due) {
            return Refusal(Code::E_WATERFALL_UNBALANCED, "/lines/" + std::to_string(i) + "/paid",
                           json::Object{{"due", due}, {"paid", paid}});
        }
        if (!is_principal(name)) return std::nullopt;
        const std::int64_t outstanding = held->integer_or("outstanding", 0);
        if (due > outstanding) {
            return Refusal(Code::E_WATERFALL_UNBALANCED, "/lines/" + std::to_string(i) + "/due",
                           json::Object{{"due", due}, {"outstanding", outstanding}});
        }
        if (due < outstanding && is_all_due(*held))
            return out_of_order(i, json::Object{{"due", due}, {"outstanding", outstanding}});
        return std::nullopt;
    }

    [[nodiscard]] std::optional<Refusal> check_order() const {
        std::set<std::pair<std::string_view, std::string_view>> seen;
        std::size_t short_at = order.size();  // rank of the first line that is short
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const std::string_view name = lines[i].string_or("line", "");
            const std::size_t at = rank(name);
            if (!seen.insert({name, lines[i].string_or("tranche", "")}).second ||
                (i > 0 && at < rank(lines[i - 1].string_or("line", "")))) {
                return out_of_order(i, json::Object{{"line", name}});
            }
            const std::int64_t due = lines[i].integer_or("due", 0);
            const std::int64_t paid = lines[i].integer_or("paid", 0);
            if (paid > 0 && at > short_at)
                return out_of_order(i, json::Object{{"line", name}, {"short", order[short_at]}});
            if (paid < due) short_at = std::min(short_at, at);
        }
        return check_left_out(seen);
    }

    // A tranche with something outstanding has its lines above whatever is paid.
    [[nodiscard]] std::optional<Refusal> check_left_out(
        const std::set<std::pair<std::string_view, std::string_view>>& seen) const {
        std::size_t lowest = 0;
        for (const json::Value& line : lines) {
            if (line.integer_or("paid", 0) > 0)
                lowest = std::max(lowest, rank(line.string_or("line", "")));
        }
        for (const json::Value& tranche : fields.find("tranches")->as_array()) {
            const std::string_view name = tranche.string_or("name", "");
            const std::string level(tranche.string_or("class", ""));
            if (level == "subordinate" || tranche.integer_or("outstanding", 0) == 0) continue;
            for (const std::string& line : {level + "_interest", level + "_principal"}) {
                if (rank(line) >= lowest || seen.contains({line, name})) continue;
                return Refusal(Code::E_WATERFALL_ORDER, "/lines",
                               json::Object{{"left_out", line}, {"tranche", name}});
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] std::optional<Refusal> check_sums() const {
        const std::int64_t collected = act.body.integer_or("collected", 0);
        const std::int64_t cash = fields.integer_or("cash", 0);
        if (collected > cash) {
            return Refusal(Code::E_WATERFALL_UNBALANCED, "/collected",
                           json::Object{{"collected", collected}, {"cash", cash}});
        }
        const auto in = sum_within(collected, act.body.integer_or("other_credits", 0));
        std::optional<std::int64_t> out = 0;
        for (const json::Value& line : lines) {
            if (out) out = sum_within(*out, line.integer_or("paid", 0));
        }
        if (in && out && *in == *out) return std::nullopt;
        return Refusal(Code::E_WATERFALL_UNBALANCED, "/lines",
                       json::Object{{"in", in.value_or(-1)}, {"lines", out.value_or(-1)}});
    }
};

}  // namespace

std::optional<Refusal> waterfall_holds(Act& act) {
    const Waterfall waterfall(act);
    for (std::size_t i = 0; i < waterfall.lines.size(); ++i) {
        if (auto refusal = waterfall.check_line(i)) return refusal;
    }
    if (auto refusal = waterfall.check_order()) return refusal;
    return waterfall.check_sums();
}

json::Array shares_of(const json::Value& programme_fields, std::string_view tranche,
                      std::int64_t amount) {
    struct Holder {
        std::string id;
        std::int64_t face = 0, share = 0;
    };
    std::vector<Holder> holders;
    std::int64_t whole = 0;
    for (const json::Value& one : programme_fields.find("holders")->as_array()) {
        if (one.string_or("tranche", "") != tranche) continue;
        holders.push_back({std::string(one.string_or("holder", "")), one.integer_or("face", 0)});
        whole += holders.back().face;
    }
    std::sort(holders.begin(), holders.end(),
              [](const Holder& a, const Holder& b) { return a.id < b.id; });
    std::int64_t left = amount;
    Holder* largest = nullptr;
    for (Holder& holder : holders) {
        holder.share = *mul_div_floor(amount, holder.face, whole);  // at most `amount`
        left -= holder.share;
        if (largest == nullptr || holder.face > largest->face) largest = &holder;
    }
    if (largest != nullptr) largest->share += left;
    json::Array out;
    for (const Holder& holder : holders)
        out.push_back(json::Object{{"holder", holder.id}, {"amount", holder.share}});
    return out;
}

}  // namespace quanlu::registry
