// Entry types: 1 identity, 2 vote, 3 certificate, 4 body, 5 evidence, 6 unknown own vote
// (docs/formats/log.md).
#include "ledger/log/journal.h"

namespace quanlu::log {

namespace {

constexpr std::uint8_t kIdentity = 1, kVote = 2, kCert = 3, kBody = 4, kEvidence = 5, kUnknown = 6;
constexpr std::uint64_t kSegmentBytes = 32 * 1024 * 1024;  // then what still counts is restated
constexpr std::size_t kUsualBytes = 512;
constexpr std::size_t kEvidenceMax = 1'000;  // enough to convict; more adds nothing

}  // namespace

Journal::Journal(Disk& disk, const Hash& chain_id, const crypto::PublicKey& key)
    : file_(disk, {".jnl", kSegmentBytes, false}), chain_id_(chain_id), key_(key) {}

Status<IoError> Journal::write_identity() {
    Writer out(kUsualBytes);
    out.hash(chain_id_);
    out.raw(key_);
    TRY_VOID(file_.append(kIdentity, out.bytes()));
    return Unit{};
}

Status<IoError> Journal::create() {
    TRY_VOID(write_identity());
    return file_.sync();
}

Result<JournalContent, IoError> Journal::open() {
    JournalContent content;
    bool identified = false, wrong = false, malformed = false, outdated = false;
    content.end =
        file_.scan([&](std::uint8_t type, std::uint64_t, BytesView payload, const EntryAt&) {
            Reader in(payload);
            if (type == kIdentity) {
                identified = true;
                outdated = false;  // written when the journal was made, or made whole
                wrong = wrong || in.hash() != chain_id_ || !equal(in.raw(32), key_);
            } else if (type == kVote) {
                content.votes.push_back(chain::decode_signed_vote(in));
            } else if (type == kCert) {
                content.certs.push_back(chain::decode_quorum_cert(in));
            } else if (type == kBody) {
                auto block = chain::decode_block(in.raw(in.left()));
                if (block.ok()) content.bodies.push_back(std::move(block).value());
                malformed = malformed || !block.ok();
            } else if (type == kEvidence) {
                const chain::SignedVote first = chain::decode_signed_vote(in);
                content.evidence.emplace_back(first, chain::decode_signed_vote(in));
            } else if (type == kUnknown) {
                chain::decode_signed_vote(in);
                outdated = true;
            }
            malformed = malformed || !in.done() || type < kIdentity || type > kUnknown;
        });
    if (content.end.kind == ScanEnd::Kind::torn) TRY_VOID(file_.cut_torn_tail());
    if (!file_.exists() || (!identified && content.end.kind != ScanEnd::Kind::corrupt)) {
        content.state = JournalContent::State::missing;
    } else if (content.end.kind == ScanEnd::Kind::corrupt || malformed) {
        content.state = JournalContent::State::corrupt;
    } else {
        content.state = wrong      ? JournalContent::State::wrong_identity
                        : outdated ? JournalContent::State::outdated
                                   : JournalContent::State::intact;
    }
    is_whole_ = content.state == JournalContent::State::intact;
    for (const chain::SignedVote& vote : content.votes) votes_.emplace(vote.vote.view, vote);
    for (const chain::QuorumCert& cert : content.certs) certs_.emplace(cert.statement.view, cert);
    for (const chain::Block& body : content.bodies) bodies_.emplace(body.header.view, body);
    evidence_ = content.evidence;
    return content;
}

Status<IoError> Journal::add_vote(const chain::SignedVote& vote) {
    Writer out(kUsualBytes);
    encode(out, vote);
    TRY_VOID(file_.append(kVote, out.bytes()));
    votes_.emplace(vote.vote.view, vote);
    return Unit{};
}

Status<IoError> Journal::add_cert(const chain::QuorumCert& cert) {
    Writer out(kUsualBytes);
    encode(out, cert);
    TRY_VOID(file_.append(kCert, out.bytes()));
    certs_.emplace(cert.statement.view, cert);
    return Unit{};
}

Status<IoError> Journal::add_body(const chain::Block& block) {
    Writer out(kUsualBytes);
    encode(out, block);
    TRY_VOID(file_.append(kBody, out.bytes()));
    bodies_.emplace(block.header.view, block);
    return Unit{};
}

Status<IoError> Journal::add_evidence(const chain::SignedVote& first,
                                      const chain::SignedVote& second) {
    if (evidence_.size() >= kEvidenceMax) return Unit{};
    Writer out(kUsualBytes);
    encode(out, first);
    encode(out, second);
    TRY_VOID(file_.append(kEvidence, out.bytes()));
    evidence_.emplace_back(first, second);
    return Unit{};
}

Status<IoError> Journal::add_unknown(const chain::SignedVote& vote) {
    Writer out;
    encode(out, vote);
    TRY_VOID(file_.append(kUnknown, out.bytes()));
    is_whole_ = false;
    return Unit{};
}

Status<IoError> Journal::raise_floor(View floor) {
    if (floor <= floor_) return Unit{};
    floor_ = floor;
    if (!is_whole_) {
        TRY_VOID(create());
        is_whole_ = true;
    }
    votes_.erase(votes_.begin(), votes_.lower_bound(floor));
    certs_.erase(certs_.begin(), certs_.lower_bound(floor.minus(1)));
    bodies_.erase(bodies_.begin(), bodies_.lower_bound(floor));
    if (file_.segment_bytes() < kSegmentBytes) return Unit{};
    return restate();
}

// The new segment says everything that still counts before the old ones go: a crash between leaves
// both, which is harmless, since reading an entry twice changes nothing.
Status<IoError> Journal::restate() {
    TRY_VOID(file_.rotate());
    TRY_VOID(write_identity());
    const auto votes = std::move(votes_);
    const auto certs = std::move(certs_);
    const auto bodies = std::move(bodies_);
    const auto evidence = std::move(evidence_);
    votes_.clear();
    certs_.clear();
    bodies_.clear();
    evidence_.clear();
    for (const auto& [view, body] : bodies) TRY_VOID(add_body(body));
    for (const auto& [view, cert] : certs) TRY_VOID(add_cert(cert));
    for (const auto& [view, vote] : votes) TRY_VOID(add_vote(vote));
    for (const auto& [first, second] : evidence) TRY_VOID(add_evidence(first, second));
    TRY_VOID(file_.sync());
    return file_.drop_old_segments();
}

}  // namespace quanlu::log
