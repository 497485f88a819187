"""Changes of level in words: from when on, by how much, and what happened at that time."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from ressenti.language import Language, Text
from ressenti.reports.changes import difference_text
from ressenti.scores.score import Unit
from ressenti.studies.series import LevelChange

CHANGE = Text(
    en="{difference} from {start} on (the move lies between {earliest} and {latest})",
    fr="{difference} à partir du {start} (le mouvement se situe entre le {earliest} et le "
    "{latest})",
)
DATED = Text(en="{difference} from {start} on", fr="{difference} à partir du {start}")
GOES_WITH = Text(en="; at that time: {events}", fr=" ; à ce moment : {events}")


def change_line(change: LevelChange, unit: Unit, language: Language) -> str:
    """Return when a level moved, by how much, and what a person told of that time."""
    found = change.difference
    semicolon = "\N{NO-BREAK SPACE};" if language == "fr" else ","
    low, high = (difference_text(limit, unit, language) for limit in (found.low, found.high))
    is_dated = change.earliest == change.latest
    text = (DATED if is_dated else CHANGE).format(
        difference=f"{difference_text(found.estimate, unit, language)} [{low}{semicolon} {high}]",
        start=day_text(change.start, language),
        earliest=day_text(change.earliest, language),
        latest=day_text(change.latest, language),
    )
    told = text.to(language)
    if change.events:
        names = ", ".join(event.label for event in change.events)
        told += GOES_WITH.format(events=names).to(language)
    return told


def day_text(day: str, language: Language) -> str:
    """Return a day as a person writes it."""
    return format_date(date.fromisoformat(day), format="long", locale=language)
