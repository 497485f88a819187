"""Templates of the journey: what to ask at each step, in a few questions."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.studies.objectives import STEPS
from ressenti.surveys.templates.indicators import causes
from ressenti.surveys.templates.plans import Plan, QuestionPlan, asked, follow_up, parts, question

FELT = question("felt", "comment", asked("nes"), measure="nes")
SATISFACTION = question(
    "satisfaction", "satisfaction", asked("csat"), measure="csat", required=True
)
MATTERED = question("mattered", "comment", follow_up("csat"))
EASE = question("effort", "effort", asked("ces"), measure="ces", required=True)
HARD = causes("effort", **{"is": "at_most", "value": 4})
RECOMMENDATION = question("recommend", "recommendation", asked("nps"), measure="nps", required=True)
REASON = question("reason", "comment", follow_up("nps"))


def step_plan(
    step: str,
    description: Text,
    indicators: tuple[str, ...],
    *pages: tuple[QuestionPlan, ...],
    **fillings: Text,
) -> Plan:
    """Return the template of a step of the journey."""
    return Plan(
        key=f"step_{step}",
        name=Text(en="Step: {step}", fr="Étape : {step}").format(step=STEPS[step]),
        description=description,
        indicators=indicators,
        step=step,
        pages=pages,
        fillings=fillings,
    )


STEP_PLANS = (
    step_plan(
        "discover",
        Text(
            en="Whether people who look around find what they need.",
            fr="Si ceux qui se renseignent trouvent ce qu'il leur faut.",
        ),
        ("csat",),
        (
            question(
                "found",
                "yes_no",
                Text(
                    en="Did you find the information you needed?",
                    fr="Avez-vous trouvé les informations qu'il vous fallait ?",
                ),
                required=True,
            ),
            question(
                "lacking",
                "comment",
                Text(en="What were you looking for?", fr="Que cherchiez-vous ?"),
                show_if={"question": "found", "is": "equals", "value": 0},
            ),
            SATISFACTION,
        ),
        object=Text(en="the information you found", fr="les informations trouvées"),
    ),
    step_plan(
        "quote",
        Text(
            en="How easy it was to get a quote or to subscribe, and what made it hard.",
            fr="La facilité d'obtenir un devis ou de souscrire, et ce qui l'a gênée.",
        ),
        ("ces",),
        (EASE, HARD, question("easier", "comment", follow_up("ces"))),
        request=Text(en="quote request", fr="demande de devis"),
    ),
    step_plan(
        "buy",
        Text(
            en="Satisfaction with a purchase and how easy it was.",
            fr="La satisfaction à l'achat et sa facilité.",
        ),
        ("csat", "ces"),
        (SATISFACTION, EASE, HARD, MATTERED),
        object=Text(en="your purchase", fr="votre achat"),
        request=Text(en="order", fr="commande"),
    ),
    step_plan(
        "deliver",
        Text(
            en="Satisfaction with a delivery or pick-up, point by point.",
            fr="La satisfaction sur une livraison ou un retrait, point par point.",
        ),
        ("csat",),
        (
            SATISFACTION,
            question(
                "points",
                "satisfaction",
                Text(
                    en="And with each of these points?",
                    fr="Et pour chacun de ces points ?",
                ),
                not_concerned=True,
                criteria=parts(
                    time=("the delay", "le délai"),
                    news=("the news on the way", "les informations de suivi"),
                    state=("the state it arrived in", "l'état à l'arrivée"),
                    person=("the person who delivered", "la personne qui a livré"),
                ),
            ),
            MATTERED,
        ),
        object=Text(en="your delivery", fr="votre livraison"),
    ),
    step_plan(
        "start",
        Text(
            en="How easy the first days were, and what stood in the way.",
            fr="La facilité des premiers jours, et ce qui les a gênés.",
        ),
        ("ces",),
        (EASE, HARD, question("easier", "comment", follow_up("ces"))),
        request=Text(en="set-up", fr="mise en service"),
    ),
    step_plan(
        "use",
        Text(
            en="What is felt in everyday use, and how satisfying it is.",
            fr="Ce qui est ressenti à l'usage, et la satisfaction qu'on en tire.",
        ),
        ("nes", "csat"),
        (FELT, SATISFACTION),
        object=Text(
            en="your use of our products and services",
            fr="votre usage de nos produits et services",
        ),
    ),
    step_plan(
        "support",
        Text(
            en="After a contact: what was felt, whether it is resolved, how easy and how "
            "satisfying it was, and whether to call back.",
            fr="Après un contact : le ressenti, la résolution, la facilité, la satisfaction, et "
            "s'il faut rappeler.",
        ),
        ("nes", "fcr", "ces", "csat"),
        (FELT,),
        (
            question(
                "resolved", "yes_no", asked("fcr"), measure="fcr/survey_yes_share", required=True
            ),
            EASE,
            HARD,
            SATISFACTION,
        ),
        (
            question(
                "call_back",
                "consent",
                Text(
                    en="May we contact you again about your answers?",
                    fr="Pouvons-nous vous recontacter au sujet de vos réponses ?",
                ),
                show_if={"question": "resolved", "is": "equals", "value": 0},
                purpose="contact_back",
            ),
        ),
        object=Text(en="our customer service", fr="notre service client"),
    ),
    step_plan(
        "renew",
        Text(
            en="Before or after a renewal: recommendation and the intention to buy again.",
            fr="Autour d'un renouvellement : la recommandation et l'intention de réachat.",
        ),
        ("nps", "repurchase"),
        (
            RECOMMENDATION,
            REASON,
            question(
                "again",
                "likelihood",
                asked("repurchase"),
                measure="repurchase/intention_top2",
                required=True,
            ),
        ),
    ),
    step_plan(
        "leave",
        Text(
            en="To those who leave: in their words, then the reason.",
            fr="À ceux qui partent : leurs mots, puis la raison.",
        ),
        ("nes",),
        (
            FELT,
            question(
                "cause",
                "single_choice",
                Text(en="What decided you to leave?", fr="Qu'est-ce qui vous a décidé à partir ?"),
                choices=parts(
                    price=("the price", "le prix"),
                    quality=("the quality", "la qualité"),
                    service=("the service received", "le service reçu"),
                    need=("I no longer need it", "je n'en ai plus besoin"),
                    competitor=("a better offer elsewhere", "une meilleure offre ailleurs"),
                ),
                other=True,
            ),
        ),
    ),
    step_plan(
        "whole",
        Text(
            en="The relationship as a whole, asked cold.",
            fr="La relation dans son ensemble, à froid.",
        ),
        ("nps", "csat"),
        (RECOMMENDATION, REASON, SATISFACTION),
        object=Text(en="our relationship as a whole", fr="notre relation dans son ensemble"),
    ),
    step_plan(
        "inside",
        Text(
            en="To employees: recommendation as an employer and satisfaction with the job.",
            fr="Aux salariés : la recommandation employeur et la satisfaction au travail.",
        ),
        ("enps", "employee_satisfaction"),
        (
            question("recommend", "recommendation", asked("enps"), measure="enps", required=True),
            question("reason", "comment", follow_up("enps")),
            question(
                "job",
                "satisfaction",
                asked("employee_satisfaction"),
                measure="employee_satisfaction",
                required=True,
            ),
        ),
    ),
)
