"""Employee Net Promoter Score: the recommendation of the employer by those who work there."""

from __future__ import annotations

from ressenti.facts.scales import ZERO_TO_TEN
from ressenti.indicators.nps import RECOMMENDATION, on_ten
from ressenti.language import Text
from ressenti.scores.definitions import Answers, Family, Indicator, Outcome, Variant
from ressenti.scores.forms import always
from ressenti.scores.inputs import Inputs
from ressenti.scores.score import Band, Direction, Reason, Unit
from ressenti.tallies.suppression import FLOOR
from ressenti.tallies.tally import Tally


def unless_small(inputs: Inputs) -> Tally | Outcome:
    """Return the tally, or nothing at all about a group of fewer than ``min_group`` answers."""
    tally = on_ten(inputs)
    if tally.n < inputs.count("min_group", FLOOR):
        return Outcome(reason=Reason.SUPPRESSED)
    return tally


AGENDRIX = "https://agendrix.com/?p=4945"

INDICATOR = Indicator(
    key="enps",
    name=Text(en="Employee Net Promoter Score", fr="Score net de recommandation des employés"),
    abbreviation=Text(en="eNPS", fr="eNPS"),
    family=Family.EMPLOYEE,
    definition=Text(
        en="The share of employees who would recommend their employer minus the share who would "
        "speak against it.",
        fr="La part des employés qui recommanderaient leur employeur moins la part de ceux qui en "
        "parleraient en mal.",
    ),
    question=Text(
        en="How likely are you to recommend {company} as a place to work?",
        fr="Quelle est la probabilité que vous recommandiez {entreprise} comme employeur à un "
        "proche ?",
    ),
    follow_up=Text(
        en="What is the main reason for your mark?",
        fr="Pour quelle raison principale ?",
    ),
    dated_by=Text(en="answer time", fr="date de la réponse"),
    variants=(
        Variant(
            key="standard_0_10",
            name=Text(en="Standard, 0 to 10", fr="Standard, de 0 à 10"),
            formula=Text(
                en="100 · (promoters 9–10 − detractors 0–6) / answers",
                fr="100 · (promoteurs 9–10 − détracteurs 0–6) / réponses",
            ),
            unit=Unit.POINTS,
            direction=Direction.HIGH,
            low=-100,
            high=100,
            reads=Answers(scales=(ZERO_TO_TEN,)),
            form=always(RECOMMENDATION),
            example=on_ten,
        ),
        Variant(
            key="suppressed_small_group",
            name=Text(en="Hidden for small groups", fr="Masqué pour les petits groupes"),
            formula=Text(
                en="the standard score, or nothing below 5 answers",
                fr="le score standard, ou rien en dessous de 5 réponses",
            ),
            unit=Unit.POINTS,
            direction=Direction.HIGH,
            low=-100,
            high=100,
            reads=Answers(scales=(ZERO_TO_TEN,)),
            form=always(RECOMMENDATION),
            example=unless_small,
            note=Text(
                en="A worked example may set the threshold with min_group; tables by team hide "
                "small groups under every variant.",
                fr="Un exemple peut fixer le seuil par min_group ; les tableaux par équipe "
                "masquent les petits groupes quelle que soit la variante.",
            ),
        ),
    ),
    bands=(
        Band(label=Text(en="excellent", fr="excellent"), source=AGENDRIX, low=40),
        Band(label=Text(en="good", fr="bon"), source=AGENDRIX, low=10, high=40),
        Band(label=Text(en="normal", fr="normal"), source=AGENDRIX, low=-10, high=10),
        Band(label=Text(en="worrying", fr="préoccupant"), source=AGENDRIX, high=-10),
    ),
    use_when=Text(
        en="The objective is to see whether what employees feel explains or announces what "
        "customers feel: compare by team or site, with a lag, on your own data.",
        fr="L'objectif est de voir si le ressenti des employés explique ou annonce celui des "
        "clients : comparez par équipe ou par site, avec un décalage, sur vos propres données.",
    ),
    pitfalls=(
        Text(
            en="Anonymity comes first: fewer than 5 answers show nothing, and the total minus the "
            "teams shown must not reveal the hidden one.",
            fr="L'anonymat d'abord : moins de 5 réponses ne montrent rien, et le total moins les "
            "équipes affichées ne doit pas révéler celle qui est masquée.",
        ),
        Text(
            en="It usually lies 10 to 20 points below the customers' NPS: never put the two on "
            "one scale.",
            fr="Il se situe d'ordinaire 10 à 20 points sous le NPS des clients : ne mettez jamais "
            "les deux sur une même échelle.",
        ),
        Text(
            en="The link between employees and customers differs from one company to the next, "
            "and a correlation is no cause: test it on your own data.",
            fr="Le lien entre employés et clients varie d'une entreprise à l'autre, et une "
            "corrélation n'est pas une cause : vérifiez-le sur vos propres données.",
        ),
        Text(
            en="One question cannot say what to change, and the least engaged answer least.",
            fr="Une seule question ne dit pas quoi changer, et les moins engagés répondent le "
            "moins.",
        ),
    ),
    sources=(
        AGENDRIX,
        "https://compile.fi/en/blog/",
        "https://calculatorsir.com/finance/enps-calculator",
        "https://www.glassdoor.com/research/employee-reviews-customer-satisfaction",
    ),
    objectives=("employees",),
    steps=("inside",),
    mark=Text(
        en="Net Promoter, NPS and Net Promoter Score are registered marks of Bain & Company, "
        "NICE Systems and Fred Reichheld.",
        fr="Net Promoter, NPS et Net Promoter Score sont des marques déposées de Bain & Company, "
        "NICE Systems et Fred Reichheld.",
    ),
)
