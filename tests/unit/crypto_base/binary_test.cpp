// The binary writer and reader: every number comes back, and only its own bytes are read as it.
#include "crypto/base/binary.h"

#include <catch2/catch.hpp>

namespace quanlu {

TEST_CASE("a varint has one form, and no other is read") {
    for (unsigned bit = 0; bit < 64; ++bit) {
        for (const std::uint64_t v :
             {std::uint64_t{1} << bit, (std::uint64_t{1} << bit) - 1, ~std::uint64_t{0} >> bit}) {
            Writer out;
            out.varint(v);
            Reader in(out.bytes());
            CHECK(in.varint() == v);
            CHECK(in.done());
            for (std::size_t cut = 0; cut < out.bytes().size(); ++cut) {
                Reader part(BytesView(out.bytes()).first(cut));
                part.varint();
                CHECK_FALSE(part.ok());
            }
        }
    }
    const Bytes refused[] = {
        {0x80, 0x00},                                                        // 0 in two bytes
        {0xFF, 0x80, 0x00},                                                  // 127 in three
        {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02},        // 2^64 and more
        {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x81, 0x00},  // eleven bytes
    };
    for (const Bytes& bytes : refused) {
        Reader in(bytes);
        in.varint();
        CHECK_FALSE(in.ok());
    }
}

TEST_CASE("integers are big-endian") {
    Writer out;
    out.u8(1);
    out.u16(0x0203);
    out.u32(0x04050607);
    out.u64(0x08090A0B0C0D0E0F);
    CHECK(out.bytes() == Bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
    Reader in(out.bytes());
    CHECK(in.u8() == 1);
    CHECK(in.u16() == 0x0203);
    CHECK(in.u32() == 0x04050607);
    CHECK(in.u64() == 0x08090A0B0C0D0E0F);
    CHECK(in.done());
    in.u8();
    CHECK_FALSE(in.ok());
}

}  // namespace quanlu
