// A start that fails: what of it is the operator's to set right, and what the disk's.
#include "node/datadir.h"

#include "folder.h"

using namespace quanlu;
namespace fs = std::filesystem;

namespace {

node::Identity somebody() {
    node::Identity identity{{}, crypto::SigningKey::from_seed({}), 0};
    identity.genesis.members.push_back({"a", "office", identity.key.public_key()});
    return identity;
}

auto open(const Folder& folder, bool create) {
    node::Config config;
    config.data_dir = folder.file("data");
    return node::DataDir::open(config, somebody(), create);
}

node::StartError refused(const Folder& folder, bool create = false) {
    auto opened = open(folder, create);
    REQUIRE(!opened.ok());
    return opened.error();
}

void point_to_itself(const std::string& path) {
    fs::create_symlink(path, path);
}

}  // namespace

TEST_CASE("no data directory is the operator's to set right") {
    const Folder folder;
    CHECK(refused(folder).exit == 78);
    std::ofstream(folder.file("data")) << "a file";
    CHECK(refused(folder).exit == 78);
}

TEST_CASE("a data directory that cannot be read is no missing one: storage, with what it said") {
    const Folder folder;
    fs::create_directories(folder.file("data") + "/lock");
    const node::StartError error = refused(folder);
    CHECK(error.exit == 74);
    CHECK(error.what.find("errno " + std::to_string(EISDIR)) != std::string::npos);
}

TEST_CASE("a folder of which the disk does not say whether it is there ends the start") {
    for (const char* name : {"/journal", "/blocks"}) {
        const Folder folder;
        fs::create_directories(folder.file("data"));
        point_to_itself(folder.file("data") + name);
        for (const bool create : {false, true}) {
            const node::StartError error = refused(folder, create);
            CHECK(error.exit == 74);
            CHECK(error.what.find("errno " + std::to_string(ELOOP)) != std::string::npos);
        }
    }
    const Folder folder;
    auto made = open(folder, true);
    REQUIRE(made.ok());
    point_to_itself(folder.file("data") + "/state");
    const auto recovered = (*made)->recover(somebody(), false);
    REQUIRE(!recovered.ok());
    CHECK(recovered.error().exit == 74);
}

TEST_CASE("a second process finds the directory in use") {
    const Folder folder;
    const auto first = open(folder, true);
    REQUIRE(first.ok());
    CHECK(refused(folder).exit == 73);
}
