// Strict founding document (docs/protocol.md 4.3).
#include "ledger/chain/genesis.h"

#include <set>

#include "crypto/hash.h"
#include "crypto/jwk.h"
#include "ledger/chain/state_reader.h"

namespace quanlu::chain {

namespace {

bool is_label(std::string_view text) {
    if (text.empty() || text.size() > 64) return false;
    for (const char c : text) {
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
    }
    return true;
}

Result<Member, std::string> member_from(const json::Value& value, std::size_t index) {
    const std::string where = "members[" + std::to_string(index) + "]";
    if (!value.is_object() || value.as_object().size() != 3)
        return Err(where + ": exactly key, name, party");
    Member member;
    member.name = value.string_or("name", "");
    member.party = value.string_or("party", "");
    if (!is_label(member.name) || !is_label(member.party))
        return Err(where + ": name and party of [a-z0-9-]{1,64}");
    const json::Value* key = value.find("key");
    const auto decoded = key == nullptr ? std::nullopt : crypto::key_from_jwk(*key);
    if (!decoded) return Err(where + ".key: an acceptable Ed25519 JWK");
    member.key = *decoded;
    return member;
}

}  // namespace

Result<std::vector<Member>, std::string> members_from_json(const json::Value& list) {
    if (!list.is_array() || list.as_array().empty() || list.as_array().size() > kMembersMax) {
        return Err(std::string("members: 1 to 64"));
    }
    std::vector<Member> members;
    std::set<std::string> names;
    std::set<crypto::PublicKey> keys;
    for (const json::Value& value : list.as_array()) {
        TRY(Member member, member_from(value, members.size()));
        if (!names.insert(member.name).second || !keys.insert(member.key).second) {
            return Err("members[" + std::to_string(members.size()) + "]: name or key stands twice");
        }
        members.push_back(std::move(member));
    }
    return members;
}

json::Value to_json(const std::vector<Member>& members) {
    json::Array list;
    for (const Member& member : members) {
        list.push_back(json::Object{
            {"key", crypto::to_jwk(member.key)}, {"name", member.name}, {"party", member.party}});
    }
    return list;
}

Result<Genesis, std::string> parse_genesis(std::string_view text) {
    const auto document = json::parse(text, kGenesisBytesMax);
    if (!document.ok()) {
        return Err("JSON: " + document.error().reason + " at byte " +
                   std::to_string(document.error().offset));
    }
    return genesis_from_json(*document);
}

Result<Genesis, std::string> genesis_from_json(const json::Value& document) {
    if (!document.is_object() || document.as_object().size() != 7) {
        return Err(
            std::string("genesis: exactly members, name, params, records, suite, time, version"));
    }
    Genesis genesis;
    if (document.integer_or("version", 0) != 1) return Err(std::string("version: 1"));
    genesis.name = document.string_or("name", "");
    if (!is_label(genesis.name)) return Err(std::string("name: [a-z0-9-]{1,64}"));
    const auto suite = crypto::suite_from_text(document.string_or("suite", ""));
    if (!suite) return Err(std::string("suite: intl"));
    genesis.suite = *suite;
    genesis.time = UnixMillis{document.integer_or("time", -1)};
    if (genesis.time.value < 0) return Err(std::string("time: milliseconds since 1970"));
    const json::Value* members = document.find("members");
    if (members == nullptr) return Err(std::string("members: missing"));
    TRY(genesis.members, members_from_json(*members));
    const json::Value* params = document.find("params");
    if (params == nullptr) return Err(std::string("params: missing"));
    TRY(genesis.params, params_from_json(*params));
    const json::Value* records = document.find("records");
    if (records == nullptr || !records->is_object()) return Err(std::string("records: object"));
    for (const auto& [key, value] : records->as_object()) {
        if (key.size() > kStateKeyMax || !value.is_object() || value.as_object().empty()) {
            return Err("records." + key.substr(0, kStateKeyMax) +
                       ": key of 1 to 256 bytes, value an object with members");
        }
    }
    genesis.records = *records;
    genesis.chain_id = crypto::sha256(as_bytes(json::write(document)));
    return genesis;
}

json::Value to_json(const Genesis& genesis) {
    return json::Object{{"members", to_json(genesis.members)},
                        {"name", genesis.name},
                        {"params", to_json(genesis.params)},
                        {"records", genesis.records},
                        {"suite", crypto::to_text(genesis.suite)},
                        {"time", genesis.time.value},
                        {"version", 1}};
}

Header genesis_header(const Genesis& genesis, const Hash& state_root) {
    Header header;
    const Members members = genesis.member_set();
    header.chain = genesis.tag();
    header.time = genesis.time;
    header.txs_hash = txs_hash({});
    header.log_root = crypto::sha256(BytesView{});
    header.state_root = state_root;
    header.members_hash = members.hash();
    header.next_members_hash = members.hash();
    header.params_hash = hash_of(genesis.params);
    return header;
}

}  // namespace quanlu::chain
