// The registry's tables as documents: fields, transitions, rules, refusal codes, a JSON Schema for
// each act. docs/registry/generated is made by this and compared by a test.
#pragma once

#include <map>
#include <string>

namespace quanlu::cli {

// By file name, relative to the folder of the documents.
std::map<std::string, std::string> registry_docs();

}  // namespace quanlu::cli
