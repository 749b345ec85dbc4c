// Exports altered by somebody who makes every checksum, hash and root fit again, and who signs with
// f keys, with keys of no member, or, to see that the rules hold even then, with all.
#include <algorithm>

#include "tests/forge/exports.h"

namespace quanlu::forge {

namespace {

using chain::FinalBlock;
using chain::Header;
using chain::QuorumCert;
using chain::VoteKind;

const Signers kMinority{3}, kQuorum{0, 1, 2}, kAll{0, 1, 2, 3};

void refit_body(chain::Block& block) {
    block.header.tx_count = static_cast<std::uint32_t>(block.body.size());
    block.header.txs_hash = chain::txs_hash(chain::tx_hashes(block.body));
}

// One block of some height changed, written with right checksums.
template <class Change>
Expect change_block(Scene& scene, const char* what, Change change) {
    Blocks blocks = scene.base.chain.blocks;
    const std::uint64_t height = scene.some_height();
    change(blocks[height - 1]);
    scene.write(blocks);
    return wrong(what, height);
}

template <class Change>
Expect change_header(Scene& scene, const char* what, Change change) {
    return change_block(scene, what, [&](FinalBlock& block) { change(block.block.header); });
}

template <class Change>
Expect change_cert(Scene& scene, Change change) {
    return change_block(scene, "certificate",
                        [&](FinalBlock& block) { change(*block.finalization); });
}

// The same with this and every later block signed again, by these.
template <class Change>
Expect change_signed(Scene& scene, const Signers& signers, const char* what, Change change) {
    Blocks blocks = scene.base.chain.blocks;
    const std::uint64_t height = scene.some_height();
    change(blocks[height - 1], blocks);
    recertify(scene.base, blocks, height - 1, signers);
    scene.write(blocks);
    return wrong(what, height);
}

template <class Change>
Expect change_signed_header(Scene& scene, const char* what, Change change) {
    return change_signed(scene, kAll, what,
                         [&](FinalBlock& block, Blocks&) { change(block.block.header); });
}

Expect cert_again(Scene& scene, VoteKind kind, const Committee& committee, const Signers& signers) {
    return change_block(scene, "certificate", [&](FinalBlock& block) {
        block.finalization = certify(block.block.header, committee, signers, kind);
    });
}

// Entries in another order: the block log itself shows it, at the first entry out of place.
Expect out_of_place(Scene& scene, std::uint64_t first) {
    const auto offsets = entry_offsets(read_file(scene.block_file()));
    return unreadable("000001.blk: damaged at offset " + std::to_string(offsets.at(first - 1)) +
                      " (block)");
}

// A height whose view was preceded by failed ones.
std::uint64_t height_after_failures(Scene& scene) {
    for (;;) {
        const std::uint64_t height = scene.some_height();
        if (!scene.base.chain.blocks[height - 1].block.justification.skipped.empty()) return height;
    }
}

template <class Change>
Expect change_skipped(Scene& scene, Change change) {
    Blocks blocks = scene.base.chain.blocks;
    const std::uint64_t height = height_after_failures(scene);
    change(blocks[height - 1].block.justification.skipped);
    scene.write(blocks);
    return wrong("justification", height);
}

std::string replaced_at(std::string text, std::size_t at) {
    text[at] = text[at] == 'A' ? 'B' : 'A';
    return text;
}

const ExportKind kBlocks[] = {
    // Links and order.
    {"block dropped",
     [](Scene& scene) {
         Blocks blocks = scene.base.chain.blocks;
         const std::uint64_t height = scene.some_height();
         blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(height - 1));
         scene.write(blocks);
         return out_of_place(scene, height);
     }},
    {"block doubled",
     [](Scene& scene) {
         Blocks blocks = scene.base.chain.blocks;
         const std::uint64_t height = scene.some_height();
         const FinalBlock copy = blocks[height - 1];
         blocks.insert(blocks.begin() + static_cast<std::ptrdiff_t>(height), copy);
         scene.write(blocks);
         return out_of_place(scene, height + 1);
     }},
    {"blocks reordered",
     [](Scene& scene) {
         Blocks blocks = scene.base.chain.blocks;
         const std::uint64_t height = scene.some_height();
         std::swap(blocks[height - 1], blocks[height]);
         scene.write(blocks);
         return out_of_place(scene, height);
     }},
    {"block dropped, heights renumbered",
     [](Scene& scene) {
         Blocks blocks = scene.base.chain.blocks;
         const std::uint64_t height = scene.some_height();
         blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(height - 1));
         for (std::size_t i = height - 1; i < blocks.size(); ++i)
             blocks[i].block.header.height = Height(i + 1);
         scene.write(blocks);
         return wrong("parent_hash", height);
     }},
    {"block dropped, renumbered and tied by a minority",
     [](Scene& scene) {
         Blocks blocks = scene.base.chain.blocks;
         const std::uint64_t height = scene.some_height();
         const auto parent = blocks[height - 1].block.justification.parent;
         blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(height - 1));
         for (std::size_t i = height - 1; i < blocks.size(); ++i)
             blocks[i].block.header.height = Height(i + 1);
         chain::Block& next = blocks[height - 1].block;
         next.header.parent = chain::hash_of(blocks[height - 2].block.header);
         next.header.parent_view = blocks[height - 2].block.header.view;
         next.justification.parent = parent;
         recertify(scene.base, blocks, height - 1, kMinority);
         scene.write(blocks);
         // The views between lack nullifications.
         return wrong("justification", height);
     }},
    // Header fields under the certificate of before.
    {"header: state root",
     [](Scene& scene) {
         return change_header(scene, "certificate",
                              [](Header& header) { header.state_root.bytes[3] ^= 1; });
     }},
    {"header: log root",
     [](Scene& scene) {
         return change_header(scene, "certificate",
                              [](Header& header) { header.log_root.bytes[3] ^= 1; });
     }},
    {"header: log size",
     [](Scene& scene) {
         return change_header(scene, "certificate", [](Header& header) { ++header.log_size; });
     }},
    {"header: time",
     [](Scene& scene) {
         return change_header(scene, "certificate", [](Header& header) { ++header.time.value; });
     }},
    {"header: committee",
     [](Scene& scene) {
         return change_header(scene, "certificate",
                              [](Header& header) { header.next_members_hash.bytes[0] ^= 1; });
     }},
    {"header: kind",
     [](Scene& scene) {
         return change_header(scene, "certificate",
                              [](Header& header) { header.kind = chain::BlockKind::sealing; });
     }},
    {"header: parent",
     [](Scene& scene) {
         return change_header(scene, "parent_hash",
                              [](Header& header) { header.parent.bytes[9] ^= 1; });
     }},
    {"header: chain",
     [](Scene& scene) {
         return change_header(scene, "chain_id",
                              [](Header& header) { header.chain.chain_id.bytes[9] ^= 1; });
     }},
    {"header: proposer",
     [](Scene& scene) {
         return change_header(scene, "proposer",
                              [](Header& header) { header.proposer = (header.proposer + 1) % 4; });
     }},
    {"header: view",
     [](Scene& scene) {
         return change_header(scene, "proposer",
                              [](Header& header) { header.view = header.view.next(); });
     }},
    {"header: view and proposer",
     [](Scene& scene) {
         return change_header(scene, "justification",
                              [](Header& header) { header.view = header.view.plus(4); });
     }},
    {"header: epoch",
     [](Scene& scene) {
         return change_header(scene, "justification",
                              [](Header& header) { header.epoch = header.epoch.next(); });
     }},
    {"header: parent's view",
     [](Scene& scene) {
         return change_header(scene, "justification", [](Header& header) {
             header.parent_view = header.parent_view.prev();
         });
     }},
    // Certificates.
    {"certificate: a signature",
     [](Scene& scene) {
         return change_cert(scene, [&](QuorumCert& cert) {
             cert.signatures[static_cast<std::size_t>(scene.prng.below(cert.signatures.size()))]
                            [static_cast<std::size_t>(scene.prng.below(64))] ^= 1;
         });
     }},
    {"certificate: too few signers",
     [](Scene& scene) {
         return cert_again(scene, VoteKind::finalize, scene.base.committee, {0, 2});
     }},
    {"certificate: one signer only",
     [](Scene& scene) {
         return cert_again(scene, VoteKind::finalize, scene.base.committee, kMinority);
     }},
    {"certificate: a signature in two places",
     [](Scene& scene) {
         return change_cert(scene,
                            [](QuorumCert& cert) { cert.signatures[1] = cert.signatures[0]; });
     }},
    {"certificate: signatures exchanged",
     [](Scene& scene) {
         return change_cert(
             scene, [](QuorumCert& cert) { std::swap(cert.signatures[0], cert.signatures[1]); });
     }},
    {"certificate: unknown signers",
     [](Scene& scene) {
         return change_cert(scene, [](QuorumCert& cert) {
             cert.signers = 0b1110000;
             cert.signatures.resize(3);
         });
     }},
    {"certificate: strangers' keys",
     [](Scene& scene) {
         return cert_again(scene, VoteKind::finalize, scene.base.strangers, kQuorum);
     }},
    {"certificate: a notarization",
     [](Scene& scene) {
         return cert_again(scene, VoteKind::notarize, scene.base.committee, kQuorum);
     }},
    {"certificate: a notarization called finalization",
     [](Scene& scene) {
         return change_block(scene, "certificate", [&](FinalBlock& block) {
             block.finalization =
                 certify(block.block.header, scene.base.committee, kQuorum, VoteKind::notarize);
             block.finalization->statement.kind = VoteKind::finalize;
         });
     }},
    {"certificate: of another block",
     [](Scene& scene) {
         return change_cert(
             scene, [&](QuorumCert& cert) { cert = *scene.base.chain.blocks[0].finalization; });
     }},
    {"certificate: another view",
     [](Scene& scene) {
         return change_cert(
             scene, [](QuorumCert& cert) { cert.statement.view = cert.statement.view.next(); });
     }},
    {"certificate: another epoch",
     [](Scene& scene) {
         return change_cert(
             scene, [](QuorumCert& cert) { cert.statement.epoch = cert.statement.epoch.next(); });
     }},
    {"certificate left out where a later one covers",
     [](Scene& scene) {
         change_block(scene, "", [](FinalBlock& block) { block.finalization.reset(); });
         return complete();
     }},
    {"certificates of the last blocks left out",
     [](Scene& scene) {
         Blocks blocks = scene.base.chain.blocks;
         for (std::size_t i = scene.some_height(); i < blocks.size(); ++i)
             blocks[i].finalization.reset();
         scene.write(blocks);
         return Expect{Expect::Kind::unconfirmed, {}, {}, 0};
     }},
    {"parent's certificate: gone",
     [](Scene& scene) {
         return change_block(scene, "justification",
                             [](FinalBlock& block) { block.block.justification.parent.reset(); });
     }},
    {"parent's certificate: too few signers",
     [](Scene& scene) {
         return change_block(scene, "justification", [](FinalBlock& block) {
             QuorumCert& cert = *block.block.justification.parent;
             while (cert.signatures.size() > 2) {
                 cert.signatures.pop_back();
                 cert.signers = 0b11;
             }
         });
     }},
    {"parent's certificate: of another block",
     [](Scene& scene) {
         return change_block(scene, "justification", [&](FinalBlock& block) {
             block.block.justification.parent =
                 scene.base.chain.blocks[1].block.justification.parent;
         });
     }},
    {"nullification left out",
     [](Scene& scene) { return change_skipped(scene, [](auto& skipped) { skipped.pop_back(); }); }},
    {"nullification of another view",
     [](Scene& scene) {
         return change_skipped(scene, [&](auto& skipped) {
             skipped[0] = nullification(scene.genesis.tag(), skipped[0].statement.view.plus(5),
                                        scene.base.committee, kQuorum);
         });
     }},
    {"nullification by too few",
     [](Scene& scene) {
         return change_skipped(scene, [&](auto& skipped) {
             skipped[0] = nullification(scene.genesis.tag(), skipped[0].statement.view,
                                        scene.base.committee, {1, 3});
         });
     }},
    // Transactions.
    {"transaction altered",
     [](Scene& scene) {
         Blocks blocks = scene.base.chain.blocks;
         const std::uint64_t height = scene.some_height();
         std::string& jws = blocks[height - 1].block.body[1];
         jws = replaced_at(jws, jws.size() / 2);
         scene.write(blocks);
         return out_of_place(scene, height);
     }},
    {"transaction altered, header's hash fits",
     [](Scene& scene) {
         return change_block(scene, "certificate", [](FinalBlock& block) {
             std::string& jws = block.block.body[1];
             jws = replaced_at(jws, jws.size() / 2);
             refit_body(block.block);
         });
     }},
    {"transaction's signature altered, signed by all",
     [](Scene& scene) {
         return change_signed(scene, kAll, "signature", [](FinalBlock& block, Blocks&) {
             std::string& jws = block.block.body[1];
             jws = replaced_at(jws, jws.size() - 20);
             refit_body(block.block);
         });
     }},
    {"transaction of another chain, signed by all",
     [](Scene& scene) {
         return change_signed(scene, kAll, "transaction_form", [](FinalBlock& block, Blocks&) {
             chain::TxDraft draft;
             draft.iss = "bank";
             draft.jti = "elsewhere";
             draft.act = "pledge.draft";
             draft.iat = bench::kStart / 1'000;
             draft.exp = draft.iat + 600;
             block.block.body[1] = chain::sign_tx(bench::key_numbered(1, 2), Hash{}, draft);
             refit_body(block.block);
         });
     }},
    {"transaction by a key of nobody, signed by all",
     [](Scene& scene) {
         return change_signed(scene, kAll, "inadmissible", [&](FinalBlock& block, Blocks&) {
             chain::TxDraft draft;
             draft.iss = "bank";
             draft.jti = "stranger";
             draft.act = "pledge.draft";
             draft.iat = bench::kStart / 1'000;
             draft.exp = draft.iat + 600;
             block.block.body[1] =
                 chain::sign_tx(bench::key_numbered(8, 2), scene.genesis.chain_id, draft);
             refit_body(block.block);
         });
     }},
    {"transaction dropped, signed by all",
     [](Scene& scene) {
         Expect expect = change_signed(scene, kAll, "", [](FinalBlock& block, Blocks&) {
             block.block.body.pop_back();
             refit_body(block.block);
         });
         expect.what = {"state_root", "log_size"};  // the second when it was a refused one
         return expect;
     }},
    {"transaction twice in a block, signed by all",
     [](Scene& scene) {
         return change_signed(scene, kAll, "inadmissible", [](FinalBlock& block, Blocks&) {
             block.block.body.push_back(block.block.body.front());
             refit_body(block.block);
         });
     }},
    {"transaction of an earlier block again, signed by all",
     [](Scene& scene) {
         return change_signed(scene, kAll, "inadmissible", [](FinalBlock& block, Blocks& blocks) {
             block.block.body.push_back(blocks[0].block.body.front());
             refit_body(block.block);
         });
     }},
    {"transactions reordered, signed by all",
     [](Scene& scene) {
         Expect expect = change_signed(scene, kAll, "", [](FinalBlock& block, Blocks&) {
             std::swap(block.block.body.front(), block.block.body.back());
             refit_body(block.block);
         });
         expect.what = {"state_root", "log_root", "order"};
         return expect;
     }},
    // Roots and fields that all members sign and the rules refuse.
    {"state root, hashes fit, signed by a minority",
     [](Scene& scene) {
         return change_signed(scene, kMinority, "certificate", [](FinalBlock& block, Blocks&) {
             block.block.header.state_root.bytes[5] ^= 1;
         });
     }},
    {"state root, hashes fit, signed by all",
     [](Scene& scene) {
         return change_signed_header(scene, "state_root",
                                     [](Header& header) { header.state_root.bytes[5] ^= 1; });
     }},
    {"log root, signed by all",
     [](Scene& scene) {
         return change_signed_header(scene, "log_root",
                                     [](Header& header) { header.log_root.bytes[5] ^= 1; });
     }},
    {"log size, signed by all",
     [](Scene& scene) {
         return change_signed_header(scene, "log_size", [](Header& header) { ++header.log_size; });
     }},
    {"parameters' hash, signed by all",
     [](Scene& scene) {
         return change_signed_header(scene, "params_hash",
                                     [](Header& header) { header.params_hash.bytes[5] ^= 1; });
     }},
    {"committee's hash, signed by all",
     [](Scene& scene) {
         return change_signed_header(scene, "members_hash",
                                     [](Header& header) { header.members_hash.bytes[5] ^= 1; });
     }},
    {"next committee's hash, signed by all",
     [](Scene& scene) {
         return change_signed_header(
             scene, "members_hash", [](Header& header) { header.next_members_hash.bytes[5] ^= 1; });
     }},
    {"sealing block, signed by all",
     [](Scene& scene) {
         return change_signed_header(
             scene, "kind", [](Header& header) { header.kind = chain::BlockKind::sealing; });
     }},
    {"time before the parent's, signed by all",
     [](Scene& scene) {
         return change_signed_header(scene, "time",
                                     [](Header& header) { header.time.value -= 1'000; });
     }},
    {"time of another year, signed by all",
     [](Scene& scene) {
         return change_signed_header(scene, "inadmissible", [](Header& header) {
             header.time.value += 365LL * 86'400'000;
         });
     }},
};

}  // namespace

std::span<const ExportKind> block_kinds() {
    return kBlocks;
}

}  // namespace quanlu::forge
