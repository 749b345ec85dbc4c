// See clients.h.
#include "tests/sim/clients.h"

#include "tests/include/forms.h"

namespace quanlu::sim {

namespace {

constexpr std::int64_t kPatienceMs = 1'500;
// Fingerprints of the n-th raced invoice.
json::Value invoice_body(std::size_t n) {
    std::string exact = std::to_string(n);
    exact = std::string(64 - exact.size(), 'b') + exact;
    std::string economic = exact;
    economic[0] = 'c';
    return forms::invoice("seller", "buyer", exact, economic);
}

const auto kNone = [](const auto&) { return std::string(); };

}  // namespace

Clients::Clients(const Scene& scene, const Swarm& swarm, const Oracle& oracle, ParsedTxs& txs,
                 Prng random)
    : scene_(scene),
      swarm_(swarm),
      oracle_(oracle),
      txs_(txs),
      random_(random),
      oddities_left_(swarm.oddities) {
    for (std::size_t i = 0; i < swarm.races; ++i) add_race(i);
    for (std::size_t i = 0; i < swarm.invoices; ++i) add_invoice(i);
    for (std::size_t i = 0; i < swarm.assets; ++i) add_asset();
}

void Clients::add_twice(Story& story, const std::string& party, const std::string& act,
                        const std::function<std::string(const Story&)>& record,
                        const json::Value& body) const {
    for (const char* duty : {"/maker", "/checker"})
        story.steps.push_back({Act{party + duty, act, record, body}});
}

// Draft and signatures; the step whose record is the pledge.
std::size_t Clients::add_pledge(Story& story, const std::string& bank) const {
    const std::size_t draft = story.steps.size();
    // Filled when the right's id is known: the body names it.
    story.steps.push_back({Act{"firm/maker", "pledge.draft", kNone, json::Value(bank)}});
    const auto pledge = [draft](const Story& s) { return s.records.at(draft); };
    add_twice(story, "firm", "pledge.sign", pledge, {});
    add_twice(story, bank, "pledge.sign", pledge, {});
    return draft;
}

void Clients::add_race(std::size_t n) {
    Story story;
    story.name = "race" + std::to_string(n);
    add_twice(story, "office", "right.register", kNone,
              forms::patent(10'000 + n, "firm", scene_.today));
    const std::size_t one = add_pledge(story, "bank-one"), two = add_pledge(story, "bank-two");
    const auto at = [](std::size_t step) {
        return [step](const Story& s) { return s.records.at(step); };
    };
    story.steps.push_back({Act{"office/maker", "pledge.accept", at(one), {}},
                           Act{"office/maker", "pledge.accept", at(two), {}}});
    stories_.push_back(std::move(story));
}

// Registered, its tax status looked up, the seller's consent, the bank's maker: one signature short
// of financed. The step whose record is the receivable.
std::size_t Clients::add_financing(Story& story, const std::string& bank,
                                   const json::Value& body) const {
    add_twice(story, bank, "invoice.register_fingerprint", kNone, body);
    const std::size_t made = story.steps.size() - 1;
    const auto receivable = [made](const Story& s) { return s.records.at(made); };
    story.steps.push_back(
        {Act{"verifier/maker", "invoice.report_tax_status", receivable,
             json::Object{{"status", "valid"}, {"checked_at_ms", kWallStart - 60'000}}}});
    add_twice(story, "seller", "invoice.consent", receivable,
              json::Object{{"act", "finance"},
                           {"to", bank},
                           {"interest_kind", "discount"},
                           {"amount", 9'000'000}});
    return made;
}

void Clients::add_invoice(std::size_t n) {
    Story story;
    story.name = "invoice" + std::to_string(n);
    const json::Value body = invoice_body(n);
    const std::size_t one = add_financing(story, "bank-one", body),
                      two = add_financing(story, "bank-two", body);
    const json::Value money = json::Object{
        {"interest_kind", "discount"}, {"amount", 9'000'000}, {"agreement", forms::sealed()}};
    const auto finance = [&](const std::string& officer, std::size_t step) {
        return Act{officer, "invoice.finance",
                   [step](const Story& s) { return s.records.at(step); }, money};
    };
    story.steps.push_back({finance("bank-one/maker", one), finance("bank-two/maker", two)});
    story.steps.push_back({finance("bank-one/checker", one), finance("bank-two/checker", two)});
    stories_.push_back(std::move(story));
}

void Clients::add_asset() {
    Story story;
    story.name = "asset" + std::to_string(stories_.size());
    add_twice(story, "seller", "asset.register", kNone, forms::asset(stories_.size()));
    stories_.push_back(std::move(story));
}

void Clients::begin(Story& story, std::int64_t now_ms) {
    const Step& step = story.steps[story.records.size()];
    for (const Act& act : step) {
        chain::TxDraft draft;
        draft.iss = act.officer.substr(0, act.officer.find('/'));
        draft.jti = story.name + "-" + std::to_string(++serial_);
        draft.act = act.act;
        draft.rec = act.record(story);
        draft.iat = (kWallStart + now_ms) / 1'000;
        draft.exp = draft.iat + 500;
        draft.body = act.body;
        if (act.act == "pledge.draft")
            draft.body =
                forms::pledge("firm", act.body.as_string(), story.records.at(1), scene_.today);
        Sent sent{scene_.sign(act.officer, draft), {}};
        sent.id = txs_.of(sent.jws)->id;
        story.sent.push_back(std::move(sent));
    }
}

void Clients::go_on(Story& story, std::int64_t now_ms, std::vector<Handed>& out) {
    if (!story.sent.empty()) {
        bool all_final = true;
        for (const Sent& one : story.sent)
            all_final = all_final && oracle_.outcome_of(one.id) != nullptr;
        if (all_final) {
            const chain::Outcome* first = oracle_.outcome_of(story.sent.front().id);
            const bool is_race = story.sent.size() > 1;
            if (!first->ok() && !is_race) story.is_over = true;
            story.records.push_back(first->record);
            story.sent.clear();
            if (story.records.size() == story.steps.size()) story.is_over = true;
            if (story.is_over) return;
        } else if (now_ms - story.sent_at < kPatienceMs) {
            return;
        }
    }
    if (story.sent.empty()) begin(story, now_ms);
    story.sent_at = now_ms;
    // Racers go to different nodes where there are several.
    std::size_t node = random_.below(swarm_.n);
    for (const Sent& one : story.sent) {
        out.push_back({node, one.jws});
        node = (node + 1) % swarm_.n;
    }
}

// Expired, not yet valid, of another chain, with a broken signature, or over every node at once.
Clients::Handed Clients::odd(std::int64_t now_ms) {
    chain::TxDraft draft;
    draft.iss = "seller";
    draft.jti = "odd-" + std::to_string(++serial_);
    draft.act = "asset.register";
    draft.iat = (kWallStart + now_ms) / 1'000;
    draft.exp = draft.iat + 500;
    draft.body = forms::asset(1'000 + serial_);
    const std::uint64_t kind = random_.below(4);
    if (kind == 0) draft.exp = draft.iat + 2;  // may lapse while it waits
    if (kind == 1) draft.iat += 400;
    std::string jws = scene_.sign("seller/maker", draft);
    if (kind == 2) jws = chain::sign_tx(*scene_.officers.at("seller/maker"), Hash{}, draft);
    if (kind == 3) jws[jws.size() - 10] = jws[jws.size() - 10] == 'A' ? 'B' : 'A';
    return {random_.below(swarm_.n), std::move(jws)};
}

std::vector<Clients::Handed> Clients::tick(std::int64_t now_ms) {
    std::vector<Handed> out;
    for (Story& story : stories_) {
        if (!story.is_over) go_on(story, now_ms, out);
    }
    if (oddities_left_ > 0 && random_.chance(1, 4)) {
        --oddities_left_;
        out.push_back(odd(now_ms));
    }
    // The same transaction at two nodes.
    if (!out.empty() && random_.chance(1, 10))
        out.push_back({random_.below(swarm_.n), out.front().jws});
    return out;
}

bool Clients::all_told() const {
    for (const Story& story : stories_) {
        if (!story.is_over) return false;
    }
    return true;
}

}  // namespace quanlu::sim
