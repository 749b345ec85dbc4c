// The registry's tables for whoever fills a form: on the screen, as JSON Schema, as documents.
#include "cli/command.h"
#include "cli/i18n.h"
#include "cli/schema/json_schema.h"
#include "cli/schema/registry_docs.h"
#include "ledger/registry/record_type.h"

#include <filesystem>

namespace quanlu::cli {

namespace {

json::Value field_json(const registry::Field& field) {
    json::Value out = json::Object{{"name", field.name},
                                   {"kind", registry::to_text(field.kind)},
                                   {"required", field.required},
                                   {"zh", field.zh},
                                   {"visible", registry::to_text(field.visible)}};
    if (!field.choices.empty()) out.set("choices", field.choices);
    if (field.fields != nullptr) {
        json::Array inner;
        for (const registry::Field& one : *field.fields) inner.push_back(field_json(one));
        out.set("fields", std::move(inner));
    }
    return out;
}

Table fields_table(const registry::Fields& fields) {
    Table table{{std::string(say("field", "字段")), "", std::string(say("kind", "类型")),
                 std::string(say("needed", "必填")), std::string(say("visible", "可见"))},
                {}};
    for (const registry::Field& field : fields) {
        table.rows.push_back({std::string(field.name), std::string(field.zh),
                              std::string(registry::to_text(field.kind)), field.required ? "*" : "",
                              std::string(registry::to_text(field.visible))});
    }
    return table;
}

Answer list_types() {
    Answer answer;
    answer.schema = "quanlu.schema/1";
    json::Array names;
    answer.table =
        Table{{std::string(say("type", "类型")), "", std::string(say("verbs", "业务"))}, {}};
    for (const registry::RecordType& type : registry::record_types()) {
        std::string verbs;
        for (const registry::Verb& verb : type.verbs)
            verbs += (verbs.empty() ? "" : " ") + std::string(verb.name);
        answer.table->rows.push_back({std::string(type.name), std::string(type.zh), verbs});
        names.emplace_back(type.name);
        answer.ids.emplace_back(type.name);
    }
    answer.data = std::move(names);
    return answer;
}

Result<Answer, Failure> type_tables(const std::string& name) {
    Answer answer;
    answer.schema = "quanlu.schema/1";
    const registry::RecordType* type = registry::find_record_type(name);
    if (type == nullptr)
        return Err(usage_error("there is no such record type", "没有这个记录类型", "quanlu schema",
                               "quanlu schema"));
    json::Array fields, verbs;
    answer.table = fields_table(*type->fields);
    for (const registry::Field& field : *type->fields) fields.push_back(field_json(field));
    for (const registry::Verb& verb : type->verbs) {
        json::Array body;
        for (const registry::Field& field : *verb.body) body.push_back(field_json(field));
        verbs.push_back(json::Object{{"verb", verb.name},
                                     {"zh", verb.zh},
                                     {"from", verb.from},
                                     {"to", verb.to},
                                     {"roles", verb.roles},
                                     {"body", std::move(body)}});
        answer.table->rows.push_back({"> " + std::string(verb.name), std::string(verb.zh),
                                      std::string(verb.from) + " -> " + std::string(verb.to), "",
                                      registry::names_of(*verb.body)});
    }
    answer.data = json::Object{
        {"type", type->name}, {"fields", std::move(fields)}, {"verbs", std::move(verbs)}};
    return answer;
}

Result<Answer, Failure> act_schema(const std::string& act) {
    const std::size_t dot = act.find('.');
    const registry::RecordType* type = registry::find_record_type(act.substr(0, dot));
    const registry::Verb* verb =
        type == nullptr ? nullptr : registry::find_verb(*type, act.substr(dot + 1));
    if (verb == nullptr)
        return Err(
            usage_error("there is no such act", "没有这项业务", "quanlu schema", "quanlu schema"));
    Answer answer;
    answer.schema = "quanlu.schema.act/1";
    answer.data = json_schema(*type, *verb);
    answer.table = fields_table(*verb->body);
    answer.notes.emplace_back(say("the JSON Schema: -o json", "JSON Schema:加 -o json"));
    return answer;
}

Result<Answer, Failure> write_docs(const std::string& folder) {
    Answer answer;
    answer.schema = "quanlu.schema.docs/1";
    std::error_code error;
    std::filesystem::create_directories(folder + "/schema", error);
    std::int64_t files = 0;
    for (const auto& [name, text] : registry_docs()) {
        TRY_VOID(write_text_file(folder + "/" + name, text));
        ++files;
    }
    answer.data = json::Object{{"folder", folder}, {"files", files}};
    answer.lines.emplace_back(folder, std::to_string(files));
    return answer;
}

Result<Answer, Failure> schema(Session&, const Parsed& parsed) {
    if (parsed.has("--docs")) return write_docs(parsed.get("--docs"));
    if (!parsed.has("TYPE")) return list_types();
    const std::string name = parsed.get("TYPE");
    return name.find('.') == std::string::npos ? type_tables(name) : act_schema(name);
}

}  // namespace

void add_schema_commands(std::vector<Command>& commands) {
    commands.push_back(
        {{"schema"},
         "fields and acts of a record type; the JSON Schema of an act",
         "记录类型的字段与业务;业务的 JSON Schema",
         "quanlu schema pledge",
         {{"TYPE", "record type, or act as in pledge.draft; none lists all types",
           "记录类型,或业务如 pledge.draft;省略则列出全部", Option::Kind::value, false, ""},
          {"--docs", "write the documents of all types into this folder",
           "将全部类型的文档写入该目录", Option::Kind::value, false, ""}},
         schema});
}

}  // namespace quanlu::cli
