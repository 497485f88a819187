"""Outcome candidates in a terminal: what customers speak of, how strongly, what they lack."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table

from ressenti.language import MISSING_NUMBER, Language, Text, number_text, percent_text
from ressenti.reports.plain_tables import plain_text
from ressenti.statistics.intervals import Interval
from ressenti.studies.outcome_candidates import Candidate, Candidates

HEADS = (
    Text(en="theme", fr="thème"),
    Text(en="people", fr="personnes"),
    Text(en="speak of it", fr="en parlent"),
    Text(en="strength (0 to 1)", fr="force (0 à 1)"),
    Text(en="displeased, of those", fr="mécontents parmi eux"),
    Text(en="to start from", fr="pour commencer"),
)
READ = Text(
    en="People whose comment was read: {n}.", fr="Personnes dont le commentaire a été lu : {n}."
)
HIDDEN = Text(
    en="Themes hidden, of too few people: {n}.",
    fr="Thèmes masqués, trop peu de personnes : {n}.",
)
CAUTION = Text(
    en="Candidates only: who writes is not everybody. Ask customers what they wanted, then both "
    "tests.",
    fr="De simples candidats : tout le monde n'écrit pas. Demandez aux clients ce qu'ils "
    "voulaient, puis posez les deux tests.",
)


def candidates_text(
    found: Candidates,
    named: Sequence[tuple[Candidate, Text, Sequence[str]]],
    language: Language,
) -> str:
    """Return the candidates with their names and the templates that fit them, as plain text."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, head in enumerate(HEADS):
        table.add_column(head.to(language), justify="right" if 0 < place < 5 else "left")
    for one, name, templates in named:
        table.add_row(
            name.to(language),
            number_text(one.respondents, language, decimals=0),
            _share_text(one.talked_about, language),
            _strength_text(one.emotional, language),
            _share_text(one.unmet, language),
            ", ".join(templates),
        )
    lines = [READ.format(n=number_text(found.respondents, language, decimals=0))]
    if found.hidden:
        lines.append(HIDDEN.format(n=found.hidden))
    return "\n".join([plain_text(table), *(line.to(language) for line in (*lines, CAUTION))])


def _share_text(interval: Interval, language: Language) -> str:
    if interval.estimate is None:
        return MISSING_NUMBER
    value = percent_text(100 * interval.estimate, language, decimals=0)
    return value + _limits(interval, language, scale=100, decimals=0)


def _strength_text(interval: Interval, language: Language) -> str:
    value = number_text(interval.estimate, language, decimals=2)
    return value + _limits(interval, language, scale=1, decimals=2)


def _limits(interval: Interval, language: Language, *, scale: float, decimals: int) -> str:
    if interval.low is None or interval.high is None:
        return ""
    low, high = (
        number_text(scale * limit, language, decimals=decimals)
        for limit in (interval.low, interval.high)
    )
    return f" [{low} ; {high}]" if language == "fr" else f" [{low}, {high}]"
