// Answers come from one snapshot each: value, proof and header belong to one height.
#include "node/api/resources.h"

#include <algorithm>
#include <set>

#include "crypto/base/civil_time.h"
#include "crypto/base/encode.h"
#include "ledger/chain/leaf.h"
#include "ledger/index/index.h"
#include "ledger/proof/bundle.h"
#include "ledger/registry/ids/right_no.h"
#include "ledger/registry/record_type.h"
#include "node/api/parts.h"
#include "node/api/snapshot_state.h"
#include "node/api/visibility.h"

namespace quanlu::api {

namespace {

using Asked = Resources::Asked;

using chain::Code;

constexpr std::size_t kValueBytesMax = 4 * 1024 * 1024;  // no record comes near it

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

// Query parameters of each kind of route: anything else is a mistake that must not pass in silence.
bool knows_parameters(const Request& request, std::initializer_list<std::string_view> known) {
    for (const auto& [name, value] : request.query) {
        if (std::find(known.begin(), known.end(), name) == known.end()) return false;
    }
    return true;
}

Reply unknown_parameter() {
    return problem(Code::E_BAD_REQUEST, "a query parameter that this resource does not know");
}

// Whole when the caller may read it all; else its public part.
struct Shown {
    json::Value value;
    bool is_whole = true;
};

Shown shown_to(const Caller& who, const std::string& key, json::Value value) {
    if (may_read_all(key, value, who)) return {std::move(value), true};
    return {public_part(value), false};
}

Reply forbidden(const std::string& key) {
    return problem(chain::Refusal(Code::E_FORBIDDEN, "", json::Object{{"key", key}}));
}

chain::Refusal bad_question(const char* why) {
    return chain::Refusal(Code::E_BAD_REQUEST, "", json::Object{{"reason", why}});
}

// 1 to kBatchMax questions, each once.
Status<chain::Refusal> askable(const std::vector<Asked>& asked) {
    std::set<std::string_view> seen;
    for (const Asked& one : asked) {
        if (!seen.insert(one.key).second) return Err(bad_question("the same question twice"));
    }
    if (asked.empty() || asked.size() > proof::kBatchMax)
        return Err(bad_question("1 to 1000 items"));
    return Unit{};
}

// {"keys": [...]}: any keys of the map.
Result<std::vector<Asked>, chain::Refusal> read_keys(const std::string& body) {
    const auto document = json::parse(body, kValueBytesMax);
    const json::Value* keys = document.ok() ? document->find("keys") : nullptr;
    if (keys == nullptr || !keys->is_array() || document->as_object().size() != 1)
        return Err(bad_question("keys: a list"));
    std::vector<Asked> asked;
    for (const json::Value& one : keys->as_array()) {
        if (!one.is_string() || !proof::is_key(one.as_string()))
            return Err(bad_question("key of 1 to 256 visible ASCII characters"));
        asked.push_back({one.as_string(), one.as_string()});
    }
    TRY_VOID(askable(asked));
    return asked;
}

Result<std::vector<Asked>, chain::Refusal> read_asked(const std::string& body) {
    const auto refuse = [](const char* why) { return Err(bad_question(why)); };
    const auto document = json::parse(body, kValueBytesMax);
    if (!document.ok() || !document->is_object()) return refuse("a JSON object");
    std::vector<Asked> asked;
    for (const auto& [name, list] : document->as_object()) {
        if (!list.is_array() || (name != "rights" && name != "fingerprints"))
            return refuse("rights, fingerprints: lists");
    }
    for (const char* name : {"rights", "fingerprints"}) {
        const json::Value* list = document->find(name);
        for (const json::Value& one : list == nullptr ? json::Array{} : list->as_array()) {
            if (!one.is_string()) return refuse("texts");
            const std::string& text = one.as_string();
            if (std::string_view(name) == "fingerprints") {
                if (!hash_from_hex(text)) return refuse("a fingerprint is 64 hex digits");
                asked.push_back({text, "invfp/" + text});
                continue;
            }
            const auto key = registry::guess_right_key(text);
            if (!key)
                return Err(
                    chain::Refusal(Code::E_BAD_RIGHT_NO, "", json::Object{{"right_no", one}}));
            asked.push_back({text, "right/" + *key});
        }
    }
    TRY_VOID(askable(asked));
    return asked;
}

}  // namespace

Reply Resources::answer(const Request& request) const {
    const std::optional<Snapshot> snapshot = backend_.snapshot();
    const bool is_admin =
        request.path == "/livez" || request.path == "/readyz" || request.path == "/metrics";
    if (is_admin && request.method != "GET") return problem(Code::E_METHOD);
    if (request.path == "/livez") return alive(snapshot);
    if (!snapshot) return problem(Code::E_NO_QUORUM, "starting");
    if (request.path == "/readyz") return ready(*snapshot, request);
    if (request.path == "/metrics") return metrics(*snapshot);
    const std::vector<std::string> parts = split(request.path);
    if (parts.size() < 2 || parts.size() > 3 || parts[0] != "v1" || parts.back().empty())
        return problem(Code::E_NO_SUCH_RESOURCE, request.path);
    if (parts[1] == "collateral-checks" && parts.size() == 2) {
        if (request.method != "POST") return problem(Code::E_METHOD);
        if (!knows_parameters(request, {"at_height"})) return unknown_parameter();
        const auto asked = read_asked(request.body);
        return asked.ok() ? batch(*snapshot, request, *asked) : problem(asked.error());
    }
    if (parts[1] == "proofs" && parts.size() == 2 && request.method == "POST") {
        if (!knows_parameters(request, {"at_height"})) return unknown_parameter();
        const auto asked = read_keys(request.body);
        return asked.ok() ? batch(*snapshot, request, *asked) : problem(asked.error());
    }
    if (request.method != "GET") return problem(Code::E_METHOD);
    if (const auto reply = chain_answer(*snapshot, request, parts)) return *reply;
    if (parts[1] == "transactions" && parts.size() == 3) {
        if (!knows_parameters(request, {"proof"})) return unknown_parameter();
        return transaction(*snapshot, request, parts[2]);
    }
    if (parts[1] == "tasks" && parts.size() == 2) {
        if (!knows_parameters(request, {"cursor", "limit"})) return unknown_parameter();
        return tasks(*snapshot, request);
    }
    if (parts[1] == "proofs" && parts.size() == 2) {
        if (!knows_parameters(request, {"key", "at_height"})) return unknown_parameter();
        return record(*snapshot, request, request.get("key"));
    }
    if (parts[1] == "invoice-fingerprints") {
        if (parts.size() == 2) return problem(Code::E_QUERY_TOO_BROAD);  // one asks for one it has
        if (!knows_parameters(request, {"at_height"})) return unknown_parameter();
        if (!hash_from_hex(parts[2]))
            return problem(Code::E_BAD_REQUEST, "a fingerprint is 64 hex digits");
        return record(*snapshot, request, "invfp/" + parts[2]);
    }
    for (const registry::RecordType& type : registry::record_types()) {
        if (type.plural != parts[1]) continue;
        if (parts.size() == 2) return list(*snapshot, request, type);
        if (!knows_parameters(request, {"at_height"})) return unknown_parameter();
        const auto id =
            type.name == "right" ? registry::guess_right_key(parts[2]) : std::optional(parts[2]);
        if (!id)
            return problem(
                chain::Refusal(Code::E_BAD_RIGHT_NO, "", json::Object{{"right_no", parts[2]}}));
        return record(*snapshot, request, std::string(type.tag) + *id);
    }
    return problem(Code::E_NO_SUCH_RESOURCE, request.path);
}

std::optional<Reply> Resources::chain_answer(const Snapshot& snapshot, const Request& request,
                                             const std::vector<std::string>& parts) const {
    const std::string& what = parts[1];
    if (what == "blocks") {
        if (!knows_parameters(request, {"cursor", "limit"})) return unknown_parameter();
        return parts.size() == 3 ? block(snapshot, parts[2]) : blocks(snapshot, request);
    }
    const bool is_plain =
        what == "status" || what == "members" || what == "evidence" || what == "genesis";
    if (!is_plain) return std::nullopt;
    if (parts.size() == 3) return problem(Code::E_NO_SUCH_RESOURCE, request.path);
    if (!knows_parameters(request, {})) return unknown_parameter();
    if (what == "status") return status(snapshot);
    if (what == "members") return members();
    if (what == "evidence") return evidence();
    return ok(chain::to_json(*backend_.genesis));
}

Result<Caller, chain::Refusal> Resources::caller_of(const Snapshot& snapshot,
                                                    const Request& request) const {
    return caller(request, std::make_shared<const SnapshotState>(snapshot.reader),
                  backend_.genesis->chain_id, backend_.wall_ms());
}

Result<Height, chain::Refusal> Resources::height_asked(const Snapshot& snapshot,
                                                       const Request& request) const {
    const auto applied = state::View(snapshot.reader).applied();
    const Height newest = applied ? applied->height : Height(0);
    const std::string asked = request.get("at_height");
    if (asked.empty()) return newest;
    const auto at = number(asked);
    if (!at || *at > newest.value)
        return Err(chain::Refusal(Code::E_HEIGHT_UNAVAILABLE, "",
                                  json::Object{{"asked", asked}, {"newest", newest.value}}));
    return Height(*at);
}

Reply Resources::record(const Snapshot& snapshot, const Request& request,
                        const std::string& key) const {
    if (!proof::is_key(key))
        return problem(Code::E_BAD_REQUEST, "key of 1 to 256 visible ASCII characters");
    const auto height = height_asked(snapshot, request);
    if (!height.ok()) return problem(height.error());
    const auto who = caller_of(snapshot, request);
    if (!who.ok()) return problem(who.error());
    if (!may_ask(key, *who)) return forbidden(key);
    const state::View view(snapshot.reader);
    auto final = final_header(*snapshot.reader, *height);
    auto tree = view.prove(key, *height);
    if (!final || !tree) return problem(Code::E_HEIGHT_UNAVAILABLE, std::to_string(height->value));
    json::Value out = json::Object{{"key", key}, {"as_of", as_of(final->header)}};
    proof::MapItem item{key, std::nullopt, *tree};
    const auto text = view.value(key, *height);
    bool is_whole = true;
    if (text) {
        auto value = json::parse(*text, kValueBytesMax);
        ENSURE(value.ok());
        Shown shown = shown_to(*who, key, *std::move(value));
        is_whole = shown.is_whole;
        if (is_whole) item.value = shown.value;
        out.set("value", std::move(shown.value));
    }
    out.set("present", text.has_value());
    out.set("trust", is_whole ? "proven" : "unverified");
    if (is_whole) {
        proof::Bundle bundle;
        bundle.chain_id = backend_.genesis->chain_id;
        bundle.kind = text ? proof::BundleKind::record : proof::BundleKind::absence;
        bundle.final = *final;
        bundle.items.push_back(std::move(item));
        out.set("bundle", proof::to_json(bundle));
    }
    Reply reply = ok(out);
    if (!text && request.path != "/v1/proofs") reply.status = 404;
    add_height(reply, final->header);
    add_etag(reply, final->header);
    return reply;
}

Reply Resources::list(const Snapshot& snapshot, const Request& request,
                      const registry::RecordType& type) const {
    if (!knows_parameters(request, {"holder", "party", "right", "ref", "state", "cursor", "limit"}))
        return unknown_parameter();
    std::string ref = request.get("ref");
    for (const char* name : {"holder", "party"}) {
        if (!request.get(name).empty()) ref = request.get(name);
    }
    if (const std::string right = request.get("right"); !right.empty()) {
        const auto key = registry::guess_right_key(right);
        if (!key)
            return problem(
                chain::Refusal(Code::E_BAD_RIGHT_NO, "", json::Object{{"right_no", right}}));
        ref = *key;
    }
    const auto limit = page_size(request);
    if (!limit) return problem(Code::E_BAD_REQUEST, "limit 1 to 1000");
    const auto who = caller_of(snapshot, request);
    if (!who.ok()) return problem(who.error());
    const std::string wanted = request.get("state");
    const std::vector<std::string> ids = index::list(
        *snapshot.reader, type.name, ref.empty() ? "*" : ref, request.get("cursor"), *limit);
    const SnapshotState state(snapshot.reader);
    json::Array items;
    for (const std::string& id : ids) {
        const std::string key = std::string(type.tag) + id;
        const auto value = state.get(key);
        if (value == nullptr || (!wanted.empty() && value->string_or("state", "") != wanted))
            continue;
        Shown shown = shown_to(*who, key, *value);
        // Found by a reference that the caller may not see: not found.
        if (!shown.is_whole && !ref.empty() && !names(shown.value, ref)) continue;
        items.push_back(std::move(shown.value));
    }
    json::Value out = json::Object{{"items", std::move(items)}, {"trust", "unverified"}};
    const auto header =
        index::find_block(*snapshot.reader, state::View(snapshot.reader).applied()->height);
    if (header) out.set("as_of", as_of(header->header));
    const bool is_more = ids.size() == *limit;
    if (is_more) out.set("next", ids.back());
    Reply reply = ok(out);
    if (is_more)
        reply.headers.emplace_back("Link", "</v1/" + std::string(type.plural) +
                                               "?cursor=" + ids.back() + ">; rel=\"next\"");
    if (header) add_height(reply, header->header);
    return reply;
}

json::Value Resources::tx_status(const Hash& id) const {
    const auto snapshot = backend_.snapshot();
    return tx_status(id, snapshot ? index::find_tx(*snapshot->reader, id) : std::nullopt);
}

json::Value Resources::tx_status(const Hash& id, const std::optional<index::TxPlace>& place) const {
    json::Value out = json::Object{{"id", to_hex(id)}, {"status", "unknown"}};
    if (!place) {
        if (const auto known = backend_.fate(id)) return *known;
        return out;
    }
    out.set("status", "committed");
    out.set("height", place->where.height.value);
    out.set("index", place->where.index);
    out.set("time", to_rfc3339(place->time));
    if (auto outcome = json::parse(place->outcome, kValueBytesMax); outcome.ok())
        out.set("outcome", *std::move(outcome));
    return out;
}

Reply Resources::transaction(const Snapshot& snapshot, const Request& request,
                             const std::string& id) const {
    const auto hash = hash_from_hex(id);
    if (!hash) return problem(Code::E_BAD_REQUEST, "a transaction id is 64 hex digits");
    const auto who = caller_of(snapshot, request);
    if (!who.ok()) return problem(who.error());
    // Of this snapshot: an outcome that only a newer one has would pass what follows, whole.
    const auto place = index::find_tx(*snapshot.reader, *hash);
    json::Value out = tx_status(*hash, place);
    if (!place) {
        Reply reply = ok(out);
        if (out.string_or("status", "") == "unknown") reply.status = 404;
        return reply;
    }
    const auto block = backend_.block(place->where.height);
    if (!block || place->where.index >= block->block.body.size())
        return problem(Code::E_HEIGHT_UNAVAILABLE, id);
    const std::string& jws = block->block.body[place->where.index];
    const state::View view(snapshot.reader);
    const auto applied = view.applied();
    const auto final = applied ? final_header(*snapshot.reader, applied->height) : std::nullopt;
    if (!final) return problem(Code::E_HEIGHT_UNAVAILABLE, id);
    const bool is_whole = may_read_tx(jws, backend_.genesis->chain_id,
                                      out.find("outcome")->string_or("record", ""), *who);
    if (!is_whole) out.set("outcome", public_outcome(*out.find("outcome")));
    out.set("trust", "unverified");
    if (request.get("proof") == "true" && is_whole) {
        const auto path = view.log_inclusion(place->leaf_index, final->header.log_size);
        if (!path) return problem(Code::E_HEIGHT_UNAVAILABLE, id);
        proof::Bundle bundle;
        bundle.kind = proof::BundleKind::tx;
        bundle.chain_id = backend_.genesis->chain_id;
        bundle.log = proof::LogItem{
            chain::tx_leaf_with(place->where, place->time, jws, *hash, place->outcome),
            {place->leaf_index, final->header.log_size, *path}};
        bundle.final = *final;
        out.set("trust", "proven");
        out.set("bundle", proof::to_json(bundle));
    }
    Reply reply = ok(out);
    add_height(reply, final->header);
    return reply;
}

Reply Resources::batch(const Snapshot& snapshot, const Request& request,
                       const std::vector<Asked>& questions) const {
    const auto height = height_asked(snapshot, request);
    if (!height.ok()) return problem(height.error());
    const auto who = caller_of(snapshot, request);
    if (!who.ok()) return problem(who.error());
    const state::View view(snapshot.reader);
    auto final = final_header(*snapshot.reader, *height);
    if (!final) return problem(Code::E_HEIGHT_UNAVAILABLE);
    proof::Bundle bundle;
    bundle.kind = proof::BundleKind::batch;
    bundle.chain_id = backend_.genesis->chain_id;
    bundle.final = *final;
    json::Array items;
    for (const Asked& one : questions) {
        if (!may_ask(one.key, *who)) return forbidden(one.key);
        auto tree = view.prove(one.key, *height);
        if (!tree) return problem(Code::E_HEIGHT_UNAVAILABLE);
        proof::MapItem item{one.key, std::nullopt, *tree};
        json::Value line = json::Object{{"asked", one.text}, {"key", one.key}};
        bool is_whole = true;
        if (const auto text = view.value(one.key, *height)) {
            Shown shown =
                shown_to(*who, one.key, std::move(json::parse(*text, kValueBytesMax)).value());
            is_whole = shown.is_whole;
            if (is_whole) item.value = shown.value;
            line.set("value", std::move(shown.value));
        }
        line.set("present", line.find("value") != nullptr);
        line.set("trust", is_whole ? "proven" : "unverified");
        items.push_back(std::move(line));
        if (is_whole) bundle.items.push_back(std::move(item));
    }
    json::Value out = json::Object{{"as_of", as_of(final->header)}, {"items", std::move(items)}};
    if (!bundle.items.empty()) out.set("bundle", proof::to_json(bundle));
    Reply reply = ok(out);
    add_height(reply, final->header);
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
