"""First response time: from a request to the first human reply."""

from __future__ import annotations

from collections import Counter
from datetime import date, time

from ressenti.errors import InvalidArgument
from ressenti.facts.calendars import business_seconds, weekly_calendar
from ressenti.facts.scales import DURATION, Level
from ressenti.language import Text
from ressenti.scores.contrast import Contrast, share
from ressenti.scores.definitions import Events, Family, Indicator, Outcome, Variant
from ressenti.scores.durations import (
    Durations,
    durations,
    elapsed,
    mean_outcome,
    quantile_outcome,
)
from ressenti.scores.forms import always
from ressenti.scores.inputs import Inputs
from ressenti.scores.quantities import Quantile, QuantityMean
from ressenti.scores.rows import instant, required_instant, rows_of
from ressenti.scores.score import Direction, Unit
from ressenti.scores.worked import CONTRADICTION, NO_DATA, base_flags
from ressenti.tallies.tally import Tally

MINUTE_S = 60
TARGET_S = 3600
TICKET_COLUMNS = {
    "offered_at": ("created", "created_at"),
    "first_reply_at": ("first_reply", "replied_at"),
}
OPEN_DAYS = ("mon", "tue", "wed", "thu", "fri")

REPLIES = Events(
    fact="contacts",
    derivation="first_responses",
    needs=("offered_at", "first_reply_at"),
    amount=DURATION,
)
TARGETS = Events(
    fact="contacts",
    derivation="first_response_targets",
    needs=("offered_at", "first_reply_at"),
    options={"target_s": TARGET_S},
)
OF_ANSWERED = Contrast(
    coefficients=share(of=["met"], among=["met", "late"]),
    classes={"met": ("met",), "late": ("late",)},
)
OF_ALL = Contrast(
    coefficients=share(of=["met"], among=["met", "late", "waiting_late"]),
    classes={"met": ("met",), "late": ("late",), "waiting_late": ("waiting_late",)},
)


def reply_minutes(inputs: Inputs) -> Durations:
    return durations(inputs, "minutes", columns=TICKET_COLUMNS, unit_s=MINUTE_S)


def median_minutes(inputs: Inputs) -> Outcome:
    return quantile_outcome(reply_minutes(inputs), 0.5, inputs)


def p90_minutes(inputs: Inputs) -> Outcome:
    return quantile_outcome(reply_minutes(inputs), 0.9, inputs)


def mean_minutes(inputs: Inputs) -> Outcome:
    return mean_outcome(reply_minutes(inputs), inputs)


def tally_of_targets(inputs: Inputs) -> Tally:
    """Return how many replies met the target; one still awaited is late once it has elapsed.

    When the example does not say until when it was observed, every target has elapsed.
    """
    target = inputs.count("target_minutes", TARGET_S / MINUTE_S)
    own = reply_minutes(inputs)
    counts: Counter[Level] = Counter()
    for minutes in own.values:
        counts["met" if minutes <= target else "late"] += 1
    waiting = _still_in_time(inputs, target)
    counts["waiting"] = waiting
    counts["waiting_late"] = own.missing - waiting
    return Tally.of_counts(counts, invalid=own.invalid)


def _still_in_time(inputs: Inputs, target: float) -> int:
    observed_until = instant(inputs.get("observed_until"))
    if observed_until is None or not inputs.has("tickets"):
        return 0
    ages = (
        elapsed({**row, "first_reply_at": observed_until.isoformat()}, TICKET_COLUMNS, MINUTE_S)
        for row in rows_of(inputs, "tickets", TICKET_COLUMNS)
        if row["first_reply_at"] is None
    )
    return sum(age is not None and age < target for age in ages)


def summary(inputs: Inputs) -> Outcome:
    own = reply_minutes(inputs)
    n = len(own.values)
    if n + own.missing == 0:
        return Outcome(reason=NO_DATA.reason, n_invalid=own.invalid)
    has_target = inputs.has("target_minutes")
    targets = tally_of_targets(inputs).levels
    met = targets["met"].n if "met" in targets else 0
    due = n + targets["waiting_late"].n
    parts = {
        "n_answered": n,
        "n_unanswered": own.missing,
        "mean": own.mean,
        "median": own.median,
        "within_target_of_answered": 100 * met / n if has_target and n else None,
        "within_target_of_all": 100 * met / due if has_target and due else None,
    }
    return Outcome(
        value=own.median,
        n=n,
        n_missing=own.missing,
        n_invalid=own.invalid,
        parts=parts,
        flags=base_flags(n) if n else (),
    )


def business_hours(inputs: Inputs) -> Outcome:
    if inputs["created"] is None or inputs["first_reply"] is None:
        return NO_DATA
    created = required_instant(inputs, "created")
    replied = required_instant(inputs, "first_reply")
    if replied < created:
        return CONTRADICTION
    zone = str(inputs.get("time_zone", "UTC"))
    calendar = weekly_calendar(
        [str(day) for day in inputs.get("days", OPEN_DAYS)],
        opens=hour_of_day(inputs, "open"),
        closes=hour_of_day(inputs, "close"),
        holidays=frozenset(date.fromisoformat(str(day)) for day in inputs.get("holidays", ())),
        time_zone=zone,
    )
    open_minutes = business_seconds(created, replied, calendar) / MINUTE_S
    parts = {
        "business_minutes": open_minutes,
        "calendar_minutes": (replied - created).total_seconds() / MINUTE_S,
    }
    return Outcome(value=open_minutes, n=1, parts=parts)


def hour_of_day(inputs: Inputs, name: str) -> time:
    """Return an hour such as 09:00; 24:00 is midnight."""
    raw = str(inputs[name])
    try:
        return time(0) if raw == "24:00" else time.fromisoformat(raw)
    except ValueError:
        raise InvalidArgument(
            Text(
                en=f"the input '{name}' must be an hour such as 09:00, not {raw!r}.",
                fr=f"la donnée « {name} » doit être une heure comme 09:00, pas {raw!r}.",
            )
        ) from None


VOC_CALL = "https://voc-call.fr/guides/pdfs/Guide-KPI-Service-Client.pdf"

INDICATOR = Indicator(
    key="first_response_time",
    name=Text(en="First response time", fr="Délai de première réponse"),
    abbreviation=Text(en="FRT", fr="DMR"),
    family=Family.OPERATIONS,
    definition=Text(
        en="The time a customer waits for the first human, public reply; automatic "
        "acknowledgements do not count.",
        fr="Le temps qu'un client attend la première réponse humaine et publique ; les accusés de "
        "réception automatiques ne comptent pas.",
    ),
    dated_by=Text(en="creation of the request", fr="création de la demande"),
    variants=(
        Variant(
            key="median",
            name=Text(en="Median", fr="Médiane"),
            formula=Text(
                en="the time within which half of the replies came",
                fr="le délai dans lequel la moitié des réponses sont venues",
            ),
            unit=Unit.MINUTES,
            direction=Direction.LOW,
            low=0,
            reads=REPLIES,
            form=always(Quantile(p=0.5, multiplier=1 / MINUTE_S)),
            example=median_minutes,
        ),
        Variant(
            key="mean",
            name=Text(en="Mean", fr="Moyenne"),
            formula=Text(
                en="sum of the delays of the replies / replies",
                fr="somme des délais de réponse / réponses",
            ),
            unit=Unit.MINUTES,
            direction=Direction.LOW,
            low=0,
            reads=REPLIES,
            form=always(QuantityMean(multiplier=1 / MINUTE_S)),
            example=mean_minutes,
        ),
        Variant(
            key="p90",
            name=Text(en="90th percentile", fr="90e centile"),
            formula=Text(
                en="the time within which nine replies in ten came, by nearest rank",
                fr="le délai dans lequel neuf réponses sur dix sont venues, au rang le plus proche",
            ),
            unit=Unit.MINUTES,
            direction=Direction.LOW,
            low=0,
            reads=REPLIES,
            form=always(Quantile(p=0.9, multiplier=1 / MINUTE_S)),
            example=p90_minutes,
        ),
        Variant(
            key="within_target_of_answered",
            name=Text(
                en="Within the target, of those answered",
                fr="Dans le délai visé, parmi les réponses",
            ),
            formula=Text(
                en="100 · replies within the target / replies",
                fr="100 · réponses dans le délai visé / réponses",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=TARGETS,
            form=always(OF_ANSWERED),
            example=tally_of_targets,
        ),
        Variant(
            key="within_target_of_all",
            name=Text(en="Within the target, of all", fr="Dans le délai visé, parmi toutes"),
            formula=Text(
                en="100 · replies within the target / (replies + requests without a reply whose "
                "target has elapsed)",
                fr="100 · réponses dans le délai visé / (réponses + demandes sans réponse dont le "
                "délai est échu)",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=TARGETS,
            form=always(OF_ALL),
            example=tally_of_targets,
        ),
        Variant(
            key="summary",
            name=Text(en="Summary", fr="Synthèse"),
            formula=Text(
                en="mean, median and shares within the target, together",
                fr="moyenne, médiane et parts dans le délai visé, ensemble",
            ),
            unit=Unit.SEVERAL,
            direction=Direction.LOW,
            reads=REPLIES,
            example=summary,
            compound=True,
        ),
        Variant(
            key="business_hours",
            name=Text(en="In business hours", fr="En heures ouvrées"),
            formula=Text(
                en="the minutes between request and reply during which the desk was open",
                fr="les minutes entre la demande et la réponse pendant lesquelles le service "
                "était ouvert",
            ),
            unit=Unit.SEVERAL,
            direction=Direction.LOW,
            reads=REPLIES,
            example=business_hours,
            compound=True,
        ),
    ),
    use_when=Text(
        en="The objective is accessibility on written channels. One French guide aims at two "
        "business hours by e-mail and one minute by chat.",
        fr="L'objectif est l'accessibilité des canaux écrits. Un guide français vise deux heures "
        "ouvrées par courriel et une minute par tchat.",
    ),
    pitfalls=(
        Text(
            en="Delays are skewed: a published case has a median of 285 minutes and a mean of "
            "1,491. Show the median and a high percentile.",
            fr="Les délais sont dissymétriques : un cas publié a une médiane de 285 minutes et une "
            "moyenne de 1 491. Montrez la médiane et un centile élevé.",
        ),
        Text(
            en="Requests without a reply are absent from the mean and the median: the share within "
            "the target of all requests counts them.",
            fr="Les demandes sans réponse manquent à la moyenne et à la médiane : la part dans le "
            "délai sur toutes les demandes, elle, les compte.",
        ),
        Text(
            en="Business hours and calendar hours never compare; a reply dated before its request "
            "is a clock error and is left out.",
            fr="Heures ouvrées et heures de calendrier ne se comparent pas ; une réponse datée "
            "d'avant sa demande est une erreur d'horloge et n'est pas retenue.",
        ),
    ),
    sources=(VOC_CALL, "https://gist.github.com/jaymay/b774ce28186483b07801197233e49720"),
    objectives=("accessibility", "friction"),
    steps=("support",),
)
