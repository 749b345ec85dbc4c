// See ledger.h. The naive roots are those of the unit tests' oracle: recursion over plain tables.
#include "tests/forge/ledger.h"

#include "ledger/chain/leaf.h"
#include "ledger/registry/registry.h"
#include "tests/unit/ledger_proof/model.h"

namespace quanlu::forge {

namespace {

using chain::BlockKind;
using chain::VoteKind;

constexpr std::size_t kBlocksAnEpoch = 6;

// Who signs the block at this place: changing quorums, sometimes everybody.
std::vector<std::size_t> signers_at(const Committee& committee, std::size_t place) {
    const std::size_t n = committee.list.size();
    const std::size_t left_out = place % 3 == 0 ? 0 : n - committee.quorum();
    std::vector<std::size_t> signers;
    for (std::size_t i = 0; i < n; ++i) {
        if ((i + place) % n >= left_out) signers.push_back(i);
    }
    return signers;
}

std::string right_key(std::size_t serial) {
    return "right/CN:9" + std::to_string(1'000'000 + serial);
}

json::Value right_value(std::size_t serial, std::int64_t version, bool pledged) {
    json::Array pledges;
    if (pledged) pledges.emplace_back(json::Object{{"id", "PL-" + std::to_string(serial)}});
    return json::Object{
        {"enc", json::Object{{"freezes", json::Array{}}, {"pledges", std::move(pledges)}}},
        {"id", right_key(serial).substr(6)},
        {"version", version}};
}

// Another value of the same form; what hangs on the record is gone.
json::Value altered(const std::string& text) {
    json::Value value = *json::parse(text, 1024 * 1024);
    if (value.find("enc") != nullptr)
        value["enc"] = json::Object{{"freezes", json::Array{}}, {"pledges", json::Array{}}};
    value.set("elsewhere", true);
    return value;
}

std::string signed_tx(const Hash& chain_id, const std::string& jti) {
    chain::TxDraft draft;
    draft.iss = "bank";
    draft.jti = jti;
    draft.act = "pledge.draft";
    draft.iat = bench::kStart / 1'000;
    draft.exp = draft.iat + 600;
    draft.body = json::Object{{"note", jti}};
    return chain::sign_tx(bench::key_numbered(1, 2), chain_id, draft);
}

}  // namespace

Committee make_committee(std::uint8_t kind, std::size_t first, std::size_t n) {
    Committee committee;
    for (std::size_t i = 0; i < n; ++i) {
        auto key = std::make_shared<const crypto::SigningKey>(bench::key_numbered(kind, first + i));
        const std::string letter(1, static_cast<char>('m' + kind - 2));
        committee.list.push_back({letter + std::to_string(first + i), "office", key->public_key()});
        committee.keys.push_back(std::move(key));
    }
    return committee;
}

crypto::Signature Notary::sign(const crypto::SigningKey& key, const chain::ChainTag& tag,
                               const chain::Vote& vote) {
    const auto statement = chain::statement_bytes(tag, vote);
    made_.emplace(key.public_key(), statement);
    return key.sign(statement);
}

bool Notary::did_sign(const crypto::PublicKey& key, const chain::ChainTag& tag,
                      const chain::Vote& vote) const {
    return made_.contains({key, chain::statement_bytes(tag, vote)});
}

Notary& notary() {
    static Notary one;
    return one;
}

chain::QuorumCert certify(const chain::Header& header, const Committee& committee,
                          const std::vector<std::size_t>& members, VoteKind kind) {
    chain::QuorumCert cert;
    const Hash block = kind == VoteKind::nullify ? Hash{} : chain::hash_of(header);
    cert.statement = {kind, header.epoch, header.view, block};
    for (const std::size_t i : members) {
        cert.signers |= std::uint64_t{1} << i;
        cert.signatures.push_back(
            notary().sign(*committee.keys.at(i), header.chain, cert.statement));
    }
    return cert;
}

void Ledger::found(const chain::Genesis& genesis, Committee committee,
                   const state::VersionPtr& state) {
    genesis_ = genesis;
    committees_.push_back(std::move(committee));
    const chain::Header header = chain::genesis_header(genesis_, state->root());
    const Hash hash = chain::hash_of(header);
    store_->commit(state, {Height(0), hash, header.state_root, log_}, {}, {});
    by_hash_.emplace(hash, 0);
    places_.push_back({header, hash, {}});
    log_roots_.push_back(proof::naive_log_root(lines_, 0, 0));
}

void Ledger::note_line(const std::string& line) {
    log_.append(crypto::log_leaf_hash(as_bytes(line)));
    lines_.push_back(line);
    log_roots_.push_back(proof::naive_log_root(lines_, 0, lines_.size()));
}

void Ledger::add_header(const chain::Header& header) {
    const Committee& committee = committee_of(header);
    const Hash hash = chain::hash_of(header);
    by_hash_.emplace(hash, places_.size());
    places_.push_back(
        {header, hash, certify(header, committee, signers_at(committee, places_.size()))});
}

chain::Header Ledger::child() const {
    const Place& parent = places_.back();
    chain::Header header = parent.header;
    header.kind = BlockKind::normal;
    // A drain header ends its epoch and a sealing header may be followed by drains only.
    if (committees_.size() > parent.header.epoch.value + 1) {
        header.epoch = parent.header.epoch.next();
        header.members_hash = parent.header.next_members_hash;
    }
    header.view = parent.header.view.next();
    header.height = parent.header.height.next();
    header.parent = parent.hash;
    header.parent_view = parent.header.view;
    header.time = UnixMillis{parent.header.time.value + 1'000};
    header.tx_count = 0;
    header.txs_hash = chain::txs_hash({});
    return header;
}

void Ledger::add_block(const chain::Writes& writes, const std::vector<std::string>& jws) {
    chain::Header header = child();
    std::vector<Hash> leaves, hashes;
    const std::size_t first = lines_.size();
    note_line(chain::header_leaf(places_.back().header));
    for (const std::string& text : jws) {
        const auto tx = chain::parse_tx(text, genesis_.chain_id);
        ENSURE(tx.ok());
        chain::Outcome outcome;
        outcome.record = "PL-" + std::to_string(lines_.size());
        outcome.state = "draft";
        outcome.version = 1;
        tx_ids_.emplace(lines_.size(), to_hex(tx->id));
        note_line(chain::tx_leaf({header.height, static_cast<std::uint32_t>(hashes.size())},
                                 header.time, text, tx->id, outcome));
        hashes.push_back(tx->hash);
    }
    for (std::size_t i = first; i < lines_.size(); ++i)
        leaves.push_back(crypto::log_leaf_hash(as_bytes(lines_[i])));
    Table table = tables_.back();
    for (const auto& [key, value] : writes) {
        if (value) {
            table[key] = json::write(*value);
        } else {
            table.erase(key);
        }
    }
    const state::VersionPtr version = store_->stage(store_->final_version(), header.height, writes);
    header.tx_count = static_cast<std::uint32_t>(hashes.size());
    header.txs_hash = chain::txs_hash(hashes);
    header.log_size = lines_.size();
    header.log_root = log_.root();
    header.state_root = version->root();
    store_->commit(version, {header.height, chain::hash_of(header), header.state_root, log_},
                   leaves, {});
    tables_.push_back(std::move(table));
    add_header(header);
}

void Ledger::add_sealing(Committee next) {
    chain::Header header = child();
    header.kind = BlockKind::sealing;
    const std::string line = chain::header_leaf(places_.back().header);
    note_line(line);
    header.log_size = lines_.size();
    header.log_root = log_.root();
    header.next_members_hash = chain::Members(header.epoch.next(), next.list).hash();
    const state::VersionPtr version = store_->stage(store_->final_version(), header.height, {});
    store_->commit(version, {header.height, chain::hash_of(header), header.state_root, log_},
                   {crypto::log_leaf_hash(as_bytes(line))}, {});
    tables_.push_back(tables_.back());
    add_header(header);
    committees_.push_back(std::move(next));
}

void Ledger::add_drain() {
    chain::Header header = places_.back().header;
    header.kind = BlockKind::drain;
    header.view = header.view.next();
    header.parent = places_.back().hash;
    header.parent_view = places_.back().header.view;
    header.time = UnixMillis{header.time.value + 100};
    add_header(header);
}

Ledger Ledger::real(std::size_t patents, std::size_t block_txs) {
    bench::Office office(block_txs);
    office.file(patents);
    ENSURE(office.refused() == 0);
    Ledger ledger;
    ledger.kv_ = kv::make_memory_kv();
    ledger.store_ = std::make_unique<state::Store>(*ledger.kv_);
    execution::Tip tip = *execution::genesis_tip(office.genesis(), *ledger.store_);
    Table founding;
    // The executor's writes are the truth's source; is_sound() holds them against every root.
    const chain::Writes records = *registry::founding_writes(office.genesis().records);
    for (const auto& [key, value] : records) founding[key] = json::write(*value);
    founding["sys/members"] = json::write(*tip.state->get("sys/members"));
    ledger.tables_.push_back(std::move(founding));
    ledger.found(office.genesis(), make_committee(2, 0, 4), tip.state);
    tip.state = ledger.store_->final_version();
    for (const bench::Office::Made& made : office.blocks()) {
        auto executed = execution::check(tip, office.genesis().params, made.block.block.header,
                                         made.txs, *ledger.store_);
        ENSURE(executed.ok());
        Table table = ledger.tables_.back();
        for (const auto& [key, value] : executed->writes) {
            if (value) {
                table[key] = json::write(*value);
            } else {
                table.erase(key);
            }
        }
        ledger.tables_.push_back(std::move(table));
        const std::size_t first_tx =
            ledger.lines_.size() + executed->leaves.size() - made.txs.size();
        for (std::size_t i = 0; i < made.txs.size(); ++i)
            ledger.tx_ids_.emplace(first_tx + i, to_hex(made.txs[i]->id));
        for (const std::string& line : executed->leaves) ledger.note_line(line);
        execution::commit(*executed, *ledger.store_, {});
        tip = executed->tip;
        tip.state = ledger.store_->final_version();
        ledger.add_header(tip.header);
    }
    std::size_t serial = 0;
    const auto blocks = [&ledger, &serial](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            chain::Writes writes;
            for (std::size_t n = 0; n < 5; ++n, ++serial)
                writes[right_key(serial)] =
                    std::make_shared<const json::Value>(right_value(serial, 1, serial % 2 == 0));
            // One right changes with every block, so that each height has its own truth about it.
            writes[right_key(0)] = std::make_shared<const json::Value>(
                right_value(0, static_cast<std::int64_t>(serial), i % 2 == 0));
            // And one is there at every other height only.
            writes[right_key(999'999)] =
                i % 2 == 0 ? std::make_shared<const json::Value>(right_value(999'999, 1, true))
                           : nullptr;
            ledger.add_block(
                writes, {signed_tx(ledger.genesis_.chain_id, "late-" + std::to_string(serial))});
        }
    };
    // The registry changes no committee yet; the verifier knows how one changes. Two old members
    // stay, so that an old quorum and a new one share keys.
    Committee second = make_committee(2, 2, 2), fresh = make_committee(3, 0, 2);
    second.list.insert(second.list.end(), fresh.list.begin(), fresh.list.end());
    second.keys.insert(second.keys.end(), fresh.keys.begin(), fresh.keys.end());
    ledger.add_sealing(std::move(second));
    ledger.add_drain();
    blocks(kBlocksAnEpoch);
    ledger.add_sealing(make_committee(4, 0, 7));
    blocks(kBlocksAnEpoch);
    ledger.finish();
    return ledger;
}

Ledger Ledger::elsewhere(const Ledger& like) {
    Ledger ledger;
    ledger.kv_ = kv::make_memory_kv();
    ledger.store_ = std::make_unique<state::Store>(*ledger.kv_);
    chain::Genesis genesis = like.genesis();
    genesis.name = "elsewhere";
    genesis = *chain::genesis_from_json(chain::to_json(genesis));
    chain::Writes founding;
    ledger.tables_.emplace_back();
    for (const auto& [key, text] : like.table(Height(0))) {
        auto value = std::make_shared<const json::Value>(altered(text));
        ledger.tables_.back()[key] = json::write(*value);
        founding[key] = std::move(value);
    }
    ledger.found(genesis, like.committees()[0], ledger.store_->stage(nullptr, Height(0), founding));
    chain::Writes writes;
    std::size_t n = 0;
    for (const auto& [key, text] : like.table(like.last())) {
        writes[key] = std::make_shared<const json::Value>(altered(text));
        if (++n % 25 != 0) continue;
        ledger.add_block(writes, {signed_tx(genesis.chain_id, "away-" + std::to_string(n))});
        writes.clear();
    }
    ledger.add_sealing(like.committees()[1]);
    ledger.add_block(writes, {});
    ledger.finish();
    return ledger;
}

std::optional<std::size_t> Ledger::place_of(const Hash& hash) const {
    const auto found = by_hash_.find(hash);
    if (found == by_hash_.end()) return std::nullopt;
    return found->second;
}

std::size_t Ledger::place_at(Height height) const {
    for (std::size_t i = 0; i < places_.size(); ++i) {
        if (places_[i].header.height == height) return i;
    }
    ENSURE(false);
}

proof::MapItem Ledger::item(Height height, const std::string& key) const {
    proof::MapItem item{key, {}, *view_->prove(key, height)};
    if (const auto text = view_->value(key, height)) item.value = *json::parse(*text, 1024 * 1024);
    return item;
}

proof::LogInclusion Ledger::line_proof(std::size_t index, std::size_t size) const {
    return {index, size, *view_->log_inclusion(index, size)};
}

proof::LogConsistency Ledger::growth(std::size_t older, std::size_t newer) const {
    return {older, newer, *view_->log_consistency(older, newer)};
}

proof::FinalHeader Ledger::final_at(std::size_t place, std::size_t ahead) const {
    proof::FinalHeader final{places_.at(place).header, {}, places_[place].finalization};
    for (std::size_t i = place + 1; i < places_.size(); ++i) {
        // Genesis is signed by nobody: its child speaks for it.
        if (final.path.size() >= ahead && place + final.path.size() != 0) break;
        if (places_[i].header.epoch != final.header.epoch) break;
        final.path.push_back(places_[i].header);
        final.finalization = places_[i].finalization;
    }
    return final;
}

std::vector<proof::EpochStep> Ledger::steps_to(Epoch epoch) const {
    std::vector<proof::EpochStep> steps;
    for (std::size_t i = 0; i < places_.size() && steps.size() < epoch.value; ++i) {
        if (places_[i].header.kind != BlockKind::sealing) continue;
        steps.push_back({final_at(i, 1), committees_.at(steps.size() + 1).list});
    }
    return steps;
}

proof::Bundle Ledger::about(const std::vector<std::string>& keys, std::size_t place,
                            std::size_t ahead) const {
    proof::Bundle bundle;
    bundle.chain_id = genesis_.chain_id;
    bundle.final = final_at(place, ahead);
    bundle.epochs = steps_to(bundle.final.header.epoch);
    for (const std::string& key : keys)
        bundle.items.push_back(item(bundle.final.header.height, key));
    bundle.kind = keys.size() > 1              ? proof::BundleKind::batch
                  : bundle.items.front().value ? proof::BundleKind::record
                                               : proof::BundleKind::absence;
    return bundle;
}

proof::Bundle Ledger::about_tx(std::size_t index, std::size_t place, std::size_t ahead) const {
    proof::Bundle bundle;
    bundle.kind = proof::BundleKind::tx;
    bundle.chain_id = genesis_.chain_id;
    bundle.final = final_at(place, ahead);
    bundle.epochs = steps_to(bundle.final.header.epoch);
    bundle.log =
        proof::LogItem{lines_.at(index),
                       line_proof(index, static_cast<std::size_t>(bundle.final.header.log_size))};
    return bundle;
}

bool Ledger::is_sound() const {
    if (proof::naive_root(tables_[0]) != places_[0].header.state_root) return false;
    for (const Place& place : places_) {
        const chain::Header& header = place.header;
        if (proof::naive_root(table(header.height)) != header.state_root) return false;
        if (log_root(static_cast<std::size_t>(header.log_size)) != header.log_root) return false;
    }
    return true;
}

}  // namespace quanlu::forge
