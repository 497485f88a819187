"""Emotions: what stands beside a NES, since one net figure hides most of what was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from django.db import connection

from ressenti.facts.scales import Scale
from ressenti.language import Text
from ressenti.scores.emotions import INTENSITY
from ressenti.scores.score import Flag, Score
from ressenti.server.cockpit.emotion_audit import CorrectedNes, corrected_between, samples_of
from ressenti.server.cockpit.scope import Scope
from ressenti.server.cockpit.tables import tally_table
from ressenti.server.cockpit.windows import Window
from ressenti.server.models import EmotionEngine
from ressenti.server.tallying.readings import (
    INTENSITIES,
    MIXED,
    NEGATIVE,
    NEUTRAL,
    POLARITIES,
    POSITIVE,
    TONES,
)
from ressenti.tallies.tally import ALL, Tally, TallyTable

BESIDE: Final = (TONES, INTENSITIES)
TONE: Final = Scale(
    key="tone",
    name=Text(en="tone of what was written", fr="tonalité de ce qui est écrit"),
    levels=(NEGATIVE, MIXED, NEUTRAL, POSITIVE),
    labels={
        NEGATIVE: Text(en="negative", fr="négatif"),
        MIXED: Text(en="mixed", fr="mixte"),
        NEUTRAL: Text(en="neutral", fr="neutre"),
        POSITIVE: Text(en="positive", fr="positif"),
    },
    positive=frozenset({POSITIVE}),
    negative=frozenset({NEGATIVE}),
)
SERIES = """
SELECT DISTINCT period, series FROM ressenti_tallycell
WHERE organisation_id = %s AND tally = %s AND grain = 'day' AND n <> 0
  AND period >= %s AND period < %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emotions:
    """What was read in the comments behind a NES, by the first days of the periods that show it.

    Parameters
    ----------
    tones, intensities : TallyTable
        Keyed ``(first day,)``; hidden periods are not there.
    engines : mapping of date to names
        What read in each period, in the order in which they came.
    corrected : mapping of date to CorrectedNes
        Only the periods of which enough comments were marked.
    """

    tones: TallyTable
    intensities: TallyTable
    engines: Mapping[date, tuple[str, ...]]
    corrected: Mapping[date, CorrectedNes] = field(default_factory=dict)

    def beside(self, days: Iterable[date]) -> dict[str, Any]:
        """Return what stands beside the figure of some periods together.

        Shares are in percent of what could be read; ``unread`` is a number of responses.
        """
        asked = list(days)
        tally = self.tally(asked)
        shares = {level: cell.w for level, cell in tally.levels.items()}
        total = sum(shares.values())
        if not total > 0:
            return {}
        told = {str(tone): 100 * shares.get(tone, 0.0) / total for tone in reversed(TONE.levels)}
        return {
            **told,
            "net_share": told[POSITIVE] - told[NEGATIVE],
            "mean_intensity": self._mean_intensity(asked),
            "unread": tally.missing,
            "engine": ", ".join(self.engines_of(asked)),
        }

    def tally(self, days: Iterable[date]) -> Tally:
        """Return how often each tone was read in some periods together."""
        together = self.tones.selected([(day,) for day in days]).merged(lambda _key: ALL)
        return together.selected([ALL]).tally(ALL)

    def engines_of(self, days: Iterable[date]) -> tuple[str, ...]:
        """Return what read in some periods."""
        return tuple(dict.fromkeys(name for day in days for name in self.engines.get(day, ())))

    def _mean_intensity(self, days: Sequence[date]) -> float | None:
        own = self.intensities.selected([(day,) for day in days])
        weight = float(own.w.sum())
        return float(own.wx.sum()) / weight if own.wx is not None and weight > 0 else None

    def told_with(self, score: Score, days: Sequence[date]) -> Score:
        """Return the score of some periods with what stands beside it and what to beware of."""
        corrected = self.corrected.get(days[0]) if len(days) == 1 else None
        parts = {**score.parts, **self.beside(days)}
        flags = [*score.flags, *([] if corrected else [Flag.UNCORRECTED])]
        if corrected is not None:
            parts["corrected"] = corrected.to_dict()
        if len(self.engines_of(days)) > 1:
            flags.append(Flag.MIXED_ENGINES)
        return replace(score, parts=parts, flags=tuple(flags))


def with_those_beside(tallies: Sequence[str]) -> tuple[str, ...]:
    """Return tallies with those that stand beside a NES where it is one of them."""
    return (*tallies, *BESIDE) if POLARITIES in tallies else tuple(tallies)


def emotions_of(
    scope: Scope,
    window: Window,
    rows: Mapping[str, Sequence[Sequence[Any]]],
    days: Sequence[date],
) -> Emotions:
    """Return what stands beside a NES in the periods that may be shown.

    Parameters
    ----------
    rows : mapping of tally to rows
        What ``cells.sums`` gave for the tallies of ``BESIDE``.
    days : sequence of date
        Their first days.
    """
    keys = [(day,) for day in days]
    samples = samples_of(scope, window)
    ends = {day: date.fromisoformat(window.period(day).end) for day in days}
    corrected = {day: corrected_between(scope, samples, day, ends[day]) for day in days}
    return Emotions(
        tones=tally_table(rows.get(TONES, ()), TONE).selected(keys),
        intensities=tally_table(rows.get(INTENSITIES, ()), INTENSITY).selected(keys),
        engines=_engines(scope, ends),
        corrected={day: one for day, one in corrected.items() if one is not None},
    )


def _engines(scope: Scope, ends: Mapping[date, date]) -> dict[date, tuple[str, ...]]:
    """Return what read in each period, from its first day to the day after its last."""
    found = EmotionEngine.objects.filter(organisation=scope.organisation)
    names = {one.series: one.engine for one in found}
    if len(names) < 2 or not ends:
        return dict.fromkeys(ends, tuple(names.values()))
    days = (min(ends), max(ends.values()))
    with connection.cursor() as cursor:
        cursor.execute(SERIES, (scope.organisation.pk, POLARITIES, *days))
        read = sorted(cursor.fetchall(), key=lambda row: row[1])
    return {
        day: tuple(dict.fromkeys(names[series] for at, series in read if day <= at < end))
        for day, end in ends.items()
    }
