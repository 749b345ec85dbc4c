// What stands in an export's folder and is no file of it.
#include "ledger/audit/export.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "crypto/base/encode.h"
#include "crypto/hash.h"

namespace quanlu::audit {

namespace {

namespace fs = std::filesystem;

struct Folder {
    std::string path = "/tmp/quanlu-export-XXXXXX";
    Folder() { REQUIRE(mkdtemp(path.data()) != nullptr); }
    ~Folder() {
        std::error_code error;
        fs::remove_all(path, error);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
};

// As the manifest would name an empty file.
json::Value empty_file(const char* name) {
    return json::Object{
        {"name", name}, {"bytes", 0}, {"sha256", to_hex(crypto::sha256(BytesView{}))}};
}

}  // namespace

TEST_CASE("a folder or a pipe in the place of a file is refused, not read and not waited for") {
    const Folder folder;
    fs::create_directories(folder.path + "/blocks");
    std::ofstream(folder.path + "/leaves.ndjson.zst");
    const std::string odd = folder.path + "/blocks/odd";
    std::ofstream(folder.path + "/manifest.json") << json::write(json::Object{
        {"version", 1},
        {"files", json::Array{empty_file("leaves.ndjson.zst"), empty_file("blocks/odd")}}});
    const auto refusal = [&folder] {
        const auto opened = open_export(folder.path);
        return opened.ok() ? std::string() : opened.error();
    };
    fs::create_directory(odd);
    CHECK(refusal() == odd + ": cannot be read");
    fs::remove(odd);
    REQUIRE(mkfifo(odd.c_str(), 0600) == 0);
    CHECK(refusal() == odd + ": cannot be read");
}

}  // namespace quanlu::audit
