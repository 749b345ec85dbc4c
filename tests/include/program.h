// The shipped programs, run as a user runs them.
#pragma once

#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

namespace quanlu {

// What a command left: its exit code (-1 where a signal ended it) and its standard output.
struct Ran {
    int exit = -1;
    std::string out;
};

// Runs `command` in a shell.
inline Ran run(const std::string& command) {
    Ran ran;
    std::FILE* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    char buffer[4096];
    while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe))
        ran.out.append(buffer, got);
    const int status = ::pclose(pipe);
    if (WIFEXITED(status)) ran.exit = WEXITSTATUS(status);
    return ran;
}

// Beside this test program: build/<preset>/tests/../bin/`name`; none where it is not built.
inline std::optional<std::string> built_program(const std::string& name) {
    const std::filesystem::path path =
        std::filesystem::read_symlink("/proc/self/exe").parent_path() / "../bin" / name;
    if (!std::filesystem::exists(path)) return std::nullopt;
    return std::filesystem::canonical(path).string();
}

}  // namespace quanlu
