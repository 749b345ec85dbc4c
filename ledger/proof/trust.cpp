// Links first, because they cost a hash each; the certificate's signatures last.
#include "ledger/proof/trust.h"

#include "crypto/base/encode.h"

namespace quanlu::proof {

namespace {

Err<Distrust> no(std::string reason, std::string detail) {
    return Err(Distrust{std::move(reason), std::move(detail)});
}

// Does `child` stand directly on `parent`? A drain header carries no transactions and takes no
// height (CONSENSUS 7.7).
bool is_link(const chain::Header& parent, const Hash& parent_hash, const chain::Header& child) {
    const bool drain = child.kind == chain::BlockKind::drain;
    return child.parent == parent_hash && child.parent_view == parent.view &&
           child.view > parent.view && child.chain == parent.chain && child.epoch == parent.epoch &&
           child.height == (drain ? parent.height : parent.height.next());
}

}  // namespace

Trust::Trust(const chain::Genesis& genesis) : tag_(genesis.tag()), sets_{genesis.member_set()} {}

Status<Distrust> Trust::check_final(const FinalHeader& final) const {
    const chain::Header& header = final.header;
    if (header.chain != tag_) return no("wrong_chain", to_hex(header.chain.chain_id));
    if (header.epoch.value >= sets_.size()) {
        return no("epoch",
                  "no member set is proven for epoch " + std::to_string(header.epoch.value));
    }
    const chain::Members& members = sets_[header.epoch.value];
    if (header.members_hash != members.hash()) return no("members", to_hex(header.members_hash));
    if (final.path.size() > kPathMax) return no("path", "longer than " + std::to_string(kPathMax));

    const chain::Header* last = &header;
    Hash last_hash = chain::hash_of(header);
    for (const chain::Header& child : final.path) {
        if (!is_link(*last, last_hash, child)) {
            return no("path", "header at height " + std::to_string(child.height.value) +
                                  " does not follow");
        }
        last = &child;
        last_hash = chain::hash_of(child);
    }
    const chain::Vote& vote = final.finalization.statement;
    if (vote.kind != chain::VoteKind::finalize) return no("finality", "not a finalization");
    if (vote.block != last_hash || vote.view != last->view || vote.epoch != last->epoch) {
        return no("finality", "the certificate names another block: " + to_hex(vote.block));
    }
    const auto checked = chain::check(final.finalization, members, tag_);
    if (!checked.ok()) return no("certificate", std::string(chain::to_text(checked.error())));
    return Unit{};
}

Status<Distrust> Trust::extend(const EpochStep& step) {
    const chain::Header& sealing = step.sealing.header;
    const Epoch newest(sets_.size() - 1);
    if (sealing.epoch != newest) return no("epoch", "steps must follow one another");
    if (sealing.kind != chain::BlockKind::sealing) return no("sealing", "not a sealing header");
    TRY_VOID(check_final(step.sealing));
    chain::Members next(newest.next(), step.next);
    if (next.hash() != sealing.next_members_hash)
        return no("members", "not the set the sealing header names");
    sets_.push_back(std::move(next));
    return Unit{};
}

}  // namespace quanlu::proof
