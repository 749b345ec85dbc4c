// See records.h.
#include "cli/records.h"

#include "cli/foreign.h"
#include "cli/i18n.h"
#include "ledger/registry/ids/right_no.h"

namespace quanlu::cli {

Result<std::string, Failure> record_id(const registry::RecordType& type, const std::string& text) {
    if (type.name != "right") return text;
    auto key = registry::guess_right_key(text);
    if (key) return *std::move(key);
    return Err(failure_of(chain::Code::E_BAD_RIGHT_NO, json::Object{{"right_no", text}}));
}

Result<Listed, Failure> each_listed(Session& session, const Context& context,
                                    const registry::RecordType& type, const std::string& ref,
                                    std::size_t most,
                                    const std::function<void(const json::Value&)>& take) {
    TRY(const std::string node, context.need("node"));
    std::string base = "/v1/" + std::string(type.plural) + "?limit=1000";
    if (!ref.empty()) base += "&ref=" + url_encode(ref);
    Listed listed;
    std::string cursor;
    for (std::size_t read = 0;;) {
        const std::string path = base + (cursor.empty() ? "" : "&cursor=" + url_encode(cursor));
        HttpRequest request{"GET", node + path, "", "", {}};
        add_credential(context, path, request);
        TRY(const HttpAnswer said, session.http.send(request));
        TRY(const json::Value body, page_of(said));
        const json::Array& items = array_in(body, "items");
        for (const json::Value& record : items) take(record);
        read += items.size();
        if (const json::Value* height = body.find("as_of")) listed.as_of = *height;
        const std::string next(body.string_or("next", ""));
        if (next.empty()) return listed;
        // Empty pages, or one that leads to itself, would never end.
        listed.is_whole = read < most && next != cursor && !items.empty();
        if (!listed.is_whole) return listed;
        cursor = next;
    }
}

std::string not_whole_note(std::size_t most) {
    return std::string(say("NOT COMPLETE: only the first ", "不完整:仅读取前 ")) +
           std::to_string(most) + std::string(say(" records were read", " 条记录"));
}

}  // namespace quanlu::cli
