// LevelDB on a SimFs: an Env that mirrors PosixEnv's calls (buffered appends, the folder synced
// with a MANIFEST), and a DB::Open that puts it under databases below kMount. Background work runs
// in the caller's thread after each call, so that the order of operations is the same every time.
#include <leveldb/db.h>
#include <leveldb/env.h>
#include <leveldb/write_batch.h>

#include <algorithm>
#include <cstring>
#include <deque>

#include "tests/disk/mount.h"

namespace quanlu::disk {

namespace {

using leveldb::Slice;
using leveldb::Status;

Status status_of(const std::string& path, int error) {
    if (error == 0) return Status::OK();
    if (error == ENOENT) return Status::NotFound(path, std::strerror(error));
    return Status::IOError(path, std::strerror(error));
}

class ReadFile : public leveldb::SequentialFile, public leveldb::RandomAccessFile {
public:
    ReadFile(SimFs& fs, std::string path, int inode)
        : fs_(fs), path_(std::move(path)), inode_(inode) {}
    Status Read(std::size_t n, Slice* result, char* scratch) override {
        const Status status = read(at_, n, result, scratch);
        at_ += result->size();
        return status;
    }
    Status Skip(std::uint64_t n) override {
        at_ += n;
        return Status::OK();
    }
    Status Read(std::uint64_t offset, std::size_t n, Slice* result, char* scratch) const override {
        return read(offset, n, result, scratch);
    }

private:
    Status read(std::uint64_t offset, std::size_t n, Slice* result, char* scratch) const {
        Bytes bytes;
        const int error = fs_.read(inode_, offset, n, bytes);
        std::copy(bytes.begin(), bytes.end(), scratch);
        *result = Slice(scratch, error == 0 ? bytes.size() : 0);
        return status_of(path_, error);
    }
    SimFs& fs_;
    std::string path_;
    int inode_;
    std::uint64_t at_ = 0;
};

class WriteFile : public leveldb::WritableFile {
public:
    WriteFile(SimFs& fs, std::string path, int inode)
        : fs_(fs), path_(std::move(path)), inode_(inode) {}
    ~WriteFile() override { Flush(); }
    Status Append(const Slice& data) override {
        buffer_.insert(buffer_.end(), data.data(), data.data() + data.size());
        return buffer_.size() < kBufferBytes ? Status::OK() : Flush();
    }
    Status Close() override { return Flush(); }
    Status Flush() override {
        while (!buffer_.empty()) {
            std::size_t written = 0;
            if (const int error = fs_.write(inode_, buffer_, written)) {
                buffer_.clear();
                return status_of(path_, error);
            }
            buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(written));
        }
        return Status::OK();
    }
    Status Sync() override {
        const std::size_t slash = path_.rfind('/');
        if (path_.compare(slash + 1, 8, "MANIFEST") == 0) {
            if (const int error = fs_.sync(fs_.find(path_.substr(0, slash))))
                return status_of(path_, error);
        }
        const Status flushed = Flush();
        return flushed.ok() ? status_of(path_, fs_.sync(inode_)) : flushed;
    }

private:
    static constexpr std::size_t kBufferBytes = 65536;
    SimFs& fs_;
    std::string path_;
    int inode_;
    Bytes buffer_;
};

struct Lock : leveldb::FileLock {};

class LevelEnv : public leveldb::EnvWrapper {
public:
    explicit LevelEnv(SimFs& fs) : EnvWrapper(Env::Default()), fs_(fs) {}

    Status NewSequentialFile(const std::string& path, leveldb::SequentialFile** file) override {
        return open_to_read(path, file);
    }
    Status NewRandomAccessFile(const std::string& path, leveldb::RandomAccessFile** file) override {
        return open_to_read(path, file);
    }
    Status NewWritableFile(const std::string& path, leveldb::WritableFile** file) override {
        int inode = fs_.find(path);
        const int error = inode == SimFs::kNone ? fs_.create(path, inode) : fs_.truncate(inode, 0);
        *file = error == 0 ? new WriteFile(fs_, path, inode) : nullptr;
        return status_of(path, error);
    }
    Status NewAppendableFile(const std::string& path, leveldb::WritableFile** file) override {
        int inode = fs_.find(path);
        const int error = inode == SimFs::kNone ? fs_.create(path, inode) : 0;
        *file = error == 0 ? new WriteFile(fs_, path, inode) : nullptr;
        return status_of(path, error);
    }
    bool FileExists(const std::string& path) override { return fs_.find(path) != SimFs::kNone; }
    Status GetChildren(const std::string& path, std::vector<std::string>* names) override {
        const int inode = fs_.find(path);
        if (inode == SimFs::kNone) return status_of(path, ENOENT);
        *names = fs_.names(inode);
        return Status::OK();
    }
    Status RemoveFile(const std::string& path) override {
        return status_of(path, fs_.remove(path));
    }
    Status CreateDir(const std::string& path) override {
        return status_of(path, fs_.make_folder(path));
    }
    Status RemoveDir(const std::string& path) override { return status_of(path, fs_.remove(path)); }
    Status GetFileSize(const std::string& path, std::uint64_t* size) override {
        const int inode = fs_.find(path);
        *size = inode == SimFs::kNone ? 0 : fs_.size(inode);
        return status_of(path, inode == SimFs::kNone ? ENOENT : 0);
    }
    Status RenameFile(const std::string& from, const std::string& to) override {
        return status_of(from, fs_.rename(from, to));
    }
    Status LockFile(const std::string&, leveldb::FileLock** lock) override {
        *lock = new Lock;
        return Status::OK();
    }
    Status UnlockFile(leveldb::FileLock* lock) override {
        delete lock;
        return Status::OK();
    }
    void Schedule(void (*work)(void*), void* arg) override { queue_.push_back({work, arg}); }
    Status NewLogger(const std::string& path, leveldb::Logger** logger) override {
        *logger = nullptr;  // its diary is nobody's data
        return Status::NotSupported(path);
    }
    void SleepForMicroseconds(int) override {}

    // What a background thread would do meanwhile.
    void run_background() {
        while (!queue_.empty()) {
            const auto [work, arg] = queue_.front();
            queue_.pop_front();
            work(arg);
        }
    }

private:
    template <class File>
    Status open_to_read(const std::string& path, File** file) {
        const int inode = fs_.find(path);
        *file = inode == SimFs::kNone ? nullptr : new ReadFile(fs_, path, inode);
        return status_of(path, inode == SimFs::kNone ? ENOENT : 0);
    }
    SimFs& fs_;
    std::deque<std::pair<void (*)(void*), void*>> queue_;
};

// The database, with its background work done when a call returns.
class SteppedDb : public leveldb::DB {
public:
    SteppedDb(std::unique_ptr<LevelEnv> env, std::unique_ptr<leveldb::DB> db)
        : env_(std::move(env)), db_(std::move(db)) {
        env_->run_background();
    }
    ~SteppedDb() override { env_->run_background(); }
    Status Put(const leveldb::WriteOptions& options, const Slice& key,
               const Slice& value) override {
        return after(db_->Put(options, key, value));
    }
    Status Delete(const leveldb::WriteOptions& options, const Slice& key) override {
        return after(db_->Delete(options, key));
    }
    Status Write(const leveldb::WriteOptions& options, leveldb::WriteBatch* batch) override {
        return after(db_->Write(options, batch));
    }
    Status Get(const leveldb::ReadOptions& options, const Slice& key, std::string* value) override {
        return after(db_->Get(options, key, value));
    }
    leveldb::Iterator* NewIterator(const leveldb::ReadOptions& options) override {
        return db_->NewIterator(options);
    }
    const leveldb::Snapshot* GetSnapshot() override { return db_->GetSnapshot(); }
    void ReleaseSnapshot(const leveldb::Snapshot* snapshot) override {
        db_->ReleaseSnapshot(snapshot);
    }
    bool GetProperty(const Slice& property, std::string* value) override {
        return db_->GetProperty(property, value);
    }
    void GetApproximateSizes(const leveldb::Range* range, int n, std::uint64_t* sizes) override {
        db_->GetApproximateSizes(range, n, sizes);
    }
    void CompactRange(const Slice* begin, const Slice* end) override {
        db_->CompactRange(begin, end);
    }

private:
    Status after(Status status) {
        env_->run_background();
        return status;
    }
    std::unique_ptr<LevelEnv> env_;  // outlives the database
    std::unique_ptr<leveldb::DB> db_;
};

}  // namespace

}  // namespace quanlu::disk

extern "C" {
// leveldb::DB::Open, by the names that the linker knows.
leveldb::Status
__real__ZN7leveldb2DB4OpenERKNS_7OptionsERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEPPS0_(
    const leveldb::Options& options, const std::string& path, leveldb::DB** db);
leveldb::Status
__wrap__ZN7leveldb2DB4OpenERKNS_7OptionsERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEPPS0_(
    const leveldb::Options& options, const std::string& path, leveldb::DB** db) {
    if (quanlu::disk::mounted() == nullptr || !path.starts_with(quanlu::disk::kMount)) {
        return __real__ZN7leveldb2DB4OpenERKNS_7OptionsERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEPPS0_(
            options, path, db);
    }
    auto env = std::make_unique<quanlu::disk::LevelEnv>(*quanlu::disk::mounted());
    leveldb::Options ours = options;
    ours.env = env.get();
    ours.write_buffer_size = quanlu::disk::kWriteBufferBytes;
    leveldb::DB* real = nullptr;
    const leveldb::Status status =
        __real__ZN7leveldb2DB4OpenERKNS_7OptionsERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEPPS0_(
            ours, path, &real);
    if (!status.ok()) return status;
    *db = new quanlu::disk::SteppedDb(std::move(env), std::unique_ptr<leveldb::DB>(real));
    return status;
}
}
