/* What a recorded run did, held against the guards of simplex.pml. The driver that run.py writes
 * sends one event after the other; the first one that the model has no leave for ends it. */

#define PROPOSE 1
#define SEE 2
#define HOLD_N 3
#define HOLD_U 4
#define HOLD_F 5
#define ENTER 6
#define NOTARIZE 7
#define NULLIFY 8
#define FINALIZE 9
#define RESTART 10
#define LIAR_N 11
#define LIAR_U 12
#define LIAR_F 13
#define END 14

#ifndef LIAR
#define LIAR MEMBERS /* nobody */
#endif
#define LEADER(v) (((v) + 1) % MEMBERS) /* the core's views count from 1 */

chan event = [0] of { byte, byte, byte, byte, byte }; /* what, member, view, label, parent */

hidden byte i;
int done;

#define UP(v, x) (PARENT(v, x) - 1)
#ifdef NOTARIZE_TWICE
#define SAW_ONLY(m, v, x) ((PROPOSED(m, v) & N(x)) != 0)
#else
#define SAW_ONLY(m, v, x) (PROPOSED(m, v) == N(x))
#endif
#ifdef MUTANT /* whoever breaks a rule may break these too; the question there is another */
#define I3_HOLDS(v) true
#define I5_HOLDS(v) true
#else
#define I3_HOLDS(v) (!EXISTS_U(v) || (!EXISTS_F(v, 0) && !EXISTS_F(v, 1)))
#define I5_HOLDS(v) (!EXISTS_N(v, 0) || !EXISTS_N(v, 1))
#endif
#define RULE(what, may) :: k == what && (may) ->
#define SIGN(bits) VOTES(m, v) = VOTES(m, v) | (bits)
/* A restart does not take a member below its own votes, nor into a view it never was in. */
inline above(m, v) {
    i = v + 1;
    do
    :: i < VIEWS && VOTES(m, i) == 0 -> i++
    :: else -> break
    od
}

active proctype model() {
    byte k, m, v, x, p;
    do
    :: event?k, m, v, x, p ->
        above(m, v);
        if
        RULE(PROPOSE, m == LIAR && PARENT(v, x) == 0)
            PARENT(v, x) = 1 + p
        RULE(PROPOSE, m == LEADER(v) && PARENT(v, x) == 0 && IN_VIEW(m, v) && JUSTIFIED(m, v, p))
            PARENT(v, x) = 1 + p;
            PROPOSED(m, v) = PROPOSED(m, v) | N(x)
        RULE(SEE, PARENT(v, x) != 0)
            PROPOSED(m, v) = PROPOSED(m, v) | N(x)
        RULE(HOLD_N, EXISTS_N(v, x) && I5_HOLDS(v))
            HELD(m, v) = HELD(m, v) | N(x)
        RULE(HOLD_F, EXISTS_F(v, x) && I3_HOLDS(v))
            HELD(m, v) = HELD(m, v) | F(x)
        RULE(HOLD_U, EXISTS_U(v) && I3_HOLDS(v))
            HELD(m, v) = HELD(m, v) | U;
            nulls[m] = nulls[m] | (1 << v)
        RULE(ENTER, v > view[m] && MAY_LEAVE(m, v - 1))
            view[m] = v
        RULE(NOTARIZE, CAN_NOTARIZE(m, v, x) && SAW_ONLY(m, v, x) && JUSTIFIED(m, v, UP(v, x)))
            SIGN(N(x))
        RULE(NULLIFY, CAN_NULLIFY(m, v))
            SIGN(U)
        RULE(FINALIZE, CAN_FINALIZE(m, v, x))
            SIGN(F(x))
        RULE(RESTART, v <= view[m] && i == VIEWS)
            view[m] = v;
            nulls[m] = 0;
            i = 0;
            do
            :: i < VIEWS -> HELD(m, i) = 0; PROPOSED(m, i) = 0; i++
            :: else -> break
            od
        RULE(LIAR_N, m == LIAR)
            SIGN(N(x))
        RULE(LIAR_U, m == LIAR)
            SIGN(U)
        RULE(LIAR_F, m == LIAR)
            SIGN(F(x))
        :: k == END -> printf("ACCEPTED %d\n", done); break
        :: else -> printf("REJECTED at %d\n", done); break
        fi;
        done++
    od
}
