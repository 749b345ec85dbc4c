// JSON that a node sent. Until a proof covers it, it has any shape that whoever answers likes: it
// is read here without requiring anything of it.
#pragma once

#include <string>
#include <string_view>

#include "cli/exit.h"
#include "cli/http.h"

namespace quanlu::cli {

// The member of that kind; an empty one when `value` has none, or one of another kind.
const json::Array& array_in(const json::Value& value, std::string_view name);
const json::Value& object_in(const json::Value& value, std::string_view name);

// The object in an answer of status 200. Anything else: the failure that it is, or is not.
Result<json::Value, Failure> body_of(const HttpAnswer& answer);
// The same for a page of a list: an object with an array `items`.
Result<json::Value, Failure> page_of(const HttpAnswer& answer);

// To be shown as the node says it, or each of its rows: without `trust`, which in what is printed
// is what this side found.
json::Value as_said(json::Value said);

// A problem+json answer as a Failure; any other unexpected answer too.
Failure failure_of_answer(const HttpAnswer& answer);
// A refusal {"code","field","facts","at"} as a Failure.
Failure failure_of_refusal(const json::Value& refusal);

}  // namespace quanlu::cli
