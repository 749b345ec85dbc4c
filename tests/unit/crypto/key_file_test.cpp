// Key files: what is written can be opened again, with that passphrase and no other.
#include <catch2/catch.hpp>

#include "crypto/key_file.h"
#include "crypto/passphrase.h"
#include "folder.h"

namespace quanlu::crypto {

TEST_CASE("a key is locked only with what opens it again") {
    const Folder folder;
    const SigningKey key = SigningKey::generate();
    for (const std::size_t bytes : {0u, 1u, 999u, 1000u, 1001u, 1023u, 1024u, 1025u, 4096u}) {
        INFO(bytes);
        const std::string path = folder.file(std::to_string(bytes));
        const std::string passphrase(bytes, 'x');
        const auto written = write_key_file(path, key, passphrase);
        REQUIRE(written.ok() == (bytes <= kPassphraseBytesMax));
        CHECK(std::filesystem::exists(path) == written.ok());
        if (!written.ok()) {
            CHECK(written.error().reason == "passphrase");
            continue;
        }
        const auto read = read_key_file(path, passphrase);
        REQUIRE(read.ok());
        CHECK(read->public_key() == key.public_key());
        if (bytes > 0) CHECK(read_key_file(path, passphrase + "y").error().reason == "passphrase");
    }
}

}  // namespace quanlu::crypto
