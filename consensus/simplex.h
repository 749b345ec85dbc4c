// The protocol of CONSENSUS.md 7.3 for one epoch: rules R1-R10, one object per epoch so that old
// data dies with it (T14). No clock, file, socket, key, thread or log in here. This class routes;
// its parts decide: OwnVotes (may we promise this?), Tally (who said what), Certs (what is known),
// Timers, Evidence.
//
// Why it is safe (7.5): two q-sets share f+1 members; R1 makes notarizations unique in a view, R3
// makes finalization and nullification of a view exclude each other, R4 makes every later block
// extend a finalized one.
#pragma once

#include <memory>

#include "consensus/effects.h"
#include "ledger/chain/params.h"

namespace quanlu::consensus {

enum class Verdict : std::uint8_t { valid, invalid, missing };  // missing is not invalid (T9)

// Highest finalization known durable: view, block, its certificate. Genesis: view 0.
struct Floor {
    View view;
    Hash block;
    std::optional<QuorumCert> cert;
};

// What this member knows of its own votes (7.4).
enum class Memory : std::uint8_t {
    confirmed,    // all of them above the floor are in Restored::own: it votes
    unconfirmed,  // so says its journal; it votes once enough others know of no vote beyond
    lost,         // it promised what it does not remember: it votes once told from which view on
};

// What a start knows. The caller keeps the header of everything it announces.
struct Restored {
    Floor floor;
    std::vector<SignedVote>
        own;  // journal from the floor on, oldest first: R6, enter the tally again
    std::vector<QuorumCert> certs;  // verified again here
    Memory memory = Memory::confirmed;
};

struct Progress {  // for /readyz: who voted what, which certificate is missing
    View view;
    Floor floor;
    std::uint64_t notarized_by = 0, nullified_by = 0,
                  finalized_by = 0;  // bitmaps of the present view
    MemberIndex leader = 0;
    bool proposal_seen = false, body_missing = false, may_vote = true;
    std::optional<View>
        missing_cert;  // the leader cannot build without a certificate of this view (T29)
    std::int64_t delta_ms = 0;
    std::size_t votes_held = 0, cert_views_held = 0;  // both bounded (limits.h)
};

class Simplex {
public:
    Simplex(const chain::Params& params, const chain::Members& members, const chain::ChainTag& tag,
            MemberIndex self, Restored restored, Millis now);
    ~Simplex();

    void start(Effects& out);  // once: resend own votes, enter the view, first timers
    void on_tick(Millis now, Effects& out);
    void on_vote(Millis now, const Verified<SignedVote>& vote,
                 Effects& out);  // ours come the same way, once durable
    void on_cert(Millis now, const Verified<QuorumCert>& cert,
                 Effects& out);  // the only input that moves the view (R5)
    void on_proposal(Millis now, const CheckedProposal& proposal, Effects& out);
    void on_checked(Millis now, const Hash& block, Verdict verdict, Effects& out);
    // The block we asked for is built: header final. Our Notarize is cast; the caller sends header,
    // body and J with it.
    void on_built(Millis now, const Header& header, const Justification& justification,
                  Effects& out);
    void on_build_failed(Millis now, View view, Effects& out);
    // A valid transaction is waiting here (R10: timers 2D, 3D instead of + heartbeat; leader
    // proposes at once).
    void on_load(Millis now, bool pending, Effects& out);
    void on_heard(Millis now, MemberIndex member);  // R7: leader unheard while q others are heard
    // A finalized block fetched by catch-up moved the floor. REQUIRES: higher than the present one.
    void on_floor(Millis now, const Floor& floor, Effects& out);
    // The memory is settled: votes are cast from now on, in views above `sign_above` only (view 0:
    // nothing is forgotten). Also after Effects::unknown_own.
    void on_memory(Millis now, View sign_above, Effects& out);

    [[nodiscard]] View view() const;
    [[nodiscard]] const Floor& floor() const;
    [[nodiscard]] Progress progress() const;
    [[nodiscard]] std::size_t votes_held() const;  // as progress() says
    // Certificates to serve a Fetch and to greet with.
    [[nodiscard]] std::optional<QuorumCert> cert(VoteKind kind, View view) const;
    [[nodiscard]] std::optional<QuorumCert> entry_cert() const;
    // Every vote of `member` that is held, alone or inside a certificate, each once; bounded as the
    // windows are (limits.h). What a member that has started anew is told of itself.
    [[nodiscard]] std::vector<SignedVote> votes_of(MemberIndex member) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace quanlu::consensus
