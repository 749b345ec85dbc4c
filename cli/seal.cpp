// See seal.h.
#include "cli/seal.h"

#include <toml++/toml.h>

#include "cli/context.h"
#include "crypto/base/civil_time.h"
#include "crypto/random.h"
#include "crypto/sealed.h"

namespace quanlu::cli {

namespace {

json::Value from_toml(const toml::node& node);

json::Value from_table(const toml::table& table) {
    json::Value out;
    for (const auto& [key, value] : table) out.set(std::string(key.str()), from_toml(value));
    return out;
}

json::Value from_toml(const toml::node& node) {
    if (const auto* table = node.as_table()) return from_table(*table);
    if (const auto* list = node.as_array()) {
        json::Array out;
        for (const toml::node& one : *list) out.push_back(from_toml(one));
        return out;
    }
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* n = node.as_integer()) return n->get();
    if (const auto* b = node.as_boolean()) return b->get();
    if (const auto* date = node.as_date()) {
        const auto day = date_from_ymd(date->get().year, date->get().month, date->get().day);
        return day ? to_text(*day) : std::string();
    }
    return std::string();
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

Result<json::Value, Failure> read_body(const std::string& path) {
    TRY(const std::string text, read_text_file(path, 64 * 1024));
    if (!path.ends_with(".toml")) {
        auto body = json::parse(text);
        if (!body.ok()) {
            return Err(
                Failure{Exit::usage, "body", "the file is not JSON of the house profile",
                        "文件不是符合规范的 JSON",
                        json::Object{{"path", path},
                                     {"reason", body.error().reason},
                                     {"offset", static_cast<std::int64_t>(body.error().offset)}},
                        "", ""});
        }
        return std::move(body).value();
    }
    try {
        return from_table(toml::parse(text));
    } catch (const toml::parse_error& error) {
        return Err(
            Failure{Exit::usage, "body", "the file is not valid TOML", "文件不是有效的 TOML",
                    json::Object{{"path", path},
                                 {"line", static_cast<std::int64_t>(error.source().begin.line)},
                                 {"column", static_cast<std::int64_t>(error.source().begin.column)},
                                 {"reason", std::string(error.description())}},
                    "", ""});
    }
}

}  // namespace quanlu::cli
