// A passphrase asked for at the terminal. OpenSSL prompts: the terminal has its echo back whatever
// interrupts it.
#pragma once

#include <optional>
#include <string>

namespace quanlu::crypto {

// `is_new`: asked for twice. Nothing: given up, longer than 1,000 bytes, or not the same twice.
std::optional<std::string> ask_passphrase(const std::string& prompt, bool is_new);

}  // namespace quanlu::crypto
