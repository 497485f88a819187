"""Abandonment rate: the share of calls whose caller hung up before an answer."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.scores.calls import (
    ABANDONED,
    ANSWERED,
    CALL_FACTS,
    LONG_ABANDONED,
    tally_of_calls,
)
from ressenti.scores.contrast import Contrast, share
from ressenti.scores.definitions import Family, Indicator, Variant
from ressenti.scores.forms import always
from ressenti.scores.score import Direction, Unit

OF_ALL_CALLS = Contrast(
    coefficients=share(of=ABANDONED, among=(*ANSWERED, *ABANDONED)),
    classes={"answered": ANSWERED, "abandoned": ABANDONED},
)
WITHOUT_SHORT_ABANDONS = Contrast(
    coefficients=share(of=LONG_ABANDONED, among=(*ANSWERED, *LONG_ABANDONED)),
    classes={"answered": ANSWERED, "abandoned": LONG_ABANDONED},
)

INDICATOR = Indicator(
    key="abandonment_rate",
    name=Text(en="Abandonment rate", fr="Taux d'abandon"),
    abbreviation=Text(en="abandonment", fr="abandon"),
    family=Family.OPERATIONS,
    definition=Text(
        en="The share of calls whose caller gave up waiting and hung up.",
        fr="La part des appels dont l'auteur s'est lassé d'attendre et a raccroché.",
    ),
    dated_by=Text(en="time of the call", fr="heure de l'appel"),
    variants=(
        Variant(
            key="all_calls",
            name=Text(en="Of all calls", fr="Sur tous les appels"),
            formula=Text(
                en="100 · abandoned / (answered + abandoned)",
                fr="100 · abandonnés / (décrochés + abandonnés)",
            ),
            unit=Unit.PERCENT,
            direction=Direction.LOW,
            low=0,
            high=100,
            reads=CALL_FACTS,
            form=always(OF_ALL_CALLS),
            example=tally_of_calls,
        ),
        Variant(
            key="excluding_short_abandons",
            name=Text(en="Without short abandons", fr="Hors abandons courts"),
            formula=Text(
                en="100 · (abandoned − short) / (answered + abandoned − short)",
                fr="100 · (abandonnés − courts) / (décrochés + abandonnés − courts)",
            ),
            unit=Unit.PERCENT,
            direction=Direction.LOW,
            low=0,
            high=100,
            reads=CALL_FACTS,
            form=always(WITHOUT_SHORT_ABANDONS),
            example=tally_of_calls,
            note=Text(
                en="Short abandons leave both the numerator and the denominator.",
                fr="Les abandons courts sortent du numérateur et du dénominateur.",
            ),
        ),
    ),
    use_when=Text(
        en="The objective is accessibility. Without any other outcome it is what the answer rate "
        "leaves of 100.",
        fr="L'objectif est l'accessibilité. Sans autre issue possible, c'est le complément à 100 "
        "du taux de décroché.",
    ),
    pitfalls=(
        Text(
            en="The threshold of a short abandon, 5 to 10 seconds, changes the rate: state it.",
            fr="Le seuil de l'abandon court, de 5 à 10 secondes, change le taux : indiquez-le.",
        ),
        Text(
            en="A caller who asks to be called back, or whom a recorded message has answered, has "
            "not given up: count those calls apart.",
            fr="Qui demande à être rappelé, ou à qui un message a suffi, n'a pas renoncé : comptez "
            "ces appels à part.",
        ),
        Text(
            en="An average over the day hides the peaks, where patience runs out.",
            fr="La moyenne de la journée cache les pointes, où la patience s'épuise.",
        ),
    ),
    sources=(
        "http://www.investopedia.com/terms/a/abandon-rate.asp",
        "http://www.callcentrevoice.com/topic.asp?forumid=11&threadid=5449",
        "http://www.definitions-marketing.com/definition/taux-de-decroches/",
    ),
    objectives=("accessibility",),
    steps=("support",),
)
