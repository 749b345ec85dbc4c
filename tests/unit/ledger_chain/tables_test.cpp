// Codes and their texts, outcomes both ways, parameters and the founding document.
#include <set>

#include "fixture.h"

namespace quanlu::chain {

namespace {

std::string why(const json::Value& document) {
    const auto genesis = genesis_from_json(document);
    return genesis.ok() ? "OK" : genesis.error();
}

json::Value genesis_json() {
    return *json::parse(as_text(*from_hex(vectors::kGenesisHex)));
}

json::Value outcome_json(std::string_view text) {
    return *json::parse(text);
}

}  // namespace

TEST_CASE("every code has its sentence and its next step in both languages, and one name") {
    std::set<std::string_view> names;
    for (const CodeText& one : all_codes()) {
        INFO(one.name);
        CHECK(names.insert(one.name).second);
        CHECK_FALSE(one.en.empty());
        CHECK_FALSE(one.zh.empty());
        CHECK_FALSE(one.next_en.empty());
        CHECK_FALSE(one.next_zh.empty());
        CHECK(one.en != one.zh);
        CHECK(&text(one.code) == &one);
        CHECK(name(one.code) == one.name);
        CHECK(code_from_name(one.name) == one.code);
        const bool warning = one.name.starts_with("W_");
        CHECK((warning || one.name.starts_with("E_")));
        CHECK((one.http_status == 200) == warning);
        CHECK((one.http_status == 200 || (one.http_status >= 400 && one.http_status < 600)));
        const std::set<int> exits = {1, 2, 4, 5, 6, 7, 8, 70};
        CHECK((warning ? one.exit_code == 0 : exits.contains(one.exit_code)));
    }
    CHECK(name(Code::ok) == "OK");
    CHECK(code_from_name("OK") == Code::ok);
    CHECK(code_from_name("E_NO_SUCH_CODE") == std::nullopt);
    CHECK(code_from_name("") == std::nullopt);
}

TEST_CASE("an outcome is read back exactly, and nothing else is") {
    for (
        const char* text :
        {R"({"code":"OK"})",
         R"({"code":"OK","record":"PL-1","state":"registered","version":4,"warnings":["W_BASIS_LOST"]})",
         R"({"code":"OK","events":[{"facts":{"a":1},"record":"PL-1","type":"pledge.registered"},{"record":"x","type":"y"}]})",
         R"({"code":"E_EXPIRED"})",
         R"({"at":{"height":3,"index":0},"code":"E_ALREADY_PLEDGED","facts":{"pledge":"PL-1"},"field":"/rights"})"}) {
        INFO(text);
        const auto outcome = outcome_from_json(outcome_json(text));
        REQUIRE(outcome);
        CHECK(json::write(to_json(*outcome)) == text);
    }
    for (const char* text : {R"({})",
                             R"({"code":"NO"})",
                             R"({"code":1})",
                             R"({"code":"OK","more":1})",
                             R"({"code":"OK","version":"4"})",
                             R"({"code":"OK","version":0})",
                             R"({"code":"OK","record":""})",
                             R"({"code":"OK","warnings":[]})",
                             R"({"code":"OK","warnings":["W_NONE"]})",
                             R"({"code":"OK","warnings":["OK"]})",
                             R"({"code":"OK","warnings":"W"})",
                             R"({"code":"OK","events":[]})",
                             R"({"code":"OK","events":[{"type":"y"}]})",
                             R"({"code":"OK","events":["x"]})",
                             R"({"code":"OK","events":[{"facts":1,"record":"x","type":"y"}]})",
                             R"({"code":"OK","field":"x"})",
                             R"({"code":"E_EXPIRED","facts":{}})",
                             R"({"code":"E_EXPIRED","facts":"x"})",
                             R"({"code":"E_EXPIRED","record":"x"})",
                             R"({"at":{"height":-1,"index":0},"code":"E_EXPIRED"})",
                             R"({"at":{"height":1},"code":"E_EXPIRED"})",
                             R"({"at":{"height":1,"index":4294967296},"code":"E_EXPIRED"})",
                             R"({"at":1,"code":"E_EXPIRED"})"}) {
        INFO(text);
        CHECK_FALSE(outcome_from_json(outcome_json(text)));
    }
    CHECK_FALSE(outcome_from_json(json::Array{}));
}

TEST_CASE("the founding document: every member there, none beside, each in its range") {
    REQUIRE(why(genesis_json()) == "OK");
    for (const char* member :
         {"members", "name", "params", "records", "suite", "time", "version"}) {
        json::Value changed = genesis_json();
        changed.erase(member);
        CHECK(why(changed) != "OK");
        for (const json::Value& other : {json::Value(true), json::Value("x y"), json::Value(-1)}) {
            changed = genesis_json();
            changed.set(member, other);
            INFO(member << " " << json::write(other));
            CHECK(why(changed) != "OK");
        }
    }
    json::Value changed = genesis_json();
    changed.set("more", 1);
    CHECK(why(changed) != "OK");
    CHECK(why(json::Array{}) != "OK");

    const auto members = [](auto change) {
        json::Value document = genesis_json();
        change(document["members"].as_array());
        return why(document);
    };
    CHECK(members([](json::Array& list) { list.clear(); }) != "OK");
    CHECK(members([](json::Array& list) { list.resize(1); }) == "OK");
    CHECK(members([](json::Array& list) { list[1].set("name", "node-a"); }) ==
          "members[1]: name or key stands twice");
    CHECK(members([](json::Array& list) { list[1].set("key", *list[0].find("key")); }) ==
          "members[1]: name or key stands twice");
    CHECK(members([](json::Array& list) { list[1].set("party", "ipo-yuhang"); }) == "OK");
    CHECK(members([](json::Array& list) { list[2].set("name", "Node"); }) != "OK");
    CHECK(members([](json::Array& list) { list[2].set("name", std::string(65, 'a')); }) != "OK");
    CHECK(members([](json::Array& list) { list[2].set("party", ""); }) != "OK");
    CHECK(members([](json::Array& list) { list[2].set("port", 1); }) != "OK");
    CHECK(members([](json::Array& list) { list[2].erase("key"); }) != "OK");
    // A small-order key would accept forged signatures in laxer verifiers: never a member.
    CHECK(members([](json::Array& list) { list[0]["key"].set("x", to_base64url(Bytes(32, 0))); }) !=
          "OK");
    CHECK(members([](json::Array& list) { list[0]["key"].set("d", "x"); }) != "OK");

    const auto grown = [](std::size_t n) {
        json::Value document = genesis_json();
        document.set("members", to_json(member_list(n)));
        return why(document);
    };
    CHECK(grown(64) == "OK");
    CHECK(grown(65) != "OK");

    const auto records = [](std::string_view key, json::Value value) {
        json::Value document = genesis_json();
        document["records"].set(key, std::move(value));
        return why(document);
    };
    CHECK(records(std::string(256, 'k'), json::Object{{"a", 1}}) == "OK");
    CHECK(records(std::string(257, 'k'), json::Object{{"a", 1}}) != "OK");
    CHECK(records("k", json::Object{}) != "OK");
    CHECK(records("k", "text") != "OK");
}

TEST_CASE("parameters within their ranges, all of them, and the chain id follows every change") {
    const json::Value good = to_json(Params{});
    REQUIRE(params_from_json(good).ok());
    CHECK(*params_from_json(good) == Params{});
    for (const auto& [name, value] : good.as_object()) {
        INFO(name);
        json::Value changed = good;
        changed.erase(name);
        CHECK_FALSE(params_from_json(changed).ok());
        for (const json::Value& bad :
             {json::Value(0), json::Value(-1), json::Value("1"), json::Value(json::kIntegerMax)}) {
            changed = good;
            changed.set(name, bad);
            CHECK_FALSE(params_from_json(changed).ok());
        }
    }
    json::Value more = good;
    more.set("more", 1);
    CHECK_FALSE(params_from_json(more).ok());
    json::Value inverted = good;
    inverted.set("delta_max_ms", 499);
    CHECK_FALSE(params_from_json(inverted).ok());

    const Hash id = test_genesis().chain_id;
    json::Value document = genesis_json();
    document["params"].set("heartbeat_ms", 5'001);
    CHECK(genesis_from_json(document)->chain_id != id);
    document = genesis_json();
    document["records"]["party/bank-hz"].set("state", "suspended");
    CHECK(genesis_from_json(document)->chain_id != id);
    // The text's white space and order are nothing to it.
    CHECK(parse_genesis(json::write_pretty(genesis_json()))->chain_id == id);
    CHECK_FALSE(parse_genesis("{\"version\":1,\"version\":1}").ok());
}

}  // namespace quanlu::chain
