// Lists of the state map, read so that nothing can be left out (decision 0019): the head says how
// many entries there are; head and entries are proven together at one height, then the records.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/verified.h"
#include "ledger/registry/record_type.h"

namespace quanlu::cli {

struct ListPage {
    std::int64_t count = 0, from = 1;  // entries of the whole list; first entry of this page
    std::vector<std::string> ids;      // in the order of entry; an id may repeat
    Proven proven;                     // head and entries
};

// Entries from `from` on, as many as fit one bundle, at `height` (the newest without one). A node
// whose head and entries do not agree: "bad_proof".
Result<ListPage, Failure> fetch_list_page(Session& session, const Context& context,
                                          const registry::RecordType& type,
                                          const std::string& handle, std::int64_t from,
                                          std::optional<Height> height);

// What the caller may see of each record of a page, once each: key -> value, at the page's height.
struct PageRecords {
    std::vector<std::string> keys;  // in the order of entry, without repetition
    std::map<std::string, json::Value> values;
    Proven proven;
    // Does the proof cover all that `values` says of it?
    [[nodiscard]] bool is_whole(const std::string& key) const {
        return proven.verified && !proven.public_parts.contains(key);
    }
};
Result<PageRecords, Failure> fetch_page_records(Session& session, const Context& context,
                                                const registry::RecordType& type,
                                                const ListPage& page);

// Every record that ever stood under the handle, each once, as it stands at one height. `is_whole`:
// the proof covers all that is said of this one.
struct WholeList {
    std::int64_t entries = 0;
    json::Value as_of;
    bool verified = true;   // false: --no-verify, or of a record only the public part was served
    bool is_stale = false;  // it holds, for some time ago
    Height height;
};
Result<WholeList, Failure> each_in_list(
    Session& session, const Context& context, const registry::RecordType& type,
    const std::string& handle, std::optional<Height> height,
    const std::function<void(const std::string& id, const json::Value&, bool is_whole)>& take);

}  // namespace quanlu::cli
