// The data directory: one process at a time (flock), its three parts, and how they are opened and
// rebuilt.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "crypto/suite.h"
#include "ledger/chain/genesis.h"
#include "ledger/log/block_log.h"
#include "ledger/log/journal.h"
#include "ledger/log/posix_disk.h"
#include "node/config.h"
#include "node/replica/recover.h"

namespace quanlu::node {

// Exit codes of a start that failed (sysexits.h): 73 in use, 74 storage, 78 configuration.
struct StartError {
    int exit = 78;
    std::string what;
};

// Genesis, key and the member that this node is.
struct Identity {
    chain::Genesis genesis;
    crypto::SigningKey key;
    chain::MemberIndex self = 0;
};
Result<Identity, StartError> load_identity(const Config& config);

class DataDir {
public:
    // Takes the lock; `create` makes what is missing and, for a fresh directory, the journal's
    // identity.
    static Result<std::unique_ptr<DataDir>, StartError> open(const Config& config,
                                                             const Identity& identity, bool create);
    ~DataDir();
    DataDir(const DataDir&) = delete;
    DataDir& operator=(const DataDir&) = delete;

    // Reads everything and brings the state store up to the block log, rebuilding it when it does
    // not fit.
    Result<replica::Recovered, StartError> recover(const Identity& identity, bool rebuild);

    log::BlockLog& blocks() { return *blocks_; }
    log::Journal& journal() { return *journal_; }
    kv::KvStore& kv() { return *kv_; }
    state::Store& store() { return *store_; }

private:
    explicit DataDir(std::string path) : path_(std::move(path)) {}
    Status<StartError> open_state(bool fresh);
    Status<StartError> set_state_aside();
    Status<StartError> remove_old_state();
    Status<StartError> set_journal_aside();
    Status<StartError> end_cut_off_init(const Identity& identity);
    std::string path_;
    bool rejoins_ = false;
    int lock_ = -1;
    std::unique_ptr<log::PosixDisk> block_disk_, journal_disk_;
    std::unique_ptr<log::BlockLog> blocks_;
    std::unique_ptr<log::Journal> journal_;
    std::unique_ptr<kv::KvStore> kv_;
    std::unique_ptr<state::Store> store_;
};

}  // namespace quanlu::node
