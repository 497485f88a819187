"""Customer Satisfaction Score: the share of satisfied answers, and its relatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ressenti.errors import NotComparable
from ressenti.facts.scales import FIVE_SMILEYS, FOUR_LEVELS, ONE_TO_FIVE, Level, Quantity, Scale
from ressenti.language import Text
from ressenti.scores.acsi import QUESTIONS, unweighted_indices, weighted_indices
from ressenti.scores.contrast import Contrast, net
from ressenti.scores.definitions import (
    Answers,
    Family,
    Graded,
    Indicator,
    Outcome,
    Variant,
    Worked,
)
from ressenti.scores.forms import (
    always,
    best_level_share,
    closed_scale,
    level_mean,
    mean_over_maximum,
    positive_share,
    rescaled_mean,
)
from ressenti.scores.inputs import Inputs, scale_told
from ressenti.scores.quantities import QuantityMean
from ressenti.scores.readings import graded_answers, mean_of_sum, share_on
from ressenti.scores.score import Band, Direction, Unit
from ressenti.scores.worked import outcome_of
from ressenti.tallies.tally import Tally

SATISFACTION = Answers(scales=(ONE_TO_FIVE, FIVE_SMILEYS), any_alike=True)
ANY_SATISFACTION = Answers(scales=(ONE_TO_FIVE, FOUR_LEVELS, FIVE_SMILEYS), any_scale=True)

CLASSES: dict[str, Level] = {"positive": 5.0, "neutral": 3.0, "negative": 1.0}
BEST: dict[str, Level] = {"best": 5.0}
FOUR_ANSWERS: dict[str, Level] = {
    "positive": 4.0,
    "very_satisfied": 4.0,
    "satisfied": 3.0,
    "not_very_satisfied": 2.0,
    "not_satisfied": 1.0,
    "tres_satisfait": 4.0,
    "satisfait": 3.0,
    "peu_satisfait": 2.0,
    "pas_satisfait": 1.0,
}


def top_two_minus_bottom_two(scale: Scale | Quantity) -> Contrast:
    """Return % of the two best levels minus % of the two worst, on four levels or more.

    Raises
    ------
    NotComparable
        R205, when the scale has fewer levels: best and worst would overlap.
    """
    levels = closed_scale(scale).levels
    if len(levels) < 4:
        raise NotComparable(
            Text(
                en=f"the scale '{scale.key}' has {len(levels)} levels: two best and two worst "
                "levels need at least 4.",
                fr=f"l'échelle « {scale.key} » a {len(levels)} niveaux : les deux meilleurs et "
                "les deux pires en demandent au moins 4.",
            )
        )
    best, middle, worst = levels[-2:], levels[2:-2], levels[:2]
    return Contrast(
        coefficients=net(plus=best, zero=middle, minus=worst),
        classes={"top_two": best, "middle": middle, "bottom_two": worst},
    )


def satisfied_of_five(inputs: Inputs) -> Tally | Outcome:
    return share_on(inputs, ONE_TO_FIVE, CLASSES, part="positive", whole="total")


def satisfied_of_four(inputs: Inputs) -> Tally | Outcome:
    return share_on(inputs, FOUR_LEVELS, FOUR_ANSWERS, part="positive", whole="total")


def delighted(inputs: Inputs) -> Tally | Outcome:
    return share_on(inputs, ONE_TO_FIVE, BEST, part="best", whole="total")


def net_classes(inputs: Inputs) -> Tally | Graded | Outcome:
    if inputs.has("positive"):
        return share_on(inputs, ONE_TO_FIVE, CLASSES, part="positive", whole="total")
    return graded_answers(inputs, ONE_TO_FIVE)


def mean_of_answers(inputs: Inputs) -> Graded | Outcome:
    if inputs.has("sum"):
        told = scale_told(inputs, ONE_TO_FIVE) if inputs.has("scale") else None
        return mean_of_sum(inputs, told)
    return graded_answers(inputs, ONE_TO_FIVE)


def rescaled(inputs: Inputs) -> Graded | Outcome:
    if not inputs.has("sum"):
        return graded_answers(inputs, ONE_TO_FIVE)
    scale = scale_told(inputs, ONE_TO_FIVE)
    width = scale.maximum - scale.minimum
    return _converted(mean_of_sum(inputs, scale), lambda mean: 100 * (mean - scale.minimum) / width)


def over_maximum(inputs: Inputs) -> Graded | Outcome:
    if not inputs.has("sum"):
        return graded_answers(inputs, ONE_TO_FIVE)
    scale = scale_told(inputs, ONE_TO_FIVE)
    return _converted(mean_of_sum(inputs, scale), lambda mean: 100 * mean / scale.maximum)


def _converted(outcome: Outcome, convert: Callable[[float], float]) -> Outcome:
    return outcome if outcome.value is None else replace(outcome, value=convert(outcome.value))


def share_between_limits(inputs: Inputs) -> Outcome:
    outcome = outcome_of(satisfied_of_five(inputs), positive_share(ONE_TO_FIVE), inputs)
    parts = {"value": outcome.value, "ci_low": outcome.low, "ci_high": outcome.high}
    return replace(outcome, method="wilson", parts=parts) if outcome.reason is None else outcome


YOUR_OPINION = "https://youropinion.is/en/docs/calculators/csat"
SQM = (
    "https://www.sqmgroup.com/resources/library/blog/"
    "learn-best-call-centers-improve-fcr-csat-and-reduce-cost"
)
VERINT = (
    "https://www.verint.com/blog/acsi-american-customer-satisfaction-index-score-its-calculation/"
)
TOP_TWO = ("top2_box_5pt", "top2_box_4level")

INDICATOR = Indicator(
    key="csat",
    name=Text(en="Customer Satisfaction Score", fr="Score de satisfaction client"),
    abbreviation=Text(en="CSAT", fr="CSAT"),
    family=Family.SURVEY,
    definition=Text(
        en="The share of customers who say they are satisfied with something precise: a visit, a "
        "delivery, an answer, the service as a whole.",
        fr="La part des clients qui se disent satisfaits d'un objet précis : une visite, une "
        "livraison, une réponse, le service dans son ensemble.",
    ),
    question=Text(
        en="Overall, how satisfied are you with {object}?",
        fr="Globalement, quel est votre niveau de satisfaction concernant {objet} ?",
    ),
    follow_up=Text(
        en="What mattered most in your answer?",
        fr="Qu'est-ce qui a le plus compté dans votre réponse ?",
    ),
    dated_by=Text(en="answer time", fr="date de la réponse"),
    variants=(
        Variant(
            key="top2_box_5pt",
            name=Text(en="Satisfied, five levels", fr="Satisfaits, cinq niveaux"),
            formula=Text(
                en="100 · answers 4–5 / answers",
                fr="100 · réponses 4–5 / réponses",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=SATISFACTION,
            form=positive_share,
            example=satisfied_of_five,
            note=Text(
                en="The neutral level counts in the answers, not among the satisfied.",
                fr="Le niveau neutre compte dans les réponses, pas parmi les satisfaits.",
            ),
        ),
        Variant(
            key="top2_box_4level",
            name=Text(en="Satisfied, four levels", fr="Satisfaits, quatre niveaux"),
            formula=Text(
                en="100 · (very satisfied + satisfied) / answers",
                fr="100 · (très satisfaits + satisfaits) / réponses",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Answers(scales=(FOUR_LEVELS,), any_alike=True),
            form=positive_share,
            example=satisfied_of_four,
            note=Text(
                en="No neutral level: never compare it with a five-level series.",
                fr="Aucun niveau neutre : à ne jamais comparer à une série sur cinq niveaux.",
            ),
        ),
        Variant(
            key="top_box_5pt",
            name=Text(en="Very satisfied only", fr="Très satisfaits seulement"),
            formula=Text(en="100 · answers 5 / answers", fr="100 · réponses 5 / réponses"),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=SATISFACTION,
            form=best_level_share,
            example=delighted,
        ),
        Variant(
            key="mean",
            name=Text(en="Mean", fr="Moyenne"),
            formula=Text(en="Σ answer / answers", fr="Σ réponse / réponses"),
            unit=Unit.SCALE,
            direction=Direction.HIGH,
            reads=ANY_SATISFACTION,
            form=level_mean,
            example=mean_of_answers,
        ),
        Variant(
            key="mean_rescaled_0_100",
            name=Text(en="Mean, rescaled from 0 to 100", fr="Moyenne ramenée de 0 à 100"),
            formula=Text(
                en="100 · (mean − lowest level) / (highest − lowest)",
                fr="100 · (moyenne − niveau le plus bas) / (plus haut − plus bas)",
            ),
            unit=Unit.POINTS,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=ANY_SATISFACTION,
            form=rescaled_mean,
            example=rescaled,
        ),
        Variant(
            key="mean_over_max",
            name=Text(en="Mean over the highest level", fr="Moyenne sur le niveau le plus haut"),
            formula=Text(en="100 · mean / highest level", fr="100 · moyenne / niveau le plus haut"),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=ANY_SATISFACTION,
            form=mean_over_maximum,
            example=over_maximum,
            note=Text(
                en="Its floor is not 0: everyone very dissatisfied still gives 20% on five levels.",
                fr="Son plancher n'est pas 0 : si tous sont très insatisfaits, il reste 20 % sur "
                "cinq niveaux.",
            ),
        ),
        Variant(
            key="net_satisfaction",
            name=Text(en="Net satisfaction", fr="Satisfaction nette"),
            formula=Text(
                en="% of the two best levels − % of the two worst",
                fr="% des deux meilleurs niveaux − % des deux pires",
            ),
            unit=Unit.POINTS,
            direction=Direction.HIGH,
            low=-100,
            high=100,
            reads=ANY_SATISFACTION,
            form=top_two_minus_bottom_two,
            example=net_classes,
        ),
        Variant(
            key="acsi_unweighted",
            name=Text(en="ACSI, equal weights", fr="ACSI, poids égaux"),
            formula=Text(
                en="100 · (overall + expectancy + ideal − 3) / 27, three marks from 1 to 10",
                fr="100 · (global + attentes + idéal − 3) / 27, trois notes de 1 à 10",
            ),
            unit=Unit.POINTS,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=QUESTIONS),
            form=always(QuantityMean()),
            example=unweighted_indices,
        ),
        Variant(
            key="acsi_weighted",
            name=Text(en="ACSI, weighted", fr="ACSI, pondéré"),
            formula=Text(
                en="100 · Σ weight · (mark − 1) / 9, weights that total 1",
                fr="100 · Σ poids · (note − 1) / 9, poids de total 1",
            ),
            unit=Unit.POINTS,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=(*QUESTIONS, "weights")),
            form=always(QuantityMean()),
            example=weighted_indices,
            note=Text(
                en="The true weights are the publisher's own, sector by sector.",
                fr="Les vrais poids appartiennent à l'éditeur, secteur par secteur.",
            ),
        ),
        Variant(
            key="wilson_ci",
            name=Text(en="Share with Wilson's interval", fr="Part avec l'intervalle de Wilson"),
            formula=Text(
                en="(p + z²/2n ± z · √(p(1 − p)/n + z²/4n²)) / (1 + z²/n)",
                fr="(p + z²/2n ± z · √(p(1 − p)/n + z²/4n²)) / (1 + z²/n)",
            ),
            unit=Unit.SEVERAL,
            direction=Direction.HIGH,
            reads=SATISFACTION,
            example=share_between_limits,
            compound=True,
        ),
    ),
    bands=(
        Band(
            label=Text(en="exceptional", fr="exceptionnel"),
            source=YOUR_OPINION,
            low=90,
            variants=TOP_TWO,
        ),
        Band(
            label=Text(en="good", fr="bon"),
            source=YOUR_OPINION,
            low=80,
            high=90,
            variants=TOP_TWO,
        ),
        Band(
            label=Text(en="average", fr="moyen"),
            source=YOUR_OPINION,
            low=70,
            high=80,
            variants=TOP_TWO,
        ),
        Band(
            label=Text(
                en="world class (contact centres)", fr="de classe mondiale (centres d'appels)"
            ),
            source=SQM,
            low=85,
            variants=("top_box_5pt",),
        ),
    ),
    use_when=Text(
        en="The objective is overall satisfaction and its evolution, or one precise point of the "
        "experience. Ask hot after an interaction, cold in a barometer; it is the easiest "
        "indicator to explain.",
        fr="L'objectif est la satisfaction globale et son évolution, ou un point précis de "
        "l'expérience. À poser à chaud après une interaction, à froid dans un baromètre ; c'est "
        "l'indicateur le plus facile à expliquer.",
    ),
    pitfalls=(
        Text(
            en="It says that customers are unhappy, not why: add an open question and one row per "
            "attribute, such as waiting time or welcome.",
            fr="Il dit que les clients sont mécontents, pas pourquoi : ajoutez une question "
            "ouverte et une ligne par attribut, comme l'attente ou l'accueil.",
        ),
        Text(
            en="A satisfied customer is not always a loyal one.",
            fr="Un client satisfait n'est pas toujours un client fidèle.",
        ),
        Text(
            en="The share of satisfied, the mean and the mean over the maximum all go by this "
            "name: the same answers give 80%, 4.05 and 81%. Name the variant.",
            fr="La part de satisfaits, la moyenne et la moyenne sur le maximum portent toutes ce "
            "nom : les mêmes réponses donnent 80 %, 4,05 et 81 %. Nommez la variante.",
        ),
        Text(
            en="The share of satisfied hides what moves below it: look at the distribution too.",
            fr="La part de satisfaits cache ce qui bouge en dessous : regardez aussi la "
            "distribution.",
        ),
        Text(
            en="Cultures use the ends of the scale differently, and angry customers answer less.",
            fr="Les cultures n'emploient pas les extrêmes de la même façon, et les clients en "
            "colère répondent moins.",
        ),
    ),
    sources=(
        "https://kicue.com/en/blog/how-to-calculate-csat",
        "https://tool-advisor.fr/blog/kpi-service-client/",
        VERINT,
        "https://www.liquisearch.com/american_customer_satisfaction_index/acsi_score_calculation",
        "Wilson, E. B. (1927). Journal of the American Statistical Association 22, 209.",
    ),
    objectives=(
        "overall_satisfaction",
        "touchpoint_satisfaction",
        "feelings",
        "contact_centre_quality",
        "standards",
    ),
    steps=("buy", "deliver", "use", "support", "whole"),
)
