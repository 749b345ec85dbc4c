// Small files that must not be lost: whole or not at all, with the mode that was asked for.
#include "crypto/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <iterator>

#include "folder.h"

using namespace quanlu;
using crypto::IfThere;
using crypto::write_durably;

namespace {

std::size_t entries_of(const Folder& folder) {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder.path()), {}));
}

std::string text_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

mode_t mode_of(const std::string& path) {
    struct stat found {};
    REQUIRE(stat(path.c_str(), &found) == 0);
    return found.st_mode & 07777;
}

}  // namespace

TEST_CASE("a small file is replaced whole, or refused where it is there") {
    const Folder folder;
    const std::string path = folder.file("key.pem");
    REQUIRE(write_durably(path, "first", 0600, IfThere::refuse).ok());
    CHECK(mode_of(path) == 0600);
    const auto again = write_durably(path, "second", 0600, IfThere::refuse);
    REQUIRE_FALSE(again.ok());
    CHECK(again.error() == EEXIST);
    CHECK(text_of(path) == "first");
    REQUIRE(chmod(path.c_str(), 0644) == 0);
    // Of a process that was cut off, with another mode.
    const std::string beside = path + ".new" + std::to_string(getpid());
    std::ofstream(beside) << "half";
    REQUIRE(chmod(beside.c_str(), 0644) == 0);
    REQUIRE(write_durably(path, std::string(100'000, 'x'), 0600, IfThere::replace).ok());
    CHECK(text_of(path) == std::string(100'000, 'x'));
    CHECK(mode_of(path) == 0600);
    CHECK(entries_of(folder) == 1);
}

TEST_CASE("a name that leads elsewhere is replaced itself, and what fails leaves nothing") {
    const Folder folder;
    const std::string path = folder.file("a"), other = folder.file("other");
    REQUIRE(write_durably(other, "theirs", 0644, IfThere::refuse).ok());
    REQUIRE(symlink(other.c_str(), path.c_str()) == 0);
    CHECK_FALSE(write_durably(path, "ours", 0600, IfThere::refuse).ok());
    REQUIRE(write_durably(path, "ours", 0600, IfThere::replace).ok());
    CHECK(text_of(other) == "theirs");
    CHECK(text_of(path) == "ours");
    const auto nowhere = write_durably(folder.file("none/x"), "x", 0600, IfThere::replace);
    REQUIRE_FALSE(nowhere.ok());
    CHECK(nowhere.error() == ENOENT);
    const auto folder_there = write_durably(folder.path(), "x", 0600, IfThere::replace);
    REQUIRE_FALSE(folder_there.ok());
    CHECK(entries_of(folder) == 2);
}
