"""Outcomes in SQL: what is met, by how many increments one is missed, for whom and when.

Several derivations read outcomes; what "met" means is written here, once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlglot import exp

from ressenti.errors import InvalidArgument
from ressenti.facts.periods import Grain, Weekday
from ressenti.facts.raw_values import number_in
from ressenti.language import Text
from ressenti.tallies.derivations import Facts

NEEDS: Final = ("actual", "expected", "occurred_at")
HIGHER_IS_BETTER: Final = "higher_is_better"
CHOICE: Final[Mapping[str, Any]] = {"direction": "lower_is_better", "outcome": None, "higher": ()}
"""Which way is better, which outcome alone is read, and of which ones more is better."""


def met(options: Mapping[str, Any]) -> str:
    """Return the SQL condition of an outcome that is met; equality is met."""
    return f"({overrun(options)} <= 0)"


def overrun(options: Mapping[str, Any]) -> str:
    """Return the SQL of by how much an outcome misses its expectation; 0 or less when it is met."""
    below, above = "(actual - expected)", "(expected - actual)"
    usual = above if options["direction"] == HIGHER_IS_BETTER else below
    higher = names_in(options["higher"])
    if not higher:
        return usual
    return f"(CASE WHEN outcome IN ({_listed(higher)}) THEN {above} ELSE {usual} END)"


def increments_over(options: Mapping[str, Any]) -> str:
    """Return the SQL of the overrun in the increments that customers value."""
    sizes = _sizes(options["increments"])
    if not sizes:
        return overrun(options)
    cases = " ".join(f"WHEN {_literal(name)} THEN {size!r}" for name, size in sizes.items())
    return f"({overrun(options)} / (CASE outcome {cases} ELSE 1.0 END))"


def only(options: Mapping[str, Any]) -> str:
    """Return the SQL that keeps one outcome, after a condition; nothing when all are read."""
    return f"AND outcome = {_literal(str(options['outcome']))}" if options["outcome"] else ""


def wants_of_customers(facts: Facts, options: Mapping[str, Any]) -> str:
    """Return the SQL of one row a customer, period and segment: outcomes wanted, and those met.

    An outcome is met for a customer who got it every time; a customer who wanted none of them in a
    period is not there.
    """
    period = _period(options)
    apart = "".join(f", {name}" for name in facts.carried)
    return f"""
        SELECT MIN(at) AS at, SUM(met) AS met, COUNT(*) AS wanted, segments_
        FROM (
          SELECT
            customer_id,
            {f"{period} AS period," if period else ""}
            MIN(occurred_at) AS at,
            MIN(CASE WHEN {met(options)} THEN 1 ELSE 0 END) AS met,
            segments_
          FROM facts
          WHERE customer_id IS NOT NULL AND occurred_at IS NOT NULL
            AND actual IS NOT NULL AND expected IS NOT NULL {only(options)}
          GROUP BY customer_id, outcome{f", {period}" if period else ""}{apart}
        ) AS wants
        GROUP BY customer_id{", period" if period else ""}{apart}
    """  # noqa: S608 - what is inserted are checked numbers, quoted texts and names of ours


def names_in(listed: object) -> tuple[str, ...]:
    """Return the names of an option: a sequence, or one text with commas between them.

    Examples
    --------
    >>> names_in("choice, rebate"), names_in(["in time, in full"])
    (('choice', 'rebate'), ('in time, in full',))
    """
    if isinstance(listed, str):
        return tuple(filter(None, map(str.strip, listed.split(","))))
    return tuple(map(str, listed)) if isinstance(listed, Sequence) else ()


def _sizes(increments: object) -> dict[str, float]:
    """Return the increment of each outcome: a mapping, or ``NAME=SIZE,…`` as a person writes it."""
    if not isinstance(increments, Mapping):
        pairs = (pair.rpartition("=") for pair in names_in(increments))
        increments = {name.strip(): size for name, _, size in pairs}
    sizes = {str(name): number_in(size) for name, size in increments.items()}
    for name, size in sizes.items():
        if size is None or size <= 0:
            raise InvalidArgument(
                Text(
                    en="the increment of '{name}' must be a number above 0, not {size!r}.",
                    fr="l'incrément de « {name} » doit être un nombre au-dessus de 0, pas "
                    "{size!r}.",
                ).format(name=name, size=increments[name]),
                hint=Text(
                    en="Write increments=NAME=5,OTHER=0.5", fr="Écrivez increments=NOM=5,AUTRE=0.5"
                ),
            )
    return {name: size for name, size in sizes.items() if size is not None}


def _period(options: Mapping[str, Any]) -> str | None:
    """Return the SQL of what tells the periods of a customer apart; None for all time as one."""
    if options["grain"] is None:
        return None
    grain = Grain(options["grain"])
    late = Weekday[str(options["week_starts_on"]).upper()].value if grain is Grain.WEEK else 0
    moved = f"occurred_at - INTERVAL '{late}' DAY" if late else "occurred_at"
    return f"DATE_TRUNC('{grain.value}', {moved})"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(_literal, names))


def _literal(text: str) -> str:
    return exp.Literal.string(text).sql()
