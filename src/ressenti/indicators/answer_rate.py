"""Answer rate: the share of calls that were answered, without a time limit."""

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
from ressenti.scores.definitions import Family, Indicator, Outcome, Variant
from ressenti.scores.forms import always
from ressenti.scores.inputs import Inputs
from ressenti.scores.score import Band, Direction, Unit
from ressenti.scores.worked import part_of_whole
from ressenti.tallies.tally import Tally

CLASSES = {"answered": ANSWERED, "abandoned": ABANDONED}

OF_ALL_CALLS = Contrast(
    coefficients=share(of=ANSWERED, among=(*ANSWERED, *ABANDONED)), classes=CLASSES
)
WITHOUT_SHORT_ABANDONS = Contrast(
    coefficients=share(of=ANSWERED, among=(*ANSWERED, *LONG_ABANDONED)),
    classes={"answered": ANSWERED, "abandoned": LONG_ABANDONED},
)


def answered_of_received(inputs: Inputs) -> Tally | Outcome:
    tally = tally_of_calls(inputs)
    if isinstance(tally, Tally) and inputs.has("received", "answered"):
        return part_of_whole(
            inputs.count("answered"),
            inputs.count("received"),
            inside="answered_late",
            outside="abandoned_late",
        )
    return tally


CALL_OF_SUCCESS = "http://www.callofsuccess.com/ressources/taux-de-decroche"

INDICATOR = Indicator(
    key="answer_rate",
    name=Text(en="Answer rate", fr="Taux de décroché"),
    abbreviation=Text(en="answer rate", fr="QS"),
    family=Family.OPERATIONS,
    definition=Text(
        en="The share of the calls received that somebody answered, however long the wait.",
        fr="La part des appels reçus auxquels quelqu'un a répondu, quelle que soit l'attente.",
    ),
    dated_by=Text(en="time of the call", fr="heure de l'appel"),
    variants=(
        Variant(
            key="all_calls",
            name=Text(en="Of all calls", fr="Sur tous les appels"),
            formula=Text(en="100 · answered / received", fr="100 · décrochés / reçus"),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=CALL_FACTS,
            form=always(OF_ALL_CALLS),
            example=answered_of_received,
        ),
        Variant(
            key="excluding_short_abandons",
            name=Text(en="Without short abandons", fr="Hors abandons courts"),
            formula=Text(
                en="100 · answered / (answered + abandoned − short abandons)",
                fr="100 · décrochés / (décrochés + abandonnés − abandons courts)",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=CALL_FACTS,
            form=always(WITHOUT_SHORT_ABANDONS),
            example=tally_of_calls,
            note=Text(
                en="A caller who hangs up within a few seconds dialled the wrong number or "
                "changed their mind: nobody could have answered.",
                fr="Qui raccroche en quelques secondes s'est trompé de numéro ou s'est ravisé : "
                "personne ne pouvait décrocher.",
            ),
        ),
    ),
    bands=(
        Band(
            label=Text(en="target reached", fr="objectif atteint"),
            source=CALL_OF_SUCCESS,
            low=90,
            variants=("all_calls",),
        ),
        Band(
            label=Text(en="acceptable", fr="acceptable"),
            source=CALL_OF_SUCCESS,
            low=85,
            high=90,
            variants=("all_calls",),
        ),
    ),
    use_when=Text(
        en="The objective is accessibility: can customers reach somebody? Look at it by half-hour "
        "and queue, beside the service level.",
        fr="L'objectif est l'accessibilité : les clients arrivent-ils à joindre quelqu'un ? À "
        "regarder par demi-heure et par file, avec le niveau de service.",
    ),
    pitfalls=(
        Text(
            en="A monthly average hides the hours when nobody can get through.",
            fr="Une moyenne mensuelle cache les heures où l'on ne peut pas joindre le service.",
        ),
        Text(
            en="Answered does not mean helped, and beyond a point it hardly moves satisfaction.",
            fr="Décroché ne veut pas dire aidé ; au-delà d'un seuil, la satisfaction ne suit plus.",
        ),
        Text(
            en="Calls turned away or settled by the voice server never reached the queue: they "
            "are counted apart, neither answered nor abandoned.",
            fr="Les appels dissuadés ou réglés par le serveur vocal n'ont pas atteint la file : "
            "ils se comptent à part, ni décrochés ni abandonnés.",
        ),
    ),
    sources=(
        CALL_OF_SUCCESS,
        "http://www.definitions-marketing.com/definition/taux-de-decroches/",
        "https://www.callcentrehelper.com/service-level-threshold-calculations-206890.htm",
    ),
    objectives=("accessibility",),
    steps=("support",),
)
