// The parser is built no further than the words reach; what it says must not show it.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>

#include "cli/command.h"
#include "folder.h"

namespace quanlu::cli {

namespace {

struct Said {
    int exit = 0;
    std::string text;
};

// Runs with standard output and error into a file.
Said run(std::vector<std::string> words) {
    words.insert(words.begin(), "quanlu");
    std::vector<char*> argv;
    for (std::string& one : words) argv.push_back(one.data());
    argv.push_back(nullptr);
    std::FILE* file = std::tmpfile();
    REQUIRE(file != nullptr);
    std::fflush(stdout);
    std::fflush(stderr);
    const int out = dup(1), err = dup(2);
    dup2(fileno(file), 1);
    dup2(fileno(file), 2);
    Said said;
    said.exit = run_app(static_cast<int>(words.size()), argv.data());
    std::fflush(stdout);
    std::fflush(stderr);
    dup2(out, 1);
    dup2(err, 2);
    close(out);
    close(err);
    std::rewind(file);
    char piece[4'096];
    for (std::size_t n = 0; (n = std::fread(piece, 1, sizeof piece, file)) > 0;)
        said.text.append(piece, n);
    std::fclose(file);
    return said;
}

bool has_line_of(const std::string& help, const std::string& name) {
    return help.find("\n  " + name + " ") != std::string::npos;
}

}  // namespace

TEST_CASE("help names every group, every command of a group, every option of a command") {
    const Said root = run({"--help", "--lang", "en"});
    CHECK(root.exit == 0);
    for (const Command& command : all_commands()) {
        INFO(command.example);
        CHECK(has_line_of(root.text, command.path.front()));
        std::vector<std::string> words = command.path;
        words.emplace_back("--help");
        const Said own = run(words);
        CHECK(own.exit == 0);
        CHECK(own.text.find(command.example) != std::string::npos);
        for (const Option& option : command.options)
            CHECK(own.text.find(option.name) != std::string::npos);
        if (command.path.size() < 2) continue;
        const Said group = run({command.path.front(), "-h"});
        CHECK(group.exit == 0);
        CHECK(has_line_of(group.text, command.path[1]));
    }
}

TEST_CASE("a word too few, a word too many, a word that is nearly one") {
    CHECK(run({"pledge"}).text.find("subcommand is required") != std::string::npos);
    const Said nearly = run({"plegde", "show"});
    CHECK(nearly.exit == 2);
    CHECK(nearly.text.find("did you mean: quanlu pledge") != std::string::npos);
    CHECK(run({"pledge", "shwo"}).text.find("quanlu pledge show") != std::string::npos);
    CHECK(run({"errors", "E_EXPIRED", "right", "--no-such"}).exit == 2);
}

TEST_CASE("a text file is read whole up to the limit of its place; a folder is none") {
    const Folder folder;
    const std::string name = folder.file("text");
    for (const std::size_t size : {0, 1, 16 * 1024, 16 * 1024 + 1, 50'000}) {
        const std::string text(size, 'x');
        folder.write("text", text);
        const auto read = read_text_file(name, 50'000);
        REQUIRE(read.ok());
        CHECK(*read == text);
        CHECK((size == 0 || !read_text_file(name, size - 1).ok()));
    }
    CHECK(!read_text_file(folder.file("none"), 10).ok());
    CHECK(!read_text_file(folder.path(), 10).ok());
}

}  // namespace quanlu::cli
