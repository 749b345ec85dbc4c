// What commands over records share: an id as people write it, and every record of a list.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/verified.h"
#include "ledger/registry/record_type.h"

namespace quanlu::cli {

// Rights are named by their numbers as printed, all others by their ids. E_BAD_RIGHT_NO
Result<std::string, Failure> record_id(const registry::RecordType& type, const std::string& text);

struct Listed {
    std::optional<json::Value> as_of;
    bool is_whole = true;  // false: `most` records were read and there are more
};
// Every record of a type that names `ref` (empty: all), page by page, each given to `take`. Not
// proven: a node may leave some out.
Result<Listed, Failure> each_listed(Session& session, const Context& context,
                                    const registry::RecordType& type, const std::string& ref,
                                    std::size_t most,
                                    const std::function<void(const json::Value&)>& take);
// The note that goes with a list that was not read to its end.
std::string not_whole_note(std::size_t most);

}  // namespace quanlu::cli
