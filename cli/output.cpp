// Tables, envelopes, errors and progress. See output.h for the contract.
#include "cli/output.h"

#include <unistd.h>
#include <utf8proc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "cli/csv.h"
#include "cli/i18n.h"

namespace quanlu::cli {

namespace {

// Calls visit(code point, bytes) for each character; malformed bytes are visited as U+FFFD, one
// each.
template <class Visit>
void each_character(std::string_view text, Visit&& visit) {
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        utf8proc_int32_t code_point = 0;
        utf8proc_ssize_t used = utf8proc_iterate(at, left, &code_point);
        if (used < 1) {
            used = 1;
            code_point = 0xFFFD;
        }
        visit(code_point,
              std::string_view(reinterpret_cast<const char*>(at), static_cast<std::size_t>(used)));
        at += used;
        left -= used;
    }
}

// What drives a terminal or turns the direction of what follows: controls of 8 bits, and the marks,
// embeddings, overrides and isolates of the bidirectional algorithm.
bool is_unseen(utf8proc_int32_t code_point) {
    return (code_point >= 0x7F && code_point < 0xA0) || code_point == 0x061C ||
           code_point == 0x200E || code_point == 0x200F ||
           (code_point >= 0x202A && code_point <= 0x202E) ||
           (code_point >= 0x2066 && code_point <= 0x2069);
}

bool write_out(const std::string& text) {
    const bool ok = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    return std::fflush(stdout) == 0 && ok;
}

std::string table_text(const Table& table) {
    std::vector<std::size_t> widths;
    const auto widen = [&widths](const std::vector<std::string>& row) {
        if (widths.size() < row.size()) widths.resize(row.size());
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], columns_of(printable(row[i])));
        }
    };
    widen(table.head);
    for (const auto& row : table.rows) widen(row);
    std::string out;
    const auto add = [&](const std::vector<std::string>& row) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line +=
                i + 1 == row.size() ? printable(row[i]) : pad_to(printable(row[i]), widths[i] + 2);
        }
        out += line + "\n";
    };
    if (!table.head.empty()) add(table.head);
    for (const auto& row : table.rows) add(row);
    return out;
}

std::string csv_text(const Answer& answer, Format format) {
    const bool is_excel = format == Format::excel;
    std::string out = is_excel ? "\xEF\xBB\xBF" : "";
    const auto add = [&out, is_excel](const std::vector<std::string>& row) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string text = printable(row[i]);
            out += (i == 0 ? "" : ",") + (is_excel ? spreadsheet_cell(text) : csv_cell(text));
        }
        out += "\r\n";
    };
    if (answer.table) {
        add(answer.table->head);
        for (const auto& row : answer.table->rows) add(row);
    } else {
        for (const auto& [label, text] : answer.lines) add({label, text});
    }
    return out;
}

std::string people_text(const Answer& answer) {
    std::string out;
    std::size_t widest = 0;
    for (const auto& [label, text] : answer.lines) widest = std::max(widest, columns_of(label));
    for (const auto& [label, text] : answer.lines) {
        out += "  " + pad_to(printable(label), widest + 2) + printable(text) + "\n";
    }
    if (answer.table) out += table_text(*answer.table);
    return out;
}

json::Value envelope(const Answer& answer) {
    json::Value out;
    out.set("schema", answer.schema);
    out.set("data", answer.data);
    if (answer.as_of) out.set("as_of", *answer.as_of);
    if (answer.verified)
        out.set("trust", !*answer.verified ? "unverified" : answer.is_stale ? "stale" : "verified");
    return out;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    each_character(text, [&columns](utf8proc_int32_t code_point, std::string_view) {
        const int width = utf8proc_charwidth(code_point);
        if (width > 0) columns += static_cast<std::size_t>(width);
    });
    return columns;
}

std::string pad_to(std::string_view text, std::size_t columns) {
    std::string out(text);
    const std::size_t width = columns_of(text);
    if (width < columns) out.append(columns - width, ' ');
    return out;
}

std::string truncate_to_columns(std::string_view text, std::size_t columns) {
    if (columns_of(text) <= columns) return std::string(text);
    std::string out;
    std::size_t used = 0;
    bool full = columns < 2;
    each_character(text, [&](utf8proc_int32_t code_point, std::string_view bytes) {
        const int width = std::max(utf8proc_charwidth(code_point), 0);
        if (full || used + static_cast<std::size_t>(width) + 2 > columns) {
            full = true;
            return;
        }
        used += static_cast<std::size_t>(width);
        out += bytes;
    });
    return out + "..";
}

std::string text_of(const json::Value& value) {
    return value.is_string() ? value.as_string() : json::write(value);
}

std::string printable(std::string_view text) {
    std::string out;
    each_character(text, [&out](utf8proc_int32_t code_point, std::string_view bytes) {
        if (is_unseen(code_point) || code_point < 0x20 || code_point == 0xFFFD) {
            out += '?';
        } else {
            out += bytes;
        }
    });
    return out;
}

std::string printable_json(std::string_view text) {
    std::string out;
    each_character(text, [&out](utf8proc_int32_t code_point, std::string_view bytes) {
        if (is_unseen(code_point)) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(code_point));
            out += escape;
        } else {
            out += bytes;
        }
    });
    return out;
}

int print(const Answer& answer, const Output& output) {
    std::string out;
    if (output.format == Format::json) {
        out = printable_json(json::write_pretty(envelope(answer))) + "\n";
    } else if (output.format == Format::ndjson) {
        if (answer.data.is_array()) {
            for (const json::Value& row : answer.data.as_array())
                out += printable_json(json::write(row)) + "\n";
        } else {
            out = printable_json(json::write(answer.data)) + "\n";
        }
    } else if (output.quiet) {
        for (const std::string& id : answer.ids) out += printable(id) + "\n";
    } else if (output.format == Format::csv || output.format == Format::excel) {
        out = csv_text(answer, output.format);
    } else {
        out = people_text(answer);
    }
    if (!write_out(out)) return static_cast<int>(Exit::internal);
    if (!output.quiet) {
        for (const std::string& note : answer.notes)
            std::fprintf(stderr, "%s\n", printable(note).c_str());
        // The envelope of -o json has a word for it; a table looks alike whoever vouches for it.
        if (!answer.verified.value_or(true) && output.format != Format::json)
            std::fprintf(stderr, "%s\n",
                         std::string(say("NOT PROVEN  all or part of this is the node's word",
                                         "未核验  以上全部或部分内容仅为该节点所述"))
                             .c_str());
    }
    const bool is_yes_or_absent = answer.exit == Exit::done || answer.exit == Exit::not_found;
    return static_cast<int>(answer.is_stale && is_yes_or_absent ? Exit::stale : answer.exit);
}

int print(const Failure& failure, const Output& output) {
    const bool zh = lang() == Lang::zh;
    const std::string& next = zh ? failure.next_zh : failure.next_en;
    if (output.format == Format::json || output.format == Format::ndjson) {
        json::Value error;
        error.set("type", "https://quanlu.example/errors/" + failure.code);
        error.set("code", failure.code);
        error.set("title", failure.en);
        error.set("title_zh", failure.zh);
        error.set("facts", failure.facts);
        if (!failure.next_en.empty()) error.set("next", failure.next_en);
        if (!failure.next_zh.empty()) error.set("next_zh", failure.next_zh);
        error.set("exit", static_cast<int>(failure.exit));
        write_out(printable_json(output.format == Format::json ? json::write_pretty(error)
                                                               : json::write(error)) +
                  "\n");
        return static_cast<int>(failure.exit);
    }
    std::string text = std::string(say("error ", "错误 ")) + failure.code + "  " +
                       (zh ? failure.zh + "  " + failure.en : failure.en + "  " + failure.zh) +
                       "\n";
    std::size_t widest = columns_of(say("next", "下一步"));
    for (const auto& [label, value] : failure.facts.as_object())
        widest = std::max(widest, columns_of(label));
    for (const auto& [label, value] : failure.facts.as_object()) {
        text += "  " + pad_to(printable(label), widest + 2) + printable(text_of(value)) + "\n";
    }
    if (!next.empty()) text += "  " + pad_to(say("next", "下一步"), widest + 2) + next + "\n";
    std::fputs(text.c_str(), stderr);
    return static_cast<int>(failure.exit);
}

Progress::Progress(bool quiet) : quiet_(quiet), tty_(isatty(2) != 0) {}

Progress::~Progress() {
    if (drawn_ && tty_) std::fputs("\r\033[K", stderr);
}

void Progress::show(const std::string& line) {
    if (quiet_) return;
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                         std::chrono::steady_clock::now().time_since_epoch())
                         .count();
    if (now - last_ms_ < (tty_ ? 500 : 10'000) && drawn_) return;
    last_ms_ = now;
    drawn_ = true;
    if (tty_) {
        std::fprintf(stderr, "\r%s\033[K", truncate_to_columns(line, 79).c_str());
    } else {
        std::fprintf(stderr, "%s\n", line.c_str());
    }
}

}  // namespace quanlu::cli
