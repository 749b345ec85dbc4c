// See scene.h.
#include "tests/sim/scene.h"

#include "crypto/base/civil_time.h"
#include "crypto/jwk.h"

namespace quanlu::sim {

namespace {

struct Founder {
    const char* id;
    const char* role;
};
constexpr Founder kFounders[] = {{"office", "ip_office"},      {"firm", "pledgor"},
                                 {"bank-one", "bank"},         {"bank-two", "bank"},
                                 {"seller", "public"},         {"buyer", "public"},
                                 {"verifier", "evidence_node"}};

crypto::SigningKey key_numbered(std::uint8_t kind, std::uint8_t n) {
    std::array<std::uint8_t, 32> seed{};
    seed[0] = kind;
    seed[1] = n;
    return crypto::SigningKey::from_seed(seed);
}

constexpr std::size_t kMembersMax = 64, kOfficersMax = 2 * std::size(kFounders);

std::vector<crypto::SigningKey> keys_numbered(std::uint8_t kind, std::size_t count) {
    std::vector<crypto::SigningKey> keys;
    for (std::size_t n = 0; n < count; ++n)
        keys.push_back(key_numbered(kind, static_cast<std::uint8_t>(n)));
    return keys;
}

json::Value officer(const crypto::SigningKey& key, const char* duty) {
    return json::Object{{"key", crypto::to_jwk(key.public_key())},
                        {"duties", json::Array{duty}},
                        {"valid_from", "2020-01-01"},
                        {"valid_to", "2099-12-31"}};
}

}  // namespace

Scene Scene::make(std::size_t members, const chain::Params& params) {
    static const std::vector<crypto::SigningKey> kOfficers = keys_numbered(1, kOfficersMax),
                                                 kMembers = keys_numbered(2, kMembersMax);
    ENSURE(members <= kMembersMax);
    Scene scene;
    scene.genesis.name = "sim";
    scene.genesis.time = UnixMillis{kWallStart - 1'000};
    scene.genesis.params = params;
    std::size_t n = 0;
    for (const Founder& founder : kFounders) {
        json::Array officers;
        for (const char* duty : {"maker", "checker"}) {
            const crypto::SigningKey& key = kOfficers.at(n++);
            officers.push_back(officer(key, duty));
            scene.officers.emplace(std::string(founder.id) + "/" + duty, &key);
        }
        scene.genesis.records.set(std::string("party/") + founder.id,
                                  json::Object{{"party_id", founder.id},
                                               {"party_kind", "enterprise"},
                                               {"legal_name", founder.id},
                                               {"uscc", "91330108MA28XYW55X"},
                                               {"country", "CN"},
                                               {"roles", json::Array{founder.role}},
                                               {"officers", std::move(officers)}});
    }
    scene.keys = std::span(kMembers).first(members);
    for (std::size_t i = 0; i < members; ++i) {
        scene.genesis.members.push_back(
            {"m" + std::to_string(i), "office", scene.keys[i].public_key()});
    }
    const auto parsed = chain::genesis_from_json(chain::to_json(scene.genesis));
    ENSURE(parsed.ok(), parsed.ok() ? "" : parsed.error());
    scene.genesis = *parsed;
    scene.today = to_text(shanghai_date(UnixMillis{kWallStart}));
    return scene;
}

std::string Scene::sign(const std::string& officer, const chain::TxDraft& draft) const {
    return chain::sign_tx(*officers.at(officer), genesis.chain_id, draft);
}

}  // namespace quanlu::sim
