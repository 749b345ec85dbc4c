// Every way in which a proof is bent. A kind changes one true proof by one deed of a forger, who
// has all true proofs, f keys of each committee, keys of his own, and no other.
#pragma once

#include <span>

#include "tests/forge/oracle.h"
#include "tests/sim/prng.h"

namespace quanlu::forge {

using sim::Prng;

// What a true proof is a proof of.
enum class Type : std::uint8_t {
    presence,
    absence_leaf,   // another key's leaf stands where the key would
    absence_empty,  // nothing stands there
    list,           // head and all entries: none was left out
    batch,
    transaction,
    committee,  // a record of a later epoch, with the changes of the committee on the way
};
inline constexpr std::size_t kTypes = 7;
std::string_view to_text(Type type);

struct Specimen {
    Type type = Type::presence;
    proof::Bundle bundle;
};

struct World {
    Ledger real, away;
    Oracle oracle;
    Committee forger;               // keys that stand in no committee
    std::vector<Specimen> pool;     // true proofs of the real ledger
    std::vector<Specimen> strange;  // true proofs of the other one
    World(std::size_t patents, std::uint64_t seed);
};

struct Mutant {
    proof::Bundle bundle;
    proof::Question question;
};

struct Kind {
    std::string_view name;
    // False: does not apply to this one, which may have been bent before: nothing in it can be
    // relied on to fit.
    bool (*bend)(const World& world, Prng& prng, Mutant& mutant);
};
std::span<const Kind> tree_kinds();    // proof of one key
std::span<const Kind> claim_kinds();   // what is said about it
std::span<const Kind> batch_kinds();   // several keys, lists
std::span<const Kind> log_kinds();     // a line of the log
std::span<const Kind> header_kinds();  // header and its roots
std::span<const Kind> cert_kinds();
std::span<const Kind> path_kinds();
std::span<const Kind> epoch_kinds();
std::span<const Kind> question_kinds();

// Bytes of everything that a bundle is made of, one by one: `at` below the count says which byte,
// `op` below kByteOps what happens to it.
inline constexpr std::size_t kByteOps = 11;  // each bit flipped, plus one, 0, 255
std::size_t bytes_of(proof::Bundle& bundle);
// False: what comes out has no form.
bool bend_byte(proof::Bundle& bundle, std::size_t at, std::size_t op);
std::uint8_t bent(std::uint8_t byte, std::size_t op);

// Helpers of several kinds.
Hash random_hash(Prng& prng);
template <class T>
T& any_of(Prng& prng, std::vector<T>& list) {
    return list[static_cast<std::size_t>(prng.below(list.size()))];
}
template <class T>
const T& any_of(Prng& prng, const std::vector<T>& list) {
    return list[static_cast<std::size_t>(prng.below(list.size()))];
}
std::string any_key(const Table& table, Prng& prng);
// Drop, double, swap, turn round, replace, add to a list of hashes; `way` below kHashWays.
inline constexpr std::size_t kHashWays = 9;
bool bend_hashes(std::vector<Hash>& list, std::size_t way, Prng& prng);
// The root that this proof leads to, folded as docs/protocol.md 7.2 says.
Hash root_led_to(const proof::MapItem& item);

}  // namespace quanlu::forge
