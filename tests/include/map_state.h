// A registry in memory for tests: founding parties, acts by officers without signatures, block time
// that moves.
#pragma once

#include <string>

#include "crypto/base/civil_time.h"
#include "crypto/jwk.h"
#include "ledger/registry/registry.h"

namespace quanlu::test {

class MapState : public chain::StateReader {
public:
    MapState() {
        const auto founding = [this](const std::string& id, const std::string& uscc,
                                     json::Array roles, bool court) {
            json::Array officers;
            for (const std::string duty : {"maker", "checker", "admin"}) {
                const std::string as = !court || duty == "admin" ? duty
                                       : duty == "maker"         ? "clerk"
                                                                 : "judge";
                officers.push_back(json::Object{{"key", crypto::to_jwk(key(id, duty).public_key())},
                                                {"duties", json::Array{as}},
                                                {"valid_from", "2020-01-01"},
                                                {"valid_to", "2099-12-31"}});
            }
            records_.set("party/" + id, json::Object{{"party_id", id},
                                                     {"party_kind", "enterprise"},
                                                     {"legal_name", id},
                                                     {"uscc", uscc},
                                                     {"country", "CN"},
                                                     {"roles", std::move(roles)},
                                                     {"officers", std::move(officers)}});
        };
        founding("office", "11330110MB2F00016W", {"ip_office", "regulator"}, false);
        founding("office-two", "11330100MB2F000248", {"ip_office"}, false);
        founding("bank-one", "91330100MA2B000192", {"bank"}, false);
        founding("bank-two", "91330100MA2B00027W", {"bank"}, false);
        founding("court", "11330100MB2C00013C", {"court"}, true);
        founding("manager", "91330100MA2Q00012X", {"plan_manager"}, false);
        founding("custodian", "91330100MA2Q00020Q", {"custodian", "bank"}, false);
        founding("lender", "91330100MA2Q00039M", {"originator", "pledgee"}, false);
        founding("dpo", "91330100MA2P00070B", {"dpo"}, false);
        founding("firm", "91330108MA28XYW55X", {"pledgor"}, false);
        founding("other", "91330110MA2DEMQ71G", {"pledgor"}, false);
        founding("center", "12330100MB2D00014Y", {"cert_center"}, false);
        founding("assessor", "31330000MD00000167", {"assessor"}, false);
        founding("notary", "12330100MB2D00022R", {"evidence_node"}, false);
        founding("appraiser", "91330100MA2C00319M", {"appraiser"}, false);
        auto writes = registry::founding_writes(records_);
        ENSURE(writes.ok(), writes.ok() ? "" : writes.error());
        for (auto& [name, value] : *writes) values[name] = value;
        values["sys/members"] = std::make_shared<const json::Value>(
            json::Object{{"parties", json::Array{"bank-one", "bank-two", "court", "office"}}});
    }

    [[nodiscard]] std::shared_ptr<const json::Value> get(std::string_view key) const override {
        const auto found = values.find(key);
        return found == values.end() ? nullptr : found->second;
    }

    static crypto::SigningKey key(const std::string& party, const std::string& duty) {
        std::array<std::uint8_t, 32> seed{};
        const std::string name = party + "/" + duty;
        std::copy(
            name.begin(),
            name.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(name.size(), 32)),
            seed.begin());
        return crypto::SigningKey::from_seed(seed);
    }

    chain::Outcome act(const std::string& party, const std::string& duty, const std::string& act,
                       const std::string& rec, json::Value body,
                       std::optional<std::int64_t> ver = {}) {
        chain::Tx tx;
        tx.iss = party;
        tx.kid = crypto::thumbprint(key(party, duty).public_key());
        tx.act = act;
        tx.rec = rec;
        tx.ver = ver;
        tx.body = std::move(body);
        time.value += 1'000;
        sweep();
        const chain::Writes before = values;
        chain::Writes writes;
        chain::Outcome outcome = registry::apply(*this, tx, {Height(height), 0, time}, writes);
        if (outcome.ok()) {
            for (auto& [name, value] : writes) put(name, value);
        } else {
            ENSURE(writes.empty() && before == values, "a refusal changed something");
        }
        return outcome;
    }
    // A block in which nobody acts: what is due is carried out.
    void sweep() {
        ++height;
        chain::Writes writes;
        last_events = registry::run_deadlines(*this, {Height(height), 0, time}, 100, writes);
        for (auto& [name, value] : writes) put(name, value);
    }
    // Maker, then checker.
    chain::Outcome twice(const std::string& party, const std::string& name, const std::string& rec,
                         const json::Value& body) {
        chain::Outcome first = act(party, "maker", name, rec, body);
        return first.ok() ? act(party, "checker", name, rec, body) : first;
    }

    chain::Writes values;
    UnixMillis time{1'790'000'000'000};
    std::uint64_t height = 1;
    std::vector<chain::Event> last_events;

private:
    void put(const std::string& name, const std::shared_ptr<const json::Value>& value) {
        if (value) {
            values[name] = value;
        } else {
            values.erase(name);
        }
    }
    json::Value records_;
};

}  // namespace quanlu::test
