// Runs tests/rules/*.txt, one file per cross-record rule (DOMAIN C), on the shipped engine.
//
//   # text                                      for the reader
//   PARTY ACT NAME [key=value ...] -> CODE [WARNING ...]
//                                               an act; a creating one gives its record that NAME
//   state NAME STATE                            where the record must stand now
//   version NAME N                              which version it must be
//   alerts NAME N                               how many risk alerts a financing must carry
//   wait SECONDS                                block time passes; wait 3d: days
//   ordinary ACT [key=value ...]                what such an act holds unless a line says otherwise
//
// Two officers act where the act asks for two, administrators of three members where it asks for a
// quorum, one otherwise. A field not named has the value of an ordinary case (ordinary.inc,
// base_body); "key=-" leaves it out. Values: integers, true, false, [a,b] lists, "hash", "sealed",
// "today", "day+30", "now", "hex:NAME" (64 digits), "officer:PARTY/NAME:DUTY", names of records,
// {...} and [{...}] as JSON without blanks, other text.
#include <algorithm>
#include <catch2/catch.hpp>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "ledger/registry/record_type.h"
#include "pledge_desk.h"

namespace quanlu::test {

namespace {

class Script {
public:
    void run(const std::filesystem::path& file) {
        read(file);
        CHECK(kept_);
        CHECK(broken_);
    }
    void read(const std::filesystem::path& file) {
        std::ifstream in(file);
        REQUIRE(in);
        std::string line;
        for (int number = 1; std::getline(in, line); ++number) {
            INFO(file.filename().string() << ":" << number << ": " << line);
            std::istringstream words(line);
            std::string first;
            if (!(words >> first) || first.front() == '#') continue;
            if (first == "wait") {
                std::int64_t n = 0;
                std::string unit;
                REQUIRE(words >> n);
                words >> unit;
                if (unit == "d") {
                    // A chain is never silent for days: blocks go by, and with them what falls due.
                    for (; n > 0; --n) {
                        state_.time.value += kMillisPerDay;
                        state_.sweep();
                    }
                } else {
                    state_.time.value += n * 1'000;
                }
            } else if (first == "ordinary") {
                std::string act;
                REQUIRE(words >> act);
                ordinary_[act].clear();
                for (std::string word; words >> word;) ordinary_[act].push_back(word);
            } else if (first == "state" || first == "version" || first == "alerts") {
                check_record(first, words);
            } else {
                carry_out(first, words);
            }
        }
    }

private:
    void check_record(const std::string& what, std::istringstream& words) {
        std::string name;
        std::string expected;
        REQUIRE(words >> name >> expected);
        REQUIRE(records_.contains(name));
        const auto& [type, id] = records_.at(name);
        const auto held = state_.get(std::string(type->tag) + id);
        REQUIRE(held != nullptr);
        if (what == "state") CHECK(held->string_or("state", "") == expected);
        if (what == "version") CHECK(std::to_string(held->integer_or("version", 0)) == expected);
        if (what == "alerts") {
            const json::Value* alerts = held->find("fields")->find("risk_alerts");
            CHECK(std::to_string(alerts == nullptr ? 0 : alerts->as_array().size()) == expected);
        }
    }

    void carry_out(const std::string& party, std::istringstream& words) {
        std::string act;
        std::string name;
        REQUIRE(words >> act >> name);
        const auto dot = act.find('.');
        REQUIRE(dot != std::string::npos);
        const auto* type = registry::find_record_type(std::string_view(act).substr(0, dot));
        REQUIRE(type != nullptr);
        const auto* verb = registry::find_verb(*type, std::string_view(act).substr(dot + 1));
        REQUIRE(verb != nullptr);
        json::Value body = base_body(act);
        for (const std::string& word : ordinary_[act]) set_field(body, word);
        std::string word;
        while (words >> word && word != "->") set_field(body, word);
        std::string expected;
        REQUIRE(words >> expected);
        std::string id;
        if (!verb->from.empty()) {
            REQUIRE(records_.contains(name));
            id = records_.at(name).second;
        }
        const bool two = verb->approval == registry::Approval::maker_checker ||
                         verb->approval == registry::Approval::every_party;
        const chain::Outcome outcome = verb->approval == registry::Approval::quorum
                                           ? quorum(act, id, body)
                                       : verb->approval == registry::Approval::admin
                                           ? state_.act(party, "admin", act, id, body)
                                       : two ? state_.twice(party, act, id, body)
                                             : state_.act(party, "maker", act, id, body);
        CHECK(code(outcome) == expected);
        for (std::string warning; words >> warning;) {
            INFO(warning);
            CHECK(std::count_if(outcome.warnings.begin(), outcome.warnings.end(),
                                [&](chain::Code one) { return chain::name(one) == warning; }) == 1);
        }
        (outcome.ok() ? kept_ : broken_) = true;
        if (outcome.ok() && verb->from.empty()) records_[name] = {type, outcome.record};
    }

    void set_field(json::Value& body, const std::string& word) const {
        const auto equals = word.find('=');
        REQUIRE(equals != std::string::npos);
        const std::string key = word.substr(0, equals);
        const std::string text = word.substr(equals + 1);
        if (text == "-") {
            body.erase(key);
        } else {
            body.set(key, value_of(text));
        }
    }

    chain::Outcome quorum(const std::string& act, const std::string& id, const json::Value& body) {
        chain::Outcome outcome;
        for (const char* member : {"bank-one", "bank-two", "court"}) {
            outcome = state_.act(member, "admin", act, id, body);
            if (!outcome.ok()) break;
        }
        return outcome;
    }

    [[nodiscard]] json::Value base_body(const std::string& act) const {
        if (act == "right.register") return right_body(state_);
        if (act == "pledge.register") return statutory();
        if (act == "pledge.draft") {
            json::Value body = pledge_body(state_, "bank-one");
            body.set("contract_date", today());
            return body;
        }
        if (act == "freeze.serve") {
            return json::Object{{"order_no", "1"},
                                {"case_no", "1"},
                                {"ruling_hash", kHash},
                                {"assistance_notice_hash", kHash},
                                {"rights", json::Array{kRight}},
                                {"scope", json::Array{"block_transfer", "block_new_pledge"}},
                                {"valid_to", today()},
                                {"valid_until_ms", state_.time.value + 600'000}};
        }
        if (act == "appraisal.issue") {
            return json::Object{{"report_no", "P-1"},
                                {"appraiser_license", "L-1"},
                                {"subject_rights", json::Array{kRight}},
                                {"value", 1'000},
                                {"ccy", "CNY"},
                                {"base_date", today()},
                                {"valid_to", today()},
                                {"method", "income"},
                                {"purpose", "pledge"},
                                {"report_hash", kHash}};
        }
        if (act == "objection.file")
            return json::Object{{"against", kRight}, {"ground", "wrong_owner"}};
        if (act == "anchor.file") {
            return json::Object{{"hash", kHash},
                                {"media_type", "application/pdf"},
                                {"byte_length", 1},
                                {"custodian", "office"}};
        }
        if (act == "finance.propose") {
            const std::string kind = "ip_abs_underlying_loan";
            return json::Object{
                {"kind", kind},
                {"lenders", json::Array{"lender"}},
                {"borrower", "firm"},
                {"principal", kSealed},
                {"secured_claim", 1'000},
                {"ccy", "CNY"},
                {"rate", kSealed},
                {"rate_kind", kSealed},
                {"signed_on", today()},
                {"draw_date", today()},
                {"due_date", "2027-06-30"},
                {"repay_plan", kSealed},
                {"purpose", kSealed},
                {"statistics_bucket", json::Object{{"year", std::stoi(today().substr(0, 4))},
                                                   {"district", "330110"},
                                                   {"kind", kind},
                                                   {"amount_band", "below_1m"}}}};
        }
        if (act == "programme.set_up") {
            return json::Object{{"name", "series 1"},
                                {"exchange", "SZSE"},
                                {"series_no", 1},
                                {"ccy", "CNY"},
                                {"custodian", "custodian"},
                                {"originator", "lender"},
                                {"servicer", "lender"},
                                {"advance_rate_cap_ppm", 800'000},
                                {"replacement_cap_ppm", 1'000'000},
                                {"default_after_days", 30},
                                {"default_rate_trigger_ppm", 100'000}};
        }
        if (act == "programme.add_asset" || act == "programme.replace_asset") {
            json::Value body = json::Object{{"principal", 600}, {"appraised_value", 900}};
            if (act == "programme.replace_asset") {
                body.set("reason", "defect");
                body.set("notice_hash", kHash);
            }
            return body;
        }
        if (act == "programme.approve_shelf") {
            return json::Object{{"shelf_amount", 10'000},
                                {"shelf_valid_to", "2099-12-31"},
                                {"exchange_letter", kHash}};
        }
        if (act == "programme.issue_tranches") {
            const auto tranche = [](const char* name, const char* level, std::int64_t face) {
                return json::Object{{"name", name},
                                    {"class", level},
                                    {"face", face},
                                    {"coupon_ppm", 38'000},
                                    {"expected_maturity", "2099-12-31"}};
            };
            const auto face = [](const char* tranche_, const char* holder, std::int64_t amount) {
                return json::Object{{"tranche", tranche_}, {"holder", holder}, {"face", amount}};
            };
            return json::Object{
                {"issue_amount", 600},
                {"issued_on", today()},
                {"tranches",
                 json::Array{tranche("A", "senior", 500), tranche("S", "subordinate", 100)}},
                {"holders", json::Array{face("A", "fund", 500), face("S", "lender", 100)}}};
        }
        if (act == "programme.collect")
            return json::Object{
                {"no", 1}, {"kind", "interest"}, {"amount", 100}, {"received_on", today()}};
        if (act == "programme.distribute")
            return json::Object{{"pay_date", today()}, {"collected", 100}, {"other_credits", 0}};
        if (act == "erasure.request") {
            return json::Object{{"subject_ref", kSealed},
                                {"records", json::Array{kRight}},
                                {"ground", "consent_withdrawn"},
                                {"legal_basis", "PIPL Art 47(1)(3)"},
                                {"holders", json::Array{"bank-one", "firm"}},
                                {"regulator_notice", kHash}};
        }
        if (act == "search.request")
            return json::Object{{"rights", json::Array{kRight}}, {"purpose", "loan"}};
        return json::Object{};
    }

    [[nodiscard]] std::string today() const { return to_text(shanghai_date(state_.time)); }

    [[nodiscard]] json::Value value_of(const std::string& text) const {
        if (text == "hash") return kHash;
        if (text == "sealed") return kSealed;
        if (text == "today") return today();
        if (text == "now") return state_.time.value;
        if (text.starts_with("day+") || text.starts_with("day-")) {
            const int days = std::atoi(text.c_str() + 3);
            return to_text(add_days(shanghai_date(state_.time), days));
        }
        if (text.starts_with("hex:")) return to_hex(crypto::sha256(as_bytes(text)));
        if (text.starts_with("officer:")) {
            const auto colon = text.rfind(':');
            const std::string name = text.substr(8, colon - 8);
            const auto slash = name.find('/');
            const crypto::SigningKey key =
                MapState::key(name.substr(0, slash), name.substr(slash + 1));
            return json::Object{{"key", crypto::to_jwk(key.public_key())},
                                {"duties", json::Array{text.substr(colon + 1)}},
                                {"valid_from", "2020-01-01"},
                                {"valid_to", "2099-12-31"}};
        }
        if (text == "true" || text == "false") return text == "true";
        if (const auto found = records_.find(text); found != records_.end())
            return found->second.second;
        if (text.front() == '{' || text.starts_with("[{")) {
            auto value = json::parse(text);
            REQUIRE(value.ok());
            return *std::move(value);
        }
        if (text.front() == '[') {
            REQUIRE(text.back() == ']');
            json::Array list;
            std::istringstream items(text.substr(1, text.size() - 2));
            for (std::string item; std::getline(items, item, ',');) list.push_back(value_of(item));
            return list;
        }
        // Holders of a right, each under "party", as party+party.
        if (text.front() == '@') {
            json::Array holders;
            std::istringstream items(text.substr(1));
            for (std::string item; std::getline(items, item, '+');)
                holders.push_back(json::Object{{"party", item}});
            return holders;
        }
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc{} && end == text.data() + text.size()) return number;
        return text;
    }

    MapState state_;
    std::map<std::string, std::pair<const registry::RecordType*, std::string>> records_;
    std::map<std::string, std::vector<std::string>> ordinary_;
    bool kept_ = false;    // some act went well
    bool broken_ = false;  // and some act was refused
};

}  // namespace

TEST_CASE("the rules as written in tests/rules") {
    int files = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(QUANLU_SOURCE_DIR "/tests/rules")) {
        if (entry.path().extension() != ".txt") continue;
        ++files;
        Script script;
        script.read(QUANLU_SOURCE_DIR "/tests/rules/ordinary.inc");
        script.run(entry.path());
    }
    CHECK(files >= 12);
}

}  // namespace quanlu::test
