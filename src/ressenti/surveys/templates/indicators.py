"""Templates of one indicator, asked of customers."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.surveys.templates.plans import Plan, QuestionPlan, asked, follow_up, parts, question

EFFORT = Text(
    en="How much effort did you personally have to put in to handle your {request}?",
    fr="Quel niveau d'effort avez-vous dû fournir pour que votre {demande} soit traitée ?",
)
EASE = Text(
    en="Overall, how easy was it to get the help you wanted today?",
    fr="Au total, a-t-il été facile d'obtenir l'aide souhaitée ?",
)
LOW_IS_EASY = Text(en="1 is the least effort.", fr="1 correspond au moindre effort.")
CRITERIA = Text(
    en="And how satisfied are you with each of these points?",
    fr="Et de chacun de ces points, quel est votre niveau de satisfaction ?",
)


def why(after: str, label: Text, **show_if: object) -> QuestionPlan:
    """Return the open question after a mark; shown on a condition when one is told."""
    condition = {"question": after, **show_if} if show_if else None
    return question("why", "comment", label, show_if=condition)


def causes(after: str, **show_if: object) -> QuestionPlan:
    """Return the question on what made something hard, asked of those who found it so."""
    return question(
        "causes",
        "multiple_choice",
        Text(en="What cost you effort?", fr="Qu'est-ce qui vous a demandé un effort ?"),
        show_if={"question": after, **show_if},
        choices=parts(
            time=("the time it took", "le temps passé"),
            people=("the exchange with people", "l'échange avec les personnes"),
            steps=("the steps to follow", "les démarches à suivre"),
            understanding=("understanding what to do", "comprendre quoi faire"),
            money=("what it cost", "ce que cela a coûté"),
            moving=("having to go somewhere", "devoir se déplacer"),
        ),
        other=True,
    )


def effort_plan(
    key: str, name: Text, variant: str, scale: str, label: Text, **hard: object
) -> Plan:
    """Return the template of one Customer Effort Score."""
    is_easy_at_one = scale != "1-7"
    return Plan(
        key=key,
        name=name,
        description=Text(
            en="Right after an action: how hard it was, and what made it so.",
            fr="Juste après une action : l'effort qu'elle a demandé, et pourquoi.",
        ),
        indicators=("ces",),
        pages=(
            (
                question(
                    "effort",
                    "effort",
                    label,
                    measure=f"ces/{variant}",
                    required=True,
                    guidance=LOW_IS_EASY if is_easy_at_one else None,
                    scale=scale,
                ),
                causes("effort", **hard),
                why("effort", follow_up("ces")),
            ),
        ),
    )


def satisfaction_plan(key: str, name: Text, measure: str, scale: str) -> Plan:
    """Return the template of a satisfaction score on one scale."""
    return Plan(
        key=key,
        name=name,
        description=Text(
            en="Overall satisfaction, the points behind it, and what mattered most.",
            fr="La satisfaction globale, les points qui l'expliquent et ce qui a compté.",
        ),
        indicators=("csat",),
        pages=(
            (
                question(
                    "satisfaction",
                    "satisfaction",
                    asked("csat"),
                    measure=measure,
                    required=True,
                    scale=scale,
                ),
                why("satisfaction", follow_up("csat")),
            ),
            (service_criteria(scale),),
        ),
    )


def service_criteria(scale: str = "1-5") -> QuestionPlan:
    return question(
        "points",
        "satisfaction",
        CRITERIA,
        scale=scale,
        not_concerned=True,
        criteria=parts(
            welcome=("welcome", "accueil"),
            waiting=("waiting time", "temps d'attente"),
            quality=("quality of what you received", "qualité de ce que vous avez reçu"),
            price=("price for what you get", "rapport qualité-prix"),
        ),
    )


INDICATOR_PLANS = (
    Plan(
        key="nps",
        name=Text(en="Recommendation (NPS)", fr="Recommandation (NPS)"),
        description=Text(
            en="Two questions on the relationship as a whole: the mark and its main reason.",
            fr="Deux questions sur la relation dans son ensemble : la note et sa raison.",
        ),
        indicators=("nps",),
        pages=(
            (
                question("recommend", "recommendation", asked("nps"), measure="nps", required=True),
                why("recommend", follow_up("nps")),
            ),
        ),
    ),
    satisfaction_plan(
        "csat", Text(en="Satisfaction, five levels", fr="Satisfaction, cinq niveaux"), "csat", "1-5"
    ),
    satisfaction_plan(
        "csat_4",
        Text(en="Satisfaction, four levels", fr="Satisfaction, quatre niveaux"),
        "csat/top2_box_4level",
        "satisfaction-4",
    ),
    satisfaction_plan(
        "csat_smileys",
        Text(en="Satisfaction, five smileys", fr="Satisfaction, cinq smileys"),
        "csat",
        "smileys-5",
    ),
    effort_plan(
        "ces",
        Text(en="Effort, agreement that it was easy", fr="Effort, accord sur la facilité"),
        "v2_percent_agree_5_7",
        "1-7",
        asked("ces"),
        **{"is": "at_most", "value": 4},
    ),
    effort_plan(
        "ces_effort_5",
        Text(en="Effort, five levels", fr="Effort, cinq niveaux"),
        "v1_mean_effort_1_5",
        "effort-5",
        EFFORT,
        **{"is": "at_least", "value": 3},
    ),
    effort_plan(
        "ces_effort_7",
        Text(en="Effort, seven levels", fr="Effort, sept niveaux"),
        "net_effort_1_7",
        "effort-7",
        EFFORT,
        **{"is": "at_least", "value": 4},
    ),
    effort_plan(
        "ces_easy_7",
        Text(en="Ease, from easy to difficult", fr="Facilité, de facile à difficile"),
        "net_easy_score_bt",
        "easy-7",
        EASE,
        **{"is": "at_least", "value": 4},
    ),
    Plan(
        key="nes",
        name=Text(en="Emotions (NES)", fr="Émotions (NES)"),
        description=Text(
            en="Open and neutral words, then one word: what the Net Emotion Score reads.",
            fr="Des mots libres, puis un seul : ce que lit le score net d'émotion.",
        ),
        indicators=("nes",),
        pages=(
            (
                question("felt", "comment", asked("nes"), measure="nes"),
                question("word", "emotion_word", follow_up("nes"), measure="nes"),
            ),
        ),
    ),
    Plan(
        key="fcr",
        name=Text(en="First contact resolution", fr="Résolution au premier contact"),
        description=Text(
            en="The customer's own judgement: was it resolved, and if not, what remains?",
            fr="Le jugement du client : est-ce résolu, et sinon, que reste-t-il ?",
        ),
        indicators=("fcr",),
        pages=(
            (
                question(
                    "resolved",
                    "yes_no",
                    asked("fcr"),
                    measure="fcr/survey_yes_share",
                    required=True,
                ),
                why(
                    "resolved",
                    Text(en="What remains to be done?", fr="Que reste-t-il à faire ?"),
                    **{"is": "equals", "value": 0},
                ),
            ),
        ),
    ),
    Plan(
        key="repurchase",
        name=Text(en="Intention to buy again", fr="Intention de réachat"),
        description=Text(
            en="How likely a customer is to come back, and why.",
            fr="La probabilité qu'un client revienne, et pourquoi.",
        ),
        indicators=("repurchase",),
        pages=(
            (
                question(
                    "again",
                    "likelihood",
                    asked("repurchase"),
                    measure="repurchase/intention_top2",
                    required=True,
                ),
                why(
                    "again", Text(en="What would decide you?", fr="Qu'est-ce qui vous déciderait ?")
                ),
            ),
        ),
    ),
    Plan(
        key="loyalty",
        name=Text(en="Loyalty and share of purchases", fr="Fidélité et part des achats"),
        description=Text(
            en="Where else customers buy, whom they prefer, and your share of their purchases.",
            fr="Où les clients achètent aussi, qui ils préfèrent, et votre part de leurs achats.",
        ),
        indicators=("loyalty",),
        pages=(
            (
                question("companies", "comment", asked("loyalty"), max_length=500),
                question(
                    "share",
                    "number",
                    Text(
                        en="Of your last ten purchases of {category}, how many did you make with "
                        "{brand}?",
                        fr="Sur vos dix derniers achats de ce type, combien avez-vous faits avec "
                        "{marque} ?",
                    ),
                    measure="loyalty/share_of_wallet",
                    minimum=0,
                    maximum=10,
                ),
            ),
        ),
    ),
    Plan(
        key="cpi",
        name=Text(en="What customers expect", fr="Ce que les clients attendent"),
        description=Text(
            en="The waiting that is acceptable, and what success means, in the customer's words.",
            fr="L'attente acceptable, et ce qu'est une réussite, dans les mots du client.",
        ),
        indicators=("cpi",),
        pages=(
            (
                question(
                    "acceptable",
                    "number",
                    asked("cpi"),
                    guidance=Text(en="In days.", fr="En jours."),
                    minimum=0,
                    maximum=1000,
                    decimals=1,
                ),
                question("success", "comment", follow_up("cpi")),
            ),
        ),
    ),
)
