// The roles that need no file of their own: each changes what its honest replica says, in one way.
// RELIABILITY T3.
#include <algorithm>
#include <optional>

#include "tests/sim/byzantine/equivocator.h"
#include "tests/sim/byzantine/nuller.h"
#include "tests/sim/byzantine/sync_liar.h"

namespace quanlu::sim {

namespace {

namespace wire = replica::wire;
using chain::VoteKind;
using Said = std::vector<wire::Message>;

// The vote in a message that is the liar's own; nothing in all others.
const chain::SignedVote* own_vote(const wire::Message& message, const Liar& liar) {
    const auto* vote = std::get_if<wire::VoteMsg>(&message);
    const auto* proposal = std::get_if<wire::Proposal>(&message);
    const chain::SignedVote* own = vote != nullptr       ? &vote->vote
                                   : proposal != nullptr ? &proposal->leader_vote
                                                         : nullptr;
    return own != nullptr && own->member == liar.self ? own : nullptr;
}

// A proposal whose header was changed, signed again.
void sign_again(wire::Proposal& proposal, const Liar& liar) {
    proposal.leader_vote = liar.sign({VoteKind::notarize, proposal.header.epoch,
                                      proposal.header.view, chain::hash_of(proposal.header)});
}

Hash some_hash(Prng& random) {
    Hash out;
    for (std::uint8_t& byte : out.bytes) byte = static_cast<std::uint8_t>(random.below(256));
    return out;
}

// One lie about a block for all who hear it, or no quorum would ever judge the same false header.
class SameForAll {
public:
    // `proposal` as the first one like it was changed by `change`.
    template <class Change>
    void apply(wire::Proposal& proposal, const Change& change) {
        const Hash name = chain::hash_of(proposal.header);
        if (name != last_ || !changed_) {
            change(proposal);
            last_ = name;
            changed_ = proposal;
        }
        proposal = *changed_;
    }

private:
    Hash last_;
    std::optional<wire::Proposal> changed_;
};

// Signs everything that can be signed in a view: two blocks, giving up, and finality of either.
class Conflicter : public Role {
public:
    explicit Conflicter(Liar liar) : liar_(std::move(liar)) {}
    Said speak(chain::MemberIndex, const wire::Message& message) override {
        Said said{message};
        const chain::SignedVote* own = own_vote(message, liar_);
        if (own == nullptr) return said;
        const chain::Vote& vote = own->vote;
        const Hash other = some_hash(liar_.random);
        for (const VoteKind kind : {VoteKind::notarize, VoteKind::nullify, VoteKind::finalize}) {
            chain::Vote more{kind, vote.epoch, vote.view, {}};
            if (kind != VoteKind::nullify)
                more.block = liar_.random.chance(1, 2) ? other : vote.block;
            if (kind != VoteKind::nullify && more.block == Hash{}) continue;
            said.push_back(wire::VoteMsg{liar_.sign(more)});
        }
        if (liar_.random.chance(1, 2)) std::reverse(said.begin(), said.end());
        return said;
    }

private:
    Liar liar_;
};

// Another block for every listener, all of them well formed: no two hear the same proposal.
class PerPeer : public Role {
public:
    explicit PerPeer(Liar liar) : liar_(std::move(liar)) {}
    Said speak(chain::MemberIndex to, const wire::Message& message) override {
        wire::Message said = message;
        if (auto* proposal = std::get_if<wire::Proposal>(&said)) {
            proposal->header.time.value += to;
            sign_again(*proposal, liar_);
        }
        return {std::move(said)};
    }

private:
    Liar liar_;
};

// Proposes, and keeps the body; votes, and keeps the votes from some; answers no question.
class Withholder : public Role {
public:
    explicit Withholder(Liar liar) : liar_(std::move(liar)) {}
    Said speak(chain::MemberIndex to, const wire::Message& message) override {
        const bool is_answer = std::holds_alternative<wire::Txs>(message) ||
                               std::holds_alternative<wire::BlockMsg>(message) ||
                               std::holds_alternative<wire::Range>(message) ||
                               std::holds_alternative<wire::CertMsg>(message);
        if (is_answer && !liar_.random.chance(1, 10)) return {};
        if (own_vote(message, liar_) != nullptr && to % 2 == 0 && liar_.random.chance(1, 2))
            return {};
        return {message};
    }

private:
    Liar liar_;
};

// Says what it said long ago, instead of or after what it says now.
class Outdated : public Role {
public:
    explicit Outdated(Liar liar) : liar_(std::move(liar)) {}
    Said speak(chain::MemberIndex, const wire::Message& message) override {
        Said said;
        if (liar_.random.chance(2, 3) || old_.empty()) said.push_back(message);
        if (!old_.empty()) said.push_back(old_[liar_.random.below(old_.size())]);
        if (old_.size() < kOldMax)
            old_.push_back(message);
        else
            old_[liar_.random.below(kOldMax)] = message;
        return said;
    }

private:
    static constexpr std::size_t kOldMax = 100;
    Liar liar_;
    std::vector<wire::Message> old_;
};

// Votes and proposes in the names of others; it has only its own key to sign with.
class Impersonator : public Role {
public:
    explicit Impersonator(Liar liar) : liar_(std::move(liar)) {}
    Said speak(chain::MemberIndex, const wire::Message& message) override {
        Said said{message};
        const chain::SignedVote* own = own_vote(message, liar_);
        if (own == nullptr) return said;
        const auto n = static_cast<chain::MemberIndex>(liar_.scene.keys.size());
        for (chain::MemberIndex other = 0; other <= n; ++other) {  // one of them is no member
            if (other == liar_.self) continue;
            chain::SignedVote forged = *own;
            forged.member = other;
            said.push_back(wire::VoteMsg{forged});
        }
        if (const auto* proposal = std::get_if<wire::Proposal>(&message)) {
            wire::Proposal next = *proposal;
            same_.apply(next, [&](wire::Proposal& one) { take_next_view(one, n); });
            said.push_back(std::move(next));
        }
        return said;
    }

private:
    // Of a view that another leads.
    void take_next_view(wire::Proposal& proposal, chain::MemberIndex n) {
        chain::Header& header = proposal.header;
        header.view = header.view.next();
        header.proposer = liar_.random.chance(1, 2)
                              ? liar_.self
                              : static_cast<chain::MemberIndex>(header.view.value % n);
        sign_again(proposal, liar_);
        if (liar_.random.chance(1, 2)) proposal.leader_vote.member = header.proposer;
    }
    Liar liar_;
    SameForAll same_;
};

// Leads with headers that are wrong in one field, and votes for them.
class WrongRoot : public Role {
public:
    explicit WrongRoot(Liar liar) : liar_(std::move(liar)) {}
    Said speak(chain::MemberIndex, const wire::Message& message) override {
        wire::Message said = message;
        if (auto* proposal = std::get_if<wire::Proposal>(&said))
            same_.apply(*proposal, [this](wire::Proposal& one) { bend(one); });
        return {std::move(said)};
    }

private:
    void bend(wire::Proposal& proposal) {
        if (!liar_.random.chance(2, 3)) return;
        chain::Header& header = proposal.header;
        Hash* const fields[] = {
            &header.state_root,        &header.log_root,    &header.txs_hash, &header.members_hash,
            &header.next_members_hash, &header.params_hash, &header.parent};
        const std::uint64_t what = liar_.random.below(std::size(fields) + 4);
        if (what < std::size(fields)) fields[what]->bytes[liar_.random.below(32)] ^= 1;
        if (what == std::size(fields)) header.log_size += 1;
        if (what == std::size(fields) + 1) header.tx_count += 1;
        if (what == std::size(fields) + 2) header.height = header.height.next();
        if (what == std::size(fields) + 3 && !proposal.tx_hashes.empty())
            proposal.tx_hashes.pop_back();
        sign_again(proposal, liar_);
    }
    Liar liar_;
    SameForAll same_;
};

// Moves the time of its blocks to both ends of what the others may accept, and beyond.
class TimeLiar : public Role {
public:
    explicit TimeLiar(Liar liar) : liar_(std::move(liar)) {}
    Said speak(chain::MemberIndex, const wire::Message& message) override {
        wire::Message said = message;
        if (auto* proposal = std::get_if<wire::Proposal>(&said))
            same_.apply(*proposal, [this](wire::Proposal& one) { shift(one); });
        return {std::move(said)};
    }

private:
    void shift(wire::Proposal& proposal) {
        const std::int64_t eps = liar_.scene.genesis.params.clock_eps_ms;
        const std::int64_t shifts[] = {eps - 50,   eps + 50,  50 - eps,
                                       -eps - 500, 3'600'000, -3'600'000};
        proposal.header.time.value += shifts[liar_.random.below(std::size(shifts))];
        sign_again(proposal, liar_);
    }
    Liar liar_;
    SameForAll same_;
};

// Takes signatures out of certificates, or puts wrong ones in.
class Stripper : public Role {
public:
    explicit Stripper(Liar liar) : liar_(std::move(liar)) {}
    Said speak(chain::MemberIndex, const wire::Message& message) override {
        wire::Message said = message;
        if (auto* one = std::get_if<wire::CertMsg>(&said)) strip(one->cert);
        if (auto* one = std::get_if<wire::Greeting>(&said)) {
            if (one->floor) strip(*one->floor);
            if (one->entry) strip(*one->entry);
        }
        if (auto* one = std::get_if<wire::Proposal>(&said)) {
            if (one->justification.parent) strip(*one->justification.parent);
            for (chain::QuorumCert& cert : one->justification.skipped) strip(cert);
            if (liar_.random.chance(1, 6)) one->justification.skipped.clear();
        }
        if (auto* one = std::get_if<wire::Range>(&said)) {
            for (chain::FinalBlock& block : one->blocks) {
                if (block.finalization) strip(*block.finalization);
            }
        }
        return {std::move(said)};
    }

private:
    void strip(chain::QuorumCert& cert) {
        if (cert.signatures.empty()) return;
        const std::uint64_t top = std::uint64_t{1}
                                  << static_cast<unsigned>(std::bit_width(cert.signers) - 1);
        switch (liar_.random.below(6)) {
            case 0:  // below the quorum
                cert.signers &= ~top;
                cert.signatures.pop_back();
                return;
            case 1:  // one signature twice, in the place of another's
                cert.signatures.back() = cert.signatures.front();
                return;
            case 2:  // a member that is none
                cert.signers = (cert.signers & ~top) | std::uint64_t{1} << 63;
                return;
            case 3:  // other kind, same signatures
                cert.statement.kind = cert.statement.kind == VoteKind::notarize
                                          ? VoteKind::finalize
                                          : VoteKind::notarize;
                return;
            case 4:  // other view, same signatures
                cert.statement.view = cert.statement.view.next();
                return;
            default:
                return;
        }
    }
    Liar liar_;
};

// More than anybody needs: votes for views to come, the same again and again, questions.
class Flooder : public Role {
public:
    explicit Flooder(Liar liar) : liar_(std::move(liar)) {}
    Said speak(chain::MemberIndex, const wire::Message& message) override {
        Said said{message};
        const chain::SignedVote* own = own_vote(message, liar_);
        if (own == nullptr) return said;
        Prng& random = liar_.random;
        for (int i = 0; i < 4; ++i) {
            chain::Vote vote = own->vote;
            const std::uint64_t reach[] = {1, 2, 100, 1'000'000, (std::uint64_t{1} << 53) - 3};
            vote.view = View(std::min(vote.view.value + reach[random.below(std::size(reach))],
                                      (std::uint64_t{1} << 53) - 2));
            said.push_back(wire::VoteMsg{liar_.sign(vote)});
            said.push_back(message);
        }
        said.push_back(wire::FetchRange{Height(random.below(50)), 1'000'000});
        said.push_back(wire::FetchBlock{some_hash(random)});
        said.push_back(wire::FetchCert{std::nullopt, own->vote.epoch, View(random.below(100))});
        wire::FetchTxs ask{own->vote.block, {}};
        for (int i = 0; i < 10; ++i) ask.tx_hashes.push_back(some_hash(random));
        said.push_back(std::move(ask));
        wire::Txs rubbish;
        for (int i = 0; i < 5; ++i) rubbish.jws.push_back(std::string(50, 'x'));
        said.push_back(std::move(rubbish));
        return said;
    }

private:
    Liar liar_;
};

// Speaks with some members about some things; with whom changes.
class Selective : public Role {
public:
    explicit Selective(Liar liar) : liar_(std::move(liar)) {}
    Said speak(chain::MemberIndex to, const wire::Message& message) override {
        if (mask_ >> ((to * 11 + message.index()) % 64) & 1) return {};
        return {message};
    }
    void pass_time(std::int64_t now) override {
        if (now < next_turn_) return;
        next_turn_ = now + liar_.random.between(200, 3'000);
        mask_ = liar_.random.next();
    }

private:
    Liar liar_;
    std::int64_t next_turn_ = 0;
    std::uint64_t mask_ = 0;
};

// Small changes of everything it says: a view more or less, another block, another epoch or chain,
// another kind; signed again where it can sign.
class Mutator : public Role {
public:
    explicit Mutator(Liar liar) : liar_(std::move(liar)) {}
    Said speak(chain::MemberIndex, const wire::Message& message) override {
        if (!liar_.random.chance(1, 3)) return {message};
        wire::Message said = message;
        if (auto* vote = std::get_if<wire::VoteMsg>(&said)) {
            change(vote->vote.vote);
            if (vote->vote.member == liar_.self && liar_.random.chance(3, 4))
                vote->vote = liar_.sign(vote->vote.vote);
        } else if (auto* proposal = std::get_if<wire::Proposal>(&said)) {
            chain::Header& header = proposal->header;
            switch (liar_.random.below(6)) {
                case 0:
                    header.view = header.view.next();
                    break;
                case 1:
                    if (header.view > View(1)) header.view = header.view.prev();
                    break;
                case 2:
                    header.epoch = Epoch(header.epoch.value + 1);
                    break;
                case 3:
                    header.chain.chain_id = some_hash(liar_.random);
                    break;
                case 4:
                    header.parent_view = header.parent_view.next();
                    break;
                default:
                    header.height = header.height.next();
                    break;
            }
            if (liar_.random.chance(3, 4)) sign_again(*proposal, liar_);
        } else if (auto* cert = std::get_if<wire::CertMsg>(&said)) {
            change(cert->cert.statement);
        } else if (auto* greeting = std::get_if<wire::Greeting>(&said)) {
            greeting->view = View(greeting->view.value + liar_.random.below(5));
            greeting->wall.value += liar_.random.between(-5'000, 5'000);
        }
        return {std::move(said)};
    }

private:
    void change(chain::Vote& vote) {
        switch (liar_.random.below(5)) {
            case 0:
                vote.view = vote.view.next();
                return;
            case 1:
                if (vote.view > View(1)) vote.view = vote.view.prev();
                return;
            case 2:
                vote.epoch = Epoch(vote.epoch.value + 1);
                return;
            case 3:
                if (vote.kind != VoteKind::nullify) vote.block = some_hash(liar_.random);
                return;
            default:
                if (vote.kind == VoteKind::nullify) return;
                vote.kind =
                    vote.kind == VoteKind::notarize ? VoteKind::finalize : VoteKind::notarize;
        }
    }
    Liar liar_;
};

}  // namespace

std::unique_ptr<Role> make_role(Vice vice, Liar liar) {
    switch (vice) {
        case Vice::none:
            return nullptr;
        case Vice::equivocator:
            return std::make_unique<Equivocator>(std::move(liar));
        case Vice::nuller:
            return std::make_unique<Nuller>(std::move(liar));
        case Vice::sync_liar:
            return std::make_unique<SyncLiar>(std::move(liar));
        case Vice::conflicter:
            return std::make_unique<Conflicter>(std::move(liar));
        case Vice::per_peer:
            return std::make_unique<PerPeer>(std::move(liar));
        case Vice::withholder:
            return std::make_unique<Withholder>(std::move(liar));
        case Vice::outdated:
            return std::make_unique<Outdated>(std::move(liar));
        case Vice::impersonator:
            return std::make_unique<Impersonator>(std::move(liar));
        case Vice::wrong_root:
            return std::make_unique<WrongRoot>(std::move(liar));
        case Vice::time_liar:
            return std::make_unique<TimeLiar>(std::move(liar));
        case Vice::stripper:
            return std::make_unique<Stripper>(std::move(liar));
        case Vice::flooder:
            return std::make_unique<Flooder>(std::move(liar));
        case Vice::selective:
            return std::make_unique<Selective>(std::move(liar));
        case Vice::mutator:
            return std::make_unique<Mutator>(std::move(liar));
    }
    return nullptr;
}

}  // namespace quanlu::sim
