"""Which moves come how often."""
import moves
import moves_data
import moves_money

MOVES = [(2, moves.party), (1, moves.policy), (14, moves.right), (4, moves.freeze), (24, moves.pledge), (17, moves_money.finance),
         (22, moves_money.invoice), (4, moves.appraisal), (4, moves.objection), (3, moves.paper)] + moves_data.MORE
# What a bank's day is made of: for rates, not for rules.
MIX = ((12, moves.right), (30, moves.pledge), (30, moves_money.finance), (24, moves_money.invoice), (20, moves_data.cert),
       (4, moves_data.asset))


def choose(w, weighted):
    at = w.r.uniform(0, sum(weight for weight, _ in weighted))
    for weight, one in weighted:
        at -= weight
        if at <= 0:
            return one(w)
    return None


def move(w):
    return choose(w, MOVES)
