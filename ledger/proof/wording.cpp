// The encumbrance picture is written by ledger/registry/rules/right_rules.cpp: enc.pledges and
// enc.freezes always there, enc.pool and enc.reservation only while they stand.
#include "ledger/proof/wording.h"

namespace quanlu::proof {

namespace {

struct Words {
    std::string_view one_en, many_en, none_en, zh;
};

void add(Sentence& to, std::string_view en, std::string_view zh) {
    if (!to.en.empty()) {
        to.en += ", ";
        to.zh += "、";
    }
    to.en += en;
    to.zh += zh;
}

bool is_list(const json::Value& picture, std::string_view name) {
    const json::Value* list = picture.find(name);
    return list != nullptr && list->is_array();
}

// "no pledge", "1 pledge (PL-...)", "2 pledges (PL-..., PL-...)"; nothing when the picture has no
// such list.
void add_list(Sentence& to, const json::Value& picture, std::string_view name, const Words& words) {
    if (!is_list(picture, name)) return;
    const json::Value* list = picture.find(name);
    const std::size_t count = list->as_array().size();
    if (count == 0) {
        add(to, words.none_en, "无" + std::string(words.zh));
        return;
    }
    std::string ids;
    for (const json::Value& one : list->as_array()) {
        const std::string_view id =
            one.is_string() ? std::string_view(one.as_string()) : one.string_or("id", "");
        if (id.empty()) continue;
        if (!ids.empty()) ids += ", ";
        ids += id;
    }
    if (!ids.empty()) ids = " (" + ids + ")";
    add(to,
        std::to_string(count) + " " + std::string(count == 1 ? words.one_en : words.many_en) + ids,
        std::string(words.zh) + " " + std::to_string(count) + " 项" + ids);
}

// Something that is named while it stands and left out otherwise.
void add_single(Sentence& to, const json::Value& picture, std::string_view name,
                std::string_view id_name, const Words& words) {
    const json::Value* held = picture.find(name);
    if (held == nullptr) {
        add(to, words.none_en, "无" + std::string(words.zh));
        return;
    }
    const std::string_view id =
        held->is_string() ? std::string_view(held->as_string()) : held->string_or(id_name, "");
    const std::string shown = id.empty() ? std::string() : " (" + std::string(id) + ")";
    add(to, std::string(words.one_en) + shown, std::string(words.zh) + shown);
}

constexpr std::string_view kRightPrefix = "right/";

}  // namespace

Sentence say_record(std::string_view key, const json::Value& value) {
    const std::string name(key);
    const json::Value* picture = key.starts_with(kRightPrefix) ? value.find("enc") : nullptr;
    Sentence facts;
    if (picture != nullptr && picture->is_object()) {
        add_list(facts, *picture, "pledges", {"pledge", "pledges", "no pledge", "质押"});
        add_list(facts, *picture, "freezes", {"freeze", "freezes", "no freeze", "保全"});
        // Pool and filing show by being left out, which says something only in a picture that is
        // whole.
        if (is_list(*picture, "pledges") && is_list(*picture, "freezes")) {
            add_single(facts, *picture, "pool", "id", {"a pool", "", "no pool", "入池"});
            add_single(facts, *picture, "reservation", "pledge",
                       {"a filing under review", "", "no filing under review", "在审申请"});
        }
    }
    if (!facts.en.empty() && value.find("register_mismatch") != nullptr)
        add(facts, "a contradiction with the statutory register", "与法定登记簿不一致");
    if (!facts.en.empty()) return {name + " has " + facts.en, name + " " + facts.zh};
    const std::string_view state = value.string_or("state", "");
    const std::int64_t version = value.integer_or("version", 0);
    Sentence plain{name + " is on the ledger", name + " 已登记在册"};
    if (!state.empty()) {
        plain.en += ", state " + std::string(state);
        plain.zh += ",状态 " + std::string(state);
    }
    if (version > 0) {
        plain.en += ", version " + std::to_string(version);
        plain.zh += ",版本 " + std::to_string(version);
    }
    return plain;
}

Sentence say_absence(std::string_view key) {
    return {std::string(key) + " has no record on this ledger",
            std::string(key) + " 在本账本无登记"};
}

Sentence say_tx(std::string_view tx_id, std::string_view act, std::string_view party,
                const chain::Outcome& outcome, const chain::Where& where) {
    const std::string place =
        grouped(where.height.value) + ", index " + std::to_string(where.index);
    const std::string place_zh =
        "高度 " + grouped(where.height.value) + " 序号 " + std::to_string(where.index);
    const std::string what =
        std::string(act) + " by " + std::string(party) + " (tx " + std::string(tx_id) + ")";
    const std::string what_zh =
        std::string(party) + " 的 " + std::string(act) + "(交易 " + std::string(tx_id) + ")";
    if (outcome.refusal) {
        const chain::CodeText& text = chain::text(outcome.refusal->code);
        return {what + " was refused at height " + place + ": " + std::string(text.name) + ", " +
                    std::string(text.en),
                what_zh + "于" + place_zh + "被拒绝:" + std::string(text.name) + " " +
                    std::string(text.zh)};
    }
    std::string record, record_zh;
    if (!outcome.record.empty()) {
        record = ", record " + outcome.record;
        record_zh = ",登记对象 " + outcome.record;
    }
    if (!outcome.state.empty()) {
        record += " is " + outcome.state;
        record_zh += " 状态 " + outcome.state;
    }
    return {what + " was carried out at height " + place + record,
            what_zh + "于" + place_zh + "办理完成" + record_zh};
}

std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
    return digits;
}

}  // namespace quanlu::proof
