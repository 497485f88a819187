"""Resolution time: from a request to its solution, first or final."""

from __future__ import annotations

import math
from datetime import datetime

from ressenti.facts.scales import DURATION
from ressenti.language import Text
from ressenti.scores.definitions import Events, Family, Indicator, Outcome, Variant, Worked
from ressenti.scores.durations import (
    Durations,
    durations,
    mean_outcome,
    nearest_rank,
    quantile_outcome,
)
from ressenti.scores.forms import always
from ressenti.scores.inputs import Inputs
from ressenti.scores.quantities import Quantile, QuantityMean
from ressenti.scores.rows import instant, required_instant, rows_of
from ressenti.scores.score import Direction, Unit
from ressenti.scores.tickets import RESOLUTION_COLUMNS, SOLVED
from ressenti.scores.worked import CONTRADICTION, NO_DATA, UNDEFINED, base_flags

HOUR_S = 3600
Stretch = tuple[datetime, datetime | None]
EVENT_COLUMNS = {"status": ("event", "type"), "at": ("date", "time")}

RESOLUTIONS = Events(
    fact="contacts",
    derivation="resolutions",
    needs=("offered_at", "resolved_at"),
    amount=DURATION,
)


def resolution_hours(inputs: Inputs) -> Durations:
    return durations(inputs, "hours", columns=RESOLUTION_COLUMNS, unit_s=HOUR_S)


def median_hours(inputs: Inputs) -> Outcome:
    return quantile_outcome(resolution_hours(inputs), 0.5, inputs)


def p90_hours(inputs: Inputs) -> Outcome:
    return quantile_outcome(resolution_hours(inputs), 0.9, inputs)


def mean_hours(inputs: Inputs) -> Outcome:
    return mean_outcome(resolution_hours(inputs), inputs)


def summary(inputs: Inputs) -> Outcome:
    own = resolution_hours(inputs)
    if not own.values:
        return Outcome(reason=NO_DATA.reason, n_missing=own.missing, n_invalid=own.invalid)
    parts = {
        "mean": own.mean,
        "median": own.median,
        "p90_nearest_rank": nearest_rank(own.values, 0.9),
    }
    return Outcome(
        value=own.median,
        n=len(own.values),
        n_missing=own.missing,
        n_invalid=own.invalid,
        parts=parts,
        flags=base_flags(len(own.values)),
    )


def first_and_full(inputs: Inputs) -> Outcome:
    """Return the times of one ticket from its history of solutions and reopenings.

    Nothing is defined before the first solution; the full time waits for the last one.
    """
    created = required_instant(inputs, "created")
    history = ticket_history(inputs)
    if history and history[0][0] < created:
        return CONTRADICTION
    stretches = solved_stretches(history)
    if not stretches:
        return UNDEFINED
    last, reopened = stretches[-1]
    full = None if reopened else hours_between(created, last)
    time_solved = math.fsum(hours_between(since, until) for since, until in stretches if until)
    parts = {
        "first_resolution_h": hours_between(created, stretches[0][0]),
        "full_resolution_h": full,
        "net_of_solved_time_h": None if full is None else full - time_solved,
        "reopens": sum(until is not None for _, until in stretches),
    }
    return Outcome(value=full, n=1, parts=parts)


def ticket_history(inputs: Inputs) -> list[tuple[datetime, str]]:
    """Return the dated events of a ticket, in order."""
    rows = rows_of(inputs, "events", EVENT_COLUMNS)
    dated = ((instant(row["at"]), str(row["status"]).lower()) for row in rows)
    return sorted((at, status) for at, status in dated if at is not None)


def solved_stretches(history: list[tuple[datetime, str]]) -> list[Stretch]:
    """Return when the ticket stood solved: since each solution, until the reopening or now."""
    stretches: list[Stretch] = []
    for at, status in history:
        stands_solved = bool(stretches) and stretches[-1][1] is None
        if status in SOLVED and not stands_solved:
            stretches.append((at, None))
        elif status == "reopened" and stands_solved:
            stretches[-1] = (stretches[-1][0], at)
    return stretches


def hours_between(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / HOUR_S


INDICATOR = Indicator(
    key="resolution_time",
    name=Text(en="Resolution time", fr="Délai de résolution"),
    abbreviation=Text(en="TTR", fr="délai de résolution"),
    family=Family.OPERATIONS,
    definition=Text(
        en="The time from a request to its solution.",
        fr="Le temps entre une demande et sa solution.",
    ),
    dated_by=Text(en="creation of the request", fr="création de la demande"),
    variants=(
        Variant(
            key="median",
            name=Text(en="Median", fr="Médiane"),
            formula=Text(
                en="the time within which half of the solved requests were solved",
                fr="le délai dans lequel la moitié des demandes résolues l'ont été",
            ),
            unit=Unit.HOURS,
            direction=Direction.LOW,
            low=0,
            reads=RESOLUTIONS,
            form=always(Quantile(p=0.5, multiplier=1 / HOUR_S)),
            example=median_hours,
        ),
        Variant(
            key="mean",
            name=Text(en="Mean", fr="Moyenne"),
            formula=Text(
                en="sum of the times of the solved requests / solved requests",
                fr="somme des délais des demandes résolues / demandes résolues",
            ),
            unit=Unit.HOURS,
            direction=Direction.LOW,
            low=0,
            reads=RESOLUTIONS,
            form=always(QuantityMean(multiplier=1 / HOUR_S)),
            example=mean_hours,
        ),
        Variant(
            key="p90",
            name=Text(en="90th percentile", fr="90e centile"),
            formula=Text(
                en="the time within which nine solved requests in ten were solved, by nearest rank",
                fr="le délai dans lequel neuf demandes résolues sur dix l'ont été, au rang le plus "
                "proche",
            ),
            unit=Unit.HOURS,
            direction=Direction.LOW,
            low=0,
            reads=RESOLUTIONS,
            form=always(Quantile(p=0.9, multiplier=1 / HOUR_S)),
            example=p90_hours,
        ),
        Variant(
            key="summary",
            name=Text(en="Summary", fr="Synthèse"),
            formula=Text(
                en="mean, median and 90th percentile, together",
                fr="moyenne, médiane et 90e centile, ensemble",
            ),
            unit=Unit.SEVERAL,
            direction=Direction.LOW,
            reads=RESOLUTIONS,
            example=summary,
            compound=True,
        ),
        Variant(
            key="first_and_full",
            name=Text(en="First and full, of one request", fr="Première et finale, d'une demande"),
            formula=Text(
                en="first solution − creation; last solution − creation; the same without the time "
                "it stood solved before a reopening",
                fr="première solution − création ; dernière solution − création ; la même sans le "
                "temps passé résolue avant une réouverture",
            ),
            unit=Unit.SEVERAL,
            direction=Direction.LOW,
            reads=Worked(needs=("created", "events")),
            example=first_and_full,
            compound=True,
            note=Text(
                en="While the request is open its full time does not exist: report its age.",
                fr="Tant que la demande est ouverte, son délai final n'existe pas : donnez "
                "son âge.",
            ),
        ),
    ),
    use_when=Text(
        en="The objective is fewer frictions at the support step: how long until it is settled?",
        fr="L'objectif est de réduire les frictions à l'étape du support : combien de temps avant "
        "que ce soit réglé ?",
    ),
    pitfalls=(
        Text(
            en="Only solved requests have a time: a desk that leaves the hard ones open looks "
            "fast. Show the age of the open ones beside it.",
            fr="Seules les demandes résolues ont un délai : un service qui laisse ouvertes les "
            "plus difficiles paraît rapide. Montrez à côté l'âge des demandes ouvertes.",
        ),
        Text(
            en="One long case moves the mean and not the median: show the median and the 90th "
            "percentile.",
            fr="Un seul cas très long déplace la moyenne, pas la médiane : montrez la médiane et "
            "le 90e centile.",
        ),
        Text(
            en="First and full resolution differ by the reopenings, which the customer lives "
            "through.",
            fr="Première résolution et résolution finale diffèrent par les réouvertures, que le "
            "client subit.",
        ),
    ),
    sources=("https://github.com/fivetran/dbt_zendesk",),
    objectives=("friction", "contact_centre_quality"),
    steps=("support",),
)
