// The chain of vectors.h: four members, one officer, one block at height 5 on a parent at view 7
// with view 8 skipped.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "crypto/jwk.h"
#include "ledger/chain/block.h"
#include "ledger/chain/genesis.h"
#include "ledger/chain/leaf.h"
#include "ledger/chain/transaction.h"
#include "vectors.h"

namespace quanlu::chain {

inline crypto::SigningKey key_of(std::uint8_t byte) {
    std::array<std::uint8_t, 32> seed{};
    seed.fill(byte);
    return crypto::SigningKey::from_seed(seed);
}

inline std::vector<Member> member_list(std::size_t n) {
    static const char* const kNames[] = {"node-a", "node-b", "node-c", "node-d"};
    static const char* const kParties[] = {"ipo-yuhang", "bank-hz", "court-hz", "notary-zj"};
    std::vector<Member> list;
    for (std::size_t i = 0; i < n; ++i) {
        const bool named = i < 4;
        list.push_back({named ? kNames[i] : "node-" + std::to_string(i),
                        named ? kParties[i] : "party-" + std::to_string(i),
                        key_of(static_cast<std::uint8_t>(i + 1)).public_key()});
    }
    return list;
}

inline Genesis test_genesis() {
    auto genesis = parse_genesis(as_text(*from_hex(vectors::kGenesisHex)));
    REQUIRE(genesis.ok());
    return *genesis;
}

inline QuorumCert make_cert(VoteKind kind, View view, const Hash& block, std::uint64_t signers,
                            const ChainTag& tag, Epoch epoch = Epoch(0)) {
    QuorumCert cert;
    cert.statement = {kind, epoch, view, block};
    cert.signers = signers;
    for (std::uint8_t i = 0; i < 64; ++i) {
        if ((signers >> i & 1) == 0) continue;
        cert.signatures.push_back(
            key_of(static_cast<std::uint8_t>(i + 1)).sign(statement_bytes(tag, cert.statement)));
    }
    return cert;
}

inline SignedVote make_vote(VoteKind kind, View view, const Hash& block, MemberIndex member,
                            const ChainTag& tag) {
    SignedVote vote{{kind, Epoch(0), view, block}, member, {}};
    vote.signature =
        key_of(static_cast<std::uint8_t>(member + 1)).sign(statement_bytes(tag, vote.vote));
    return vote;
}

inline TxDraft test_draft() {
    TxDraft draft;
    draft.iss = "bank-hz";
    draft.jti = "op-1";
    draft.act = "pledge.register";
    draft.rec = "PL-330110-20261120-00000017-4";
    draft.iat = 1'763'640'100;
    draft.exp = 1'763'640'400;
    draft.ver = 3;
    draft.body = json::Object{{"note", "质押"}};
    return draft;
}

inline Header test_header() {
    const Genesis genesis = test_genesis();
    Header header;
    header.chain = genesis.tag();
    header.view = View(9);
    header.height = Height(5);
    header.parent = crypto::sha256(as_bytes("parent"));
    header.parent_view = View(7);
    header.time = UnixMillis{1'763'640'200'123};
    header.proposer = 1;
    header.tx_count = 1;
    header.txs_hash = txs_hash({crypto::sha256(as_bytes(vectors::kJws))});
    header.log_size = 42;
    header.log_root = crypto::sha256(as_bytes("log"));
    header.state_root = crypto::sha256(as_bytes("state"));
    header.members_hash = genesis.member_set().hash();
    header.next_members_hash = header.members_hash;
    header.params_hash = hash_of(genesis.params);
    return header;
}

inline Block test_block() {
    const ChainTag tag = test_genesis().tag();
    Block block{test_header(), {vectors::kJws}, {}};
    block.justification.parent =
        make_cert(VoteKind::notarize, View(7), block.header.parent, 0b1011, tag);
    block.justification.skipped.push_back(
        make_cert(VoteKind::nullify, View(8), Hash{}, 0b1101, tag));
    return block;
}

template <class T>
Bytes encoded(const T& value) {
    Writer out;
    encode(out, value);
    return out.take();
}

}  // namespace quanlu::chain
