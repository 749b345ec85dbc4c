// Runs tests/scenarios/*.txt: commands, a line of four dashes, what must have happened; several
// such blocks a file. QUANLU_REWRITE=1 writes down what happens instead: read the difference before
// keeping it.
#include <catch2/catch.hpp>

#include "scenario.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace quanlu::consensus {

namespace {

std::vector<std::string> lines_of(const std::filesystem::path& path) {
    std::ifstream in(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

// The file as it would be if everything that happens were right.
std::string replay(const std::vector<std::string>& lines) {
    Scenario scenario;
    std::string out, happened;
    bool in_output = false;
    for (const std::string& line : lines) {
        if (in_output && !line.empty()) continue;  // the old output
        if (line == "----") {
            in_output = true;
            out += line + "\n" + std::exchange(happened, "");
            continue;
        }
        in_output = false;
        out += line + "\n";
        if (!line.empty() && line[0] != '#') happened += scenario.run(line);
    }
    return out;
}

}  // namespace

TEST_CASE("scenarios happen as they are written down") {
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(QUANLU_SOURCE_DIR "/tests/scenarios")) {
        if (entry.path().extension() == ".txt") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    REQUIRE(files.size() >= 8);
    for (const auto& file : files) {
        const std::vector<std::string> lines = lines_of(file);
        std::string written;
        for (const std::string& line : lines) written += line + "\n";
        INFO(file.filename().string());
        const std::string happened = replay(lines);
        if (std::getenv("QUANLU_REWRITE") != nullptr) {
            std::ofstream(file) << happened;
        } else {
            CHECK(happened == written);
        }
    }
}

}  // namespace quanlu::consensus
