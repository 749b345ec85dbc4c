// See sync.h.
#include "node/replica/sync.h"

#include <algorithm>

namespace quanlu::replica {

namespace {

// Nothing but what its header has room for. The hash does not name a justification: what is too
// much would wait here, checked by nobody, until a finalization covers it.
bool has_form(const chain::FinalBlock& one, std::size_t n) {
    const chain::Header& header = one.block.header;
    const chain::Justification& why = one.block.justification;
    const auto fits = [n](const chain::QuorumCert& cert) {
        return n >= 64 || cert.signers >> n == 0;
    };
    return header.view > header.parent_view &&
           why.skipped.size() == header.view.value - header.parent_view.value - 1 &&
           std::all_of(why.skipped.begin(), why.skipped.end(), fits) &&
           (!why.parent || fits(*why.parent)) && (!one.finalization || fits(*one.finalization));
}

}  // namespace

std::size_t size_of(const chain::Block& block) {
    constexpr std::size_t kCert = 128;
    const auto cert = [](const chain::QuorumCert& one) {
        return kCert + 64 * one.signatures.size();
    };
    std::size_t bytes = chain::kHeaderBytes + kCert;
    for (const std::string& jws : block.body) bytes += jws.size() + 4;
    if (block.justification.parent) bytes += cert(*block.justification.parent);
    for (const chain::QuorumCert& one : block.justification.skipped) bytes += cert(one);
    return bytes;
}

void Sync::gone(MemberIndex member) {
    Peer& peer = peers_.at(member);
    peer.claim = Height(0);
    peer.asked.reset();
}

std::optional<Height> Sync::target(Height tip) const {
    Height highest = tip;
    for (const Peer& peer : peers_) highest = std::max(highest, peer.claim);
    return highest > tip ? std::optional(highest) : std::nullopt;
}

// One block behind is the rule while consensus runs; only a lasting lag is worth a question.
bool Sync::is_behind(Height tip, Millis now) {
    const std::optional<Height> highest = target(tip);
    if (!highest) {
        stalled_.reset();
        return false;
    }
    if (!stalled_ || stalled_->first != tip) stalled_ = {tip, now};
    return *highest > tip.plus(kSyncLag) || now - stalled_->second >= Millis{kSyncStallMs};
}

std::optional<Sync::Ask> Sync::missing(Height tip) const {
    const Height end = tip.plus(kSyncWindow);
    Height from = tip.plus(1);
    // Over what is here or asked for, in steps of whole ranges.
    for (bool moved = true; moved;) {
        moved = false;
        while (pieces_.contains(from)) {
            from = from.plus(1);
            moved = true;
        }
        for (const Peer& peer : peers_) {
            if (!peer.asked || from < peer.asked->from) continue;
            const Height after = peer.asked->from.plus(peer.asked->count);
            if (from >= after) continue;
            from = after;
            moved = true;
        }
    }
    // However much waits: without the next block nothing of it can be covered, or dropped.
    if (bytes_ >= kSyncBytesMax && from > tip.plus(1)) return std::nullopt;
    if (from > end) return std::nullopt;
    Height until = std::min(from.plus(kRangeBlocks), end.plus(1));
    const auto held = pieces_.lower_bound(from);
    if (held != pieces_.end()) until = std::min(until, held->first);
    for (const Peer& peer : peers_) {
        if (peer.asked && peer.asked->from > from) until = std::min(until, peer.asked->from);
    }
    return Ask{0, from, static_cast<std::uint32_t>(until.value - from.value)};
}

Sync::Peer* Sync::choose(Height from, Millis now) {
    for (std::size_t i = 0; i < peers_.size(); ++i) {
        const std::size_t at = (turn_ + i) % peers_.size();
        Peer& peer = peers_[at];
        if (peer.asked || peer.claim < from || now < peer.not_before) continue;
        turn_ = at + 1;
        return &peer;
    }
    return nullptr;
}

// Blocks that no finalization covers: an honest chain's newest for a moment, else made up. Who sent
// the last of them is left alone for a while, so that others get their turn. A tip that consensus
// moves meanwhile excuses nobody.
void Sync::drop_uncovered(Height tip, Millis now) {
    if (!pieces_.contains(tip.plus(1)) || !covered(tip).empty()) {
        uncovered_.reset();
        return;
    }
    if (!uncovered_) uncovered_ = now;
    const bool is_full = bytes_ >= kSyncBytesMax || pieces_.size() >= kSyncWindow;
    if (!is_full && now - *uncovered_ < Millis{kUncoveredMs}) return;
    auto last = pieces_.find(tip.plus(1));
    for (auto at = std::next(last); at != pieces_.end() && at->first == last->first.next(); ++at)
        last = at;
    const MemberIndex from = last->second.from;
    peers_.at(from).not_before = now + Millis{kDistrustMs};
    forget_pieces(from);
    uncovered_.reset();
}

void Sync::forget_pieces(MemberIndex from) {
    std::erase_if(pieces_, [&](const auto& one) {
        if (one.second.from != from) return false;
        bytes_ -= one.second.bytes;
        return true;
    });
}

std::vector<Sync::Ask> Sync::ask(Height tip, Millis now) {
    std::size_t under_way = 0;
    for (Peer& peer : peers_) {
        if (peer.asked && now - peer.asked_at >= Millis{kSyncAgainMs}) {
            peer.asked.reset();
            peer.not_before = now + Millis{kSyncAgainMs};
        }
        under_way += peer.asked ? 1 : 0;
    }
    std::vector<Ask> asks;
    if (!is_behind(tip, now)) return asks;
    drop_uncovered(tip, now);
    while (under_way < kSyncParallel) {
        std::optional<Ask> next = missing(tip);
        if (!next) break;
        Peer* peer = choose(next->from, now);
        if (peer == nullptr) break;
        next->member = static_cast<MemberIndex>(peer - peers_.data());
        peer->asked = next;
        peer->asked_at = now;
        asks.push_back(*next);
        ++under_way;
    }
    return asks;
}

Sync::Taken Sync::take(MemberIndex from, std::vector<chain::FinalBlock> blocks, Millis now) {
    Peer& peer = peers_.at(from);
    if (!peer.asked) return Taken::not_asked;
    const Ask asked = *peer.asked;
    peer.asked.reset();
    if (blocks.empty()) {
        // A claim that brings nothing counts no more until the next greeting, and not at once then.
        peer.claim = std::min(peer.claim, asked.from.minus(1));
        peer.not_before = now + Millis{kSyncAgainMs};
        return Taken::empty;
    }
    if (blocks.size() > asked.count) return Taken::wrong;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (blocks[i].block.header.height != asked.from.plus(i)) return Taken::wrong;
        if (!has_form(blocks[i], peers_.size())) return Taken::wrong;
    }
    for (chain::FinalBlock& block : blocks) {
        const std::size_t bytes = size_of(block.block);
        const Height height = block.block.header.height;
        if (pieces_.try_emplace(height, Piece{std::move(block), from, bytes}).second)
            bytes_ += bytes;
    }
    return Taken::yes;
}

std::vector<const Sync::Piece*> Sync::covered(Height tip) const {
    std::vector<const Piece*> run;
    for (auto at = pieces_.find(tip.plus(1)); at != pieces_.end(); ++at) {
        if (at->first != tip.plus(run.size() + 1)) break;
        run.push_back(&at->second);
        if (at->second.block.finalization) return run;
    }
    return {};
}

void Sync::applied(Height tip) {
    while (!pieces_.empty() && pieces_.begin()->first <= tip) {
        bytes_ -= pieces_.begin()->second.bytes;
        pieces_.erase(pieces_.begin());
    }
    if (!pieces_.contains(tip.plus(1))) uncovered_.reset();
}

void Sync::distrust(MemberIndex member, Millis now) {
    Peer& peer = peers_.at(member);
    const int doublings = std::min(peer.lies++, kDistrustDoublings);
    peer.not_before = now + Millis{kDistrustMs << doublings};
    peer.claim = Height(0);
    peer.asked.reset();
    forget_pieces(member);
}

}  // namespace quanlu::replica
