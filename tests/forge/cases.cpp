// The forgeries that the design names, one by one: the traps of state and proofs 8.5, and what
// others' verifiers believed (reliability A2, C2). Each is made here by hand and must be refused;
// the few that are true must not be.
#include <algorithm>
#include <cstdio>

#include "cli/verified.h"
#include "crypto/base/encode.h"
#include "tests/forge/judge.h"
#include "tests/unit/ledger_proof/model.h"

namespace quanlu::forge {

namespace {

using chain::VoteKind;
using proof::Bundle;
using proof::TreeProof;

struct Case {
    std::string_view source, name;
    // Nothing when it went as it must.
    std::optional<std::string> (*run)(const World& world);
};

std::optional<std::string> must_be(const Judged& judged, bool accepted) {
    const bool was = judged.fate == Fate::accepted_true || judged.fate == Fate::accepted_false ||
                     judged.fate == Fate::stale;
    if (was == accepted && judged.fate != Fate::accepted_false) return {};
    return std::string(to_text(judged.fate)) + ": " + judged.why;
}

std::optional<std::string> refused(const World& world, const Bundle& bundle,
                                   const proof::Question& question = {}) {
    return must_be(judge_bundle(world, {bundle, question}), false);
}

const Specimen& first_of(const World& world, Type type) {
    for (const Specimen& one : world.pool) {
        if (one.type == type) return one;
    }
    ENSURE(false, "no specimen of this type");
}

// A present key of epoch 0, with another leaf beside its path where one can be had.
Bundle present(const World& world) {
    return first_of(world, Type::presence).bundle;
}

std::optional<std::string> all_absences(const World& world, void (*bend)(proof::MapItem&)) {
    const Height height = world.real.last();
    const Hash& root = world.real.places().back().header.state_root;
    for (const auto& [key, text] : world.real.table(height)) {
        proof::MapItem item = world.real.item(height, key);
        bend(item);
        if (proof::verify_absent(item.proof, key, root)) return "absence of " + key;
    }
    return {};
}

// As a client checks the answer to POST /v1/proofs.
bool client_believes(const World& world, const Bundle& bundle, const std::vector<std::string>& keys,
                     std::optional<Height> height) {
    const json::Value answer = json::Object{
        {"as_of", json::Object{}}, {"bundle", proof::to_json(bundle)}, {"items", json::Array{}}};
    return cli::verify_batch(json::write(answer), keys, world.real.genesis(), height, false).ok();
}

std::vector<std::string> keys_of(const Bundle& bundle) {
    std::vector<std::string> keys;
    for (const proof::MapItem& item : bundle.items) keys.push_back(item.key);
    return keys;
}

// A list of at least two entries, proven at its height.
Bundle some_list(const World& world) {
    for (const Specimen& one : world.pool) {
        if (one.type == Type::list && one.bundle.items.size() > 2) return one.bundle;
    }
    return first_of(world, Type::list).bundle;
}

const Case kCases[] = {
    {"8.5 a", "keys ground to a common prefix stay provable: depth 64 to 256, and 257 not",
     [](const World&) -> std::optional<std::string> {
         const std::string key = "right/CN:deep", value = "{\"a\":1}";
         Prng prng(64);
         for (const std::size_t depth : {1U, 63U, 64U, 65U, 128U, 200U, 255U, 256U, 257U}) {
             proof::MapItem item{key, json::Value(json::Object{{"a", 1}}), {}};
             item.proof.leaf =
                 TreeProof::Leaf{crypto::sha256(as_bytes(key)), crypto::sha256(as_bytes(value))};
             for (std::size_t i = 0; i < depth; ++i)
                 item.proof.siblings.push_back(random_hash(prng));
             const Hash root = root_led_to(item);
             if (proof::verify_present(item.proof, key, value, root) != (depth <= 256))
                 return "presence at depth " + std::to_string(depth);
             item.proof.leaf->key_hash.bytes[31] ^= 1;  // a neighbour with 255 common bits
             const Hash other = root_led_to(item);
             if (proof::verify_absent(item.proof, key, other) != (depth <= 255))
                 return "absence at depth " + std::to_string(depth);
         }
         return {};
     }},
    {"8.5 b", "an absence shows no neighbour's key or value",
     [](const World& world) -> std::optional<std::string> {
         for (const Specimen& one : world.pool) {
             if (one.type != Type::absence_leaf) continue;
             const std::string text = json::write(proof::to_json(one.bundle));
             const Height height = one.bundle.final.header.height;
             for (const auto& [key, value] : world.real.table(height)) {
                 if (key == one.bundle.items.front().key) continue;
                 if (text.find("\"" + key + "\"") != std::string::npos ||
                     text.find(value) != std::string::npos)
                     return one.bundle.items.front().key + " shows " + key + " " + value;
             }
         }
         return {};
     }},
    {"8.5 c", "a leaf off the path proves no absence, whoever built the tree",
     [](const World& world) -> std::optional<std::string> {
         // The builder puts a stranger's leaf where the key would stand.
         proof::MapItem item{"right/CN:1", {}, {}};
         Prng prng(3);
         const Hash key_hash = crypto::sha256(as_bytes(item.key));
         for (std::size_t depth = 1; depth <= 20; ++depth) {
             item.proof.siblings.push_back(random_hash(prng));
             TreeProof::Leaf leaf{random_hash(prng), random_hash(prng)};
             while (proof::bit(leaf.key_hash, 0) == proof::bit(key_hash, 0))
                 leaf.key_hash = random_hash(prng);
             item.proof.leaf = leaf;
             if (proof::verify_absent(item.proof, item.key, root_led_to(item)))
                 return "depth " + std::to_string(depth);
         }
         static_cast<void>(world);
         return {};
     }},
    {"8.5 d, M30", "absence of every present key, its own leaf shown",
     [](const World& world) { return all_absences(world, [](proof::MapItem&) {}); }},
    {"8.5 d", "absence of every present key, its leaf taken away",
     [](const World& world) {
         return all_absences(world, [](proof::MapItem& item) { item.proof.leaf.reset(); });
     }},
    {"8.5 d", "absence of every present key, an inner node shown as leaf",
     [](const World& world) {
         return all_absences(world, [](proof::MapItem& item) {
             const Hash own =
                 proof::tree_leaf_hash(item.proof.leaf->key_hash, item.proof.leaf->value_hash);
             const Hash sibling = item.proof.siblings.back();
             item.proof.siblings.pop_back();
             item.proof.leaf = TreeProof::Leaf{own, sibling};
         });
     }},
    {"8.5 d", "absence of every present key, its leaf with the last bit of the key hash turned",
     [](const World& world) {
         return all_absences(
             world, [](proof::MapItem& item) { item.proof.leaf->key_hash.bytes[31] ^= 1; });
     }},
    {"8.5 d", "leaf of another key than the one asked",
     [](const World& world) {
         Bundle bundle = present(world);
         for (const Specimen& one : world.pool) {
             if (one.type == Type::presence &&
                 one.bundle.items.front().key != bundle.items.front().key)
                 bundle.items.front().proof = one.bundle.items.front().proof;
         }
         return refused(world, bundle);
     }},
    {"8.5 e", "root inside the proof, under the old certificate",
     [](const World& world) {
         Bundle bundle = present(world);
         proof::MapItem& item = bundle.items.front();
         item.value->set("state", "forged");
         item.proof.leaf->value_hash = crypto::sha256(as_bytes(json::write(*item.value)));
         bundle.final.header.state_root = root_led_to(item);
         return refused(world, bundle);
     }},
    {"8.5 e", "the same, the certificate's block made to fit",
     [](const World& world) {
         Bundle bundle = present(world);
         proof::MapItem& item = bundle.items.front();
         item.value->set("state", "forged");
         item.proof.leaf->value_hash = crypto::sha256(as_bytes(json::write(*item.value)));
         bundle.final.header.state_root = root_led_to(item);
         bundle.final.path.clear();
         bundle.final.finalization.statement.block = chain::hash_of(bundle.final.header);
         bundle.final.finalization.statement.view = bundle.final.header.view;
         return refused(world, bundle);
     }},
    {"8.5 f", "a certificate of another chain with the same members",
     [](const World& world) {
         const Bundle& strange = world.strange.front().bundle;
         Bundle bundle = strange;
         bundle.chain_id = world.real.genesis().chain_id;
         if (auto lie = refused(world, bundle)) return lie;
         bundle.final.header.chain = world.real.tag();
         bundle.final.path.clear();
         return refused(world, bundle);
     }},
    {"8.5 f", "height, time, epoch and view are under the certificate",
     [](const World& world) -> std::optional<std::string> {
         for (int field = 0; field < 4; ++field) {
             Bundle bundle = present(world);
             chain::Header& header = bundle.final.header;
             if (field == 0) header.height = header.height.next();
             if (field == 1) header.time.value += 1'000;
             if (field == 2) header.epoch = header.epoch.next();
             if (field == 3) header.view = header.view.next();
             if (auto lie = refused(world, bundle)) return lie;
         }
         return {};
     }},
    {"8.5 f", "an answer about another key, and one of an older height",
     [](const World& world) -> std::optional<std::string> {
         const Bundle bundle = present(world);
         proof::Question question;
         question.key = bundle.items.front().key + "1";
         if (auto lie = refused(world, bundle, question)) return lie;
         question = {};
         question.at_height = bundle.final.header.height.next();
         if (auto lie = refused(world, bundle, question)) return lie;
         question = {};
         question.now = UnixMillis{bundle.final.header.time.value + 60'001};
         const Judged judged = judge_bundle(world, {bundle, question});
         if (judged.fate != Fate::stale) return std::string("not called stale");
         return {};
     }},
    {"8.5 g, M5", "a parent's Notarization as finality, as it is and relabelled",
     [](const World& world) -> std::optional<std::string> {
         for (const bool relabel : {false, true}) {
             Bundle bundle = present(world);
             const chain::Header& header =
                 bundle.final.path.empty() ? bundle.final.header : bundle.final.path.back();
             bundle.final.finalization =
                 certify(header, world.real.committee_of(header), {0, 1, 2}, VoteKind::notarize);
             if (relabel) bundle.final.finalization.statement.kind = VoteKind::finalize;
             if (auto lie = refused(world, bundle)) return lie;
         }
         return {};
     }},
    {"8.5 h", "capitals in hex, padded base64, a member twice",
     [](const World& world) -> std::optional<std::string> {
         const std::string text = json::write(proof::to_json(present(world)));
         Prng prng(8);
         for (const TextKind& kind : text_kinds()) {
             if (!kind.must_refuse) continue;
             for (int i = 0; i < 50; ++i) {
                 std::string bent_text = text;
                 if (!kind.bend(prng, bent_text)) continue;
                 const Judged judged = judge_file(world, bent_text, {}, true);
                 if (judged.fate == Fate::accepted_false) return std::string(kind.name);
             }
         }
         return {};
     }},
    {"8.5 i", "an empty value is no value, and no absence",
     [](const World& world) -> std::optional<std::string> {
         const std::string key = "right/CN:void";
         proof::MapItem item{key, {}, {}};
         item.proof.leaf =
             TreeProof::Leaf{crypto::sha256(as_bytes(key)), crypto::sha256(as_bytes(""))};
         const Hash root = root_led_to(item);
         if (proof::verify_present(item.proof, key, "", root)) return "empty value present";
         if (proof::verify_absent(item.proof, key, root)) return "empty value absent";
         if (proof::verify_present(item.proof, "", "", root)) return "empty key";
         Bundle bundle = present(world);
         bundle.items.front().value = json::Value(json::Object{});
         return must_be(judge_file(world, json::write(proof::to_json(bundle)), {}, false), false);
     }},
    {"8.5 j", "a key that is another's beginning, or goes on after it",
     [](const World& world) -> std::optional<std::string> {
         const Bundle good = some_list(world);
         Bundle bundle = good;
         bundle.items.resize(1);
         bundle.kind = proof::BundleKind::record;
         bundle.items.front().key += "/1";
         if (auto lie = refused(world, bundle)) return lie;
         bundle.items.front() = good.items[1];
         bundle.items.front().key = good.items.front().key;
         return refused(world, bundle);
     }},
    {"A2 ava#544", "a certificate that declares its own view and epoch",
     [](const World& world) -> std::optional<std::string> {
         for (int i = 0; i < 4; ++i) {
             Bundle bundle = present(world);
             chain::Vote& vote = bundle.final.finalization.statement;
             if (i % 2 == 0) vote.view = View(static_cast<std::uint64_t>(json::kIntegerMax));
             if (i / 2 == 0) vote.epoch = Epoch(1);
             if (i == 3) vote.view = vote.view.prev();
             if (auto lie = refused(world, bundle)) return lie;
         }
         return {};
     }},
    {"A2 ava#543, M17", "former members sign for the epoch after them",
     [](const World& world) {
         Bundle bundle = first_of(world, Type::committee).bundle;
         const chain::Header& header =
             bundle.final.path.empty() ? bundle.final.header : bundle.final.path.back();
         const Committee& former =
             world.real.committees().at(static_cast<std::size_t>(header.epoch.value - 1));
         bundle.final.finalization = certify(header, former, {0, 1, 2});
         return refused(world, bundle);
     }},
    {"A2 ava#543", "the new committee instals itself",
     [](const World& world) {
         Bundle bundle = first_of(world, Type::committee).bundle;
         proof::EpochStep& step = bundle.epochs.back();
         step.next = world.forger.list;
         step.sealing.path.clear();
         step.sealing.header.next_members_hash =
             chain::Members(step.sealing.header.epoch.next(), world.forger.list).hash();
         step.sealing.finalization = certify(step.sealing.header, world.forger, {0, 1, 2, 3, 4});
         bundle.final.path.clear();
         bundle.final.header.members_hash = step.sealing.header.next_members_hash;
         bundle.final.finalization =
             certify(bundle.final.header, world.forger, {0, 1, 2, 3, 4, 5, 6});
         return refused(world, bundle);
     }},
    {"A2 M20", "a height that is only declared",
     [](const World& world) {
         Bundle bundle = present(world);
         bundle.final.header.height = Height(static_cast<std::uint64_t>(json::kIntegerMax));
         return refused(world, bundle);
     }},
    {"A2 ASA-2025-001", "index of the proof and index in the line disagree",
     [](const World& world) -> std::optional<std::string> {
         const Bundle good = first_of(world, Type::transaction).bundle;
         for (std::uint64_t index = 0; index < good.log->proof.size; ++index) {
             Bundle bundle = good;
             if (index == good.log->proof.index) continue;
             bundle.log->proof.index = index;
             if (auto lie = refused(world, bundle)) return lie;
         }
         return {};
     }},
    {"A2 ASA-2025-001", "the last lines of every log under every other index",
     [](const World& world) -> std::optional<std::string> {
         // At the right edge paths are short, and a short path fits more than one index.
         for (const Place& place : world.real.places()) {
             const auto size = static_cast<std::size_t>(place.header.log_size);
             const proof::LogHead head{place.header.log_size, place.header.log_root};
             for (std::size_t at = size - std::min<std::size_t>(size, 3); at < size; ++at) {
                 proof::LogInclusion inclusion = world.real.line_proof(at, size);
                 for (inclusion.index = 0; inclusion.index < size; ++inclusion.index) {
                     const bool accepted =
                         proof::verify_line(inclusion, world.real.lines()[at], head);
                     if (accepted != (inclusion.index == at))
                         return "line " + std::to_string(at) + " of " + std::to_string(size);
                 }
             }
         }
         return {};
     }},
    {"A2 ASA-2025-003", "bits of signers and signatures of other numbers",
     [](const World& world) -> std::optional<std::string> {
         for (std::uint64_t bits = 0; bits < 256; ++bits) {
             Bundle bundle = present(world);
             chain::QuorumCert& cert = bundle.final.finalization;
             if (bits == cert.signers) continue;
             cert.signers = bits;
             if (auto lie = refused(world, bundle)) return lie;
         }
         return {};
     }},
    {"A2 ASA-2024-011", "a signer's index out of range",
     [](const World& world) -> std::optional<std::string> {
         for (std::uint64_t bit = 4; bit < 64; ++bit) {
             Bundle bundle = present(world);
             chain::QuorumCert& cert = bundle.final.finalization;
             cert.signers |= std::uint64_t{1} << bit;
             cert.signatures.push_back(cert.signatures.back());
             if (auto lie = refused(world, bundle)) return lie;
             if (auto lie = must_be(
                     judge_file(world, json::write(proof::to_json(bundle)), {}, false), false))
                 return lie;
         }
         return {};
     }},
    {"A2 cometbft#5861", "integers that a lax reader wraps or saturates",
     [](const World& world) -> std::optional<std::string> {
         const std::string text = json::write(proof::to_json(present(world)));
         for (const char* number : {"9007199254740992", "18446744073709551616", "1e3", "01"}) {
             std::string other = text;
             const std::size_t at = other.find("\"view\":") + 7;
             other.replace(at, other.find_first_not_of("0123456789", at) - at, number);
             if (judge_file(world, other, {}, true).fate != Fate::no_form)
                 return std::string(number);
         }
         return {};
     }},
    {"A2 ava#555, M15", "a true certificate first, then a false one for the same header",
     [](const World& world) -> std::optional<std::string> {
         Bundle bundle = present(world);
         for (int i = 0; i < 3; ++i) {
             bundle = present(world);
             if (auto lie = must_be(judge_bundle(world, {bundle, {}}), true)) return lie;
             bundle.final.finalization.signatures[0][5] ^= 1;
             if (auto lie = refused(world, bundle)) return lie;
         }
         return {};
     }},
    {"A2 monad#1991, M3", "one signature counted for several members",
     [](const World& world) -> std::optional<std::string> {
         for (std::size_t member = 0; member < 4; ++member) {
             Bundle bundle = present(world);
             chain::QuorumCert& cert = bundle.final.finalization;
             const crypto::Signature one = cert.signatures[member % cert.signatures.size()];
             cert.signers = 0b0111;
             cert.signatures.assign(3, one);
             if (auto lie = refused(world, bundle)) return lie;
         }
         return {};
     }},
    {"A2 M4", "quorums of f + 1 and of q - 1, in committees of 4 and of 7",
     [](const World& world) -> std::optional<std::string> {
         for (const Specimen& one : world.pool) {
             Bundle bundle = one.bundle;
             const chain::Header& header =
                 bundle.final.path.empty() ? bundle.final.header : bundle.final.path.back();
             const Committee& committee = world.real.committee_of(header);
             const std::size_t q = committee.quorum();
             for (const std::size_t n : {committee.list.size() - q + 1, q - 1}) {
                 std::vector<std::size_t> members(n);
                 for (std::size_t i = 0; i < n; ++i) members[i] = i;
                 bundle.final.finalization = certify(header, committee, members);
                 if (auto lie = refused(world, bundle)) return lie;
             }
         }
         return {};
     }},
    {"0019", "a list's client: true list believed; understated, with a gap, of another height not",
     [](const World& world) -> std::optional<std::string> {
         const Bundle good = some_list(world);
         const auto keys = keys_of(good);
         const Height height = good.final.header.height;
         if (!client_believes(world, good, keys, height)) return "the true list is refused";
         Bundle bundle = good;
         bundle.items.pop_back();
         if (client_believes(world, bundle, keys, height)) return "an entry less than asked";
         bundle = good;
         bundle.items.front().value =
             json::Object{{"n", static_cast<std::int64_t>(good.items.size() - 2)}};
         bundle.items.pop_back();
         if (client_believes(world, bundle, keys_of(bundle), height)) return "count understated";
         bundle = good;
         std::swap(bundle.items[1], bundle.items.back());
         if (client_believes(world, bundle, keys, height) && keys.size() > 2)
             return "entries in another order than asked";
         if (client_believes(world, good, keys, height.next())) return "an older list for newer";
         bundle = good;
         bundle.items.back().value.reset();
         if (client_believes(world, bundle, keys, height)) return "a present entry said absent";
         return {};
     }},
};

}  // namespace

std::size_t run_named_cases(const World& world) {
    std::size_t believed = 0;
    std::printf("\nnamed forgeries\n");
    for (const Case& one : kCases) {
        const auto lie = one.run(world);
        if (lie) ++believed;
        std::printf("  %-18s %-86s %s\n", std::string(one.source).c_str(),
                    std::string(one.name).c_str(), lie ? ("BELIEVED: " + *lie).c_str() : "refused");
    }
    return believed;
}

}  // namespace quanlu::forge
