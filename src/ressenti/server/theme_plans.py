"""Theme plans: which themes an organisation's comments are read for.

A theme is kept by the key of its plan and its own, ``delivery.delay``: plans of several trades may
call different things by one word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Protocol

from ressenti.emotions.themes.plans import (
    SECTORS,
    TRADES,
    PlanKind,
    Theme,
    ThemePlan,
    theme_plan,
    theme_plan_in,
)
from ressenti.language import Language, Text

OWN = "own"
NAME = Text(en="Themes of the organisation", fr="Thèmes de l'organisation")


class Chooser(Protocol):
    """An organisation, as far as it chose themes."""

    @property
    def theme_plan(self) -> Mapping[str, Any]: ...


def chosen_plans(organisation: Chooser) -> tuple[str, ...]:
    """Return the keys of the shipped plans that an organisation uses: all trades at first."""
    chosen = organisation.theme_plan.get("plans") or TRADES
    return tuple(key for key in (*TRADES, *SECTORS) if key in chosen)


def plan_of(organisation: Chooser) -> ThemePlan:
    """Return the one plan that an organisation's comments are read by, its keys qualified.

    Raises
    ------
    InvalidPlan
        R104, when the organisation's own plan is none.
    """
    themes = [theme for key in chosen_plans(organisation) for theme in qualified_themes(key)]
    return ThemePlan("organisation", PlanKind.OWN, NAME, (*themes, *own_themes(organisation)))


def own_themes(organisation: Chooser) -> tuple[Theme, ...]:
    """Return the themes that an organisation added, their keys qualified."""
    text = organisation.theme_plan.get(OWN, "")
    return _qualified(theme_plan_in(text), OWN) if text else ()


@cache
def qualified_themes(plan: str) -> tuple[Theme, ...]:
    """Return the themes of a shipped plan.

    Examples
    --------
    >>> qualified_themes("delivery")[0].key
    'delivery.delay'
    """
    return _qualified(theme_plan(plan), plan)


def theme_names(organisation: Chooser) -> Mapping[str, Text]:
    """Return what every theme is called that a comment may have been read for, now or before."""
    return {**_shipped_names(), **{theme.key: theme.name for theme in own_themes(organisation)}}


def plan_name(theme: str, language: Language) -> str:
    """Return what the plan of a theme is called; empty for the organisation's own.

    Examples
    --------
    >>> plan_name("delivery.delay", "fr"), plan_name("own.parking", "fr")
    ('Livraison', '')
    """
    plan = theme.partition(".")[0]
    return theme_plan(plan).name.to(language) if plan in (*TRADES, *SECTORS) else ""


@cache
def _shipped_names() -> Mapping[str, Text]:
    return {theme.key: theme.name for key in (*TRADES, *SECTORS) for theme in qualified_themes(key)}


def _qualified(plan: ThemePlan, key: str) -> tuple[Theme, ...]:
    return tuple(replace(theme, key=f"{key}.{theme.key}") for theme in plan.themes)
