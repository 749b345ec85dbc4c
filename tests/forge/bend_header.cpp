// Kinds that bend the road from genesis to a header: roots, certificates, links, committees; lines
// of the log; and the question itself.
#include <algorithm>
#include <bit>

#include "tests/forge/bend.h"

namespace quanlu::forge {

namespace {

using chain::Header;
using chain::QuorumCert;
using chain::VoteKind;
using crypto::Signature;

const Place& any_place(const Ledger& ledger, Prng& prng) {
    return ledger.places()[1 + static_cast<std::size_t>(prng.below(ledger.places().size() - 1))];
}

const Committee& committee_of(const World& world, const Header& header) {
    const auto epoch = std::min<std::size_t>(static_cast<std::size_t>(header.epoch.value),
                                             world.real.committees().size() - 1);
    return world.real.committees()[epoch];
}

// The header that the finalization names.
const Header& named(const Mutant& mutant) {
    const proof::FinalHeader& final = mutant.bundle.final;
    return final.path.empty() ? final.header : final.path.back();
}

std::vector<std::size_t> places_of(std::uint64_t signers) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < 64; ++i) {
        if ((signers >> i & 1) != 0) places.push_back(i);
    }
    return places;
}

// What a forger makes of a header nobody else signs: f true signatures, the rest of the certificate
// as it was, his own keys, or nothing.
void sign_as_forger(const World& world, Prng& prng, Mutant& mutant) {
    const Header& header = named(mutant);
    const Committee& committee = committee_of(world, header);
    const std::size_t n = committee.list.size(), f = n - committee.quorum();
    QuorumCert& cert = mutant.bundle.final.finalization;
    std::vector<std::size_t> own;
    for (std::size_t i = n - f; i < n; ++i) own.push_back(i);
    switch (prng.below(4)) {
        case 0:  // the old signatures under the new hash
            cert.statement.block = chain::hash_of(header);
            cert.statement.view = header.view;
            cert.statement.epoch = header.epoch;
            break;
        case 1:  // only those he has
            cert = certify(header, committee, own);
            break;
        case 2: {  // those he has, repeated up to a quorum
            const QuorumCert few = certify(header, committee, own);
            cert.statement = few.statement;
            cert.signers = (std::uint64_t{1} << committee.quorum()) - 1;
            cert.signatures.assign(committee.quorum(), few.signatures.front());
            break;
        }
        default: {  // keys of his own in the members' places
            std::vector<std::size_t> places(committee.quorum());
            for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
            cert = certify(header, world.forger, places);
        }
    }
}

template <class Change>
bool change_header(const World& world, Prng& prng, Mutant& mutant, Change change) {
    Header& header = mutant.bundle.final.header;
    const Header before = header;
    change(header);
    if (header == before) return false;
    if (prng.chance(1, 2)) mutant.bundle.final.path.clear();
    if (prng.chance(2, 3)) sign_as_forger(world, prng, mutant);
    return true;
}

const Kind kHeader[] = {
    {"state root made to fit a false claim",  // the root inside the proof
     [](const World& world, Prng& prng, Mutant& mutant) {
         if (mutant.bundle.items.empty()) return false;
         proof::MapItem& item = mutant.bundle.items.front();
         if (item.value) {
             item.value->set("state", "forged");
             item.proof.leaf =
                 proof::TreeProof::Leaf{crypto::sha256(as_bytes(item.key)),
                                        crypto::sha256(as_bytes(json::write(*item.value)))};
         } else {
             item.proof.leaf.reset();
             item.proof.siblings.assign(3, random_hash(prng));
         }
         return change_header(world, prng, mutant,
                              [&](Header& header) { header.state_root = root_led_to(item); });
     }},
    {"log root made to fit a false line",
     [](const World& world, Prng& prng, Mutant& mutant) {
         if (!mutant.bundle.log) return false;
         mutant.bundle.log->proof = {0, 1, {}};
         return change_header(world, prng, mutant, [&](Header& header) {
             header.log_size = 1;
             header.log_root = crypto::log_leaf_hash(as_bytes(mutant.bundle.log->line));
         });
     }},
    {"state root of another height",
     [](const World& world, Prng& prng, Mutant& mutant) {
         return change_header(world, prng, mutant, [&](Header& header) {
             header.state_root = any_place(world.real, prng).header.state_root;
         });
     }},
    {"log head of another height",
     [](const World& world, Prng& prng, Mutant& mutant) {
         return change_header(world, prng, mutant, [&](Header& header) {
             const Header& other = any_place(world.real, prng).header;
             header.log_root = other.log_root;
             if (prng.chance(1, 2)) header.log_size = other.log_size;
         });
     }},
    {"height altered",
     [](const World& world, Prng& prng, Mutant& mutant) {
         return change_header(world, prng, mutant, [&](Header& header) {
             header.height = prng.chance(1, 4)
                                 ? Height(static_cast<std::uint64_t>(json::kIntegerMax))
                                 : Height(prng.below(100));
         });
     }},
    {"time altered",
     [](const World& world, Prng& prng, Mutant& mutant) {
         return change_header(world, prng, mutant, [&](Header& header) {
             header.time.value += prng.between(-100'000, 100'000'000);
         });
     }},
    {"view altered",
     [](const World& world, Prng& prng, Mutant& mutant) {
         return change_header(world, prng, mutant,
                              [&](Header& header) { header.view = View(prng.below(200)); });
     }},
    {"epoch altered",
     [](const World& world, Prng& prng, Mutant& mutant) {
         return change_header(world, prng, mutant,
                              [&](Header& header) { header.epoch = Epoch(prng.below(4)); });
     }},
    {"kind of block altered",
     [](const World& world, Prng& prng, Mutant& mutant) {
         return change_header(world, prng, mutant, [&](Header& header) {
             header.kind = static_cast<chain::BlockKind>(prng.below(3));
         });
     }},
    {"committee hash altered",
     [](const World& world, Prng& prng, Mutant& mutant) {
         return change_header(world, prng, mutant, [&](Header& header) {
             Hash& hash = prng.chance(1, 2) ? header.members_hash : header.next_members_hash;
             hash = chain::Members(header.epoch, world.forger.list).hash();
         });
     }},
    {"chain altered",
     [](const World& world, Prng& prng, Mutant& mutant) {
         return change_header(world, prng, mutant, [&](Header& header) {
             header.chain.chain_id = world.away.genesis().chain_id;
             if (prng.chance(1, 2)) mutant.bundle.chain_id = header.chain.chain_id;
         });
     }},
    {"header of another height, certificate kept",
     [](const World& world, Prng& prng, Mutant& mutant) {
         Header& header = mutant.bundle.final.header;
         const Header before = header;
         header = any_place(world.real, prng).header;
         return header != before;
     }},
    {"older header with its own certificate",  // true of its height, not of the one proven
     [](const World& world, Prng& prng, Mutant& mutant) {
         if (mutant.bundle.final.header.height > world.real.last()) return false;
         const std::size_t place =
             static_cast<std::size_t>(world.real.place_at(mutant.bundle.final.header.height));
         if (place < 2) return false;
         const std::size_t older = 1 + static_cast<std::size_t>(prng.below(place - 1));
         mutant.bundle.final = world.real.final_at(older, prng.below(2));
         mutant.bundle.epochs = world.real.steps_to(mutant.bundle.final.header.epoch);
         return true;
     }},
    {"header of another ledger with its own certificate",
     [](const World& world, Prng& prng, Mutant& mutant) {
         mutant.bundle.final = any_of(prng, world.strange).bundle.final;
         if (prng.chance(1, 2)) mutant.bundle.chain_id = world.away.genesis().chain_id;
         return true;
     }},
    {"all of another ledger, chain id kept",
     [](const World& world, Prng& prng, Mutant& mutant) {
         const Hash chain_id = mutant.bundle.chain_id;
         mutant.bundle = any_of(prng, world.strange).bundle;
         if (prng.chance(1, 2)) mutant.bundle.chain_id = chain_id;
         return true;
     }},
};

Signature random_signature(Prng& prng) {
    Signature signature;
    for (std::uint8_t& byte : signature) byte = static_cast<std::uint8_t>(prng.next());
    return signature;
}

// S + L: the same point, another spelling.
Signature second_spelling(Signature signature) {
    constexpr std::uint8_t kOrder[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                         0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                         0,    0,    0,    0,    0,    0,    0,    0,
                                         0,    0,    0,    0,    0,    0,    0,    0x10};
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        carry += signature[32 + i] + kOrder[i];
        signature[32 + i] = static_cast<std::uint8_t>(carry);
        carry >>= 8;
    }
    return signature;
}

template <class Change>
bool change_cert(Mutant& mutant, Change change) {
    QuorumCert& cert = mutant.bundle.final.finalization;
    const QuorumCert before = cert;
    change(cert);
    return cert != before;
}

// The same block signed again, by other members or as something else.
template <class Who>
bool sign_again(const World& world, Mutant& mutant, VoteKind kind, Who who) {
    const Header& header = named(mutant);
    // Honest members sign what is real, and nothing else.
    if (!world.real.place_of(chain::hash_of(header))) return false;
    const Committee& committee = committee_of(world, header);
    return change_cert(
        mutant, [&](QuorumCert& cert) { cert = certify(header, committee, who(committee), kind); });
}

std::vector<std::size_t> first_members(std::size_t n) {
    std::vector<std::size_t> members(n);
    for (std::size_t i = 0; i < n; ++i) members[i] = i;
    return members;
}

const Kind kCert[] = {
    {"one signer less than a quorum",
     [](const World& world, Prng&, Mutant& mutant) {
         return sign_again(world, mutant, VoteKind::finalize, [](const Committee& committee) {
             return first_members(committee.quorum() - 1);
         });
     }},
    {"quorum lowered to f + 1 or less",
     [](const World& world, Prng& prng, Mutant& mutant) {
         return sign_again(world, mutant, VoteKind::finalize, [&](const Committee& committee) {
             return first_members(static_cast<std::size_t>(
                 prng.below(committee.list.size() - committee.quorum() + 2)));
         });
     }},
    {"signers dropped from the certificate",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_cert(mutant, [&](QuorumCert& cert) {
             auto places = places_of(cert.signers);
             if (places.empty()) return;
             const auto at = static_cast<std::size_t>(prng.below(places.size()));
             cert.signers &= ~(std::uint64_t{1} << places[at]);
             // As a second deed it may come upon more signers than signatures.
             if (at >= cert.signatures.size()) return;
             cert.signatures.erase(cert.signatures.begin() + static_cast<std::ptrdiff_t>(at));
         });
     }},
    {"a signature twice, in two members' places",
     [](const World& world, Prng& prng, Mutant& mutant) {
         const Header& header = named(mutant);
         if (!world.real.place_of(chain::hash_of(header))) return false;
         const Committee& committee = committee_of(world, header);
         return change_cert(mutant, [&](QuorumCert& cert) {
             cert = certify(header, committee, first_members(committee.quorum() - 1));
             cert.signers |= std::uint64_t{1} << (committee.quorum() - 1);
             const Signature again = any_of(prng, cert.signatures);
             cert.signatures.push_back(again);
         });
     }},
    {"a signature more than signers",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_cert(mutant, [&](QuorumCert& cert) {
             if (cert.signatures.empty()) return;
             const Signature again = any_of(prng, cert.signatures);
             cert.signatures.push_back(again);
         });
     }},
    {"a signer more than signatures",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_cert(
             mutant, [&](QuorumCert& cert) { cert.signers |= std::uint64_t{1} << prng.below(64); });
     }},
    {"a signer who is no member",
     [](const World& world, Prng& prng, Mutant& mutant) {
         const std::size_t n = committee_of(world, named(mutant)).list.size();
         return change_cert(mutant, [&](QuorumCert& cert) {
             cert.signers |= std::uint64_t{1} << (n + prng.below(64 - n));
             const Signature again = cert.signatures.empty() ? Signature{} : cert.signatures.back();
             cert.signatures.push_back(again);
         });
     }},
    {"signatures in each other's places",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_cert(mutant, [&](QuorumCert& cert) {
             if (cert.signatures.empty()) return;
             std::swap(any_of(prng, cert.signatures), any_of(prng, cert.signatures));
         });
     }},
    {"signers renamed",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_cert(mutant, [&](QuorumCert& cert) {
             const std::size_t n = cert.signatures.size();
             std::uint64_t bits = 0;
             while (static_cast<std::size_t>(std::popcount(bits)) < n)
                 bits |= std::uint64_t{1} << prng.below(n + 2);
             cert.signers = bits;
         });
     }},
    {"signature replaced",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_cert(mutant, [&](QuorumCert& cert) {
             if (cert.signatures.empty()) return;
             Signature& one = any_of(prng, cert.signatures);
             one = prng.chance(1, 2) ? random_signature(prng) : Signature{};
         });
     }},
    {"signature in a second spelling",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_cert(mutant, [&](QuorumCert& cert) {
             if (cert.signatures.empty()) return;
             Signature& one = any_of(prng, cert.signatures);
             one = second_spelling(one);
         });
     }},
    {"signature of the neutral point",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_cert(mutant, [&](QuorumCert& cert) {
             if (cert.signatures.empty()) return;
             Signature neutral{};
             neutral[0] = 1;
             any_of(prng, cert.signatures) = neutral;
         });
     }},
    {"certificate of another height",
     [](const World& world, Prng& prng, Mutant& mutant) {
         return change_cert(mutant, [&](QuorumCert& cert) {
             const chain::Vote kept = cert.statement;
             cert = any_place(world.real, prng).finalization;
             if (prng.chance(1, 2)) cert.statement = kept;
         });
     }},
    {"certificate of another ledger",
     [](const World& world, Prng& prng, Mutant& mutant) {
         return change_cert(mutant, [&](QuorumCert& cert) {
             const chain::Vote kept = cert.statement;
             cert = any_place(world.away, prng).finalization;
             if (prng.chance(1, 2)) cert.statement = kept;
         });
     }},
    {"notarization as finalization",
     [](const World& world, Prng& prng, Mutant& mutant) {
         const bool relabel = prng.chance(2, 3);
         return sign_again(
                    world, mutant, VoteKind::notarize,
                    [](const Committee& committee) { return first_members(committee.quorum()); }) &&
                (!relabel ||
                 (mutant.bundle.final.finalization.statement.kind = VoteKind::finalize, true));
     }},
    {"nullification as finalization",
     [](const World& world, Prng& prng, Mutant& mutant) {
         const Hash block = chain::hash_of(named(mutant));
         if (!sign_again(world, mutant, VoteKind::nullify, [](const Committee& committee) {
                 return first_members(committee.quorum());
             }))
             return false;
         chain::Vote& vote = mutant.bundle.final.finalization.statement;
         if (prng.chance(2, 3)) vote.kind = VoteKind::finalize;
         if (prng.chance(2, 3)) vote.block = block;
         return true;
     }},
    {"signed by another epoch's committee",
     [](const World& world, Prng& prng, Mutant& mutant) {
         const Header& header = named(mutant);
         const Committee& other = any_of(prng, world.real.committees());
         // The same committee is no forgery.
         if (&other == &committee_of(world, header) || !world.real.place_of(chain::hash_of(header)))
             return false;
         return change_cert(mutant, [&](QuorumCert& cert) {
             cert = certify(header, other, first_members(other.quorum()));
         });
     }},
    {"signed by keys of no committee",
     [](const World& world, Prng&, Mutant& mutant) {
         const Header& header = named(mutant);
         return change_cert(mutant, [&](QuorumCert& cert) {
             cert =
                 certify(header, world.forger, first_members(committee_of(world, header).quorum()));
         });
     }},
    {"statement altered, signatures kept",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_cert(mutant, [&](QuorumCert& cert) {
             switch (prng.below(4)) {
                 case 0:
                     cert.statement.view = View(prng.below(200));
                     break;
                 case 1:
                     cert.statement.epoch = Epoch(prng.below(4));
                     break;
                 case 2:
                     cert.statement.block = random_hash(prng);
                     break;
                 default:
                     cert.statement.kind = static_cast<VoteKind>(2 + prng.below(3));
             }
         });
     }},
    {"another true quorum",  // is true: a control
     [](const World& world, Prng& prng, Mutant& mutant) {
         return sign_again(world, mutant, VoteKind::finalize, [&](const Committee& committee) {
             auto members = first_members(committee.list.size());
             for (std::size_t left = committee.list.size() - committee.quorum(); left > 0; --left)
                 members.erase(members.begin() +
                               static_cast<std::ptrdiff_t>(prng.below(members.size())));
             return members;
         });
     }},
};

}  // namespace

std::span<const Kind> header_kinds() {
    return kHeader;
}
std::span<const Kind> cert_kinds() {
    return kCert;
}

}  // namespace quanlu::forge
