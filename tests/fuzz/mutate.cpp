// See mutate.h.
#include "tests/fuzz/mutate.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace quanlu::fuzz {

namespace {

constexpr std::size_t kBytesMax = 16 * 1024;

constexpr std::uint64_t kEdges[] = {0,
                                    1,
                                    2,
                                    0x7F,
                                    0x80,
                                    0xFF,
                                    0x100,
                                    0x7FFF,
                                    0x8000,
                                    0xFFFF,
                                    0x1'0000,
                                    0x7FFF'FFFF,
                                    0x8000'0000,
                                    0xFFFF'FFFF,
                                    0x1'0000'0000,
                                    (std::uint64_t{1} << 53) - 1,
                                    std::uint64_t{1} << 53,
                                    INT64_MAX,
                                    std::uint64_t{1} << 63,
                                    UINT64_MAX};

// What text formats turn on.
constexpr std::string_view kTokens[] = {"\"",
                                        "\\",
                                        "{}",
                                        "[]",
                                        "[[[[[[[[",
                                        ":",
                                        ",",
                                        "null",
                                        "-0",
                                        "1e9",
                                        "1.5",
                                        "\\u0000",
                                        "\\ud800",
                                        "e\xCC\x81",
                                        "\xEF\xBB\xBF",
                                        "\xFF",
                                        std::string_view("\0", 1),
                                        "\r\n",
                                        "\n",
                                        " ",
                                        "%00",
                                        "%ff",
                                        "%",
                                        "+",
                                        "&",
                                        "=",
                                        "/",
                                        "..",
                                        "--",
                                        "--output",
                                        "<![CDATA[",
                                        "]]>",
                                        "&#0;",
                                        "<!--",
                                        "&amp;",
                                        "|",
                                        ";",
                                        "true",
                                        "9007199254740992",
                                        "-9007199254740991",
                                        "18446744073709551616",
                                        "'",
                                        "\"\"\"",
                                        "[a.b]",
                                        "#",
                                        "\xE2\x80\x94 "};

}  // namespace

// splitmix64
std::uint64_t Mutator::random() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

void Mutator::write_edge(Bytes& bytes) {
    static constexpr std::size_t kWidths[] = {1, 2, 4, 8};
    const std::size_t width = kWidths[below(4)];
    if (bytes.size() < width) return;
    const std::uint64_t value = kEdges[below(std::size(kEdges))];
    const std::size_t at = below(bytes.size() - width + 1);
    for (std::size_t i = 0; i < width; ++i)
        bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * (width - 1 - i)));
}

// A decimal number somewhere in a text becomes another one.
void Mutator::change_number(Bytes& bytes) {
    const auto is_digit = [](std::uint8_t c) { return c >= '0' && c <= '9'; };
    const std::size_t from = below(bytes.size());
    const auto first =
        std::find_if(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end(), is_digit);
    if (first == bytes.end()) return;
    const auto last = std::find_if_not(first, bytes.end(), is_digit);
    const std::string text = std::to_string(kEdges[below(std::size(kEdges))]);
    const auto at = bytes.erase(first, last);
    bytes.insert(at, text.begin(), text.end());
}

void Mutator::insert_token(Bytes& bytes) {
    const std::string_view token = kTokens[below(std::size(kTokens))];
    const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size() + 1));
    bytes.insert(at, token.begin(), token.end());
}

void Mutator::change(Bytes& bytes, const std::vector<Bytes>& corpus) {
    const std::size_t n = bytes.size(), at = below(n),
                      length = 1 + below(std::min<std::size_t>(n, 64));
    const auto place = [&bytes](std::size_t i) {
        return bytes.begin() + static_cast<std::ptrdiff_t>(i);
    };
    if (n == 0) {
        bytes.push_back(static_cast<std::uint8_t>(random()));
        return;
    }
    const std::size_t end = std::min(n, at + length);
    switch (below(10)) {
        case 0:  // flip a bit
            bytes[at] ^= static_cast<std::uint8_t>(1U << below(8));
            return;
        case 1:  // another byte
            bytes[at] = static_cast<std::uint8_t>(random());
            return;
        case 2:  // insert bytes
            bytes.insert(place(at), 1 + below(8), static_cast<std::uint8_t>(random()));
            return;
        case 3:  // delete a stretch
            bytes.erase(place(at), place(end));
            return;
        case 4: {  // repeat a stretch
            const Bytes stretch(place(at), place(end));
            bytes.insert(place(at), stretch.begin(), stretch.end());
            return;
        }
        case 5:
            write_edge(bytes);
            return;
        case 6:
            change_number(bytes);
            return;
        case 7:
            insert_token(bytes);
            return;
        case 8: {  // splice: the beginning of this, the end of another
            const Bytes& other = corpus[below(corpus.size())];
            const std::size_t from = below(other.size() + 1);
            bytes.resize(at);
            bytes.insert(bytes.end(), other.begin() + static_cast<std::ptrdiff_t>(from),
                         other.end());
            return;
        }
        default:  // cut short
            bytes.resize(at);
            return;
    }
}

Bytes Mutator::next(const std::vector<Bytes>& corpus) {
    Bytes bytes = corpus[below(corpus.size())];
    const std::size_t changes = 1 + below(below(4) == 0 ? 12 : 3);
    for (std::size_t i = 0; i < changes; ++i) change(bytes, corpus);
    if (bytes.size() > kBytesMax) bytes.resize(kBytesMax);
    return bytes;
}

}  // namespace quanlu::fuzz
