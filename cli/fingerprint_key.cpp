// See fingerprint_key.h.
#include "cli/fingerprint_key.h"

#include <sys/stat.h>

#include "cli/context.h"
#include "crypto/base/encode.h"
#include "ledger/registry/ids/fingerprint.h"

namespace quanlu::cli {

namespace {

Failure bad_key(const std::string& path, const char* reason) {
    return {Exit::usage,
            "fingerprint_key",
            "the fingerprint key cannot be used",
            "指纹密钥不可用",
            json::Object{{"path", path}, {"reason", reason}},
            "ask the banks' gateway for the key of this epoch; chmod 600 FILE",
            "向银行网关索取本期密钥;chmod 600 文件"};
}

}  // namespace

Result<Bytes, Failure> read_fingerprint_key(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return Err(bad_key(path, "no such file"));
    if ((status.st_mode & 077) != 0) return Err(bad_key(path, "others may read it"));
    TRY(std::string text, read_text_file(path, 256));
    while (!text.empty() && text.back() == '\n') text.pop_back();
    const auto key = from_hex(text);
    if (!key || key->size() != registry::kFingerprintKeyBytes)
        return Err(bad_key(path, "64 hex digits are needed"));
    return *key;
}

}  // namespace quanlu::cli
