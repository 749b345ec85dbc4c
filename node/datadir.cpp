// See datadir.h. LevelDB is removed and made anew rather than repaired (E2).
#include "node/datadir.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "crypto/key_file.h"
#include "ledger/index/index.h"
#include "ledger/kv/level_kv.h"
#include "ledger/registry/registry.h"

namespace quanlu::node {

namespace {

constexpr const char* kState = "state";
constexpr const char* kOldState = "state.old";  // on its way out

Result<std::string, StartError> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return Err(StartError{78, path + ": cannot be read"});
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

StartError storage(const log::IoError& error) {
    return {74, error.path + ": " + error.what + " at offset " + std::to_string(error.offset) +
                    ": errno " + std::to_string(error.error)};
}
StartError storage(const std::string& path, int error) {
    return {74, path + ": errno " + std::to_string(error) + ": " + std::strerror(error)};
}

// Whether there is such a thing; a disk that does not say is no answer.
Result<bool, StartError> is_there(const std::string& path) {
    std::error_code error;
    const bool is = std::filesystem::exists(path, error);
    if (error) return Err(storage(path, error.value()));
    return is;
}

// REQUIRES: there is such a folder.
Result<bool, StartError> holds_nothing(const std::string& path) {
    std::error_code error;
    const bool is = std::filesystem::is_empty(path, error);
    if (error) return Err(storage(path, error.value()));
    return is;
}

}  // namespace

Result<Identity, StartError> load_identity(const Config& config) {
    TRY(const std::string text, read_file(config.genesis));
    const auto document = json::parse(text, 4 * 1024 * 1024);
    if (!document.ok()) return Err(StartError{78, config.genesis + ": " + document.error().reason});
    auto genesis = chain::genesis_from_json(*document);
    if (!genesis.ok()) return Err(StartError{78, config.genesis + ": " + genesis.error()});
    if (const auto founded = registry::founding_writes(genesis->records); !founded.ok())
        return Err(StartError{78, config.genesis + ": " + founded.error()});
    std::string passphrase;
    if (!config.passphrase_file.empty()) {
        TRY(passphrase, read_file(config.passphrase_file));
        while (!passphrase.empty() && (passphrase.back() == '\n' || passphrase.back() == '\r'))
            passphrase.pop_back();
    }
    auto key = crypto::read_key_file(config.key_file, passphrase);
    if (!key.ok())
        return Err(StartError{78, "key file: " + key.error().reason + ": " + key.error().detail});
    const auto self = genesis->member_set().index_of(key->public_key());
    if (!self)
        return Err(
            StartError{78, config.key_file + ": this key is no member's of " + config.genesis});
    return Identity{std::move(genesis).value(), std::move(key).value(), *self};
}

DataDir::~DataDir() {
    if (lock_ >= 0) close(lock_);
}

Result<std::unique_ptr<DataDir>, StartError> DataDir::open(const Config& config,
                                                           const Identity& identity, bool create) {
    std::unique_ptr<DataDir> dir(new DataDir(config.data_dir));
    dir->rejoins_ = config.rejoin_by_quorum;
    if (create) {
        const auto made = log::make_directory(config.data_dir);
        if (!made.ok()) return Err(storage(made.error()));
    }
    dir->lock_ = ::open((config.data_dir + "/lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (dir->lock_ < 0 && (errno == ENOENT || errno == ENOTDIR))
        return Err(StartError{
            78, config.data_dir + ": no data directory; quanlud init --config FILE makes one"});
    if (dir->lock_ < 0) return Err(storage(config.data_dir + "/lock", errno));
    if (flock(dir->lock_, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return Err(storage(config.data_dir + "/lock", errno));
        return Err(StartError{73, config.data_dir + ": in use by another process"});
    }
    TRY(const bool has_journal, is_there(config.data_dir + "/journal"));
    TRY(const bool has_blocks, is_there(config.data_dir + "/blocks"));
    const bool fresh = !has_journal;
    // E6: a new journal beside an old ledger would promise what was promised otherwise before.
    if (fresh && create && has_blocks) {
        TRY(const bool has_none, holds_nothing(config.data_dir + "/blocks"));
        if (!has_none)
            return Err(StartError{
                78, config.data_dir +
                        ": the ledger is here and this key's journal is gone; docs/operators: "
                        "lost vote memory"});
    }
    if (fresh && !create)
        return Err(
            StartError{78, config.data_dir + ": not initialised; quanlud init --config FILE"});
    for (const auto& [name, disk] :
         {std::pair{"/blocks", &dir->block_disk_}, std::pair{"/journal", &dir->journal_disk_}}) {
        auto opened = log::PosixDisk::open(config.data_dir + name);
        if (!opened.ok()) return Err(storage(opened.error()));
        *disk = std::make_unique<log::PosixDisk>(std::move(opened).value());
    }
    dir->blocks_ = std::make_unique<log::BlockLog>(*dir->block_disk_);
    dir->journal_ = std::make_unique<log::Journal>(*dir->journal_disk_, identity.genesis.chain_id,
                                                   identity.key.public_key());
    if (fresh) {
        const auto made = dir->journal_->create();
        if (!made.ok()) return Err(storage(made.error()));
    } else if (create) {
        TRY_VOID(dir->end_cut_off_init(identity));
    }
    return dir;
}

// A power cut during `init` may leave a journal folder without an identity. Where no state was ever
// made, no node ever ran, so nothing was signed and `init` may begin again.
Status<StartError> DataDir::end_cut_off_init(const Identity& identity) {
    for (const char* name : {kState, kOldState}) {
        TRY(const bool has_state, is_there(path_ + "/" + name));
        if (has_state) return Unit{};
    }
    const auto content = journal_->open();
    if (!content.ok()) return Err(storage(content.error()));
    const bool is_cut = content->state == log::JournalContent::State::missing ||
                        content->state == log::JournalContent::State::corrupt;
    if (!is_cut || !content->votes.empty()) return Unit{};
    TRY(const bool has_no_block, holds_nothing(path_ + "/blocks"));
    if (!has_no_block) return Unit{};
    const auto names = journal_disk_->list();
    if (!names.ok()) return Err(storage(names.error()));
    for (const std::string& name : *names) {
        const auto removed = journal_disk_->remove(name);
        if (!removed.ok()) return Err(storage(removed.error()));
    }
    journal_ = std::make_unique<log::Journal>(*journal_disk_, identity.genesis.chain_id,
                                              identity.key.public_key());
    const auto made = journal_->create();
    if (!made.ok()) return Err(storage(made.error()));
    return Unit{};
}

Status<StartError> DataDir::set_journal_aside() {
    auto names = journal_disk_->list();
    if (!names.ok()) return Err(storage(names.error()));
    for (const std::string& name : *names) {
        if (!name.ends_with(".jnl")) continue;
        const auto moved = journal_disk_->rename(name, name + ".damaged");
        if (!moved.ok()) return Err(storage(moved.error()));
    }
    return Unit{};
}

Status<StartError> DataDir::remove_old_state() {
    const std::string path = path_ + "/" + kOldState;
    std::error_code error;
    std::filesystem::remove_all(path, error);
    if (error) return Err(storage(path, error.value()));
    return Unit{};
}

// Whole, by its name: of a removal that was cut off LevelDB may open what is left, and miss a table
// only when it is read.
Status<StartError> DataDir::set_state_aside() {
    TRY(const bool has_state, is_there(path_ + "/" + kState));
    if (!has_state) return Unit{};
    TRY_VOID(remove_old_state());
    auto disk = log::PosixDisk::open(path_);
    if (!disk.ok()) return Err(storage(disk.error()));
    const auto moved = disk->rename(kState, kOldState);
    if (!moved.ok()) return Err(storage(moved.error()));
    return Unit{};
}

Status<StartError> DataDir::open_state(bool fresh) {
    store_.reset();
    kv_.reset();
    const std::string path = path_ + "/" + kState;
    if (fresh) TRY_VOID(set_state_aside());
    if (!fresh && kv::is_suspect(path)) {
        std::fprintf(stderr,
                     "{\"level\":\"info\",\"event\":\"state_check\",\"why\":\"a read of it "
                     "failed\"}\n");
        if (!kv::can_be_read(path)) {
            std::fprintf(stderr,
                         "{\"level\":\"error\",\"event\":\"state_unreadable\",\"what\":"
                         "\"rebuilding\"}\n");
            return open_state(true);
        }
    }
    TRY(const bool has_state, is_there(path));
    if (!has_state) {
        const auto made = log::make_directory(path);
        if (!made.ok()) return Err(storage(made.error()));
    }
    auto kv = kv::open_level_kv(path, !has_state);
    if (!kv.ok()) {
        // A full disk is no damage: what is there stays (E3).
        if (fresh || !kv.error().is_damage) return Err(StartError{74, kv.error().what});
        std::fprintf(
            stderr,
            "{\"level\":\"error\",\"event\":\"state_unreadable\",\"what\":\"rebuilding\"}\n");
        return open_state(true);
    }
    kv_ = std::move(kv).value();
    bool is_whole = state::is_whole(*kv_);
    if (is_whole) {
        store_ = std::make_unique<state::Store>(*kv_);
        is_whole = !store_->applied() ||
                   index::is_whole(*kv_, store_->applied()->height, state::kUnsyncedHeightsMax);
    }
    // After the new one has its name: that a state was ever made is not forgotten.
    if (is_whole) return remove_old_state();
    ENSURE(!fresh, "an empty store is whole");
    std::fprintf(stderr, "{\"level\":\"info\",\"event\":\"state_rebuild\",\"why\":\"cut off\"}\n");
    return open_state(true);
}

Result<replica::Recovered, StartError> DataDir::recover(const Identity& identity, bool rebuild) {
    const log::ScanEnd end = blocks_->open({});
    if (end.kind == log::ScanEnd::Kind::corrupt) {
        return Err(StartError{74, path_ + "/blocks/" + end.where.file + ": damaged at offset " +
                                      std::to_string(end.where.offset) + " (" + end.what +
                                      "); restore this file from a backup or another member"});
    }
    if (end.kind == log::ScanEnd::Kind::torn) {
        // Only an append that was never synced, so never acknowledged, ends like this (E4).
        const auto cut = blocks_->cut_torn_tail();
        if (!cut.ok()) return Err(storage(cut.error()));
    }
    // A state beyond genesis is not founded again, so nothing else would notice.
    const Height top = blocks_->height();
    if (top > Height(0) && blocks_->at(top)->block.header.chain != identity.genesis.tag()) {
        return Err(StartError{78, path_ + "/blocks/000001.blk: of another chain than the genesis "
                                          "file; restore the genesis.json of this ledger"});
    }
    auto journal = journal_->open();
    if (!journal.ok()) return Err(storage(journal.error()));
    if (rejoins_ && journal->state == log::JournalContent::State::corrupt) {
        // Nothing in it is believed any more; kept for whoever wants to know what happened.
        TRY_VOID(set_journal_aside());
        journal_ = std::make_unique<log::Journal>(*journal_disk_, identity.genesis.chain_id,
                                                  identity.key.public_key());
        journal = journal_->open();
        if (!journal.ok()) return Err(storage(journal.error()));
    }
    TRY_VOID(open_state(rebuild));
    const auto progress = [&](Height height) {
        std::fprintf(stderr,
                     "{\"level\":\"info\",\"event\":\"replay\",\"height\":%llu,\"of\":%llu}\n",
                     static_cast<unsigned long long>(height.value),
                     static_cast<unsigned long long>(blocks_->height().value));
    };
    auto recovered = replica::recover(identity.genesis, *store_, *blocks_, *journal, progress);
    if (!recovered.ok() && recovered.error().rebuild && !rebuild) {
        std::fprintf(stderr, "{\"level\":\"info\",\"event\":\"state_rebuild\",\"why\":\"%s\"}\n",
                     recovered.error().what.c_str());
        TRY_VOID(open_state(true));
        recovered = replica::recover(identity.genesis, *store_, *blocks_, *journal, progress);
    }
    if (!recovered.ok()) return Err(StartError{74, recovered.error().what});
    return std::move(recovered).value();
}

}  // namespace quanlu::node
