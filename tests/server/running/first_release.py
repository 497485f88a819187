"""A database as the first release left it, filled through the models of that release.

``python -m tests.server.running.first_release`` migrates the database of the environment to its
first migration and fills it: one company of two shops, whose answers are in the journal, in the
record and in the tallies.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.server.intake.conftest import VISIT

FIRST = [("ressenti", "0001_initial"), ("account", "0001_initial")]
KEY = "rsk_firstone_" + "k" * 32
EMAIL = "owner@first.example"
TALLY = "nps@0-10"
# 26 promoters and 13 detractors of 49 answers.
MARKS = {"lyon": [10] * 20 + [8] * 10 + [3] * 7, "nice": [10] * 6 + [2] * 6}
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
POSITION = """
INSERT INTO ressenti_tallyposition (name, transaction, entry)
SELECT 'tallier', transaction::text::numeric, id
FROM ressenti_journalentry ORDER BY ressenti_journalentry.transaction DESC, id DESC LIMIT 1
"""
SETS: tuple[tuple[str, ...], ...] = (
    (),
    ("unit",),
    ("touchpoint",),
    ("channel",),
    ("language",),
    ("survey",),
    ("unit", "touchpoint"),
)


class FirstRelease:
    """Writes rows through the models of the first migration."""

    def __init__(self, models: Any) -> None:
        self.models = models

    def made(self, model: str, /, **columns: Any) -> Any:
        return self.models.get_model("ressenti", model).objects.create(**columns)

    def fill(self) -> None:
        """Write a row of every kind that people, customers, surveys and answers leave."""
        from django.contrib.auth.hashers import make_password

        self.organisation = self.made(
            "Organisation", key="first", name="Première", language="fr", time_zone="Europe/Paris"
        )
        mine = {"organisation": self.organisation}
        region = self.made("Unit", **mine, key="south", name="Sud", kind="region")
        shops = {
            key: self.made("Unit", **mine, parent=region, key=key, name=key.title(), kind="shop")
            for key in MARKS
        }
        owner = self.made("Person", email=EMAIL, name="Alice", password=make_password("x" * 12))
        self.made("Membership", **mine, person=owner, role="owner")
        self.made(
            "ApiKey", **mine, name="Lake", prefix=KEY[:12], created_by=owner,
            digest=hashlib.sha256(KEY.encode()).digest(), scopes=["scores:read", "answers:read"],
        )  # fmt: skip
        self.made(
            "MemberInvitation", **mine, email="new@first.example", role="consultant",
            unit=shops["lyon"], token_digest=b"t" * 32, expires_at=NOON, invited_by=owner,
        )  # fmt: skip
        self._log()
        self._ask(owner)
        self._measure()
        self._answer(shops)
        self._note_events()

    def _log(self) -> None:
        from ressenti.server.accounts.audit import digest_of

        before = None
        for action in ("organisation.created", "key.created"):
            entry = self.models.get_model("ressenti", "AuditEntry")(
                organisation=self.organisation, at=NOON, actor=EMAIL, actor_kind="person",
                action=action, subject="Première", previous_digest=before,
            )  # fmt: skip
            before = entry.digest = digest_of(entry)
            entry.save()

    def _ask(self, owner: Any) -> None:
        mine = {"organisation": self.organisation}
        self.survey = self.made(
            "Survey", **mine, key="visit", name="Visite", state="live", draft=VISIT,
            mode="relational", created_by=owner,
        )  # fmt: skip
        self.made(
            "SurveyVersion", survey=self.survey, number=1, questionnaire=VISIT, published_at=NOON
        )
        self.made("Quota", survey=self.survey, key="enough", places=500, taken=49)
        self.made("PressureRule", **mine, key="calm", survey=self.survey, rest_days=90)
        self.made("PressureRule", **mine, key="effort", indicator="ces", rest_days=30)
        self.made("PressureRule", **mine, key="month", most=3, within_days=30)
        self.campaign = self.made(
            "Campaign", survey=self.survey, name="Printemps", subject={"fr": "Votre avis"},
            launched_at=NOON, created_by=owner,
        )  # fmt: skip

    def _measure(self) -> None:
        mine = {"organisation": self.organisation}
        self.made(
            "Measure", **mine, indicator="nps", variant="standard_0_10", scale="0-10", tally=TALLY
        )
        self.made("KnownEvent", **mine, day=NOON.date(), label="Soldes")
        self.made(
            "SeriesBreak", **mine, tally="csat@1-5", survey=self.survey, question="quality",
            series=2, at=NOON,
        )  # fmt: skip

    def _answer(self, shops: dict[str, Any]) -> None:
        cells: Counter[tuple[Any, ...]] = Counter()
        answers = [(shop, mark) for shop, marks in MARKS.items() for mark in marks]
        for number, (shop, mark) in enumerate(answers):
            at = NOON + timedelta(hours=number)
            entry = self.entry(shop, mark, at)
            customer = self.made(
                "Customer", organisation=self.organisation, external_id=f"c-{number}",
                email=f"c{number}@clients.example", unit=shops[shop], attributes={"gold": "yes"},
            )  # fmt: skip
            invitation = self.made(
                "Invitation", organisation=self.organisation, survey=self.survey,
                campaign=self.campaign, customer=customer, channel="email", language="fr",
                token_digest=hashlib.sha256(customer.external_id.encode()).digest(),
                decided_at=NOON, sent_at=NOON, finished_at=at,
            )  # fmt: skip
            self._record(entry, customer, invitation, shop, mark, at)
            for names in SETS:
                place = tuple(self._place(shop)[name] for name in names)
                for grain, period in (("day", at.date()), ("month", at.date().replace(day=1))):
                    cells[",".join(names), grain, period, place, str(mark)] += 1
        for (dimensions, grain, period, place, level), n in cells.items():
            self.made(
                "TallyCell", organisation_id=self.organisation.pk, tally=TALLY,
                dimensions=dimensions, grain=grain, period=period, place=list(place),
                level=level, n=n, w=n, w2=n,
            )  # fmt: skip

    def _place(self, shop: str) -> dict[str, str]:
        return {
            "unit": shop,
            "touchpoint": "store",
            "channel": "email",
            "language": "fr",
            "survey": str(self.survey.pk),
        }

    def entry(self, shop: str, mark: int, at: datetime) -> Any:
        """Return a new entry of the journal, one answer."""
        payload = {
            "survey": str(self.survey.pk), "survey_key": "visit", "version": 1, "is_final": True,
            "channel": "email", "language": "fr", "unit": shop, "touchpoint": "store",
            "started_at": at.isoformat(), "answered_at": at.isoformat(), "covers": ["recommend"],
            "answers": [{"q": "recommend", "m": "nps", "t": TALLY, "s": 1, "scale": "0-10",
                         "l": str(mark), "v": float(mark)}],
        }  # fmt: skip
        return self.made(
            "JournalEntry", organisation_id=self.organisation.pk, survey_id=self.survey.pk,
            response_id=uuid.uuid4(), kind=1, received_at=at, payload=payload,
        )  # fmt: skip

    def _record(
        self, entry: Any, customer: Any, invitation: Any, shop: str, mark: int, at: datetime
    ) -> None:
        common = {
            "organisation": self.organisation, "survey": self.survey, "channel": "email",
            "language": "fr", "unit": shop, "touchpoint": "store", "answered_at": at,
            "day": at.date(),
        }  # fmt: skip
        response = self.made(
            "Response", **common, id=entry.response_id, version=1, customer=customer,
            invitation=invitation, is_finished=True, started_at=at, last_entry=entry.pk,
            source_id=str(entry.response_id),
        )  # fmt: skip
        self.made(
            "Answer", **common, response=response, survey_version=1, question="recommend",
            measure="nps", tally=TALLY, scale="0-10", level=str(mark), value=float(mark),
            customer_id=customer.pk, is_counted=True,
        )  # fmt: skip
        self.made(
            "Answer", **common, response=response, survey_version=1, question="why",
            text=f"Très bien reçue à {shop}", customer_id=customer.pk,
        )  # fmt: skip

    def _note_events(self) -> None:
        whose = {"organisation_id": self.organisation.pk, "source": "shop"}
        for number, shop in enumerate(("lyon", "nice", "nice")):
            self.made(
                "OrdersFact", **whose, unit=shop, order_id=f"o-{number}", customer_id="c-1",
                ordered_at=NOON, amount=20.0, source_id=f"o-{number}",
            )  # fmt: skip
        self.made(
            "ContactsFact", **whose, unit="lyon", contact_id="t-1", customer_id="c-1",
            offered_at=NOON, source_id="t-1",
        )  # fmt: skip
        self.made(
            "OutcomesFact", **whose, unit="minutes", outcome="wait", occurred_at=NOON, actual=4.0,
            source_id="w-1",
        )  # fmt: skip
        self.made(
            "Erasure",
            organisation_id=self.organisation.pk,
            customer_digest=b"e" * 32,
            asked_at=NOON,
        )


def main() -> None:
    """Fill the database of the environment; one answer is left for the tallier."""
    import django

    django.setup()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    executor.migrate([*FIRST, *_of_others(executor)])
    executor.loader.build_graph()
    filled = FirstRelease(executor.loader.project_state(FIRST).apps)
    filled.fill()
    with connection.cursor() as cursor:
        cursor.execute(POSITION)
    filled.entry("nice", 10, NOON)


def _of_others(executor: Any) -> list[tuple[str, str]]:
    names = ("sessions", "mfa", "socialaccount", "procrastinate")
    return [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] in names]


if __name__ == "__main__":
    main()
