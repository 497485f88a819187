"""Employee Satisfaction Index: the share of favourable answers, or the mean over the maximum."""

from __future__ import annotations

from dataclasses import replace

from ressenti.facts.scales import AGREEMENT_FIVE, ONE_TO_FIVE, Level
from ressenti.language import Text
from ressenti.scores.definitions import Answers, Family, Graded, Indicator, Outcome, Variant
from ressenti.scores.forms import mean_over_maximum, positive_share
from ressenti.scores.inputs import Inputs
from ressenti.scores.readings import graded_answers, mean_of_sum, share_on
from ressenti.scores.score import Direction, Unit
from ressenti.scores.worked import CONTRADICTION, NO_DATA
from ressenti.tallies.tally import Tally

CLASSES: dict[str, Level] = {"positive": 5.0, "neutral": 3.0, "negative": 1.0}


def favourable(inputs: Inputs) -> Tally | Outcome:
    whole = "total" if inputs.has("total") else "participants"
    return share_on(inputs, ONE_TO_FIVE, CLASSES, part="positive", whole=whole)


def over_maximum(inputs: Inputs) -> Graded | Outcome:
    """Return the answers on the scale from 1 to ``max``, or the index of their ``sum``."""
    if inputs.has_null("max"):
        return NO_DATA
    maximum = inputs.count("max", ONE_TO_FIVE.maximum)
    if not inputs.has("sum"):
        told = Inputs({**inputs, "scale": [1, maximum]}) if inputs.has("max") else inputs
        return graded_answers(told, ONE_TO_FIVE)
    mean = mean_of_sum(inputs, scale=None)
    if mean.value is None:
        return mean
    if not 0 <= mean.value <= maximum:
        return CONTRADICTION
    return replace(mean, value=100 * mean.value / maximum)


INDICATOR = Indicator(
    key="employee_satisfaction",
    name=Text(en="Employee Satisfaction Index", fr="Indice de satisfaction des employés"),
    abbreviation=Text(en="ESI", fr="ISE"),
    family=Family.EMPLOYEE,
    definition=Text(
        en="How satisfied employees say they are with their work: the share of favourable "
        "answers, or the mean of the marks over the highest one.",
        fr="À quel point les employés se disent satisfaits de leur travail : la part de réponses "
        "favorables, ou la moyenne des notes sur la plus haute.",
    ),
    question=Text(
        en="Overall, how satisfied are you with your job at {company}?",
        fr="Globalement, êtes-vous satisfait(e) de votre travail chez {entreprise} ?",
    ),
    follow_up=Text(
        en="What would change your answer?",
        fr="Qu'est-ce qui changerait votre réponse ?",
    ),
    dated_by=Text(en="answer time", fr="date de la réponse"),
    variants=(
        Variant(
            key="percent_favourable",
            name=Text(en="Favourable answers", fr="Réponses favorables"),
            formula=Text(
                en="100 · answers on the positive levels / answers",
                fr="100 · réponses sur les niveaux positifs / réponses",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Answers(scales=(ONE_TO_FIVE, AGREEMENT_FIVE), any_scale=True),
            form=positive_share,
            example=favourable,
        ),
        Variant(
            key="score_over_maximum",
            name=Text(en="Score over the maximum", fr="Note sur le maximum"),
            formula=Text(
                en="100 · Σ mark / (answers · highest mark)",
                fr="100 · Σ note / (réponses · note la plus haute)",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Answers(scales=(ONE_TO_FIVE, AGREEMENT_FIVE), any_scale=True),
            form=mean_over_maximum,
            example=over_maximum,
            note=Text(
                en="Its floor is not 0: on five levels the worst possible figure is 20%.",
                fr="Son plancher n'est pas 0 : sur cinq niveaux, le pire chiffre possible est "
                "20 %.",
            ),
        ),
    ),
    use_when=Text(
        en="The objective is to follow working conditions and to link them with what customers "
        "feel. Ask once or twice a year, or a few rotating questions each month; add your own "
        "items: content of the work, workload, recognition, growth, pay, safety, management.",
        fr="L'objectif est de suivre les conditions de travail et de les relier au ressenti des "
        "clients. À poser une ou deux fois par an, ou par quelques questions tournantes chaque "
        "mois ; ajoutez vos propres items : contenu du travail, charge, reconnaissance, "
        "évolution, salaire, sécurité, encadrement.",
    ),
    pitfalls=(
        Text(
            en="The two variants are not comparable: 70% over the maximum is a mean of 3.5 out of "
            "5, not 70% of satisfied people.",
            fr="Les deux variantes ne se comparent pas : 70 % du maximum est une moyenne de 3,5 "
            "sur 5, pas 70 % de personnes satisfaites.",
        ),
        Text(
            en="Anonymity: below 5 answers nothing is shown.",
            fr="Anonymat : en dessous de 5 réponses, rien n'est affiché.",
        ),
        Text(
            en="Say whether leavers and contractors were asked: they change the figure.",
            fr="Dites si les partants et les prestataires ont été interrogés : ils changent le "
            "chiffre.",
        ),
        Text(
            en="Survey pressure: people answer what is expected when they feel watched.",
            fr="La pression du questionnaire : on répond ce qui est attendu quand on se sent "
            "observé.",
        ),
    ),
    sources=(
        "https://calculator.7search.cc/calc/employee-satisfaction-index-calculator.php",
        "https://www.citehr.com/233580-how-calculate-employee-satisfaction-index-xls-download.html",
    ),
    objectives=("employees",),
    steps=("inside",),
)
