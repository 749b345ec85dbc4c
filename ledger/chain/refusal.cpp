// The table is refusals.def, nothing else.
#include "ledger/chain/refusal.h"

#include <array>

namespace quanlu::chain {

namespace {

constexpr CodeText kTexts[] = {
#define QUANLU_REFUSAL(code, http, exit, en, zh, ground, next_en, next_zh) \
    {Code::code, #code, en, zh, ground, next_en, next_zh, http, exit},
#include "ledger/chain/refusals.def"
#undef QUANLU_REFUSAL
};

}  // namespace

std::string_view name(Code code) {
    return code == Code::ok ? "OK" : text(code).name;
}

const CodeText& text(Code code) {
    const auto index = static_cast<std::size_t>(code);
    ENSURE(index >= 1 && index <= std::size(kTexts));
    return kTexts[index - 1];  // the enumeration comes from the same file in the same order
}

std::optional<Code> code_from_name(std::string_view name) {
    if (name == "OK") return Code::ok;
    for (const CodeText& one : kTexts) {
        if (one.name == name) return one.code;
    }
    return std::nullopt;
}

std::span<const CodeText> all_codes() {
    return kTexts;
}

json::Value to_json(const Refusal& refusal) {
    json::Value out;
    out.set("code", name(refusal.code));
    if (!refusal.field.empty()) out.set("field", refusal.field);
    if (!refusal.facts.as_object().empty()) out.set("facts", refusal.facts);
    if (refusal.conflict) {
        out.set("at", json::Object{{"height", refusal.conflict->height.value},
                                   {"index", refusal.conflict->index}});
    }
    return out;
}

}  // namespace quanlu::chain
