// See carry_out.h.
#include "node/replica/carry_out.h"

namespace quanlu::replica {

namespace {

// The only place that signs a vote. It is appended before it is handed back (one sign_record).
Result<chain::SignedVote, log::IoError> sign_record(const consensus::Cast& cast,
                                                    const Hands& hands) {
    if (cast.basis) TRY_VOID(hands.journal.add_cert(*cast.basis));
    chain::SignedVote vote{cast.vote, hands.self, {}};
    vote.signature = hands.key.sign(chain::statement_bytes(hands.tag, cast.vote));
    TRY_VOID(hands.journal.add_vote(vote));
    return vote;
}

}  // namespace

Result<std::vector<chain::SignedVote>, log::IoError> carry_out(Replica& replica, const Turn& turn,
                                                               const Hands& hands,
                                                               Listener& listener) {
    std::vector<chain::SignedVote> own;
    if (turn.unknown_own) TRY_VOID(hands.journal.add_unknown(*turn.unknown_own));
    for (const chain::Block& body : turn.keep) TRY_VOID(hands.journal.add_body(body));
    for (const consensus::Cast& cast : turn.cast) {
        TRY(chain::SignedVote vote, sign_record(cast, hands));
        own.push_back(vote);
    }
    for (const consensus::Evidence& one : turn.evidence)
        TRY_VOID(hands.journal.add_evidence(one.first, one.second));
    for (const chain::FinalBlock& block : turn.log) TRY_VOID(hands.blocks.append(block));
    TRY_VOID(hands.journal.sync());
    if (!turn.log.empty()) TRY_VOID(hands.blocks.sync());
    replica.commit_final();
    listener.durable(turn);
    for (const Send& send : turn.send_after_sync) listener.send(send);
    for (const Send& send : turn.send) listener.send(send);
    if (!turn.gossip.empty()) listener.gossip(turn.gossip);
    listener.settled(turn);
    for (const Finalized& block : turn.finalized) listener.finalized(block);
    for (const Answer& answer : turn.answers) listener.answer(answer);
    if (turn.journal_floor) TRY_VOID(hands.journal.raise_floor(*turn.journal_floor));
    return own;
}

}  // namespace quanlu::replica
