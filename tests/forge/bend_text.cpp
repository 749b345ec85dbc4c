// Kinds that bend the text of a proof file; growth of the log and checkpoints, which are small
// enough to be made anew for each mutant.
#include <algorithm>

#include "crypto/base/encode.h"
#include "tests/forge/judge.h"

namespace quanlu::forge {

namespace {

// All places of `what` in the text.
std::vector<std::size_t> places_of(const std::string& text, std::string_view what) {
    std::vector<std::size_t> places;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
        places.push_back(at);
    return places;
}

// A place behind the colon of a member whose value is an integer.
std::optional<std::size_t> any_integer(const std::string& text, Prng& prng) {
    std::vector<std::size_t> found;
    for (std::size_t i = 2; i + 1 < text.size(); ++i) {
        if (text[i - 2] == '"' && text[i - 1] == ':' && text[i] >= '0' && text[i] <= '9')
            found.push_back(i);
    }
    if (found.empty()) return std::nullopt;
    return any_of(prng, found);
}

std::size_t end_of_integer(const std::string& text, std::size_t at) {
    return text.find_first_not_of("0123456789", at);
}

// A place inside the first characters of a string of at least 64 hex digits.
std::optional<std::size_t> any_hex_letter(const std::string& text, Prng& prng) {
    std::vector<std::size_t> found;
    for (std::size_t at = 0; at + 66 < text.size(); ++at) {
        if (text[at] != '"' || text[at + 65] != '"') continue;
        const std::string_view inside(text.data() + at + 1, 64);
        if (inside.find_first_not_of("0123456789abcdef") != std::string_view::npos) continue;
        const std::size_t letter = inside.find_first_of("abcdef");
        if (letter != std::string_view::npos) found.push_back(at + 1 + letter);
    }
    if (found.empty()) return std::nullopt;
    return any_of(prng, found);
}

// "name":value of some member of the outermost object, as it is spelled.
std::optional<std::string> any_member(const std::string& text, Prng& prng) {
    const auto document = json::parse(text, proof::kBundleBytesMax);
    if (!document.ok() || !document->is_object() || document->as_object().empty())
        return std::nullopt;
    auto at = document->as_object().begin();
    std::advance(at, static_cast<std::ptrdiff_t>(prng.below(document->as_object().size())));
    return "\"" + at->first + "\":" + json::write(at->second);
}

template <class Change>
bool change_number(Prng& prng, std::string& text, Change change) {
    const auto at = any_integer(text, prng);
    if (!at) return false;
    const std::size_t end = end_of_integer(text, *at);
    const std::string digits = text.substr(*at, end - *at);
    const std::string other = change(digits);
    text.replace(*at, digits.size(), other);
    return other != digits;
}

const TextKind kText[] = {
    {"text: cut", false,
     [](Prng& prng, std::string& text) {
         text.resize(static_cast<std::size_t>(prng.below(text.size())));
         return true;
     }},
    {"text: a piece copied elsewhere", false,
     [](Prng& prng, std::string& text) {
         const std::string before = text;
         const auto from = static_cast<std::size_t>(prng.below(text.size()));
         const auto to = static_cast<std::size_t>(prng.below(text.size()));
         const auto count = static_cast<std::size_t>(1 + prng.below(80));
         text.replace(to, count, before.substr(from, count));
         return text != before;
     }},
    {"text: a piece taken out", false,
     [](Prng& prng, std::string& text) {
         const auto at = static_cast<std::size_t>(prng.below(text.size()));
         text.erase(at, static_cast<std::size_t>(1 + prng.below(8)));
         return true;
     }},
    {"text: member twice", true,
     [](Prng& prng, std::string& text) {
         const auto member = any_member(text, prng);
         if (!member) return false;
         text.insert(1, *member + ",");
         return true;
     }},
    {"text: member twice, by an escape", true,
     [](Prng& prng, std::string& text) {
         auto member = any_member(text, prng);
         if (!member) return false;
         constexpr char kHex[] = "0123456789abcdef";
         const auto first = static_cast<unsigned char>((*member)[1]);
         const std::string escape = std::string("\\u00") + kHex[first >> 4] + kHex[first & 15];
         member->replace(1, 1, escape);
         text.insert(1, *member + ",");
         return true;
     }},
    {"text: member more", true,
     [](Prng& prng, std::string& text) {
         const auto opens = places_of(text, "{");
         const std::size_t at = any_of(prng, opens) + 1;
         // An object of a value may hold anything: then the value is another one.
         text.insert(at == text.size() || text[at] == '}' ? 1 : at, "\"aaaa\":1,");
         return true;
     }},
    {"text: hex in capitals", true,
     [](Prng& prng, std::string& text) {
         const auto at = any_hex_letter(text, prng);
         if (!at) return false;
         text[*at] = static_cast<char>(text[*at] - 32);
         return true;
     }},
    {"text: base64 padded or of the other alphabet", true,
     [](Prng& prng, std::string& text) {
         const std::size_t at = text.find("\"header\":\"");
         if (at == std::string::npos) return false;
         const std::size_t end = text.find('"', at + 10);
         if (prng.chance(1, 2)) {
             text.insert(end, prng.chance(1, 2) ? "=" : "==");
             return true;
         }
         const std::size_t dash = text.find_first_of("-_", at + 10);
         if (dash >= end) return false;
         text[dash] = text[dash] == '-' ? '+' : '/';
         return true;
     }},
    {"text: number as string", true,
     [](Prng& prng, std::string& text) {
         return change_number(prng, text,
                              [](const std::string& digits) { return "\"" + digits + "\""; });
     }},
    {"text: number with fraction, exponent or zero before", true,
     [](Prng& prng, std::string& text) {
         return change_number(prng, text, [&prng](const std::string& digits) {
             const std::string forms[] = {digits + ".0", digits + "e0", "0" + digits, "+" + digits,
                                          "-" + digits + ".0"};
             return forms[prng.below(5)];
         });
     }},
    {"text: number beyond its width", true,  // one that a lax reader wraps or saturates
     [](Prng& prng, std::string& text) {
         return change_number(prng, text, [&prng](const std::string& digits) -> std::string {
             switch (prng.below(4)) {
                 case 0:
                     return "9007199254740992";
                 case 1:
                     return "9223372036854775808";
                 case 2: {  // the same number modulo 2^64
                     std::string wrapped = "18446744073709551616";
                     unsigned carry = 0;
                     for (std::size_t i = 0; i < wrapped.size(); ++i) {
                         char& c = wrapped[wrapped.size() - 1 - i];
                         const unsigned more =
                             i < digits.size()
                                 ? static_cast<unsigned>(digits[digits.size() - 1 - i] - '0')
                                 : 0;
                         const unsigned sum = static_cast<unsigned>(c - '0') + more + carry;
                         c = static_cast<char>('0' + sum % 10);
                         carry = sum / 10;
                     }
                     return wrapped;
                 }
                 default:
                     return digits + std::string(20, '0');
             }
         });
     }},
    {"text: number altered", false,
     [](Prng& prng, std::string& text) {
         return change_number(
             prng, text, [&prng](const std::string&) { return std::to_string(prng.below(100)); });
     }},
    {"text: something after the end", true,
     [](Prng& prng, std::string& text) {
         constexpr std::string_view kTails[] = {"{}", "x", "]", "}", "\xEF\xBB\xBF", ","};
         text += kTails[prng.below(6)];
         return true;
     }},
    {"text: zero byte or comment inside", true,
     [](Prng& prng, std::string& text) {
         if (prng.chance(1, 2)) {
             text.insert(static_cast<std::size_t>(prng.below(text.size())), 1, '\0');
         } else {
             text.insert(1, "/* */");
         }
         return true;
     }},
    {"text: zero byte after the end", true,
     [](Prng& prng, std::string& text) {
         text += '\0';
         if (prng.chance(1, 2)) text += "{\"version\":2}";
         return true;
     }},
    {"text: byte order mark before", true,
     [](Prng&, std::string& text) {
         text.insert(0, "\xEF\xBB\xBF");
         return true;
     }},
    {"text: true, null or empty in place of a string", true,
     [](Prng& prng, std::string& text) {
         const auto places = places_of(text, ":\"");
         const std::size_t at = any_of(prng, places) + 1;
         const std::size_t end = text.find('"', at + 1);
         constexpr std::string_view kOthers[] = {"true", "null", "[]", "{}"};
         // Inside a value any of them would be another value, and no true one.
         text.replace(at, end + 1 - at, kOthers[prng.below(4)]);
         return true;
     }},
    {"text: nested too deep", true,
     [](Prng& prng, std::string& text) {
         const auto depth = static_cast<std::size_t>(17 + prng.below(20'000));
         text =
             "{\"aa\":" + std::string(depth, '[') + std::string(depth, ']') + "," + text.substr(1);
         return true;
     }},
    {"text: white space and order (control)", false,
     [](Prng& prng, std::string& text) {
         const auto document = json::parse(text, proof::kBundleBytesMax);
         if (prng.chance(1, 2)) {
             text = json::write_pretty(*document);
             return true;
         }
         std::string turned;
         for (const auto& [name, value] : document->as_object())
             turned = ",\"" + name + "\": " + json::write(value) + turned;
         text = "{" + turned.substr(1) + "}\n";
         return true;
     }},
};

proof::LogHead any_head(const Ledger& ledger, Prng& prng) {
    const chain::Header& header = any_of(prng, ledger.places()).header;
    return {header.log_size, header.log_root};
}

// Every text that a member of the first committee signed as a checkpoint.
std::set<std::pair<std::string, std::size_t>>& signed_bodies() {
    static std::set<std::pair<std::string, std::size_t>> made;
    return made;
}

proof::SignedCheckpoint checkpoint_by(const Ledger& ledger, const proof::Checkpoint& checkpoint,
                                      const std::vector<std::size_t>& members) {
    const Committee& committee = ledger.committees()[0];
    proof::SignedCheckpoint note{checkpoint, {}};
    for (const std::size_t i : members) {
        note.signatures.push_back(
            proof::sign_checkpoint(checkpoint, committee.list[i].name, *committee.keys[i]));
        signed_bodies().insert({proof::note_body(checkpoint), i});
    }
    return note;
}

// As quanlu-verify judges one: its origin, then how many members signed it.
Judged judge_checkpoint(const World& world, const std::string& text) {
    const auto note = proof::parse_checkpoint(text);
    if (!note.ok()) return {Fate::no_form, note.error()};
    if (note->checkpoint.origin != proof::origin_of(world.real.genesis().chain_id))
        return {Fate::refused, "wrong_chain"};
    const auto signers = proof::checkpoint_signers(*note, world.real.genesis().member_set());
    if (!signers) return {Fate::refused, "signature"};
    const std::string body = proof::note_body(note->checkpoint);
    std::set<std::size_t> distinct;
    for (const chain::MemberIndex i : *signers) {
        if (!signed_bodies().contains({body, i}))
            return {Fate::accepted_false, "a signer who did not sign"};
        if (!distinct.insert(i).second) return {Fate::accepted_false, "a signer counted twice"};
    }
    if (signers->size() < world.real.committees()[0].quorum()) return {Fate::refused, "too few"};
    const proof::LogHead head{note->checkpoint.size, note->checkpoint.root};
    const bool true_head = world.oracle.grew(
        head, {world.real.lines().size(), world.real.log_root(world.real.lines().size())});
    return {true_head ? Fate::accepted_true : Fate::accepted_false, "no head of this log"};
}

}  // namespace

std::span<const TextKind> text_kinds() {
    return kText;
}

Small bend_growth(const World& world, Prng& prng) {
    proof::LogHead older = any_head(world.real, prng), newer = any_head(world.real, prng);
    if (older.size > newer.size) std::swap(older, newer);
    proof::LogConsistency proof = world.real.growth(static_cast<std::size_t>(older.size),
                                                    static_cast<std::size_t>(newer.size));
    std::string_view kind;
    switch (prng.below(8)) {
        case 0:
        case 1: {
            constexpr std::string_view kNames[kHashWays] = {
                "growth: hash dropped",     "growth: hash doubled",  "growth: hashes swapped",
                "growth: turned round",     "growth: hash replaced", "growth: hash added before",
                "growth: hash added after", "growth: empty path",    "growth: path over size"};
            const auto way = static_cast<std::size_t>(prng.below(kHashWays));
            kind = kNames[way];
            if (!bend_hashes(proof.path, way, prng)) kind = "growth: as it is (control)";
            break;
        }
        case 2:
            kind = "growth: a bit";
            if (!proof.path.empty()) {
                Hash& hash = any_of(prng, proof.path);
                std::uint8_t& byte = hash.bytes[static_cast<std::size_t>(prng.below(32))];
                byte = bent(byte, static_cast<std::size_t>(prng.below(8)));
            } else {
                older.root = random_hash(prng);
            }
            break;
        case 3:
            kind = "growth: sizes altered";
            // In the proof only: sizes and roots of heads come from verified headers, and a path
            // does not bind the size it was made for.
            (prng.chance(1, 2) ? proof.old_size : proof.new_size) =
                prng.below(world.real.lines().size() + 2);
            break;
        case 4:
            kind = "growth: another head of this log";
            (prng.chance(1, 2) ? older : newer) = any_head(world.real, prng);
            if (prng.chance(1, 2)) {
                proof.old_size = older.size;
                proof.new_size = newer.size;
            }
            break;
        case 5:
            kind = "growth: a head of another log";
            (prng.chance(1, 2) ? older : newer) = any_head(world.away, prng);
            proof.old_size = older.size;
            proof.new_size = newer.size;
            if (prng.chance(1, 2) && older.size <= newer.size)
                proof = world.real.growth(static_cast<std::size_t>(older.size),
                                          static_cast<std::size_t>(std::min<std::uint64_t>(
                                              newer.size, world.real.lines().size())));
            break;
        case 6:
            kind = "growth: a root altered";
            (prng.chance(1, 2) ? older : newer).root = random_hash(prng);
            break;
        default:
            kind = "growth: older and newer exchanged";
            std::swap(older, newer);
            std::swap(proof.old_size, proof.new_size);
    }
    Judged judged{Fate::refused, "growth"};
    if (prng.chance(1, 4)) {
        const auto read = proof::log_consistency_from_json(proof::to_json(proof));
        if (!read) return {kind, {Fate::no_form, "growth"}, ""};
        proof = *read;
    }
    if (proof::verify_growth(proof, older, newer)) {
        const bool grew = world.oracle.grew(older, newer);
        judged = {grew ? Fate::accepted_true : Fate::accepted_false, "no such growth"};
    }
    return {kind, judged,
            json::write(proof::to_json(proof)) + " older " + std::to_string(older.size) + " " +
                to_hex(older.root) + " newer " + std::to_string(newer.size) + " " +
                to_hex(newer.root)};
}

Small bend_checkpoint(const World& world, Prng& prng) {
    const proof::LogHead head = any_head(world.real, prng);
    const proof::Checkpoint body{proof::origin_of(world.real.genesis().chain_id), head.size,
                                 head.root};
    proof::SignedCheckpoint note = checkpoint_by(world.real, body, {0, 1, 2});
    std::string_view kind;
    std::string text;
    switch (prng.below(9)) {
        case 0:
            kind = "checkpoint: fewer signers";
            note.signatures.resize(static_cast<std::size_t>(1 + prng.below(2)));
            break;
        case 1:
            kind = "checkpoint: a signer twice";
            note = checkpoint_by(world.real, body, {0, 1});
            note.signatures.push_back(any_of(prng, note.signatures));
            break;
        case 2:
            kind = "checkpoint: another size";
            note.checkpoint.size = prng.below(2 * head.size + 3);
            break;
        case 3:
            kind = "checkpoint: another root";
            note.checkpoint.root = any_of(prng, world.real.places()).header.log_root;
            break;
        case 4:
            kind = "checkpoint: another log's origin";
            note.checkpoint.origin = proof::origin_of(world.away.genesis().chain_id);
            break;
        case 5:
            kind = "checkpoint: a line under another's name";
            any_of(prng, note.signatures).name = any_of(prng, world.real.committees()[0].list).name;
            if (prng.chance(1, 2)) {
                const chain::Member& member = world.real.committees()[0].list[3];
                note.signatures.front().name = member.name;
                note.signatures.front().key_id = proof::note_key_id(member.name, member.key);
            }
            break;
        case 6: {
            kind = "checkpoint: a forged head signed by f and by strangers";
            const proof::Checkpoint forged{body.origin, body.size, random_hash(prng)};
            note = checkpoint_by(world.real, forged, {3});
            for (std::size_t i = 0; i < 3; ++i)
                note.signatures.push_back(proof::sign_checkpoint(
                    forged, world.real.committees()[0].list[i].name, *world.forger.keys[i]));
            break;
        }
        case 7:
            kind = "checkpoint: signature of another head";
            any_of(prng, note.signatures) =
                checkpoint_by(world.real, {body.origin, body.size + 1, body.root}, {1})
                    .signatures.front();
            break;
        default:
            kind = "checkpoint: a byte";
            text = proof::write_checkpoint(note);
            {
                char& c = text[static_cast<std::size_t>(prng.below(text.size()))];
                c = static_cast<char>(bent(static_cast<std::uint8_t>(c),
                                           static_cast<std::size_t>(prng.below(kByteOps))));
            }
    }
    if (text.empty()) text = proof::write_checkpoint(note);
    return {kind, judge_checkpoint(world, text), text};
}

}  // namespace quanlu::forge
