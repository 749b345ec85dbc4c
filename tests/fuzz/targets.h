// The fuzz targets: one decoder each, run on any bytes. A target checks properties, not only
// crashes; what does not hold ends the process with the property's words.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"

namespace quanlu::fuzz {

using Input = std::span<const std::uint8_t>;

// Valid inputs of a target, made with the shipped encoders: what mutation starts from.
class Seeds {
public:
    struct Seed {
        std::string name;
        Bytes bytes;
    };
    void add(std::string name, Bytes bytes) {
        list_.push_back({std::move(name), std::move(bytes)});
    }
    void add(std::string name, std::string_view text) {
        add(std::move(name), to_bytes(as_bytes(text)));
    }
    // With a mode byte before it, for targets that take one.
    void add_mode(std::string name, std::uint8_t mode, BytesView bytes) {
        Bytes all{mode};
        append(all, bytes);
        add(std::move(name), std::move(all));
    }
    [[nodiscard]] const std::vector<Seed>& list() const { return list_; }

private:
    std::vector<Seed> list_;
};

// Of targets.def: each name has fuzz_<name> and seed_<name>.
#define QUANLU_FUZZ(name)          \
    void fuzz_##name(Input input); \
    void seed_##name(Seeds& seeds);
#include "tests/fuzz/targets.def"
#undef QUANLU_FUZZ

struct Target {
    const char* name;
    void (*run)(Input);
    void (*seeds)(Seeds&);
};
std::span<const Target> targets();
const Target* find_target(std::string_view name);

// A property. Not holding: the words and the process's end.
void must(bool holds, std::string_view property);
// The decoder took the input: what shows that mutants get past the first check.
void accepted();

struct Counts {
    std::uint64_t accepted = 0;
};
Counts& counts();

// The first byte chooses how the rest is used; nothing when there is none.
struct Moded {
    std::uint8_t mode = 0;
    Input rest;
};
inline Moded moded(Input input) {
    return input.empty() ? Moded{} : Moded{input[0], input.subspan(1)};
}
inline std::string text_of(Input input) {
    return std::string(as_text(input));
}

// A folder of this process for decoders that read files by their path; gone at exit.
const std::string& scratch();
// The whole content of a file of that folder; nothing but this writes it, nothing removes it.
void write_scratch(const std::string& name, Input bytes);

}  // namespace quanlu::fuzz
