"""Worked examples: from counts to tallies, from tallies to outcomes, and how inputs contradict."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ressenti.facts.scales import Level
from ressenti.scores.contrast import Contrast, Distribution
from ressenti.scores.definitions import Outcome
from ressenti.scores.estimates import Estimates, Shape
from ressenti.scores.inputs import Inputs
from ressenti.scores.rows import Columns, rows_of
from ressenti.scores.score import CONFIDENCE, SMALL_BASE, Flag, Reason
from ressenti.tallies.tally import Tally, TallyTable

NO_DATA = Outcome(reason=Reason.NO_DATA)
CONTRADICTION = Outcome(reason=Reason.INCONSISTENT_INPUT)
UNDEFINED = Outcome(reason=Reason.UNDEFINED)


def part_of_whole(
    part: float, whole: float, *, inside: Level, outside: Level, missing: int = 0
) -> Tally | Outcome:
    """Return the tally of a part and of the rest of its whole; a part above its whole contradicts.

    Examples
    --------
    >>> tally = part_of_whole(3, 10, inside="kept", outside="lost")
    >>> tally.levels["lost"].n
    7
    >>> part_of_whole(11, 10, inside="kept", outside="lost").reason
    <Reason.INCONSISTENT_INPUT: 'inconsistent_input'>
    """
    return tally_of_levels({inside: part, outside: whole - part}, missing=missing)


def tally_of_levels(counts: Mapping[Level, float], *, missing: int = 0) -> Tally | Outcome:
    """Return the tally of counts per level; a negative one, left by a subtraction, contradicts."""
    if any(n < 0 for n in counts.values()):
        return CONTRADICTION
    return Tally.of_counts(counts, missing=missing)


def tally_of_judgements(
    inputs: Inputs, name: str, columns: Columns, *, inside: Level, outside: Level
) -> Tally | Outcome:
    """Return how many rows of an input are true in the only column; null is missing.

    Examples
    --------
    >>> contacts = Inputs({"contacts": [True, {"offered": False}, None]})
    >>> tally = tally_of_judgements(
    ...     contacts, "contacts", {"offered": ()}, inside="offered", outside="not_offered"
    ... )
    >>> tally.n, tally.missing
    (2, 1)
    """
    judgements = [next(iter(row.values())) for row in rows_of(inputs, name, columns)]
    known = [one for one in judgements if one is not None]
    missing = len(judgements) - len(known)
    true = sum(map(bool, known))
    return part_of_whole(true, len(known), inside=inside, outside=outside, missing=missing)


def outcome_of(
    tally: Tally | Outcome, shape: Shape, inputs: Inputs, *, flags: tuple[str, ...] = ()
) -> Outcome:
    """Return what a shape says of one tally, for a variant that adds something to it."""
    if isinstance(tally, Outcome):
        return tally
    table = TallyTable.of({"example": tally})
    confidence = inputs.number("confidence", CONFIDENCE)
    estimates = shape.estimates(table, confidence=confidence)
    value = _number(estimates.value[0])
    n = float(estimates.n[0])
    if value is None:
        reason = Reason.NO_DATA if n == 0 else estimates.reason
        return Outcome(reason=reason, n=n, n_missing=tally.missing, n_invalid=tally.invalid)
    return Outcome(
        value=value,
        n=n,
        n_missing=tally.missing,
        n_invalid=tally.invalid,
        low=_number(estimates.low[0]),
        high=_number(estimates.high[0]),
        n_effective=_number(estimates.n_effective[0]),
        method=estimates.method,
        parts=estimates.parts[0] if estimates.parts else {},
        flags=flags + base_flags(n),
    )


def ratio_outcome(part: float, base: float, *, n: float | None = None) -> Outcome:
    """Return 100 · part / base, flagged above 100, for a ratio that is no share of a whole.

    It has no interval: the part is not drawn from the base. Without a base there is no data.

    Examples
    --------
    >>> ratio_outcome(10, 95).value, ratio_outcome(110, 100).flags[0]
    (10.526315789473685, <Flag.ABOVE_100: 'above_100'>)
    """
    if base == 0:
        return NO_DATA if part == 0 else UNDEFINED
    value = 100 * part / base
    flags = (Flag.ABOVE_100,) if value > 100 else ()
    return Outcome(value=value, n=base if n is None else n, flags=flags)


def base_flags(n: float) -> tuple[str, ...]:
    """Return the flags of a small base.

    Examples
    --------
    >>> base_flags(12), base_flags(30)
    ((<Flag.SMALL_BASE: 'small_base'>,), ())
    """
    if n >= SMALL_BASE:
        return ()
    return (Flag.ONE_ANSWER, Flag.SMALL_BASE) if n == 1 else (Flag.SMALL_BASE,)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedContrast(Contrast):
    """A contrast whose value stands among its parts, as a compound variant publishes it.

    Parameters
    ----------
    n, n_missing : str or None
        The names under which the answers counted and left out are published too.
    """

    n: str | None = None
    n_missing: str | None = None

    def estimates_of(
        self, found: Distribution, table: TallyTable, *, confidence: float
    ) -> Estimates:
        # A dataclass with slots is made anew, so super() without arguments would miss it.
        bare = Contrast.estimates_of(self, found, table, confidence=confidence)
        parts = tuple(self._parts(bare, table, row) for row in range(len(table)))
        return replace(bare, parts=parts)

    def _parts(self, bare: Estimates, table: TallyTable, row: int) -> dict[str, Any]:
        parts = dict(bare.parts[row]) if bare.parts else {}
        parts["value"] = _number(bare.value[row])
        if self.n:
            parts[self.n] = int(bare.n[row])
        if self.n_missing:
            parts[self.n_missing] = int(table.missing[row])
        return parts


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
