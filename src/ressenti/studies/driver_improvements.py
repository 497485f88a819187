"""Driver improvements: how much an outcome would move, and how sure that is.

A scenario never leaves what units have been seen to do, and its figures hold only as far as the
association is causal: both are said beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from ressenti.errors import UndefinedResult
from ressenti.language import Text
from ressenti.statistics.importance_intervals import FEWEST_BUCKETS, TOO_FEW_BUCKETS
from ressenti.statistics.intervals import Interval, mean_interval, normal_quantile
from ressenti.statistics.moment_regression import slopes_of_moments
from ressenti.statistics.moments import resampled_moments
from ressenti.statistics.student import student_quantile
from ressenti.statistics.what_if import moved_answers_change
from ressenti.studies.driver_evidence import Effects, Evidence
from ressenti.studies.driver_findings import Assessing, Improvement, Moved, Observed, Source
from ressenti.studies.driver_questions import DriverQuestion
from ressenti.studies.driver_scales import DriverScale, indicator
from ressenti.studies.driver_shares import ShareModel, share_model
from ressenti.tallies.tally import Floats
from ressenti.tallies.unit_means import UnitMeans, unit_means_of

# Without units to learn from: one bad answer in three becomes like the others.
FEWER = 1 / 3
# A unit with fewer answers, or fewer units, say nothing of what is within reach.
FEWEST_ANSWERS = 20
FEWEST_UNITS = 5
BEST_QUARTER = 0.25
REACH = (0.05, 0.95)

NO_UNITS = Text(
    en="a quantity has no scenario without units: name them with --unit.",
    fr="une quantité n'a pas de scénario sans unités : nommez-les par --unit.",
)
TOO_FEW_UNITS = Text(
    en="{n} units with {answers} answers or more: at least {needed} are needed to say what is "
    "within reach.",
    fr="{n} unités d'au moins {answers} réponses : il en faut au moins {needed} pour dire ce qui "
    "est à portée.",
)
ALREADY_THERE = Text(
    en="it is already as good as in the best quarter of units.",
    fr="il est déjà aussi bon que dans le meilleur quart des unités.",
)


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """The additive model of all drivers together: fitted once, then on every replicate.

    Parameters
    ----------
    slopes, means : arrays, shape (1 + replicates, m)
        The fit on all rows first; means of the model's columns.
    outcomes : array, shape (1 + replicates,)
    variance : float
        Of the outcome.
    """

    slopes: Floats
    means: Floats
    outcomes: Floats
    variance: float


@dataclass(frozen=True, slots=True)
class _Scenario:
    """Where a driver stands and where it would go."""

    now: float
    then: float
    source: Source
    reach: tuple[float, float] | None = None
    observed: Observed | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """What all scenarios rest on; ``sides`` are the answers that go with a worse outcome."""

    question: DriverQuestion
    evidence: Evidence
    assessing: Assessing
    model: _Model
    sides: tuple[Moved | None, ...]
    falls: NDArray[np.bool_]
    units: UnitMeans | None
    shares: ShareModel | None


def improvements_of(
    question: DriverQuestion,
    evidence: Evidence,
    assessing: Assessing,
    falls: NDArray[np.bool_],
) -> tuple[Improvement | None, ...]:
    """Return the scenario of each driver, None for one that does not vary.

    Parameters
    ----------
    falls : array of bool, shape (k,)
        Whether more of a driver surely goes with a worse outcome.

    Raises
    ------
    UndefinedResult
        R206, when a change was asked for that no unit has been seen to reach.
    """
    sides = _sides(evidence, falls)
    ground = _Ground(
        question,
        evidence,
        assessing,
        _model(evidence.effects, assessing),
        sides,
        falls,
        _units(question, evidence, sides),
        share_model(question, evidence),
    )
    return tuple(
        None if side is None else _improvement(ground, place, side)
        for place, side in enumerate(sides)
    )


def _model(effects: Effects, assessing: Assessing) -> _Model:
    total = effects.buckets.sum(axis=0)
    samples = total[None]
    if len(effects.buckets) >= FEWEST_BUCKETS:
        drawn = resampled_moments(
            effects.buckets, replicates=assessing.replicates, seed=assessing.seed
        )
        samples = np.concatenate([samples, drawn])
    means = samples[:, 0, 1:] / samples[:, :1, 0]
    variance = float(total[1, 1] / total[0, 0] - means[0, 0] ** 2)
    return _Model(slopes_of_moments(samples), means[:, 1:], means[:, 0], variance)


def _sides(evidence: Evidence, falls: NDArray[np.bool_]) -> tuple[Moved | None, ...]:
    """Return which answers of each driver go with a worse outcome."""
    sides: list[Moved | None] = []
    correlations = evidence.summary.correlations[1:, 0]
    for scale, r, falling in zip(evidence.scales, correlations, falls, strict=True):
        if not np.isfinite(r):
            sides.append(None)
        elif scale.form == "open":
            sides.append("mean")
        elif scale.form == "binary":
            sides.append("yes" if falling else "no")
        else:
            sides.append("high" if falling else "low")
    return tuple(sides)


def _units(
    question: DriverQuestion, evidence: Evidence, sides: tuple[Moved | None, ...]
) -> UnitMeans | None:
    """Return what each unit does on the outcome, then on the moved answers of each driver."""
    if question.place is None:
        return None
    columns = [question.outcome.value]
    for driver, scale, side in zip(question.drivers, evidence.scales, sides, strict=True):
        columns.append(_moved_answers(driver.value, scale, side))
    return unit_means_of(
        question.relation, question.place, columns, weight=question.weight, where=question.where
    )


def _moved_answers(value: exp.Expr, scale: DriverScale, side: Moved | None) -> exp.Expr:
    if side == "low" and scale.low_to is not None:
        return indicator(exp.LTE, value, scale.low_to)
    if side == "high" and scale.high_from is not None:
        return indicator(exp.GTE, value, scale.high_from)
    if side == "no":
        return indicator(exp.LT, value, scale.greatest)
    if side == "yes":
        return indicator(exp.GTE, value, scale.greatest)
    return value


def _improvement(ground: _Ground, place: int, side: Moved) -> Improvement:
    scenario = _scenario(ground, place, side)
    confidence = ground.assessing.confidence
    if isinstance(scenario, Text):
        nothing = Interval(None, None, None, confidence, "bootstrap", scenario)
        return Improvement(
            moved=side,
            now=_now(ground, place, side),
            then=None,
            source="third" if ground.units is None else "units",
            reach=None,
            change=nothing,
            after=nothing,
            reason=scenario,
        )
    change, after = _told(ground, place, side, scenario)
    return Improvement(
        moved=side,
        now=scenario.now,
        then=scenario.then,
        source=scenario.source,
        reach=scenario.reach,
        change=change,
        after=after,
        observed=scenario.observed,
    )


def _told(
    ground: _Ground, place: int, side: Moved, scenario: _Scenario
) -> tuple[Interval, Interval]:
    """Return the change of the outcome and what a coming period would read."""
    if ground.shares is None:
        changes = _changes(ground, place, side, scenario)
        return _change(ground, changes), _after(ground, changes)
    found = ground.shares.change(place, side, now=scenario.now, then=scenario.then)
    confidence = ground.assessing.confidence
    mean = float(ground.evidence.summary.means[0])
    both = found.influences + ground.shares.outcome_influences()
    groups = both.size
    spread = float(np.sqrt(groups / (groups - 1) * (both @ both) + _chance(ground)))
    # Few buckets tell their own spread badly.
    t = student_quantile(groups - 1, (1 + confidence) / 2)
    margin, wide = t * found.standard_error(), t * spread
    change, after = found.change, mean + found.change
    return (
        Interval(change, change - margin, change + margin, confidence, "proportional_odds"),
        Interval(after, after - wide, after + wide, confidence, "prediction"),
    )


def _scenario(ground: _Ground, place: int, side: Moved) -> _Scenario | Text:
    """Return where a driver would go, or why there is nowhere to go."""
    now = _now(ground, place, side)
    if ground.units is None:
        return NO_UNITS if side == "mean" else _Scenario(now, now * (1 - FEWER), "third")
    enough = ground.units.counts[:, place + 1] >= FEWEST_ANSWERS
    if enough.sum() < FEWEST_UNITS:
        return TOO_FEW_UNITS.format(
            n=int(enough.sum()), answers=FEWEST_ANSWERS, needed=FEWEST_UNITS
        )
    own = ground.units.means[enough, place + 1]
    low, high = (float(limit) for limit in np.quantile(own, REACH))
    # A quantity may be better when it is greater; bad answers are always better fewer.
    rises = side == "mean" and not ground.falls[place]
    asked = ground.question.changes.get(ground.question.names[place])
    if asked is None:
        then = float(np.quantile(own, 1 - BEST_QUARTER if rises else BEST_QUARTER))
        if (then <= now) if rises else (then >= now):
            return ALREADY_THERE
    else:
        _require_reach(ground.question.names[place], asked, low, high)
        then = asked
    outcomes = ground.units.means[enough, 0][own >= then if rises else own <= then]
    observed = _observed(outcomes[np.isfinite(outcomes)], ground.assessing.confidence)
    return _Scenario(now, then, "units" if asked is None else "asked", (low, high), observed)


def _now(ground: _Ground, place: int, side: Moved) -> float:
    if side == "mean":
        return float(ground.evidence.summary.means[place + 1])
    columns = ground.evidence.effects.places[place]
    share = float(ground.model.means[0, columns[-1 if side == "high" else 0] - 1])
    return 1 - share if side == "no" else share


def _changes(ground: _Ground, place: int, side: Moved, scenario: _Scenario) -> Floats:
    """Return the change of the mean outcome: on all rows first, then in each replicate."""
    columns = [column - 1 for column in ground.evidence.effects.places[place]]
    slopes, means = ground.model.slopes[:, columns], ground.model.means[:, columns]
    moved = scenario.now - scenario.then
    if side in ("low", "high"):
        return moved_answers_change(
            slopes[:, 0],
            slopes[:, 1],
            means[:, 0],
            means[:, 1],
            moved=moved,
            bad_end="low" if side == "low" else "high",
        )
    rises = moved if side == "no" else -moved
    changes: Floats = slopes[:, 0] * rises
    return changes


def _change(ground: _Ground, changes: Floats) -> Interval:
    confidence = ground.assessing.confidence
    if len(changes) == 1:
        return Interval(
            float(changes[0]), None, None, confidence, "bootstrap", _too_few(ground.evidence)
        )
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(changes[1:], [tail, 1 - tail])
    return Interval(float(changes[0]), float(low), float(high), confidence, "bootstrap")


def _after(ground: _Ground, changes: Floats) -> Interval:
    """Return the outcome of a coming period, with the chance of its own answers."""
    mean, confidence = float(ground.evidence.summary.means[0]), ground.assessing.confidence
    estimate = mean + float(changes[0])
    if len(changes) == 1:
        reason = _too_few(ground.evidence)
        return Interval(estimate, None, None, confidence, "bootstrap", reason)
    spread = float(np.sqrt(np.nanvar(ground.model.outcomes[1:] + changes[1:]) + _chance(ground)))
    margin = normal_quantile(confidence) * spread
    return Interval(estimate, estimate - margin, estimate + margin, confidence, "prediction")


def _chance(ground: _Ground) -> float:
    """Return the variance that the answers of a coming period bring by themselves."""
    chance = ground.model.variance / (ground.assessing.period_size or ground.evidence.n)
    if ground.question.weight is None and ground.question.cluster is None:
        return chance
    # Answers to come are drawn as these were.
    drawn = float(np.nanvar(ground.model.outcomes[1:]))
    return chance * max(1.0, drawn * ground.evidence.effects.n / ground.model.variance)


def _observed(outcomes: Floats, confidence: float) -> Observed | None:
    if not outcomes.size:
        return None
    deviation = float(outcomes.std(ddof=1)) if outcomes.size > 1 else 0.0
    interval = mean_interval(
        float(outcomes.mean()), deviation, outcomes.size, confidence=confidence
    )
    return Observed(units=outcomes.size, outcome=interval)


def _too_few(evidence: Evidence) -> Text:
    groups = len(evidence.effects.buckets)
    return TOO_FEW_BUCKETS.format(n=groups, needed=FEWEST_BUCKETS)


def _require_reach(name: str, asked: float, low: float, high: float) -> None:
    if low <= asked <= high:
        return
    raise UndefinedResult(
        Text(
            en="{name} at {asked}: units have been seen between {low} and {high} only (5th and "
            "95th percentile), and nothing is known beyond.",
            fr="{name} à {asked} : on n'a vu les unités qu'entre {low} et {high} (5e et "
            "95e centiles), et l'on ne sait rien au-delà.",
        ).format(name=name, asked=f"{asked:g}", low=f"{low:.3g}", high=f"{high:.3g}")
    )
