// What the caller of Simplex must do. The order of the fields is the order of the deeds: bodies and
// votes are durable before anything that depends on them leaves (I14, E5).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "consensus/message.h"

namespace quanlu::consensus {

// Body and justification of this block must be in the journal before any vote of this turn. Named
// again with each vote for the block; keeping it once is enough.
struct Keep {
    Hash block;
};

// A promise of ours: append vote and the certificate it rests on to the journal, sync, sign,
// broadcast, and feed the signed vote back with Simplex::on_vote. The only way a vote of ours comes
// to be ("one sign_record").
struct Cast {
    Vote vote;
    // For Finalize the notarization; else what let us into the view, nothing for view 1.
    std::optional<QuorumCert> basis;
};

// A certificate for everybody (to == nothing) or for one member. Promises nothing new.
struct SendCert {
    std::optional<MemberIndex> to;
    QuorumCert cert;
};
struct SendVote {  // a vote already durable and signed, sent again (R6, t_r)
    SignedVote vote;
};

// Needs are answered later by an input; the caller may take its time.
struct NeedBuild {  // answered by on_built, or on_build_failed
    View view;
    Hash parent;
    View parent_view;
    Justification justification;
    bool may_be_empty = false;  // heartbeat is due: an empty block is wanted now
};
struct NeedCheck {  // body present, parent executed, block executed, roots equal? answered by
                    // on_checked
    Hash block;
};
struct NeedCert {                  // exactly this one, from anybody, first from `ask` (T3)
    std::optional<VoteKind> kind;  // nothing: either certificate of the view
    View view;
    std::optional<MemberIndex> ask;
};

struct Evidence {  // two statements one member signed that no honest member signs together (7.5)
    SignedVote first, second;
};

// Why: log line, metric, coverage mark and trace in one.
struct Note {
    const char* code;  // "enter_view", "finalize_withheld", ...
    View view;
    std::string detail;
};

struct Effects {
    std::vector<Keep> keep;            // 1
    std::vector<Cast> cast;            // 2
    std::vector<SendCert> send_certs;  // 3
    std::vector<SendVote> send_votes;
    bool greet =
        false;  //   broadcast our Greeting (t_r), with floor().cert and entry_cert() inside
    std::vector<NeedBuild> builds;  // 4
    std::vector<NeedCheck> checks;
    std::vector<NeedCert> certs;
    struct Final {
        Hash block;
        QuorumCert finalization;
    };
    std::vector<Final>
        finalized;  // 5. F of this block: it and its ancestors are final, oldest first
    std::vector<Evidence> evidence;  // 6
    // A vote under our key that our memory does not hold: the memory is not whole, or the key is
    // active elsewhere (T26). Nothing is cast any more, until on_memory.
    std::optional<SignedVote> unknown_own;
    std::vector<Note> notes;    // 7
    Millis wake_at{INT64_MAX};  // 8. next on_tick, absolute
};

}  // namespace quanlu::consensus
