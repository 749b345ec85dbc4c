// quanlu key: make and look at officers' keys. A secret never stands in argv or on a screen.
#include "cli/command.h"
#include "cli/i18n.h"
#include "crypto/jwk.h"
#include "crypto/key_file.h"

namespace quanlu::cli {

namespace {

Failure key_failure(const crypto::KeyFileError& error) {
    json::Value facts;
    facts.set("reason", error.reason);
    facts.set("detail", error.detail);
    return {Exit::usage,
            "key",
            "the key file cannot be used",
            "密钥文件无法使用",
            std::move(facts),
            "a key file is PKCS#8 PEM with mode 0600",
            "密钥文件为 PKCS#8 PEM,权限 0600"};
}

Answer describe(const crypto::SigningKey& key, const std::string& path) {
    Answer answer;
    answer.schema = "quanlu.key/1";
    const std::string kid = crypto::thumbprint(key.public_key());
    answer.data.set("file", path);
    answer.data.set("kid", kid);
    answer.data.set("key", crypto::to_jwk(key.public_key()));
    answer.lines = {{std::string(say("file", "文件")), path},
                    {"kid", kid},
                    {"jwk", json::write(crypto::to_jwk(key.public_key()))}};
    answer.ids = {kid};
    return answer;
}

Result<Answer, Failure> generate(Session& session, const Parsed& parsed) {
    const std::string path = parsed.get("FILE");
    TRY(const std::string passphrase,
        read_passphrase(session.flags.passphrase_file, !session.flags.no_input,
                        std::string(say("new passphrase", "新口令")), true));
    if (passphrase.empty() && !parsed.has("--unencrypted")) {
        return Err(usage_error("an empty passphrase leaves the key in clear",
                               "空口令会使密钥明文保存", "give --unencrypted if that is meant",
                               "如确需明文,请加 --unencrypted"));
    }
    const crypto::SigningKey key = crypto::SigningKey::generate();
    const auto written = crypto::write_key_file(path, key, passphrase);
    if (!written.ok()) return Err(key_failure(written.error()));
    // An officer is entered under it: it is not said to be made before it opens.
    const auto held = crypto::read_key_file(path, passphrase);
    if (!held.ok()) return Err(key_failure(held.error()));
    return describe(*held, path);
}

Result<Answer, Failure> show(Session& session, const Parsed& parsed) {
    TRY(const std::string passphrase, read_passphrase(session.flags.passphrase_file,
                                                      !session.flags.no_input, parsed.get("FILE")));
    const auto key = crypto::read_key_file(parsed.get("FILE"), passphrase);
    if (!key.ok()) return Err(key_failure(key.error()));
    return describe(*key, parsed.get("FILE"));
}

}  // namespace

void add_key_commands(std::vector<Command>& commands) {
    const Option file{
        "FILE", "key file (PKCS#8 PEM)", "密钥文件(PKCS#8 PEM)", Option::Kind::value, true, ""};
    commands.push_back({{"key", "generate"},
                        "make a new Ed25519 key, encrypted, mode 0600",
                        "生成新的 Ed25519 密钥(加密,权限 0600)",
                        "quanlu key generate officer.pem --passphrase-file pass.txt",
                        {file,
                         {"--unencrypted", "allow an empty passphrase", "允许空口令",
                          Option::Kind::flag, false, ""}},
                        generate});
    commands.push_back({{"key", "show"},
                        "name (kid) and public half of a key",
                        "查看密钥的编号(kid)与公钥",
                        "quanlu key show officer.pem --passphrase-file pass.txt",
                        {file},
                        show});
}

}  // namespace quanlu::cli
