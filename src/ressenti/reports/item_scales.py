"""Reliability for a terminal: alpha and omega, what to check, and the items one by one."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.table import Table

from ressenti.language import Language, Text, number_text, percent_text
from ressenti.reports.plain_tables import plain_text
from ressenti.studies.reliability import Reliability

HEADS = (
    Text(en="item", fr="item"),
    Text(en="mean", fr="moyenne"),
    Text(en="deviation", fr="écart-type"),
    Text(en="with the others", fr="avec les autres"),
    Text(en="alpha without", fr="alpha sans"),
    Text(en="loading", fr="saturation"),
)
REVERSED = Text(en="{name} (reversed)", fr="{name} (inversé)")
ALPHA = Text(
    en="Cronbach's alpha {alpha} [{low}, {high}] at {confidence}; standardised {standardised}",
    fr="alpha de Cronbach {alpha} [{low} ; {high}] à {confidence} ; standardisé {standardised}",
)
OMEGA = Text(en="McDonald's omega {omega}", fr="oméga de McDonald {omega}")
COUNTS = Text(
    en="{n} respondents answered all items; {incomplete} did not and are left out.",
    fr="{n} répondants ont répondu à tous les items ; {incomplete} non et sont écartés.",
)


def reliability_text(found: Reliability, language: Language) -> str:
    """Return the reliability of a scale as lines and a table of its items."""
    interval = found.alpha.alpha
    lines = [
        ALPHA.format(
            alpha=_figure(interval.estimate, language),
            low=_figure(interval.low, language),
            high=_figure(interval.high, language),
            confidence=percent_text(100 * interval.confidence, language, decimals=0),
            standardised=_figure(found.alpha.standardised, language),
        ).to(language),
        OMEGA.format(omega=_figure(found.omega.omega, language)).to(language),
        COUNTS.format(
            n=number_text(found.n, language, decimals=0),
            incomplete=number_text(found.n_incomplete, language, decimals=0),
        ).to(language),
        *(f"⚠ {remark.to(language)}" for remark in found.remarks),
    ]
    return "\n".join([*lines, plain_text(item_table(found, language))])


def item_table(found: Reliability, language: Language) -> Table:
    """Return the items with their correlation with the others and alpha without them."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, head in enumerate(HEADS):
        table.add_column(head.to(language), justify="right" if place else "left")
    for item in found.items:
        name = REVERSED.format(name=item.name).to(language) if item.is_reversed else item.name
        figures = (
            item.mean,
            item.deviation,
            item.item_total,
            item.alpha_if_dropped,
            item.loading,
        )
        table.add_row(name, *(_figure(figure, language) for figure in figures))
    return table


def _figure(value: float | None, language: Language) -> str:
    return number_text(value, language, decimals=3)
