// Identifiers in the spellings of people, and whole acts on the states of a small ledger.
#include "crypto/base/text.h"
#include "ledger/chain/state_reader.h"
#include "ledger/registry/ids/fingerprint.h"
#include "ledger/registry/ids/lei.h"
#include "ledger/registry/ids/patent_no.h"
#include "ledger/registry/ids/record_no.h"
#include "ledger/registry/ids/right_no.h"
#include "ledger/registry/ids/uscc.h"
#include "ledger/registry/record_type.h"
#include "ledger/registry/registry.h"
#include "tests/fuzz/targets.h"
#include "tests/fuzz/world.h"

namespace quanlu::fuzz {

namespace {

class MapReader : public chain::StateReader {
public:
    explicit MapReader(const chain::Writes& map) : map_(map) {}
    [[nodiscard]] std::shared_ptr<const json::Value> get(std::string_view key) const override {
        const auto found = map_.find(key);
        return found == map_.end() ? nullptr : found->second;
    }

private:
    const chain::Writes& map_;
};

bool is_house_json(const json::Value& value) {
    const std::string text = json::write(value);
    const auto read = json::parse(text, text.size());
    return read.ok() && *read == value;
}

constexpr const char* kKinds[] = {"patent_invention",   "patent_utility", "patent_design",
                                  "trademark",          "ic_layout",      "data_ip",
                                  "copyright_software", "copyright_work"};

}  // namespace

void fuzz_right_no(Input input) {
    const std::string text = text_of(input);
    for (const char* kind : kKinds) {
        registry::RightNoError error = registry::RightNoError::none;
        const auto key = registry::right_key(kind, text, error);
        must(key.has_value() == (error == registry::RightNoError::none),
             "right: a refusal has a reason");
        if (!key) continue;
        accepted();
        for (const char c : key->key) must(c > 0x20 && c < 0x7F, "right: a key of visible ASCII");
        must(key->key.size() + 6 <= chain::kStateKeyMax, "right: a key that fits the map");
        const auto again = registry::right_key(kind, key->canonical, error);
        must(again && again->key == key->key && again->canonical == key->canonical,
             "right: the canonical number has the same key");
        must(registry::guess_right_key(key->key) == key->key, "right: a key is read as itself");
    }
    if (const auto key = registry::guess_right_key(text))
        must(registry::guess_right_key(*key) == key, "right: a guessed key is read as itself");
    if (const auto normal = registry::normal_patent_no(text))
        must(registry::normal_patent_no(*normal) == normal, "patent: a normal form");
}

void seed_right_no(Seeds& seeds) {
    for (const char* text :
         {"ZL202110123456.7", "ZL201310699744.2", "patent:2013106997442", "CN 2013106997442",
          "trademark:G1234567A", "12345678", "copyright:2020SR0123456", "2020SR012345",
          "国作登字-2023-A-00012345", "copyright:W00-2023-A-00012345", "data_ip:3301.2024.0001",
          "BS.215500001", "layout:BS215500001", "data_ip:数知2024"})
        seeds.add("no-" + std::to_string(seeds.list().size()), std::string_view(text));
}

void fuzz_record_no(Input input) {
    const std::string text = text_of(input);
    if (registry::is_record_no(text)) {
        accepted();
        must(text.size() >= 26 && registry::mod_37_36("") != '\0', "record: of its form");
        const auto day = date_from_text(text.substr(10, 4) + "-" + text.substr(14, 2) + "-" +
                                        text.substr(16, 2));
        must(day && registry::make_record_no(text.substr(0, 2), text.substr(3, 6), *day,
                                             std::stoull(text.substr(19, 8))) == text,
             "record: made again it is the same");
    }
    if (registry::is_uscc(text)) {
        accepted();
        must(registry::is_uscc_form(text) && registry::is_uscc_legacy(text) &&
                 registry::uscc_check_character(text) == text.back(),
             "uscc: the check character fits");
    }
    if (registry::is_lei(text)) accepted();
    // Eight fields, separated by line feeds.
    std::vector<std::string> fields(1);
    for (const char c : text) {
        if (c == '\n')
            fields.emplace_back();
        else
            fields.back() += c;
    }
    if (fields.size() != 8) return;
    const registry::Invoice invoice{fields[0], fields[1], fields[2], fields[3],
                                    fields[4], fields[5], fields[6], fields[7]};
    const auto exact = registry::exact_form(invoice), economic = registry::economic_form(invoice);
    if (!exact) return;
    accepted();
    must(economic.has_value(), "invoice: what has an exact form has an economic one");
    must(exact->find(fields[7]) != std::string::npos && is_ascii(*exact),
         "invoice: the form names the amount, in ASCII");
}

void seed_record_no(Seeds& seeds) {
    seeds.add("record",
              registry::make_record_no("PL", "330110", *date_from_text("2026-11-20"), 17));
    seeds.add("uscc", "91330108MA28XYW55X");
    seeds.add("lei", "5493001KJTIIGC8Y1R12");
    seeds.add("invoice",
              "CN\nFP20\n26332000000012345678\n91330108MA28XYW55X\n91330110MA2DEMQ71G\n2026-11-20\n"
              "CNY\n10000000");
    seeds.add("invoice-foreign", "DE\nFRGN\nINV7/A\nDE111\nFR222\n2026-11-20\nEUR\n123450");
}

// {"height":state,"iss","kid","act","rec"?,"ver"?,"body"}: the act on that state.
void fuzz_act(Input input) {
    const auto claims = json::parse(text_of(input));
    if (!claims.ok() || !claims->is_object()) return;
    const World& all = world();
    chain::Tx tx;
    tx.iss = claims->string_or("iss", "");
    tx.kid = claims->string_or("kid", "");
    tx.act = claims->string_or("act", "");
    tx.rec = claims->string_or("rec", "");
    if (const std::int64_t ver = claims->integer_or("ver", 0); ver > 0) tx.ver = ver;
    const json::Value* body = claims->find("body");
    if (body == nullptr || !body->is_object() || tx.act.find('.') == std::string::npos ||
        tx.rec.size() > 128)
        return;  // what the form of a transaction refuses
    tx.body = *body;
    const auto at = static_cast<std::uint64_t>(claims->integer_or("height", 0)) % all.maps.size();
    const MapReader state(all.maps[at]);
    const registry::Moment moment{Height(at + 1), 0, all.now()};
    (void)registry::goes_first(tx);
    (void)registry::officer_key(state, tx);
    if (!registry::admit(state, tx, moment.time).ok()) return;
    chain::Writes writes;
    const chain::Outcome outcome = registry::apply(state, tx, moment, writes);
    must(!outcome.ok() ? writes.empty() : true, "act: a refusal changes nothing");
    if (outcome.ok()) accepted();
    const json::Value said = chain::to_json(outcome);
    must(is_house_json(said), "act: the outcome is JSON of the house profile");
    const auto read = chain::outcome_from_json(said);
    must(read && chain::to_json(*read) == said, "act: the outcome reads the same");
    for (const auto& [key, value] : writes) {
        must(!key.empty() && key.size() <= chain::kStateKeyMax, "act: keys fit the map");
        must(!value || (value->is_object() && !value->as_object().empty()),
             "act: values are objects with members");
        must(!value || is_house_json(*value), "act: values are JSON of the house profile");
    }
    const auto refusals = registry::all_refusals(state, tx, moment);
    must(outcome.ok() || !refusals.empty(), "act: a dry run refuses what is refused");
}

void seed_act(Seeds& seeds) {
    const World& all = world();
    std::size_t n = 0;
    for (std::size_t height = 0; height < all.blocks.size(); ++height) {
        for (const std::string& jws : all.blocks[height].block.body) {
            const auto tx = chain::parse_tx(jws, all.genesis.chain_id);
            json::Value claims = json::Object{{"height", static_cast<std::int64_t>(height)},
                                              {"iss", tx->iss},
                                              {"kid", tx->kid},
                                              {"act", tx->act},
                                              {"body", tx->body}};
            if (!tx->rec.empty()) claims.set("rec", tx->rec);
            seeds.add("act-" + std::to_string(++n), json::write(claims));
        }
    }
}

}  // namespace quanlu::fuzz
