// Signing keys at rest: PKCS#8 PEM, encrypted (PBES2, scrypt, AES-256-CBC) unless the passphrase is
// empty, mode 0600 exactly. OpenSSL reads and writes the format; nothing of it is ours.
#pragma once

#include <string>
#include <string_view>

#include "crypto/base/result.h"
#include "crypto/suite.h"

namespace quanlu::crypto {

struct KeyFileError {
    std::string reason;  // "missing", "mode", "passphrase", "not_ed25519", "format", "exists", "io"
    std::string detail;  // path, mode found and expected
};

// Refuses a file that group or others may touch (mode & 077).
Result<SigningKey, KeyFileError> read_key_file(const std::string& path,
                                               std::string_view passphrase);
// Creates the file with mode 0600; refuses to overwrite, and a passphrase of more than
// kPassphraseBytesMax ("passphrase"): nobody could open the key again.
Status<KeyFileError> write_key_file(const std::string& path, const SigningKey& key,
                                    std::string_view passphrase);

}  // namespace quanlu::crypto
