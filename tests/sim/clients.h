// What people do while the network shakes: stories of transactions, each step made when the one
// before is in the chain, sent again elsewhere when nothing comes of it. Some stories are races for
// what one alone may hold; some transactions are odd on purpose.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/sim/oracle.h"
#include "tests/sim/parsed.h"
#include "tests/sim/scene.h"
#include "tests/sim/swarm.h"

namespace quanlu::sim {

class Clients {
public:
    Clients(const Scene& scene, const Swarm& swarm, const Oracle& oracle, ParsedTxs& txs,
            Prng random);

    struct Handed {
        std::size_t node = 0;
        std::string jws;
    };
    // What is handed to which node at this moment.
    std::vector<Handed> tick(std::int64_t now_ms);
    // One more asset, so that there is something to make final after the network healed.
    void add_asset();
    [[nodiscard]] bool all_told() const;

private:
    struct Story;
    // One act; `record` says on what, from the records of earlier steps.
    struct Act {
        std::string officer, act;
        std::function<std::string(const Story&)> record;
        json::Value body;
    };
    // Acts handed over at one moment: two make a race.
    using Step = std::vector<Act>;
    struct Sent {
        std::string jws;
        Hash id;
    };
    struct Story {
        std::string name;  // prefix of every idempotency key (I10 of the oracle)
        std::vector<Step> steps;
        std::vector<std::string> records;  // by step, of its first act
        std::vector<Sent> sent;            // of the step under way
        std::int64_t sent_at = 0;
        bool is_over = false;
    };

    void add_race(std::size_t n);
    void add_invoice(std::size_t n);
    void add_twice(Story& story, const std::string& party, const std::string& act,
                   const std::function<std::string(const Story&)>& record,
                   const json::Value& body) const;
    std::size_t add_pledge(Story& story, const std::string& bank) const;
    std::size_t add_financing(Story& story, const std::string& bank, const json::Value& body) const;
    void begin(Story& story, std::int64_t now_ms);
    void go_on(Story& story, std::int64_t now_ms, std::vector<Handed>& out);
    [[nodiscard]] Handed odd(std::int64_t now_ms);

    const Scene& scene_;
    const Swarm& swarm_;
    const Oracle& oracle_;
    ParsedTxs& txs_;
    Prng random_;
    std::vector<Story> stories_;
    std::size_t oddities_left_ = 0, serial_ = 0;
};

}  // namespace quanlu::sim
