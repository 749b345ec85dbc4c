"""Recorded runs altered by hand: each breaks one rule of the protocol and, as far as can be, nothing else."""

ENOUGH = 20  # altered runs of each kind

# Each takes the events (kind, member, view, label, parent) and the liar, and gives altered events, or None when this run
# offers no place for it.


def honest(events, liar, kind):
    return [(at, one) for at, one in enumerate(events) if one[0] == kind and one[1] != liar]


def does(events, kind, member, view, since=0):
    return any(one[:3] == (kind, member, view) for one in events[since:])


def finalize_after_nullify(events, liar):
    """A member that nullified a view and saw its notarization finalizes it after all."""
    for at, (_, member, view, label, _) in honest(events, liar, "hold notarize"):
        before = events[:at]
        others = [one for one in before if one[0] == "notarize" and one[1:3] == (member, view) and one[3] != label]
        if does(before, "nullify", member, view) and not others and not does(before, "hold nullify", member, view):
            if not any(one[0] == "see" and one[1:3] == (member, view) and one[3] != label for one in before):
                return events[:at + 1] + [("finalize", member, view, label, ())] + events[at + 1:]
    return None


def nullify_after_finalize(events, liar):
    """A member restarts in the view of its last vote, a Finalize, and nullifies that view."""
    for member in range(4):
        own = [one for one in events if one[1] == member and one[0] in ("notarize", "nullify", "finalize")]
        if member == liar or not own:
            continue
        last = max(one[2] for one in own)
        if any(one[0] == "finalize" and one[2] == last for one in own):
            return events + [("restart", member, last, 0, ()), ("nullify", member, last, 0, ())]
    return None


def second_notarize(events, liar):
    """A member notarizes the liar's other block too."""
    for at, (_, member, view, label, _) in honest(events, liar, "notarize"):
        other = 1 - label
        born = [one for one in events[:at] if one[0] == "propose" and one[2] == view]
        mine = [one for one in born if one[3] == label]
        if len(born) != 2 or born[0][4] != born[1][4] or not mine or does(events, "finalize", member, view):
            continue
        return events[:at + 1] + [("see", member, view, other, ()), ("notarize", member, view, other, ())] + events[at + 1:]
    return None


def certificate_of_two(events, liar):
    """One of the three votes that a notarization rests on was never cast."""
    for at, (_, _, view, label, _) in enumerate(events):
        if events[at][0] != "hold notarize":
            continue
        voted = [i for i, one in enumerate(events[:at]) if one[0] in ("notarize", "liar notarize") and one[2:4] == (view, label)]
        if len(voted) == 3:
            return events[:voted[-1]] + events[voted[-1] + 1:]
    return None


def parent_below_the_gap(events, liar):
    """A leader builds on genesis over views that nobody nullified."""
    for at, (kind, member, view, label, up) in honest(events, liar, "propose"):
        if up[0] > 0:
            return events[:at] + [(kind, member, view, label, (0, 0))] + events[at + 1:]
    return None


def parent_not_notarized(events, liar):
    """A leader builds on a block of the nullified view before that never was notarized."""
    for at, (kind, member, view, label, up) in honest(events, liar, "propose"):
        for _, _, below, other, _ in (one for one in events[:at] if one[0] == "propose" and up[0] < one[2] < view):
            if not any(one[0] == "hold notarize" and one[2:4] == (below, other) for one in events):
                return events[:at] + [(kind, member, view, label, (below, other))] + events[at + 1:]
    return None


# The rule without which the model must accept the altered run again.
ALTERATIONS = {
    "Finalize after Nullify": (finalize_after_nullify, "FINALIZE_AFTER_NULLIFY"),
    "Nullify after Finalize": (nullify_after_finalize, "NULLIFY_AFTER_FINALIZE"),
    "second Notarize": (second_notarize, "NOTARIZE_TWICE"),
    "certificate of two": (certificate_of_two, "QUORUM_2"),
    "gap not nullified": (parent_below_the_gap, "GAP_UNCHECKED"),
    "parent not notarized": (parent_not_notarized, "PARENT_UNCHECKED"),
}
