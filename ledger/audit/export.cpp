// See export.h.
#include "ledger/audit/export.h"

#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <set>

#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "ledger/log/block_log.h"
#include "ledger/log/posix_disk.h"

namespace quanlu::audit {

namespace fs = std::filesystem;

namespace {

constexpr int kZstdLevel = 3;
constexpr std::int64_t kVersion = 1;
constexpr std::size_t kManifestBytesMax = 16 * 1024 * 1024;
constexpr const char* kLeavesName = "leaves.ndjson.zst";

// Regular files only: a folder, or a pipe that never ends, has no size.
Result<std::string, std::string> read_all(const std::string& path) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    if (error) return Err(path + ": cannot be read");
    std::ifstream file(path, std::ios::binary);
    std::string text(static_cast<std::size_t>(size), '\0');
    file.read(text.data(), static_cast<std::streamsize>(size));
    if (file.gcount() != static_cast<std::streamsize>(size)) return Err(path + ": cannot be read");
    return text;
}

Result<json::Value, std::string> file_entry(const std::string& folder, const std::string& name) {
    TRY(const std::string content, read_all(folder + "/" + name));
    return json::Value(json::Object{{"name", name},
                                    {"bytes", static_cast<std::int64_t>(content.size())},
                                    {"sha256", to_hex(crypto::sha256(as_bytes(content)))}});
}

// What a manifest says of the ledger in it.
json::Value claims_of(const execution::Tip& tip) {
    return json::Object{{"chain_id", to_hex(tip.header.chain.chain_id)},
                        {"height", tip.header.height.value},
                        {"tip", to_hex(tip.hash)},
                        {"state_root", to_hex(tip.header.state_root)},
                        {"log_size", tip.header.log_size},
                        {"log_root", to_hex(tip.header.log_root)}};
}

// Names of everything that a replay reads.
std::set<std::string> files_in(const std::string& folder) {
    std::set<std::string> names{kLeavesName};
    std::error_code error;
    for (const auto& one : fs::directory_iterator(folder + "/blocks", error))
        names.insert("blocks/" + one.path().filename().string());
    return names;
}

// Lines into one zstd frame.
class LeafWriter {
public:
    explicit LeafWriter(const std::string& path)
        : file_(path, std::ios::binary), context_(ZSTD_createCCtx()) {
        ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, kZstdLevel);
    }
    ~LeafWriter() { ZSTD_freeCCtx(context_); }
    LeafWriter(const LeafWriter&) = delete;
    LeafWriter& operator=(const LeafWriter&) = delete;
    bool add(const std::string& line) {
        const std::string text = line + "\n";
        return push(text, ZSTD_e_continue);
    }
    bool finish() {
        const bool ok = push("", ZSTD_e_end);
        file_.flush();
        return ok && file_.good();
    }

private:
    bool push(const std::string& text, ZSTD_EndDirective directive) {
        ZSTD_inBuffer in{text.data(), text.size(), 0};
        std::string out(ZSTD_CStreamOutSize(), '\0');
        std::size_t left = 1;
        while (left != 0 || in.pos < in.size) {
            ZSTD_outBuffer to{out.data(), out.size(), 0};
            left = ZSTD_compressStream2(context_, &to, &in, directive);
            if (ZSTD_isError(left) != 0) return false;
            file_.write(out.data(), static_cast<std::streamsize>(to.pos));
            if (directive == ZSTD_e_continue && in.pos == in.size) break;
        }
        return file_.good();
    }
    std::ofstream file_;
    ZSTD_CCtx* context_;
};

// Lines out of it, one after the other.
class LeafReader {
public:
    explicit LeafReader(const std::string& path) : file_(path, std::ios::binary) {}
    ~LeafReader() { ZSTD_freeDCtx(context_); }
    LeafReader(const LeafReader&) = delete;
    LeafReader& operator=(const LeafReader&) = delete;
    // Nothing more, and nothing half read.
    bool is_at_end() { return !next(0) && text_.empty() && !is_broken_; }
    // Of at most so many bytes; nothing for a longer one. A line may be as long as its block's
    // deadlines make it, so whoever knows the line says how much there is to read.
    std::optional<std::string> next(std::size_t bytes_max) {
        while (true) {
            const std::size_t end = text_.find('\n', at_);
            if (end != std::string::npos) {
                std::string line = text_.substr(at_, end - at_);
                at_ = end + 1;
                return line;
            }
            text_.erase(0, at_);
            at_ = 0;
            if (text_.size() > bytes_max || !fill()) return std::nullopt;
        }
    }
    // Of whatever length.
    bool skip() {
        for (;;) {
            const std::size_t end = text_.find('\n', at_);
            if (end != std::string::npos) {
                at_ = end + 1;
                return true;
            }
            text_.clear();
            at_ = 0;
            if (!fill()) return false;
        }
    }

private:
    bool fill() {
        if (context_ == nullptr) {
            context_ = ZSTD_createDCtx();
            raw_ = std::make_unique_for_overwrite<char[]>(ZSTD_DStreamInSize());
            out_ = std::make_unique_for_overwrite<char[]>(ZSTD_DStreamOutSize());
        }
        if (in_.pos == in_.size) {
            file_.read(raw_.get(), static_cast<std::streamsize>(ZSTD_DStreamInSize()));
            in_ = {raw_.get(), static_cast<std::size_t>(file_.gcount()), 0};
            if (in_.size == 0) return false;
        }
        ZSTD_outBuffer to{out_.get(), ZSTD_DStreamOutSize(), 0};
        if (ZSTD_isError(ZSTD_decompressStream(context_, &to, &in_)) != 0) {
            is_broken_ = true;
            return false;
        }
        text_.append(out_.get(), to.pos);
        return true;
    }
    std::ifstream file_;
    ZSTD_DCtx* context_ = nullptr;  // with the buffers, from the first line asked for
    std::unique_ptr<char[]> raw_, out_;
    std::string text_;
    std::size_t at_ = 0;
    bool is_broken_ = false;
    ZSTD_inBuffer in_{nullptr, 0, 0};
};

class LogStream : public BlockSource {
public:
    explicit LogStream(const log::BlockLog& log) : log_(log) {}
    Result<std::optional<chain::FinalBlock>, std::string> next() override {
        at_ = at_.next();
        return log_.at(at_);
    }

private:
    const log::BlockLog& log_;
    Height at_;
};

class FolderExport : public Export {
public:
    static Result<std::unique_ptr<Export>, std::string> open(const std::string& folder) {
        TRY(const std::string text, read_all(folder + "/manifest.json"));
        auto manifest = json::parse(text, kManifestBytesMax);
        const json::Value* files = manifest.ok() ? manifest->find("files") : nullptr;
        if (files == nullptr || !files->is_array())
            return Err(folder + "/manifest.json: not a manifest");
        if (manifest->integer_or("version", 0) != kVersion)
            return Err(folder + "/manifest.json: of a version that is not known here");
        std::set<std::string> listed;
        for (const json::Value& file : files->as_array()) {
            const std::string name(file.string_or("name", ""));
            if (name.find("..") != std::string::npos || name.starts_with("/"))
                return Err("manifest: a path that leaves the folder");
            TRY(const json::Value found, file_entry(folder, name));
            if (found != file) return Err(folder + "/" + name + ": not the file of the manifest");
            listed.insert(name);
        }
        if (listed != files_in(folder))
            return Err(folder + "/manifest.json: does not list the files that are here");
        auto disk = log::PosixDisk::open(folder + "/blocks");
        if (!disk.ok()) return Err(folder + "/blocks: cannot be opened");
        std::unique_ptr<FolderExport> out(
            new FolderExport(std::move(disk).value(), folder, *std::move(manifest)));
        const log::ScanEnd end = out->log_.open({});
        // An export is no file in use: nothing in it is half written.
        if (end.kind != log::ScanEnd::Kind::clean) {
            return Err(folder + "/blocks/" + end.where.file + ": damaged at offset " +
                       std::to_string(end.where.offset) + " (" + end.what + ")");
        }
        return std::unique_ptr<Export>(std::move(out));
    }
    Result<std::optional<chain::FinalBlock>, std::string> next() override {
        at_ = at_.next();
        return log_.at(at_);
    }
    bool leaf_matches(std::uint64_t index, const std::string& line) override {
        for (; next_leaf_ < index; ++next_leaf_)
            if (!leaves_.skip()) return false;
        ++next_leaf_;
        return leaves_.next(line.size()) == line;
    }
    std::optional<Wrong> disagreement(const execution::Tip& tip) override {
        const chain::Header& header = tip.header;
        const auto differ = [&](const char* name,
                                const json::Value& found) -> std::optional<Wrong> {
            const json::Value* stated = manifest_.find(name);
            if (stated != nullptr && *stated == found) return std::nullopt;
            return Wrong{header.height, std::string("manifest_") + name,
                         stated == nullptr ? "" : json::write(*stated), json::write(found)};
        };
        const json::Value claims = claims_of(tip);
        for (const auto& [name, found] : claims.as_object()) {
            if (auto wrong = differ(name.c_str(), found)) return wrong;
        }
        if (!leaves_.is_at_end())
            return Wrong{header.height, "leaf", "the end of the lines", "another line"};
        return std::nullopt;
    }
    [[nodiscard]] Height height() const override { return log_.height(); }
    [[nodiscard]] std::optional<chain::FinalBlock> at(Height height) const override {
        return log_.at(height);
    }
    [[nodiscard]] Hash block_hash(Height height) const override {
        const auto block = log_.at(height);
        return block ? chain::hash_of(block->block.header) : Hash{};
    }

private:
    FolderExport(log::PosixDisk disk, const std::string& folder, json::Value manifest)
        : manifest_(std::move(manifest)),
          disk_(std::move(disk)),
          log_(disk_),
          leaves_(folder + "/" + kLeavesName) {}
    json::Value manifest_;
    log::PosixDisk disk_;
    log::BlockLog log_;
    LeafReader leaves_;
    Height at_;
    std::uint64_t next_leaf_ = 0;
};

}  // namespace

Result<json::Value, std::string> export_ledger(const std::string& data_dir,
                                               const std::string& out_dir,
                                               const chain::Genesis& genesis, kv::KvStore& scratch,
                                               ForEach for_each,
                                               const Replay::OnProgress& on_progress) {
    if (fs::exists(out_dir)) return Err(out_dir + ": exists already");
    std::error_code error;
    fs::create_directories(out_dir, error);
    fs::copy(data_dir + "/blocks", out_dir + "/blocks", error);
    if (error) return Err(data_dir + "/blocks: " + error.message());
    auto disk = log::PosixDisk::open(out_dir + "/blocks");
    if (!disk.ok()) return Err(out_dir + "/blocks: cannot be opened");
    log::BlockLog blocks(*disk);
    const log::ScanEnd end = blocks.open({});
    if (end.kind == log::ScanEnd::Kind::corrupt)
        return Err(out_dir + "/blocks/" + end.where.file + ": damaged at offset " +
                   std::to_string(end.where.offset));
    // A node that runs was in the middle of an append: the copy ends before it.
    if (end.kind == log::ScanEnd::Kind::torn && !blocks.cut_torn_tail().ok())
        return Err(std::string("the copy cannot be cut"));
    LeafWriter leaves(out_dir + "/" + kLeavesName);
    LogStream stream(blocks);
    Replay replay(genesis, scratch, std::move(for_each));
    const Replay::End done = replay.run(
        stream, [&leaves](std::uint64_t, const std::string& line) { return leaves.add(line); },
        on_progress);
    if (done != Replay::End::complete) {
        const auto& wrong = replay.wrong();
        return Err(wrong ? "height " + std::to_string(wrong->height.value) + ": " + wrong->what +
                               ", expected " + wrong->expected + ", found " + wrong->found
                         : std::string("interrupted"));
    }
    if (!leaves.finish()) return Err(std::string("leaves.ndjson.zst: cannot be written"));
    json::Array files;
    for (const std::string& name : blocks.segments()) {
        TRY(json::Value entry, file_entry(out_dir, "blocks/" + name));
        files.push_back(std::move(entry));
    }
    TRY(json::Value entry, file_entry(out_dir, kLeavesName));
    files.push_back(std::move(entry));
    json::Value manifest = claims_of(replay.tip());
    manifest.set("version", kVersion);
    manifest.set("files", std::move(files));
    std::ofstream(out_dir + "/manifest.json", std::ios::binary)
        << json::write_pretty(manifest) << "\n";
    return manifest;
}

Result<std::unique_ptr<Export>, std::string> open_export(const std::string& folder) {
    return FolderExport::open(folder);
}

std::optional<Fork> compare(const Export& a, const Export& b, const chain::Members& members,
                            const chain::ChainTag& tag) {
    const Height end = std::min(a.height(), b.height());
    // Once apart, never together again: the first difference by bisection.
    std::uint64_t same = 0, differ = end.value + 1;
    while (same + 1 < differ) {
        const std::uint64_t middle = same + (differ - same) / 2;
        (a.block_hash(Height(middle)) == b.block_hash(Height(middle)) ? same : differ) = middle;
    }
    if (differ > end.value) return std::nullopt;
    Blame blame(members, tag);
    for (const Export* one : {&a, &b}) {
        for (Height at(differ); at <= one->height() && at.value < differ + 1'000; at = at.next()) {
            if (const auto block = one->at(at)) blame.add(*block);
        }
    }
    return Fork{Wrong{Height(differ), "two_histories", to_hex(a.block_hash(Height(differ))),
                      to_hex(b.block_hash(Height(differ))), -1},
                blame.accusations()};
}

}  // namespace quanlu::audit
