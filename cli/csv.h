// Tables that people send (RFC 4180): UTF-8, comma, double quotes, a header that names the columns.
// A bad line is reported with its number and nothing is done with the others.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/exit.h"
#include "crypto/base/result.h"

namespace quanlu::cli {

inline constexpr std::size_t kCsvBytesMax = 16 * 1024 * 1024;

struct CsvRow {
    std::size_t line = 0;                      // 1-based, of its first character in the file
    std::map<std::string, std::string> cells;  // by column name
    [[nodiscard]] const std::string& at(const std::string& column) const {
        return cells.at(column);
    }
};

// REQUIRES: `columns` or `optional` not empty. Refuses a header without one of `columns`, with one
// twice or with one unknown; a row of another width; a quote left open.
Result<std::vector<CsvRow>, Failure> parse_csv(const std::string& name, std::string_view text,
                                               const std::vector<std::string>& columns,
                                               const std::vector<std::string>& optional = {});
Result<std::vector<CsvRow>, Failure> read_csv(const std::string& path,
                                              const std::vector<std::string>& columns,
                                              const std::vector<std::string>& optional = {});
// A cell as it is written: in quotes where it needs them.
std::string csv_cell(const std::string& text);
// The same for a spreadsheet, which takes a text of others that begins like a formula for one, and
// keeps 15 digits of a number: such a cell begins with an apostrophe.
std::string spreadsheet_cell(const std::string& text);
// Failure of one cell, for what the caller finds wrong in it.
Failure bad_cell(const std::string& name, std::size_t line, const std::string& column,
                 const std::string& reason);

}  // namespace quanlu::cli
