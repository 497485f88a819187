"""Series: what measures did over time, alarms that may be looked at all day, and forecasts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import inf
from typing import Any

from ressenti.errors import InvalidArgument
from ressenti.facts.periods import Grain, span_starting
from ressenti.language import Language, Text, language_of_environment
from ressenti.library.measuring import opened, queries_of, questions_asked
from ressenti.scores.score import CONFIDENCE
from ressenti.studies.explaining import Explanation, explanation_of_tallies, stretch_table
from ressenti.studies.questions import Question
from ressenti.studies.scoring import Judging, counts_of_question, scores_of_question
from ressenti.studies.series import (
    QUIET_FOR,
    KnownEvent,
    LevelChange,
    Looking,
    SeriesStudy,
    series_study,
)

BEFORE_AFTER = ("before", "after")
MANY_MEASURES = Text(
    en="a chart shows one measure, and there are {n}: name one with --measure.",
    fr="un graphique montre une mesure, et il y en a {n} : nommez-en une avec --measure.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What each measure of a call did over time.

    Parameters
    ----------
    studies : tuple of SeriesStudy
    explanations : mapping of (measure, first day of a change) to Explanation
        Why a level changed, along the dimensions asked.
    """

    studies: tuple[SeriesStudy, ...]
    explanations: Mapping[tuple[str, str], Explanation]
    source: str
    sql: tuple[str, ...] = ()

    def to_dicts(self, language: Language = "en") -> list[dict[str, Any]]:
        """Return the studies as JSON publishes them, unrounded."""
        return [study_document(one, language) for one in self.studies]

    def to_json(self, language: Language = "en") -> str:
        """Return ``{"series": [...]}`` as one JSON document."""
        document = {"series": self.to_dicts(language)}
        return json.dumps(document, ensure_ascii=False, allow_nan=False)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one flat row a period, forecasts last."""
        rows = []
        for study in self.studies:
            alarms = {alarm.start for alarm in study.alarms}
            changes = {change.start for change in study.changes}
            rows += [
                _row(study, one.period.start, one.value, one.low, one.high, "measured")
                | {
                    "n": one.n,
                    "new_level": one.period.start in changes,
                    "alarm": one.period.start in alarms,
                }
                for one in study.scores
                if one.period is not None
            ]
            rows += [
                _row(study, period.start, found.estimate, found.low, found.high, "forecast")
                | {"n": None, "new_level": None, "alarm": None}
                for period, found in study.forecast
            ]
        return rows

    def to_arrow(self) -> Any:
        """Return a ``pyarrow.Table``."""
        import pyarrow as pa

        return pa.Table.from_pylist(self.to_rows())

    def to_pandas(self) -> Any:
        """Return a ``pandas.DataFrame``."""
        import pandas as pd

        return pd.DataFrame(self.to_rows())

    def to_svg(self, language: Language | None = None) -> str:
        """Return the series with its levels, alarms and forecast as a picture that stands alone.

        Raises
        ------
        InvalidArgument
            R102, for several measures: a picture shows one.
        """
        from ressenti.reports.drawings.series_chart import series_chart_svg
        from ressenti.reports.drawings.standalone import standalone

        if len(self.studies) != 1:
            raise InvalidArgument(MANY_MEASURES.format(n=len(self.studies)))
        return standalone(series_chart_svg(self.studies[0], language or language_of_environment()))

    def text(self, language: Language | None = None) -> str:
        """Return the studies in words and figures."""
        from ressenti.reports.series import series_text

        chosen = language or language_of_environment()
        return "\n\n".join(series_text(one, self.explanations, chosen) for one in self.studies)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()


def series(
    source: Any = None,
    measures: Sequence[str] | str = (),
    *,
    by: Sequence[str] = (),
    events: Sequence[str] = (),
    broken_at: Sequence[str] = (),
    until: str | None = None,
    horizon: int = 3,
    quiet_for: float = QUIET_FOR,
    confidence: float = CONFIDENCE,
    minimum_group: int | None = None,
    **request: Any,
) -> Series:
    """Return what each measure did over time: season, changes of level, alarms, forecast.

    Parameters
    ----------
    source, measures, request
        As for :func:`ressenti.score`; ``per`` and ``at`` are needed.
    by : sequence of str
        Dimensions along which each change of level is explained.
    events : sequence of str
        ``"2026-03-12 new tariff"``: what happened, named beside the changes it may go with.
    broken_at : sequence of str
        Days on which a definition or a question changed: nothing is compared across.
    until : str
        Day after the last complete period: later ones are shown, never judged.
    horizon : int
        Periods to forecast.
    quiet_for : float
        Periods between false alarms, on average, or more.

    Raises
    ------
    InvalidArgument
        R102, without ``per`` and ``at``, or for a day that is none.

    Examples
    --------
    >>> import pyarrow as pa
    >>> days = [f"2026-01-{day:02d}" for day in range(1, 29)]
    >>> answers = pa.table({
    ...     "mark": [mark for day in days for mark in ((10, 9, 7, 3) if day < "2026-01-15"
    ...              else (10, 3, 3, 3)) for _ in range(30)],
    ...     "on": [day for day in days for _ in range(120)],
    ... })
    >>> study = series(answers, "nps=mark", per="day", at="on").studies[0]
    >>> [(change.start, round(change.difference.estimate)) for change in study.changes]
    [('2026-01-15', -75)]
    """
    relation, asked = opened(source, measures, request)
    if asked.per is None:
        raise InvalidArgument(
            Text(
                en="a series is read period by period: add --per and --at.",
                fr="une série se lit période par période : ajoutez --per et --at.",
            )
        )
    looking = Looking(
        events=tuple(_event(text) for text in events),
        broken_at=tuple(_day(text) for text in broken_at),
        until=None if until is None else _day(until),
        horizon=horizon,
        quiet_for=quiet_for,
        confidence=confidence,
    )
    judging = Judging(confidence=confidence, minimum_group=minimum_group)
    questions = questions_asked(relation, replace(asked, by=()))
    studies = [
        study
        for question in questions
        for study in study_of_question(question, judging=judging, looking=looking)
    ]
    explanations: dict[tuple[str, str], Explanation] = {}
    if by and any(study.changes for study in studies):
        cut = questions_asked(relation, replace(asked, by=tuple(by)))
        changes = {study.measure: study.changes for study in studies}
        for question in cut:
            explanations |= _explanations(question, changes, by, judging)
    return Series(
        studies=tuple(studies),
        explanations=explanations,
        source=relation.name,
        sql=queries_of(questions),
    )


def study_of_question(
    question: Question,
    *,
    judging: Judging,
    looking: Looking,
    within: tuple[str, str, Grain] | None = None,
) -> list[SeriesStudy]:
    """Return the study of each measure of a question by period.

    Parameters
    ----------
    within : pair of first days and a grain, or None
        Only the periods from the first day of one to the last of the other.
    """
    if question.timing is None:
        raise InvalidArgument(
            Text(
                en="a series needs the column that dates a row: --at COL.",
                fr="une série demande la colonne qui date une ligne : --at COL.",
            )
        )
    grain = question.timing.grain
    found = scores_of_question(question, judging)
    start, end = ("", "~") if within is None else _bounds(within)
    return [
        series_study(
            measure.key,
            [
                score
                for score, name in zip(found.scores, found.measures, strict=True)
                if name == measure.key
                and score.period is not None
                and start <= score.period.start < end
            ],
            grain=grain,
            limits=(
                -inf if measure.variant.low is None else measure.variant.low,
                inf if measure.variant.high is None else measure.variant.high,
            ),
            looking=looking,
        )
        for measure in question.measures
    ]


def _bounds(within: tuple[str, str, Grain]) -> tuple[str, str]:
    first, last = sorted(within[:2])
    return first, span_starting(_day(last), within[2])[1].isoformat()


def _explanations(
    question: Question,
    changes: Mapping[str, Sequence[LevelChange]],
    by: Sequence[str],
    judging: Judging,
) -> dict[tuple[str, str], Explanation]:
    counts = counts_of_question(question)
    return {
        (measure.key, change.start): explanation_of_tallies(
            measure,
            stretch_table(counts[measure.key].table, change.before, change.after),
            BEFORE_AFTER,
            dimensions=by,
            judging=judging,
        )
        for measure in question.measures
        for change in changes.get(measure.key, ())
    }


def study_document(study: SeriesStudy, language: Language) -> dict[str, Any]:
    """Return a study as JSON publishes it, unrounded."""
    season, reason = study.season, study.season.reason
    return {
        "measure": study.measure,
        "grain": study.grain.value,
        "since": study.since,
        "scores": [score.to_dict(language) for score in study.scores],
        "season": {
            "effects": season.by_place.tolist() if season.is_established else None,
            "p_value": season.p_value,
            "reason": None if reason is None else reason.to(language),
        },
        "overdispersion": study.factor,
        "changes": [
            {
                "start": change.start,
                "earliest": change.earliest,
                "latest": change.latest,
                "difference": change.difference.estimate,
                "level": change.level,
                "low": change.difference.low,
                "high": change.difference.high,
                "confidence": change.difference.confidence,
                "events": [
                    {"day": event.day.isoformat(), "label": event.label} for event in change.events
                ],
            }
            for change in study.changes
        ],
        "alarms": [
            {"period": alarm.start, "direction": "rise" if alarm.is_rise else "fall"}
            for alarm in study.alarms
        ],
        "alarms_reason": None if study.alarms_reason is None else study.alarms_reason.to(language),
        "quiet_for": study.quiet_for,
        "forecast": [
            {
                "period": period.to_dict(),
                "value": found.estimate,
                "low": found.low,
                "high": found.high,
                "confidence": found.confidence,
            }
            for period, found in study.forecast
        ],
        "forecast_reason": None
        if study.forecast_reason is None
        else study.forecast_reason.to(language),
    }


def _row(
    study: SeriesStudy,
    start: str,
    value: float | None,
    low: float | None,
    high: float | None,
    kind: str,
) -> dict[str, Any]:
    return {
        "measure": study.measure,
        "period": start,
        "kind": kind,
        "value": value,
        "low": low,
        "high": high,
    }


def _event(text: str) -> KnownEvent:
    day, _, label = text.strip().partition(" ")
    return KnownEvent(_day(day), label.strip() or day)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidArgument(
            Text(
                en=f"'{text}' is no day: write it as 2026-03-12.",
                fr=f"« {text} » n'est pas un jour : écrivez-le comme 2026-03-12.",
            )
        ) from error
