// c2sp.org/signed-note and c2sp.org/tlog-checkpoint.
#include "ledger/proof/checkpoint.h"

#include "crypto/base/binary.h"
#include "crypto/base/encode.h"
#include "crypto/base/json.h"
#include "crypto/hash.h"

namespace quanlu::proof {

namespace {

constexpr std::string_view kDash = "\xE2\x80\x94 ";  // em dash and blank open every signature line
constexpr std::uint8_t kEd25519 = 0x01;

Bytes typed_key(const crypto::PublicKey& key) {
    Bytes bytes{kEd25519};
    append(bytes, key);
    return bytes;
}

// Takes the text up to the next newline; nothing when there is none.
std::optional<std::string_view> take_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view taken = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return taken;
}

// A key's name: not empty, no blank, no plus sign; ours are ASCII.
bool is_key_name(std::string_view text) {
    if (text.empty() || text.size() > 256) return false;
    for (const char c : text) {
        if (c < 0x21 || c > 0x7E || c == '+') return false;
    }
    return true;
}

std::optional<std::uint64_t> size_from(std::string_view text) {
    if (text.empty() || text.size() > 16 || (text.size() > 1 && text[0] == '0'))
        return std::nullopt;
    std::uint64_t size = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        size = size * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (size > static_cast<std::uint64_t>(json::kIntegerMax)) return std::nullopt;
    return size;
}

std::optional<NoteSignature> signature_from(std::string_view line) {
    if (!line.starts_with(kDash)) return std::nullopt;
    line.remove_prefix(kDash.size());
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos || !is_key_name(line.substr(0, blank))) return std::nullopt;
    const auto bytes = from_base64(line.substr(blank + 1));
    if (!bytes || bytes->size() < 5) return std::nullopt;
    Reader in(*bytes);
    NoteSignature signature;
    signature.name = line.substr(0, blank);
    signature.key_id = in.u32();
    signature.signature = to_bytes(in.raw(in.left()));
    return signature;
}

}  // namespace

std::string origin_of(const Hash& chain_id) {
    return "quanlu/" + to_hex(chain_id);
}

std::string note_body(const Checkpoint& checkpoint) {
    return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
           to_base64(checkpoint.root.view()) + "\n";
}

std::uint32_t note_key_id(std::string_view name, const crypto::PublicKey& key) {
    const Hash hash = crypto::sha256({as_bytes(name), as_bytes("\n"), typed_key(key)});
    return Reader(hash.view()).u32();
}

std::string verifier_key(std::string_view name, const crypto::PublicKey& key) {
    Writer id;
    id.u32(note_key_id(name, key));
    return std::string(name) + "+" + to_hex(id.bytes()) + "+" + to_base64(typed_key(key));
}

NoteSignature sign_checkpoint(const Checkpoint& checkpoint, std::string_view name,
                              const crypto::SigningKey& key) {
    const crypto::Signature signature = key.sign(as_bytes(note_body(checkpoint)));
    return {std::string(name), note_key_id(name, key.public_key()), to_bytes(signature)};
}

std::string write_checkpoint(const SignedCheckpoint& note) {
    std::string text = note_body(note.checkpoint) + "\n";
    for (const NoteSignature& one : note.signatures) {
        Writer bytes;
        bytes.u32(one.key_id);
        bytes.raw(one.signature);
        text += std::string(kDash) + one.name + " " + to_base64(bytes.bytes()) + "\n";
    }
    return text;
}

Result<SignedCheckpoint, std::string> parse_checkpoint(std::string_view text) {
    if (text.size() > kCheckpointBytesMax) return Err(std::string("longer than 64 KiB"));
    std::string_view rest = text;
    SignedCheckpoint note;
    const auto origin = take_line(rest), size = take_line(rest), root = take_line(rest),
               empty = take_line(rest);
    if (!origin || !is_key_name(*origin))
        return Err(std::string("line 1: origin, visible ASCII without + or blank"));
    note.checkpoint.origin = *origin;
    const auto number = size ? size_from(*size) : std::nullopt;
    if (!number) return Err(std::string("line 2: size in decimal"));
    note.checkpoint.size = *number;
    const auto bytes = root ? from_base64(*root) : std::nullopt;
    if (!bytes || bytes->size() != 32)
        return Err(std::string("line 3: base64 of the 32-byte root"));
    note.checkpoint.root = Hash::from(*bytes);
    if (!empty || !empty->empty()) return Err(std::string("line 4: empty"));
    while (!rest.empty()) {
        const auto line = take_line(rest);
        auto signature = line ? signature_from(*line) : std::nullopt;
        if (!signature || note.signatures.size() == kNoteSignaturesMax) {
            return Err("line " + std::to_string(5 + note.signatures.size()) +
                       ": a signature line, at most 100 of them");
        }
        note.signatures.push_back(std::move(*signature));
    }
    if (note.signatures.empty()) return Err(std::string("no signature line"));
    return note;
}

std::optional<std::vector<chain::MemberIndex>> checkpoint_signers(const SignedCheckpoint& note,
                                                                  const chain::Members& members) {
    const std::string body = note_body(note.checkpoint);
    std::vector<chain::MemberIndex> signers;
    for (chain::MemberIndex i = 0; i < members.n(); ++i) {
        const chain::Member& member = members.at(i);
        const std::uint32_t id = note_key_id(member.name, member.key);
        bool signed_once = false;
        for (const NoteSignature& one : note.signatures) {
            if (one.name != member.name || one.key_id != id) continue;
            crypto::Signature signature{};
            if (one.signature.size() != signature.size()) return std::nullopt;
            std::memcpy(signature.data(), one.signature.data(), signature.size());
            if (!crypto::verify(member.key, as_bytes(body), signature)) return std::nullopt;
            signed_once = true;  // the same member twice counts once
        }
        if (signed_once) signers.push_back(i);
    }
    return signers;
}

}  // namespace quanlu::proof
