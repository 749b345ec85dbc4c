// Strict text forms: one text for given bytes.
#include "crypto/base/encode.h"

namespace quanlu {

namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr char kUrl[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr char kStd[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

struct Alphabet {
    std::array<std::int8_t, 256> value{};
    explicit Alphabet(const char* letters) {
        value.fill(-1);
        for (int i = 0; i < 64; ++i) {
            value[static_cast<unsigned char>(letters[i])] = static_cast<std::int8_t>(i);
        }
    }
};

std::string encode64(BytesView bytes, const char* letters, bool pad) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        const unsigned word =
            static_cast<unsigned>(bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2]);
        out += letters[word >> 18];
        out += letters[word >> 12 & 63];
        out += letters[word >> 6 & 63];
        out += letters[word & 63];
    }
    const std::size_t left = bytes.size() - i;
    if (left == 1) {
        out += letters[bytes[i] >> 2];
        out += letters[(bytes[i] & 3) << 4];
        if (pad) out += "==";
    } else if (left == 2) {
        out += letters[bytes[i] >> 2];
        out += letters[(bytes[i] & 3) << 4 | bytes[i + 1] >> 4];
        out += letters[(bytes[i + 1] & 15) << 2];
        if (pad) out += '=';
    }
    return out;
}

std::optional<Bytes> decode64(std::string_view text, const Alphabet& alphabet) {
    if (text.size() % 4 == 1) return std::nullopt;
    Bytes out;
    out.reserve(text.size() / 4 * 3 + 2);
    unsigned word = 0;
    int bits = 0;
    for (const char c : text) {
        const int value = alphabet.value[static_cast<unsigned char>(c)];
        if (value < 0) return std::nullopt;
        word = word << 6 | static_cast<unsigned>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out.push_back(static_cast<std::uint8_t>(word >> bits));
        }
    }
    // Unused low bits must be zero: else two texts would stand for the same bytes.
    if ((word & ((1U << bits) - 1)) != 0) return std::nullopt;
    return out;
}

}  // namespace

std::string to_hex(BytesView bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
    }
    return out;
}

std::optional<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    Bytes out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_value(text[i]);
        const int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out.push_back(static_cast<std::uint8_t>(high << 4 | low));
    }
    return out;
}

std::optional<Hash> hash_from_hex(std::string_view text) {
    if (text.size() != 64) return std::nullopt;
    const std::optional<Bytes> bytes = from_hex(text);
    if (!bytes) return std::nullopt;
    return Hash::from(*bytes);
}

std::string to_base64url(BytesView bytes) {
    return encode64(bytes, kUrl, false);
}

std::optional<Bytes> from_base64url(std::string_view text) {
    static const Alphabet alphabet(kUrl);
    return decode64(text, alphabet);
}

std::string to_base64(BytesView bytes) {
    return encode64(bytes, kStd, true);
}

std::optional<Bytes> from_base64(std::string_view text) {
    static const Alphabet alphabet(kStd);
    if (text.size() % 4 != 0) return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && !text.empty() && text.back() == '=') {
        text.remove_suffix(1);
        ++padding;
    }
    if (padding > 0 && (text.size() + padding) % 4 != 0) return std::nullopt;
    return decode64(text, alphabet);
}

}  // namespace quanlu
