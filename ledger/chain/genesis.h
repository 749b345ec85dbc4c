// The founding document: JSON that every member signs off by its hash, which is the chain id.
// Members, parameters, first parties and policies; its header is block 0, whose state root anyone
// can recompute.
#pragma once

#include <string>
#include <vector>

#include "ledger/chain/header.h"
#include "ledger/chain/params.h"

namespace quanlu::chain {

inline constexpr std::size_t kGenesisBytesMax =
    4 * 1024 * 1024;  // 64 members and some thousand first records

struct Genesis {
    std::string name;  // label of the network
    crypto::SuiteId suite = crypto::SuiteId::intl;
    UnixMillis time;
    std::vector<Member> members;
    Params params;
    json::Value records;  // object: state key -> value, as the map holds them at height 0
    Hash chain_id;        // SHA-256 of the document's JCS text

    [[nodiscard]] ChainTag tag() const { return {suite, chain_id}; }
    [[nodiscard]] Members member_set() const { return Members(Epoch(0), members); }
};

// Strict: unknown members, repeated keys or names, unacceptable public keys refused; text says what
// and where.
Result<Genesis, std::string> genesis_from_json(const json::Value& document);
// The same from the text of a file.
Result<Genesis, std::string> parse_genesis(std::string_view text);
// The member list inside it, [{"key":JWK,"name","party"},...]: 1 to kMembersMax, each name and each
// key once.
Result<std::vector<Member>, std::string> members_from_json(const json::Value& list);
json::Value to_json(const std::vector<Member>& members);
json::Value to_json(const Genesis& genesis);
// Block 0: no proposer, no certificate, log_size 0, the given state root of `records`.
Header genesis_header(const Genesis& genesis, const Hash& state_root);

}  // namespace quanlu::chain
