// Answers come from one snapshot each: value, proof and header belong to one height.
#include "node/api/resources.h"

#include "crypto/base/civil_time.h"
#include "crypto/base/encode.h"
#include "ledger/chain/leaf.h"
#include "ledger/index/index.h"
#include "ledger/proof/bundle.h"
#include "ledger/registry/ids/right_no.h"
#include "ledger/registry/record_type.h"
#include "node/api/snapshot_state.h"
#include "node/api/visibility.h"

namespace quanlu::api {

namespace {

using chain::Code;

constexpr std::size_t kListMax = 1'000;
constexpr std::size_t kListDefault = 100;

// Nouns of the paths and the state key prefix of each.
struct Noun {
    std::string_view path, type, tag;
};
constexpr Noun kNouns[] = {
    {"parties", "party", "party/"},         {"rights", "right", "right/"},
    {"assets", "asset", "asset/"},          {"certificates", "cert", "cert/"},
    {"pledges", "pledge", "pledge/"},       {"receivables", "invoice", "recv/"},
    {"invoice-fingerprints", "", "invfp/"}, {"financing", "finance", "fin/"},
    {"freezes", "freeze", "freeze/"},       {"policies", "policy", "policy/"},
};

std::vector<std::string> split(const std::string& path) {
    std::vector<std::string> parts;
    std::size_t at = 1;
    while (at <= path.size()) {
        const std::size_t slash = path.find('/', at);
        parts.push_back(path.substr(at, slash == std::string::npos ? slash : slash - at));
        if (slash == std::string::npos) break;
        at = slash + 1;
    }
    return parts;
}

std::optional<std::uint64_t> number(const std::string& text) {
    if (text.empty() || text.size() > 15) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

// The header of a height and what makes it final.
std::optional<proof::FinalHeader> final_header(const kv::Reader& reader, Height height) {
    auto entry = index::find_block(reader, height);
    if (!entry) return std::nullopt;
    proof::FinalHeader out;
    out.header = entry->header;
    while (!entry->finalization) {
        height = height.next();
        entry = index::find_block(reader, height);
        if (!entry || out.path.size() >= proof::kPathMax) return std::nullopt;
        out.path.push_back(entry->header);
    }
    out.finalization = *entry->finalization;
    return out;
}

json::Value as_of(const chain::Header& header) {
    return json::Object{{"height", header.height.value},
                        {"time", to_rfc3339(header.time)},
                        {"state_root", to_hex(header.state_root)}};
}

void add_height(Reply& reply, const chain::Header& header) {
    reply.headers.emplace_back("Ledger-Height", std::to_string(header.height.value));
    reply.headers.emplace_back("Ledger-Root", to_hex(header.state_root));
    reply.headers.emplace_back("ETag", "\"h" + std::to_string(header.height.value) + "-" +
                                           to_hex(header.state_root).substr(0, 16) + "\"");
}

}  // namespace

Reply Resources::answer(const Request& request) const {
    const std::optional<Snapshot> snapshot = backend_.snapshot();
    if (request.path == "/livez") return ok(json::Object{{"alive", true}});
    if (!snapshot) return problem(Code::E_NO_QUORUM, "starting");
    if (request.path == "/readyz") return ready(*snapshot);
    if (request.path == "/metrics") return metrics(*snapshot);
    const std::vector<std::string> parts = split(request.path);
    if (parts.empty() || parts[0] != "v1" || parts.size() < 2)
        return problem(Code::E_NO_SUCH_RESOURCE, request.path);
    if (parts[1] == "collateral-checks") {
        if (request.method != "POST") return problem(Code::E_METHOD);
        return collateral_checks(*snapshot, request);
    }
    if (request.method != "GET") return problem(Code::E_METHOD);
    if (parts[1] == "status") return status(*snapshot);
    if (parts[1] == "members") return members();
    if (parts[1] == "evidence") return evidence();
    if (parts[1] == "genesis") return ok(chain::to_json(*backend_.genesis));
    if (parts[1] == "blocks")
        return block(*snapshot,
                     parts.size() > 2 ? parts[2] : std::to_string(snapshot->status.height.value));
    if (parts[1] == "transactions" && parts.size() == 3)
        return transaction(*snapshot, request, parts[2]);
    if (parts[1] == "proofs") return record(*snapshot, request, request.get("key"));
    for (const Noun& noun : kNouns) {
        if (noun.path != parts[1]) continue;
        if (parts.size() == 2) return list(*snapshot, request, std::string(noun.type));
        std::string id = parts[2];
        if (noun.type == "right") {
            const auto key = registry::guess_right_key(id);
            if (!key)
                return problem(
                    chain::Refusal(Code::E_BAD_RIGHT_NO, "", json::Object{{"right_no", id}}));
            id = *key;
        }
        return record(*snapshot, request, std::string(noun.tag) + id);
    }
    return problem(Code::E_NO_SUCH_RESOURCE, request.path);
}

Reply Resources::record(const Snapshot& snapshot, const Request& request,
                        const std::string& key) const {
    if (key.empty() || key.size() > 256)
        return problem(Code::E_BAD_REQUEST, "key of 1 to 256 bytes");
    const state::View view(snapshot.reader);
    const auto applied = view.applied();
    Height height = applied ? applied->height : Height(0);
    if (const std::string asked = request.get("at_height"); !asked.empty()) {
        const auto at = number(asked);
        if (!at || *at > height.value) return problem(Code::E_HEIGHT_UNAVAILABLE, asked);
        height = Height(*at);
    }
    auto final = final_header(*snapshot.reader, height);
    auto tree = view.prove(key, height);
    if (!final || !tree) return problem(Code::E_HEIGHT_UNAVAILABLE, std::to_string(height.value));
    const auto text = view.value(key, height);
    proof::Bundle bundle;
    bundle.chain_id = backend_.genesis->chain_id;
    bundle.kind = text ? proof::BundleKind::record : proof::BundleKind::absence;
    bundle.final = *final;
    proof::MapItem item{key, std::nullopt, *tree};
    json::Value out = json::Object{{"key", key}, {"as_of", as_of(final->header)}};
    if (text) {
        auto value = json::parse(*text, 4 * 1024 * 1024);
        ENSURE(value.ok());
        const SnapshotState state(snapshot.reader);
        auto who = caller(request, state, backend_.genesis->chain_id, backend_.wall_ms());
        if (!who.ok()) return problem(who.error());
        if (!may_read_all(*value, *who, state)) {
            out.set("value", public_part(*value));
            out.set("trust", "unverified");
            Reply reply = ok(out);
            add_height(reply, final->header);
            return reply;
        }
        item.value = *value;
    }
    bundle.items.push_back(std::move(item));
    out.set("bundle", proof::to_json(bundle));
    Reply reply = ok(out);
    if (!text && request.path != "/v1/proofs") reply.status = 404;
    add_height(reply, final->header);
    return reply;
}

Reply Resources::list(const Snapshot& snapshot, const Request& request,
                      const std::string& type) const {
    if (type.empty()) return problem(Code::E_QUERY_TOO_BROAD);
    std::string ref = request.get("ref");
    if (const std::string right = request.get("right"); !right.empty()) {
        const auto key = registry::guess_right_key(right);
        if (!key)
            return problem(
                chain::Refusal(Code::E_BAD_RIGHT_NO, "", json::Object{{"right_no", right}}));
        ref = *key;
    }
    if (ref.empty()) ref = "*";
    std::size_t limit = kListDefault;
    if (const std::string asked = request.get("limit"); !asked.empty()) {
        const auto n = number(asked);
        if (!n || *n < 1 || *n > kListMax) return problem(Code::E_BAD_REQUEST, "limit 1 to 1000");
        limit = *n;
    }
    const registry::RecordType* record_type = registry::find_record_type(type);
    if (record_type == nullptr) return problem(Code::E_NO_SUCH_RESOURCE, type);
    const std::string wanted = request.get("state");
    const state::View view(snapshot.reader);
    const SnapshotState state(snapshot.reader);
    auto who = caller(request, state, backend_.genesis->chain_id, backend_.wall_ms());
    if (!who.ok()) return problem(who.error());
    json::Array items;
    const std::vector<std::string> ids =
        index::list(*snapshot.reader, type, ref, request.get("cursor"), limit);
    for (const std::string& id : ids) {
        const auto value = state.get(std::string(record_type->tag) + id);
        if (value == nullptr || (!wanted.empty() && value->string_or("state", "") != wanted))
            continue;
        items.push_back(may_read_all(*value, *who, state) ? *value : public_part(*value));
    }
    json::Value out = json::Object{{"items", std::move(items)}};
    if (ids.size() == limit) out.set("next", ids.back());
    const auto header = index::find_block(*snapshot.reader, view.applied()->height);
    if (header) out.set("as_of", as_of(header->header));
    return ok(out);
}

json::Value Resources::tx_status(const Hash& id) const {
    json::Value out = json::Object{{"id", to_hex(id)}, {"status", "unknown"}};
    const auto snapshot = backend_.snapshot();
    if (!snapshot) return out;
    const auto place = index::find_tx(*snapshot->reader, id);
    if (!place) return out;
    out.set("status", "committed");
    out.set("height", place->where.height.value);
    out.set("index", place->where.index);
    out.set("time", place->time.value);
    if (auto outcome = json::parse(place->outcome, 1024 * 1024); outcome.ok())
        out.set("outcome", *std::move(outcome));
    return out;
}

Reply Resources::transaction(const Snapshot& snapshot, const Request& request,
                             const std::string& id) const {
    const auto hash = hash_from_hex(id);
    if (!hash) return problem(Code::E_BAD_REQUEST, "a transaction id is 64 hex digits");
    json::Value out = tx_status(*hash);
    if (request.get("proof") == "true") {
        const auto place = index::find_tx(*snapshot.reader, *hash);
        const state::View view(snapshot.reader);
        const auto applied = view.applied();
        const auto final = applied ? final_header(*snapshot.reader, applied->height) : std::nullopt;
        if (!place || !final)
            return problem(chain::Refusal(Code::E_NOT_FOUND, "", json::Object{{"tx", id}}));
        const auto path = view.log_inclusion(place->leaf_index, final->header.log_size);
        const auto block = backend_.block(place->where.height);
        if (!path || !block || place->where.index >= block->block.body.size())
            return problem(Code::E_HEIGHT_UNAVAILABLE, id);
        const std::string line =
            chain::tx_leaf_with(place->where, place->time, block->block.body[place->where.index],
                                *hash, place->outcome);
        proof::Bundle bundle;
        bundle.kind = proof::BundleKind::tx;
        bundle.chain_id = backend_.genesis->chain_id;
        bundle.log = proof::LogItem{line, {place->leaf_index, final->header.log_size, *path}};
        bundle.final = *final;
        out.set("bundle", proof::to_json(bundle));
    }
    return ok(out);
}

Reply Resources::collateral_checks(const Snapshot& snapshot, const Request& request) const {
    const auto body = json::parse(request.body, 1024 * 1024);
    if (!body.ok()) return problem(Code::E_BAD_REQUEST, body.error().reason);
    std::vector<std::string> keys;
    for (const auto& [name, list] : body->is_object() ? body->as_object() : json::Object{}) {
        if (!list.is_array() || (name != "rights" && name != "fingerprints"))
            return problem(Code::E_BAD_REQUEST, "rights, fingerprints: lists");
        for (const json::Value& one : list.as_array()) {
            if (!one.is_string()) return problem(Code::E_BAD_REQUEST, "texts");
            if (name == "fingerprints") {
                if (!hash_from_hex(one.as_string()))
                    return problem(Code::E_BAD_REQUEST, "a fingerprint is 64 hex digits");
                keys.push_back("invfp/" + one.as_string());
                continue;
            }
            const auto key = registry::guess_right_key(one.as_string());
            if (!key)
                return problem(
                    chain::Refusal(Code::E_BAD_RIGHT_NO, "", json::Object{{"right_no", one}}));
            keys.push_back("right/" + *key);
        }
    }
    if (keys.empty() || keys.size() > proof::kBatchMax)
        return problem(Code::E_BAD_REQUEST, "1 to 1000 items");
    const state::View view(snapshot.reader);
    const auto applied = view.applied();
    auto final = applied ? final_header(*snapshot.reader, applied->height) : std::nullopt;
    if (!final) return problem(Code::E_HEIGHT_UNAVAILABLE);
    proof::Bundle bundle;
    bundle.kind = proof::BundleKind::batch;
    bundle.chain_id = backend_.genesis->chain_id;
    bundle.final = *final;
    for (const std::string& key : keys) {
        auto tree = view.prove(key, final->header.height);
        if (!tree) return problem(Code::E_HEIGHT_UNAVAILABLE);
        proof::MapItem item{key, std::nullopt, *tree};
        if (const auto text = view.value(key, final->header.height))
            item.value = std::move(json::parse(*text, 4 * 1024 * 1024)).value();
        bundle.items.push_back(std::move(item));
    }
    Reply reply =
        ok(json::Object{{"as_of", as_of(final->header)}, {"bundle", proof::to_json(bundle)}});
    add_height(reply, final->header);
    return reply;
}

Reply Resources::block(const Snapshot& snapshot, const std::string& height) const {
    const auto at = number(height);
    const auto entry = at ? index::find_block(*snapshot.reader, Height(*at)) : std::nullopt;
    if (!entry) return problem(Code::E_HEIGHT_UNAVAILABLE, height);
    const chain::Header& header = entry->header;
    return ok(json::Object{{"height", header.height.value},
                           {"view", header.view.value},
                           {"hash", to_hex(chain::hash_of(header))},
                           {"parent", to_hex(header.parent)},
                           {"time", to_rfc3339(header.time)},
                           {"proposer", backend_.genesis->members.at(header.proposer).name},
                           {"tx_count", header.tx_count},
                           {"state_root", to_hex(header.state_root)},
                           {"log_size", header.log_size},
                           {"log_root", to_hex(header.log_root)},
                           {"header", to_base64url(encode(header))}});
}

Reply Resources::members() const {
    json::Array list;
    const chain::Members members = backend_.genesis->member_set();
    for (const chain::Member& member : members.list()) {
        list.push_back(json::Object{
            {"name", member.name}, {"party", member.party}, {"key", to_base64url(member.key)}});
    }
    return ok(json::Object{{"epoch", 0},
                           {"members", std::move(list)},
                           {"quorum", static_cast<std::int64_t>(members.quorum())}});
}

Reply Resources::evidence() const {
    json::Array list;
    for (const auto& [first, second] : backend_.evidence()) {
        const auto vote = [](const chain::SignedVote& one) {
            return json::Value(json::Object{{"kind", static_cast<std::int64_t>(one.vote.kind)},
                                            {"view", one.vote.view.value},
                                            {"block", to_hex(one.vote.block)},
                                            {"signature", to_base64url(one.signature)}});
        };
        list.push_back(json::Object{{"member", backend_.genesis->members.at(first.member).name},
                                    {"first", vote(first)},
                                    {"second", vote(second)}});
    }
    return ok(json::Object{{"items", std::move(list)}});
}

Reply Resources::status(const Snapshot& snapshot) const {
    const auto& now = snapshot.status;
    return ok(json::Object{{"chain_id", to_hex(backend_.genesis->chain_id)},
                           {"network", backend_.genesis->name},
                           {"member", backend_.genesis->members.at(backend_.self).name},
                           {"height", now.height.value},
                           {"view", now.consensus.view.value},
                           {"tip", to_hex(now.tip)},
                           {"tip_time", to_rfc3339(now.tip_time)},
                           {"mempool", static_cast<std::int64_t>(now.mempool_count)},
                           {"connected", static_cast<std::int64_t>(now.connected.size())},
                           {"may_vote", now.consensus.may_vote}});
}

// Ready: final blocks keep coming and enough members are heard. Else why, in plain words, and what
// to do.
Reply Resources::ready(const Snapshot& snapshot) const {
    const auto& now = snapshot.status;
    const std::int64_t heartbeat = backend_.genesis->params.heartbeat_ms;
    const std::int64_t silent_ms = backend_.wall_ms() - now.tip_time.value;
    const chain::Members members = backend_.genesis->member_set();
    json::Array reasons;
    if (snapshot.age_ms > 5'000)
        reasons.emplace_back("the core loop has not shown itself for " +
                             std::to_string(snapshot.age_ms) + " ms");
    if (now.height.value == 0) reasons.emplace_back("no block is final yet");
    if (silent_ms > 6 * heartbeat)
        reasons.emplace_back("no finalized block for " + std::to_string(silent_ms / 1000) + " s");
    if (now.connected.size() + 1 < members.quorum()) {
        reasons.emplace_back("connected to " + std::to_string(now.connected.size()) + " of " +
                             std::to_string(members.n() - 1) + " members, " +
                             std::to_string(members.quorum() - 1) + " needed");
    }
    if (now.syncing_to)
        reasons.emplace_back("catching up to height " + std::to_string(now.syncing_to->value));
    if (!now.consensus.may_vote)
        reasons.emplace_back("this node does not vote: its vote memory is missing or damaged");
    json::Array missing;
    for (chain::MemberIndex m = 0; m < members.n(); ++m) {
        bool up = m == backend_.self;
        for (const chain::MemberIndex one : now.connected) up = up || one == m;
        if (!up) missing.emplace_back(members.at(m).name);
    }
    const auto voters = [&](std::uint64_t bits) {
        json::Array names;
        for (chain::MemberIndex m = 0; m < members.n(); ++m) {
            if (bits >> m & 1) names.emplace_back(members.at(m).name);
        }
        return names;
    };
    const bool is_ready = reasons.empty();
    json::Value out = json::Object{{"ready", is_ready},
                                   {"height", now.height.value},
                                   {"view", now.consensus.view.value},
                                   {"leader", members.at(now.consensus.leader).name},
                                   {"notarize_from", voters(now.consensus.notarized_by)},
                                   {"nullify_from", voters(now.consensus.nullified_by)},
                                   {"needed", static_cast<std::int64_t>(members.quorum())},
                                   {"missing", std::move(missing)},
                                   {"reasons", std::move(reasons)},
                                   {"clock_off_median_ms", now.clock_off_median_ms}};
    Reply reply = ok(out);
    reply.status = is_ready ? 200 : 503;
    return reply;
}

Reply Resources::metrics(const Snapshot& snapshot) const {
    const auto& now = snapshot.status;
    std::string text;
    const auto gauge = [&text](const char* name, const char* help, std::int64_t value) {
        text += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " gauge\n" +
                name + " " + std::to_string(value) + "\n";
    };
    gauge("quanlu_consensus_height", "Height of the last final block.",
          static_cast<std::int64_t>(now.height.value));
    gauge("quanlu_consensus_view", "Present view.",
          static_cast<std::int64_t>(now.consensus.view.value));
    gauge("quanlu_consensus_floor_view", "View of the last final block.",
          static_cast<std::int64_t>(now.consensus.floor.view.value));
    gauge("quanlu_consensus_delta_milliseconds", "Delay bound with back-off.",
          now.consensus.delta_ms);
    gauge("quanlu_consensus_may_vote", "1 when this member votes.", now.consensus.may_vote ? 1 : 0);
    gauge("quanlu_consensus_tip_age_milliseconds", "Age of the last final block.",
          backend_.wall_ms() - now.tip_time.value);
    gauge("quanlu_mempool_transactions", "Transactions that wait.",
          static_cast<std::int64_t>(now.mempool_count));
    gauge("quanlu_mempool_bytes", "Bytes of transactions that wait.",
          static_cast<std::int64_t>(now.mempool_bytes));
    gauge("quanlu_peers_connected", "Members connected.",
          static_cast<std::int64_t>(now.connected.size()));
    gauge("quanlu_evidence_total", "Pairs of contradicting statements recorded.",
          static_cast<std::int64_t>(backend_.evidence().size()));
    Reply reply;
    reply.content_type = "text/plain; version=0.0.4";
    reply.body = std::move(text);
    return reply;
}

Reply Resources::dry_run(const execution::TxPtr& tx) const {
    const auto snapshot = backend_.snapshot();
    if (!snapshot) return problem(Code::E_NO_QUORUM, "starting");
    const SnapshotState state(snapshot->reader);
    const auto admitted = registry::admit(state, *tx, UnixMillis{backend_.wall_ms()});
    std::vector<chain::Refusal> all;
    if (!admitted.ok()) {
        all.push_back(admitted.error());
    } else {
        all = registry::all_refusals(
            state, *tx, {snapshot->status.height.next(), 0, UnixMillis{backend_.wall_ms()}});
    }
    json::Array refusals;
    for (const chain::Refusal& one : all) refusals.push_back(to_json(one));
    return ok(json::Object{{"would_refuse", std::move(refusals)},
                           {"as_of", json::Object{{"height", snapshot->status.height.value}}}});
}

}  // namespace quanlu::api
