// A registry without a chain: parties with maker, checker and administrator, block time that the
// test moves, acts carried out by the real engine. Every refusal is checked to change nothing.
#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "crypto/base/civil_time.h"
#include "crypto/base/json.h"
#include "ledger/registry/registry.h"

namespace quanlu::registry {

// Strict JSON text; single quotes stand for double ones.
json::Value js(std::string text);
// {"_sd": ...}: a commitment to something the test need not know.
json::Value sealed();
// `base` with members replaced or added; a member whose value is the text "-" goes.
json::Value with(json::Value base, const json::Value& changes);

class Book : public chain::StateReader {
public:
    // Block time 2026-11-20 10:00 in Shanghai.
    Book();

    [[nodiscard]] std::shared_ptr<const json::Value> get(std::string_view key) const override;

    // A party with role(s) separated by | and, if wanted, affiliates.
    void found(const std::string& party, const std::string& roles,
               const std::vector<std::string>& affiliates = {});

    // Carries out an act: the maker submits, and where a second approval is due the checker does
    // the same.
    chain::Outcome act(const std::string& party, const std::string& act, const std::string& record,
                       const json::Value& body);
    // The same, REQUIRES success; gives the record's id.
    std::string ok(const std::string& party, const std::string& act, const std::string& record,
                   const json::Value& body = json::Object{});
    // Code of the refusal, "OK" when there was none. REQUIRES: a refusal leaves the state as it
    // was.
    std::string code(const std::string& party, const std::string& act, const std::string& record,
                     const json::Value& body = json::Object{});
    // One officer alone.
    chain::Outcome submit(const std::string& party, const std::string& duty, const std::string& act,
                          const std::string& record, const json::Value& body);

    // Moves block time and carries out what fell due on the way.
    void pass_days(int days);
    void pass_hours(int hours);

    [[nodiscard]] const json::Value& record(const std::string& key) const;
    [[nodiscard]] std::string state(const std::string& key) const;
    [[nodiscard]] const json::Value& field(const std::string& key, std::string_view name) const;
    [[nodiscard]] std::string today() const { return to_text(shanghai_date(now_)); }
    [[nodiscard]] std::string day(int ahead) const;
    [[nodiscard]] std::int64_t now_ms() const { return now_.value; }
    // What a state reached by other records' acts would hold; for what no act of this issue can
    // make.
    void plant(const std::string& key, json::Value value);

    std::optional<std::int64_t> ver;    // expected version of the acts that follow
    std::vector<chain::Code> warnings;  // of the last act
    std::vector<chain::Event> events;   // of the last act, or of the days passed
    chain::Refusal refusal;             // of the last refused act

    [[nodiscard]] bool warned(chain::Code code) const;
    [[nodiscard]] bool told(std::string_view type, std::string_view record = "") const;

private:
    void keep(const chain::Writes& writes);

    std::map<std::string, std::shared_ptr<const json::Value>, std::less<>> state_;
    std::map<std::string, std::string> kids_;  // "party/duty" -> kid
    UnixMillis now_;
    std::uint64_t height_ = 1;
    std::uint8_t next_key_ = 1;
};

}  // namespace quanlu::registry
