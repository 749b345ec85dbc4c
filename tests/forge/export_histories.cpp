// Exports of another history: another genesis, another committee, a ledger carried out anew with
// every root right, and a true ledger that ends too early.
#include <algorithm>

#include "tests/forge/exports.h"

namespace quanlu::forge {

namespace {

using chain::VoteKind;

const Signers kMinority{3}, kQuorum{0, 1, 2};

// Plans of the base from a height on, with one transaction less in the first.
std::vector<Plan> without_one(Scene& scene, std::uint64_t height) {
    std::vector<Plan> rest(scene.base.plans.begin() + static_cast<std::ptrdiff_t>(height - 1),
                           scene.base.plans.end());
    auto& txs = rest.front().txs;
    txs.erase(txs.begin() + static_cast<std::ptrdiff_t>(scene.prng.below(txs.size())));
    return rest;
}

// A whole other history from `height` on, every root right, signed by these.
Chain other_history(Scene& scene, std::uint64_t height, const Signers& signers) {
    return scene.base.forked(height, without_one(scene, height), signers);
}

audit::KnownTip tip_at(const Scene& scene, std::uint64_t height) {
    return {Height(height), chain::hash_of(scene.base.chain.blocks[height - 1].block.header)};
}

// One whose own justification needs no nullification.
std::uint64_t height_without_failures(Scene& scene) {
    for (;;) {
        const std::uint64_t height = scene.some_height();
        if (scene.base.chain.blocks[height - 1].block.justification.skipped.empty()) return height;
    }
}

Expect cut(Scene& scene, std::uint64_t height) {
    Blocks blocks(scene.base.chain.blocks.begin(),
                  scene.base.chain.blocks.begin() + static_cast<std::ptrdiff_t>(height));
    blocks.back().finalization = certify(blocks.back().block.header, scene.base.committee, kQuorum);
    std::vector<std::string> lines(
        scene.base.chain.lines.begin(),
        scene.base.chain.lines.begin() +
            static_cast<std::ptrdiff_t>(blocks.back().block.header.log_size));
    scene.write(blocks, lines);
    return wrong("truncated", height + 1);
}

Expect other_genesis(Scene& scene, void (*change)(chain::Genesis&, const Base&)) {
    chain::Genesis genesis = scene.genesis;
    change(genesis, scene.base);
    const auto read = chain::genesis_from_json(chain::to_json(genesis));
    ENSURE(read.ok());
    scene.genesis = *read;
    return wrong("parent_hash", 1);
}

const ExportKind kHistories[] = {
    {"chains spliced",  // begins as this ledger, goes on as another with the same genesis
     [](Scene& scene) {
         const std::uint64_t height = scene.some_height();
         const Chain other = other_history(scene, 2, kQuorum);
         Blocks blocks(scene.base.chain.blocks.begin(),
                       scene.base.chain.blocks.begin() + static_cast<std::ptrdiff_t>(height));
         for (std::size_t i = height; i < other.blocks.size(); ++i)
             blocks.push_back(other.blocks[i]);
         scene.write(blocks);
         return wrong("parent_hash", height + 1);
     }},
    {"genesis of another name",
     [](Scene& scene) {
         return other_genesis(
             scene, [](chain::Genesis& genesis, const Base&) { genesis.name = "elsewhere"; });
     }},
    {"genesis with another committee",
     [](Scene& scene) {
         return other_genesis(scene, [](chain::Genesis& genesis, const Base& base) {
             genesis.members = base.strangers.list;
         });
     }},
    {"genesis with other parameters",
     [](Scene& scene) {
         return other_genesis(
             scene, [](chain::Genesis& genesis, const Base&) { genesis.params.heartbeat_ms += 1; });
     }},
    {"all signed by another committee",
     [](Scene& scene) {
         Blocks blocks = scene.base.chain.blocks;
         for (std::size_t i = 0; i < blocks.size(); ++i) {
             if (blocks[i].finalization)
                 blocks[i].finalization =
                     certify(blocks[i].block.header, scene.base.strangers, kQuorum);
             if (i > 0)
                 blocks[i].block.justification.parent = certify(
                     blocks[i - 1].block.header, scene.base.strangers, kQuorum, VoteKind::notarize);
         }
         scene.write(blocks);
         return wrong("certificate", 1);
     }},
    {"history rewritten, signed by a minority",
     [](Scene& scene) {
         const std::uint64_t height = height_without_failures(scene);
         const Chain other = other_history(scene, height, kMinority);
         scene.write(other.blocks, other.lines);
         return wrong("certificate", height);
     }},
    {"history rewritten by a minority, no certificates",
     [](Scene& scene) {
         const std::uint64_t height = height_without_failures(scene);
         Chain other = other_history(scene, height, kMinority);
         for (std::size_t i = height - 1; i < other.blocks.size(); ++i)
             other.blocks[i].finalization.reset();
         scene.write(other.blocks, other.lines);
         return wrong("justification", height + 1);
     }},
    {"history rewritten, signed by a quorum, tip known",
     [](Scene& scene) {
         const std::uint64_t height = scene.some_height();
         const Chain other = other_history(scene, height, kQuorum);
         scene.write(other.blocks, other.lines);
         scene.tip = tip_at(scene, height + scene.prng.below(scene.base.height() - height + 1));
         return Expect{Expect::Kind::two_histories, {"tip"}, scene.tip->height.value, 0};
     }},
    {"history rewritten, signed by a quorum, tip below (is complete up to it)",
     [](Scene& scene) {
         const std::uint64_t height = scene.some_height();
         const Chain other = other_history(scene, height, kQuorum);
         scene.write(other.blocks, other.lines);
         scene.tip = tip_at(scene, height - 1);
         return complete();
     }},
    {"history rewritten, signed by a quorum, the other at hand",
     [](Scene& scene) {
         const std::uint64_t height = scene.some_height();
         const Chain other = other_history(scene, height, kQuorum);
         scene.write(other.blocks, other.lines);
         scene.tip.reset();
         scene.against_base = true;
         return Expect{Expect::Kind::two_histories, {"two_histories"}, height, 2};
     }},
    // Where the ledger ends.
    {"cut at a height", [](Scene& scene) { return cut(scene, scene.some_height()); }},
    {"cut at a height, no tip known",
     [](Scene& scene) {
         cut(scene, scene.some_height());
         scene.tip.reset();
         return Expect{Expect::Kind::unconfirmed, {}, {}, 0};
     }},
    {"cut at a height above the known tip (is complete up to it)",
     [](Scene& scene) {
         const std::uint64_t height = scene.some_height();
         cut(scene, height);
         scene.tip = tip_at(scene, 1 + scene.prng.below(height));
         return complete();
     }},
    {"as it is, no tip known",
     [](Scene& scene) {
         scene.tip.reset();
         return Expect{Expect::Kind::unconfirmed, {}, {}, 0};
     }},
    {"older than a known answer",
     [](Scene& scene) {
         scene.tip =
             audit::KnownTip{Height(scene.base.height() + 1 + scene.prng.below(100)), Hash{}};
         return wrong("truncated", scene.base.height() + 1);
     }},
    {"another block known at a height",
     [](Scene& scene) {
         const std::uint64_t height = scene.some_height();
         scene.tip = tip_at(scene, height);
         scene.tip->block.bytes[7] ^= 1;
         return Expect{Expect::Kind::two_histories, {"tip"}, height, 0};
     }},
};

}  // namespace

std::span<const ExportKind> history_kinds() {
    return kHistories;
}

}  // namespace quanlu::forge
