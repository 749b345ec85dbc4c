// Bundles as files: one spelling; every field removed, doubled, replaced; every byte changed. A
// mutant may be accepted only when everything it says is true.
#include "ledger/proof/bundle.h"

#include <random>

#include "crypto/base/civil_time.h"
#include "ledger.h"
#include "ledger/proof/report.h"
#include "ledger/proof/verify.h"

namespace quanlu::proof {

namespace {

struct Tally {
    const Ledger& ledger;
    std::size_t tried = 0, malformed = 0, invalid = 0, accepted = 0;
    std::vector<std::string> accepted_at = {};

    void judge(const std::string& text, const std::string& what) {
        ++tried;
        const auto bundle = parse_bundle(text);
        if (!bundle.ok()) {
            ++malformed;
            return;
        }
        if (verify(*bundle, ledger.genesis, {}).answer == Answer::invalid) {
            ++invalid;
            return;
        }
        ++accepted;
        accepted_at.push_back(what);
        if (!ledger.is_true(*bundle))
            FAIL("a false statement was accepted: " << what << "\n" << text);
    }
};

std::vector<Bundle> samples(const Ledger& ledger) {
    return {ledger.about("right/CN:10", 2, 4), ledger.about("right/CN:none", 3, 3),
            ledger.tx(2, 4, 5), ledger.batch({"right/CN:10", "right/none"}, 3, 3)};
}

// Calls visit(copy of the whole, place inside it) for every value of the document, by position.
template <class Visit>
void each_place(json::Value& whole, json::Value& at, const std::string& path, Visit visit) {
    visit(whole, at, path);
    if (at.is_object()) {
        for (auto& [name, value] : at.as_object())
            each_place(whole, value, path + "/" + name, visit);
    } else if (at.is_array()) {
        for (std::size_t i = 0; i < at.as_array().size(); ++i) {
            each_place(whole, at.as_array()[i], path + "/" + std::to_string(i), visit);
        }
    }
}

std::vector<json::Value> other_values(const json::Value& value) {
    std::vector<json::Value> others = {json::Value(true),
                                       json::Value(0),
                                       json::Value(-1),
                                       json::Value(json::kIntegerMax),
                                       json::Value(""),
                                       json::Value("x"),
                                       json::Value(json::Array{}),
                                       json::Value(json::Object{})};
    if (value.is_integer()) {
        others.emplace_back(value.as_integer() + 1);
        others.emplace_back(value.as_integer() - 1);
        others.emplace_back(std::to_string(value.as_integer()));
    }
    if (value.is_string() && !value.as_string().empty()) {
        std::string text = value.as_string();
        others.emplace_back(text + text[0]);
        others.emplace_back(text.substr(1));
        others.emplace_back(" " + text);
        text[0] = text[0] == 'a' ? 'b' : 'a';
        others.emplace_back(text);
        std::string upper = value.as_string();
        for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        others.emplace_back(upper);
    }
    if (value.is_array()) {
        json::Array list = value.as_array();
        if (!list.empty()) {
            list.push_back(list.back());
            others.emplace_back(list);
            list.pop_back();
            list.pop_back();
            others.emplace_back(list);
            json::Array turned(value.as_array().rbegin(), value.as_array().rend());
            others.emplace_back(turned);
        }
    }
    return others;
}

}  // namespace

TEST_CASE("a bundle is written and read back the same") {
    const Ledger ledger;
    for (Bundle bundle : samples(ledger)) {
        const std::string text = json::write(to_json(bundle));
        const auto read = parse_bundle(text);
        REQUIRE(read.ok());
        CHECK(*read == bundle);
        CHECK(parse_bundle(json::write_pretty(to_json(bundle)))
                  .ok());  // white space is nobody's business
        bundle.note = "made for the file of 2026";
        CHECK(parse_bundle(json::write(to_json(bundle)))->note == bundle.note);
        bundle.note = std::string(kNoteBytesMax + 1, 'n');
        CHECK_FALSE(parse_bundle(json::write(to_json(bundle))).ok());
        CHECK_FALSE(parse_bundle(text + " {}").ok());
    }
}

TEST_CASE("every field removed, doubled, added to or replaced") {
    const Ledger ledger;
    Tally tally{ledger};
    for (const Bundle& bundle : samples(ledger)) {
        json::Value document = to_json(bundle);
        each_place(document, document, "",
                   [&](json::Value& whole, json::Value& at, const std::string& path) {
                       const json::Value kept = at;
                       for (const json::Value& other : other_values(kept)) {
                           if (other == kept) continue;
                           at = other;
                           tally.judge(json::write(whole), path);
                       }
                       at = kept;
                       if (!at.is_object()) return;
                       std::vector<std::string> names;
                       for (const auto& [name, value] : at.as_object()) names.push_back(name);
                       for (const std::string& name : names) {
                           at.erase(name);
                           const std::string text = json::write(whole);
                           if (parse_bundle(text).ok()) {
                               tally.judge(text, path + " without " + name);
                           }
                           at = kept;
                           // The same member twice: in the text only, since no JSON value can hold
                           // it.
                           std::string doubled = json::write(whole);
                           const std::string inside = json::write(kept);
                           const std::string member =
                               "\"" + name + "\":" + json::write(*kept.find(name)) + ",";
                           doubled.replace(doubled.find(inside), 1, "{" + member);
                           CHECK_FALSE(parse_bundle(doubled).ok());
                       }
                       at.set("more", 1);
                       tally.judge(json::write(whole), path + " with more");
                       at = kept;
                   });
        CHECK(json::write(document) == json::write(to_json(bundle)));
    }
    CHECK(tally.tried > 1'500);
    CHECK(tally.malformed > 0);
    CHECK(tally.invalid > 0);
    // No part of a bundle is idle: only a batch with other order or fewer of its items is as true
    // as before.
    for (const std::string& place : tally.accepted_at) CHECK(place == "/items");
}

TEST_CASE("every byte changed") {
    const Ledger ledger;
    Tally tally{ledger};
    std::mt19937 random(9);
    for (const Bundle& bundle : samples(ledger)) {
        const std::string text = json::write(to_json(bundle));
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (const char change : {'0', 'a', 'A', '"', '1'}) {
                if (text[at] == change) continue;
                std::string changed = text;
                changed[at] = change;
                tally.judge(changed, "byte " + std::to_string(at));
            }
            if (at % 7 == 0) tally.judge(text.substr(0, at), "cut at " + std::to_string(at));
        }
        for (int round = 0; round < 5'000; ++round) {
            std::string changed = text;
            const std::size_t from = random() % text.size(), to = random() % text.size(),
                              count = random() % 40;
            changed.replace(to, count, text.substr(from, count));
            if (changed != text) tally.judge(changed, "copied");
        }
    }
    CHECK(tally.tried > 50'000);
    CHECK(tally.invalid > 1'000);
    INFO(tally.tried << " tried, " << tally.malformed << " malformed, " << tally.invalid
                     << " invalid, " << tally.accepted << " true");
    CHECK(tally.accepted < 50);
}

TEST_CASE("form errors name their place") {
    const Ledger ledger;
    const auto why = [&](auto change) {
        json::Value document = to_json(ledger.about("right/CN:10", 2, 2));
        change(document);
        const auto read = bundle_from_json(document);
        return read.ok() ? std::string("OK") : read.error();
    };
    CHECK(why([](json::Value&) {}) == "OK");
    CHECK(why([](json::Value& d) { d.set("version", 2); }).starts_with("version"));
    CHECK(why([](json::Value& d) { d.set("kind", "records"); }).starts_with("kind"));
    CHECK(why([](json::Value& d) { d.set("kind", "absence"); }).starts_with("value"));
    CHECK(why([](json::Value& d) { d.set("kind", "tx"); }).starts_with("leaf"));
    CHECK(why([](json::Value& d) { d.set("kind", "batch"); }).starts_with("items"));
    CHECK(why([](json::Value& d) { d.set("chain_id", "00"); }).starts_with("chain_id"));
    CHECK(why([](json::Value& d) { d.set("header", "AAAA"); }).starts_with("header"));
    CHECK(why([](json::Value& d) { d["path"].push("AAAA"); }).starts_with("path"));
    CHECK(why([](json::Value& d) { d.erase("epochs"); }).starts_with("epochs"));
    CHECK(why([](json::Value& d) {
              d["finalization"].set("signers", json::Array{0, 0, 1});
          }).starts_with("finalization"));
    CHECK(why([](json::Value& d) {
              d["finalization"].set("signers", json::Array{2, 1, 0});
          }).starts_with("finalization"));
    CHECK(why([](json::Value& d) {
              d["finalization"].set("signers", json::Array{0, 1, 64});
          }).starts_with("finalization"));
    CHECK(
        why([](json::Value& d) { d.set("tree_proof", json::Object{}); }).starts_with("tree_proof"));
    CHECK(why([](json::Value& d) { d.set("value", json::Object{}); }).starts_with("value"));
    CHECK(why([](json::Value& d) { d.set("items", json::Array{}); }).starts_with("a member"));
    // Keys that look like another to the eye.
    for (const char* key : {"", "right/CN:10 ",
                            "right/\xE2\x80\xAE"
                            "01",
                            "right/СN:10"}) {
        CHECK(why([&](json::Value& d) { d.set("key", key); }).starts_with("key"));
    }
    CHECK(why([](json::Value& d) { d.set("key", std::string(257, 'k')); }).starts_with("key"));
    Bundle twice = ledger.batch({"right/CN:10", "right/CN:10"}, 2, 2);
    CHECK(bundle_from_json(to_json(twice)).error().starts_with("items: key stands twice"));
    CHECK_FALSE(parse_bundle(std::string(kBundleBytesMax + 1, ' ')).ok());
    CHECK(parse_bundle("{").error().starts_with("JSON: syntax"));
    CHECK_FALSE(parse_bundle("[]").ok());
    CHECK_FALSE(parse_bundle("").ok());
}

TEST_CASE("the verdict in words and as JSON") {
    const Ledger ledger;
    Question question;
    question.now = UnixMillis{ledger.headers[3].time.value + 1'400};
    const Verdict fresh = verify(ledger.about("right/CN:31", 3, 4), ledger.genesis, question);
    const std::string en = to_lines(fresh, question, Tongue::en),
                      zh = to_lines(fresh, question, Tongue::zh);
    CHECK(en.find("VALID") == 2);
    CHECK(en.find("\"right/CN:31 has no pledge, no freeze, no pool, no filing under review\" at "
                  "height 3, 2025-11-20 12:00:03 UTC") != std::string::npos);
    CHECK(en.find("header and 1 after it · 3 distinct signatures of the 4 members of epoch 0 "
                  "(node-0-0, node-0-1, node-0-2)") != std::string::npos);
    CHECK(en.find("age      1.4 s\n") != std::string::npos);
    CHECK(en.find("not shown  anything after height 3\n") != std::string::npos);
    CHECK(zh.find("有效") == 2);
    CHECK(zh.find("「right/CN:31 无质押、无保全、无入池、无在审申请」") != std::string::npos);
    for (const char* label : {"已核验", "时效", "未证明"})
        CHECK(zh.find(label) != std::string::npos);
    const json::Value json = to_json(fresh);
    CHECK(json.string_or("answer", "") == "valid");
    CHECK(json.integer_or("exit", -1) == 0);
    CHECK(json.find("as_of")->integer_or("height", 0) == 3);
    CHECK(json.integer_or("age_ms", 0) == 1'400);

    question.now = UnixMillis{ledger.headers[3].time.value + (3 * 365 + 41) * kMillisPerDay};
    const Verdict old = verify(ledger.about("right/CN:31", 3, 3), ledger.genesis, question);
    CHECK(to_lines(old, question, Tongue::en)
              .find("age      3 years 41 days: true then; ask again for today") !=
          std::string::npos);
    CHECK(to_lines(old, question, Tongue::en).find("STALE") == 2);
    question.at_height = Height(3);
    const Verdict then = verify(ledger.about("right/CN:31", 3, 3), ledger.genesis, question);
    CHECK(to_lines(then, question, Tongue::en).find("VALID") == 2);

    Bundle forged = ledger.about("right/CN:31", 3, 3);
    forged.final.finalization.signatures[0][3] ^= 1;
    const Verdict invalid = verify(forged, ledger.genesis, question);
    CHECK(to_lines(invalid, question, Tongue::en).find("INVALID  certificate: bad_signature") == 2);
    CHECK(to_json(invalid).string_or("reason", "") == "certificate");
    CHECK(to_json(invalid).find("facts") == nullptr);
    CHECK(to_lines(invalid, question, Tongue::en).find("no pledge") == std::string::npos);

    question.key = "right/CN:32";
    const Verdict other = verify(ledger.about("right/CN:31", 3, 3), ledger.genesis, question);
    CHECK(to_lines(other, question, Tongue::en).find("NOT THE ANSWER") == 2);
    CHECK(to_lines(other, question, Tongue::zh).find("所问") != std::string::npos);

    CHECK(say_age(0).en == "0.0 s");
    CHECK(say_age(59'999).en == "59.9 s");
    CHECK(say_age(60'000).en == "1 min");
    CHECK(say_age(3'661'000).en == "1 h 1 min");
    CHECK(say_age(kMillisPerDay).en == "1 day");
    CHECK(say_age(366 * kMillisPerDay).zh == "1年1天");
}

}  // namespace quanlu::proof
