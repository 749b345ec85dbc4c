// See oracle.h. I-numbers are those of RELIABILITY.md C0.
#include "tests/sim/oracle.h"

#include <algorithm>

#include "crypto/base/binary.h"
#include "crypto/base/encode.h"
#include "crypto/hash.h"

namespace quanlu::sim {

namespace {

constexpr std::size_t kStatementBytes = 12 + 1 + 2 + 32 + 8 + 8 + 32;
constexpr int kNotarize = 2, kNullify = 3, kFinalize = 4;

int kind_of(const chain::Vote& vote) {
    return static_cast<int>(vote.kind);
}

// docs/protocol.md 5.1, written down a second time.
Bytes statement(const chain::Genesis& genesis, const chain::Vote& vote) {
    Writer out(kStatementBytes);
    out.raw(as_bytes("QUANLU-BFT/1"));
    out.u8(static_cast<std::uint8_t>(kind_of(vote)));
    out.u16(1);
    out.hash(genesis.chain_id);
    out.u64(vote.epoch.value);
    out.u64(vote.view.value);
    out.hash(vote.block);
    return out.take();
}

std::string show(const Hash& hash) {
    return to_hex(hash).substr(0, 8);
}

}  // namespace

// --- what is durable

void DurableImage::read(const SimDisk& disk) {
    constexpr std::size_t kHead = 4 + 1 + 8 + 8 + 32, kSum = 32;
    disk.each_durable([this](const std::string& name, BytesView all) {
        std::size_t& at = offsets_[name];
        while (at + kHead + kSum <= all.size()) {
            Reader in(all.subspan(at));
            const std::size_t length = in.u32();
            const std::uint8_t type = in.u8();
            if (at + kHead + length + kSum > all.size()) break;
            const BytesView body = all.subspan(at, kHead + length);
            // What a crash tore is cut away later; it never held a promise.
            if (crypto::sha256(body) != Hash::from(all.subspan(at + kHead + length, kSum))) break;
            const bool is_block_log = name.ends_with(".blk");
            take_entry(is_block_log ? 100 : type, body.subspan(kHead));
            at += kHead + length + kSum;
        }
    });
}

void DurableImage::take_entry(std::uint8_t type, BytesView payload) {
    if (type == 2) votes_.insert(to_bytes(payload));
    if (type == 4) take_block(payload, false);
    if (type != 100) return;
    Reader in(payload);
    if (in.u8() == 1) {
        in.raw(1 + 8 + 8 + 32);
        in.raw(64 * static_cast<std::size_t>(std::popcount(in.u64())));
    }
    take_block(in.raw(in.left()), true);
}

void DurableImage::take_block(BytesView payload, bool is_final) {
    const BytesView header = payload.first(329);
    const Hash hash = crypto::sha256(header);
    if (!is_final) {
        bodies_.insert(hash);
        return;
    }
    blocks_.insert(hash);
    const std::uint64_t height = Reader(header.subspan(12 + 2 + 2 + 32 + 8 + 8)).u64();
    Reader in(payload.subspan(329));
    std::vector<Hash>& txs = txs_[height];
    txs.clear();
    for (std::uint32_t count = in.u32(); count > 0; --count)
        txs.push_back(crypto::sha256(in.blob(1 << 20)));
}

bool DurableImage::has_vote(const chain::SignedVote& vote) const {
    Writer out;
    out.u8(static_cast<std::uint8_t>(kind_of(vote.vote)));
    out.u64(vote.vote.epoch.value);
    out.u64(vote.vote.view.value);
    out.hash(vote.vote.block);
    out.u32(vote.member);
    out.raw(vote.signature);
    return votes_.contains(out.bytes());
}

std::optional<Hash> DurableImage::tx_at(const chain::Where& where) const {
    const auto found = txs_.find(where.height.value);
    if (found == txs_.end() || where.index >= found->second.size()) return std::nullopt;
    return found->second[where.index];
}

// --- votes and certificates

Oracle::Oracle(const chain::Genesis& genesis, std::set<chain::MemberIndex> byzantine)
    : genesis_(genesis),
      n_(genesis.members.size()),
      quorum_(n_ - (n_ - 1) / 3),
      byzantine_(std::move(byzantine)),
      unbound_(byzantine_) {}

void Oracle::fail(std::string what) {
    if (!violation_) violation_ = std::move(what);
}

void Oracle::forgot(chain::MemberIndex member, bool may_vote_again) {
    byzantine_.insert(member);
    if (!may_vote_again) unbound_.insert(member);
}

void Oracle::set_back(chain::MemberIndex member) {
    set_back_ = member;
}

void Oracle::heard(chain::MemberIndex by, const chain::SignedVote& vote) {
    if (!set_back_)
        heard_[{{vote.vote.view.value, kind_of(vote.vote)}, vote.vote.block}].insert(by);
}

void Oracle::died(chain::MemberIndex member) {
    for (auto& [vote, by] : heard_) by.erase(member);
}

void Oracle::said(chain::MemberIndex member, const replica::wire::Message& message,
                  const SimDisk& journal, const SimDisk& blocks, std::uint64_t process) {
    const chain::SignedVote* vote = nullptr;
    if (const auto* m = std::get_if<replica::wire::VoteMsg>(&message)) vote = &m->vote;
    if (const auto* m = std::get_if<replica::wire::Proposal>(&message)) vote = &m->leader_vote;
    if (vote != nullptr && vote->member == member) {
        said_vote(member, *vote);
        if (is_honest(member)) {
            auto& [journal_image, block_image] = images_[process];
            journal_image.read(journal);
            if (!journal_image.has_body(vote->vote.block)) block_image.read(blocks);
            check_durable(*vote, journal_image, block_image);
        }
    }
    if (!is_honest(member)) return;
    if (const auto* m = std::get_if<replica::wire::CertMsg>(&message))
        check_cert(m->cert, "a message");
    if (const auto* m = std::get_if<replica::wire::Greeting>(&message)) {
        if (m->floor) check_cert(*m->floor, "a greeting");
        if (m->entry) check_cert(*m->entry, "a greeting");
    }
    if (const auto* m = std::get_if<replica::wire::Proposal>(&message)) {
        if (m->justification.parent) check_cert(*m->justification.parent, "a justification");
        for (const chain::QuorumCert& cert : m->justification.skipped)
            check_cert(cert, "a justification");
    }
}

void Oracle::said_vote(chain::MemberIndex member, const chain::SignedVote& vote) {
    if (set_back_ == member)
        check_set_back(vote);
    else if (!unbound_.contains(member))
        check_promise(vote);
    count_vote(vote);
}

// I4, over the whole life of a key and every restart of its process.
void Oracle::check_promise(const chain::SignedVote& vote) {
    std::map<int, Hash>& said = promises_[{vote.member, vote.vote.view.value}];
    const int kind = kind_of(vote.vote);
    const auto [at, is_new] = said.emplace(kind, vote.vote.block);
    const std::string who = "I4: m" + std::to_string(vote.member) + " in view " +
                            std::to_string(vote.vote.view.value) + " ";
    if (!is_new && at->second != vote.vote.block) {
        fail(who + "signed two blocks, kind " + std::to_string(kind) + ": " + show(at->second) +
             ", " + show(vote.vote.block));
    }
    if (said.contains(kNullify) && said.contains(kFinalize)) fail(who + "nullified and finalized");
    if (said.contains(kNotarize) && said.contains(kFinalize) &&
        said.at(kNotarize) != said.at(kFinalize)) {
        fail(who + "notarized one and finalized another");
    }
}

// The same for a member whose disks were set back, as far as it can have been told.
void Oracle::check_set_back(const chain::SignedVote& vote) {
    const int kind = kind_of(vote.vote);
    for (const auto& [what, by] : heard_) {
        const auto& [view, old_kind] = what.first;
        if (view != vote.vote.view.value || by.size() < n_ - quorum_ + 1) continue;
        const bool is_two_blocks = old_kind == kind && what.second != vote.vote.block;
        const bool is_both = (old_kind == kNullify && kind == kFinalize) ||
                             (old_kind == kFinalize && kind == kNullify);
        const bool is_other = old_kind != kind && old_kind != kNullify && kind != kNullify &&
                              what.second != vote.vote.block;
        if (!is_two_blocks && !is_both && !is_other) continue;
        fail("7.4: m" + std::to_string(vote.member) +
             " was set back and contradicts itself in view " + std::to_string(view) + ", and " +
             std::to_string(by.size()) + " members had heard it");
    }
}

// A certificate exists as soon as q members have said it, whether anybody has put it together.
void Oracle::count_vote(const chain::SignedVote& vote) {
    if (vote.vote.epoch != Epoch(0)) return;  // a liar's: no certificate of this chain counts it
    const Bytes bytes = statement(genesis_, vote.vote);
    if (vote.member >= n_ ||
        !crypto::verify(genesis_.members[vote.member].key, bytes, vote.signature)) {
        return;
    }
    const Statement what{vote.vote.view.value, kind_of(vote.vote)};
    std::set<chain::MemberIndex>& signers = votes_[{what, vote.vote.block}];
    signers.insert(vote.member);
    if (signers.size() == quorum_) certify(vote.vote);
}

void Oracle::certify(const chain::Vote& vote) {
    const std::uint64_t view = vote.view.value;
    const int kind = kind_of(vote);
    const auto [at, is_new] = certified_.emplace(Statement{view, kind}, vote.block);
    const std::string where = " in view " + std::to_string(view);
    if (!is_new && at->second != vote.block) fail("I5: two certificates of one kind" + where);
    const auto find = [&](int of) -> const Hash* {
        const auto found = certified_.find({view, of});
        return found == certified_.end() ? nullptr : &found->second;
    };
    if (find(kNullify) != nullptr && find(kFinalize) != nullptr)
        fail("I3: nullification and finalization" + where);
    if (kind == kFinalize && (find(kNotarize) == nullptr || *find(kNotarize) != vote.block)) {
        fail("I6: finalization without notarization" + where);
    }
}

// I7: distinct members, at least q, each signature over exactly this statement.
void Oracle::check_cert(const chain::QuorumCert& cert, const char* where) {
    std::size_t bits = 0, used = 0;
    const Bytes bytes = statement(genesis_, cert.statement);
    for (std::size_t member = 0; member < 64; ++member) {
        if ((cert.signers >> member & 1) == 0) continue;
        ++bits;
        if (member >= n_ || used >= cert.signatures.size())
            return fail("I7: signers in " + std::string(where));
        if (!crypto::verify(genesis_.members[member].key, bytes, cert.signatures[used++]))
            return fail("I7: a signature in " + std::string(where));
    }
    if (bits < quorum_ || used != cert.signatures.size())
        return fail("I7: too few signers in " + std::string(where));
    const auto found = certified_.find({cert.statement.view.value, kind_of(cert.statement)});
    if (found == certified_.end() || found->second != cert.statement.block)
        fail("I7: a certificate in " + std::string(where) + " that nobody could make");
}

// I14 for members: our vote is in the journal, and the block it is for.
void Oracle::check_durable(const chain::SignedVote& vote, const DurableImage& journal,
                           const DurableImage& blocks) {
    if (!journal.has_vote(vote)) {
        fail("I14: m" + std::to_string(vote.member) + " sent a vote that is not durable, view " +
             std::to_string(vote.vote.view.value) + " kind " + std::to_string(kind_of(vote.vote)));
    }
    if (vote.vote.kind != chain::VoteKind::nullify && !journal.has_body(vote.vote.block) &&
        !blocks.has_block(vote.vote.block)) {
        fail("I14: m" + std::to_string(vote.member) + " voted for a block that is not durable");
    }
}

void Oracle::accused(chain::MemberIndex by, const consensus::Evidence& evidence) {
    if (is_honest(by) && is_honest(evidence.first.member))
        fail("I8: m" + std::to_string(evidence.first.member) + " is accused and honest");
}

// --- blocks

// I2: the parent is the final block before, and every skipped view is nullified.
void Oracle::check_link(const chain::FinalBlock& final) {
    const chain::Header& header = final.block.header;
    const chain::Justification& why = final.block.justification;
    const std::string where = " of height " + std::to_string(header.height.value);
    const auto before = chain_.find(header.height.value - 1);
    if (header.height.value > 1) {
        if (before == chain_.end() || before->second.hash != header.parent ||
            before->second.view != header.parent_view.value)
            fail("I2: parent" + where);
        if (!why.parent || why.parent->statement.block != header.parent ||
            why.parent->statement.kind == chain::VoteKind::nullify ||
            why.parent->statement.view != header.parent_view)
            fail("I2: certificate of the parent" + where);
        if (why.parent) check_cert(*why.parent, "a justification");
    }
    std::uint64_t view = header.parent_view.value;
    for (const chain::QuorumCert& cert : why.skipped) {
        if (cert.statement.kind != chain::VoteKind::nullify || cert.statement.view.value != ++view)
            fail("I2: skipped views" + where);
        check_cert(cert, "a justification");
    }
    if (header.view.value != view + 1) fail("I2: a view is not accounted for" + where);
}

// I15: later than the block before, and not ahead of every honest clock by more than the rule
// allows. How late it may be nobody can say here: a block becomes final some time after its votes.
void Oracle::check_time(const chain::Header& header) {
    const std::string where = " at height " + std::to_string(header.height.value);
    const auto before = chain_.find(header.height.value - 1);
    const std::int64_t parent =
        before != chain_.end() ? before->second.time_ms : genesis_.time.value;
    if (header.time.value <= parent) fail("I15: block time does not rise" + where);
    const std::int64_t latest = now_ms_ + skew_ms_ + genesis_.params.clock_eps_ms;
    if (header.time.value > latest && header.time.value != parent + 1)
        fail("I15: block time is ahead of every honest clock" + where);
}

void Oracle::holds(chain::MemberIndex member, const replica::Replica::Status& status) {
    constexpr std::size_t kViews = 514, kCertViews = 4'016, kMempool = 64;
    if (!is_honest(member)) return;
    if (status.consensus.votes_held > 3 * n_ * kViews) fail("I16: votes held");
    if (status.consensus.cert_views_held > kCertViews) fail("I16: certificates held");
    if (status.mempool_count > kMempool) fail("I16: transactions held");
}

void Oracle::logged(chain::MemberIndex member, const chain::FinalBlock& final) {
    if (!is_honest(member)) return;
    const chain::Header& header = final.block.header;
    const Hash hash = crypto::sha256(chain::encode(header));
    Writer body;
    chain::encode(body, final.block.body);
    const Hash body_hash = crypto::sha256(body.bytes());
    const auto [at, is_new] = chain_.emplace(
        header.height.value,
        Final{hash, header.state_root, body_hash, header.view.value, header.time.value});
    if (at->second.body != body_hash)
        fail("I18: two bodies in the block logs at height " + std::to_string(header.height.value));
    if (is_new) check_time(header);
    if (at->second.hash != hash) {
        fail("I1: two final blocks at height " + std::to_string(header.height.value) + ", m" +
             std::to_string(member));
    }
    check_link(final);
    if (!final.finalization) return;
    check_cert(*final.finalization, "the block log");
    if (final.finalization->statement.block != hash ||
        final.finalization->statement.kind != chain::VoteKind::finalize)
        fail("I2: the finalization in the log is of another block");
}

void Oracle::finalized(chain::MemberIndex member, const execution::Executed& block) {
    if (!is_honest(member)) return;
    const std::uint64_t height = block.tip.header.height.value;
    // I9: what this member computed, not what the header says.
    const auto found = chain_.find(height);
    if (found == chain_.end()) return fail("I14: final before it is in the block log");
    if (block.tip.state->root() != found->second.state_root)
        fail("I9: state roots differ at height " + std::to_string(height));
    for (std::size_t i = 0; i < block.txs.size(); ++i)
        stands(*block.txs[i], {Height(height), static_cast<std::uint32_t>(i)}, block.outcomes[i]);
    told(height);
}

void Oracle::stands(const chain::Tx& tx, const chain::Where& where, const chain::Outcome& outcome) {
    const auto [at, is_new] =
        placed_.emplace(tx.id, Placed{where, crypto::sha256(as_bytes(tx.jws)), outcome});
    if (at->second.where != where) fail("I11: a transaction stands in two places");
    if (never_.contains(tx.id)) fail("I11: a transaction that could not become final became so");
    if (!is_new) return;
    const auto after = after_.find(tx.id);
    if (after != after_.end() && !(after->second < where))
        fail("I12: a transaction stands before one that was acknowledged before it was sent");
    watch_exclusive(tx, outcome);
}

// I10, for what the stories of clients.cpp fight over.
void Oracle::watch_exclusive(const chain::Tx& tx, const chain::Outcome& outcome) {
    if (!outcome.ok() || outcome.state == "pending_approval") return;
    std::string what;
    if (tx.act == "pledge.accept") what = "the right";
    if (tx.act == "invoice.finance") what = "the invoice";
    if (what.empty()) return;
    // The right and the invoice of a race stand in the idempotency key: "race1-...".
    what += " " + tx.jti.substr(0, tx.jti.find('-'));
    const auto [at, is_new] = holders_.emplace(what, outcome.record);
    if (!is_new && at->second != outcome.record)
        fail("I10: two hold " + what + ": " + at->second + ", " + outcome.record);
}

// --- clients

void Oracle::answered(chain::MemberIndex member, const replica::Answer& answer,
                      const SimDisk& blocks, std::uint64_t process) {
    if (!is_honest(member)) return;
    if (answer.status == replica::Answer::Status::invalid) {
        ++refused_[answer.tx_id];
        if (answer.refusal->code != chain::Code::E_EXPIRED) return;
        never_.insert(answer.tx_id);
        if (placed_.contains(answer.tx_id)) fail("I11: told expired, and stands in the chain");
        return;
    }
    if (answer.status != replica::Answer::Status::committed) return;
    acknowledged_.emplace_back(answer.tx_id, answer.where);
    if (newest_told_ < answer.where) newest_told_ = answer.where;
    DurableImage& image = images_[process].second;
    image.read(blocks);
    const auto durable = image.tx_at(answer.where);
    const auto found = placed_.find(answer.tx_id);
    if (!durable || found == placed_.end() || *durable != found->second.tx_hash)
        fail("I14: told committed at " + std::to_string(answer.where.height.value) + "." +
             std::to_string(answer.where.index) + ", and not in the durable block log: " +
             (durable ? "another transaction there" : "nothing there") +
             (found == placed_.end() ? ", nowhere final" : ""));
}

const chain::Outcome* Oracle::outcome_of(const Hash& tx_id) const {
    const auto found = placed_.find(tx_id);
    return found == placed_.end() ? nullptr : &found->second.outcome;
}

void Oracle::at_end() {
    for (const auto& [id, where] : acknowledged_) {
        const auto found = placed_.find(id);
        if (found == placed_.end() || found->second.where != where)
            fail("I11: an acknowledged transaction is not where it was said to be");
    }
    for (const auto& [id, times] : refused_) {
        // Every node that was asked said no: nobody may have carried it on.
        const auto asked = submissions_.find(id);
        if (asked != submissions_.end() && asked->second == times && placed_.contains(id))
            fail("I11: a transaction that everybody refused stands in the chain");
    }
}

}  // namespace quanlu::sim
