// What stands in an export's folder and is no file of it.
#include "ledger/audit/export.h"

#include <sys/stat.h>
#include <zstd.h>

#include <catch2/catch.hpp>

#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "folder.h"

namespace quanlu::audit {

namespace {

namespace fs = std::filesystem;

// As the manifest would name a file with this content.
json::Value file_of(const char* name, const std::string& content) {
    return json::Object{{"name", name},
                        {"bytes", static_cast<std::int64_t>(content.size())},
                        {"sha256", to_hex(crypto::sha256(as_bytes(content)))}};
}
json::Value empty_file(const char* name) {
    return file_of(name, "");
}

void write_manifest(const Folder& folder, json::Array files) {
    folder.write("manifest.json",
                 json::write(json::Object{{"version", 1}, {"files", std::move(files)}}));
}

std::string packed(const std::string& text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
    return out;
}

}  // namespace

TEST_CASE("a folder or a pipe in the place of a file is refused, not read and not waited for") {
    const Folder folder;
    fs::create_directories(folder.file("blocks"));
    folder.write("leaves.ndjson.zst", "");
    const std::string odd = folder.file("blocks/odd");
    write_manifest(folder, {empty_file("leaves.ndjson.zst"), empty_file("blocks/odd")});
    const auto refusal = [&folder] {
        const auto opened = open_export(folder.path());
        return opened.ok() ? std::string() : opened.error();
    };
    fs::create_directory(odd);
    CHECK(refusal() == odd + ": cannot be read");
    fs::remove(odd);
    REQUIRE(mkfifo(odd.c_str(), 0600) == 0);
    CHECK(refusal() == odd + ": cannot be read");
}

TEST_CASE("a line is as long as the ledger made it, and one without end takes no memory") {
    const Folder folder;
    fs::create_directories(folder.file("blocks"));
    const std::string day_end(5 * 1024 * 1024, 'd'), next = "{}";
    const std::string text =
        day_end + "\n" + next + "\n" + day_end + "\n" + std::string(50'000'000, 'x');
    const std::string leaves = packed(text);
    folder.write("leaves.ndjson.zst", leaves);
    write_manifest(folder, {file_of("leaves.ndjson.zst", leaves)});
    const auto open = [&folder] {
        auto opened = open_export(folder.path());
        INFO((opened.ok() ? "" : opened.error()));
        REQUIRE(opened.ok());
        return std::move(opened).value();
    };
    const auto whole = open();
    CHECK(whole->leaf_matches(0, day_end));
    CHECK(whole->leaf_matches(1, next));
    CHECK(whole->leaf_matches(2, day_end));
    CHECK_FALSE(whole->leaf_matches(3, day_end));
    // A resumed replay passes over what it has seen.
    const auto later = open();
    CHECK(later->leaf_matches(2, day_end));
    const auto shorter = open();
    CHECK_FALSE(shorter->leaf_matches(0, day_end.substr(1)));
}

}  // namespace quanlu::audit
