// See lists.h.
#include "cli/lists.h"

#include <algorithm>
#include <set>

#include "ledger/registry/lists.h"

namespace quanlu::cli {

namespace {

constexpr std::int64_t kPage = 500;  // entries of one answer; head and page fit one bundle

std::int64_t count_in(const std::optional<json::Value>& head) {
    return head ? head->integer_or("n", 0) : 0;
}
Height height_of(const Proven& proven) {
    return Height(static_cast<std::uint64_t>(proven.as_of.integer_or("height", 0)));
}

}  // namespace

Result<ListPage, Failure> fetch_list_page(Session& session, const Context& context,
                                          const registry::RecordType& type,
                                          const std::string& handle, std::int64_t from,
                                          std::optional<Height> height) {
    ListPage page;
    page.from = std::max<std::int64_t>(1, from);
    const std::string head = registry::list_key(type.name, handle);
    TRY(page.proven, fetch_keys(session, context, {head}, height));
    const auto& heads = page.proven.bundle.items;
    if (heads.size() != 1)  // withheld: no proof of it was served
        return Err(failure_of(chain::Code::E_FORBIDDEN, json::Object{{"list", handle}}));
    page.count = count_in(heads.front().value);
    if (page.count < page.from) return page;
    const std::int64_t last = page.from - 1 + std::min(page.count - page.from + 1, kPage);
    const bool is_stale = page.proven.is_stale;  // the entries are asked for at its height
    std::vector<std::string> keys{head};
    for (std::int64_t i = page.from; i <= last; ++i)
        keys.push_back(registry::list_entry_key(type.name, handle, i));
    TRY(page.proven, fetch_keys(session, context, keys, height_of(page.proven)));
    page.proven.is_stale = is_stale;
    const auto& items = page.proven.bundle.items;
    if (items.size() != keys.size() || count_in(items.front().value) != page.count)
        return Err(bad_proof("list", head + ": its entries and their count do not agree"));
    for (std::size_t i = 1; i < items.size(); ++i) {
        const std::string id(items[i].value ? items[i].value->string_or("id", "")
                                            : std::string_view());
        if (id.empty()) return Err(bad_proof("list", items[i].key + ": the entry is missing"));
        page.ids.push_back(id);
    }
    return page;
}

Result<PageRecords, Failure> fetch_page_records(Session& session, const Context& context,
                                                const registry::RecordType& type,
                                                const ListPage& page) {
    PageRecords records;
    std::set<std::string> seen;
    for (const std::string& id : page.ids) {
        std::string key = std::string(type.tag) + id;
        if (seen.insert(key).second) records.keys.push_back(std::move(key));
    }
    TRY(records.proven, fetch_keys(session, context, records.keys, height_of(page.proven)));
    records.values = records.proven.public_parts;
    for (const auto& item : records.proven.bundle.items) {
        if (item.value) records.values.emplace(item.key, *item.value);
    }
    for (const std::string& key : records.keys) {
        if (!records.values.contains(key))
            return Err(bad_proof("list", key + ": the record is not there"));
    }
    return records;
}

Result<WholeList, Failure> each_in_list(
    Session& session, const Context& context, const registry::RecordType& type,
    const std::string& handle, std::optional<Height> height,
    const std::function<void(const std::string& id, const json::Value&, bool is_whole)>& take) {
    WholeList whole;
    std::set<std::string> seen;
    for (std::int64_t from = 1; from == 1 || from <= whole.entries; from += kPage) {
        TRY(const ListPage page, fetch_list_page(session, context, type, handle, from, height));
        if (from == 1) {
            whole.entries = page.count;
            whole.as_of = page.proven.as_of;
            whole.height = height_of(page.proven);
            whole.is_stale = page.proven.is_stale;
            height = whole.height;
        }
        whole.verified = whole.verified && page.proven.verified;
        if (page.ids.empty()) break;
        TRY(const PageRecords records, fetch_page_records(session, context, type, page));
        for (const std::string& key : records.keys) {
            if (!seen.insert(key).second) continue;
            const bool is_whole = records.is_whole(key);
            whole.verified = whole.verified && is_whole;
            take(key.substr(type.tag.size()), records.values.at(key), is_whole);
        }
    }
    return whole;
}

}  // namespace quanlu::cli
