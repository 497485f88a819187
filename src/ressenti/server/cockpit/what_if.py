"""What if: how much a mark would move if a driver moved, within what units are seen to do.

A change is linear in how far a driver moves, so that what was worked out for one scenario gives
every other one, its limits included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from ressenti.errors import UndefinedResult
from ressenti.language import Language, Text, number_text, percent_text
from ressenti.reports.changes import difference_text
from ressenti.reports.driver_words import bracketed
from ressenti.scores.score import Unit

MEAN = "mean"
# A limit that is written back as the page rounds it is within.
SHARE_SLACK, MEAN_SLACK = 0.0005, 0.005
NOT_A_NUMBER = UndefinedResult(
    Text(en="write a number.", fr="écrivez un nombre."),
)
BEYOND = Text(
    en="units have been seen between {low} and {high} only: nothing is known beyond.",
    fr="on n'a vu les unités qu'entre {low} et {high} : on ne sait rien au-delà.",
)
ANSWER = Text(
    en="From {now} to {then}, {target} would move by {change} {limits}{doubt}, if the association "
    "were causal.",
    fr="De {now} à {then}, {target} bougerait de {change} {limits}{doubt}, si l'association était "
    "causale.",
)
UNSURE = Text(en=" (possibly nothing)", fr=" (peut-être rien)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """A driver that may be moved, and what one scenario of it gives.

    Parameters
    ----------
    words : str
        What moves: the share of some answers, or the mean of a quantity.
    now, then : float
        Share 0..1, or mean; of today, and of the scenario worked out.
    low, high : float
        Between which units are seen.
    change : triple of float
        Of the mark in that scenario: estimate, lower and upper limit.
    """

    driver: str
    words: str
    is_share: bool
    now: float
    then: float
    low: float
    high: float
    change: tuple[float, float, float]

    def shown(self, value: float, language: Language) -> str:
        """Return a share as a percentage, a mean as a number."""
        if self.is_share:
            return percent_text(100 * value, language)
        return number_text(value, language, decimals=2)


def levers_of_answer(answer: Mapping[str, Any]) -> list[Lever]:
    """Return the drivers of a study that may be moved, the most important first."""
    found = []
    for told in answer["document"]["drivers"]:
        scenario = told["what_if"]
        if told["driver"] not in answer["levers"] or scenario is None:
            continue
        estimate, low, high = (scenario["change"][name] for name in ("estimate", "low", "high"))
        if None in (estimate, low, high) or scenario["then"] in (None, scenario["now"]):
            continue
        found.append(
            Lever(
                driver=told["driver"],
                words=answer["levers"][told["driver"]],
                is_share=scenario["moved"] != MEAN,
                now=scenario["now"],
                then=scenario["then"],
                low=scenario["reach"][0],
                high=scenario["reach"][1],
                change=(estimate, low, high),
            )
        )
    return found


def asked_value(lever: Lever, text: str, language: Language) -> float:
    """Return where a lever is asked to go.

    Parameters
    ----------
    text : str
        A percentage for a share, with or without its sign; a comma is a decimal point.

    Raises
    ------
    UndefinedResult
        R206, for what is no number, or lies beyond what units are seen to do.
    """
    digits = text.replace(",", ".").replace("%", "").strip()
    try:
        number = float(digits)
    except ValueError:
        raise NOT_A_NUMBER from None
    value = number / 100 if lever.is_share else number
    slack = SHARE_SLACK if lever.is_share else MEAN_SLACK
    if not isfinite(value) or not lever.low - slack <= value <= lever.high + slack:
        low, high = (lever.shown(limit, language) for limit in (lever.low, lever.high))
        raise UndefinedResult(BEYOND.format(low=low, high=high))
    return min(max(value, lever.low), lever.high)


def change_at(lever: Lever, value: float) -> tuple[float, float, float]:
    """Return by how much the mark would move, with its limits.

    Examples
    --------
    >>> lever = Lever(driver="wait", words="wait", is_share=True, now=0.4, then=0.3, low=0.2,
    ...               high=0.6, change=(4.0, 2.0, 6.0))
    >>> change_at(lever, 0.35), change_at(lever, 0.5)
    ((2.0, 1.0, 3.0), (-4.0, -6.0, -2.0))
    """
    far = round((lever.now - value) / (lever.now - lever.then), 12)
    estimate, *limits = (own * far for own in lever.change)
    low, high = sorted(limits)
    return estimate, low, high


def answer_words(lever: Lever, value: float, target: str, unit: Unit, language: Language) -> str:
    """Return what would move, and how sure that is, in a sentence."""
    estimate, low, high = change_at(lever, value)
    lower, upper = (difference_text(limit, unit, language) for limit in (low, high))
    return ANSWER.format(
        now=lever.shown(lever.now, language),
        then=lever.shown(value, language),
        target=target,
        change=difference_text(estimate, unit, language),
        limits=bracketed(lower, upper, language),
        doubt=UNSURE if low <= 0 <= high else "",
    ).to(language)
