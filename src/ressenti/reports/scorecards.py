"""Scorecards for a terminal: value, interval, change only where it is established, trend."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text as Styled

from ressenti.language import MISSING_NUMBER, Language, Text, number_text, percent_text
from ressenti.reports.changes import difference_text
from ressenti.reports.sparklines import sparkline
from ressenti.reports.terminal import interval_text, score_name
from ressenti.reports.words import HEADS
from ressenti.scores.score import Direction, Score, Unit, value_text
from ressenti.studies.comparing import Change
from ressenti.studies.scorecard import Card

SHOWN_PERIODS = 24
CHANGE = Text(en="change on the period before", fr="évolution sur la période précédente")
TREND = Text(en="trend", fr="tendance")
NOT_ESTABLISHED = Text(en="not distinguishable", fr="non distinguable")
GOOD, BAD, PLAIN = "green", "red", ""


def scorecard_table(cards: Sequence[Card], language: Language, *, title: str = "") -> Table:
    """Return a scorecard; no arrow and no colour stands without an established change."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, title=title, title_justify="left")
    share = percent_text(
        100 * (cards[0].latest.confidence if cards else 0.95), language, decimals=0
    )
    table.add_column(HEADS["indicator"].to(language))
    table.add_column(HEADS["value"].to(language), justify="right")
    interval = HEADS["interval"].format(confidence=share).to(language)
    table.add_column(interval, justify="right", no_wrap=True)
    table.add_column(HEADS["n"].to(language), justify="right")
    table.add_column(CHANGE.to(language))
    table.add_column(TREND.to(language), no_wrap=True)
    for card in cards:
        latest = card.latest
        finer = 1 if latest.unit is Unit.POINTS else 0
        table.add_row(
            score_name(latest, language),
            Styled(value_text(latest.value, latest.unit, language, finer=finer), style="bold"),
            interval_text(latest, language),
            number_text(latest.n, language, decimals=0),
            change_cell(card.change, latest, language),
            sparkline([score.value for score in card.trend[-SHOWN_PERIODS:]]),
        )
    return table


def change_cell(change: Change | None, score: Score, language: Language) -> Styled:
    """Return the change with its arrow when it is established, and the plain words otherwise."""
    if change is None or change.difference is None or score.is_indicative:
        return Styled(MISSING_NUMBER)
    if not change.is_established:
        return Styled(NOT_ESTABLISHED.to(language), style="dim")
    arrow = "▲" if change.difference > 0 else "▼"
    amount = difference_text(change.difference, score.unit, language)
    return Styled(f"{arrow} {amount}", style=_colour(change.difference, score.direction))


def _colour(difference: float, direction: Direction) -> str:
    if direction is Direction.CONTEXT:
        return PLAIN
    is_good = (difference > 0) == (direction is Direction.HIGH)
    return GOOD if is_good else BAD
