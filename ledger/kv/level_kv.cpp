// The one file that knows LevelDB. The first non-OK status after opening ends the process (E3):
// LevelDB 1.23 goes on acknowledging writes that are gone after ENOSPC (google/leveldb#578).
#include "ledger/kv/level_kv.h"

#include <leveldb/cache.h>
#include <leveldb/db.h>
#include <leveldb/write_batch.h>

#include <cstdio>
#include <cstdlib>

namespace quanlu::kv {

namespace {

constexpr std::size_t kBlockCacheBytes = 24 * 1024 * 1024;   // a node stays under 300 MB
constexpr std::size_t kWriteBufferBytes = 16 * 1024 * 1024;  // two of them at most
constexpr int kOpenFilesMax = 80;  // tables are mapped: 70 of 2 MB count as memory
constexpr int kStorageExit = 74;

[[noreturn]] void fatal(const std::string& path, const char* what, const leveldb::Status& status) {
    std::fprintf(stderr, "storage: %s of %s: %s\n", what, path.c_str(), status.ToString().c_str());
    std::fflush(stderr);
    std::_Exit(kStorageExit);
}

leveldb::Slice slice(BytesView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
BytesView view(const leveldb::Slice& text) {
    return as_bytes({text.data(), text.size()});
}

// The database with its cache; snapshots keep it alive.
struct Database {
    std::string path;
    std::unique_ptr<leveldb::Cache> cache;
    std::unique_ptr<leveldb::DB> db;

    std::optional<Bytes> get(BytesView key, const leveldb::Snapshot* snapshot) const {
        leveldb::ReadOptions options;
        options.verify_checksums = true;
        options.snapshot = snapshot;
        std::string value;
        const leveldb::Status status = db->Get(options, slice(key), &value);
        if (status.IsNotFound()) return std::nullopt;
        if (!status.ok()) fatal(path, "read", status);
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
        if (!at->status().ok()) fatal(path, "scan", at->status());
    }
};

class LevelSnapshot : public Reader {
public:
    explicit LevelSnapshot(std::shared_ptr<const Database> database)
        : database_(std::move(database)), snapshot_(database_->db->GetSnapshot()) {}
    ~LevelSnapshot() override { database_->db->ReleaseSnapshot(snapshot_); }
    LevelSnapshot(const LevelSnapshot&) = delete;
    LevelSnapshot& operator=(const LevelSnapshot&) = delete;
    [[nodiscard]] std::optional<Bytes> get(BytesView key) const override {
        return database_->get(key, snapshot_);
    }
    void scan(BytesView from, BytesView to, const Visit& visit) const override {
        database_->scan(from, to, visit, snapshot_);
    }

private:
    std::shared_ptr<const Database> database_;
    const leveldb::Snapshot* snapshot_;
};

class LevelKv : public KvStore {
public:
    explicit LevelKv(std::shared_ptr<const Database> database) : database_(std::move(database)) {}
    [[nodiscard]] std::optional<Bytes> get(BytesView key) const override {
        return database_->get(key, nullptr);
    }
    void scan(BytesView from, BytesView to, const Visit& visit) const override {
        database_->scan(from, to, visit, nullptr);
    }
    void write(const Batch& batch, bool sync) override {
        leveldb::WriteBatch out;
        for (const Batch::Op& op : batch.ops) {
            if (op.value) {
                out.Put(slice(op.key), slice(*op.value));
            } else {
                out.Delete(slice(op.key));
            }
        }
        leveldb::WriteOptions options;
        options.sync = sync;
        const leveldb::Status status = database_->db->Write(options, &out);
        if (!status.ok()) fatal(database_->path, "write", status);
    }
    [[nodiscard]] std::shared_ptr<const Reader> snapshot() const override {
        return std::make_shared<LevelSnapshot>(database_);
    }

private:
    std::shared_ptr<const Database> database_;
};

}  // namespace

Result<std::unique_ptr<KvStore>, std::string> open_level_kv(const std::string& path, bool create) {
    auto database = std::make_shared<Database>();
    database->path = path;
    database->cache.reset(leveldb::NewLRUCache(kBlockCacheBytes));
    leveldb::Options options;
    options.create_if_missing = create;
    options.paranoid_checks = true;
    options.reuse_logs = false;
    options.filter_policy = nullptr;
    options.compression = leveldb::kNoCompression;
    options.block_cache = database->cache.get();
    options.write_buffer_size = kWriteBufferBytes;
    options.max_open_files = kOpenFilesMax;
    leveldb::DB* db = nullptr;
    const leveldb::Status status = leveldb::DB::Open(options, path, &db);
    if (!status.ok()) return Err(path + ": " + status.ToString());
    database->db.reset(db);
    return std::unique_ptr<KvStore>(std::make_unique<LevelKv>(std::move(database)));
}

}  // namespace quanlu::kv
