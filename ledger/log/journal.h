// What this member promised and what its promises rest on: own votes, the certificates of entry,
// bodies not yet final, evidence (CONSENSUS 7.4). One sync a turn, before anything of that turn
// leaves. A journal that is missing, or that belongs to another key, means lost memory: such a
// member does not vote.
#pragma once

#include <map>
#include <vector>

#include "ledger/chain/block.h"
#include "ledger/log/entry_file.h"

namespace quanlu::log {

struct JournalContent {
    // outdated: a vote under this key turned up that these entries do not hold.
    enum class State { missing, intact, wrong_identity, corrupt, outdated } state = State::missing;
    ScanEnd end;
    std::vector<chain::SignedVote> votes;  // as written, oldest first
    std::vector<chain::QuorumCert> certs;
    std::vector<chain::Block> bodies;
    std::vector<std::pair<chain::SignedVote, chain::SignedVote>> evidence;
};

class Journal {
public:
    Journal(Disk& disk, const Hash& chain_id, const crypto::PublicKey& key);

    // Reads everything; cuts a torn tail (what was torn was never synced, so never sent).
    Result<JournalContent, IoError> open();
    // First start of a key on a chain, by `init` only: writes the identity.
    Status<IoError> create();

    Status<IoError> add_vote(const chain::SignedVote& vote);
    Status<IoError> add_cert(const chain::QuorumCert& cert);
    Status<IoError> add_body(const chain::Block& block);
    Status<IoError> add_evidence(const chain::SignedVote& first, const chain::SignedVote& second);
    // A vote under this key that these entries do not hold: from now on they are outdated, also for
    // every later start.
    Status<IoError> add_unknown(const chain::SignedVote& vote);
    Status<IoError> sync() { return file_.sync(); }
    // Entries of views below the floor may go; a full segment is restated into a new one and
    // dropped. REQUIRES: whatever was lost is of views below: a journal that lacked something is
    // whole from here on.
    Status<IoError> raise_floor(View floor);

private:
    Status<IoError> write_identity();
    Status<IoError> restate();
    EntryFile file_;
    Hash chain_id_;
    crypto::PublicKey key_;
    View floor_;
    bool is_whole_ = true;
    std::multimap<View, chain::SignedVote> votes_;
    std::multimap<View, chain::QuorumCert> certs_;
    std::multimap<View, chain::Block> bodies_;
    std::vector<std::pair<chain::SignedVote, chain::SignedVote>> evidence_;
};

}  // namespace quanlu::log
