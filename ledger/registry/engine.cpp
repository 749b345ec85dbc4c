// admit() and apply(): the one order of checks for every act (end of DOMAIN C). Form, role,
// four-eyes, version and party state come first; then identifiers, the record's own existence and
// state, and the verb's guards by phase. Signatures and duplicates were checked before a
// transaction could stand in a block. Not here: what a rule says (records/, rules/), who approves
// (approvals.h).
#include <algorithm>

#include "crypto/base/encode.h"
#include "crypto/base/json_size.h"
#include "ledger/registry/approvals.h"
#include "ledger/registry/ids/record_no.h"
#include "ledger/registry/lists.h"
#include "ledger/registry/rules/mirror_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Outcome;
using chain::Refusal;

// What an act may leave in one value, and say in its events: every reader takes 4 MiB
// (state/store.cpp), the rest is for deadlines, which cannot be refused.
constexpr std::size_t kValueBytesMax = 63 * json::kSizeMax;

std::string party_key(std::string_view party) {
    return "party/" + std::string(party);
}

// Written only where the bound leaves it open.
bool is_readable(const json::Value& value) {
    const auto bound = json::size_bound(value);
    return bound && (*bound <= kValueBytesMax || json::write(value).size() <= kValueBytesMax);
}

// The code stands whatever the facts beside it are.
void drop_unreadable_facts(Refusal& refusal) {
    if (!is_readable(refusal.facts)) refusal.facts = json::Object{};
}

// Behind every bound of a rule: what no member could read back is not written.
bool all_readable(const chain::Writes& writes, const Outcome& outcome) {
    json::Array said;
    for (const chain::Event& event : outcome.events) said.push_back(event.facts);
    return is_readable(said) && std::all_of(writes.begin(), writes.end(), [](const auto& one) {
               return one.second == nullptr || is_readable(*one.second);
           });
}

// One transaction on its way through the checks.
class Run {
public:
    Run(const chain::StateReader& state, const chain::Tx& tx, const Moment& moment)
        : state_(state), tx_(tx), moment_(moment), draft_(state) {}

    // With `all`: every refusal there is, in order, instead of stopping at the first.
    Outcome run(chain::Writes& writes, std::vector<Refusal>* all) {
        all_ = all;
        Outcome outcome;
        if (std::optional<Refusal> refusal = carry_out(outcome))
            return refused(*std::move(refusal));
        chain::Writes made = draft_.take();
        enter_lists(state_, made);
        if (!all_readable(made, outcome)) {
            return refused(*end(Refusal(Code::E_TOO_LARGE, "",
                                        json::Object{{"reason", "what it would leave behind"}})));
        }
        writes = std::move(made);
        return outcome;
    }

private:
    static Outcome refused(Refusal refusal) {
        drop_unreadable_facts(refusal);
        Outcome outcome;
        outcome.refusal = std::move(refusal);
        return outcome;
    }

    // The refusal that ends the run, if this one does; otherwise it is noted and the run goes on.
    bool stop(std::optional<Refusal>& refusal) {
        if (!refusal) return false;
        if (all_ == nullptr) return true;
        all_->push_back(*std::move(refusal));
        refusal.reset();
        return false;
    }
    // A refusal behind which nothing can be asked.
    std::optional<Refusal> end(Refusal refusal) {
        if (all_ != nullptr) {
            all_->push_back(std::move(refusal));
            return all_->front();
        }
        return refusal;
    }

    std::optional<Refusal> find_verb_of_act() {
        const std::size_t dot = tx_.act.find('.');
        type_ = find_record_type(std::string_view(tx_.act).substr(0, dot));
        verb_ = type_ == nullptr || dot == std::string::npos
                    ? nullptr
                    : find_verb(*type_, std::string_view(tx_.act).substr(dot + 1));
        if (verb_ == nullptr) {
            return Refusal(Code::E_UNKNOWN_ACT, "act", json::Object{{"act", tx_.act}});
        }
        const bool creates = verb_->from.empty();
        if (creates != tx_.rec.empty()) {
            return Refusal(
                Code::E_SCHEMA, "rec",
                json::Object{{"reason", creates ? "a creating act names no record" : "missing"}});
        }
        if (creates && tx_.ver) {
            return Refusal(Code::E_SCHEMA, "ver",
                           json::Object{{"reason", "a creating act has no version to expect"}});
        }
        const auto checked = check_fields(tx_.body, *verb_->body);
        if (!checked.ok()) return checked.error();
        return std::nullopt;
    }

    // The working copy: the record as it stands, or the one to be created. Its standing value, or
    // nullptr, is kept for the checks of existence.
    void open(Act& act) {
        if (!verb_->from.empty()) {
            act.id = tx_.rec;
        } else if (type_->id_from_body != nullptr) {
            act.id = type_->id_from_body(tx_.body);
        }
        act.key = std::string(type_->tag) + act.id;
        standing_ = act.id.empty() ? nullptr : draft_.get(act.key);
        if (!verb_->from.empty()) {
            if (standing_ != nullptr) act.record = *standing_;
            return;
        }
        act.record = json::Object{{"type", type_->name},
                                  {"id", act.id},
                                  {"state", ""},
                                  {"version", 0},
                                  {"created", where_json(moment_)},
                                  {"fields", tx_.body}};
    }

    std::optional<Refusal> check_version() const {
        if (!tx_.ver || standing_ == nullptr) return std::nullopt;
        const std::int64_t found = standing_->integer_or("version", 0);
        if (*tx_.ver == found) return std::nullopt;
        return Refusal(Code::E_VERSION_CONFLICT, "ver",
                       json::Object{{"expected", *tx_.ver}, {"found", found}},
                       where_of(standing_->find("updated")));
    }

    std::optional<Refusal> check_party() const {
        const std::string_view state = party_->string_or("state", "");
        if (state == "active") return std::nullopt;
        return Refusal(Code::E_PARTY_NOT_ACTIVE, "iss",
                       json::Object{{"party", tx_.iss}, {"state", state}},
                       where_of(party_->find("updated")));
    }

    std::optional<Refusal> check_existence(const Act& act) const {
        if (verb_->from.empty()) {
            if (standing_ == nullptr) return std::nullopt;
            return Refusal(Code::E_DUPLICATE_RIGHT, "", json::Object{{"id", act.id}},
                           where_of(standing_->find("created")));
        }
        if (!in_list(verb_->from, act.state())) {
            return Refusal(Code::E_BAD_STATE, "",
                           json::Object{{"state", act.state()}, {"needs", verb_->from}},
                           where_of(standing_->find("updated")));
        }
        return verb_->under_mismatch ? std::nullopt : register_agrees(*standing_);
    }

    // Who, and with whom: the checks that need no rule of the record.
    std::optional<Refusal> check_actor(const Act& act) {
        std::set<std::string> asked;
        if (verb_->approval == Approval::every_party && (verb_->from.empty() || standing_)) {
            for (std::string& party : verb_->parties(act)) asked.insert(std::move(party));
        }
        const bool changes = !verb_->from.empty() && standing_ != nullptr;
        const std::int64_t version = changes ? standing_->integer_or("version", 0) : 0;
        const Actor actor{draft_, tx_, moment_, *party_, *officer_, version};
        std::optional<Refusal> refusal = check_role(actor, *verb_, asked);
        const bool competent = !refusal;
        if (stop(refusal)) return refusal;
        if (competent) {
            auto taken = take_approval(actor, *verb_, asked);
            if (taken.ok())
                approvals_ = *std::move(taken);
            else
                refusal = std::move(taken).error();
        }
        if (stop(refusal)) return refusal;
        refusal = check_version();
        if (stop(refusal)) return refusal;
        refusal = check_party();
        if (stop(refusal)) return refusal;
        return std::nullopt;
    }

    std::optional<Refusal> carry_out(Outcome& outcome) {
        if (auto refusal = find_verb_of_act()) return end(*std::move(refusal));
        party_ = draft_.get(party_key(tx_.iss));
        ENSURE(party_ != nullptr, "admit() comes first");
        officer_ = find_officer(*party_, tx_.kid);
        ENSURE(officer_ != nullptr, "admit() comes first");
        Act act{draft_, tx_, tx_.body, moment_, shanghai_date(moment_.time), *type_, *verb_, "",
                "",     {},  {},       {}};
        open(act);
        std::optional<Refusal> refusal = check_actor(act);
        if (refusal) return refusal;
        if (!verb_->from.empty() && standing_ == nullptr) {
            return end(Refusal(Code::E_NOT_FOUND, "rec", json::Object{{"id", act.id}}));
        }
        bool exists = false;
        for (const Guard& guard : verb_->guards) {
            if (!exists && guard.phase >= Phase::existence) {
                if (auto missing = check_existence(act)) return end(*std::move(missing));
                exists = true;
            }
            refusal = guard.check(act);
            if (stop(refusal)) return refusal;
        }
        if (!exists) {
            if (auto missing = check_existence(act)) return end(*std::move(missing));
        }
        if (all_ != nullptr && !all_->empty()) return all_->front();
        if (!approvals_.complete) {
            wait_for_approval(act, outcome);
        } else {
            finish(act, outcome);
        }
        return std::nullopt;
    }

    void wait_for_approval(const Act& act, Outcome& outcome) {
        outcome.record = act.id;
        outcome.state = "pending_approval";
        outcome.events.push_back(counted_approvals("approval.waiting", act.id));
        draft_.put(approvals_.key, std::move(approvals_.pending));
    }

    // Whose word counts for this act, so that the log alone tells who approved it.
    [[nodiscard]] chain::Event counted_approvals(std::string type, const std::string& id) const {
        return {std::move(type), id,
                json::Object{{"act", tx_.act},
                             {"approvals", *approvals_.pending.find("approvals")},
                             {"pending", approvals_.key.substr(5)}}};
    }

    // USCC digits 3 to 8 are the region; parties without one stand for the whole country.
    [[nodiscard]] std::string region() const {
        const std::string_view uscc = party_->find("fields")->string_or("uscc", "");
        return uscc.size() == 18 ? std::string(uscc.substr(2, 6)) : "000000";
    }

    void number(Act& act) {
        const std::string place = region();
        const std::string serial_key =
            "serial/" + std::string(type_->prefix) + "/" + place + "/" + to_text(act.today);
        const auto held = draft_.get(serial_key);
        const std::int64_t serial = (held == nullptr ? 0 : held->integer_or("n", 0)) + 1;
        draft_.put(serial_key, json::Object{{"n", serial}});
        act.id =
            make_record_no(type_->prefix, place, act.today, static_cast<std::uint64_t>(serial));
        act.key = std::string(type_->tag) + act.id;
        act.record.set("id", act.id);
    }

    void finish(Act& act, Outcome& outcome) {
        if (!approvals_.key.empty() && draft_.get(approvals_.key) != nullptr) {
            draft_.erase(approvals_.key);
        }
        if (act.id.empty()) number(act);
        if (!verb_->to.empty()) act.set_state(verb_->to);
        if (verb_->effect != nullptr) verb_->effect(act);
        act.record.set("version", act.record.integer_or("version", 0) + 1);
        act.record.set("updated", where_json(moment_));
        outcome.record = act.id;
        outcome.version = act.record.integer_or("version", 0);
        outcome.state = act.state();
        outcome.warnings = std::move(act.warnings);
        if (act.events.empty()) act.event(tx_.act, act.id);
        outcome.events = std::move(act.events);
        if (!approvals_.key.empty())
            outcome.events.push_back(counted_approvals("approval.complete", act.id));
        draft_.put(act.key, std::move(act.record));
    }

    const chain::StateReader& state_;
    const chain::Tx& tx_;
    const Moment& moment_;
    Draft draft_;
    const RecordType* type_ = nullptr;
    const Verb* verb_ = nullptr;
    std::shared_ptr<const json::Value> party_;
    const json::Value* officer_ = nullptr;
    std::shared_ptr<const json::Value> standing_;
    std::vector<Refusal>* all_ = nullptr;
    Approvals approvals_;
};

}  // namespace

Status<Refusal> admit(const chain::StateReader& state, const chain::Tx& tx, UnixMillis time) {
    const auto party = state.get(party_key(tx.iss));
    if (party == nullptr) {
        return Err(Refusal(Code::E_UNKNOWN_PARTY, "iss", json::Object{{"party", tx.iss}}));
    }
    const json::Value* officer = find_officer(*party, tx.kid);
    if (officer == nullptr) {
        return Err(
            Refusal(Code::E_UNKNOWN_KEY, "kid", json::Object{{"party", tx.iss}, {"kid", tx.kid}}));
    }
    if (is_in_force(*officer, time)) return Unit{};
    return Err(
        Refusal(Code::E_KEY_NOT_IN_FORCE, "kid", json::Object{{"party", tx.iss}, {"kid", tx.kid}}));
}

bool goes_first(const chain::Tx& tx) {
    const std::size_t dot = tx.act.find('.');
    if (dot == std::string::npos) return false;
    const RecordType* type = find_record_type(std::string_view(tx.act).substr(0, dot));
    const Verb* verb =
        type == nullptr ? nullptr : find_verb(*type, std::string_view(tx.act).substr(dot + 1));
    return verb != nullptr && verb->goes_first;
}

std::optional<crypto::PublicKey> officer_key(const chain::StateReader& state, const chain::Tx& tx) {
    const auto party = state.get(party_key(tx.iss));
    const json::Value* officer = party == nullptr ? nullptr : find_officer(*party, tx.kid);
    const json::Value* key = officer == nullptr ? nullptr : officer->find("key");
    const auto bytes = key == nullptr ? std::nullopt : from_base64url(key->string_or("x", ""));
    crypto::PublicKey decoded{};
    if (!bytes || bytes->size() != decoded.size()) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), decoded.begin());
    return decoded;
}

Outcome apply(const chain::StateReader& state, const chain::Tx& tx, const Moment& moment,
              chain::Writes& writes) {
    return Run(state, tx, moment).run(writes, nullptr);
}

std::vector<Refusal> all_refusals(const chain::StateReader& state, const chain::Tx& tx,
                                  const Moment& moment) {
    std::vector<Refusal> all;
    chain::Writes writes;
    Run(state, tx, moment).run(writes, &all);
    std::for_each(all.begin(), all.end(), drop_unreadable_facts);
    return all;
}

}  // namespace quanlu::registry
