// See seal.h.
#include "cli/seal.h"

#include "cli/context.h"
#include "crypto/base/civil_time.h"
#include "crypto/base/toml.h"
#include "crypto/random.h"
#include "crypto/sealed.h"

namespace quanlu::cli {

namespace {

Failure bad_body(const std::string& path, json::Object facts) {
    facts.emplace("path", path);
    return {Exit::usage,
            "body",
            "the file is not a body of the house profile",
            "文件不是符合规范的正文",
            std::move(facts),
            "",
            ""};
}

// What the kinds of the house profile are; nothing of what it has no kind for (fractions, times of
// day): left out silently it would be signed as something else.
std::optional<json::Value> from_toml(const toml::node& node) {
    if (const auto* table = node.as_table()) {
        json::Value out{json::Object{}};
        for (const auto& [key, value] : *table) {
            auto member = from_toml(value);
            if (!member) return std::nullopt;
            out.set(std::string(key.str()), *std::move(member));
        }
        return out;
    }
    if (const auto* list = node.as_array()) {
        json::Array out;
        for (const toml::node& one : *list) {
            auto item = from_toml(one);
            if (!item) return std::nullopt;
            out.push_back(*std::move(item));
        }
        return out;
    }
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* n = node.as_integer()) return n->get();
    if (const auto* b = node.as_boolean()) return b->get();
    if (const auto* date = node.as_date()) {
        const auto day = date_from_ymd(date->get().year, date->get().month, date->get().day);
        if (day) return to_text(*day);
    }
    return std::nullopt;
}

}  // namespace

Sealed seal(const json::Value& clear, const registry::Fields& fields) {
    Sealed out{clear, {}};
    for (const registry::Field& field : fields) {
        const json::Value* value = clear.find(field.name);
        if (field.kind != registry::FieldKind::sealed || value == nullptr ||
            value->find("_sd") != nullptr)
            continue;
        const std::string disclosure =
            crypto::make_disclosure(field.name, *value, crypto::random_bytes(crypto::kSaltBytes));
        out.body.set(field.name, json::Object{{"_sd", crypto::disclosure_digest(disclosure)}});
        out.disclosures.emplace_back(disclosure);
    }
    return out;
}

std::vector<std::string> sealed_in(const json::Value& body) {
    std::vector<std::string> names;
    for (const auto& [name, value] : body.as_object()) {
        if (value.is_object() && value.find("_sd") != nullptr) names.push_back(name);
    }
    return names;
}

Result<json::Value, Failure> open_sealed(const json::Value& body, const std::string& disclosures) {
    const auto refuse = [](const std::string& reason) {
        Failure failure =
            usage_error("the disclosures do not open this act", "披露文件与该业务不符");
        failure.facts.set("reason", reason);
        return Err(std::move(failure));
    };
    const auto list = json::parse(disclosures, disclosures.size());
    if (!list.ok() || !list->is_array()) return refuse("not a list of disclosures");
    json::Value opened = json::Object{};
    for (const json::Value& one : list->as_array()) {
        const auto read =
            one.is_string() ? crypto::parse_disclosure(one.as_string()) : std::nullopt;
        if (!read) return refuse("not a list of disclosures");
        const json::Value* held = body.find(read->name);
        if (held == nullptr || !held->is_object() ||
            held->string_or("_sd", "") != crypto::disclosure_digest(one.as_string()))
            return refuse("field " + read->name + " is sealed otherwise, or not at all");
        opened.set(read->name, read->value);
    }
    return opened;
}

Result<json::Value, Failure> read_body(const std::string& path) {
    TRY(const std::string text, read_text_file(path, 64 * 1024));
    std::string as_json = text;
    if (path.ends_with(".toml")) {
        const auto table = base::parse_toml(text);
        if (!table.ok())
            return Err(bad_body(path, {{"line", table.error().line},
                                       {"column", table.error().column},
                                       {"reason", table.error().reason}}));
        const auto value = from_toml(*table);
        if (!value)
            return Err(
                bad_body(path, {{"reason", "a fraction or a time: neither has a kind here"}}));
        as_json = json::write(*value);
    }
    // One door for both: what TOML lets through and the profile does not (control characters, text
    // that is not NFC, integers beyond 2^53-1) is refused like in JSON.
    auto body = json::parse(as_json);
    if (!body.ok())
        return Err(bad_body(path, {{"reason", body.error().reason},
                                   {"offset", static_cast<std::int64_t>(body.error().offset)}}));
    return std::move(body).value();
}

}  // namespace quanlu::cli
