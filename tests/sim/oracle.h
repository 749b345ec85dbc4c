// What must hold over everything that was ever said and made final (RELIABILITY.md C0), counted
// anew here: bits, quorums and links are recomputed from bytes, and no production predicate is
// asked. The first violation is kept as a text and ends the run.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "node/replica/replica.h"
#include "tests/sim/disk.h"

namespace quanlu::sim {

// What a disk would hold after the worst crash, read entry by entry with a parser of its own.
class DurableImage {
public:
    void read(const SimDisk& disk);
    [[nodiscard]] bool has_vote(const chain::SignedVote& vote) const;
    [[nodiscard]] bool has_body(const Hash& block) const { return bodies_.contains(block); }
    // Hash of the transaction at a place of the block log.
    [[nodiscard]] std::optional<Hash> tx_at(const chain::Where& where) const;
    [[nodiscard]] bool has_block(const Hash& block) const { return blocks_.contains(block); }

private:
    void take_entry(std::uint8_t type, BytesView payload);
    void take_block(BytesView payload, bool is_final);
    std::map<std::string, std::size_t> offsets_;
    std::set<Bytes> votes_;
    std::set<Hash> bodies_, blocks_;
    std::map<std::uint64_t, std::vector<Hash>> txs_;  // by height
};

class Oracle {
public:
    Oracle(const chain::Genesis& genesis, std::set<chain::MemberIndex> byzantine);

    // Everything a member says goes through here; of an honest one it must be durable (I14).
    void said(chain::MemberIndex member, const replica::wire::Message& message,
              const SimDisk& journal, const SimDisk& blocks, std::uint64_t process);
    void accused(chain::MemberIndex by, const consensus::Evidence& evidence);
    // A member that lost its memory is as a liar from then on; `may_vote_again`: it still must not
    // contradict what it said before.
    void forgot(chain::MemberIndex member, bool may_vote_again);
    // A member's disks were set back: it may contradict what it said before only where fewer than
    // f + 1 of the others, up from then until now, had heard that: else one of any q - 1 tells it.
    void set_back(chain::MemberIndex member);
    void heard(chain::MemberIndex by, const chain::SignedVote& vote);
    void died(chain::MemberIndex member);

    // A member signed it and may put it into certificates, whoever hears the vote itself.
    void signed_vote(const chain::SignedVote& vote) { count_vote(vote); }
    // An honest member made it final and durable.
    void logged(chain::MemberIndex member, const chain::FinalBlock& block);
    void finalized(chain::MemberIndex member, const execution::Executed& block);
    // A final transaction and what became of it.
    void stands(const chain::Tx& tx, const chain::Where& where, const chain::Outcome& outcome);
    void answered(chain::MemberIndex member, const replica::Answer& answer, const SimDisk& blocks,
                  std::uint64_t process);
    // A client handed it to a node.
    void submitted(const chain::Tx& tx) {
        if (++submissions_[tx.id] == 1) after_.emplace(tx.id, newest_told_);
    }
    // True time, and how far the clocks of honest members may be from it (I15).
    void set_now(std::int64_t now_ms, std::int64_t skew_ms) {
        now_ms_ = now_ms;
        skew_ms_ = skew_ms;
    }
    // What a member holds in memory (I16), against the caps written in docs/consensus.md.
    void holds(chain::MemberIndex member, const replica::Replica::Status& status);
    void at_end();

    [[nodiscard]] const chain::Outcome* outcome_of(const Hash& tx_id) const;
    [[nodiscard]] const std::optional<std::string>& violation() const { return violation_; }
    [[nodiscard]] std::uint64_t height() const {
        return chain_.empty() ? 0 : chain_.rbegin()->first;
    }
    // Up to here every transaction's outcome is known.
    [[nodiscard]] std::uint64_t told_height() const { return told_; }
    void told(std::uint64_t height) { told_ = std::max(told_, height); }
    [[nodiscard]] Hash last_hash() const {
        return chain_.empty() ? Hash{} : chain_.rbegin()->second.hash;
    }
    [[nodiscard]] std::size_t acknowledged() const { return acknowledged_.size(); }
    [[nodiscard]] std::size_t refused() const { return refused_.size(); }
    [[nodiscard]] std::size_t races_won() const { return holders_.size(); }
    void fail(std::string what);

private:
    struct Final {
        Hash hash, state_root, body;  // body: of all its bytes (I18)
        std::uint64_t view = 0;
        std::int64_t time_ms = 0;
    };
    struct Placed {
        chain::Where where;
        Hash tx_hash;
        chain::Outcome outcome;
    };
    using Statement = std::pair<std::uint64_t, int>;  // view, kind

    [[nodiscard]] bool is_honest(chain::MemberIndex member) const {
        return !byzantine_.contains(member);
    }
    void said_vote(chain::MemberIndex member, const chain::SignedVote& vote);
    void check_promise(const chain::SignedVote& vote);
    void check_set_back(const chain::SignedVote& vote);
    void count_vote(const chain::SignedVote& vote);
    void certify(const chain::Vote& statement);
    void check_cert(const chain::QuorumCert& cert, const char* where);
    void check_durable(const chain::SignedVote& vote, const DurableImage& journal,
                       const DurableImage& blocks);
    void check_link(const chain::FinalBlock& block);
    void check_time(const chain::Header& header);
    void watch_exclusive(const chain::Tx& tx, const chain::Outcome& outcome);

    const chain::Genesis& genesis_;
    std::size_t n_, quorum_;
    std::set<chain::MemberIndex> byzantine_, unbound_;  // unbound: may contradict themselves
    std::optional<chain::MemberIndex> set_back_;
    // Votes of the watched member, and who has heard them in its present life: until it was set
    // back, and then no more are added.
    std::map<std::pair<Statement, Hash>, std::set<chain::MemberIndex>> heard_;
    std::map<std::pair<chain::MemberIndex, std::uint64_t>, std::map<int, Hash>> promises_;
    std::map<std::pair<Statement, Hash>, std::set<chain::MemberIndex>> votes_;
    std::map<Statement, Hash> certified_;
    std::set<std::pair<std::uint64_t, Hash>> notarized_;
    std::map<std::uint64_t, Final> chain_;
    std::uint64_t told_ = 0;
    std::map<Hash, Placed> placed_;  // tx id
    std::map<Hash, std::size_t> submissions_;
    std::vector<std::pair<Hash, chain::Where>> acknowledged_;
    // Of each transaction, the newest place that anybody had been told of when it was first handed
    // in (I12).
    std::map<Hash, chain::Where> after_;
    chain::Where newest_told_{Height(0), 0};
    std::int64_t now_ms_ = 0, skew_ms_ = 0;
    std::map<Hash, std::size_t> refused_;
    std::set<Hash> never_;                        // told that no block can hold it
    std::map<std::string, std::string> holders_;  // of what one alone may hold
    std::map<std::uint64_t, std::pair<DurableImage, DurableImage>> images_;  // by process
    std::optional<std::string> violation_;
};

}  // namespace quanlu::sim
