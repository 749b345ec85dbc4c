// Reading with proof: a record or its absence, checked here against the pinned genesis before
// anything is printed.
#pragma once

#include <map>

#include "cli/actor.h"
#include "cli/command.h"
#include "ledger/proof/verify.h"

namespace quanlu::cli {

struct Proven {
    proof::Bundle bundle;
    proof::Verdict verdict;
    std::string bundle_text;           // canonical: what --out writes
    std::optional<json::Value> value;  // of the one key asked
    bool verified = true;              // false: only the public part, which no proof covers
    bool is_stale = false;  // verified, and older than an answer about the present may be
    json::Value as_of;      // of the verified header; the node's word when not verified
    std::map<std::string, json::Value> public_parts;  // of a batch: what no proof covers, by key
};

// With a key at hand the caller proves its party, and may read what is not public.
void add_credential(const Context& context, const std::string& path, HttpRequest& request);
// GET `path`, which answers with {"bundle",...} about `key`. Verifies; a bundle that does not hold
// is exit 1.
Result<Proven, Failure> fetch_proven(Session& session, const Context& context,
                                     const std::string& path, const std::string& key);
// POST /v1/proofs about `keys` at a height, the newest without one; those of which the caller may
// see only the public part are left out of the bundle and stand in public_parts.
Result<Proven, Failure> fetch_keys(Session& session, const Context& context,
                                   const std::vector<std::string>& keys,
                                   std::optional<Height> height);
// The answer to a batch of keys: the bundle must be about exactly these, in this order, at `height`
// where one was asked for.
Result<Proven, Failure> verify_batch(const std::string& answer_text,
                                     const std::vector<std::string>& keys,
                                     const chain::Genesis& genesis, std::optional<Height> height,
                                     bool no_verify);
// The height that a path asks for in its query; nothing where it asks for none.
std::optional<Height> height_in(const std::string& path);
// As of when, and with what trust.
void set_trust(Answer& answer, const Proven& proven);
Failure bad_proof(const std::string& reason, const std::string& detail);
// What stands behind words of absence: that it is proven, or that it is not.
std::string absence_mark(const Proven& proven);
// The line over every table: proven as of when, signed by whom.
std::string trust_line(const Proven& proven);

}  // namespace quanlu::cli
