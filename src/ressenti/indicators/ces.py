"""Customer Effort Score: how hard one action was, in the direction of its variant."""

from __future__ import annotations

from ressenti.facts.raw_values import Absence
from ressenti.facts.scales import (
    EASY_TO_DIFFICULT,
    EFFORT_FIVE,
    EFFORT_SEVEN,
    ONE_TO_SEVEN,
    Level,
    Scale,
)
from ressenti.language import Text
from ressenti.scores.contrast import Contrast, net
from ressenti.scores.definitions import Answers, Family, Indicator, Outcome, Variant
from ressenti.scores.forms import always, level_mean, net_share, positive_share
from ressenti.scores.inputs import Inputs, scale_told
from ressenti.scores.readings import answers_on, mean_of_sum, share_on
from ressenti.scores.score import Direction, Flag, Unit
from ressenti.scores.worked import NO_DATA
from ressenti.tallies.tally import Tally

LOW, MODERATE, HIGH = (1.0, 2.0), (3.0, 4.0), (5.0, 6.0, 7.0)
EFFORT_CLASSES: dict[str, Level] = {"low": 1.0, "moderate": 4.0, "high": 7.0}
EASE_CLASSES: dict[str, Level] = {"easy": 1.0, "neutral": 4.0, "difficult": 7.0}
AGREEMENT_CLASSES: dict[str, Level] = {"agree": 7.0, "neutral": 4.0, "disagree": 1.0}

NET_EFFORT = Contrast(
    coefficients=net(plus=HIGH, zero=MODERATE, minus=LOW),
    classes={"low": LOW, "moderate": MODERATE, "high": HIGH},
)
EASE_INDEX = Contrast(
    coefficients=net(plus=(6.0, 7.0), zero=(4.0, 5.0), minus=(1.0, 2.0, 3.0)),
    classes={"agree": (6.0, 7.0), "neutral": (4.0, 5.0), "disagree": (1.0, 2.0, 3.0)},
)


def effort_of_five(inputs: Inputs) -> Tally | Outcome:
    return marks_on(inputs, EFFORT_FIVE)


def ease_of_seven(inputs: Inputs) -> Tally | Outcome:
    return marks_on(inputs, ONE_TO_SEVEN)


def marks_on(inputs: Inputs, scale: Scale) -> Tally | Outcome:
    return mean_of_sum(inputs, scale) if inputs.has("sum") else answers_on(inputs, scale)


def effort_of_seven(inputs: Inputs) -> Tally | Outcome:
    return answers_on(inputs, EFFORT_SEVEN, EFFORT_CLASSES)


def difficulty_of_seven(inputs: Inputs) -> Tally | Outcome:
    return answers_on(inputs, EASY_TO_DIFFICULT, EASE_CLASSES)


def agreement_share(inputs: Inputs) -> Tally | Outcome:
    return share_on(inputs, ONE_TO_SEVEN, AGREEMENT_CLASSES, part="agree", whole="total")


def agreement(inputs: Inputs) -> Tally | Outcome:
    return answers_on(inputs, ONE_TO_SEVEN, AGREEMENT_CLASSES)


def reversed_marks(inputs: Inputs) -> Outcome:
    """Return each effort mark as the ease mark opposite to it; what is no mark stays empty."""
    scale = scale_told(inputs, EFFORT_SEVEN)
    marks = [scale.read(raw) for raw in inputs.rows("effort_scores")]
    turned = [
        scale.minimum + scale.maximum - mark if isinstance(mark, float) else None for mark in marks
    ]
    n = sum(mark is not None for mark in turned)
    invalid = marks.count(Absence.INVALID)
    missing = marks.count(Absence.MISSING)
    if n == 0:
        return Outcome(reason=NO_DATA.reason, n_missing=missing, n_invalid=invalid)
    return Outcome(
        n=n,
        n_missing=missing,
        n_invalid=invalid,
        parts={"ease_scores": turned},
        flags=(Flag.INVALID_VALUES,) if invalid else (),
    )


BT_NET_EASY = "https://www.contactcentrehelper.com/neteasy-the-latest-metric-for-your-contact-centre-48492.htm"
CYS = "https://support.cys.group/support/solutions/articles/"
GARTNER = (
    "https://www.gartner.com/en/conferences/emea/customer-experience-uk/why-attend/"
    "gartner-insights/rn-customer-effort-score"
)

INDICATOR = Indicator(
    key="ces",
    name=Text(en="Customer Effort Score", fr="Score d'effort client"),
    abbreviation=Text(en="CES", fr="CES"),
    family=Family.SURVEY,
    definition=Text(
        en="How easy, or how hard, customers found one precise action: a purchase, a return, a "
        "claim, a request. Its direction depends on the variant: ease is better high, effort is "
        "better low.",
        fr="La facilité, ou la difficulté, que les clients ont trouvée à une action précise : un "
        "achat, un retour, une réclamation, une demande. Son sens dépend de la variante : la "
        "facilité se veut haute, l'effort se veut bas.",
    ),
    question=Text(
        en="How far do you agree: {brand} made it easy for me to handle my {request}?",
        fr="Êtes-vous d'accord : {marque} m'a permis de traiter facilement ma {demande} ?",
    ),
    follow_up=Text(
        en="What could have been easier?",
        fr="Qu'est-ce qui aurait pu être plus simple ?",
    ),
    dated_by=Text(en="answer time", fr="date de la réponse"),
    variants=(
        Variant(
            key="v2_percent_agree_5_7",
            name=Text(en="Ease: share who agree", fr="Facilité : part d'accord"),
            formula=Text(
                en="100 · answers 5–7 / answers, 1 strongly disagree to 7 strongly agree",
                fr="100 · réponses 5–7 / réponses, de 1 pas du tout d'accord à 7 tout à fait "
                "d'accord",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Answers(scales=(ONE_TO_SEVEN,)),
            form=positive_share,
            example=agreement_share,
        ),
        Variant(
            key="v2_mean_ease_1_7",
            name=Text(en="Ease: mean", fr="Facilité : moyenne"),
            formula=Text(
                en="Σ answer / answers, 1 strongly disagree to 7 strongly agree",
                fr="Σ réponse / réponses, de 1 pas du tout d'accord à 7 tout à fait d'accord",
            ),
            unit=Unit.SCALE,
            direction=Direction.HIGH,
            low=1,
            high=7,
            reads=Answers(scales=(ONE_TO_SEVEN,)),
            form=level_mean,
            example=ease_of_seven,
        ),
        Variant(
            key="v2_index_67_minus_123",
            name=Text(en="Ease: index", fr="Facilité : indice"),
            formula=Text(
                en="% answers 6–7 − % answers 1–3",
                fr="% réponses 6–7 − % réponses 1–3",
            ),
            unit=Unit.POINTS,
            direction=Direction.HIGH,
            low=-100,
            high=100,
            reads=Answers(scales=(ONE_TO_SEVEN,)),
            form=always(EASE_INDEX),
            example=agreement,
        ),
        Variant(
            key="v1_mean_effort_1_5",
            name=Text(en="Effort: mean, five levels", fr="Effort : moyenne, cinq niveaux"),
            formula=Text(
                en="Σ answer / answers, 1 very low effort to 5 very high effort",
                fr="Σ réponse / réponses, de 1 très peu d'effort à 5 énormément d'effort",
            ),
            unit=Unit.SCALE,
            direction=Direction.LOW,
            low=1,
            high=5,
            reads=Answers(scales=(EFFORT_FIVE,)),
            form=level_mean,
            example=effort_of_five,
            note=Text(
                en="Asks: how much effort did you personally have to put in to handle your "
                "request?",
                fr="Demande : quel niveau d'effort avez-vous dû fournir pour que votre demande "
                "soit traitée ?",
            ),
        ),
        Variant(
            key="net_effort_1_7",
            name=Text(en="Effort: net, seven levels", fr="Effort : solde, sept niveaux"),
            formula=Text(
                en="% high effort 5–7 − % low effort 1–2",
                fr="% effort fort 5–7 − % effort faible 1–2",
            ),
            unit=Unit.POINTS,
            direction=Direction.LOW,
            low=-100,
            high=100,
            reads=Answers(scales=(EFFORT_SEVEN,)),
            form=always(NET_EFFORT),
            example=effort_of_seven,
            note=Text(
                en="Levels 3 and 4 are moderate effort: they count in the base only.",
                fr="Les niveaux 3 et 4 sont un effort modéré : ils ne comptent que dans la base.",
            ),
        ),
        Variant(
            key="net_easy_score_bt",
            name=Text(en="Net Easy Score", fr="Net Easy Score (solde de facilité)"),
            formula=Text(
                en="% easy 1–2 − % difficult 5–7, 1 extremely easy to 7 extremely difficult",
                fr="% facile 1–2 − % difficile 5–7, de 1 extrêmement facile à 7 extrêmement "
                "difficile",
            ),
            unit=Unit.POINTS,
            direction=Direction.HIGH,
            low=-100,
            high=100,
            reads=Answers(scales=(EASY_TO_DIFFICULT,)),
            form=net_share,
            example=difficulty_of_seven,
            note=Text(
                en="Also written NES: it is not the Net Emotion Score, which is the indicator "
                "nes. The same answers read as net effort give the opposite sign.",
                fr="S'écrit aussi NES : ce n'est pas le score net d'émotion, qui est l'indicateur "
                "nes. Les mêmes réponses lues en effort net donnent le signe contraire.",
            ),
        ),
        Variant(
            key="reverse_scale",
            name=Text(en="Effort read as ease", fr="Effort lu comme facilité"),
            formula=Text(
                en="ease = lowest level + highest level − effort",
                fr="facilité = niveau le plus bas + niveau le plus haut − effort",
            ),
            unit=Unit.SEVERAL,
            direction=Direction.HIGH,
            reads=Answers(scales=(EFFORT_SEVEN, EFFORT_FIVE)),
            example=reversed_marks,
            compound=True,
            note=Text(
                en="For reading only: answers to another wording are not strictly comparable.",
                fr="Pour la lecture seulement : des réponses à une autre formulation ne sont pas "
                "strictement comparables.",
            ),
        ),
    ),
    use_when=Text(
        en="The objective is to find and remove friction on one action or step. Ask hot, right "
        "after it, with an open question about the cause: time, process, relation, money, "
        "physical or mental effort.",
        fr="L'objectif est de trouver et de supprimer les frictions d'une action ou d'une étape. "
        "À poser à chaud, juste après, avec une question ouverte sur la cause : temps, processus, "
        "relation, argent, effort physique ou mental.",
    ),
    pitfalls=(
        Text(
            en="Misread polarity is the classic error: customers tick 5 for easy on an effort "
            "scale. Look for great effort beside great satisfaction; flag it, never correct it.",
            fr="La polarité mal lue est l'erreur classique : des clients cochent 5 pour dire "
            "facile sur une échelle d'effort. Cherchez un grand effort à côté d'une grande "
            "satisfaction ; signalez-le, ne le corrigez jamais.",
        ),
        Text(
            en="Three formulas go by CES 2.0: the same answers give a mean of 4.08, 46% who agree "
            "and an index of −13. Never compare across variants.",
            fr="Trois formules s'appellent CES 2.0 : les mêmes réponses donnent une moyenne de "
            "4,08, 46 % d'accord et un indice de −13. Ne comparez jamais deux variantes.",
        ),
        Text(
            en="NES has two meanings: Net Easy Score is a variant here, Net Emotion Score is the "
            "indicator nes.",
            fr="NES a deux sens : le Net Easy Score est une variante d'ici, le score net "
            "d'émotion (Net Emotion Score) est l'indicateur nes.",
        ),
        Text(
            en="Scales vary, so there is no benchmark: follow your own trend.",
            fr="Les échelles varient, il n'y a donc pas de référence : suivez votre propre "
            "tendance.",
        ),
        Text(
            en="Blind to emotion, price and product; effort without resolution is not comparable, "
            "so tag unresolved requests.",
            fr="Aveugle à l'émotion, au prix et au produit ; un effort sans résolution n'est pas "
            "comparable : marquez les demandes non résolues.",
        ),
    ),
    sources=(
        "Dixon, M., Freeman, K. and Toman, N. (2010). Harvard Business Review 88(7-8).",
        GARTNER,
        BT_NET_EASY,
        "http://blog.responsetek.com/understanding-the-net-easy-score/",
        "https://wizville.com/ressources/lexique/customer-effort-score",
        "https://skeepers.io/fr/blog/calculer-ces/",
        f"{CYS}3000095529-customer-effort-score-7-point-scale-to-average",
        f"{CYS}3000095531-customer-effort-score-7-point-scale-to-index",
    ),
    objectives=("friction",),
    steps=("quote", "buy", "start", "support"),
)
