"""Average handle time: talk, hold and after-call work per contact handled."""

from __future__ import annotations

from ressenti.facts.raw_values import number_in
from ressenti.facts.scales import DURATION
from ressenti.language import Text
from ressenti.scores.definitions import Events, Family, Indicator, Outcome, Variant
from ressenti.scores.forms import always
from ressenti.scores.inputs import Inputs
from ressenti.scores.quantities import QuantityMean
from ressenti.scores.rows import Row, rows_of
from ressenti.scores.score import Direction, Unit
from ressenti.scores.worked import CONTRADICTION, NO_DATA
from ressenti.tallies.tally import Tally

HANDLING = Events(
    fact="contacts",
    derivation="handling",
    needs=("offered_at", "talk_s"),
    amount=DURATION,
)
TIMES = {"talk_s": ("talk",), "hold_s": ("hold",), "wrap_s": ("wrap",)}


def from_times_of_each(inputs: Inputs) -> Tally:
    return Tally.of_values(inputs.rows("handle_times_s"), DURATION)


def standard(inputs: Inputs) -> Tally | Outcome:
    if inputs.has("handle_times_s"):
        return from_times_of_each(inputs)
    if isinstance(inputs["contacts"], list):
        rows = rows_of(inputs, "contacts", TIMES)
        return Tally.of_values((handle_time(row) for row in rows), DURATION)
    contacts = inputs.count("contacts")
    total = sum(inputs.count(name, 0) for name in TIMES)
    if contacts == 0:
        return NO_DATA if total == 0 else CONTRADICTION
    return Outcome(value=total / contacts, n=contacts)


def handle_time(row: Row) -> float | None:
    """Return the seconds one contact took, None when the conversation itself was not timed."""
    talk = number_in(row["talk_s"])
    if talk is None:
        return None
    return talk + sum(number_in(row[name]) or 0.0 for name in ("hold_s", "wrap_s"))


INDICATOR = Indicator(
    key="aht",
    name=Text(en="Average handle time", fr="Durée moyenne de traitement"),
    abbreviation=Text(en="AHT", fr="DMT"),
    family=Family.OPERATIONS,
    definition=Text(
        en="How long one contact occupies an agent: conversation, hold and the work after it.",
        fr="Le temps qu'un contact occupe un conseiller : conversation, mise en attente et travail "
        "qui suit.",
    ),
    dated_by=Text(en="end of the contact", fr="fin du contact"),
    variants=(
        Variant(
            key="standard",
            name=Text(en="Standard", fr="Standard"),
            formula=Text(
                en="(talk + hold + after-call work) / contacts handled",
                fr="(conversation + mise en attente + après-appel) / contacts traités",
            ),
            unit=Unit.SECONDS,
            direction=Direction.CONTEXT,
            low=0,
            reads=HANDLING,
            form=always(QuantityMean()),
            example=standard,
            note=Text(
                en="From totals alone there is no interval: the spread of the contacts is needed.",
                fr="À partir des seuls totaux, pas d'intervalle : il faut la dispersion des "
                "contacts.",
            ),
        ),
        Variant(
            key="from_handle_times",
            name=Text(en="From the time of each contact", fr="À partir du temps de chaque contact"),
            formula=Text(
                en="mean of the handle times", fr="moyenne des durées de traitement des contacts"
            ),
            unit=Unit.SECONDS,
            direction=Direction.CONTEXT,
            low=0,
            reads=HANDLING,
            form=always(QuantityMean()),
            example=from_times_of_each,
        ),
    ),
    use_when=Text(
        en="Sizing the team. Never alone as a target: read it with first contact resolution.",
        fr="Dimensionner l'équipe. Jamais seule comme objectif : à lire avec la résolution au "
        "premier contact.",
    ),
    pitfalls=(
        Text(
            en="Pressure on it brings repeat contacts and worse satisfaction: short is not good in "
            "itself.",
            fr="La pression sur la durée provoque des rappels et dégrade la satisfaction : court "
            "n'est pas bon en soi.",
        ),
        Text(
            en="Time in the queue does not belong to it; time on hold does. The French « temps "
            "d'attente » means either.",
            fr="L'attente dans la file n'en fait pas partie, la mise en attente si : « temps "
            "d'attente » désigne l'une ou l'autre.",
        ),
        Text(
            en="Agents who hold several chats at once: divide the time, or state how many.",
            fr="Un conseiller qui mène plusieurs tchats à la fois : divisez le temps, ou indiquez "
            "combien.",
        ),
    ),
    sources=(
        "https://calculator.academy/aht-average-handle-time-calculator/",
        "http://callcenterdecoded.com/average-handle-time-definition-calculation/",
    ),
    objectives=("contact_centre_quality",),
    steps=("support",),
)
