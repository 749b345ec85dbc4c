// The table of targets, and what a property that does not hold does.
#include "tests/fuzz/targets.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

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
    // Written in place through one descriptor for good: to open and to empty a file takes longer
    // than most decoders do.
    static std::map<std::string, int> files;
    const auto [at, is_new] = files.try_emplace(name, -1);
    if (is_new) at->second = open((scratch() + "/" + name).c_str(), O_CREAT | O_WRONLY, 0600);
    must(at->second >= 0 &&
             pwrite(at->second, bytes.data(), bytes.size(), 0) ==
                 static_cast<ssize_t>(bytes.size()) &&
             ftruncate(at->second, static_cast<off_t>(bytes.size())) == 0,
         "the scratch folder can be written");
}

}  // namespace quanlu::fuzz

// glibc's assert ends here instead: the shipped programs are built with assertions of libraries on.
extern "C" void __assert_fail(const char* expression, const char* file, unsigned line,
                              const char*) noexcept {
    quanlu::fuzz::failed_assertion(expression, file, line);
    std::abort();
}
