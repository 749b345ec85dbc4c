// Checkpoints as the transparency-log world writes them: C2SP signed note with tlog-checkpoint body
// (D5b). Origin line, size, root; then an empty line and signature lines. Tools that are not ours
// read them; a checkpoint says what the log was, a bundle says what it means. docs/protocol.md 10.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/suite.h"
#include "ledger/chain/genesis.h"

namespace quanlu::proof {

inline constexpr std::size_t kCheckpointBytesMax = 64 * 1024;
inline constexpr std::size_t kNoteSignaturesMax =
    100;  // of the C2SP text: verifiers bound what they try

struct Checkpoint {
    std::string origin;  // "quanlu/<chain id>", unique to the log
    std::uint64_t size = 0;
    Hash root;
    bool operator==(const Checkpoint&) const = default;
};

// One line under the body: "— <name> <base64(key id 4 bytes || signature)>".
struct NoteSignature {
    std::string name;  // of the key: a member's name here
    std::uint32_t key_id = 0;
    Bytes signature;  // 64 bytes for Ed25519; other kinds are kept as they came
    bool operator==(const NoteSignature&) const = default;
};

struct SignedCheckpoint {
    Checkpoint checkpoint;
    std::vector<NoteSignature> signatures;
    bool operator==(const SignedCheckpoint&) const = default;
};

std::string origin_of(const Hash& chain_id);
// The signed text: three lines, each with its newline.
std::string note_body(const Checkpoint& checkpoint);
// First four bytes of SHA-256(name || "\n" || 0x01 || key): Ed25519 in the signed-note text.
std::uint32_t note_key_id(std::string_view name, const crypto::PublicKey& key);
// "<name>+<key id hex>+<base64(0x01 || key)>": what a policy file or `note.Open` takes.
std::string verifier_key(std::string_view name, const crypto::PublicKey& key);
NoteSignature sign_checkpoint(const Checkpoint& checkpoint, std::string_view name,
                              const crypto::SigningKey& key);

std::string write_checkpoint(const SignedCheckpoint& note);
// Strict: one spelling, at least one signature line, no extension lines; text says what and where.
Result<SignedCheckpoint, std::string> parse_checkpoint(std::string_view text);

// Which members of the set signed. A line under a member's name and key id whose signature does not
// hold makes the whole note bad; lines of unknown keys are passed over (C2SP signed-note). Nothing
// when bad.
std::optional<std::vector<chain::MemberIndex>> checkpoint_signers(const SignedCheckpoint& note,
                                                                  const chain::Members& members);

}  // namespace quanlu::proof
