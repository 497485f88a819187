"""Templates that look at the service itself: SERVQUAL, reviewed conversations, mystery visits."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.scores.service_quality import QUESTIONNAIRE
from ressenti.surveys.templates.plans import Plan, asked, follow_up, parts, question

ITEMS = [
    {"id": f"{dimension}_{i}", "label": statement}
    for dimension, own in QUESTIONNAIRE.items()
    for i, statement in enumerate(own.statements, start=1)
]
POINTS = tuple(
    question(
        f"points_{dimension}",
        "number",
        Text(
            en="Out of 100 points, how many for: {name}?",
            fr="Sur 100 points, combien pour : {name} ?",
        ).format(name=own.name),
        guidance=Text(en="The five numbers add up to 100.", fr="Les cinq nombres totalisent 100."),
        minimum=0,
        maximum=100,
    )
    for dimension, own in QUESTIONNAIRE.items()
)

SERVICE_PLANS = (
    Plan(
        key="servqual",
        name=Text(en="Service quality (SERVQUAL)", fr="Qualité de service (SERVQUAL)"),
        description=Text(
            en="22 items marked twice, what should be and what is, then the weight of each of the "
            "five dimensions. Long: for a panel or once a year.",
            fr="22 items notés deux fois, ce qui devrait être et ce qui est, puis le poids de "
            "chacune des cinq dimensions. Long : pour un panel ou une fois l'an.",
        ),
        indicators=("servqual",),
        pages=(
            (
                question(
                    "service",
                    "expectation_perception",
                    asked("servqual"),
                    measure="servqual/gap_per_item",
                    not_concerned=True,
                    items=ITEMS,
                ),
            ),
            POINTS,
            (question("improve", "comment", follow_up("servqual")),),
        ),
    ),
    Plan(
        key="iqs",
        name=Text(en="Review of a conversation (IQS)", fr="Revue d'un échange (IQS)"),
        description=Text(
            en="Filled in by a reviewer on one conversation, not sent to customers.",
            fr="Remplie par un évaluateur sur un échange ; elle n'est pas envoyée aux clients.",
        ),
        indicators=("iqs",),
        step="support",
        pages=(
            (
                question(
                    "held_on", "date", Text(en="Day of the conversation", fr="Date de l'échange")
                ),
                question(
                    "grid",
                    "agreement",
                    Text(
                        en="In this conversation, the advisor:",
                        fr="Dans cet échange, le conseiller :",
                    ),
                    measure="iqs",
                    required=True,
                    not_concerned=True,
                    criteria=parts(
                        greeting=("greets and introduces themselves", "salue et se présente"),
                        listening=("listens and rephrases", "écoute et reformule"),
                        understanding=("finds what is needed", "identifie le besoin"),
                        solution=("gives the right solution", "apporte la bonne solution"),
                        clarity=("explains clearly", "explique clairement"),
                        closing=("checks that all is settled", "vérifie que tout est réglé"),
                    ),
                ),
                question(
                    "advice",
                    "comment",
                    Text(en="Advice for next time", fr="Conseils pour la suite"),
                ),
            ),
        ),
    ),
    Plan(
        key="mystery_shopping",
        name=Text(en="Report of a mystery visit", fr="Rapport de visite mystère"),
        description=Text(
            en="A check list filled in by a visitor, with what was seen.",
            fr="Une liste de contrôle remplie par un visiteur, avec ce qu'il a vu.",
        ),
        indicators=("mystery_shopping",),
        step="discover",
        pages=(
            (
                question(
                    "visited_on",
                    "date",
                    Text(en="Day of the visit", fr="Date de la visite"),
                    required=True,
                ),
                question(
                    "checks",
                    "yes_no",
                    Text(en="During the visit:", fr="Pendant la visite :"),
                    measure="mystery_shopping",
                    required=True,
                    not_concerned=True,
                    criteria=parts(
                        clean=("the place was clean", "le lieu était propre"),
                        greeted=("I was greeted", "j'ai été salué(e)"),
                        needs=("I was asked what I needed", "on m'a demandé mon besoin"),
                        informed=("the information was complete", "l'information était complète"),
                        waited=("I waited as announced", "j'ai attendu le temps annoncé"),
                        farewell=("I was thanked", "on m'a remercié(e)"),
                    ),
                ),
                question("seen", "comment", Text(en="What did you see?", fr="Qu'avez-vous vu ?")),
            ),
        ),
    ),
)
