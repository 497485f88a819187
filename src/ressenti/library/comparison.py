"""Comparison: the change of an indicator between two groups or two periods of a source."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from ressenti.errors import InvalidArgument
from ressenti.language import Language, Text, language_of_environment
from ressenti.library.measuring import opened, queries_of, questions_asked
from ressenti.scores.score import CONFIDENCE
from ressenti.studies.comparing import Change, Comparison, Split, comparisons_of_question
from ressenti.studies.pairing import Pairing, pairings_of_question, waves_query
from ressenti.studies.questions import Question
from ressenti.studies.scoring import Judging
from ressenti.warehouse.expressions import column_expression
from ressenti.warehouse.relations import Relation
from ressenti.warehouse.rendering import rendered

PERIOD = "period"
REST = ("rest", "reste")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparisons:
    """The comparisons of one call, one a measure; pairings where respondents were followed."""

    comparisons: tuple[Comparison, ...]
    pairings: tuple[Pairing, ...] = ()
    source: str
    sql: tuple[str, ...] = ()

    def to_dicts(self, language: Language = "en") -> list[dict[str, Any]]:
        """Return the comparisons as JSON publishes them, unrounded."""
        return [
            *(_comparison_document(one, language) for one in self.comparisons),
            *(_pairing_document(one, language) for one in self.pairings),
        ]

    def to_json(self, language: Language = "en") -> str:
        """Return ``{"comparisons": [...]}`` as one JSON document."""
        document = {"comparisons": self.to_dicts(language)}
        return json.dumps(document, ensure_ascii=False, allow_nan=False)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one flat row a change: the whole of each measure, then its segments."""
        return [
            _change_row(one, change)
            for one in self.comparisons
            for change in (one.total, *one.segments)
        ]

    def to_arrow(self) -> Any:
        """Return a ``pyarrow.Table``."""
        import pyarrow as pa

        return pa.Table.from_pylist(self.to_rows())

    def to_pandas(self) -> Any:
        """Return a ``pandas.DataFrame``."""
        import pandas as pd

        return pd.DataFrame(self.to_rows())

    def text(self, language: Language | None = None) -> str:
        """Return the comparisons in words and figures."""
        from ressenti.reports.changes import comparison_text
        from ressenti.reports.pairings import pairing_text

        chosen = language or language_of_environment()
        texts = [comparison_text(one, chosen) for one in self.comparisons]
        return "\n\n".join([*texts, *(pairing_text(one, chosen) for one in self.pairings)])

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()


def compare(
    source: Any = None,
    measures: Sequence[str] | str = (),
    *,
    between: str,
    by: Sequence[str] = (),
    paired: str | None = None,
    confidence: float = CONFIDENCE,
    minimum_group: int | None = None,
    **request: Any,
) -> Comparisons:
    """Return how each measure changed between two values of a column, or between two periods.

    Parameters
    ----------
    source, measures, request
        As for :func:`ressenti.score`.
    between : str
        ``"COLUMN=A,B"``; with ``per`` and ``at``, ``"period=2026-01-01,2026-02-01"`` names the
        first days of two periods; ``"COLUMN=A,rest"`` compares A with everyone else.
    by : sequence of str
        Dimensions along which the change is split into mix and rate; their segments are compared
        too, many comparisons controlled (Benjamini-Hochberg).
    paired : str
        Column that says who answered: the change is that of the same respondents.

    Raises
    ------
    UndefinedResult
        R206, when one of the two values has no row.

    Examples
    --------
    >>> import pyarrow as pa
    >>> marks = pa.table({"mark": [10] * 40 + [3] * 40, "wave": ["a"] * 40 + ["b"] * 40})
    >>> found = compare(marks, "nps=mark", between="wave=a,b").comparisons[0].total
    >>> found.difference, found.is_established
    (-200.0, True)
    """
    column, levels = columns_between(between)
    relation, asked = opened(source, measures, request)
    if asked.tells_sampling:
        raise _no_sampling()
    by_period = column == PERIOD and asked.per is not None
    segments = list(by) if by_period else [column, *by]
    questions = questions_asked(relation, replace(asked, by=segments))
    judging = Judging(confidence=confidence, minimum_group=minimum_group)
    if not by_period:
        questions = [only_between(question, column, levels) for question in questions]
    if paired is not None:
        if by or by_period or asked.weight is not None or not isinstance(relation, Relation):
            raise _paired_alone()
        return _paired(questions, column, levels, paired, judging)
    comparisons = [
        one
        for question in questions
        for one in comparisons_of_question(question, column, levels, judging=judging)
    ]
    return Comparisons(
        comparisons=tuple(comparisons), source=relation.name, sql=queries_of(questions)
    )


def columns_between(text: str) -> tuple[str, tuple[str, str]]:
    """Return the column and the two values that a text such as ``COLUMN=A,B`` names."""
    column, equals, values = text.partition("=")
    levels = tuple(value.strip() for value in values.split(","))
    if not equals or len(levels) != 2 or not all(levels) or levels[0] == levels[1]:
        raise InvalidArgument(
            Text(
                en=f"'{text}' should read COLUMN=A,B with two different values.",
                fr=f"« {text} » devrait s'écrire COLONNE=A,B avec deux valeurs différentes.",
            )
        )
    return column.strip(), (levels[0], levels[1])


def only_between(question: Question, column: str, levels: tuple[str, str]) -> Question:
    """Return the question on the rows of the two values only; the rest is all other values."""
    value = exp.cast(question.segments[column].copy(), "TEXT")
    named = [level for level in levels if level not in REST]
    only: exp.Expr
    if len(named) == 2:
        only = value.isin(*levels)
        segments = question.segments
    else:
        rest = next(level for level in levels if level in REST)
        is_named = exp.EQ(this=value.copy(), expression=exp.Literal.string(named[0]))
        label = exp.Case().when(is_named, exp.convert(named[0])).else_(exp.convert(rest))
        only = exp.not_(value.is_(exp.null()))
        segments = {**question.segments, column: label}
    where = only if question.where is None else exp.and_(question.where, only)
    return replace(question, segments=segments, where=where)


def _paired(
    questions: Sequence[Question],
    column: str,
    levels: tuple[str, str],
    paired: str,
    judging: Judging,
) -> Comparisons:
    pairings: list[Pairing] = []
    queries: list[str] = []
    for question in questions:
        wave, who = question.segments[column], column_expression(paired, question.relation)
        pairings += pairings_of_question(question, wave, who, levels, judging)
        queries += [
            rendered(
                waves_query(question, measure, wave, who, levels),
                question.relation.warehouse.dialect,
                pretty=True,
            )
            for measure in question.measures
        ]
    return Comparisons(
        comparisons=(),
        pairings=tuple(pairings),
        source=questions[0].relation.name,
        sql=tuple(queries),
    )


def _no_sampling() -> InvalidArgument:
    return InvalidArgument(
        Text(
            en="a comparison takes no population, clusters or margins: a closed list says nothing "
            "of another period.",
            fr="une comparaison n'admet ni population, ni grappes, ni marges : une liste fermée ne "
            "dit rien d'une autre période.",
        ),
        hint=Text(en="Weigh the answers with --weight.", fr="Pondérez les réponses par --weight."),
    )


def _paired_alone() -> InvalidArgument:
    return InvalidArgument(
        Text(
            en="--paired follows respondents between two values of a column of one source: it "
            "goes without --by, --per and --weight.",
            fr="--paired suit des répondants entre deux valeurs d'une colonne d'une source : il "
            "s'emploie sans --by, --per ni --weight.",
        )
    )


def _change_row(comparison: Comparison, change: Change) -> dict[str, Any]:
    return {
        "measure": comparison.measure,
        "from": comparison.levels[0],
        "to": comparison.levels[1],
        **change.segment,
        "before": change.before.value,
        "n_before": change.before.n,
        "after": change.after.value,
        "n_after": change.after.n,
        "difference": change.difference,
        "low": change.low,
        "high": change.high,
        "p_value": change.p_value,
        "adjusted_p_value": change.adjusted_p_value,
        "is_established": change.is_established,
        "reason": None if change.reason is None else str(change.reason),
    }


def _comparison_document(comparison: Comparison, language: Language) -> dict[str, Any]:
    return {
        "measure": comparison.measure,
        "between": list(comparison.levels),
        **change_document(comparison.total, language),
        "segments": [change_document(change, language) for change in comparison.segments],
        "decompositions": [_split_document(split, language) for split in comparison.splits],
    }


def _pairing_document(pairing: Pairing, language: Language) -> dict[str, Any]:
    return {
        "measure": pairing.measure,
        "between": list(pairing.levels),
        **change_document(pairing.change, language),
        "paired": {
            "n_both": pairing.n_both,
            "n_before_only": pairing.n_before_only,
            "n_after_only": pairing.n_after_only,
            "n_anonymous": pairing.n_anonymous,
            "transitions": {before: dict(to) for before, to in pairing.transitions.items()},
            "whole": change_document(pairing.whole, language),
            "leavers": pairing.leavers.to_dict(language),
            "newcomers": pairing.newcomers.to_dict(language),
        },
    }


def change_document(change: Change, language: Language) -> dict[str, Any]:
    """Return a change as JSON publishes it, unrounded."""
    return {
        "segment": dict(change.segment),
        "before": change.before.to_dict(language),
        "after": change.after.to_dict(language),
        "difference": change.difference,
        "low": change.low,
        "high": change.high,
        "confidence": change.confidence,
        "p_value": change.p_value,
        "adjusted_p_value": change.adjusted_p_value,
        "is_established": change.is_established,
        "reason": None if change.reason is None else str(change.reason),
    }


def _split_document(split: Split, language: Language) -> dict[str, Any]:
    parts = split.decomposition
    return {
        "dimension": split.dimension,
        "total": parts.total.value,
        "mix": parts.mix.value,
        "mix_se": parts.mix.standard_error,
        "rate": parts.rate.value,
        "rate_se": parts.rate.standard_error,
        "segments": [
            {"segment": segment, "mix": mix, "rate": rate, "change": change}
            for segment, mix, rate, change in zip(
                split.segments,
                parts.mix_by_segment,
                parts.rate_by_segment,
                parts.changes,
                strict=True,
            )
        ],
        "simpson": split.alert.is_raised,
        "simpson_is_established": split.alert.is_established,
        "simpson_reasons": [reason.to(language) for reason in split.alert.reasons],
    }
