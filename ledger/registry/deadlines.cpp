// due/<minute>/<chunk> holds items {at, key, what}; due/<minute> the number of chunks and the first
// that is not done; sys/due the next minute.
#include "ledger/registry/deadlines.h"

#include "ledger/registry/record_type.h"

namespace quanlu::registry {

namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::size_t kChunkItems = 32;            // bounds what one more deadline rewrites
constexpr std::int64_t kMinutesPerBlock = 20'000;  // two weeks of silence are swept in one block

std::string bucket_key(std::int64_t minute) {
    return "due/" + std::to_string(minute);
}

struct Sweep {
    Draft& draft;
    const Moment& moment;
    std::size_t left;
    std::vector<chain::Event>& events;

    void carry_out(const json::Value& item) {
        const std::string key(item.string_or("key", ""));
        const auto record = draft.get(key);
        if (record == nullptr) return;
        const RecordType* type = find_record_type(record->string_or("type", ""));
        if (type == nullptr || type->deadline == nullptr) return;
        SystemAct act{draft,
                      moment,
                      shanghai_date(moment.time),
                      std::string(record->string_or("id", "")),
                      key,
                      *record,
                      {}};
        type->deadline(act, item.string_or("what", ""));
        if (act.record != *record) {
            act.record.set("version", act.record.integer_or("version", 0) + 1);
            act.record.set("updated", where_json(moment));
            draft.put(key, std::move(act.record));
        }
        for (chain::Event& event : act.events) events.push_back(std::move(event));
    }

    // Carries out what is due in one minute's bucket; true when nothing of it is left. Looks at no
    // chunk that is done, nor at one behind the block's allowance.
    bool minute(std::int64_t at) {
        const auto head = draft.get(bucket_key(at));
        if (head == nullptr) return true;
        const std::int64_t chunks = head->integer_or("chunks", 0);
        const std::int64_t first = head->integer_or("first", 1);
        std::int64_t undone = 0;
        for (std::int64_t chunk = first; chunk <= chunks; ++chunk) {
            if (left == 0) {
                if (undone == 0) undone = chunk;
                break;
            }
            const std::string key = bucket_key(at) + "/" + std::to_string(chunk);
            const auto held = draft.get(key);
            if (held == nullptr) continue;
            json::Array later;
            for (const json::Value& item : held->find("items")->as_array()) {
                if (left == 0 || item.integer_or("at", 0) > moment.time.value) {
                    later.push_back(item);
                    continue;
                }
                --left;
                carry_out(item);
            }
            if (later.empty()) {
                draft.erase(key);
            } else {
                if (later.size() != held->find("items")->as_array().size()) {
                    draft.put(key, json::Object{{"items", std::move(later)}});
                }
                if (undone == 0) undone = chunk;
            }
        }
        if (undone == 0) {
            draft.erase(bucket_key(at));
        } else if (undone != first) {
            json::Value moved = *draft.get(bucket_key(at));
            moved.set("first", undone);
            draft.put(bucket_key(at), std::move(moved));
        }
        return undone == 0;
    }
};

}  // namespace

void add_deadline(Draft& draft, UnixMillis at, std::string_view key, std::string_view what) {
    // What is due already is carried out by the next block: never behind the cursor.
    const auto cursor = draft.get("sys/due");
    std::int64_t minute = at.value / kMinuteMs;
    if (cursor != nullptr) minute = std::max(minute, cursor->integer_or("minute", 0));
    const std::string head_key = bucket_key(minute);
    const auto head = draft.get(head_key);
    std::int64_t chunks = head == nullptr ? 0 : head->integer_or("chunks", 0);
    json::Array items;
    if (chunks > 0) {
        if (const auto last = draft.get(head_key + "/" + std::to_string(chunks)))
            items = last->find("items")->as_array();
    }
    if (chunks == 0 || items.size() >= kChunkItems) {
        ++chunks;
        items.clear();
        json::Value longer = head == nullptr ? json::Value(json::Object{}) : *head;
        longer.set("chunks", chunks);
        draft.put(head_key, std::move(longer));
    }
    items.push_back(json::Object{{"at", at.value}, {"key", key}, {"what", what}});
    draft.put(head_key + "/" + std::to_string(chunks), json::Object{{"items", std::move(items)}});
}

std::vector<chain::Event> run_deadlines(const chain::StateReader& state, const Moment& moment,
                                        std::size_t max, chain::Writes& writes) {
    std::vector<chain::Event> events;
    Draft draft(state);
    const std::int64_t now = moment.time.value / kMinuteMs;
    const auto cursor = draft.get("sys/due");
    std::int64_t minute = cursor == nullptr ? now : cursor->integer_or("minute", now);
    const std::int64_t first = minute;
    Sweep sweep{draft, moment, max, events};
    for (std::int64_t swept = 0; minute <= now && swept < kMinutesPerBlock && sweep.left > 0;
         ++swept) {
        // The present minute stays open: more may fall due in it.
        if (!sweep.minute(minute) || minute == now) break;
        ++minute;
    }
    if (cursor == nullptr || minute != first)
        draft.put("sys/due", json::Object{{"minute", minute}});
    writes = draft.take();
    return events;
}

}  // namespace quanlu::registry
