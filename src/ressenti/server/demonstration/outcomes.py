"""The outcomes that the customers of the simulated company want, and the first studies of them."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from ressenti.facts.plan_outcomes import CpiTest, ExpectationSource, OutcomeKind
from ressenti.language import Text
from ressenti.server.accounts.access import viewer_of
from ressenti.server.cockpit.filters import Filters
from ressenti.server.cockpit.outcomes_page import follow_outcome
from ressenti.server.cockpit.scope import scope_of_viewer
from ressenti.server.models import Organisation, OutcomeDeclaration, Person, Study, StudyKind
from ressenti.server.studying.asking import Asked
from ressenti.server.studying.tasks import run
from ressenti.simulation.outcomes import (
    ADVISER_FREE,
    KNOWN_AT_COUNTER,
    PARCEL_ON_TIME,
    RECEIPT_AT_ONCE,
    WAIT_ACCEPTED,
)

FIRST_TARGET = "nps@0-10"
# Two years of answers are projected first.
UNTIL_PROJECTED = timedelta(seconds=90)
DECLARED = (
    (
        PARCEL_ON_TIME,
        Text(en="My parcel by the day I was told", fr="Mon colis au jour dit"),
        (OutcomeKind.TIME, "deliver", "day", 1.0, ExpectationSource.PROMISE),
    ),
    (
        WAIT_ACCEPTED,
        Text(en="An answer before I lose patience", fr="Une réponse avant que je perde patience"),
        (OutcomeKind.TIME, "support", "s", 60.0, ExpectationSource.CUSTOMER),
    ),
    (
        RECEIPT_AT_ONCE,
        Text(en="My receipt at once", fr="Mon reçu tout de suite"),
        (OutcomeKind.CONVENIENCE, "buy", "s", 60.0, ExpectationSource.STANDARD),
    ),
    (
        ADVISER_FREE,
        Text(en="An adviser free when I need one", fr="Un conseiller libre quand j'en cherche un"),
        (OutcomeKind.SERVICE, "buy", "s", 60.0, ExpectationSource.STANDARD),
    ),
    (
        KNOWN_AT_COUNTER,
        Text(en="To be known at the counter", fr="Être reconnu au comptoir"),
        (OutcomeKind.PERSONALISATION, "buy", "", 1.0, ExpectationSource.STANDARD),
    ),
)
ASKED = Text(en="customer interviews", fr="entretiens avec des clients")


def declare_outcomes(organisation: Organisation) -> None:
    """Declare what the customers of the company want, with the answers to the two tests."""
    today = timezone.localdate().isoformat()
    tests = [
        {"test": test.value, "passed": True, "by": "Camille", "on": today, "evidence": ASKED.fr}
        for test in CpiTest
    ]
    for key, words, (kind, step, unit, increment, source) in DECLARED:
        declared = OutcomeDeclaration.objects.create(
            organisation=organisation,
            key=key,
            words={"fr": words.fr, "en": words.en},
            kind=kind.value,
            step=step,
            unit=unit,
            increment=increment,
            expectation_source=source.value,
            moves=[FIRST_TARGET],
            tests=tests,
        )
        follow_outcome(declared)


def ask_first_studies(organisation: Organisation, person: Person) -> None:
    """Have drivers, links and candidates worked out once the history is in the record."""
    viewer = viewer_of(person, organisation.key)
    window = scope_of_viewer(viewer, Filters()).window()
    for kind, target in (
        (StudyKind.DRIVERS, FIRST_TARGET),
        (StudyKind.LINKS, ""),
        (StudyKind.CANDIDATES, ""),
    ):
        asked = Asked(kind=kind.value, target=target, window=window)
        study = Study.objects.create(
            organisation=organisation,
            kind=asked.kind,
            question=asked.told(organisation),
            asked_by=person,
            asked_at=timezone.now(),
        )
        run.configure(schedule_in={"seconds": int(UNTIL_PROJECTED.total_seconds())}).defer(
            study=study.pk
        )
