// The one file that knows LevelDB. The first non-OK status after opening ends the process (E3):
// LevelDB 1.23 goes on acknowledging writes that are gone after ENOSPC (google/leveldb#578).
#include "ledger/kv/level_kv.h"

#include <fcntl.h>
#include <leveldb/cache.h>
#include <leveldb/db.h>
#include <leveldb/write_batch.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace quanlu::kv {

namespace {

constexpr std::size_t kBlockCacheBytes = 24 * 1024 * 1024;  // a node stays under 300 MB
constexpr std::size_t kWriteBufferBytes = 4 * 1024 * 1024;  // two of each part at most
constexpr int kStorageExit = 74;

[[noreturn]] void fatal(const std::string& path, const char* what, const leveldb::Status& status) {
    std::fprintf(stderr, "storage: %s of %s: %s\n", what, path.c_str(), status.ToString().c_str());
    std::fflush(stderr);
    std::_Exit(kStorageExit);
}

constexpr const char* kSuspect = "/suspect";

// Damage may sit where nothing looks at a start: the next one shall look everywhere. Where the note
// cannot be made either, that start is as this one was.
[[noreturn]] void unreadable(const std::string& path, const char* what,
                             const leveldb::Status& status) {
    const std::string note = path.substr(0, path.rfind('/')) + kSuspect;
    const int fd = ::open(note.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0) ::close(fd);
    fatal(path, what, status);
}

leveldb::Slice slice(BytesView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
BytesView view(const leveldb::Slice& text) {
    return as_bytes({text.data(), text.size()});
}

// A database with its cache; snapshots keep it alive.
struct Database {
    std::string path;
    std::shared_ptr<leveldb::Cache> cache;
    std::unique_ptr<leveldb::DB> db;

    std::optional<Bytes> get(BytesView key, const leveldb::Snapshot* snapshot) const {
        leveldb::ReadOptions options;
        options.verify_checksums = true;
        options.snapshot = snapshot;
        std::string value;
        const leveldb::Status status = db->Get(options, slice(key), &value);
        if (status.IsNotFound()) return std::nullopt;
        if (!status.ok()) unreadable(path, "read", status);
        return to_bytes(as_bytes(value));
    }
    void scan(BytesView from, BytesView to, const Visit& visit,
              const leveldb::Snapshot* snapshot) const {
        leveldb::ReadOptions options;
        options.verify_checksums = true;
        options.snapshot = snapshot;
        const std::unique_ptr<leveldb::Iterator> at(db->NewIterator(options));
        for (at->Seek(slice(from)); at->Valid(); at->Next()) {
            if (!to.empty() && at->key().compare(slice(to)) >= 0) break;
            if (!visit(view(at->key()), view(at->value()))) break;
        }
        if (!at->status().ok()) unreadable(path, "scan", at->status());
    }
};

bool is_history(BytesView key) {
    return !key.empty() && key.front() == kHistoryTag;
}

// Both parts under one folder.
struct Parts {
    Database tables, history;
    [[nodiscard]] const Database& of(BytesView key) const {
        return is_history(key) ? history : tables;
    }
};

std::optional<std::pair<Bytes, Bytes>> last_of(const Database& history,
                                               const leveldb::Snapshot* snapshot) {
    leveldb::ReadOptions options;
    options.verify_checksums = true;
    options.snapshot = snapshot;
    const std::unique_ptr<leveldb::Iterator> at(history.db->NewIterator(options));
    at->SeekToLast();
    if (!at->status().ok()) unreadable(history.path, "scan", at->status());
    if (!at->Valid()) return std::nullopt;
    return std::pair(to_bytes(view(at->key())), to_bytes(view(at->value())));
}

class LevelSnapshot : public Reader {
public:
    // The history first: tables may be newer than it, never older.
    explicit LevelSnapshot(std::shared_ptr<const Parts> parts)
        : parts_(std::move(parts)),
          history_(parts_->history.db->GetSnapshot()),
          tables_(parts_->tables.db->GetSnapshot()) {}
    ~LevelSnapshot() override {
        parts_->history.db->ReleaseSnapshot(history_);
        parts_->tables.db->ReleaseSnapshot(tables_);
    }
    LevelSnapshot(const LevelSnapshot&) = delete;
    LevelSnapshot& operator=(const LevelSnapshot&) = delete;
    [[nodiscard]] std::optional<Bytes> get(BytesView key) const override {
        return parts_->of(key).get(key, is_history(key) ? history_ : tables_);
    }
    void scan(BytesView from, BytesView to, const Visit& visit) const override {
        parts_->of(from).scan(from, to, visit, is_history(from) ? history_ : tables_);
    }
    [[nodiscard]] std::optional<std::pair<Bytes, Bytes>> last_of_history() const override {
        return last_of(parts_->history, history_);
    }

private:
    std::shared_ptr<const Parts> parts_;
    const leveldb::Snapshot *history_, *tables_;
};

class LevelKv : public KvStore {
public:
    explicit LevelKv(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}
    [[nodiscard]] std::optional<Bytes> get(BytesView key) const override {
        return parts_->of(key).get(key, nullptr);
    }
    void scan(BytesView from, BytesView to, const Visit& visit) const override {
        parts_->of(from).scan(from, to, visit, nullptr);
    }
    [[nodiscard]] std::optional<std::pair<Bytes, Bytes>> last_of_history() const override {
        return last_of(parts_->history, nullptr);
    }
    void write(const Batch& batch, bool sync) override {
        leveldb::WriteBatch tables, history;
        for (const Batch::Op& op : batch.ops) {
            leveldb::WriteBatch& out = is_history(op.key) ? history : tables;
            if (op.value) {
                out.Put(slice(op.key), slice(*op.value));
            } else {
                out.Delete(slice(op.key));
            }
        }
        put(parts_->tables, tables, sync);
        put(parts_->history, history, sync);
    }
    [[nodiscard]] std::shared_ptr<const Reader> snapshot() const override {
        return std::make_shared<LevelSnapshot>(parts_);
    }

private:
    static void put(const Database& database, leveldb::WriteBatch& batch, bool sync) {
        constexpr std::size_t kEmptyBatchBytes = 12;
        if (batch.ApproximateSize() <= kEmptyBatchBytes) return;
        leveldb::WriteOptions options;
        options.sync = sync;
        const leveldb::Status status = database.db->Write(options, &batch);
        if (!status.ok()) fatal(database.path, "write", status);
    }
    std::shared_ptr<const Parts> parts_;
};

std::optional<OpenError> open(Database& database, const std::string& path, bool create,
                              const std::shared_ptr<leveldb::Cache>& cache) {
    database.path = path;
    database.cache = cache;
    leveldb::Options options;
    options.create_if_missing = create;
    options.paranoid_checks = true;
    options.reuse_logs = false;
    options.filter_policy = nullptr;
    options.compression = leveldb::kNoCompression;
    options.block_cache = cache.get();
    options.write_buffer_size = kWriteBufferBytes;
    options.max_open_files = kOpenFilesMax;
    leveldb::DB* db = nullptr;
    const leveldb::Status status = leveldb::DB::Open(options, path, &db);
    if (!status.ok()) return OpenError{path + ": " + status.ToString(), !status.IsIOError()};
    database.db.reset(db);
    return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<KvStore>, OpenError> open_level_kv(const std::string& path, bool create) {
    std::error_code ignored;  // LevelDB says what is wrong with a folder it cannot use
    if (create) std::filesystem::create_directories(path, ignored);
    const std::shared_ptr<leveldb::Cache> cache(leveldb::NewLRUCache(kBlockCacheBytes));
    auto parts = std::make_shared<Parts>();
    if (auto error = open(parts->tables, path + "/tables", create, cache)) return Err(*error);
    if (auto error = open(parts->history, path + "/history", create, cache)) return Err(*error);
    return std::unique_ptr<KvStore>(std::make_unique<LevelKv>(std::move(parts)));
}

bool is_suspect(const std::string& path) {
    std::error_code untold;  // where nothing can be read, what comes next says so
    return std::filesystem::exists(path + kSuspect, untold);
}

bool can_be_read(const std::string& path) {
    for (const char* part : {"/tables", "/history"}) {
        Database database;
        if (open(database, path + part, false, nullptr)) return false;
        leveldb::ReadOptions options;
        options.verify_checksums = true;
        options.fill_cache = false;
        const std::unique_ptr<leveldb::Iterator> at(database.db->NewIterator(options));
        for (at->SeekToFirst(); at->Valid(); at->Next()) {
        }
        if (!at->status().ok()) return false;
    }
    std::error_code ignored;  // then the next start looks once more
    std::filesystem::remove(path + kSuspect, ignored);
    return true;
}

}  // namespace quanlu::kv
