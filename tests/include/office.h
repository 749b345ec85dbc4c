// A ledger for benchmarks and audits: four members, an IP office, firms and a bank, who mirror
// patents, file and register pledges and present invoices, in blocks of a given size. Every
// transaction is signed and every block certified, so that what comes out replays like the real
// thing. Also what audits are tested on.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "crypto/base/civil_time.h"
#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "crypto/jwk.h"
#include "forms.h"
#include "ledger/chain/genesis.h"
#include "ledger/execution/executor.h"
#include "ledger/state/store.h"

namespace quanlu::bench {

constexpr std::int64_t kStart = 1'795'140'000'000;  // 2026-11-20 10:00 in Shanghai
constexpr const char* kToday = "2026-11-20";
constexpr std::size_t kFirms = 20;
inline crypto::SigningKey key_numbered(std::uint8_t kind, std::size_t n) {
    std::array<std::uint8_t, 32> seed{};
    seed[0] = kind;
    seed[1] = static_cast<std::uint8_t>(n);
    seed[2] = static_cast<std::uint8_t>(n >> 8);
    return crypto::SigningKey::from_seed(seed);
}

inline std::string firm(std::size_t n) {
    return "firm-" + std::to_string(n % kFirms);
}

class Office {
public:
    // Transactions of one patent's way from register to pledge and invoice.
    static constexpr std::size_t kActsPerPatent = 12;

    explicit Office(std::size_t block_txs);

    // Files `patents` patents side by side, act by act. Blocks grow by about patents * 12 /
    // block_txs.
    void file(std::size_t patents);

    struct Made {
        chain::FinalBlock block;
        std::vector<execution::TxPtr> txs;
    };
    [[nodiscard]] const std::vector<Made>& blocks() const { return blocks_; }
    [[nodiscard]] const chain::Genesis& genesis() const { return genesis_; }
    [[nodiscard]] const execution::Tip& tip() const { return tip_; }
    [[nodiscard]] kv::KvStore& kv() { return *kv_; }
    [[nodiscard]] std::size_t transactions() const { return transactions_; }
    [[nodiscard]] std::size_t refused() const { return refused_; }
    // Public key under which a transaction was signed.
    [[nodiscard]] const crypto::PublicKey& key_of(const chain::Tx& tx) const {
        return keys_by_kid_.at(tx.kid);
    }
    // A certificate by these members.
    [[nodiscard]] chain::QuorumCert certify(chain::VoteKind kind, const chain::Header& header,
                                            const std::vector<std::size_t>& members) const {
        chain::QuorumCert cert;
        cert.statement = {kind, header.epoch, header.view, chain::hash_of(header)};
        for (const std::size_t i : members) {
            cert.signers |= std::uint64_t{1} << i;
            cert.signatures.push_back(
                members_[i].sign(chain::statement_bytes(genesis_.tag(), cert.statement)));
        }
        return cert;
    }
    [[nodiscard]] const std::vector<std::string>& rights() const { return rights_; }

private:
    struct Act {
        std::string officer, act, record;
        json::Value body;
    };
    // Signs and carries out in blocks; records acted on, in order.
    std::vector<std::string> carry_out(const std::vector<Act>& acts);
    void add_block(const std::vector<execution::TxPtr>& txs, std::vector<std::string>& records);

    std::size_t block_txs_;
    chain::Genesis genesis_;
    std::vector<crypto::SigningKey> members_;
    std::map<std::string, crypto::SigningKey> officers_;  // "party/duty"
    std::map<std::string, crypto::PublicKey> keys_by_kid_;
    std::unique_ptr<kv::KvStore> kv_;
    std::unique_ptr<state::Store> store_;
    execution::Tip tip_;
    std::optional<chain::QuorumCert> tip_notarized_;
    std::vector<Made> blocks_;
    std::vector<std::string> rights_;
    std::size_t serial_ = 0, transactions_ = 0, refused_ = 0, jti_ = 0;
};

inline Office::Office(std::size_t block_txs) : block_txs_(block_txs) {
    genesis_.name = "bench";
    genesis_.time = UnixMillis{kStart - 1'000};
    std::vector<std::pair<std::string, std::string>> parties = {{"office", "ip_office"},
                                                                {"bank", "bank"}};
    for (std::size_t i = 0; i < kFirms; ++i) parties.emplace_back(firm(i), "pledgor");
    std::size_t n = 0;
    for (const auto& [party, role] : parties) {
        json::Array list;
        for (const char* duty : {"maker", "checker"}) {
            crypto::SigningKey key = key_numbered(1, n++);
            list.push_back(json::Object{{"key", crypto::to_jwk(key.public_key())},
                                        {"duties", json::Array{duty}},
                                        {"valid_from", "2020-01-01"},
                                        {"valid_to", "2099-12-31"}});
            keys_by_kid_[crypto::thumbprint(key.public_key())] = key.public_key();
            officers_.emplace(party + "/" + duty, std::move(key));
        }
        genesis_.records.set("party/" + party, json::Object{{"party_id", party},
                                                            {"party_kind", "enterprise"},
                                                            {"legal_name", party},
                                                            {"uscc", "91330108MA28XYW55X"},
                                                            {"country", "CN"},
                                                            {"roles", json::Array{role}},
                                                            {"officers", std::move(list)}});
    }
    for (std::size_t i = 0; i < 4; ++i) {
        members_.push_back(key_numbered(2, i));
        genesis_.members.push_back(
            {"m" + std::to_string(i), "office", members_.back().public_key()});
    }
    auto parsed = chain::genesis_from_json(chain::to_json(genesis_));
    ENSURE(parsed.ok(), parsed.ok() ? "" : parsed.error());
    genesis_ = *std::move(parsed);
    kv_ = kv::make_memory_kv();
    store_ = std::make_unique<state::Store>(*kv_);
    tip_ = *execution::genesis_tip(genesis_, *store_);
    store_->commit(tip_.state, {Height(0), tip_.hash, tip_.header.state_root, tip_.log}, {}, {});
    tip_.state = store_->final_version();
}

inline void Office::add_block(const std::vector<execution::TxPtr>& txs,
                              std::vector<std::string>& records) {
    chain::Header header;
    header.epoch = tip_.header.epoch;
    header.view = tip_.header.view.next();
    header.time = UnixMillis{kStart + static_cast<std::int64_t>(blocks_.size()) * 10};
    header.proposer = genesis_.member_set().leader(header.view);
    std::vector<execution::LeftOut> left_out;
    execution::Executed executed =
        execution::build(tip_, genesis_.params, header, txs, *store_, left_out);
    ENSURE(left_out.empty());
    Made made;
    made.block.block.header = executed.tip.header;
    for (const execution::TxPtr& tx : txs) made.block.block.body.push_back(tx->jws);
    made.block.block.justification.parent = tip_notarized_;
    made.block.finalization = certify(chain::VoteKind::finalize, executed.tip.header, {0, 1, 2});
    tip_notarized_ = certify(chain::VoteKind::notarize, executed.tip.header, {0, 1, 2});
    made.txs = txs;
    for (const chain::Outcome& outcome : executed.outcomes) {
        refused_ += outcome.ok() ? 0 : 1;
        records.push_back(outcome.record);
    }
    transactions_ += txs.size();
    execution::commit(executed, *store_, {});
    tip_ = executed.tip;
    tip_.state = store_->final_version();
    blocks_.push_back(std::move(made));
}

inline std::vector<std::string> Office::carry_out(const std::vector<Act>& acts) {
    std::vector<std::string> records;
    std::vector<execution::TxPtr> txs;
    for (const Act& act : acts) {
        chain::TxDraft draft;
        draft.iss = act.officer.substr(0, act.officer.find('/'));
        draft.jti = std::to_string(++jti_);
        draft.act = act.act;
        draft.rec = act.record;
        draft.iat = kStart / 1'000 - 30;
        draft.exp = draft.iat + 600;
        draft.body = act.body;
        auto tx = chain::parse_tx(
            chain::sign_tx(officers_.at(act.officer), genesis_.chain_id, draft), genesis_.chain_id);
        ENSURE(tx.ok());
        txs.push_back(std::make_shared<const chain::Tx>(*std::move(tx)));
        if (txs.size() < block_txs_) continue;
        add_block(txs, records);
        txs.clear();
    }
    if (!txs.empty()) add_block(txs, records);
    return records;
}

inline void Office::file(std::size_t patents) {
    const std::size_t first = serial_;
    serial_ += patents;
    const auto each = [&](const std::string& officer, const std::string& act,
                          const std::vector<std::string>* on, const auto& body) {
        std::vector<Act> acts;
        for (std::size_t i = 0; i < patents; ++i) {
            const std::string holder = firm(first + i);
            const std::string who =
                officer.starts_with("firm/") ? holder + officer.substr(4) : officer;
            acts.push_back({who, act, on == nullptr ? "" : on->at(i), body(i)});
        }
        return carry_out(acts);
    };
    const auto nothing = [](std::size_t) { return json::Value(); };
    const auto patent = [&](std::size_t i) {
        return forms::patent(first + i, firm(first + i), kToday);
    };
    each("office/maker", "right.register", nullptr, patent);
    const auto rights = each("office/checker", "right.register", nullptr, patent);
    rights_.insert(rights_.end(), rights.begin(), rights.end());
    const auto pledges = each("firm/maker", "pledge.draft", nullptr, [&](std::size_t i) {
        return forms::pledge(firm(first + i), "bank", rights[i], kToday);
    });
    for (const char* who : {"firm/maker", "firm/checker", "bank/maker", "bank/checker"})
        each(who, "pledge.sign", &pledges, nothing);
    each("office/maker", "pledge.accept", &pledges, nothing);
    const auto registered = [&](std::size_t i) {
        return json::Value(json::Object{
            {"statutory_registration_no",
             "Y" + std::to_string(2'026'330'000'000 + static_cast<std::int64_t>(first + i))},
            {"statutory_effective_date", kToday},
            {"statutory_notice_hash", forms::kPaper}});
    };
    each("office/maker", "pledge.register", &pledges, registered);
    each("office/checker", "pledge.register", &pledges, registered);
    const auto invoice = [&](std::size_t i) {
        const auto print = [&](const char* tag) {
            return to_hex(crypto::sha256(as_bytes(tag + std::to_string(first + i))));
        };
        return forms::invoice(firm(first + i), firm(first + i + 1), print("exact"),
                              print("economic"));
    };
    each("bank/maker", "invoice.register_fingerprint", nullptr, invoice);
    each("bank/checker", "invoice.register_fingerprint", nullptr, invoice);
}

}  // namespace quanlu::bench
