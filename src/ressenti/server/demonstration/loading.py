"""Loading the demonstration: organisation, units, surveys, measures, two years of history."""

from __future__ import annotations

import secrets
import unicodedata
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from django.db import connection, transaction
from django.utils import timezone

from ressenti.indicators import variant_called
from ressenti.server.accounts.audit import entry_added
from ressenti.server.demonstration.entries import Entry, event_entries, response_entries
from ressenti.server.demonstration.outcomes import ask_first_studies, declare_outcomes
from ressenti.server.demonstration.surveys import (
    QUESTIONS,
    SURVEYS,
    SimulatedSurvey,
    questionnaire_document,
)
from ressenti.server.demonstration.tour import TOUR_ADDRESS, announce_tour, read_tour
from ressenti.server.models import (
    Customer,
    KnownEvent,
    Measure,
    Membership,
    Organisation,
    Person,
    Role,
    Survey,
    SurveyState,
    SurveyVersion,
    Unit,
)
from ressenti.server.running.demonstrating import EDITION
from ressenti.simulation import COMPANY_NAME, Company, simulate_company
from ressenti.simulation.world import COUNTRIES, REGIONS

if TYPE_CHECKING:
    import pyarrow as pa

log = structlog.get_logger("ressenti.demonstration")
SEED = 7
N_ANSWERS = 60_000
ORGANISATION_KEY = "demo"
COUNTRY_NAMES = {"FR": "France", "BE": "Belgique", "CA": "Canada"}
TARGETS = {"nps": 35.0, "csat": 75.0, "ces": 70.0, "answer_rate": 90.0, "fcr": 75.0}
EMOTIONS = "nes"
CUSTOMER = "customer"
EVENT_MEASURES = (
    "fcr",
    "answer_rate",
    "first_response_time",
    "aht",
    "complaint_rate",
    "churn",
    "cpi",
)
SAVE_ENTRIES = """
COPY ressenti_journalentry (
    organisation_id, survey_id, response_id, kind, received_at, payload) FROM STDIN
"""


def load_demonstration(*, n_answers: int | None = None, today: date | None = None) -> Organisation:
    """Return the organisation of the simulated company, loading it the first time.

    A load that is killed leaves nothing behind: it is one transaction.
    """
    existing = Organisation.objects.filter(key=ORGANISATION_KEY, is_demo=True).first()
    if existing is not None:
        told = read_tour()
        edition = told.get("edition", 1)
        if edition < EDITION:
            log.warning("the demonstration is an older one", edition=edition, latest=EDITION)
        announce_tour(told["password"], edition=edition)
        return existing
    last_day = today or timezone.localdate()
    company = simulate_company(
        seed=SEED, n_answers=n_answers or N_ANSWERS, start=_two_years_before(last_day)
    )
    password = secrets.token_urlsafe(9)
    with transaction.atomic():
        organisation = Organisation.objects.create(
            key=ORGANISATION_KEY,
            name=COMPANY_NAME,
            language="fr",
            time_zone="Europe/Paris",
            is_demo=True,
            is_lively=True,
        )
        units = _units(organisation)
        surveys = {survey.key: _survey(organisation, survey, last_day) for survey in SURVEYS}
        _measures(organisation)
        _incident(organisation, company)
        declare_outcomes(organisation)
        person = Person.objects.create_user(TOUR_ADDRESS, password, name="Camille")
        Membership.objects.create(organisation=organisation, person=person, role=Role.OWNER)
        entry_added(
            organisation,
            actor="ressenti",
            actor_kind="system",
            action="organisation.created",
            subject_kind="organisation",
            subject=organisation.name,
        )
        now = timezone.now()
        past = company.facts["answers"]
        customers = _customers(organisation, past)
        _save_entries(organisation, response_entries(past, surveys, units, customers), until=now)
        _save_entries(organisation, event_entries(company.facts, units, now=now), until=now)
        ask_first_studies(organisation, person)
    announce_tour(password)
    return organisation


def _two_years_before(day: date) -> date:
    # The history ends yesterday: two years of whole days, whatever the calendar does.
    return day - timedelta(days=731)


def _units(organisation: Organisation) -> Mapping[str, str]:
    """Return the key of the unit of each shop, after making countries, regions and shops."""
    keys = {}
    for place, country in enumerate(COUNTRIES):
        top = Unit.objects.create(
            organisation=organisation,
            key=country.code.lower(),
            name=COUNTRY_NAMES[country.code],
            kind="country",
        )
        for region in (one for one in REGIONS if one.country == place):
            middle = Unit.objects.create(
                organisation=organisation,
                parent=top,
                key=f"region-{slug(region.name)}",
                name=region.name,
                kind="region",
            )
            for shop in region.shops:
                keys[shop] = slug(shop)
                Unit.objects.create(
                    organisation=organisation,
                    parent=middle,
                    key=keys[shop],
                    name=shop,
                    kind="shop",
                )
    return keys


def slug(name: str) -> str:
    """Return a name as a key: lower case, without accents, words joined by hyphens.

    Examples
    --------
    >>> slug("Saint-Étienne"), slug("Lyon Part-Dieu")
    ('saint-etienne', 'lyon-part-dieu')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", "-")


def _survey(organisation: Organisation, told: SimulatedSurvey, today: date) -> uuid.UUID:
    document = questionnaire_document(told)
    survey = Survey.objects.create(
        organisation=organisation,
        key=told.key,
        name=told.name.to("fr"),
        state=SurveyState.LIVE,
        draft=document,
        touchpoint=told.touchpoint,
        audience=told.audience,
        mode=told.mode,
    )
    SurveyVersion.objects.create(
        survey=survey,
        number=1,
        questionnaire=document,
        published_at=datetime.combine(_two_years_before(today), datetime.min.time(), tzinfo=UTC),
    )
    return uuid.UUID(str(survey.pk))


def _measures(organisation: Organisation) -> None:
    """Make the measures of questions, of comments and of events, in the scorecard's order."""
    asked = [question for question in QUESTIONS.values() if question.measure]
    told = [(str(one.measure), one.tally, one.scale) for one in asked]
    told += [(name, "", "") for name in (EMOTIONS, *EVENT_MEASURES)]
    for place, (name, tally, scale) in enumerate(told):
        indicator, variant = variant_called(name)
        Measure.objects.create(
            organisation=organisation,
            indicator=indicator.key,
            variant=variant.key,
            scale=scale,
            tally=tally or f"{indicator.key}/{variant.key}",
            target=TARGETS.get(name),
            place=place,
        )


def _customers(organisation: Organisation, answers: pa.Table) -> Mapping[str, uuid.UUID]:
    """Return the key of each customer who answered, after making them; employees are none."""
    import pyarrow.compute as pc

    asked = answers.filter(pc.equal(answers["audience"], CUSTOMER))["respondent_id"]
    names = pc.unique(asked).drop_null().to_pylist()
    customers = [Customer(organisation=organisation, external_id=name) for name in names]
    Customer.objects.bulk_create(customers, batch_size=2_000)
    return {customer.external_id: customer.pk for customer in customers}


def _incident(organisation: Organisation, company: Company) -> None:
    told = company.truth.incident
    KnownEvent.objects.create(
        organisation=organisation,
        day=told.start.date(),
        label=f"Grève du transporteur ({told.region})",
    )


def _save_entries(organisation: Organisation, entries: Iterable[Entry], *, until: datetime) -> None:
    """Write entries to the journal; what would have happened later than now did not yet."""
    with connection.cursor() as cursor:
        with cursor.copy(SAVE_ENTRIES) as copy:
            for kind, survey, response, at, payload in entries:
                if at <= until:
                    copy.write_row((organisation.pk, survey, response, kind, at, payload))
        cursor.execute("NOTIFY ressenti_journal")
