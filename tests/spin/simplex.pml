/* Simplex for n = 4 with one liar (CONSENSUS 7.3): what honest members may sign, and what must then
 * never come to be certified. run.py runs it; README.md says what is left out and why. */

/* Two ways to run it.
 * Default: every behaviour of three honest members in VIEWS views. The fourth member lies: it has
 * signed every statement there is, so that a certificate can exist as soon as q - 1 honest members
 * signed, and whatever can exist may have reached anybody. Every view is the liar's to lead: two
 * blocks, any parent. That covers each of the four places the liar can have in the schedule.
 * TRACE: four members with the votes, certificates and proposals that a run of the shipped core
 * recorded; the same guards, but on what the member itself holds. */

#ifndef VIEWS
#define VIEWS 3
#endif
#define LABELS 2 /* blocks told apart in one view */
#ifdef QUORUM_2
#define QUORUM 2
#else
#define QUORUM 3
#endif

/* A member's votes of a view, and the certificates of a view, as bits. */
#define N(x) (1 << (x))            /* notarize block x of this view */
#define F(x) (1 << (LABELS + (x))) /* finalize it */
#define U (1 << (2 * LABELS))      /* nullify */
#define ALL_N ((1 << LABELS) - 1)
#define ALL_F (ALL_N << LABELS)

/* Blocks by number: 0 is genesis, then LABELS for each view; views count from 0 here. */
#define BLOCK(v, x) (1 + (v) * LABELS + (x))
#define VIEW_OF(b) (((b) - 1) / LABELS)
#define LABEL_OF(b) (((b) - 1) % LABELS)
#define NEXT_VIEW(b) (((b) + LABELS - 1) / LABELS)      /* first view after it; genesis: 0 */
#define RANGE(from, to) ((1 << (to)) - (1 << (from))) /* views from .. to - 1 */

#ifdef TRACE
#define MEMBERS 4
#else
#define MEMBERS 3
#endif

byte votes[MEMBERS * VIEWS]; /* bits: what left each member in each view */
byte parent[VIEWS * LABELS]; /* 0: nobody has seen the block; else 1 + number of its parent */

#define VOTES(m, v) votes[(m) * VIEWS + (v)]
#define PARENT(v, x) parent[(v) * LABELS + (x)]
#define SIGNED(m, v, bit) ((VOTES(m, v) & (bit)) != 0)

/* --- certificates */

#ifdef TRACE
#define COUNT(v, bit) \
    (SIGNED(0, v, bit) + SIGNED(1, v, bit) + SIGNED(2, v, bit) + SIGNED(3, v, bit))
#else
#define COUNT(v, bit) (1 + SIGNED(0, v, bit) + SIGNED(1, v, bit) + SIGNED(2, v, bit))
#endif
#ifdef KIND_UNSIGNED /* M5: a notarize vote passes for a finalize vote */
#define EXISTS_F(v, x) (COUNT(v, F(x) | N(x)) >= QUORUM)
#else
#define EXISTS_F(v, x) (COUNT(v, F(x)) >= QUORUM)
#endif
#define EXISTS_N(v, x) (COUNT(v, N(x)) >= QUORUM)
#define EXISTS_U(v) (COUNT(v, U) >= QUORUM)

/* --- what member m knows when it decides */

#ifdef TRACE
byte view[MEMBERS];
byte held[MEMBERS * VIEWS]; /* certificates, same bits */
int nulls[MEMBERS];         /* views with a nullification held */
byte proposed[MEMBERS * VIEWS]; /* proposals seen, bit x */
#define HELD(m, v) held[(m) * VIEWS + (v)]
#define PROPOSED(m, v) proposed[(m) * VIEWS + (v)]
#define KNOWS_N(m, v, x) ((HELD(m, v) & N(x)) != 0)
#define KNOWS_NF(m, v, x) ((HELD(m, v) & (N(x) | F(x))) != 0)
#define NULLS(m) nulls[m]
#define MAY_LEAVE(m, v) (HELD(m, v) != 0)
#define IN_VIEW(m, v) (view[m] == (v))
/* Not needed for safety, and a member that has not heard is not bound: only traces check it. */
#define NO_DOUBT(m, v) ((HELD(m, v) & U) == 0 && PROPOSED(m, v) != ALL_N)
#else
#define KNOWS_N(m, v, x) EXISTS_N(v, x)
#define KNOWS_NF(m, v, x) (EXISTS_N(v, x) || EXISTS_F(v, x))
#define NULLS(m) (EXISTS_U(0) | EXISTS_U(1) << 1 | EXISTS_U(2) << 2)
#define MAY_LEAVE(m, v) (EXISTS_U(v) || KNOWS_NF(m, v, 0) || KNOWS_NF(m, v, 1))
/* A member enters a view when it first signs there. Own votes are durable, certificates need not
 * be: after a restart it can be back in the view of its latest vote, but not below. */
#ifdef VIEW_UNCHECKED
#define IN_VIEW(m, v) true
#else
#define SIGNED_ABOVE(m, v) ((v) < 2 && (VOTES(m, 2) != 0 || ((v) < 1 && VOTES(m, 1) != 0)))
#define IN_VIEW(m, v) (!SIGNED_ABOVE(m, v) && ((v) == 0 || MAY_LEAVE(m, (v) - 1)))
#endif
#define NO_DOUBT(m, v) true
#endif

/* --- what an honest member may sign: R1 to R4 */

/* R4: the parent is certified and every view between is nullified. */
#ifdef GAP_UNCHECKED
#define NO_GAP(m, v, b) true
#else
#define NO_GAP(m, v, b) \
    ((NULLS(m) & RANGE(NEXT_VIEW(b), v)) == RANGE(NEXT_VIEW(b), v))
#endif
#ifdef PARENT_UNCHECKED
#define PARENT_KNOWN(m, b) ((b) == 0 || PARENT(VIEW_OF(b), LABEL_OF(b)) != 0)
#else
#define PARENT_KNOWN(m, b) ((b) == 0 || KNOWS_NF(m, VIEW_OF(b), LABEL_OF(b)))
#endif
#define JUSTIFIED(m, v, b) (PARENT_KNOWN(m, b) && NO_GAP(m, v, b))

#ifdef NOTARIZE_TWICE
#define BARS_N(x) (U | N(x) | (ALL_F & ~F(x)))
#else
#ifdef NOTARIZE_AFTER_NULLIFY
#define BARS_N(x) (ALL_N | (ALL_F & ~F(x)))
#else
#ifdef NOTARIZE_AFTER_FINALIZE
#define BARS_N(x) (U | ALL_N)
#else
#define BARS_N(x) (U | ALL_N | (ALL_F & ~F(x))) /* R1, R2 */
#endif
#endif
#endif

#ifdef NULLIFY_AFTER_FINALIZE
#define BARS_U U
#else
#define BARS_U (U | ALL_F) /* R3 */
#endif

#ifdef FINALIZE_AFTER_NULLIFY
#define BARS_F(x) (ALL_F | (ALL_N & ~N(x)))
#else
#ifdef FINALIZE_OTHER
#define BARS_F(x) (U | ALL_F)
#else
#define BARS_F(x) (U | ALL_F | (ALL_N & ~N(x))) /* R3, R1 */
#endif
#endif
#ifdef FINALIZE_UNNOTARIZED
#define SAW_N(m, v, x) (PARENT(v, x) != 0)
#else
#define SAW_N(m, v, x) KNOWS_N(m, v, x)
#endif

#define CAN_NOTARIZE(m, v, x) ((VOTES(m, v) & BARS_N(x)) == 0 && IN_VIEW(m, v))
#define CAN_NULLIFY(m, v) ((VOTES(m, v) & BARS_U) == 0 && IN_VIEW(m, v))
#define CAN_FINALIZE(m, v, x) \
    ((VOTES(m, v) & BARS_F(x)) == 0 && SAW_N(m, v, x) && NO_DOUBT(m, v))

#ifdef TRACE
#include "trace.pml"
#else

hidden byte at, spare; /* which view the vote is of; nothing between votes */
hidden byte I1_one_final_block_a_view, I1_one_final_block_a_height, I1_final_blocks_on_one_chain,
    I2_notarized_is_justified, I3_not_final_and_nullified, I5_one_notarized_block_a_view,
    I6_final_is_notarized, lemma_notarized_extends_final, unreached;

inline sign(m, v, what) {
    VOTES(m, v) = VOTES(m, v) | (what);
    at = v
}

/* The leader's proposal comes to be with the first honest vote for it; before, nobody can tell.
 * The second block of a view is never named first: they are alike. */
#define FIRST_VOTE(m, v, x, b) \
    :: PARENT(v, x) == 0 && (x == 0 || PARENT(v, 0) != 0) && CAN_NOTARIZE(m, v, x) && \
       JUSTIFIED(m, v, b) -> PARENT(v, x) = 1 + (b); sign(m, v, N(x))
/* What justified the block for the first voter is there for the next one too. */
#define LATER_VOTES(m, v, x) \
    :: PARENT(v, x) != 0 && CAN_NOTARIZE(m, v, x) -> sign(m, v, N(x)) \
    :: CAN_FINALIZE(m, v, x) -> sign(m, v, F(x))
#define VOTES_OF_VIEW(m, v) \
    LATER_VOTES(m, v, 0) \
    LATER_VOTES(m, v, 1) \
    :: CAN_NULLIFY(m, v) -> sign(m, v, U)
#define ON_BLOCK(m, v, b) \
    FIRST_VOTE(m, v, 0, b) \
    FIRST_VOTE(m, v, 1, b)
#define ON_VIEW(m, v, p) \
    ON_BLOCK(m, v, BLOCK(p, 0)) \
    ON_BLOCK(m, v, BLOCK(p, 1))
#define MEMBER(m) \
    VOTES_OF_VIEW(m, 0) \
    VOTES_OF_VIEW(m, 1) \
    VOTES_OF_VIEW(m, 2) \
    ON_BLOCK(m, 0, 0) \
    ON_BLOCK(m, 1, 0) \
    ON_BLOCK(m, 2, 0) \
    ON_VIEW(m, 1, 0) \
    ON_VIEW(m, 2, 0) \
    ON_VIEW(m, 2, 1)

/* Honest members are alike (the liar leads everywhere): one order of their rows stands for all. */
#define ROW(m) (VOTES(m, 0) | VOTES(m, 1) << 5 | VOTES(m, 2) << 10)
inline swap(i, j) {
    spare = votes[i];
    votes[i] = votes[j];
    votes[j] = spare
}
inline order(a, b) {
    if
    :: ROW(a) < ROW(b) ->
        swap(a * VIEWS, b * VIEWS);
        swap(a * VIEWS + 1, b * VIEWS + 1);
        swap(a * VIEWS + 2, b * VIEWS + 2)
    :: else
    fi
}

/* --- what must never be: the I-numbers of RELIABILITY C0 */

#define BOTH_IN_VIEW(c, v) (c(v, 0) && c(v, 1))
#define F_IN_VIEW(v) (EXISTS_F(v, 0) || EXISTS_F(v, 1))
#define IS_FINAL(b) EXISTS_F(VIEW_OF(b), LABEL_OF(b))
#define IS_NOTARIZED(b) EXISTS_N(VIEW_OF(b), LABEL_OF(b))
#define UP(b) (parent[(b) - 1] - 1) /* parent[] is by block number less one */
/* Every block of the views below `b` that is final is an ancestor of `b`. Three views: the line
 * above `b` has at most two blocks before genesis. */
#define IS_ABOVE(b, a) (UP(b) == (a) || (UP(b) != 0 && UP(UP(b)) == (a)))
#define HEIGHT(b) (1 + (UP(b) != 0) + (UP(b) != 0 && UP(UP(b)) != 0))
#define FORK(b, a) (IS_FINAL(b) && IS_FINAL(a) && !IS_ABOVE(b, a))
#define TWIN(b, a) (IS_FINAL(b) && IS_FINAL(a) && HEIGHT(b) == HEIGHT(a))
#define ASTRAY(b, a) (IS_NOTARIZED(b) && IS_FINAL(a) && !IS_ABOVE(b, a))
#define SOME(c, v, p) \
    (c(BLOCK(v, 0), BLOCK(p, 0)) || c(BLOCK(v, 0), BLOCK(p, 1)) || \
     c(BLOCK(v, 1), BLOCK(p, 0)) || c(BLOCK(v, 1), BLOCK(p, 1)))
#define SOMEWHERE(c) (SOME(c, 1, 0) || SOME(c, 2, 0) || SOME(c, 2, 1))
#define UNPROVEN(v, x) (EXISTS_F(v, x) && !EXISTS_N(v, x))
#define UNJUSTIFIED(v, x) (EXISTS_N(v, x) && !JUSTIFIED(0, v, PARENT(v, x) - 1))

/* What must be reachable, or the rest says nothing: run.py wants these assertions to fail. */
#ifdef WITNESS
#if WITNESS == 1 /* three final blocks in three views */
#define UNREACHED !(F_IN_VIEW(0) && F_IN_VIEW(1) && F_IN_VIEW(2))
#elif WITNESS == 2 /* a view skipped between two final blocks */
#define UNREACHED !(F_IN_VIEW(0) && EXISTS_U(1) && F_IN_VIEW(2))
#else /* one view notarized and nullified, and a block on either */
#define UNREACHED \
    !(EXISTS_N(0, 0) && EXISTS_U(0) && PARENT(1, 0) == 1 + BLOCK(0, 0) && PARENT(1, 1) == 1)
#endif
inline judge(v) {
    unreached = UNREACHED;
    assert(unreached)
}
#else
inline judge(v) {
#if !defined(ONLY) || ONLY == 1
    I1_one_final_block_a_view = !BOTH_IN_VIEW(EXISTS_F, v);
    assert(I1_one_final_block_a_view);
    I1_one_final_block_a_height = !SOMEWHERE(TWIN);
    assert(I1_one_final_block_a_height);
    I1_final_blocks_on_one_chain = !SOMEWHERE(FORK);
    assert(I1_final_blocks_on_one_chain);
#endif
#if !defined(ONLY) || ONLY == 3
    I3_not_final_and_nullified = !(EXISTS_U(v) && F_IN_VIEW(v));
    assert(I3_not_final_and_nullified);
#endif
#if !defined(ONLY) || ONLY == 5
    I5_one_notarized_block_a_view = !BOTH_IN_VIEW(EXISTS_N, v);
    assert(I5_one_notarized_block_a_view);
#endif
#if !defined(ONLY) || ONLY == 6
    I6_final_is_notarized = !UNPROVEN(v, 0) && !UNPROVEN(v, 1);
    assert(I6_final_is_notarized);
#endif
#ifndef ONLY
    I2_notarized_is_justified = !UNJUSTIFIED(v, 0) && !UNJUSTIFIED(v, 1);
    assert(I2_notarized_is_justified);
    lemma_notarized_extends_final = !SOMEWHERE(ASTRAY); /* CONSENSUS 7.5, 3 */
    assert(lemma_notarized_extends_final);
#endif
}
#endif

init {
end:
    do
    :: atomic {
        if
        MEMBER(0)
        MEMBER(1)
        MEMBER(2)
        fi;
        d_step {
            judge(at);
            order(0, 1);
            order(1, 2);
            order(0, 1)
        }
    }
    od
}
#endif
