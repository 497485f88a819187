"""Employee engagement: the mean of the items asked, or engaged people for one who is against."""

from __future__ import annotations

from statistics import fmean

from ressenti.facts.raw_values import Absence
from ressenti.facts.scales import AGREEMENT_FIVE, Quantity
from ressenti.language import Text
from ressenti.scores.definitions import Family, Indicator, Outcome, Variant, Worked
from ressenti.scores.inputs import Inputs
from ressenti.scores.score import CONFIDENCE, Band, Direction, Unit
from ressenti.scores.worked import NO_DATA, UNDEFINED, base_flags
from ressenti.statistics.proportions import wilson_interval
from ressenti.tallies.tally import Tally

ENGAGED_FROM, DISENGAGED_TO = 4.0, 2.0
ITEM_MEAN = Quantity(
    key="item-mean-1-5",
    name=Text(en="mean of an item, 1 to 5", fr="moyenne d'un item, de 1 à 5"),
    minimum=AGREEMENT_FIVE.minimum,
    maximum=AGREEMENT_FIVE.maximum,
)


def grand_mean(inputs: Inputs) -> Outcome:
    """Return the mean of the ``item_means``, or of the items' own means from ``item_scores``."""
    if inputs.has("item_scores"):
        tallies = [Tally.of_values(scores, AGREEMENT_FIVE) for scores in inputs.rows("item_scores")]
        raw: list[object] = [_mean(tally) for tally in tallies]
    else:
        raw = list(inputs.rows("item_means"))
    read = [ITEM_MEAN.read(value) for value in raw]
    means = [mean for mean in read if not isinstance(mean, Absence)]
    return Outcome(
        value=fmean(means) if means else None,
        reason=None if means else NO_DATA.reason,
        n=len(means),
        n_missing=read.count(Absence.MISSING),
        n_invalid=read.count(Absence.INVALID),
        parts={"item_means": [None if isinstance(mean, Absence) else mean for mean in read]},
    )


def _mean(tally: Tally) -> float | None:
    total = sum(cell.w * float(level) for level, cell in tally.levels.items())
    return total / tally.n if tally.n else None


def engaged_ratio(inputs: Inputs) -> Outcome:
    """Return engaged people for one actively disengaged, from counts or ``employee_means``."""
    counts = _counted(inputs) if inputs.has("employee_means") else _given(inputs)
    engaged, disengaged, total = counts
    if total == 0:
        return NO_DATA
    if disengaged == 0:
        return UNDEFINED
    share = wilson_interval(
        engaged, engaged + disengaged, confidence=inputs.number("confidence", CONFIDENCE)
    )
    _, low, high = share.bounds()
    return Outcome(
        value=engaged / disengaged,
        n=total,
        low=low / (1 - low),
        high=high / (1 - high),
        method="wilson_odds",
        parts={
            "engaged": engaged,
            "not_engaged": total - engaged - disengaged,
            "actively_disengaged": disengaged,
        },
        flags=base_flags(total),
    )


def _given(inputs: Inputs) -> tuple[float, float, float]:
    if inputs.has_null("engaged", "actively_disengaged"):
        return 0.0, 0.0, 0.0
    engaged, disengaged = inputs.count("engaged"), inputs.count("actively_disengaged")
    return engaged, disengaged, engaged + disengaged + inputs.count("not_engaged", 0.0)


def _counted(inputs: Inputs) -> tuple[float, float, float]:
    means = [mean for mean in inputs.numbers("employee_means") if mean is not None]
    engaged = sum(mean >= inputs.number("engaged_from", ENGAGED_FROM) for mean in means)
    disengaged = sum(mean <= inputs.number("disengaged_to", DISENGAGED_TO) for mean in means)
    return float(engaged), float(disengaged), float(len(means))


GALLUP = "https://q12.gallup.com/help/en-us/Answers/180023"
COUNTER_EVIDENCE = (
    "https://www.slideshare.net/slideshow/"
    "does-employee-happiness-equal-customer-happiness-no/90777271"
)

INDICATOR = Indicator(
    key="employee_engagement",
    name=Text(en="Employee engagement", fr="Engagement des employés"),
    abbreviation=Text(en="Engagement", fr="Engagement"),
    family=Family.EMPLOYEE,
    definition=Text(
        en="How far employees put themselves into their work, from eight to twelve statements of "
        "your own that they agree or disagree with.",
        fr="À quel point les employés s'investissent dans leur travail, d'après huit à douze "
        "affirmations de votre cru avec lesquelles ils sont plus ou moins d'accord.",
    ),
    question=Text(
        en="How far do you agree: I would go out of my way for our customers?",
        fr="Êtes-vous d'accord : je suis prêt(e) à en faire plus pour nos clients ?",
    ),
    follow_up=Text(
        en="What stands in your way?",
        fr="Qu'est-ce qui vous en empêche ?",
    ),
    dated_by=Text(en="answer time", fr="date de la réponse"),
    variants=(
        Variant(
            key="grand_mean",
            name=Text(en="Grand mean", fr="Moyenne générale"),
            formula=Text(
                en="Σ mean of the item / items, 1 to 5",
                fr="Σ moyenne de l'item / items, de 1 à 5",
            ),
            unit=Unit.SCALE,
            direction=Direction.HIGH,
            low=1,
            high=5,
            reads=Worked(needs=("item_means",)),
            example=grand_mean,
            note=Text(
                en="Also from item_scores, one list of answers per item.",
                fr="Aussi à partir de item_scores, une liste de réponses par item.",
            ),
        ),
        Variant(
            key="engaged_ratio",
            name=Text(en="Engaged for one disengaged", fr="Engagés pour un désengagé"),
            formula=Text(
                en="engaged / actively disengaged",
                fr="engagés / activement désengagés",
            ),
            unit=Unit.RATIO,
            direction=Direction.HIGH,
            low=0,
            reads=Worked(needs=("engaged", "not_engaged", "actively_disengaged")),
            example=engaged_ratio,
            note=Text(
                en="From employee_means, our own rule: engaged from a mean of 4, actively "
                "disengaged up to 2; set engaged_from and disengaged_to to change it.",
                fr="À partir de employee_means, notre propre règle : engagé dès une moyenne de 4, "
                "activement désengagé jusqu'à 2 ; engaged_from et disengaged_to la changent.",
            ),
        ),
    ),
    bands=(
        Band(
            label=Text(en="above the first aim of 4 to 1", fr="au-dessus du premier but, 4 pour 1"),
            source=GALLUP,
            low=4,
            variants=("engaged_ratio",),
        ),
    ),
    use_when=Text(
        en="The objective is to see how far employees are a lever of the experience: once or "
        "twice a year, by team or site, then linked with customer indicators with a lag.",
        fr="L'objectif est de voir à quel point les employés sont un levier de l'expérience : une "
        "ou deux fois par an, par équipe ou par site, puis mis en relation avec les indicateurs "
        "clients avec un décalage.",
    ),
    pitfalls=(
        Text(
            en="Published questionnaires such as Gallup's are copyrighted and their classes are "
            "secret: write your own items and say your own rule.",
            fr="Les questionnaires publiés, comme celui de Gallup, sont protégés et leurs classes "
            "secrètes : écrivez vos propres items et dites votre propre règle.",
        ),
        Text(
            en="A ratio has no value when nobody is actively disengaged, and jumps when few are.",
            fr="Un ratio n'a pas de valeur quand personne n'est activement désengagé, et il saute "
            "quand ils sont peu nombreux.",
        ),
        Text(
            en="Anonymity: below 5 answers nothing is shown; the disengaged answer least.",
            fr="Anonymat : en dessous de 5 réponses, rien n'est affiché ; les désengagés "
            "répondent le moins.",
        ),
    ),
    sources=(
        GALLUP,
        "https://www.glassdoor.com/research/employee-reviews-customer-satisfaction",
        COUNTER_EVIDENCE,
    ),
    objectives=("employees",),
    steps=("inside",),
)
