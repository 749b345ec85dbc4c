// The two parts of the state database on a real disk: what survives, what must be rebuilt.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "ledger/kv/level_kv.h"
#include "ledger/state/store.h"

namespace quanlu {

namespace {

namespace fs = std::filesystem;

struct Folder {
    fs::path path = fs::temp_directory_path() / ("quanlu-parts-" + std::to_string(::getpid()));
    Folder() {
        fs::remove_all(path);
        fs::create_directories(path);
    }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] fs::path at(const char* name) const { return path / name; }
};

std::unique_ptr<kv::KvStore> open(const fs::path& path) {
    auto kv = kv::open_level_kv(path.string(), true);
    REQUIRE(kv.ok());
    return std::move(kv).value();
}

std::shared_ptr<const json::Value> value_at(std::uint64_t height) {
    return std::make_shared<const json::Value>(json::Object{{"set_at", height}});
}

// Blocks first to last, each setting its own key and one that all set.
Hash extend(const fs::path& path, std::uint64_t first, std::uint64_t last) {
    const auto kv = open(path);
    state::Store store(*kv);
    for (std::uint64_t height = first; height <= last; ++height) {
        const auto version = store.stage(
            store.applied() ? store.final_version() : nullptr, Height(height),
            {{"k/" + std::to_string(height), value_at(height)}, {"shared", value_at(height)}});
        store.commit(version, {version->height(), Hash{}, version->root(), {}}, {}, {});
    }
    return store.final_version()->root();
}

void copy_over(const fs::path& from, const fs::path& to) {
    fs::remove_all(to);
    fs::copy(from, to, fs::copy_options::recursive);
}

}  // namespace

TEST_CASE("a database on disk gives back what was made final, at every height") {
    const Folder folder;
    const fs::path path = folder.at("state");
    const Hash root = extend(path, 0, 40);
    const auto kv = open(path);
    REQUIRE(state::is_whole(*kv));
    const state::Store store(*kv);
    CHECK(store.applied()->height == Height(40));
    CHECK(store.final_version()->root() == root);
    const state::View view(kv->snapshot());
    for (std::uint64_t height = 0; height <= 40; ++height) {
        const std::string text = "{\"set_at\":" + std::to_string(height) + "}";
        CHECK(view.value("shared", Height(height)) == text);
        CHECK(view.value("k/" + std::to_string(height), Height(40)) == text);
        if (height > 0) CHECK_FALSE(view.value("k/" + std::to_string(height), Height(height - 1)));
    }
}

TEST_CASE("a snapshot stays as it was") {
    const Folder folder;
    const auto kv = open(folder.at("state"));
    state::Store store(*kv);
    for (std::uint64_t height = 0; height < 2; ++height) {
        const auto version = store.stage(height == 0 ? nullptr : store.final_version(),
                                         Height(height), {{"shared", value_at(height)}});
        const state::View before(kv->snapshot());
        store.commit(version, {version->height(), Hash{}, version->root(), {}}, {}, {});
        CHECK(before.applied().has_value() == (height == 1));
        if (height == 1) CHECK(before.value("shared", Height(9)) == "{\"set_at\":0}");
        CHECK(state::View(kv->snapshot()).applied()->height == Height(height));
    }
}

TEST_CASE("tables that fall behind the history are told, tables ahead are written again") {
    const Folder folder;
    const fs::path path = folder.at("state"), older = folder.at("older");
    extend(path, 0, 10);
    copy_over(path, older);
    const Hash root = extend(path, 11, 20);
    const fs::path newer = folder.at("newer");
    copy_over(path, newer);

    copy_over(older / "tables", path / "tables");
    CHECK_FALSE(state::is_whole(*open(path)));

    copy_over(newer / "tables", path / "tables");
    copy_over(older / "history", path / "history");
    {
        const auto kv = open(path);
        REQUIRE(state::is_whole(*kv));
        CHECK(state::Store(*kv).applied()->height == Height(10));
    }
    CHECK(extend(path, 11, 20) == root);

    fs::remove_all(path / "tables");
    CHECK_FALSE(state::is_whole(*open(path)));
    copy_over(newer / "tables", path / "tables");
    fs::remove_all(path / "history");
    CHECK_FALSE(state::is_whole(*open(path)));
}

}  // namespace quanlu
