// See csv.h.
#include "cli/csv.h"

#include <algorithm>

#include "cli/context.h"

namespace quanlu::cli {

namespace {

struct Record {
    std::size_t line = 0;
    std::vector<std::string> cells;
};

class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {
        if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // what Excel and WPS put first
    }
    [[nodiscard]] bool done() const { return at_ >= text_.size(); }

    // Nothing: a quote that is left open, or text after a closed one.
    std::optional<Record> next() {
        Record record{line_, {}};
        for (;;) {
            std::string cell;
            if (!take_cell(cell)) return std::nullopt;
            record.cells.push_back(std::move(cell));
            if (done()) return record;
            const char stop = text_[at_++];
            if (stop == ',') continue;
            if (stop == '\r' && !done() && text_[at_] == '\n') ++at_;
            ++line_;
            return record;
        }
    }
    [[nodiscard]] std::size_t line() const { return line_; }

private:
    bool take_cell(std::string& cell) {
        if (done() || text_[at_] != '"') {
            while (!done() && text_[at_] != ',' && text_[at_] != '\n' && text_[at_] != '\r')
                cell += text_[at_++];
            return true;
        }
        for (++at_; !done(); ++at_) {
            if (text_[at_] == '\n') ++line_;
            if (text_[at_] != '"') {
                cell += text_[at_];
            } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
                cell += text_[at_++];
            } else {
                ++at_;
                return done() || text_[at_] == ',' || text_[at_] == '\n' || text_[at_] == '\r';
            }
        }
        return false;
    }

    std::string_view text_;
    std::size_t at_ = 0, line_ = 1;
};

Failure bad_line(const std::string& name, std::size_t line, const std::string& reason) {
    return {Exit::usage,
            "csv",
            "the table cannot be read",
            "表格无法读取",
            json::Object{{"file", name}, {"line", line}, {"reason", reason}},
            "mend this line; nothing was done",
            "请修正该行;未做任何处理"};
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ",") + word;
    return out;
}

}  // namespace

Failure bad_cell(const std::string& name, std::size_t line, const std::string& column,
                 const std::string& reason) {
    Failure failure = bad_line(name, line, reason);
    failure.facts.set("column", column);
    return failure;
}

Result<std::vector<CsvRow>, Failure> parse_csv(const std::string& name, std::string_view text,
                                               const std::vector<std::string>& columns,
                                               const std::vector<std::string>& optional) {
    Scanner scanner(text);
    const auto head = scanner.next();
    std::vector<std::string> missing = columns;
    std::vector<std::string> allowed = columns;
    allowed.insert(allowed.end(), optional.begin(), optional.end());
    bool fits = head.has_value();
    for (const std::string& cell : head ? head->cells : std::vector<std::string>()) {
        const auto known = std::find(allowed.begin(), allowed.end(), cell);
        fits = fits && known != allowed.end();
        if (known != allowed.end()) allowed.erase(known);  // a second one is unknown
        missing.erase(std::remove(missing.begin(), missing.end(), cell), missing.end());
    }
    if (!fits || !missing.empty()) {
        return Err(bad_line(name, 1,
                            "the header must name exactly " + joined(columns) +
                                (optional.empty() ? "" : " and may name " + joined(optional))));
    }
    std::vector<CsvRow> rows;
    while (!scanner.done()) {
        const std::size_t line = scanner.line();
        auto record = scanner.next();
        if (!record) return Err(bad_line(name, line, "a quote is not closed"));
        if (record->cells.size() == 1 && record->cells.front().empty()) continue;  // an empty line
        if (record->cells.size() != head->cells.size())
            return Err(bad_line(name, line,
                                std::to_string(record->cells.size()) + " cells, " +
                                    std::to_string(head->cells.size()) + " columns"));
        CsvRow row{line, {}};
        for (std::size_t i = 0; i < head->cells.size(); ++i)
            row.cells[head->cells[i]] = std::move(record->cells[i]);
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<std::vector<CsvRow>, Failure> read_csv(const std::string& path,
                                              const std::vector<std::string>& columns,
                                              const std::vector<std::string>& optional) {
    TRY(const std::string text, read_text_file(path, kCsvBytesMax));
    return parse_csv(path, text, columns, optional);
}

std::string csv_cell(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string cell = "\"";
    for (const char c : text) cell += c == '"' ? std::string("\"\"") : std::string(1, c);
    return cell + "\"";
}

std::string spreadsheet_cell(const std::string& text) {
    constexpr std::size_t kDigitsMax = 15;
    const bool is_number = text.find_first_not_of("0123456789") == std::string::npos;
    bool changes = is_number && text.size() > kDigitsMax;
    // The wide ones count where an input method for Chinese or Japanese is installed.
    for (const std::string_view start : {"=", "+", "-", "@", "＝", "＋", "－", "＠"})
        changes = changes || text.starts_with(start);
    return csv_cell(changes ? "'" + text : text);
}

}  // namespace quanlu::cli
