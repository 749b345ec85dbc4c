// See batch.h.
#include "cli/commands/batch.h"

#include <charconv>
#include <set>

#include "cli/actor.h"
#include "cli/csv.h"
#include "cli/filing.h"
#include "cli/foreign.h"
#include "cli/i18n.h"
#include "cli/numbers.h"
#include "cli/seal.h"

namespace quanlu::cli {

namespace {

using chain::Code;
using chain::Refusal;
using registry::Field;
using registry::FieldKind;

constexpr std::size_t kLinesMax = 5'000;
constexpr std::size_t kBadShown = 100;
constexpr const char* kRecordColumn = "ID";

std::vector<std::string> split(std::string_view text, char by) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t at = text.find(by);
        parts.emplace_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::optional<json::Value> integer_of(const std::string& cell) {
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), n);
    if (error != std::errc{} || end != cell.data() + cell.size()) return std::nullopt;
    return n > json::kIntegerMax || n < -json::kIntegerMax ? std::nullopt
                                                           : std::optional<json::Value>(n);
}

std::optional<json::Value> json_of(const std::string& cell) {
    auto value = json::parse(cell);
    return value.ok() ? std::optional<json::Value>(std::move(value).value()) : std::nullopt;
}

std::optional<json::Value> value_of(const std::string& cell, const Field& field);

// a:1;b:2 in the order of the fields.
std::optional<json::Value> objects_of(const std::string& cell, const Field& field) {
    json::Array list;
    for (const std::string& item : split(cell, ';')) {
        const std::vector<std::string> members = split(item, ':');
        if (members.size() > field.fields->size()) return std::nullopt;
        json::Value object;
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (members[i].empty()) continue;
            auto value = value_of(members[i], (*field.fields)[i]);
            if (!value) return std::nullopt;
            object.set((*field.fields)[i].name, *std::move(value));
        }
        list.push_back(std::move(object));
    }
    return list;
}

std::optional<json::Value> value_of(const std::string& cell, const Field& field) {
    switch (field.kind) {
        case FieldKind::integer:
        case FieldKind::amount:
            return integer_of(cell);
        case FieldKind::boolean:
            if (cell != "true" && cell != "false") return std::nullopt;
            return cell == "true";
        case FieldKind::choices:
        case FieldKind::parties:
        case FieldKind::records:
        case FieldKind::hashes: {
            if (cell.starts_with('[')) return json_of(cell);
            json::Array list;
            for (std::string& item : split(cell, ';')) list.emplace_back(std::move(item));
            return list;
        }
        case FieldKind::objects:
            return cell.starts_with('[') ? json_of(cell) : objects_of(cell, field);
        case FieldKind::object:
        case FieldKind::jwk:
            return json_of(cell);
        case FieldKind::sealed:
            return cell.starts_with('{') ? json_of(cell) : std::optional<json::Value>(cell);
        case FieldKind::text:
        case FieldKind::choice:
        case FieldKind::date:
        case FieldKind::hash:
        case FieldKind::hex32:
        case FieldKind::party:
        case FieldKind::record:
        case FieldKind::right_no:
        case FieldKind::ccy:
        case FieldKind::country:
            return cell;
    }
    ENSURE(false);
}

struct Line {
    std::size_t line = 0;
    std::string record;
    Sealed sealed;
};

// What is wrong with a table: every line of it, the first hundred shown.
struct BadLines {
    json::Array list;
    std::size_t count = 0;
    void add(std::size_t line, std::string_view column, Code code, const json::Value& facts) {
        ++count;
        if (list.size() == kBadShown) return;
        list.push_back(json::Object{{"line", line},
                                    {"column", column},
                                    {"code", chain::name(code)},
                                    {"text", say(chain::text(code).en, chain::text(code).zh)},
                                    {"facts", facts}});
    }
    [[nodiscard]] Failure failure(const std::string& file) const {
        return {Exit::no,
                "batch",
                "lines of the table would be refused; nothing was filed",
                "表格中有行不能办理;未办理任何一行",
                json::Object{{"file", file}, {"bad_lines", count}, {"lines", list}},
                "mend these lines and give the table again",
                "更正这些行后重新提交"};
    }
};

std::string column_of(const std::string& pointer) {
    const std::size_t from = pointer.starts_with('/') ? 1 : 0;
    return pointer.substr(from, pointer.find('/', from) - from);
}

Result<std::vector<Line>, Failure> read_lines(const std::string& file,
                                              const registry::RecordType& type,
                                              const registry::Verb& verb, BadLines& bad) {
    std::vector<std::string> columns, optional;
    if (!verb.from.empty()) columns.emplace_back(kRecordColumn);
    for (const Field& field : *verb.body)
        (field.required ? columns : optional).emplace_back(field.name);
    TRY(const std::vector<CsvRow> rows, read_csv(file, columns, optional));
    if (rows.empty() || rows.size() > kLinesMax)
        return Err(usage_error("a table has 1 to 5000 lines", "表格须有 1 至 5000 行"));
    std::vector<Line> lines;
    std::set<std::string> made;
    for (const CsvRow& row : rows) {
        Line line;
        line.line = row.line;
        if (!verb.from.empty()) line.record = row.at(kRecordColumn);
        auto body = body_of_cells(row.cells, *verb.body);
        if (!body.ok()) {
            bad.add(row.line, column_of(body.error().field), body.error().code, body.error().facts);
            continue;
        }
        line.sealed = seal(*body, *verb.body);
        const auto checked = registry::check_fields(line.sealed.body, *verb.body);
        if (!checked.ok()) {
            bad.add(row.line, column_of(checked.error().field), checked.error().code,
                    checked.error().facts);
            continue;
        }
        const std::string id = !verb.from.empty()             ? line.record
                               : type.id_from_body == nullptr ? std::string()
                                                              : type.id_from_body(line.sealed.body);
        if (!id.empty() && !made.insert(id).second) {
            bad.add(row.line, "", Code::E_DUPLICATE_RIGHT, json::Object{{"id", id}});
            continue;
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

// Each against the ledger as it stands; lines do not see each other.
Status<Failure> ask_node(Session& session, const Actor& actor, const std::string& act,
                         const std::vector<Line>& lines, BadLines& bad) {
    Progress progress(session.output.quiet);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        progress.show(act + " " + std::string(say("checking ", "预检 ")) + std::to_string(i + 1) +
                      "/" + std::to_string(lines.size()));
        TRY(const json::Value said,
            actor.dry_run(session.http, act, lines[i].record, lines[i].sealed.body));
        for (const json::Value& one : array_in(said, "would_refuse")) {
            const auto code = chain::code_from_name(one.string_or("code", ""));
            bad.add(lines[i].line, column_of(std::string(one.string_or("field", ""))),
                    code.value_or(Code::E_SCHEMA), object_in(one, "facts"));
        }
    }
    return Unit{};
}

}  // namespace

Result<json::Value, Refusal> body_of_cells(const std::map<std::string, std::string>& cells,
                                           const registry::Fields& fields) {
    json::Value body;
    for (const Field& field : fields) {
        const auto cell = cells.find(std::string(field.name));
        if (cell == cells.end() || cell->second.empty()) continue;
        auto value = value_of(cell->second, field);
        if (!value) {
            return Err(Refusal(Code::E_SCHEMA, "/" + std::string(field.name),
                               json::Object{{"kind", registry::to_text(field.kind)}}));
        }
        // Cells hold whatever the table holds; a body only what the house profile knows.
        if (const auto read = json::parse(json::write(*value)); !read.ok()) {
            return Err(Refusal(Code::E_SCHEMA, "/" + std::string(field.name),
                               json::Object{{"reason", read.error().reason}}));
        }
        body.set(field.name, *std::move(value));
    }
    return body;
}

Failure stopped_at(std::size_t line, const json::Value& done, Failure failure) {
    std::size_t filed = 0;
    for (const json::Value& one : done.as_array()) filed += one.bool_or("final", false) ? 1 : 0;
    const bool is_refused = failure.facts.string_or("filed", "no") == "no";
    failure.facts.set("line", line);
    failure.facts.set("filed_before", filed);
    if (!done.as_array().empty()) failure.facts.set("lines_before", done);
    if (filed < done.as_array().size())
        add_next(failure, "lines before that are not final: quanlu tx status of each",
                 "此前未确认的各行:逐一查询 quanlu tx status");
    if (is_refused) {
        add_next(failure, "this line is not filed: go on with a table from this line on",
                 "该行未提交:请以自该行起的表格继续");
    } else {
        add_next(failure,
                 "this line may be filed: ask tx status of its transaction first, once its two "
                 "minutes are over; if it is filed, go on with the next line, else with this one",
                 "该行可能已提交:请待两分钟有效期过后查询该交易的 tx status;已提交则自下一行继续,"
                 "否则自该行继续");
    }
    return failure;
}

Result<Answer, Failure> run_batch(Session& session, const Parsed& parsed,
                                  const registry::RecordType& type, const registry::Verb& verb) {
    TRY(const std::int64_t wait, number_of(parsed, "--wait", 0, kWaitSecondsMax));
    TRY(const Context context, Context::load(session.flags));
    TRY(const Actor actor, Actor::from(context, !session.flags.no_input));
    const std::string file = parsed.get("--batch");
    const std::string act = std::string(type.name) + "." + std::string(verb.name);
    BadLines bad;
    TRY(const std::vector<Line> lines, read_lines(file, type, verb, bad));
    if (bad.count == 0) TRY_VOID(ask_node(session, actor, act, lines, bad));
    if (bad.count > 0) return Err(bad.failure(file));
    Answer answer;
    answer.schema = "quanlu.batch/1";
    answer.data = json::Array{};
    if (parsed.has("--dry-run")) {
        answer.lines.emplace_back(std::string(say("lines that would be filed", "可办理行数")),
                                  std::to_string(lines.size()));
        return answer;
    }
    answer.table = Table{{std::string(say("line", "行")), std::string(say("record", "记录")),
                          std::string(say("state", "状态"))},
                         {}};
    Progress progress(session.output.quiet);
    for (const Line& line : lines) {
        progress.show(act + " " + std::to_string(answer.ids.size() + 1) + "/" +
                      std::to_string(lines.size()));
        const auto filed = file_act(session, context, actor,
                                    {act, line.record, line.sealed, 0, static_cast<int>(wait)});
        // Something came between the check and the filing.
        if (!filed.ok()) return Err(stopped_at(line.line, answer.data, filed.error()));
        const Outcome& outcome = filed->outcome;
        const std::string id = outcome.record.empty() ? outcome.tx_id : outcome.record;
        answer.ids.push_back(id);
        const bool is_done = is_final(outcome, session.flags);
        const std::string state = is_done ? outcome.state : std::string(say("not final", "未确认"));
        answer.data.push(json::Object{{"line", line.line},
                                      {"record", id},
                                      {"state", outcome.state},
                                      {"final", is_done},
                                      {"tx", outcome.tx_id},
                                      {"trust", outcome.is_proven ? "proven" : "unverified"}});
        if (!filed->disclosures_path.empty())
            answer.data.as_array().back().set("disclosures", filed->disclosures_path);
        answer.table->rows.push_back({std::to_string(line.line), id, state});
        judge_act(outcome, session.flags, answer);
    }
    return answer;
}

}  // namespace quanlu::cli
