// Members with keys, votes, certificates and headers for the tests of consensus. Signatures are
// real.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "consensus/effects.h"
#include "consensus/message.h"
#include "crypto/hash.h"
#include "ledger/chain/params.h"

namespace quanlu::consensus {

inline const crypto::SigningKey& key_of(MemberIndex member) {
    static std::map<MemberIndex, crypto::SigningKey> keys;
    auto found = keys.find(member);
    if (found == keys.end()) {
        std::array<std::uint8_t, 32> seed{};
        seed.fill(static_cast<std::uint8_t>(member + 1));
        found = keys.emplace(member, crypto::SigningKey::from_seed(seed)).first;
    }
    return found->second;
}

inline chain::Members members_of(std::size_t n) {
    std::vector<chain::Member> list;
    for (MemberIndex i = 0; i < n; ++i) {
        const std::string number = std::to_string(i);
        list.push_back({"node-" + number, "party-" + number, key_of(i).public_key()});
    }
    return chain::Members(Epoch(0), std::move(list));
}

inline chain::ChainTag test_tag() {
    return {crypto::SuiteId::intl, crypto::sha256(as_bytes("test chain"))};
}

inline chain::Params test_params() {
    chain::Params params;
    params.delta_ms = 100;
    params.delta_max_ms = 400;
    params.heartbeat_ms = 1'000;
    return params;
}

inline Hash block(const std::string& name) {
    return crypto::sha256(as_bytes(name));
}

inline Vote notarize(std::uint64_t view, const Hash& block) {
    return {VoteKind::notarize, Epoch(0), View(view), block};
}
inline Vote nullify(std::uint64_t view) {
    return {VoteKind::nullify, Epoch(0), View(view), {}};
}
inline Vote finalize(std::uint64_t view, const Hash& block) {
    return {VoteKind::finalize, Epoch(0), View(view), block};
}

inline SignedVote sign(const Vote& vote, MemberIndex member) {
    SignedVote out{vote, member, {}};
    out.signature = key_of(member).sign(chain::statement_bytes(test_tag(), vote));
    return out;
}

inline Verified<SignedVote> checked(const SignedVote& vote, const chain::Members& members) {
    auto out = chain::verify(vote, members, test_tag());
    ENSURE(out.ok());
    return *out;
}

inline QuorumCert cert_of(const Vote& vote, const std::vector<MemberIndex>& signers) {
    QuorumCert cert;
    cert.statement = vote;
    for (const MemberIndex member : signers) {
        cert.signers |= std::uint64_t{1} << member;
        cert.signatures.push_back(sign(vote, member).signature);
    }
    return cert;
}

// By the first q members.
inline QuorumCert cert_of(const Vote& vote, const chain::Members& members) {
    std::vector<MemberIndex> signers;
    for (MemberIndex i = 0; i < members.quorum(); ++i) signers.push_back(i);
    return cert_of(vote, signers);
}

inline Verified<QuorumCert> checked(const QuorumCert& cert, const chain::Members& members) {
    auto out = chain::verify(cert, members, test_tag());
    ENSURE(out.ok());
    return *out;
}

// A header whose place is right; `salt` makes two blocks of one place differ.
inline Header header_of(std::uint64_t view, const chain::Members& members, const Hash& parent,
                        std::uint64_t parent_view, std::uint64_t height,
                        const std::string& salt = {}) {
    Header header;
    header.chain = test_tag();
    header.view = View(view);
    header.height = Height(height);
    header.parent = parent;
    header.parent_view = View(parent_view);
    header.time = UnixMillis{static_cast<std::int64_t>(1'700'000'000'000 + view)};
    header.proposer = members.leader(View(view));
    header.state_root = block(salt);
    header.members_hash = members.hash();
    header.next_members_hash = members.hash();
    return header;
}

inline bool has_note(const Effects& effects, const std::string& code) {
    for (const Note& note : effects.notes) {
        if (code == note.code) return true;
    }
    return false;
}

}  // namespace quanlu::consensus
