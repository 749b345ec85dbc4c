// Blocks, members, evidence, status: the chain as this node has it. None of it is proven here; a
// header carries its own hash and a bundle its certificate.
#include "crypto/base/civil_time.h"
#include "crypto/base/encode.h"
#include "crypto/jwk.h"
#include "ledger/index/index.h"
#include "node/api/parts.h"
#include "node/api/resources.h"

namespace quanlu::api {

namespace {

using chain::Code;

json::Value block_json(const chain::Header& header, const chain::Genesis& genesis) {
    // Genesis has no proposer.
    const std::string proposer =
        header.height.value == 0 ? "" : genesis.members.at(header.proposer).name;
    return json::Object{{"height", header.height.value},
                        {"view", header.view.value},
                        {"epoch", header.epoch.value},
                        {"hash", to_hex(chain::hash_of(header))},
                        {"parent", to_hex(header.parent)},
                        {"time", to_rfc3339(header.time)},
                        {"proposer", proposer},
                        {"tx_count", header.tx_count},
                        {"state_root", to_hex(header.state_root)},
                        {"log_size", header.log_size},
                        {"log_root", to_hex(header.log_root)},
                        {"header", to_base64url(encode(header))}};
}

std::string_view kind_text(chain::VoteKind kind) {
    switch (kind) {
        case chain::VoteKind::notarize:
            return "notarize";
        case chain::VoteKind::nullify:
            return "nullify";
        case chain::VoteKind::finalize:
            return "finalize";
    }
    return "";
}

json::Value vote_json(const chain::SignedVote& one) {
    return json::Object{{"kind", kind_text(one.vote.kind)},
                        {"epoch", one.vote.epoch.value},
                        {"view", one.vote.view.value},
                        {"block", to_hex(one.vote.block)},
                        {"signature", to_base64url(one.signature)}};
}

}  // namespace

Reply Resources::block(const Snapshot& snapshot, const std::string& height) const {
    const auto at = number(height);
    const auto entry = at ? index::find_block(*snapshot.reader, Height(*at)) : std::nullopt;
    if (!entry) return problem(Code::E_HEIGHT_UNAVAILABLE, height);
    return ok(block_json(entry->header, *backend_.genesis));
}

Reply Resources::blocks(const Snapshot& snapshot, const Request& request) const {
    const auto limit = page_size(request);
    if (!limit) return problem(Code::E_BAD_REQUEST, "limit 1 to 1000");
    std::uint64_t at = snapshot.status.height.value;
    if (const std::string cursor = request.get("cursor"); !cursor.empty()) {
        const auto asked = number(cursor);
        if (!asked || *asked > at) return problem(Code::E_HEIGHT_UNAVAILABLE, cursor);
        at = *asked;
    }
    json::Array items;
    json::Value out;
    for (;; --at) {
        if (items.size() == *limit) {
            out.set("next", std::to_string(at));
            break;
        }
        const auto entry = index::find_block(*snapshot.reader, Height(at));
        if (entry) items.push_back(block_json(entry->header, *backend_.genesis));
        if (at == 0) break;
    }
    out.set("items", std::move(items));
    return ok(out);
}

Reply Resources::members() const {
    json::Array list;
    const chain::Members members = backend_.genesis->member_set();
    for (const chain::Member& member : members.list()) {
        list.push_back(json::Object{
            {"name", member.name}, {"party", member.party}, {"key", crypto::to_jwk(member.key)}});
    }
    return ok(json::Object{{"epoch", 0},
                           {"members", std::move(list)},
                           {"quorum", static_cast<std::int64_t>(members.quorum())}});
}

Reply Resources::evidence() const {
    json::Array list;
    for (const auto& [first, second] : backend_.evidence()) {
        list.push_back(json::Object{{"member", backend_.genesis->members.at(first.member).name},
                                    {"first", vote_json(first)},
                                    {"second", vote_json(second)}});
    }
    return ok(json::Object{{"items", std::move(list)}});
}

Reply Resources::status(const Snapshot& snapshot) const {
    const auto& now = snapshot.status;
    return ok(json::Object{{"chain_id", to_hex(backend_.genesis->chain_id)},
                           {"network", backend_.genesis->name},
                           {"member", backend_.genesis->members.at(backend_.self).name},
                           {"version", backend_.version},
                           {"height", now.height.value},
                           {"view", now.consensus.view.value},
                           {"tip", to_hex(now.tip)},
                           {"tip_time", to_rfc3339(now.tip_time)},
                           {"mempool", static_cast<std::int64_t>(now.mempool_count)},
                           {"connected", static_cast<std::int64_t>(now.connected.size())},
                           {"may_vote", now.consensus.may_vote}});
}

}  // namespace quanlu::api
