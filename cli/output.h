// The output contract (ECOSYSTEM 1.4): data to stdout, words to stderr; -o json prints exactly one
// document, also on error; tables align by terminal columns, CJK included; nothing but spaces
// frames a table.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit.h"

namespace quanlu::cli {

enum class Format { table, json, ndjson, csv, excel };  // excel: CSV as a spreadsheet opens it

struct Output {
    Format format = Format::table;
    bool quiet = false;  // ids only
};

// Width in terminal columns (utf8proc); control characters count 0.
std::size_t columns_of(std::string_view text);
std::string pad_to(std::string_view text, std::size_t columns);
// Cuts at a column limit, ending in "..".
std::string truncate_to_columns(std::string_view text, std::size_t columns);
// A string's own text, of anything else its JSON.
std::string text_of(const json::Value& value);
// Control characters of foreign text, and those that turn the direction of writing, become '?', so
// that a record cannot drive a terminal or show itself in another order.
std::string printable(std::string_view text);
// The same for a JSON text, where they become escapes and mean what they meant.
std::string printable_json(std::string_view text);

struct Table {
    std::vector<std::string> head;
    std::vector<std::vector<std::string>> rows;
};

// What a command found out, in all its forms.
struct Answer {
    std::string schema;                                      // "quanlu.pledge.show/1"
    json::Value data;                                        // object or array: the whole answer
    std::optional<json::Value> as_of;                        // {"height","time","state_root"}
    std::optional<bool> verified;                            // proof checked here
    bool is_stale = false;                                   // it holds, for some time ago
    std::vector<std::pair<std::string, std::string>> lines;  // label and text, for people
    std::optional<Table> table;                              // or a table
    std::vector<std::string> ids;                            // -q
    std::vector<std::string> notes;                          // to stderr
    Exit exit = Exit::done;
};

// Prints to stdout and stderr; returns the exit code (70 when stdout is closed or full).
int print(const Answer& answer, const Output& output);
int print(const Failure& failure, const Output& output);

// One line of progress on stderr: redrawn on a terminal, every ten seconds elsewhere, silent with
// quiet.
class Progress {
public:
    explicit Progress(bool quiet);
    ~Progress();
    void show(const std::string& line);

private:
    bool quiet_, tty_, drawn_ = false;
    long long last_ms_ = 0;
};

}  // namespace quanlu::cli
