"""Backlog: the stock of open requests, in number and in days of work."""

from __future__ import annotations

from datetime import datetime

from ressenti.language import Text
from ressenti.scores.definitions import Events, Family, Indicator, Outcome, Variant, Worked
from ressenti.scores.forms import always
from ressenti.scores.inputs import Inputs
from ressenti.scores.rates import Rate
from ressenti.scores.rows import instant, required_instant, rows_of
from ressenti.scores.score import Direction, Unit
from ressenti.scores.tickets import RESOLUTION_COLUMNS
from ressenti.scores.worked import CONTRADICTION, outcome_of
from ressenti.tallies.tally import Tally

DAY_S = 86_400
CLEARANCE = Rate(events=("resolved",), exposure=("created", "reopened"))


def flows(inputs: Inputs) -> dict[str, float]:
    """Return the opening stock, the requests created, resolved and reopened, and the days.

    From ``tickets``, rows of their creation and solution, the period is [start, end).
    """
    if not inputs.has("tickets"):
        counts = {name: inputs.count(name, 0) for name in ("opening", "reopened", "days")}
        return counts | {name: inputs.count(name) for name in ("created", "resolved")}
    start, end = required_instant(inputs, "start"), required_instant(inputs, "end")
    counts = dict.fromkeys(("opening", "created", "resolved", "reopened"), 0.0)
    for row in rows_of(inputs, "tickets", RESOLUTION_COLUMNS):
        created, resolved = instant(row["offered_at"]), instant(row["resolved_at"])
        if created is None:
            continue
        counts["created"] += _falls_within(created, start, end)
        counts["opening"] += created < start and (resolved is None or resolved >= start)
        counts["resolved"] += resolved is not None and _falls_within(resolved, start, end)
    return counts | {"days": (end - start).total_seconds() / DAY_S}


def _falls_within(moment: datetime, start: datetime, end: datetime) -> bool:
    return start <= moment < end


def stock(inputs: Inputs) -> Outcome:
    own = flows(inputs)
    entered = own["created"] + own["reopened"]
    closing = own["opening"] + entered - own["resolved"]
    if closing < 0:
        return CONTRADICTION
    per_day = own["resolved"] / own["days"] if own["days"] else 0.0
    parts = {
        "closing": closing,
        "days_of_work": closing / per_day if per_day else None,
        "clearance_rate": 100 * own["resolved"] / entered if entered else None,
    }
    return Outcome(value=closing, n=own["opening"] + entered, parts=parts)


def clearance(inputs: Inputs) -> Outcome:
    own = flows(inputs)
    tally = Tally.of_counts({name: own[name] for name in ("created", "resolved", "reopened")})
    return outcome_of(tally, CLEARANCE, inputs)


INDICATOR = Indicator(
    key="backlog",
    name=Text(en="Ticket volume and backlog", fr="Volume et stock de demandes"),
    abbreviation=Text(en="backlog", fr="stock"),
    family=Family.OPERATIONS,
    definition=Text(
        en="How many requests wait, how many days of work that is, and whether the desk resolves "
        "as many as come in.",
        fr="Combien de demandes attendent, combien de jours de travail cela représente, et si le "
        "service en résout autant qu'il en arrive.",
    ),
    dated_by=Text(en="bounds of the period", fr="bornes de la période"),
    variants=(
        Variant(
            key="stock",
            name=Text(en="Stock", fr="Stock"),
            formula=Text(
                en="closing = opening + created + reopened − resolved; days of work = closing / "
                "resolved per day; clearance = 100 · resolved / (created + reopened)",
                fr="final = initial + créées + rouvertes − résolues ; jours de travail = final / "
                "résolues par jour ; écoulement = 100 · résolues / (créées + rouvertes)",
            ),
            unit=Unit.SEVERAL,
            direction=Direction.LOW,
            low=0,
            reads=Worked(needs=("opening", "created", "resolved", "reopened", "days")),
            example=stock,
            compound=True,
            note=Text(
                en="There are no days of work when nothing was resolved.",
                fr="Sans aucune résolution, les jours de travail n'existent pas.",
            ),
        ),
        Variant(
            key="clearance_rate",
            name=Text(en="Clearance rate", fr="Taux d'écoulement"),
            formula=Text(
                en="100 · resolved / (created + reopened)",
                fr="100 · résolues / (créées + rouvertes)",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            reads=Events(
                fact="contacts",
                derivation="flows",
                needs=("offered_at", "resolved_at", "reopened_at"),
            ),
            form=always(CLEARANCE),
            example=clearance,
            note=Text(en="Above 100 the stock shrinks.", fr="Au-delà de 100, le stock diminue."),
        ),
    ),
    use_when=Text(
        en="Steering the desk from week to week, by reason, channel and step.",
        fr="Piloter le service d'une semaine à l'autre, par motif, canal et étape.",
    ),
    pitfalls=(
        Text(
            en="A stock is seasonal and mixes severities: show it by age (under 1 day, 1–3, 3–7, "
            "over 7).",
            fr="Un stock est saisonnier et mêle les gravités : montrez-le par âge (moins de "
            "1 jour, 1–3, 3–7, plus de 7).",
        ),
        Text(
            en="It falls when requests are closed without being settled: read it with the "
            "repeat-contact rate.",
            fr="Il baisse quand on clôt sans régler : lisez-le avec le taux de réitération.",
        ),
    ),
    sources=("https://github.com/fivetran/dbt_zendesk",),
    objectives=("contact_centre_quality",),
    steps=("support", "inside"),
)
