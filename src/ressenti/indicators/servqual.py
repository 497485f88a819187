"""SERVQUAL: what customers perceived of a service minus what they expected of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ressenti.facts.scales import GAP_SEVEN, NUMBER
from ressenti.language import Text
from ressenti.scores.definitions import Answers, Family, Indicator, Outcome, Variant, Worked
from ressenti.scores.forms import level_mean
from ressenti.scores.inputs import Inputs
from ressenti.scores.quantities import QuantityMean
from ressenti.scores.score import CONFIDENCE, Direction, Flag, Reason, Unit
from ressenti.scores.service_quality import (
    DIMENSIONS,
    Floats,
    Gaps,
    column_means,
    dimension_means,
    gaps_of,
    marks_of,
    paired_gaps,
    row_means,
    stacked,
)
from ressenti.scores.worked import NO_DATA, UNDEFINED, outcome_of
from ressenti.statistics.gaps import paired_gap
from ressenti.tallies.tally import Tally


def unweighted(inputs: Inputs) -> Outcome:
    gaps = gaps_of(inputs)
    return _over_respondents(gaps, gaps.unweighted(), inputs)


def weighted(inputs: Inputs) -> Outcome:
    """Return the mean weighted by each respondent's own points; invalid points are left out."""
    gaps = gaps_of(inputs)
    values = gaps.weighted()
    if np.isfinite(gaps.unweighted()).any() and not np.isfinite(values).any():
        return Outcome(reason=Reason.INVALID_WEIGHTS)
    outcome = _over_respondents(gaps, values, inputs)
    if outcome.value is None:
        return outcome
    contributions = by_dimension(column_means(gaps.contributions()))
    return replace(outcome, parts={**outcome.parts, "contributions": contributions})


def _over_respondents(gaps: Gaps, values: Floats, inputs: Inputs) -> Outcome:
    outcome = outcome_of(Tally.of_values(values.tolist(), NUMBER), QuantityMean(), inputs)
    if outcome.value is None:
        undefined = UNDEFINED if np.isfinite(gaps.dimensions).any() else NO_DATA
        return replace(undefined, n_missing=len(values), n_invalid=gaps.invalid)
    return replace(
        outcome,
        n_invalid=gaps.invalid,
        parts={"gaps": by_dimension(gaps.means())},
        flags=_flags(gaps.invalid),
    )


def by_dimension(values: Floats) -> dict[str, float | None]:
    return dict(zip(DIMENSIONS, listed(values), strict=True))


def listed(values: Floats) -> list[float | None]:
    """Return numbers, None for those that do not exist."""
    return [float(value) if np.isfinite(value) else None for value in values]


def _flags(invalid: int) -> tuple[str, ...]:
    return (Flag.INVALID_VALUES,) if invalid else ()


def per_item(inputs: Inputs) -> Outcome:
    items, invalid = paired_gaps(stacked(inputs))
    means = column_means(items)
    if not np.isfinite(means).any():
        return replace(NO_DATA, n_invalid=invalid)
    n = int(np.isfinite(items).any(axis=1).sum())
    return Outcome(n=n, n_invalid=invalid, parts={"gaps": listed(means)}, flags=_flags(invalid))


def per_dimension(inputs: Inputs) -> Outcome:
    """Return the mean gap of each dimension, with its paired interval over the respondents."""
    gaps = gaps_of(inputs)
    if not np.isfinite(gaps.dimensions).any():
        return replace(NO_DATA, n_invalid=gaps.invalid)
    confidence = inputs.number("confidence", CONFIDENCE)
    intervals = [
        paired_gap(np.zeros(column.shape), column, confidence=confidence).dimension
        for column in np.hsplit(gaps.dimensions, len(DIMENSIONS))
    ]
    limits = [[interval.low, interval.high] for interval in intervals]
    return Outcome(
        n=int(np.isfinite(gaps.dimensions).any(axis=1).sum()),
        n_invalid=gaps.invalid,
        parts={
            "gaps": by_dimension(gaps.means()),
            "intervals": dict(zip(DIMENSIONS, limits, strict=True)),
        },
        flags=_flags(gaps.invalid),
    )


def one_dimension(inputs: Inputs) -> Outcome:
    """Return the mean gap of the items of one dimension; ``n`` counts its complete pairs."""
    items, invalid = paired_gaps(inputs)
    pairs = int(np.isfinite(items).sum())
    missing = items.size - pairs
    (mean,) = listed(column_means(row_means(items)[:, None]))
    if mean is None:
        return replace(UNDEFINED if pairs else NO_DATA, n_missing=missing, n_invalid=invalid)
    return Outcome(value=mean, n=pairs, n_missing=missing, n_invalid=invalid, flags=_flags(invalid))


def everything(inputs: Inputs) -> Outcome:
    """Return the gaps and both aggregations; invalid points leave the unweighted one standing."""
    gaps = gaps_of(inputs)
    if not np.isfinite(gaps.dimensions).any():
        return replace(NO_DATA, n_invalid=gaps.invalid)
    both = np.column_stack([gaps.unweighted(), gaps.weighted()])
    plain, by_points = listed(column_means(both))
    return Outcome(
        value=plain,
        n=len(gaps.dimensions),
        n_invalid=gaps.invalid,
        parts={
            "gaps": by_dimension(gaps.means()),
            "unweighted": plain,
            "weighted": by_points,
        },
        flags=_flags(gaps.invalid),
    )


def perceptions_only(inputs: Inputs) -> Outcome:
    perceived, invalid = marks_of(stacked(inputs), "perceptions")
    dimensions = column_means(dimension_means(perceived))
    items = column_means(row_means(perceived)[:, None])
    if not np.isfinite(dimensions).any():
        return replace(NO_DATA, n_invalid=invalid)
    mean_of_dimensions, mean_of_items = listed(np.array([dimensions.mean(), items[0]]))
    return Outcome(
        value=mean_of_dimensions,
        n=int(np.isfinite(perceived).any(axis=1).sum()),
        n_invalid=invalid,
        parts={
            "dimensions": by_dimension(dimensions),
            "mean_of_dimensions": mean_of_dimensions,
            "mean_of_items": mean_of_items,
        },
        flags=_flags(invalid),
    )


FORUM = "https://www.12manage.com/forum.asp?TB=zeithaml_servqual&S=54"
ANSWERED = ("expectations", "perceptions")


def _variant(
    key: str,
    name: Text,
    formula: Text,
    example: Callable[[Inputs], Outcome],
    *,
    needs: tuple[str, ...] = ANSWERED,
    compound: bool = False,
    note: Text | None = None,
) -> Variant:
    return Variant(
        key=key,
        name=name,
        formula=formula,
        unit=Unit.SEVERAL if compound else Unit.SCALE,
        direction=Direction.HIGH,
        low=None if compound else -6,
        high=None if compound else 6,
        reads=Worked(needs=needs),
        example=example,
        compound=compound,
        note=note,
    )


INDICATOR = Indicator(
    key="servqual",
    name=Text(en="SERVQUAL, perceived service quality", fr="SERVQUAL, qualité de service perçue"),
    abbreviation=Text(en="SERVQUAL", fr="SERVQUAL"),
    family=Family.SURVEY,
    definition=Text(
        en="How far a service falls short of what customers expect of an excellent firm, on 22 "
        "items in five dimensions: tangibles, reliability, responsiveness, assurance, empathy. "
        "A negative gap is below expectations.",
        fr="De combien un service reste en dessous de ce que les clients attendent d'une "
        "excellente entreprise, sur 22 items en cinq dimensions : tangibles, fiabilité, "
        "réactivité, assurance, empathie. Un écart négatif est en dessous des attentes.",
    ),
    question=Text(
        en="For each statement, from 1 to 7: what should an excellent firm do? What does "
        "{company} do? Then share 100 points over the five dimensions.",
        fr="Pour chaque énoncé, de 1 à 7 : que devrait faire une excellente entreprise ? Que fait "
        "{entreprise} ? Répartissez ensuite 100 points entre les cinq dimensions.",
    ),
    follow_up=Text(
        en="On which of these points should {company} improve first?",
        fr="Sur lequel de ces points {entreprise} devrait-elle progresser d'abord ?",
    ),
    dated_by=Text(en="answer time", fr="date de la réponse"),
    variants=(
        _variant(
            "unweighted_from_gaps",
            Text(en="Unweighted gap", fr="Écart non pondéré"),
            Text(
                en="mean of the five dimension gaps, perception − expectation, then mean over "
                "respondents",
                fr="moyenne des écarts des cinq dimensions, perception − attente, puis moyenne "
                "des répondants",
            ),
            unweighted,
            note=Text(
                en="A pair without both marks is left out; a dimension needs half of its pairs.",
                fr="Une paire sans ses deux notes est écartée ; une dimension demande la moitié "
                "de ses paires.",
            ),
        ),
        _variant(
            "weighted_from_gaps",
            Text(en="Weighted gap", fr="Écart pondéré"),
            Text(
                en="Σ points / 100 · dimension gap, by each respondent's own points, then mean",
                fr="Σ points / 100 · écart de la dimension, selon les points de chaque répondant, "
                "puis moyenne",
            ),
            weighted,
            needs=(*ANSWERED, "weights"),
        ),
        _variant(
            "servperf",
            Text(en="SERVPERF, perceptions only", fr="SERVPERF, perceptions seules"),
            Text(
                en="mean of the perceptions, by dimension or by item, 1 to 7",
                fr="moyenne des perceptions, par dimension ou par item, de 1 à 7",
            ),
            perceptions_only,
            needs=("perceptions",),
            compound=True,
        ),
        _variant(
            "gap_per_dimension",
            Text(en="Gap of each dimension", fr="Écart de chaque dimension"),
            Text(
                en="mean of the item gaps of complete pairs, with its paired interval",
                fr="moyenne des écarts des paires complètes, avec son intervalle apparié",
            ),
            per_dimension,
            compound=True,
        ),
        replace(
            _variant(
                "gap_per_item",
                Text(en="Gap of each item", fr="Écart de chaque item"),
                Text(en="perception − expectation", fr="perception − attente"),
                per_item,
                compound=True,
                note=Text(
                    en="On a source, one item at a time: gap_per_item=P1 - E1.",
                    fr="Sur une source, un item à la fois : gap_per_item=P1 - E1.",
                ),
            ),
            unit=Unit.SCALE,
            low=-6,
            high=6,
            reads=Answers(scales=(GAP_SEVEN,)),
            form=level_mean,
        ),
        _variant(
            "full_22_items_one_respondent",
            Text(en="All gaps at once", fr="Tous les écarts à la fois"),
            Text(
                en="gap of each dimension, unweighted and weighted means",
                fr="écart de chaque dimension, moyennes non pondérée et pondérée",
            ),
            everything,
            needs=(*ANSWERED, "weights"),
            compound=True,
        ),
        _variant(
            "dimension_with_missing_pair",
            Text(en="Gap of one dimension", fr="Écart d'une dimension"),
            Text(
                en="mean of perception − expectation over complete pairs, half of them at least",
                fr="moyenne de perception − attente sur les paires complètes, la moitié au moins",
            ),
            one_dimension,
        ),
        _variant(
            "weights_must_total_100",
            Text(en="Weighted gap, points checked", fr="Écart pondéré, points vérifiés"),
            Text(
                en="the weighted gap, or nothing unless the points total 100 within a half",
                fr="l'écart pondéré, ou rien si les points ne totalisent pas 100 à un demi près",
            ),
            weighted,
            needs=(*ANSWERED, "weights"),
            note=Text(
                en="One respondent's points are never rescaled silently.",
                fr="Les points d'un répondant ne sont jamais remis à l'échelle en silence.",
            ),
        ),
    ),
    use_when=Text(
        en="The objective is to find which part of a service with staff falls short of "
        "expectations, once a year or for a project. Rank dimensions by the size of the gap times "
        "its weight.",
        fr="L'objectif est de trouver quelle partie d'un service rendu par des personnes déçoit "
        "les attentes, une fois par an ou pour un projet. Classez les dimensions par taille de "
        "l'écart multipliée par le poids.",
    ),
    pitfalls=(
        Text(
            en="It is long: 44 marks and 5 weights. Ask a panel, not every customer.",
            fr="C'est long : 44 notes et 5 poids. Interrogez un panel, pas chaque client.",
        ),
        Text(
            en="Gaps times raw points give figures that compare with nothing: weights are shares.",
            fr="Des écarts multipliés par des points bruts donnent des chiffres incomparables : "
            "les poids sont des parts.",
        ),
        Text(
            en="Expectations stick to the top of the scale, so gaps are seldom positive; and "
            "difference scores are less reliable than perceptions alone: show SERVPERF beside it.",
            fr="Les attentes collent au haut de l'échelle, les écarts sont donc rarement "
            "positifs ; et des différences sont moins fiables que les perceptions seules : "
            "montrez SERVPERF à côté.",
        ),
        Text(
            en="The five dimensions are not found again in every trade, and there is no benchmark.",
            fr="Les cinq dimensions ne se retrouvent pas dans tous les métiers, et il n'y a pas "
            "de référence.",
        ),
        Text(
            en="The published wording is protected: the statements here are short paraphrases, to "
            "be tried with your own customers.",
            fr="La formulation publiée est protégée : les énoncés d'ici sont de courtes "
            "paraphrases, à essayer avec vos propres clients.",
        ),
    ),
    sources=(
        "Parasuraman, A., Zeithaml, V. and Berry, L. (1988). Journal of Retailing 64, 12.",
        "Cronin, J. and Taylor, S. (1992). Journal of Marketing 56, 55.",
        "Peter, J., Churchill, G. and Brown, T. (1993). Journal of Consumer Research 19, 655.",
        FORUM,
    ),
    objectives=("service_diagnosis",),
    steps=("whole",),
)
