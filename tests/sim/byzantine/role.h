// A member that lies: an honest replica under its key, whose words are changed on the way out.
// Signatures are real: a liar has its own key and nobody else's.
#pragma once

#include <memory>
#include <vector>

#include "node/replica/wire.h"
#include "tests/sim/scene.h"
#include "tests/sim/swarm.h"

namespace quanlu::sim {

class Role {
public:
    virtual ~Role() = default;
    // What `to` hears instead of `message`: nothing, one or more.
    virtual std::vector<replica::wire::Message> speak(chain::MemberIndex to,
                                                      const replica::wire::Message& message) = 0;
    // One of two processes under one key (twins): which of them hears and is heard by `other`.
    [[nodiscard]] virtual bool hears(std::size_t /*process*/, chain::MemberIndex /*other*/) const {
        return true;
    }
    virtual void pass_time(std::int64_t /*now*/) {}
};

struct Liar {  // what every role knows
    const Scene& scene;
    chain::MemberIndex self;
    Prng random;

    [[nodiscard]] chain::SignedVote sign(const chain::Vote& vote) const {
        chain::SignedVote out{vote, self, {}};
        out.signature = scene.keys[self].sign(chain::statement_bytes(scene.genesis.tag(), vote));
        return out;
    }
};

std::unique_ptr<Role> make_role(Vice vice, Liar liar);

}  // namespace quanlu::sim
