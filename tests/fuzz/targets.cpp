// The table of targets, and what a property that does not hold does.
#include "tests/fuzz/targets.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace quanlu::fuzz {

namespace {

[[noreturn]] void broken(std::string_view property) {
    std::fprintf(stderr, "\nfuzz: property does not hold: %.*s\n",
                 static_cast<int>(property.size()), property.data());
    std::fflush(stderr);
    std::abort();
}

struct Scratch {
    std::string path;
    Scratch() {
        const char* asked = std::getenv("TMPDIR");
        // Memory first: thousands of small files are written.
        for (const char* base : {asked, "/dev/shm", "/tmp"}) {
            if (base == nullptr || !path.empty()) continue;
            std::string name = std::string(base) + "/quanlu-fuzz-XXXXXX";
            if (mkdtemp(name.data()) != nullptr) path = name;
        }
        if (path.empty()) broken("a scratch folder can be made");
    }
    ~Scratch() {
        std::error_code error;
        std::filesystem::remove_all(path, error);
    }
};

}  // namespace

void failed_assertion(const char* expression, const char* file, unsigned line) {
    broken(std::string("assertion ") + expression + " at " + file + ":" + std::to_string(line));
}

std::span<const Target> targets() {
    static constexpr Target kTargets[] = {
#define QUANLU_FUZZ(name) {#name, fuzz_##name, seed_##name},
#include "tests/fuzz/targets.def"
#undef QUANLU_FUZZ
    };
    return kTargets;
}

const Target* find_target(std::string_view name) {
    for (const Target& one : targets()) {
        if (one.name == name) return &one;
    }
    return nullptr;
}

void must(bool holds, std::string_view property) {
    if (!holds) broken(property);
}

void accepted() {
    ++counts().accepted;
}

Counts& counts() {
    static Counts held;
    return held;
}

const std::string& scratch() {
    static const Scratch folder;
    return folder.path;
}

void write_scratch(const std::string& name, Input bytes) {
    std::ofstream file(scratch() + "/" + name, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
}

}  // namespace quanlu::fuzz

// glibc's assert ends here instead: the shipped programs are built with assertions of libraries on.
extern "C" void __assert_fail(const char* expression, const char* file, unsigned line,
                              const char*) noexcept {
    quanlu::fuzz::failed_assertion(expression, file, line);
    std::abort();
}
