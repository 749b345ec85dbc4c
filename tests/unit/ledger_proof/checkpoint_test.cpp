// C2SP signed notes: the example of Go's note package holds, one spelling, members counted once.
#include "ledger/proof/checkpoint.h"

#include "ledger.h"

namespace quanlu::proof {

namespace {

SignedCheckpoint note_of(const chain::Genesis& genesis, std::uint64_t signers) {
    SignedCheckpoint note{{origin_of(genesis.chain_id), 42, crypto::sha256(as_bytes("log"))}, {}};
    for (std::uint8_t i = 0; i < 4; ++i) {
        if ((signers >> i & 1) != 0) {
            note.signatures.push_back(sign_checkpoint(note.checkpoint, genesis.members[i].name,
                                                      key_of(static_cast<std::uint8_t>(i + 1))));
        }
    }
    return note;
}

std::string why(const std::string& text) {
    const auto note = parse_checkpoint(text);
    return note.ok() ? "OK" : note.error();
}

}  // namespace

TEST_CASE("key ids and signatures are those of the signed-note format") {
    // golang.org/x/mod/sumdb/note, package example.
    const std::string name = "PeterNeumann";
    const Bytes typed = *from_base64("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    crypto::PublicKey key{};
    std::memcpy(key.data(), typed.data() + 1, key.size());
    CHECK(note_key_id(name, key) == 0xc74f20a3);
    CHECK(verifier_key(name, key) ==
          "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    const std::string text =
        "If you think cryptography is the answer to your problem,\nthen you don't know what your "
        "problem is.\n";
    const Bytes line = *from_base64(
        "x08go/ZJkuBS9UG/"
        "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=");
    REQUIRE(line.size() == 68);
    crypto::Signature signature{};
    std::memcpy(signature.data(), line.data() + 4, signature.size());
    CHECK(crypto::verify(key, as_bytes(text), signature));
}

TEST_CASE("a checkpoint is written and read back the same, and who signed it is counted once") {
    const chain::Genesis genesis = genesis_of();
    const chain::Members members = genesis.member_set();
    const SignedCheckpoint note = note_of(genesis, 0b1011);
    const std::string text = write_checkpoint(note);
    CHECK(text.starts_with("quanlu/" + to_hex(genesis.chain_id) + "\n42\n" +
                           to_base64(note.checkpoint.root.view()) + "\n\n\xE2\x80\x94 node-0-0 "));
    const auto read = parse_checkpoint(text);
    REQUIRE(read.ok());
    CHECK(*read == note);
    CHECK(checkpoint_signers(*read, members) == std::vector<chain::MemberIndex>{0, 1, 3});

    SignedCheckpoint changed = note;
    changed.signatures.assign(3, note.signatures[0]);
    CHECK(checkpoint_signers(changed, members) == std::vector<chain::MemberIndex>{0});
    changed = note;  // a stranger's line is passed over
    changed.signatures.push_back(sign_checkpoint(note.checkpoint, "witness.example", key_of(0x55)));
    CHECK(checkpoint_signers(changed, members)->size() == 3);
    changed = note;  // a member's name over a stranger's key: another key id, so unknown
    changed.signatures = {sign_checkpoint(note.checkpoint, "node-0-0", key_of(0x55))};
    CHECK(checkpoint_signers(changed, members)->empty());
    changed = note;
    changed.signatures[0].signature[0] ^= 1;
    CHECK_FALSE(checkpoint_signers(changed, members));
    changed = note;
    changed.signatures[0].signature.pop_back();
    CHECK_FALSE(checkpoint_signers(changed, members));
    changed = note;
    changed.checkpoint.size = 43;
    CHECK_FALSE(checkpoint_signers(changed, members));
}

TEST_CASE(
    "every changed byte of a checkpoint is refused, or reads as other content whose members' lines "
    "fail") {
    const chain::Genesis genesis = genesis_of();
    const chain::Members members = genesis.member_set();
    const SignedCheckpoint note = note_of(genesis, 0b0111);
    const std::string text = write_checkpoint(note);
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const char change : {'0', 'A', ' ', '\n', '+', '=', '\t'}) {
            if (text[at] == change) continue;
            std::string changed = text;
            changed[at] = change;
            const auto read = parse_checkpoint(changed);
            if (!read.ok()) continue;
            REQUIRE(write_checkpoint(*read) == changed);
            const auto signers = checkpoint_signers(*read, members);
            REQUIRE((!signers || signers->size() < 3));
        }
        CHECK_FALSE((parse_checkpoint(text.substr(0, at)).ok() && text[at - 1] != '\n'));
    }
}

TEST_CASE("form errors of a checkpoint name their line") {
    const std::string root = to_base64(Hash{}.view());
    const std::string line = "\xE2\x80\x94 a AAAAAAAA\n";
    CHECK(why("o\n1\n" + root + "\n\n" + line) == "OK");
    CHECK(why("").starts_with("line 1"));
    CHECK(why("a b\n1\n" + root + "\n\n" + line).starts_with("line 1"));
    for (const char* size :
         {"", "01", "-1", "+1", "1 ", "1x", "9007199254740992", "99999999999999999999"}) {
        CHECK(why("o\n" + std::string(size) + "\n" + root + "\n\n" + line).starts_with("line 2"));
    }
    CHECK(why("o\n9007199254740991\n" + root + "\n\n" + line) == "OK");
    CHECK(why("o\n1\nAAAA\n\n" + line).starts_with("line 3"));
    CHECK(why("o\n1\n" + root + "\nextension\n\n" + line).starts_with("line 4"));
    CHECK(why("o\n1\n" + root + "\n\n").starts_with("no signature"));
    CHECK(why("o\n1\n" + root + "\n\n- a AAAAAAAA\n").starts_with("line 5"));
    CHECK(why("o\n1\n" + root + "\n\n\xE2\x80\x94 a AAAA\n").starts_with("line 5"));
    CHECK(why("o\n1\n" + root + "\n\n" + line + "x").starts_with("line 6"));
    std::string many = "o\n1\n" + root + "\n\n";
    for (int i = 0; i < 100; ++i) many += line;
    CHECK(why(many) == "OK");
    CHECK_FALSE(why(many + line) == "OK");
    CHECK(why(std::string(kCheckpointBytesMax + 1, 'a')).starts_with("longer"));
}

}  // namespace quanlu::proof
