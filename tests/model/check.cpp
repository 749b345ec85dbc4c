// The node's half of the comparison with the model: carries out the blocks that the model wrote to
// standard input and compares every outcome, every refusal of a place and every state root. One
// line a block; ends at the first difference, which it explains. Says also how fast one core
// carried the blocks out, signatures, parsing and comparing aside. Usage: model_check < stream, or
// model_check --keys N: the public keys that streams may name.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include "crypto/base/encode.h"
#include "crypto/suite.h"
#include "ledger/chain/genesis.h"
#include "ledger/execution/executor.h"
#include "ledger/state/store.h"

namespace quanlu {

namespace {

constexpr std::size_t kLineBytesMax = 64 * 1024 * 1024;

int print_keys(int count) {
    for (int n = 0; n < count; ++n) {
        std::array<std::uint8_t, 32> seed{};
        seed[0] = static_cast<std::uint8_t>(n);
        seed[1] = static_cast<std::uint8_t>(n >> 8);
        seed[2] = 7;
        std::printf("%s\n", to_base64url(crypto::SigningKey::from_seed(seed).public_key()).c_str());
    }
    return 0;
}

std::string outcome_line(const chain::Outcome& outcome) {
    json::Array warnings;
    for (const chain::Code one : outcome.warnings) warnings.emplace_back(chain::name(one));
    const std::string_view code = outcome.ok() ? "OK" : chain::name(outcome.refusal->code);
    return json::write(json::Array{code, std::move(warnings)});
}

class Check {
public:
    explicit Check(const json::Value& genesis)
        : genesis_(must(chain::genesis_from_json(genesis))),
          kv_(kv::make_memory_kv()),
          store_(*kv_),
          tip_(must(execution::genesis_tip(genesis_, store_))) {
        store_.commit(tip_.state, {Height(0), tip_.hash, tip_.header.state_root, tip_.log}, {}, {});
        tip_.state = store_.final_version();
    }

    // False at a difference.
    bool block(const json::Value& line) {
        if (!malformed(*line.find("malformed"))) return false;
        std::vector<execution::TxPtr> txs;
        for (const json::Value& jws : line.find("txs")->as_array()) {
            auto tx = chain::parse_tx(jws.as_string(), genesis_.chain_id);
            if (!tx.ok()) {
                return differ("form of", jws.as_string(), "OK", chain::name(tx.error().code));
            }
            txs.push_back(std::make_shared<const chain::Tx>(*std::move(tx)));
        }
        chain::Header header;
        header.epoch = tip_.header.epoch;
        header.view = tip_.header.view.next();
        header.time = UnixMillis{line.integer_or("time", 0)};
        std::vector<execution::LeftOut> left;
        const auto begun = std::chrono::steady_clock::now();
        const execution::Executed made =
            execution::build(tip_, genesis_.params, header, txs, store_, left);
        spent_ += std::chrono::steady_clock::now() - begun;
        const bool same = compare_left(*line.find("left"), left) &&
                          compare_outcomes(*line.find("outcomes"), made) &&
                          compare_root(line.string_or("root", ""), made);
        const auto committing = std::chrono::steady_clock::now();
        execution::commit(made, store_, {});
        tip_ = made.tip;
        tip_.state = store_.final_version();
        spent_ += std::chrono::steady_clock::now() - committing;
        executed_ += made.txs.size();
        ++blocks_;
        transactions_ += txs.size();
        return same;
    }

    [[nodiscard]] std::size_t blocks() const { return blocks_; }
    [[nodiscard]] std::size_t transactions() const { return transactions_; }
    // Executed and committed a second.
    [[nodiscard]] double rate() const {
        return static_cast<double>(executed_) / std::chrono::duration<double>(spent_).count();
    }

private:
    template <class T>
    static T must(Result<T, std::string> made) {
        if (made.ok()) return *std::move(made);
        std::fprintf(stderr, "genesis: %s\n", made.error().c_str());
        std::exit(2);
    }

    bool differ(std::string_view what, std::string_view which, std::string_view model,
                std::string_view node) const {
        std::printf("difference at height %zu: %.*s %.*s\n  model %.*s\n  node  %.*s\n",
                    blocks_ + 1, static_cast<int>(what.size()), what.data(),
                    static_cast<int>(which.size()), which.data(), static_cast<int>(model.size()),
                    model.data(), static_cast<int>(node.size()), node.data());
        return false;
    }

    // Texts that are no transaction of this chain, each with its code.
    bool malformed(const json::Value& list) const {
        for (const json::Value& one : list.as_array()) {
            const std::string& jws = one.as_array()[0].as_string();
            const std::string& expected = one.as_array()[1].as_string();
            const auto tx = chain::parse_tx(jws, genesis_.chain_id);
            std::string_view found = "OK";
            if (!tx.ok()) {
                found = chain::name(tx.error().code);
            } else if (const auto signature = chain::check_signature(*tx, crypto::PublicKey{});
                       !signature.ok()) {
                found = chain::name(signature.error().code);
            }
            if (found != expected) return differ("form of", jws, expected, found);
        }
        return true;
    }

    bool compare_left(const json::Value& model, const std::vector<execution::LeftOut>& node) const {
        json::Array found;
        for (const execution::LeftOut& one : node)
            found.push_back(json::Array{to_hex(one.tx_id), chain::name(one.why.code)});
        if (model.as_array() == found) return true;
        return differ("kept out of", "the block", json::write(model), json::write(found));
    }

    bool compare_outcomes(const json::Value& model, const execution::Executed& node) const {
        const json::Array& expected = model.as_array();
        for (std::size_t i = 0; i < node.outcomes.size(); ++i) {
            const std::string found = outcome_line(node.outcomes[i]);
            const std::string said = i < expected.size() ? json::write(expected[i]) : "nothing";
            if (said == found) continue;
            const chain::Tx& tx = *node.txs[i];
            std::printf("%s\n%s\n", json::write(tx.body).c_str(), node.outcome_texts[i].c_str());
            return differ("outcome of", tx.act + " " + tx.rec + " by " + tx.iss, said, found);
        }
        return expected.size() == node.outcomes.size() ||
               differ("outcomes", "", std::to_string(expected.size()),
                      std::to_string(node.outcomes.size()));
    }

    bool compare_root(std::string_view model, const execution::Executed& node) const {
        const std::string found = to_hex(node.tip.header.state_root);
        if (model == found) return true;
        for (const auto& [key, value] : node.writes) {
            std::printf("%s %s\n", key.c_str(),
                        value == nullptr ? "-" : json::write(*value).c_str());
        }
        return differ("state root", "", model, found);
    }

    chain::Genesis genesis_;
    std::unique_ptr<kv::KvStore> kv_;
    state::Store store_;
    execution::Tip tip_;
    std::size_t blocks_ = 0, transactions_ = 0, executed_ = 0;
    std::chrono::steady_clock::duration spent_{};
};

int run() {
    std::string text;
    std::optional<Check> check;
    while (std::getline(std::cin, text)) {
        const auto line = json::parse(text, kLineBytesMax);
        if (!line.ok()) {
            std::fprintf(stderr, "line: %s at %zu\n", line.error().reason.c_str(),
                         line.error().offset);
            return 2;
        }
        if (!check) {
            check.emplace(*line->find("genesis"));
        } else if (!check->block(*line)) {
            return 1;
        }
    }
    if (!check || check->blocks() == 0) {
        std::fprintf(stderr, "no block came\n");
        return 2;
    }
    std::printf("%zu transactions in %zu blocks: no difference; executed %.0f tx/s\n",
                check->transactions(), check->blocks(), check->rate());
    return 0;
}

}  // namespace

}  // namespace quanlu

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view(argv[1]) == "--keys")
        return quanlu::print_keys(std::atoi(argv[2]));
    if (argc == 1) return quanlu::run();
    std::fprintf(stderr, "model_check < stream | model_check --keys N\n");
    return 2;
}
