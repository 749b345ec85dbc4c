// See data_book.h.
#include "data_book.h"

#include <algorithm>

#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "crypto/jwk.h"
#include "ledger/registry/record_type.h"

namespace quanlu::registry {

namespace {

constexpr std::int64_t kStart = 1'795'140'000'000;  // 2026-11-20 10:00 +08:00

crypto::PublicKey key_numbered(std::uint8_t n) {
    std::array<std::uint8_t, 32> seed{};
    seed[0] = n;
    return crypto::SigningKey::from_seed(seed).public_key();
}

// What stands under "fields" is what the type's table says, so that its visibility is known field
// by field.
void check_stored(const std::string& key, const json::Value& value) {
    const RecordType* type = find_record_type(value.string_or("type", ""));
    if (type == nullptr || type->name == "party" || !key.starts_with(type->tag)) return;
    const auto checked = check_fields(*value.find("fields"), *type->fields);
    INFO(key << (checked.ok() ? "" : checked.error().field + json::write(checked.error().facts)));
    CHECK(checked.ok());
}

}  // namespace

json::Value js(std::string text) {
    std::replace(text.begin(), text.end(), '\'', '"');
    auto value = json::parse(text);
    INFO(text);
    REQUIRE(value.ok());
    return *std::move(value);
}

json::Value sealed() {
    return json::Object{{"_sd", to_base64url(crypto::sha256(as_bytes("sealed")).view())}};
}

json::Value with(json::Value base, const json::Value& changes) {
    for (const auto& [name, value] : changes.as_object()) {
        if (value.is_string() && value.as_string() == "-") {
            base.erase(name);
        } else {
            base.set(name, value);
        }
    }
    return base;
}

Book::Book() : now_{kStart} {
    REQUIRE(today() == "2026-11-20");
    chain::Writes writes;  // the first block's sweep sets the cursor
    run_deadlines(*this, Moment{Height(height_), 0, now_}, 1, writes);
    keep(writes);
}

std::shared_ptr<const json::Value> Book::get(std::string_view key) const {
    const auto found = state_.find(key);
    return found == state_.end() ? nullptr : found->second;
}

void Book::keep(const chain::Writes& writes) {
    for (const auto& [key, value] : writes) {
        if (value) {
            check_stored(key, *value);
            state_[key] = std::make_shared<const json::Value>(*value);
        } else {
            state_.erase(key);
        }
    }
}

void Book::plant(const std::string& key, json::Value value) {
    state_[key] = std::make_shared<const json::Value>(std::move(value));
}

void Book::found(const std::string& party, const std::string& roles,
                 const std::vector<std::string>& affiliates) {
    json::Array officers, role_list, affiliate_list;
    for (const char* duty : {"maker", "checker", "admin"}) {
        const crypto::PublicKey key = key_numbered(next_key_++);
        kids_[party + "/" + duty] = crypto::thumbprint(key);
        officers.push_back(json::Object{{"key", crypto::to_jwk(key)},
                                        {"duties", json::Array{duty}},
                                        {"valid_from", "2020-01-01"},
                                        {"valid_to", "2099-12-31"}});
    }
    for (std::size_t at = 0; at <= roles.size();) {
        const std::size_t bar = std::min(roles.find('|', at), roles.size());
        if (bar > at) role_list.emplace_back(roles.substr(at, bar - at));
        at = bar + 1;
    }
    if (role_list.empty()) role_list.emplace_back("public");
    for (const std::string& one : affiliates) affiliate_list.emplace_back(one);
    json::Value fields = json::Object{{"party_id", party},   {"party_kind", "enterprise"},
                                      {"legal_name", party}, {"uscc", "91330108MA28XYW55X"},
                                      {"country", "CN"},     {"roles", role_list},
                                      {"officers", officers}};
    if (!affiliate_list.empty()) fields.set("affiliates", affiliate_list);
    const auto writes = founding_writes(json::Object{{"party/" + party, fields}});
    REQUIRE(writes.ok());
    keep(*writes);
}

chain::Outcome Book::submit(const std::string& party, const std::string& duty,
                            const std::string& act, const std::string& record,
                            const json::Value& body) {
    chain::Tx tx;
    tx.iss = party;
    tx.kid = kids_.at(party + "/" + duty);
    tx.act = act;
    tx.rec = record;
    tx.body = body;
    tx.ver = ver;
    tx.id = crypto::sha256(as_bytes(std::to_string(height_) + act + party));
    REQUIRE(admit(*this, tx, now_).ok());
    ++height_;
    now_ = UnixMillis{now_.value + 1000};
    chain::Writes writes;
    chain::Outcome outcome = apply(*this, tx, Moment{Height(height_), 0, now_}, writes);
    if (!outcome.ok()) {
        REQUIRE(writes.empty());
        // A dry run asks every guard, whatever came before, and its first answer is the refusal.
        const auto all = all_refusals(*this, tx, Moment{Height(height_), 0, now_});
        REQUIRE_FALSE(all.empty());
        CHECK(all.front().code == outcome.refusal->code);
    }
    keep(writes);
    return outcome;
}

chain::Outcome Book::act(const std::string& party, const std::string& act,
                         const std::string& record, const json::Value& body) {
    chain::Outcome outcome = submit(party, "maker", act, record, body);
    if (outcome.ok() && outcome.state == "pending_approval") {
        outcome = submit(party, "checker", act, record, body);
    }
    warnings = outcome.warnings;
    events = outcome.events;
    refusal = outcome.refusal.value_or(chain::Refusal{});
    return outcome;
}

std::string Book::ok(const std::string& party, const std::string& what, const std::string& record,
                     const json::Value& body) {
    const chain::Outcome outcome = act(party, what, record, body);
    INFO(what << " by " << party << ": " << json::write(chain::to_json(outcome)));
    REQUIRE(outcome.ok());
    REQUIRE(outcome.state != "pending_approval");
    return outcome.record;
}

std::string Book::code(const std::string& party, const std::string& what, const std::string& record,
                       const json::Value& body) {
    const auto before = state_;
    const chain::Outcome outcome = act(party, what, record, body);
    if (outcome.ok()) return "OK";
    bool same = before.size() == state_.size();
    for (const auto& [key, value] : before) {
        const auto after = get(key);
        same = same && after != nullptr && *after == *value;
    }
    INFO(what << ": a refusal changed the state");
    REQUIRE(same);
    return std::string(chain::name(outcome.refusal->code));
}

void Book::pass_hours(int hours) {
    events.clear();
    now_ = UnixMillis{now_.value + static_cast<std::int64_t>(hours) * 3'600'000};
    // A sweep covers two weeks of minutes; longer times need more blocks.
    for (int block = 0; block <= hours / (24 * 13) + 1; ++block) {
        ++height_;
        chain::Writes writes;
        for (chain::Event& event :
             run_deadlines(*this, Moment{Height(height_), 0, now_}, 1'000, writes)) {
            events.push_back(std::move(event));
        }
        keep(writes);
    }
}

void Book::pass_days(int days) {
    pass_hours(days * 24);
}

const json::Value& Book::record(const std::string& key) const {
    INFO(key);
    const auto found = state_.find(key);
    REQUIRE(found != state_.end());
    return *found->second;
}

std::string Book::state(const std::string& key) const {
    return std::string(record(key).string_or("state", ""));
}

const json::Value& Book::field(const std::string& key, std::string_view name) const {
    const json::Value* value = record(key).find("fields")->find(name);
    INFO(key << " " << name);
    REQUIRE(value != nullptr);
    return *value;
}

std::string Book::day(int ahead) const {
    return to_text(add_days(shanghai_date(now_), ahead));
}

bool Book::warned(chain::Code code) const {
    return std::find(warnings.begin(), warnings.end(), code) != warnings.end();
}

bool Book::told(std::string_view type, std::string_view record) const {
    return std::any_of(events.begin(), events.end(), [&](const chain::Event& event) {
        return event.type == type && (record.empty() || event.record == record);
    });
}

}  // namespace quanlu::registry
