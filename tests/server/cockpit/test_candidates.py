"""Discovery of outcomes: what customers say they want, accepted or dismissed by a person."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
import time_machine

from ressenti import outcome_candidates
from tests.server.cockpit.conftest import NOW
from tests.server.cockpit.test_exports import rows_of, taken
from tests.server.cockpit.test_outcomes import DECLARED
from tests.server.cockpit.writing import SignedIn, Writers, page, read_comments, text_of, writers
from tests.server.conftest import Tenant

if TYPE_CHECKING:
    from ressenti.server.models import Person, Study

__all__ = ["page", "taken", "writers"]
Page = Callable[..., Any]
DAYS = {"from": "2026-01-01", "to": "2026-11-30", "per": "month"}
LATE = [
    "Livraison en retard, très déçu",
    "Colis en retard de trois semaines, c'est inadmissible",
    "Encore en retard !",
    "Toujours en retard, je suis furieux",
    "Livré en retard et sans un mot",
    "En retard, écrivez à jean.durand@example.com",
]
FAST = ["Livraison rapide, merci", "Livré très rapidement, parfait"]
BROKEN = ["Le carton était écrasé", "Carton abîmé à l'arrivée"]


@pytest.fixture
def written(writers: Writers, tenant: Tenant) -> Writers:
    """Give writers of whom eight speak of delay and two of the parcel's state."""
    for text in (*LATE, *FAST, *BROKEN):
        writers.say(text)
    read_comments(tenant)
    return writers


def asked(tenant: Tenant, signed_in: SignedIn, person: Person | None = None) -> Study:
    """Ask for the candidates as a person does, and work them out as the worker does."""
    from ressenti.server.models import Study
    from ressenti.server.studying.running import run_study

    address = f"/o/{tenant.organisation.key}/studies/candidates/ask/"
    with time_machine.travel(NOW, tick=False):
        answer = signed_in(person or tenant.owner).post(address, query_params=DAYS)
    assert answer.status_code == 302, answer.content
    study = Study.objects.filter(organisation=tenant.organisation).first()
    assert study is not None
    run_study(os.environ["DATABASE_URL"], study.pk)
    study.refresh_from_db()
    return study


def sent(tenant: Tenant, signed_in: SignedIn, what: str, theme: str) -> int:
    """Return how the server answers an owner who dismisses or restores a theme."""
    address = f"/o/{tenant.organisation.key}/outcomes/candidates/{what}/"
    return int(signed_in(tenant.owner).post(address, {"theme": theme}).status_code)


def said(response: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", text_of(response))))


def headings(response: Any) -> list[str]:
    found = re.findall(r'<h2 id="candidate-[a-z_.]+">([^<]*)', text_of(response))
    return [html.unescape(one).strip() for one in found]


def quotes(response: Any) -> list[str]:
    found = re.findall(r'<li><a href="[^"]*/voice/[^"]*"><q><span[^>]*>([^<]*)<', text_of(response))
    return [html.unescape(one) for one in found]


def test_the_server_finds_what_the_library_finds_in_the_same_comments(
    written: Writers, tenant: Tenant, signed_in: SignedIn
) -> None:
    study = asked(tenant, signed_in)
    assert study.result is not None, study.failure
    (found,) = [one for one in study.result["fr"]["candidates"] if one["theme"] == "delivery.delay"]
    told = pa.table({"said": [*LATE, *FAST, *BROKEN]})
    library = outcome_candidates(told, text="said", themes="delivery").found
    (own,) = [one for one in library.candidates if one.theme == "delay"]
    assert found["respondents"] == own.respondents == 8
    for name in ("talked_about", "emotional", "unmet"):
        interval = getattr(own, name)
        assert found[name] == pytest.approx([interval.estimate, interval.low, interval.high])
    assert study.result["fr"]["respondents"] == library.respondents == 10


def test_a_candidate_has_its_words_its_number_and_masked_examples(
    written: Writers, page: Page, tenant: Tenant, signed_in: SignedIn
) -> None:
    asked(tenant, signed_in)
    seen = page("outcomes/candidates/", **DAYS)
    assert headings(seen) == ["Délai"]
    text = text_of(seen)
    assert re.search(r'<q><span lang="fr">(en )?retard</span></q>', text)
    assert "personnes" in said(seen)
    assert len(quotes(seen)) == 3
    assert "jean.durand" not in text
    english = said(page("outcomes/candidates/", language="en", **DAYS))
    assert "What customers say they want" in english
    assert "Delay" in english


def test_themes_of_fewer_than_five_people_are_told_by_their_number_alone(
    written: Writers, page: Page, tenant: Tenant, signed_in: SignedIn
) -> None:
    study = asked(tenant, signed_in)
    assert study.result is not None
    hidden = study.result["fr"]["hidden"]
    assert hidden > 0
    seen = said(page("outcomes/candidates/", language="en", **DAYS))
    assert f"{hidden} theme" in seen
    assert "écrasé" not in str(study.result)
    assert "écrasé" not in seen
    type(tenant.organisation).objects.filter(pk=tenant.organisation.pk).update(smallest_group=9)
    larger = asked(tenant, signed_in)
    assert larger.result is not None
    assert larger.result["fr"]["candidates"] == []


def test_one_customer_who_writes_five_times_is_one_person(
    writers: Writers, tenant: Tenant, signed_in: SignedIn
) -> None:
    from ressenti.server.models import Customer, Response

    customer = Customer.objects.create(organisation=tenant.organisation, external_id="c1")
    for text in LATE:
        said_by = writers.say(text)
        Response.objects.filter(pk=said_by).update(customer=customer)
    read_comments(tenant)
    study = asked(tenant, signed_in)
    assert study.result is not None
    assert study.result["fr"]["respondents"] == 1
    assert study.result["fr"]["candidates"] == []


def test_comments_of_anonymous_and_employee_surveys_are_left_out(
    writers: Writers, tenant: Tenant, signed_in: SignedIn
) -> None:
    quiet = writers.survey("quiet", is_anonymous=True)
    staff = writers.survey("staff", audience="employee")
    for text in LATE:
        writers.say(text, survey=quiet)
        writers.say(text, survey=staff)
    read_comments(tenant)
    study = asked(tenant, signed_in)
    assert study.result is None
    assert study.failure is not None
    assert "aucun commentaire" in study.failure["fr"]


def test_a_study_keeps_no_word_of_a_comment_and_an_erased_one_is_quoted_no_more(
    written: Writers, page: Page, tenant: Tenant, signed_in: SignedIn
) -> None:
    from ressenti.server.models import Answer, Reading

    study = asked(tenant, signed_in)
    assert not any(text in str(study.result) for text in LATE)
    before = quotes(page("outcomes/candidates/", **DAYS))
    # All speak of delay: the first quoted part begins or is the whole of one of them.
    gone = Answer.objects.get(organisation=tenant.organisation, text__startswith=before[0])
    Reading.objects.filter(response_id=gone.response_id).delete()
    gone.delete()
    after = quotes(page("outcomes/candidates/", **DAYS))
    assert before[0] not in after
    assert after[:2] == before[1:]


def test_accepting_opens_the_form_filled_in_and_declares_nothing(
    written: Writers, page: Page, tenant: Tenant, signed_in: SignedIn
) -> None:
    from ressenti.server.models import AuditEntry, OutcomeDeclaration

    asked(tenant, signed_in)
    assert 'name="candidate" value="delivery.delay"' in text_of(
        page("outcomes/candidates/", **DAYS)
    )
    form = text_of(page("outcomes/", candidate="delivery.delay", start="in_hand_in_time"))
    assert (
        'name="key" required maxlength="60" pattern="[a-z][a-z0-9_]*" value="in_hand_in_time"'
        in form
    )
    assert 'name="theme" value="delivery.delay"' in form
    assert not OutcomeDeclaration.objects.filter(organisation=tenant.organisation).exists()
    own = text_of(page("outcomes/", candidate="delivery.delay", start=""))
    assert 'name="words_en" maxlength="120" value="Delay"' in own
    told = DECLARED | {"theme": "delivery.delay"}
    address = f"/o/{tenant.organisation.key}/outcomes/declare/"
    assert signed_in(tenant.owner).post(address, told).status_code == 302
    declared = OutcomeDeclaration.objects.get(organisation=tenant.organisation)
    assert declared.theme == "delivery.delay"
    entry = AuditEntry.objects.get(organisation=tenant.organisation, action="outcome.declared")
    assert entry.detail == {"theme": "delivery.delay"}
    near = said(page("outcomes/candidates/", **DAYS))
    assert "Mon colis au jour dit" in near


@pytest.mark.parametrize(
    ("change", "is_near"),
    [
        ({"theme": "delivery.delay"}, True),
        ({"words_fr": "Jamais de retard", "kind": "", "step": ""}, True),
        ({"kind": "time", "step": "deliver", "words_fr": "Vite"}, True),
        (
            {"kind": "money", "step": "buy", "words_fr": "Payer moins", "words_en": "Pay less"},
            False,
        ),
    ],
)
def test_declared_outcomes_near_a_candidate_are_told(
    tenant: Tenant, signed_in: SignedIn, change: dict[str, str], is_near: bool
) -> None:
    from ressenti.server.cockpit.candidates import near_outcomes

    address = f"/o/{tenant.organisation.key}/outcomes/declare/"
    told = DECLARED | {"words_en": ""} | change
    assert signed_in(tenant.owner).post(address, told).status_code == 302
    near = near_outcomes(tenant.organisation, ["delivery.delay"])
    assert [one.key for one in near["delivery.delay"]] == ["parcel_on_time"] * is_near


def test_a_candidate_is_dismissed_kept_and_restored(
    written: Writers, page: Page, tenant: Tenant, signed_in: SignedIn
) -> None:
    from ressenti.server.models import AuditEntry, DismissedCandidate

    asked(tenant, signed_in)
    for _ in range(2):
        assert sent(tenant, signed_in, "dismiss", "delivery.delay") == 302
    seen = page("outcomes/candidates/", **DAYS)
    assert headings(seen) == []
    assert "Écartés" in said(seen)
    assert "Alice" in said(seen)
    # What is dismissed stays so when it is looked for again.
    asked(tenant, signed_in)
    assert headings(page("outcomes/candidates/", **DAYS)) == []
    assert sent(tenant, signed_in, "restore", "delivery.delay") == 302
    assert headings(page("outcomes/candidates/", **DAYS)) == ["Délai"]
    assert sent(tenant, signed_in, "dismiss", "delivery.delay") == 302
    kept = DismissedCandidate.objects.filter(organisation=tenant.organisation).order_by("pk")
    assert [one.restored_at is None for one in kept] == [False, True]
    log = AuditEntry.objects.filter(
        organisation=tenant.organisation, action__startswith="candidate."
    )
    assert [(one.action, one.subject) for one in log.order_by("pk")] == [
        ("candidate.dismissed", "delivery.delay"),
        ("candidate.restored", "delivery.delay"),
        ("candidate.dismissed", "delivery.delay"),
    ]
    assert sent(tenant, signed_in, "dismiss", "no.theme") == 404


def test_candidates_may_be_put_in_other_orders(
    written: Writers, page: Page, tenant: Tenant, signed_in: SignedIn
) -> None:
    for _ in range(12):
        written.say("Personnel adorable, merci", touchpoint="store")
    from ressenti.server.models import Reading

    Reading.objects.filter(organisation=tenant.organisation).delete()
    read_comments(tenant)
    asked(tenant, signed_in)
    first = headings(page("outcomes/candidates/", **DAYS))[0]
    assert first == "Délai"
    assert headings(page("outcomes/candidates/", by="talked_about", **DAYS))[0] != "Délai"
    assert headings(page("outcomes/candidates/", by="unmet", **DAYS))[0] == "Délai"


def test_candidates_leave_as_a_table(
    written: Writers, taken: Any, tenant: Tenant, signed_in: SignedIn
) -> None:
    asked(tenant, signed_in)
    sent(tenant, signed_in, "dismiss", "delivery.delay")
    response, archive = taken("outcomes/candidates/export.csv", language="en", **DAYS)
    assert response.status_code == 200
    (row,) = [one for one in rows_of(archive) if one["theme"] == "delivery.delay"]
    assert row["people"] == "8"
    assert row["dismissed by"] == "Alice"
    assert "[" in row["comments, masked"] or "@" not in row["comments, masked"]


def test_a_shop_sees_candidates_of_its_own_comments(
    written: Writers, page: Page, tenant: Tenant, signed_in: SignedIn
) -> None:
    from ressenti.server.models import Membership, Role

    for text in FAST * 3:
        written.say(text, unit="nice")
    asked(tenant, signed_in)
    assert headings(page("outcomes/candidates/", tenant.reader, **DAYS)) == []
    Membership.objects.filter(person=tenant.reader).update(role=Role.MANAGER)
    study = asked(tenant, signed_in, tenant.reader)
    assert study.unit == tenant.lyon
    assert study.result is not None
    assert study.result["fr"]["respondents"] == 10


def test_another_organisation_and_a_low_role_get_nothing(
    written: Writers, page: Page, tenant: Tenant, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    from ressenti.server.models import DismissedCandidate

    asked(tenant, signed_in)
    for path in ("outcomes/candidates/", "outcomes/candidates/export.csv"):
        assert page(path, other_tenant.owner).status_code == 404
        assert page(path, tenant.reader).status_code == 200
    for what in ("dismiss", "restore"):
        told = {"theme": "delivery.delay"}
        address = f"/o/{tenant.organisation.key}/outcomes/candidates/{what}/"
        assert signed_in(other_tenant.owner).post(address, told).status_code == 404
        assert signed_in(tenant.reader).post(address, told).status_code == 403
    assert not DismissedCandidate.objects.filter(organisation=tenant.organisation).exists()
    assert page("studies/candidates/ask/", tenant.reader).status_code == 405
    sent(other_tenant, signed_in, "dismiss", "delivery.delay")
    assert headings(page("outcomes/candidates/", **DAYS)) == ["Délai"]
