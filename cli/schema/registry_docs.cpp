// See registry_docs.h. Pure: tables in, texts out, in the order of the tables.
#include "cli/schema/registry_docs.h"

#include <vector>

#include "cli/schema/json_schema.h"
#include "ledger/registry/record_type.h"

namespace quanlu::cli {

namespace {

using registry::Approval;
using registry::Field;
using registry::FieldKind;
using registry::RecordType;
using registry::Verb;

constexpr std::string_view kMark =
    "Made by `quanlu schema --docs` from the tables the ledger runs on.\n";

std::vector<std::string> split(std::string_view list, std::string_view by) {
    std::vector<std::string> parts;
    while (!list.empty()) {
        const std::size_t at = list.find(by);
        parts.emplace_back(list.substr(0, at));
        list.remove_prefix(at == std::string_view::npos ? list.size() : at + by.size());
    }
    return parts;
}

std::string joined(const std::vector<std::string>& parts, std::string_view by) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : std::string(by)) + part;
    return out;
}

std::string row(const std::vector<std::string>& cells) {
    std::string out = "|";
    for (const std::string& cell : cells) {
        out += ' ';
        for (const char c : cell) {
            if (c == '|') out += '\\';  // a table cell ends at a bare bar
            out += c;
        }
        out += " |";
    }
    return out + "\n";
}
std::string table(const std::vector<std::string>& head) {
    std::string out = row(head) + "|";
    for (std::size_t i = 0; i < head.size(); ++i) out += "---|";
    return out + "\n";
}

std::string limits_of(const Field& field) {
    const std::string max = std::to_string(field.max);
    switch (field.kind) {
        case FieldKind::text:
        case FieldKind::right_no:
            return "1 to " + max + " bytes";
        case FieldKind::choice:
        case FieldKind::choices:
            return joined(split(field.choices, "|"), ", ");
        case FieldKind::integer:
            return "0 to " + max;
        case FieldKind::amount:
            return "minor units, 0 to 2^53-1";
        case FieldKind::objects:
        case FieldKind::parties:
        case FieldKind::records:
        case FieldKind::hashes:
            return "at most " + max;
        case FieldKind::date:
        case FieldKind::boolean:
        case FieldKind::hash:
        case FieldKind::hex32:
        case FieldKind::party:
        case FieldKind::record:
        case FieldKind::ccy:
        case FieldKind::country:
        case FieldKind::jwk:
        case FieldKind::sealed:
        case FieldKind::object:
            return "";
    }
    ENSURE(false);
}

void add_rows(std::string& out, const registry::Fields& fields, const std::string& prefix) {
    for (const Field& field : fields) {
        const std::string name = prefix + std::string(field.name);
        out += row({"`" + name + "`", std::string(field.zh),
                    std::string(registry::to_text(field.kind)), field.required ? "yes" : "",
                    limits_of(field), std::string(registry::to_text(field.visible))});
        if (field.fields != nullptr) add_rows(out, *field.fields, name + ".");
    }
}

std::string fields_table(const registry::Fields& fields) {
    std::string out = table({"field", "", "kind", "required", "limits", "seen by"});
    add_rows(out, fields, "");
    return out;
}

std::string_view approval_of(const Verb& verb) {
    switch (verb.approval) {
        case Approval::one:
            return "one officer";
        case Approval::maker_checker:
            return "maker and checker";
        case Approval::every_party:
            return "maker and checker of every party to it";
        case Approval::admin:
            return "administrators";
        case Approval::quorum:
            return "administrators of a quorum of member parties";
    }
    ENSURE(false);
}

// Transitions that keep the state are listed beside the diagram, not drawn.
std::string diagram(const RecordType& type) {
    std::string out = "```mermaid\nstateDiagram-v2\n";
    for (const Verb& verb : type.verbs) {
        if (verb.to.empty()) continue;
        const std::vector<std::string> from =
            verb.from.empty() ? std::vector<std::string>{"[*]"} : split(verb.from, "|");
        for (const std::string& state : from)
            out += "    " + state + " --> " + std::string(verb.to) + ": " + std::string(verb.name) +
                   "\n";
    }
    return out + "```\n";
}

std::string act_section(const RecordType& type, const Verb& verb) {
    const std::string act = std::string(type.name) + "." + std::string(verb.name);
    std::string out = "### " + act + " " + std::string(verb.zh) + "\n\n";
    const std::string from =
        verb.from.empty() ? std::string("new") : joined(split(verb.from, "|"), ", ");
    out += "From " + from +
           (verb.to.empty() ? std::string(", state unchanged") : " to " + std::string(verb.to)) +
           "; by " +
           (verb.roles.empty() ? std::string("a party of the record")
                               : joined(split(verb.roles, "|"), " or ")) +
           "; " + std::string(approval_of(verb)) + ". [Schema](schema/" + act + ".json).\n\n";
    std::vector<std::string> rules;
    for (const registry::Guard& guard : verb.guards) {
        const std::string rule(guard.rule);
        bool known = false;
        for (const std::string& other : rules) known = known || other == rule;
        if (!known) rules.push_back(rule);
    }
    if (!rules.empty()) out += "Checked, in this order: " + joined(rules, "; ") + ".\n\n";
    // The act that creates mostly states the record's own fields, which stand above.
    if (verb.body != type.fields && !verb.body->empty()) out += fields_table(*verb.body) + "\n";
    return out;
}

std::string type_document(const RecordType& type) {
    std::string out =
        "# " + std::string(type.name) + " " + std::string(type.zh) + "\n\n" + std::string(kMark) +
        "Seen by: P everybody, C the parties, the registering office and auditors, R "
        "authorities.\n\n## Fields\n\n" +
        fields_table(*type.fields) + "\n## States\n\n" + diagram(type) + "\n## Acts\n\n";
    for (const Verb& verb : type.verbs) out += act_section(type, verb);
    out.pop_back();
    return out;
}

std::string codes_document() {
    std::string out = "# Refusals and warnings\n\n" + std::string(kMark) + "\n";
    out += table({"code", "en", "zh", "ground", "next step", "", "HTTP", "exit"});
    for (const chain::CodeText& code : chain::all_codes()) {
        out += row({std::string(code.name), std::string(code.en), std::string(code.zh),
                    std::string(code.ground), std::string(code.next_en), std::string(code.next_zh),
                    std::to_string(code.http_status), std::to_string(code.exit_code)});
    }
    return out;
}

// "R-01, PM461 grounds 2, 3" names two sources: a part that begins with a digit goes on.
std::vector<std::string> sources_of(std::string_view rule) {
    std::vector<std::string> sources;
    for (const std::string& part : split(rule, ", ")) {
        if (!sources.empty() && part.front() >= '0' && part.front() <= '9') {
            sources.back() += ", " + part;
        } else {
            sources.push_back(part);
        }
    }
    return sources;
}

// Where each rule is asked: one guard may serve many acts, a rule has one guard of its kind.
std::string rules_document() {
    std::map<std::string, std::vector<std::string>> acts;
    for (const RecordType& type : registry::record_types()) {
        for (const Verb& verb : type.verbs) {
            const std::string act = std::string(type.name) + "." + std::string(verb.name);
            for (const registry::Guard& guard : verb.guards) {
                for (const std::string& rule : sources_of(guard.rule)) {
                    std::vector<std::string>& list = acts[rule];
                    if (list.empty() || list.back() != act) list.push_back(act);
                }
            }
        }
    }
    std::string out = "# Rules and the acts they guard\n\n" + std::string(kMark) +
                      "Rules by their numbers in the domain description, or by the law they come "
                      "from.\n\n" +
                      table({"rule", "acts"});
    for (const auto& [rule, list] : acts) out += row({rule, joined(list, ", ")});
    return out;
}

std::string index_document() {
    std::string out = "# The registry, from its tables\n\n" + std::string(kMark) +
                      "[Rules](rules.md), [refusal codes](codes.md), a JSON Schema for each act in "
                      "`schema/`.\n\n" +
                      table({"type", "", "acts"});
    for (const RecordType& type : registry::record_types()) {
        std::vector<std::string> verbs;
        for (const Verb& verb : type.verbs) verbs.emplace_back(verb.name);
        const std::string name(type.name);
        out += row({"[" + name + "](" + name + ".md)", std::string(type.zh), joined(verbs, ", ")});
    }
    return out;
}

}  // namespace

std::map<std::string, std::string> registry_docs() {
    std::map<std::string, std::string> docs;
    docs["README.md"] = index_document();
    docs["codes.md"] = codes_document();
    docs["rules.md"] = rules_document();
    for (const RecordType& type : registry::record_types()) {
        docs[std::string(type.name) + ".md"] = type_document(type);
        for (const Verb& verb : type.verbs) {
            docs["schema/" + std::string(type.name) + "." + std::string(verb.name) + ".json"] =
                json::write_pretty(json_schema(type, verb)) + "\n";
        }
    }
    return docs;
}

}  // namespace quanlu::cli
