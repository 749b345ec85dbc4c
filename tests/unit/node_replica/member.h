// One member's replica as a test meets it: founded with three others, whose part the test plays by
// hand.
#pragma once

#include <catch2/catch.hpp>

#include "node/replica/recover.h"
#include "node/replica/replica.h"

namespace quanlu::replica {

constexpr std::int64_t kStart = 1'795'140'000'000;  // Unix milliseconds
constexpr std::size_t kMembers = 4;
constexpr Now kNow{Millis{1'000}, UnixMillis{kStart + 60'000}};

// Members are 0 to 3, the office's officer is 99, its administrator 97.
crypto::SigningKey key(std::uint8_t n);
chain::Genesis founded();

// Its outcome is a refusal (an empty body); it stands in a block like any.
std::string signed_by(const crypto::SigningKey& officer, const chain::Genesis& genesis,
                      const std::string& jti);
execution::TxPtr parsed(const chain::Genesis& genesis, const std::string& jws);
// The office's administrator adds officer `n`.
std::string added_officer(const chain::Genesis& genesis, std::uint8_t n);
// Signed by members 1 to 3.
chain::QuorumCert certify(const chain::Genesis& genesis, chain::VoteKind kind, View view,
                          const Hash& block);
// Of view 1, on genesis, its time so far ahead of kNow.
chain::Header proposed(const chain::Genesis& genesis, std::int64_t ahead_ms,
                       const std::vector<execution::TxPtr>& txs = {});
bool has_note(const Turn& turn, const std::string& code, const std::string& detail);
chain::SignedVote signed_by_member(const chain::Genesis& genesis, std::uint8_t signer,
                                   const chain::Vote& vote, MemberIndex named);

// A ledger at its genesis, in memory.
struct Ledger {
    std::unique_ptr<kv::KvStore> kv = kv::make_memory_kv();
    state::Store store{*kv};
    execution::Tip tip;
    explicit Ledger(const chain::Genesis& genesis);
};

// Member 0, started at kNow.
struct Member {
    struct NoBlocks : BlockSource {
        [[nodiscard]] std::optional<chain::FinalBlock> at(Height) const override {
            return std::nullopt;
        }
    };
    Ledger ledger;
    NoBlocks blocks;
    Replica replica;
    Turn turn;

    explicit Member(const chain::Genesis& genesis, Config config = {},
                    bool is_memory_intact = true);
    // One input; `turn` holds what follows from it alone.
    void step(const Input& input, Now now = kNow);
};

// The question of a start, among what it sends.
wire::Greeting question_in(const Turn& turn);
// `from` holds nothing of who asks.
wire::Greeting answer_to(const wire::Greeting& question, MemberIndex from);

}  // namespace quanlu::replica
