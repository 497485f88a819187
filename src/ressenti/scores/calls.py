"""Calls: how each one ended and after how long a wait, for the indicators of accessibility."""

from __future__ import annotations

from collections import Counter

from ressenti.facts.raw_values import number_in
from ressenti.facts.scales import Level
from ressenti.scores.definitions import Events, Outcome
from ressenti.scores.inputs import Inputs
from ressenti.scores.rows import Row, instant, rows_of
from ressenti.scores.worked import CONTRADICTION, tally_of_levels
from ressenti.tallies.tally import Tally

ANSWERED = ("answered_within", "answered_late")
LONG_ABANDONED = ("abandoned_within", "abandoned_late")
ABANDONED = ("abandoned_short", *LONG_ABANDONED)
TARGET_S = 20
SHORT_S = 5
CALL_FACTS = Events(
    fact="contacts",
    derivation="calls",
    needs=("offered_at", "answered_at", "abandoned_at"),
    options={"target_s": TARGET_S, "short_s": SHORT_S},
)

CALL_COLUMNS = {
    "offered_at": (),
    "answered_at": (),
    "abandoned_at": (),
    "wait_s": ("wait",),
    "answered": (),
}


def tally_of_calls(inputs: Inputs) -> Tally | Outcome:
    """Return the tally of an example's calls, listed one by one or counted.

    Parameters
    ----------
    inputs : Inputs
        ``calls``, rows of ``{offered_at, answered_at, abandoned_at}`` or ``{wait_s, answered}``,
        with ``target_s`` and ``short_s``; or the counts ``answered`` and ``abandoned``, or one of
        them and ``received``, and of these how many within the thresholds. An end before the
        offer is a clock error: invalid.
    """
    return _tally_of_listed_calls(inputs) if inputs.has("calls") else _tally_of_counts(inputs)


def _tally_of_listed_calls(inputs: Inputs) -> Tally:
    target = inputs.count("target_s", TARGET_S)
    short = inputs.count("short_s", SHORT_S)
    counts: Counter[Level] = Counter()
    missing = invalid = 0
    for row in rows_of(inputs, "calls", CALL_COLUMNS):
        answered, wait = _end_of(row)
        if answered is None:
            counts["in_progress"] += 1
        elif wait is None:
            missing += 1
        elif wait < 0:
            invalid += 1
        elif answered:
            counts["answered_within" if wait <= target else "answered_late"] += 1
        elif wait <= short:
            counts["abandoned_short"] += 1
        else:
            counts["abandoned_within" if wait <= target else "abandoned_late"] += 1
    return Tally.of_counts(counts, missing=missing, invalid=invalid)


def _end_of(row: Row) -> tuple[bool | None, float | None]:
    """Return whether a call was answered, None while it rings, and how long it waited."""
    if row["answered"] is not None:
        return bool(row["answered"]), number_in(row["wait_s"])
    offered = instant(row["offered_at"])
    for name, answered in (("answered_at", True), ("abandoned_at", False)):
        end = instant(row[name])
        if end is not None:
            return answered, None if offered is None else (end - offered).total_seconds()
    return None, None


def _tally_of_counts(inputs: Inputs) -> Tally | Outcome:
    answered, abandoned = _ends(inputs)
    within = inputs.count("answered_within", 0)
    short = inputs.count("short_abandons" if inputs.has("short_abandons") else "abandoned_short", 0)
    late = inputs.count("abandoned_after", 0)
    known_late = inputs.has("abandoned_after")
    quick = inputs.count("abandoned_within", abandoned - late if known_late else short)
    if known_late and quick + late != abandoned:
        return CONTRADICTION
    if answered + abandoned > inputs.count("received", answered + abandoned):
        return CONTRADICTION
    return tally_of_levels(
        {
            "answered_within": within,
            "answered_late": answered - within,
            "abandoned_short": short,
            "abandoned_within": quick - short,
            "abandoned_late": abandoned - quick,
        }
    )


def _ends(inputs: Inputs) -> tuple[float, float]:
    """Return the calls answered and abandoned; without another outcome, one tells the other."""
    if inputs.has("answered", "abandoned"):
        return inputs.count("answered"), inputs.count("abandoned")
    if inputs.has("received", "answered"):
        return inputs.count("answered"), inputs.count("received") - inputs.count("answered")
    if inputs.has("received", "abandoned"):
        return inputs.count("received") - inputs.count("abandoned"), inputs.count("abandoned")
    if inputs.has("abandoned_within", "abandoned_after"):
        both = inputs.count("abandoned_within") + inputs.count("abandoned_after")
        return inputs.count("answered"), both
    return inputs.count("answered"), inputs.count("abandoned")
