"""Columns of an export: told by the schema, never by the rows that happen to be there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ressenti.language import Language, Text
from ressenti.scores.score import Reason, Score

Value = str | int | float | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what a program calls it, and what a person reads above it."""

    key: str
    heading: Text


BEFORE_SEGMENTS = (
    Column("indicator", Text(en="indicator", fr="indicateur")),
    Column("variant", Text(en="variant", fr="variante")),
    Column("period_start", Text(en="period start", fr="début de période")),
    Column("period_end", Text(en="period end (excluded)", fr="fin de période (exclue)")),
    Column("grain", Text(en="grain", fr="pas")),
)
AFTER_SEGMENTS = (
    Column("value", Text(en="value", fr="valeur")),
    Column("low", Text(en="low", fr="borne basse")),
    Column("high", Text(en="high", fr="borne haute")),
    Column("confidence", Text(en="confidence", fr="confiance")),
    Column("method", Text(en="method", fr="méthode")),
    Column("unit", Text(en="unit", fr="unité")),
    Column("direction", Text(en="direction", fr="sens favorable")),
    Column("n", Text(en="n", fr="n")),
    Column("n_effective", Text(en="effective n", fr="n effectif")),
    Column("n_missing", Text(en="missing", fr="manquantes")),
    Column("n_invalid", Text(en="invalid", fr="invalides")),
    Column("level", Text(en="published reading", fr="repère publié")),
    Column("level_source", Text(en="source of the reading", fr="source du repère")),
    Column("reason", Text(en="reason", fr="motif")),
    Column("flags", Text(en="remarks", fr="remarques")),
    Column("parts", Text(en="companions", fr="détail")),
)


def score_columns(dimensions: Mapping[str, Text]) -> tuple[Column, ...]:
    """Return the columns of scores cut by the declared dimensions.

    Parameters
    ----------
    dimensions : mapping of str to Text
        Every dimension of the request by key, whether or not a score has a value for it.
    """
    segments = tuple(Column(key, heading) for key, heading in dimensions.items())
    return BEFORE_SEGMENTS + segments + AFTER_SEGMENTS


def score_values(score: Score, dimensions: Sequence[str], language: Language) -> tuple[Value, ...]:
    """Return one score as a row of ``score_columns``, unrounded; codes stay codes.

    A hidden group has no counts at all: they are not zero.
    """
    period, level = score.period, score.level
    return (
        score.indicator,
        score.variant,
        None if period is None else period.start,
        None if period is None else period.end,
        None if period is None else period.grain,
        *(score.segment.get(name) for name in dimensions),
        score.value,
        score.low,
        score.high,
        score.confidence,
        score.method,
        str(score.unit),
        str(score.direction),
        *((None,) * 4 if score.reason == Reason.SUPPRESSED else _counts(score)),
        None if level is None else level.label.to(language),
        None if level is None else level.source,
        None if score.reason is None else str(score.reason),
        " ".join(str(flag) for flag in score.flags),
        json.dumps(dict(score.parts), default=str) if score.parts else None,
    )


def _counts(score: Score) -> tuple[Value, ...]:
    return score.n, score.n_effective, score.n_missing, score.n_invalid
