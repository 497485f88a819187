"""Outcomes: whether customers got what they wanted, by how much not, and how many each got."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, overload

from ressenti.facts.plan_outcomes import OUTCOMES, ExpectationSource, PlannedOutcome
from ressenti.language import Language, Text, language_of_environment
from ressenti.library.lakes import Lake
from ressenti.library.measuring import opened, queries_of
from ressenti.library.outcome_refusals import (
    nothing_happened,
    refuse_what_outcomes_ignore,
    without_results,
)
from ressenti.library.planned_outcomes import (
    CUSTOMER,
    chosen_outcomes,
    higher_outcomes,
    outcome_relation,
)
from ressenti.library.planned_sources import PlanSources
from ressenti.library.questions import questions_on
from ressenti.library.request import Request
from ressenti.library.requests import MeasureRequest
from ressenti.library.results import Scores
from ressenti.reports.outcome_documents import declared_document
from ressenti.scores.customer_outcomes import DISTANCES
from ressenti.scores.score import CONFIDENCE, Score
from ressenti.sources.options import SourceOptions
from ressenti.studies.outcome_distances import (
    Distances,
    NumbersMet,
    distances_of,
    numbers_met_of,
)
from ressenti.studies.outcome_index import OutcomeIndices
from ressenti.studies.questions import Question
from ressenti.studies.scoring import Judging, scores_of_question
from ressenti.warehouse.relations import Relation
from ressenti.warehouse.rendering import rendered

ATTAINMENT = "cpi/attainment_vs_own_expectation"
COMMON_ATTAINMENT = "attainment_vs_expectation"
OF_EACH = (ATTAINMENT, "cpi/gap_mean", "cpi/gap_median", "cpi/far_misses_share")
OF_CUSTOMERS = ("cpi/penetration", "cpi/all_met_share")
SEGMENT = "outcome"
SHARED = (ExpectationSource.STANDARD, ExpectationSource.LEARNT)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeScores(Sequence[Score]):
    """The scores of outcomes: those of each outcome first, then those over all of them.

    Parameters
    ----------
    each : tuple of Score
        Attainment, average and median gap, far misses: the segment ``outcome`` says whose.
    indices : tuple of Score
        Attainments weighted by declared importances, of all outcomes and of the steps of the
        journey; empty without a plan that declares several.
    together : tuple of Score
        How many outcomes customers got, and how many got them all; empty where no row says whose
        it is.
    numbers_met : tuple of NumbersMet
        How many customers got none, one, two … of the outcomes they wanted.
    declared : mapping of name to PlannedOutcome
        Those of the plan; empty without one.
    higher : tuple of str
        The outcomes of which more is better.
    """

    each: tuple[Score, ...]
    indices: tuple[Score, ...] = ()
    together: tuple[Score, ...] = ()
    numbers_met: tuple[NumbersMet, ...] = ()
    declared: Mapping[str, PlannedOutcome] = field(default_factory=dict)
    higher: tuple[str, ...] = ()
    source: str = ""
    sql: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()

    @overload
    def __getitem__(self, index: int) -> Score: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Score, ...]: ...
    def __getitem__(self, index: int | slice) -> Score | tuple[Score, ...]:
        return self.scores[index]

    def __len__(self) -> int:
        return len(self.scores)

    def __iter__(self) -> Iterator[Score]:
        return iter(self.scores)

    @property
    def scores(self) -> tuple[Score, ...]:
        return (*self.each, *self.indices, *self.together)

    def of(self, variant: str, outcome: str | None = None) -> tuple[Score, ...]:
        """Return the scores of a variant, such as ``gap_mean``, and of one outcome if named."""
        return tuple(
            score
            for score in self.scores
            if score.variant == variant and outcome in (None, score.segment.get(SEGMENT))
        )

    @property
    def attainments(self) -> tuple[Score, ...]:
        """How often each outcome was met, against each customer's expectation or a common one."""
        return tuple(score for score in self.each if score.variant.startswith("attainment"))

    @property
    def distances(self) -> tuple[Distances, ...]:
        """How far each outcome was from its expectation, level by level."""
        return tuple(distances_of(score, DISTANCES) for score in self.of("far_misses_share"))

    def to_dicts(self, language: Language = "en") -> list[dict[str, Any]]:
        """Return the scores as the JSON contract writes them, unrounded."""
        return [score.to_dict(language) for score in self.scores]

    def to_json(self, language: Language = "en") -> str:
        """Return outcomes, scores and distributions as one JSON document."""
        document = {
            "outcomes": [
                declared_document(name, one, language) for name, one in self.declared.items()
            ],
            "scores": self.to_dicts(language),
            "distributions": [one.to_dict(language) for one in self.distances],
            "numbers_met": [one.to_dict() for one in self.numbers_met],
        }
        return json.dumps(document, ensure_ascii=False, allow_nan=False)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one flat row a score, as :meth:`Scores.to_rows` does."""
        return Scores(scores=self.scores).to_rows()

    def to_arrow(self) -> Any:
        """Return a ``pyarrow.Table``."""
        return Scores(scores=self.scores).to_arrow()

    def to_pandas(self) -> Any:
        """Return a ``pandas.DataFrame``."""
        return Scores(scores=self.scores).to_pandas()

    def text(self, language: Language | None = None, *, width: int | None = None) -> str:
        """Return the outcomes as tables for a terminal, in the customers' words."""
        from ressenti.reports.outcomes import outcomes_text

        return outcomes_text(
            self.each,
            (*self.indices, *self.together),
            self.declared,
            language or language_of_environment(),
            width=width,
        )

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()


def outcomes(
    source: Any = None,
    *,
    config: str | None = None,
    only: Sequence[str] | str = (),
    higher: Sequence[str] | str = (),
    confidence: float = CONFIDENCE,
    totals: bool = False,
    minimum_group: int | None = None,
    encoding: str | None = None,
    separator: str | None = None,
    sheet: str | None = None,
    quote: str | None = None,
    header: bool | None = None,
    explain: bool = False,
    **request: Any,
) -> OutcomeScores:
    """Return whether customers got what they wanted, of a plan or of a folder of facts.

    Parameters
    ----------
    source : path, data frame, Arrow table or ``"engine-url::table"``
        Without a plan, the fact ``outcomes`` itself or a folder that holds it.
    config : path
        A measurement plan (``ressenti.toml``) that declares outcomes.
    only : sequence of str
        Names of outcomes; all of them by default.
    higher : sequence of str
        Without a plan, the outcomes of which more than expected is good.
    confidence, totals, minimum_group
        As for :func:`ressenti.score`.
    encoding, separator, quote, header, sheet
        How a file is to be read.
    explain : bool
        Make the queries, run nothing but what expectations are learnt from.
    request
        ``by``, ``per``, ``where``, ``week_starts_on``, ``time_zone``, ``dates``, ``exact``, as for
        :func:`ressenti.score`; without a plan also ``mapping``.

    Raises
    ------
    RessentiError
        A usage error (exit status 2) or a data error (exit status 1), each saying what to do.

    References
    ----------
    Cornfield, G. (2020). The Most Important Metrics You're Not Tracking (Yet). HBR.

    Examples
    --------
    >>> import pyarrow as pa
    >>> waits = pa.table({
    ...     "outcome": ["answered_soon"] * 4,
    ...     "customer_id": ["a", "b", "c", "c"],
    ...     "occurred_at": ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"],
    ...     "actual": [40, 90, 20, 200],
    ...     "expected": [60, 60, 60, 60],
    ... })
    >>> found = outcomes(waits)
    >>> found.attainments[0].value, found.of("gap_mean")[0].value
    (50.0, 27.5)
    """
    chosen = [only] if isinstance(only, str) else list(only)
    told = SourceOptions(
        encoding=encoding, separator=separator, quote=quote, header=header, sheet=sheet
    )
    reading = {"config": config, **asdict(told)}
    opened_source, asked = opened(source, (), request | reading)
    refuse_what_outcomes_ignore(asked)
    if isinstance(opened_source, PlanSources):
        declared = chosen_outcomes(opened_source.plan.outcomes, chosen, plan=opened_source.name)
        relation = outcome_relation(opened_source, declared, asked)
        notes = opened_source.notes
    else:
        declared, relation = {}, _stored(opened_source)
        notes = relation.notes
    more_is_better = higher_outcomes(declared) if declared else _names(higher)
    questions = _questions(relation, asked, declared, chosen, more_is_better)
    indices = _indices(questions[0], declared)
    sql = (
        *queries_of([one for group in questions for one in group]),
        *(rendered(one, relation.warehouse.dialect, pretty=True) for one in indices.queries()),
    )
    if explain:
        return OutcomeScores(each=(), declared=declared, source=relation.name, sql=sql)
    judging = Judging(confidence=confidence, totals=totals, minimum_group=minimum_group)
    answers = [[scores_of_question(one, judging) for one in group] for group in questions]
    each, together = (
        tuple(score for answer in group for score in answer.scores) for group in answers
    )
    judged = tuple(_under_its_variant(score, declared) for score in each if _is_one(score))
    if not judged:
        raise nothing_happened()
    return OutcomeScores(
        each=judged,
        indices=tuple(indices.of([one for one in judged if one.variant.startswith("attainment")])),
        together=together,
        numbers_met=tuple(
            found
            for question, answer in zip(questions[1], answers[1], strict=True)
            for found in numbers_met_of(question, answer)
        ),
        declared=declared,
        higher=more_is_better,
        source=relation.name,
        sql=sql,
        notes=(*notes, *without_results(declared, [str(one.segment[SEGMENT]) for one in judged])),
    )


def _questions(
    relation: Relation,
    asked: Request,
    declared: Mapping[str, PlannedOutcome],
    only: Sequence[str],
    higher: tuple[str, ...],
) -> tuple[list[Question], list[Question]]:
    """Return the passes over each outcome, and those over all outcomes of a customer."""
    own = replace(
        asked,
        facts=OUTCOMES,
        where=asked.where if declared else _where(asked.where, only),
        derivation_options={
            "higher": higher,
            "increments": {name: one.increment for name, one in declared.items()},
        },
    )
    each = [MeasureRequest(name) for name in OF_EACH]
    segments = [SEGMENT, *(name for name in asked.by if name != SEGMENT)]
    mapped = asked.mapping or {}
    if CUSTOMER not in relation.columns and CUSTOMER not in mapped:
        return questions_on(relation, each, replace(own, by=segments), {}), []
    whose = mapped.get(CUSTOMER, CUSTOMER)
    by_customer = replace(own, by=[*segments, whose])
    found = [_owned(one, whose, segments) for one in questions_on(relation, each, by_customer, {})]
    if SEGMENT in asked.by:
        return found, []
    together = [MeasureRequest(name) for name in OF_CUSTOMERS]
    return found, questions_on(relation, together, replace(own, exact=True), {})


def _indices(
    questions: Sequence[Question], declared: Mapping[str, PlannedOutcome]
) -> OutcomeIndices:
    """Return the attainments weighted by the importances that a plan declares, yet to be had."""
    counting = next(one for one in questions if one.measures[0].key == ATTAINMENT)
    return OutcomeIndices(
        question=counting,
        importances={name: one.importance for name, one in declared.items()},
        steps={name: one.step for name, one in declared.items() if one.step is not None},
    )


def _owned(question: Question, whose: str, segments: Sequence[str]) -> Question:
    """Return a question that knows whose a result is, and does not tell customers apart."""
    kept = {name: tree for name, tree in question.segments.items() if name in segments}
    return replace(question, segments=kept, owner=question.segments[whose])


def _stored(source: Relation | Lake) -> Relation:
    """Return the fact ``outcomes`` of a folder, or a source that is taken for it."""
    return source.relation(OUTCOMES) if isinstance(source, Lake) else source


def _where(condition: str | None, only: Sequence[str]) -> str | None:
    if not only:
        return condition
    listed = ", ".join("'" + name.replace("'", "''") + "'" for name in only)
    chosen = f"outcome IN ({listed})"
    return chosen if condition is None else f"({condition}) AND {chosen}"


def _names(names: Sequence[str] | str) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _is_one(score: Score) -> bool:
    """Tell whether a score is of one outcome: a total over several adds waits to broken eggs."""
    return SEGMENT in score.segment


def _under_its_variant(score: Score, declared: Mapping[str, PlannedOutcome]) -> Score:
    """Return an attainment under the name of its expectation: each one's own, or a common one."""
    outcome = declared.get(str(score.segment.get(SEGMENT)))
    is_attainment = f"{score.indicator}/{score.variant}" == ATTAINMENT
    if outcome is None or not is_attainment or outcome.expectation_source not in SHARED:
        return score
    return replace(score, variant=COMMON_ATTAINMENT)
