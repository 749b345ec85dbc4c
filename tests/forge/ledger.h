// Ledgers to forge from, and the truth about them: what each map held at each height, each line of
// each log, each header that is real, each signature that was ever made. Blocks, trees, proofs and
// certificates are made by the shipped code; the truth is kept beside them in plain tables.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "ledger/proof/bundle.h"
#include "ledger/proof/checkpoint.h"
#include "ledger/state/store.h"
#include "tests/include/office.h"

namespace quanlu::forge {

using Table = std::map<std::string, std::string>;  // key -> JCS text of its value

// Members of one epoch with their keys.
struct Committee {
    std::vector<chain::Member> list;
    std::vector<std::shared_ptr<const crypto::SigningKey>> keys;
    // n - f with f = floor((n - 1) / 3), worked out here and nowhere taken from the product.
    [[nodiscard]] std::size_t quorum() const { return list.size() - (list.size() - 1) / 3; }
};
// `kind` names a family of keys: two committees of one family share keys, member by member.
Committee make_committee(std::uint8_t kind, std::size_t first, std::size_t n);

// Every signature that was made in this program: a verdict that names a signer is true only when
// that member's key did sign.
class Notary {
public:
    crypto::Signature sign(const crypto::SigningKey& key, const chain::ChainTag& tag,
                           const chain::Vote& vote);
    [[nodiscard]] bool did_sign(const crypto::PublicKey& key, const chain::ChainTag& tag,
                                const chain::Vote& vote) const;

private:
    std::set<std::pair<crypto::PublicKey, std::array<std::uint8_t, chain::kStatementBytes>>> made_;
};
Notary& notary();

// A certificate by the members at these places of the committee, whoever they are.
chain::QuorumCert certify(const chain::Header& header, const Committee& committee,
                          const std::vector<std::size_t>& members,
                          chain::VoteKind kind = chain::VoteKind::finalize);

// A real header and where it stands.
struct Place {
    chain::Header header;
    Hash hash;
    chain::QuorumCert finalization;
};

class Ledger {
public:
    // The registry's own way: patents, pledges and invoices carried out by the shipped executor,
    // then two changes of the committee (4, other 4, 7 members) with blocks after each.
    static Ledger real(std::size_t patents, std::size_t block_txs);
    // Another chain with the same members and the same keys in its map, but other values.
    static Ledger elsewhere(const Ledger& like);

    [[nodiscard]] const chain::Genesis& genesis() const { return genesis_; }
    [[nodiscard]] chain::ChainTag tag() const { return genesis_.tag(); }
    // All headers in order, genesis first; a drain header shares its height with the one before.
    [[nodiscard]] const std::vector<Place>& places() const { return places_; }
    [[nodiscard]] const std::vector<Committee>& committees() const { return committees_; }
    [[nodiscard]] const Committee& committee_of(const chain::Header& header) const {
        return committees_.at(header.epoch.value);
    }
    [[nodiscard]] const Table& table(Height height) const { return tables_.at(height.value); }
    [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }
    // Ids of transactions by the index of their line.
    [[nodiscard]] const std::map<std::size_t, std::string>& tx_ids() const { return tx_ids_; }
    // Place of the header with this hash, or of the first with this height.
    [[nodiscard]] std::optional<std::size_t> place_of(const Hash& hash) const;
    [[nodiscard]] std::size_t place_at(Height height) const;
    [[nodiscard]] Height last() const { return places_.back().header.height; }
    // The root of the first `size` lines, from the truth.
    [[nodiscard]] const Hash& log_root(std::size_t size) const { return log_roots_.at(size); }

    // What a node hands out, made by the shipped store.
    [[nodiscard]] proof::MapItem item(Height height, const std::string& key) const;
    [[nodiscard]] proof::LogInclusion line_proof(std::size_t index, std::size_t size) const;
    [[nodiscard]] proof::LogConsistency growth(std::size_t older, std::size_t newer) const;
    // Header at `place`, made final by the certificate `ahead` headers later (less at the end of an
    // epoch).
    [[nodiscard]] proof::FinalHeader final_at(std::size_t place, std::size_t ahead) const;
    // Steps from epoch 0 to that of the header.
    [[nodiscard]] std::vector<proof::EpochStep> steps_to(Epoch epoch) const;
    [[nodiscard]] proof::Bundle about(const std::vector<std::string>& keys, std::size_t place,
                                      std::size_t ahead) const;
    [[nodiscard]] proof::Bundle about_tx(std::size_t index, std::size_t place,
                                         std::size_t ahead) const;

    // Compares every root with one computed the naive way from the tables: the truth is the
    // ledger's.
    [[nodiscard]] bool is_sound() const;

private:
    Ledger() = default;
    void found(const chain::Genesis& genesis, Committee committee, const state::VersionPtr& state);
    // A block whose content is given: writes and log lines after the header's own.
    void add_block(const chain::Writes& writes, const std::vector<std::string>& jws);
    void add_sealing(Committee next);
    void add_drain();
    void add_header(const chain::Header& header);
    [[nodiscard]] chain::Header child() const;
    void note_line(const std::string& line);
    void finish() { view_ = std::make_unique<state::View>(kv_->snapshot()); }

    chain::Genesis genesis_;
    std::unique_ptr<kv::KvStore> kv_;
    std::unique_ptr<state::Store> store_;
    std::unique_ptr<state::View> view_;  // of the finished ledger
    std::vector<Committee> committees_;
    std::vector<Place> places_;
    std::map<Hash, std::size_t> by_hash_;
    std::vector<Table> tables_;
    std::vector<std::string> lines_;
    std::vector<Hash> log_roots_;
    std::map<std::size_t, std::string> tx_ids_;
    crypto::LogFrontier log_;
};

}  // namespace quanlu::forge
