"""Mystery shopping: how far visits in disguise found the standards kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ressenti.language import Text
from ressenti.scores.definitions import Family, Indicator, Outcome, Variant, Worked
from ressenti.scores.inputs import Inputs
from ressenti.scores.score import Direction, Reason, Unit
from ressenti.scores.worked import CONTRADICTION, NO_DATA


@dataclass(frozen=True, slots=True)
class Points:
    """Points earned out of those possible; what does not apply counts in neither."""

    earned: float = 0.0
    possible: float = 0.0
    left_out: int = 0
    contradict: bool = False

    @property
    def apply(self) -> bool:
        return self.possible > 0

    def __add__(self, other: Points) -> Points:
        return Points(
            self.earned + other.earned,
            self.possible + other.possible,
            self.left_out + other.left_out,
            self.contradict or other.contradict,
        )


def points_of(row: Inputs) -> Points:
    """Return the points of an item, or of a section or a visit given with its ``items``."""
    if row.has("items"):
        return total(points_of(Inputs(item)) for item in row.rows("items"))
    if row.has_null("earned", "possible"):
        return Points(left_out=1)
    earned, possible = row.count("earned"), row.count("possible")
    return Points(earned, possible, contradict=earned > possible)


def total(points: Iterable[Points]) -> Points:
    return sum(points, Points())


def points(inputs: Inputs) -> Outcome:
    """Return 100 · earned / possible, over the items that apply."""
    found = points_of(inputs)
    if found.contradict:
        return CONTRADICTION
    if not found.apply:
        return Outcome(reason=Reason.NO_DATA, n_missing=found.left_out)
    return Outcome(
        value=100 * found.earned / found.possible,
        n=1,
        n_missing=found.left_out,
        parts={"earned": found.earned, "possible": found.possible},
    )


def weighted_sections(inputs: Inputs) -> Outcome:
    """Return the weighted mean of the sections that apply; the others give up their weight."""
    rows = [Inputs(section) for section in inputs.rows("sections")]
    sections = [(row.count("weight", 1.0), points_of(row)) for row in rows]
    if any(found.contradict for _, found in sections):
        return CONTRADICTION
    applicable = [(weight, found) for weight, found in sections if found.apply]
    weights = sum(weight for weight, _ in applicable)
    left_out = len(sections) - len(applicable)
    if not applicable:
        return Outcome(reason=Reason.NO_DATA, n_missing=left_out)
    if weights == 0:
        return Outcome(reason=Reason.INVALID_WEIGHTS, n_missing=left_out)
    earned = sum(weight * found.earned / found.possible for weight, found in applicable)
    return Outcome(
        value=100 * earned / weights,
        n=1,
        n_missing=left_out,
        parts={"sections": [100 * found.earned / found.possible for _, found in applicable]},
    )


def percentile_rank(inputs: Inputs) -> Outcome:
    """Return the share of shops with a strictly lower score."""
    scores = inputs.numbers("all_scores")
    known = [score for score in scores if score is not None]
    missing = len(scores) - len(known)
    if inputs.has_null("score") or not known:
        return Outcome(reason=NO_DATA.reason, n_missing=missing)
    below = sum(score < inputs.number("score") for score in known)
    return Outcome(value=100 * below / len(known), n=len(known), n_missing=missing)


KINESIS = "https://blog.kinesis-cem.com/2016/02/16/what-is-a-good-mystery-shop-score/"
DOOBLO = "https://support.dooblo.net/hc/en-us/articles/360002151519-How-To-Setup-Survey-Scores"

INDICATOR = Indicator(
    key="mystery_shopping",
    name=Text(en="Mystery-shopping score", fr="Score de visite mystère"),
    abbreviation=Text(en="Mystery shopping", fr="Visite mystère"),
    family=Family.EXTERNAL,
    definition=Text(
        en="The share of the points of a grid that a visit, a call or an online order in disguise "
        "found earned.",
        fr="La part des points d'une grille qu'une visite, un appel ou une commande en ligne "
        "incognito a trouvés acquis.",
    ),
    dated_by=Text(en="date of the visit", fr="date de la visite"),
    variants=(
        Variant(
            key="points",
            name=Text(en="Points", fr="Points"),
            formula=Text(
                en="100 · points earned / points possible",
                fr="100 · points obtenus / points possibles",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=("earned", "possible")),
            example=points,
        ),
        Variant(
            key="points_with_na",
            name=Text(en="Points of what applies", fr="Points de ce qui s'applique"),
            formula=Text(
                en="100 · Σ earned / Σ possible over the items that apply",
                fr="100 · Σ obtenus / Σ possibles sur les items applicables",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=("items",)),
            example=points,
            note=Text(
                en="An item that does not apply (null) leaves both sums.",
                fr="Un item sans objet (null) quitte les deux sommes.",
            ),
        ),
        Variant(
            key="weighted_sections",
            name=Text(en="Weighted sections", fr="Sections pondérées"),
            formula=Text(
                en="100 · Σ weight · (earned / possible) / Σ weight over the sections that apply",
                fr="100 · Σ poids · (obtenus / possibles) / Σ poids sur les sections applicables",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=("sections",)),
            example=weighted_sections,
        ),
        Variant(
            key="percentile_rank",
            name=Text(en="Rank among the shops", fr="Rang parmi les points de vente"),
            formula=Text(
                en="100 · shops with a strictly lower score / shops",
                fr="100 · points de vente de score strictement inférieur / points de vente",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=("score", "all_scores")),
            example=percentile_rank,
        ),
    ),
    use_when=Text(
        en="The objective is to check that standards are kept in shops, on the phone or on the "
        "web, or to compare with competitors visited in the same way.",
        fr="L'objectif est de vérifier que les standards sont tenus en magasin, au téléphone ou "
        "sur le web, ou de se comparer à des concurrents visités de la même façon.",
    ),
    pitfalls=(
        Text(
            en="It measures conformity, not what customers feel: put satisfaction beside it.",
            fr="Elle mesure la conformité, pas le ressenti des clients : mettez la satisfaction à "
            "côté.",
        ),
        Text(
            en="Visits are few, so one shop's score carries no interval: judge it by its place in "
            "the distribution, there is no good score in general.",
            fr="Les visites sont rares, le score d'un magasin n'a donc pas d'intervalle : "
            "jugez-le par sa place dans la distribution, il n'existe pas de bon score en général.",
        ),
        Text(
            en="Weights tell staff what matters: choose them for customers, and start a new "
            "series when the grid changes.",
            fr="Les poids disent aux équipes ce qui compte : choisissez-les pour les clients, et "
            "commencez une nouvelle série quand la grille change.",
        ),
        Text(
            en="Leave out visits where the shopper was recognised.",
            fr="Écartez les visites où le client mystère a été reconnu.",
        ),
    ),
    sources=(KINESIS, DOOBLO),
    objectives=("standards", "touchpoint_satisfaction"),
    steps=("discover",),
)
