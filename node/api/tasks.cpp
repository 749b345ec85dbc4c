// What waits for an officer of the caller's party (B.14). A party sees its own and nobody else's.
#include "ledger/index/index.h"
#include "node/api/parts.h"
#include "node/api/resources.h"
#include "node/api/snapshot_state.h"

namespace quanlu::api {

using chain::Code;

Reply Resources::tasks(const Snapshot& snapshot, const Request& request) const {
    const auto limit = page_size(request);
    if (!limit) return problem(Code::E_BAD_REQUEST, "limit 1 to 1000");
    const auto who = caller_of(snapshot, request);
    if (!who.ok()) return problem(who.error());
    if (!who->party) return problem(Code::E_UNAUTHENTICATED, "whose tasks");
    const auto applied = state::View(snapshot.reader).applied();
    const auto header =
        applied ? index::find_block(*snapshot.reader, applied->height) : std::nullopt;
    if (!header) return problem(Code::E_NO_QUORUM, "starting");
    const index::OpenActs open =
        index::open_acts(*snapshot.reader, *who->party, request.get("cursor"), *limit);
    const SnapshotState state(snapshot.reader);
    json::Array items;
    for (const std::string& name : open.names) {
        const auto pending = state.get("pend/" + name);
        // Lapsed acts stay in the map until somebody begins them anew.
        if (pending == nullptr || pending->integer_or("expires", 0) <= header->header.time.value)
            continue;
        items.push_back(*pending);
    }
    json::Value out = json::Object{{"items", std::move(items)},
                                   {"party", *who->party},
                                   {"trust", "unverified"},
                                   {"as_of", as_of(header->header)}};
    if (!open.next.empty()) out.set("next", open.next);
    Reply reply = ok(out);
    add_height(reply, header->header);
    return reply;
}

}  // namespace quanlu::api
