"""Outcome forms: what a person says of an outcome that customers want, checked as a plan is."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from math import isfinite

from django.utils.translation import gettext as _

from ressenti.facts.company_results import company_result_in
from ressenti.facts.plan_outcomes import ExpectationSource, OutcomeDirection, OutcomeKind
from ressenti.language import Language, Text
from ressenti.studies.outcome_library import OutcomeTemplate

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
LONGEST_WORDS, LONGEST_UNIT = 120, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenOutcome:
    """An outcome as a form gives it, and what is wrong with it.

    Parameters
    ----------
    theme : str
        That of the comments which proposed it; empty where none did.
    faults : mapping of field to str
        In the language of the page; empty when it may be declared.
    """

    key: str
    words: Mapping[str, str]
    kind: str
    step: str
    unit: str
    increment: float
    is_higher_better: bool
    expectation_source: str
    moves: tuple[str, ...]
    theme: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)


def outcome_of_form(
    posted: Mapping[str, str],
    moves: Collection[str],
    *,
    measures: Collection[str],
    steps: Collection[str],
    taken: Collection[str],
    themes: Collection[str] = (),
    language: Language,
) -> GivenOutcome:
    """Return the outcome of a form, with its faults.

    Parameters
    ----------
    moves, measures : collections of str
        The tallies chosen, and those there are.
    taken : collection of str
        Keys that are declared already.
    themes : collection of str
        Those by which comments may have proposed it.
    """
    words = {
        own: " ".join(posted.get(f"words_{own}", "").split())[:LONGEST_WORDS]
        for own in ("fr", "en")
    }
    key = posted.get("key", "").strip()
    kind, step = posted.get("kind", ""), posted.get("step", "")
    source = posted.get("expectation_source", "")
    increment = _number(posted.get("increment", ""))
    faults: dict[str, str] = {}
    if not KEY.fullmatch(key):
        faults["key"] = _("Write the name that the facts bear: small letters, digits and _.")
    elif key in taken:
        faults["key"] = _("This outcome is declared already.")
    if not any(words.values()):
        faults["words"] = _("Say it in the customers’ words, in one language at least.")
    refused = company_result_in(key, *filter(None, words.values()))
    if refused is not None:
        faults["words"] = f"{refused.refusal.to(language)} {refused.instead.to(language)}".strip()
    if increment is None or increment <= 0:
        faults["increment"] = _("Write a number above 0.")
    if source not in set(ExpectationSource) - {ExpectationSource.LEARNT}:
        faults["expectation_source"] = _("Choose who says what may be expected.")
    return GivenOutcome(
        key=key,
        words={own: text for own, text in words.items() if text},
        kind=kind if kind in set(OutcomeKind) else "",
        step=step if step in steps else "",
        unit=posted.get("unit", "").strip()[:LONGEST_UNIT],
        increment=increment or 1.0,
        is_higher_better=posted.get("direction") == "high",
        expectation_source=source,
        moves=tuple(name for name in moves if name in measures),
        theme=posted.get("theme", "") if posted.get("theme") in themes else "",
        faults=faults,
    )


def outcome_of_candidate(theme: str, name: Text, template: OutcomeTemplate | None) -> GivenOutcome:
    """Return what the form says at first of something that customers speak of.

    Parameters
    ----------
    template : OutcomeTemplate or None
        The outcome to start from; None for one in words of its own.
    """
    if template is None:
        return GivenOutcome(
            key=theme.partition(".")[2],
            words={"fr": name.fr, "en": name.en},
            kind="",
            step="",
            unit="",
            increment=1.0,
            is_higher_better=False,
            expectation_source=ExpectationSource.CUSTOMER,
            moves=(),
            theme=theme,
        )
    return GivenOutcome(
        key=template.key,
        words={"fr": template.words.fr, "en": template.words.en},
        kind=template.kind,
        step=template.step,
        unit=template.unit,
        increment=template.increment,
        is_higher_better=template.direction is OutcomeDirection.HIGH,
        expectation_source=template.expectation_source,
        moves=(),
        theme=theme,
    )


def _number(text: str) -> float | None:
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return number if isfinite(number) else None
