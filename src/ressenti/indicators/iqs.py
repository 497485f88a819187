"""Internal Quality Score: how good conversations are by the firm's own grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ressenti.facts.scales import Quantity
from ressenti.language import Text
from ressenti.scores.definitions import Family, Indicator, Outcome, Variant, Worked
from ressenti.scores.inputs import Inputs
from ressenti.scores.quantities import QuantityMean
from ressenti.scores.score import Direction, Flag, Reason, Unit
from ressenti.scores.worked import outcome_of
from ressenti.tallies.tally import Tally

# A critical category below half of its scale fails the whole review, as Zendesk QA has it.
CRITICAL_PASS = 50.0
LOWER_IS_BETTER = ("lower_is_better", "lower", "low")
REVIEW = Quantity(
    key="review-0-100",
    name=Text(en="score of a review, 0 to 100", fr="score d'une revue, de 0 à 100"),
    minimum=0.0,
    maximum=100.0,
)


@dataclass(frozen=True, slots=True)
class Category:
    """One line of a grid as it was rated: its score from 0 to 100, None when it does not apply."""

    score: float | None
    weight: float
    is_critical: bool
    is_invalid: bool

    @property
    def fails_review(self) -> bool:
        return self.is_critical and self.score is not None and self.score < CRITICAL_PASS


def category_of(row: Inputs) -> Category:
    """Return a category from its ``score`` between ``min`` and ``max``; null does not apply."""
    weight, is_critical = row.count("weight", 1.0), bool(row.get("critical"))
    if row.has_null("score"):
        return Category(None, weight, is_critical, is_invalid=False)
    low, high, score = row.number("min", 0.0), row.number("max"), row.number("score")
    if not low <= score <= high or low == high:
        return Category(None, weight, is_critical, is_invalid=True)
    return Category(100 * (score - low) / (high - low), weight, is_critical, is_invalid=False)


def review_score(categories: Sequence[Category]) -> float | None:
    """Return the weighted mean of the categories that apply; 0 when a critical one fails."""
    if any(category.fails_review for category in categories):
        return 0.0
    rated = [(category.score, category.weight) for category in categories]
    applicable = [(score, weight) for score, weight in rated if score is not None]
    total = sum(weight for _, weight in applicable)
    return sum(score * weight for score, weight in applicable) / total if total else None


def internal_quality(inputs: Inputs) -> Outcome:
    """Return the score of each review and their mean; a review where nothing applies is null."""
    reviews = [
        [category_of(Inputs(row)) for row in _categories(review)]
        for review in inputs.rows("reviews")
    ]
    scores = [review_score(review) for review in reviews]
    invalid = sum(category.is_invalid for review in reviews for category in review)
    tally = replace(Tally.of_values(scores, REVIEW), invalid=invalid)
    mean = outcome_of(tally, QuantityMean(), inputs)
    if mean.value is None:
        return mean
    flags = (*mean.flags, Flag.INVALID_VALUES) if invalid else mean.flags
    return replace(mean, parts={"reviews": scores, "iqs": mean.value}, flags=flags)


def _categories(review: object) -> Sequence[Mapping[str, object]]:
    """Return the lines of a review, given as a list or as an object with ``categories``."""
    rows = review.get("categories") if isinstance(review, Mapping) else review
    return Inputs({"categories": rows}).rows("categories")


def composite_quality(inputs: Inputs) -> Outcome:
    """Return the weighted attainment of service standards, each capped at its target."""
    criteria = [Inputs(criterion) for criterion in inputs.rows("criteria")]
    applicable = [row for row in criteria if not row.has_null("value", "target")]
    left_out = len(criteria) - len(applicable)
    if not applicable:
        return Outcome(reason=Reason.NO_DATA, n_missing=left_out)
    weights = [row.count("weight", 1.0) for row in applicable]
    if sum(weights) == 0:
        return Outcome(reason=Reason.INVALID_WEIGHTS, n_missing=left_out)
    attained = [attainment(row) for row in applicable]
    weighted = sum(weight * part for weight, part in zip(weights, attained, strict=True))
    return Outcome(
        value=100 * weighted / sum(weights),
        n=len(applicable),
        n_missing=left_out,
        parts={"attainments": [100 * part for part in attained]},
    )


def attainment(criterion: Inputs) -> float:
    """Return how far a standard is met, from 0 to 1; equality with the target meets it.

    Examples
    --------
    >>> attainment(Inputs({"value": 76, "target": 80}))
    0.95
    >>> attainment(Inputs({"value": 50, "target": 40, "direction": "lower_is_better"}))
    0.8
    """
    value, target = criterion.count("value"), criterion.count("target")
    if criterion.get("direction") in LOWER_IS_BETTER or criterion.get("lower_is_better"):
        return 1.0 if value <= target else target / value
    return 1.0 if value >= target else value / target


ZENDESK = "https://support.zendesk.com/hc/en-us/articles/7043759293722"
ZENDESK_REVIEWS = "https://support.zendesk.com/hc/en-us/articles/7043701093786"

INDICATOR = Indicator(
    key="iqs",
    name=Text(en="Internal Quality Score", fr="Indicateur de qualité de service"),
    abbreviation=Text(en="IQS", fr="IQS"),
    family=Family.OPERATIONS,
    definition=Text(
        en="How good the conversations with customers are by the firm's own grid, or how far its "
        "service standards are attained.",
        fr="La qualité des conversations avec les clients selon la grille de l'entreprise, ou "
        "l'atteinte de ses standards de service.",
    ),
    dated_by=Text(en="date of the conversation reviewed", fr="date de la conversation revue"),
    variants=(
        Variant(
            key="internal_quality_score",
            name=Text(en="Internal Quality Score", fr="Score de qualité interne"),
            formula=Text(
                en="category = 100 · (score − min) / (max − min); review = Σ category · weight / "
                "Σ weight; score = mean of the reviews",
                fr="catégorie = 100 · (note − min) / (max − min) ; revue = Σ catégorie · poids / "
                "Σ poids ; score = moyenne des revues",
            ),
            unit=Unit.SEVERAL,
            direction=Direction.HIGH,
            reads=Worked(needs=("reviews",)),
            example=internal_quality,
            compound=True,
            note=Text(
                en="A category marked critical that gets less than half of its scale brings the "
                "review to 0; what does not apply (null) leaves the weights.",
                fr="Une catégorie marquée critique qui obtient moins de la moitié de son échelle "
                "met la revue à 0 ; ce qui est sans objet (null) quitte les poids.",
            ),
        ),
        Variant(
            key="composite_service_quality",
            name=Text(en="Attainment of standards", fr="Atteinte des standards"),
            formula=Text(
                en="100 · Σ weight · min(1, value / target) / Σ weight; target / value where "
                "lower is better",
                fr="100 · Σ poids · min(1, valeur / cible) / Σ poids ; cible / valeur quand moins "
                "vaut mieux",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=("criteria",)),
            example=composite_quality,
        ),
    ),
    use_when=Text(
        en="The objective is the quality of conversations as the firm defines it, to coach people "
        "and to follow its standards.",
        fr="L'objectif est la qualité des conversations telle que l'entreprise la définit, pour "
        "accompagner les équipes et suivre ses standards.",
    ),
    pitfalls=(
        Text(
            en="IQS has two meanings: in French call centres the quality of service is often an "
            "answer rate; for that, use answer_rate or service_level.",
            fr="IQS a deux sens : dans les centres d'appels français, la qualité de service est "
            "souvent un taux de décroché ; pour cela, prenez answer_rate ou service_level.",
        ),
        Text(
            en="It is the view from inside: compare it with satisfaction.",
            fr="C'est une vue de l'intérieur : comparez-la à la satisfaction.",
        ),
        Text(
            en="Reviews are few and reviewers differ: have some scored twice and measure "
            "agreement.",
            fr="Les revues sont rares et les évaluateurs diffèrent : faites-en noter certaines "
            "deux fois et mesurez l'accord.",
        ),
        Text(
            en="A new grid starts a new series.",
            fr="Une nouvelle grille commence une nouvelle série.",
        ),
    ),
    sources=(
        ZENDESK,
        ZENDESK_REVIEWS,
        "https://gigabpo.com/customer-service-internal-quality-score/",
    ),
    objectives=("contact_centre_quality", "standards"),
    steps=("support",),
)
