// Texts come from refusals.def; nothing is said twice.
#include "cli/exit.h"

namespace quanlu::cli {

Failure failure_of(chain::Code code, json::Value facts) {
    const chain::CodeText& text = chain::text(code);
    if (!text.ground.empty()) facts.set("ground", text.ground);
    return {static_cast<Exit>(text.exit_code),
            std::string(text.name),
            std::string(text.en),
            std::string(text.zh),
            std::move(facts),
            std::string(text.next_en),
            std::string(text.next_zh)};
}

void add_next(Failure& failure, std::string_view en, std::string_view zh) {
    failure.next_en.append(failure.next_en.empty() ? "" : "; ").append(en);
    failure.next_zh.append(failure.next_zh.empty() ? "" : ";").append(zh);
}

Failure usage_error(std::string en, std::string zh, std::string next_en, std::string next_zh) {
    return {Exit::usage,        "usage",           std::move(en), std::move(zh), {},
            std::move(next_en), std::move(next_zh)};
}

}  // namespace quanlu::cli
