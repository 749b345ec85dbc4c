// A verdict for people (English or Chinese lines, STORYBOARD 2) and for machines (one JSON
// document). Decides nothing.
#pragma once

#include <string>

#include "ledger/proof/verify.h"

namespace quanlu::proof {

enum class Tongue : std::uint8_t { en, zh };

// Lines ending in a newline; the first says VALID, STALE, INVALID or NOT THE ANSWER.
std::string to_lines(const Verdict& verdict, const Question& question, Tongue tongue);

// {"answer","exit","as_of":{...},"facts":[...],"not_shown":[...],...}; sentences in both languages.
json::Value to_json(const Verdict& verdict);

// "3 years 41 days", "2 h 5 min", "1.4 s"; for ages of a bundle.
Sentence say_age(std::int64_t ms);

}  // namespace quanlu::proof
