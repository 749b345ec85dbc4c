// The state map: a Jellyfish Merkle tree (JMT-SHA256-v1, docs/protocol.md 7) over a KvStore,
// versioned by height, and the log tree's nodes beside it. `Store` holds what is final; a `Version`
// is one executed block that may or may not become final. Nothing else in the house knows about
// branches.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "crypto/base/tagged.h"
#include "crypto/merkle.h"
#include "ledger/chain/state_reader.h"
#include "ledger/kv/kv.h"
#include "ledger/proof/tree_proof.h"

namespace quanlu::state {

// What the store says it has applied; one atomic batch with the tree (E7). Compared with the block
// log at start.
struct Applied {
    Height height;
    Hash block;  // header hash at that height
    Hash state_root;
    crypto::LogFrontier log;  // after that block, as its header says
    bool operator==(const Applied& other) const {
        return height == other.height && block == other.block && state_root == other.state_root &&
               log.size() == other.log.size() && log.root() == other.log.root();
    }
};

// Whether a store that was cut off can be opened: after a power cut one part of it may lack newer
// batches than the other (kv.h), or a hole in the middle. If not, it is rebuilt from the block log.
// index::is_whole says the same of the tables.
[[nodiscard]] bool is_whole(const kv::Reader& reader);
// Heights whose writes may be unsynced: what two write buffers of 4 MiB hold at most, one being
// filled and one being written out, at 300 bytes a block or more in each part (kv/level_kv.cpp).
inline constexpr std::uint64_t kUnsyncedHeightsMax = 30'000;

class Store;

// The state after one block: reads through its own writes, then its parent's, then the final state.
// Immutable after stage(). Single-threaded like its Store.
class Version : public chain::StateReader {
public:
    ~Version() override;
    [[nodiscard]] std::shared_ptr<const json::Value> get(std::string_view key) const override;
    [[nodiscard]] Height height() const;
    [[nodiscard]] const Hash& root() const;

private:
    friend class Store;
    struct Data;
    explicit Version(std::unique_ptr<Data> data);
    std::unique_ptr<Data> data_;
};
using VersionPtr = std::shared_ptr<const Version>;

class Store {
public:
    // Reads what is applied. REQUIRES: kv outlives the store and is whole. An empty kv gives a
    // store without `applied`.
    explicit Store(kv::KvStore& kv);
    ~Store();

    [[nodiscard]] const std::optional<Applied>& applied() const;

    // The version that is final now. REQUIRES: applied().
    [[nodiscard]] VersionPtr final_version() const;

    // Computes the tree for `writes` on `parent` (nullptr: the empty map, for genesis) as version
    // `height`. Writes nothing. Deletion collapses; the root depends on the key/value set alone.
    [[nodiscard]] VersionPtr stage(VersionPtr parent, Height height,
                                   const chain::Writes& writes) const;

    // Makes a staged version final: one batch for each part with tree nodes, values, stale list,
    // `leaves` (hashes of the log leaves this block appended, in order), `extra` (index tables) and
    // `applied`. REQUIRES: its parent is the final one.
    void commit(const VersionPtr& version, const Applied& applied, const std::vector<Hash>& leaves,
                kv::Batch extra);

    // What was committed, for the tables that others keep beside the state.
    [[nodiscard]] const kv::Reader& reader() const;

    // Drops tree nodes and values that were replaced at or below `height` (stale-node pruning
    // hook). Bounded work.
    std::size_t prune(Height height, std::size_t nodes_max);

private:
    friend class Version;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Reading for queries, on any thread over a snapshot: values and proofs at a final height.
class View {
public:
    explicit View(std::shared_ptr<const kv::Reader> snapshot);
    [[nodiscard]] std::optional<Applied> applied() const;
    // JCS text of the value at `height`; nothing when absent then. Heights above applied: treated
    // as applied.
    [[nodiscard]] std::optional<std::string> value(std::string_view key, Height height) const;
    // Membership or absence at `height` against that height's state root. Nothing when that version
    // was pruned.
    [[nodiscard]] std::optional<proof::TreeProof> prove(std::string_view key, Height height) const;
    // RFC 9162 proofs inside the final log.
    [[nodiscard]] std::optional<std::vector<Hash>> log_inclusion(std::uint64_t index,
                                                                 std::uint64_t size) const;
    [[nodiscard]] std::optional<std::vector<Hash>> log_consistency(std::uint64_t old_size,
                                                                   std::uint64_t new_size) const;

private:
    std::shared_ptr<const kv::Reader> reader_;
};

}  // namespace quanlu::state
