// A passphrase asked for at the terminal. OpenSSL prompts: the terminal has its echo back whatever
// interrupts it.
#pragma once

#include <string>

#include "crypto/base/result.h"

namespace quanlu::crypto {

enum class NoPassphrase { interrupted, refused };  // refused: too long, or not the same twice

inline constexpr std::size_t kPassphraseBytesMax = 1'000;

// `is_new`: asked for twice.
Result<std::string, NoPassphrase> ask_passphrase(const std::string& prompt, bool is_new);

}  // namespace quanlu::crypto
