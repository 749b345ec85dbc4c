// Fixed big-endian binary: a writer that appends, a reader that never reads past the end and
// remembers failure. Callers check ok() once at the end; a failed reader returns zeros. Canonical
// form = decode, encode, compare.
#pragma once

#include <array>
#include <cstdint>

#include "crypto/base/bytes.h"

namespace quanlu {

class Writer {
public:
    Writer() = default;
    // With room for so many bytes, where the writer of a form knows: it grows beyond all the same.
    explicit Writer(std::size_t bytes) { out_.reserve(bytes); }
    void u8(std::uint8_t v) { out_.push_back(v); }
    void u16(std::uint16_t v) { put(v, 2); }
    void u32(std::uint32_t v) { put(v, 4); }
    void u64(std::uint64_t v) { put(v, 8); }
    void i64(std::int64_t v) { u64(static_cast<std::uint64_t>(v)); }
    // Seven bits a byte, low first, the high bit says that more follow: 1 to 10 bytes.
    void varint(std::uint64_t v) {
        for (; v >= 0x80; v >>= 7) u8(static_cast<std::uint8_t>(v | 0x80));
        u8(static_cast<std::uint8_t>(v));
    }
    void raw(BytesView bytes) { append(out_, bytes); }
    void hash(const Hash& h) { raw(h.view()); }
    // u32 length, then the bytes.
    void blob(BytesView bytes) {
        u32(static_cast<std::uint32_t>(bytes.size()));
        raw(bytes);
    }
    [[nodiscard]] const Bytes& bytes() const { return out_; }
    Bytes take() { return std::move(out_); }

private:
    void put(std::uint64_t v, std::size_t width) {
        std::array<std::uint8_t, 8> bytes{};
        for (std::size_t i = 0; i < width; ++i)
            bytes[i] = static_cast<std::uint8_t>(v >> (8 * (width - 1 - i)));
        append(out_, BytesView(bytes).first(width));
    }
    Bytes out_;
};

class Reader {
public:
    explicit Reader(BytesView bytes) : rest_(bytes) {}
    std::uint8_t u8() { return static_cast<std::uint8_t>(get(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(get(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(get(4)); }
    std::uint64_t u64() { return get(8); }
    std::int64_t i64() { return static_cast<std::int64_t>(get(8)); }
    // Shortest form only.
    std::uint64_t varint() {
        std::uint64_t v = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const std::uint8_t byte = u8();
            if (shift == 63 && byte > 1) break;
            v |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) {
                if (byte == 0 && shift != 0) break;
                return v;
            }
        }
        ok_ = false;
        return 0;
    }
    // A view into the input; empty after failure.
    BytesView raw(std::size_t n) {
        if (!ok_ || rest_.size() < n) {
            ok_ = false;
            return {};
        }
        const BytesView taken = rest_.first(n);
        rest_ = rest_.subspan(n);
        return taken;
    }
    Hash hash() {
        const BytesView view = raw(32);
        return view.size() == 32 ? Hash::from(view) : Hash{};
    }
    // u32 length (at most `max` bytes, checked before anything is taken), then the bytes.
    BytesView blob(std::size_t max) {
        const std::uint32_t n = u32();
        if (n > max) {
            ok_ = false;
            return {};
        }
        return raw(n);
    }
    void fail() { ok_ = false; }
    [[nodiscard]] bool ok() const { return ok_; }
    // Everything read and nothing left: what a strict decoder asks at its end.
    [[nodiscard]] bool done() const { return ok_ && rest_.empty(); }
    [[nodiscard]] std::size_t left() const { return rest_.size(); }

private:
    std::uint64_t get(std::size_t width) {
        const BytesView taken = raw(width);
        std::uint64_t v = 0;
        for (const std::uint8_t byte : taken) v = (v << 8) | byte;
        return v;
    }
    BytesView rest_;
    bool ok_ = true;
};

}  // namespace quanlu
