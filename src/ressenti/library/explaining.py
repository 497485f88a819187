"""Explaining: why a measure moved between two periods or two values of a column."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ressenti.errors import InvalidArgument
from ressenti.facts.periods import Grain
from ressenti.language import Language, Text, language_of_environment
from ressenti.library.comparison import PERIOD, change_document, columns_between, only_between
from ressenti.library.measuring import opened, queries_of, questions_asked
from ressenti.library.planned_sources import PlanSources
from ressenti.library.series import study_document, study_of_question
from ressenti.scores.score import CONFIDENCE
from ressenti.studies.explaining import DimensionPart, Explanation, explanation_of_tallies
from ressenti.studies.questions import Question
from ressenti.studies.scoring import Judging, counts_of_question
from ressenti.studies.series import Looking, SeriesStudy

FINER: Mapping[Grain, Grain] = {
    Grain.YEAR: Grain.MONTH,
    Grain.QUARTER: Grain.WEEK,
    Grain.MONTH: Grain.DAY,
    Grain.WEEK: Grain.DAY,
}
"""The grain in which a change between two periods is dated."""
SHORT_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanations:
    """Why each measure of a call moved.

    Parameters
    ----------
    explanations : tuple of Explanation
    whens : tuple of SeriesStudy or None
        In the order of the explanations: the two periods at a finer grain, where they are periods.
    """

    explanations: tuple[Explanation, ...]
    whens: tuple[SeriesStudy | None, ...]
    source: str
    sql: tuple[str, ...] = ()

    def to_dicts(self, language: Language = "en") -> list[dict[str, Any]]:
        """Return the explanations as JSON publishes them, unrounded."""
        return [
            _document(one, when, language)
            for one, when in zip(self.explanations, self.whens, strict=True)
        ]

    def to_json(self, language: Language = "en") -> str:
        """Return ``{"explanations": [...]}`` as one JSON document."""
        document = {"explanations": self.to_dicts(language)}
        return json.dumps(document, ensure_ascii=False, allow_nan=False)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one flat row a segment: what it brings by its mix and by its own figure."""
        return [
            {
                "measure": one.measure,
                "from": one.comparison.levels[0],
                "to": one.comparison.levels[1],
                "dimension": dimension.dimension,
                "segment": part.segment,
                "mix": part.mix,
                "rate": part.rate,
                "rate_low": part.rate_interval.low,
                "rate_high": part.rate_interval.high,
                "difference": part.change.difference,
                "adjusted_p_value": part.change.adjusted_p_value,
                "n_before": part.change.before.n,
                "n_after": part.change.after.n,
            }
            for one in self.explanations
            for dimension in one.dimensions
            for part in dimension.parts
        ]

    def to_arrow(self) -> Any:
        """Return a ``pyarrow.Table`` of the segments."""
        import pyarrow as pa

        return pa.Table.from_pylist(self.to_rows())

    def to_pandas(self) -> Any:
        """Return a ``pandas.DataFrame`` of the segments."""
        import pandas as pd

        return pd.DataFrame(self.to_rows())

    def text(self, language: Language | None = None) -> str:
        """Return the explanations in words and figures."""
        from ressenti.reports.explanations import explanation_text

        chosen = language or language_of_environment()
        return "\n\n".join(
            explanation_text(one, when, chosen)
            for one, when in zip(self.explanations, self.whens, strict=True)
        )

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()


def explain(
    source: Any = None,
    measures: Sequence[str] | str = (),
    *,
    change: str,
    by: Sequence[str] = (),
    confidence: float = CONFIDENCE,
    minimum_group: int | None = None,
    **request: Any,
) -> Explanations:
    """Return why each measure moved: by class of answers, by mix and rate along each dimension.

    Parameters
    ----------
    source, measures, request
        As for :func:`ressenti.score`.
    change : str
        With ``per`` and ``at``, two periods: ``"2026-03,2026-04"``; otherwise ``"COLUMN=A,B"``.
    by : sequence of str
        Dimensions to look along; those of the plan by default.

    Raises
    ------
    InvalidArgument
        R102, for a change that names no two periods or values, and without any dimension.
    UndefinedResult
        R206, when one of the two has no row.

    Examples
    --------
    >>> import pyarrow as pa
    >>> visits = pa.table({
    ...     "mark": [10] * 80 + [3] * 20 + [10] * 30 + [3] * 70,
    ...     "shop": (["Lyon"] * 80 + ["Nice"] * 20 + ["Lyon"] * 30 + ["Nice"] * 70),
    ...     "wave": ["a"] * 100 + ["b"] * 100,
    ... })
    >>> found = explain(visits, "nps=mark", change="wave=a,b", by=["shop"]).explanations[0]
    >>> split = found.dimensions[0].split.decomposition
    >>> round(split.mix.value), round(split.rate.value)
    (-100, 0)
    """
    relation, asked = opened(source, measures, request)
    grain = None if asked.per is None else Grain(asked.per)
    between = _between(change, grain)
    column, levels = columns_between(between)
    dimensions = list(by) or _declared_dimensions(relation)
    if not dimensions:
        raise _no_dimension()
    by_period = column == PERIOD and grain is not None
    segments = dimensions if by_period else [column, *dimensions]
    questions = questions_asked(relation, replace(asked, by=segments))
    if not by_period:
        questions = [only_between(question, column, levels) for question in questions]
    judging = Judging(confidence=confidence, minimum_group=minimum_group)
    found = [
        one
        for question in questions
        for one in _explanations_of(question, levels, dimensions, judging)
    ]
    whens: list[SeriesStudy | None] = [None] * len(found)
    if by_period and grain is not None and grain in FINER:
        finer = questions_asked(relation, replace(asked, by=(), per=FINER[grain].value))
        whens = [
            one
            for question in finer
            for one in study_of_question(
                question,
                within=(levels[0], levels[1], grain),
                judging=judging,
                looking=Looking(confidence=confidence, horizon=1),
            )
        ]
    return Explanations(
        explanations=tuple(found),
        whens=tuple(whens),
        source=relation.name,
        sql=queries_of(questions),
    )


def _explanations_of(
    question: Question, levels: tuple[str, str], dimensions: Sequence[str], judging: Judging
) -> list[Explanation]:
    counts = counts_of_question(question)
    return [
        explanation_of_tallies(
            measure, counts[measure.key].table, levels, dimensions=dimensions, judging=judging
        )
        for measure in question.measures
    ]


def _between(change: str, grain: Grain | None) -> str:
    """Return a change as a comparison writes it, the days of periods in full."""
    if "=" in change or grain is None:
        return change
    days = [_first_day(part.strip()) for part in change.split(",")]
    return f"{PERIOD}={','.join(days)}"


def _first_day(text: str) -> str:
    """Return the first day of what a person calls a period: 2026, 2026-03 or 2026-03-01."""
    found = SHORT_DAY.fullmatch(text)
    if found is None:
        raise InvalidArgument(
            Text(
                en=f"'{text}' is no period: write its first day, such as 2026-03-01, or 2026-03.",
                fr=f"« {text} » n'est pas une période : écrivez son premier jour, comme "
                "2026-03-01, ou 2026-03.",
            )
        )
    year, month, day = found.groups()
    return f"{year}-{month or '01'}-{day or '01'}"


def _declared_dimensions(relation: Any) -> list[str]:
    return list(relation.plan.dimensions) if isinstance(relation, PlanSources) else []


def _no_dimension() -> InvalidArgument:
    return InvalidArgument(
        Text(
            en="nothing to explain the change by.",
            fr="rien selon quoi expliquer l'écart.",
        ),
        hint=Text(
            en="Name columns to look along: --by channel --by shop.",
            fr="Nommez des colonnes selon lesquelles regarder : --by canal --by boutique.",
        ),
    )


def _document(one: Explanation, when: SeriesStudy | None, language: Language) -> dict[str, Any]:
    comparison = one.comparison
    return {
        "measure": one.measure,
        "between": list(comparison.levels),
        **change_document(comparison.total, language),
        "classes": [
            {"class": part.name, "before": part.before, "after": part.after, "brings": part.brings}
            for part in one.classes
        ],
        "dimensions": [_dimension_document(part, language) for part in one.dimensions],
        "hidden_dimensions": list(one.hidden),
        "when": None if when is None else study_document(when, language),
    }


def _dimension_document(part: DimensionPart, language: Language) -> dict[str, Any]:
    split, found = part.split, part.split.decomposition
    return {
        "dimension": part.dimension,
        "mix": found.mix.value,
        "mix_se": found.mix.standard_error,
        "rate": found.rate.value,
        "rate_se": found.rate.standard_error,
        "p_value": part.p_value,
        "adjusted_p_value": part.adjusted_p_value,
        "segments_moved_differently": part.is_established,
        "simpson": split.alert.is_raised,
        "simpson_is_established": split.alert.is_established,
        "simpson_reasons": [reason.to(language) for reason in split.alert.reasons],
        "segments": [
            {
                "segment": own.segment,
                "mix": own.mix,
                "rate": own.rate,
                "rate_low": own.rate_interval.low,
                "rate_high": own.rate_interval.high,
                "change": change_document(own.change, language),
            }
            for own in part.parts
        ],
    }
