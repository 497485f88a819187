"""The index of outcomes: their attainments, weighted by what each matters to customers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from sqlglot import exp

from ressenti.indicators import variant_called
from ressenti.scores.judgement import score_of_example, suppressed
from ressenti.scores.score import Flag, Reason, Score
from ressenti.scores.worked import base_flags
from ressenti.statistics.effective_sizes import owned_effective_size
from ressenti.statistics.intervals import contrast_interval
from ressenti.studies.owners import influence_flags, owned_means
from ressenti.studies.questions import Question
from ressenti.tallies.influences import Influence, Key, OwnedAverages

INDEX = "cpi/importance_weighted_index"
STEP, OUTCOME = "step", "outcome"


@dataclass(frozen=True, slots=True)
class OutcomeIndices:
    """The indices of some outcomes, over all of them and over those of each step.

    Parameters
    ----------
    question : Question
        The pass that counts attainments, cut by ``outcome`` first; its owner is whose results
        they are.
    importances : mapping of outcome to float
        Above 0.
    steps : mapping of outcome to step
        Those that are of a step of the journey.
    """

    question: Question
    importances: Mapping[str, float]
    steps: Mapping[str, str] = field(default_factory=dict)

    def of(self, attainments: Sequence[Score]) -> Iterator[Score]:
        """Give the indices of each period and segment, that of all outcomes before the steps'.

        An outcome without any result is left out; one that is hidden hides the index.

        References
        ----------
        Woodruff, JASA 66 (1971) 411, for the variance of a weighted sum of ratios.
        """
        groups: dict[tuple[object, ...], list[Score]] = {}
        for score in attainments:
            if score.segment[OUTCOME] in self.importances:
                groups.setdefault(_place(score), []).append(score)
        for step, outcomes in self._scopes():
            influences: dict[tuple[str, ...], dict[Key, Influence]] = {}
            for scores in groups.values():
                own = [one for one in scores if one.segment[OUTCOME] in outcomes]
                if len(own) < 2:
                    continue
                kept = _kept(own[0])
                if self.question.owner is not None and kept not in influences:
                    influences[kept] = self._influences(kept, outcomes)
                pulled = influences.get(kept, {}).get(_key(own[0]))
                yield _index(own, self.importances, step=step, pulled=pulled)

    def queries(self) -> list[exp.Select]:
        """Return the queries that say what several results of one customer change."""
        if self.question.owner is None or len(self.importances) < 2:
            return []
        dated = [] if self.question.timing is None else [""]
        kept = [*dated, *(name for name in self.question.segments if name != OUTCOME)]
        return [self._averages(kept, outcomes).query() for _, outcomes in self._scopes()]

    def _scopes(self) -> list[tuple[str | None, list[str]]]:
        """Return all outcomes, then those of each step, where a step has several but not all."""
        by_step: dict[str, list[str]] = {}
        for outcome, step in self.steps.items():
            by_step.setdefault(step, []).append(outcome)
        whole = list(self.importances)
        is_told = STEP not in self.question.segments
        parts = [(step, own) for step, own in by_step.items() if 2 <= len(own) < len(whole)]
        return [(None, whole), *(parts if is_told else ())]

    def _influences(self, kept: Sequence[str], outcomes: Sequence[str]) -> dict[Key, Influence]:
        """Return the influences of customers by period and segment, all keys as texts."""
        found = self._averages(kept, outcomes).fetched()
        return {_texts(key): influence for key, influence in found.items()}

    def _averages(self, kept: Sequence[str], outcomes: Sequence[str]) -> OwnedAverages:
        (measure,) = self.question.measures
        means = owned_means(self.question, measure, measure.shape())
        timing = self.question.timing
        period = [] if timing is None or "" not in kept else [timing.period_start()]
        segments = [self.question.segments[name] for name in kept if name]
        return OwnedAverages(
            relation=means.relation,
            value=means.value,
            owner=means.owner,
            part=self.question.segments[OUTCOME],
            weights={name: self.importances[name] for name in outcomes},
            keys=[*period, *segments],
        )


def _place(score: Score) -> tuple[object, ...]:
    return (score.period, Flag.UNDATED in score.flags, _key(score))


def _kept(score: Score) -> tuple[str, ...]:
    """Return what tells a score's group apart: the period as an empty name, then segments."""
    dated = score.period is not None or Flag.UNDATED in score.flags
    return (*([""] if dated else []), *(name for name in score.segment if name != OUTCOME))


def _key(score: Score) -> Key:
    start = None if score.period is None else score.period.start
    values = {"": start, **score.segment}
    return _texts([values[name] for name in _kept(score)])


def _texts(key: Sequence[object]) -> Key:
    return tuple(None if part is None else str(part) for part in key)


def _index(
    attainments: Sequence[Score],
    importances: Mapping[str, float],
    *,
    step: str | None,
    pulled: Influence | None,
) -> Score:
    """Return the index of the attainments of one group."""
    first = attainments[0]
    weights = [importances[str(one.segment[OUTCOME])] for one in attainments]
    indicator, variant = variant_called(INDEX)
    rows = [
        {"attainment": one.value, "importance": weight}
        for one, weight in zip(attainments, weights, strict=True)
    ]
    segment = {name: value for name, value in first.segment.items() if name != OUTCOME}
    found = replace(
        score_of_example(indicator, variant, {"cpis": rows}, confidence=first.confidence),
        period=first.period,
        segment=segment if step is None else {STEP: step, **segment},
        n_missing=sum(one.n_missing for one in attainments),
    )
    if any(one.reason == Reason.SUPPRESSED for one in attainments):
        return suppressed(found)
    if found.value is None:
        return replace(found, n=0)
    told = [(one, w) for one, w in zip(attainments, weights, strict=True) if one.value is not None]
    return _with_interval(found, told, pulled)


def _with_interval(
    index: Score, told: Sequence[tuple[Score, float]], pulled: Influence | None
) -> Score:
    """Return the index with what the results behind it are worth, and its score interval."""
    value = float(index.value or 0.0)
    shares = np.array([weight for _, weight in told]) / math.fsum(weight for _, weight in told)
    sizes = np.array([float(one.n) for one, _ in told])
    values = np.array([float(one.value or 0.0) for one, _ in told])
    spread = value * (100 - value)
    kish = 1 / float((shares**2 / sizes).sum())
    if pulled is not None and pulled.owners < pulled.rows:
        squares = pulled.squares / math.fsum(weight for _, weight in told) ** 2
        (worth,) = owned_effective_size(
            [kish], [spread], [squares], [pulled.owners], confidence=index.confidence
        )
        clusters, flags = {"clusters": pulled.owners}, influence_flags(pulled)
    else:
        variance = float((shares**2 * values * (100 - values) / sizes).sum())
        worth = min(kish, spread / variance) if variance > 0 else kish
        clusters, flags = {}, ()
    low, high = contrast_interval(
        np.array([[value / 100, 1 - value / 100]]),
        np.array([worth]),
        np.array([100.0, 0.0]),
        confidence=index.confidence,
    )
    n = int(sizes.sum())
    return replace(
        index,
        low=_limit(low),
        high=_limit(high),
        method="score",
        n=n,
        n_effective=float(worth),
        parts={"outcomes": len(told), **clusters},
        flags=(*flags, *base_flags(n)),
    )


def _limit(limit: np.ndarray) -> float | None:
    return None if math.isnan(limit[0]) else float(limit[0])
