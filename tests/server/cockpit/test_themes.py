"""The themes of an organisation: which plans it uses, and the topics that people accept."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.server.cockpit.writing import SignedIn, Writers, page, text_of, writers
from tests.server.conftest import Tenant

__all__ = ["page", "writers"]
Page = Callable[..., Any]
TOPIC = [
    "L'aquarium est magnifique",
    "Les enfants adorent votre aquarium",
    "Aquarium sale, dommage",
    "Encore l'aquarium",
    "Un aquarium immense",
    "Rien à dire sauf l'aquarium",
    "Où est passé l'aquarium ?",
    "Aquarium vide",
]


OTHERS = [
    "Livraison en retard, colis abîmé",
    "Personnel adorable au magasin",
    "Prix trop élevé pour la qualité",
    "Service client injoignable",
]


@pytest.fixture
def themes(signed_in: SignedIn, tenant: Tenant) -> Callable[..., Any]:
    """Give what somebody is told who changes the themes."""

    def sent(person: Any = None, **told: Any) -> Any:
        client = signed_in(person or tenant.owner)
        return client.post(f"/o/{tenant.organisation.key}/voice/themes/?lang=fr", told)

    return sent


def queued(tenant: Tenant) -> int:
    from ressenti.server.models import UnreadResponse

    return UnreadResponse.objects.filter(organisation_id=tenant.organisation.pk).count()


def test_chosen_plans_are_kept_and_everything_is_read_again(
    writers: Writers, page: Page, tenant: Tenant, themes: Callable[..., Any]
) -> None:
    from ressenti.server.models import AuditEntry
    from ressenti.server.theme_plans import plan_of

    for _ in range(3):
        writers.say("Livraison en retard")
    assert themes(do="plans", plans=["delivery", "bank", "no such plan"]).status_code == 302
    tenant.organisation.refresh_from_db()
    assert tenant.organisation.theme_plan["plans"] == ["delivery", "bank"]
    keys = {theme.key.partition(".")[0] for theme in plan_of(tenant.organisation).themes}
    assert keys == {"delivery", "bank"}
    assert queued(tenant) == 3
    (entry,) = AuditEntry.objects.filter(organisation=tenant.organisation, action="themes.changed")
    assert entry.detail["plans"] == ["delivery", "bank"]
    assert "Choisissez au moins un plan." in text_of(themes(do="plans"))
    text = text_of(page("voice/themes/"))
    assert len(re.findall(r'<input type="checkbox"[^>]* checked>', text)) == 2


def test_a_missed_topic_is_proposed_named_accepted_and_then_read(
    writers: Writers, page: Page, tenant: Tenant, themes: Callable[..., Any]
) -> None:
    from ressenti.emotions import ThemeReader
    from ressenti.server.theme_plans import plan_of, theme_names

    for text in TOPIC * 5 + OTHERS * 20:
        writers.say(text)
    quiet = writers.survey("quiet", is_anonymous=True)
    for _ in range(9):
        writers.say("La fanfare, cette fanfare, encore la fanfare", survey=quiet)
    assert "aquarium" not in text_of(page("voice/themes/"))
    seen = html.unescape(text_of(page("voice/themes/", look="1")))
    (topic,) = re.findall(r'<h3 lang="fr">([^<]*)</h3>', seen)
    assert topic.startswith("aquarium")
    assert "<q>L'aquarium est magnifique</q>" in seen
    # Comments of anonymous surveys are quoted nowhere.
    assert "fanfare" not in seen
    accepted = themes(
        do="add", of="fr", name_fr="Aquarium", name_en="Fish tank", cues="aquarium, place(s|) !"
    )
    assert accepted.status_code == 200
    assert "message error" in text_of(accepted)
    assert themes(
        do="add", of="fr", name_fr="Aquarium", name_en="Fish tank", cues="aquarium"
    ).status_code == 302  # fmt: skip
    tenant.organisation.refresh_from_db()
    assert theme_names(tenant.organisation)["own.fish_tank"].fr == "Aquarium"
    ((mention,),) = ThemeReader(plan_of(tenant.organisation)).mentions(
        ["Encore l'aquarium"], ["fr"]
    )
    assert mention.theme == "own.fish_tank"
    assert '<h3 lang="fr">aquarium' not in text_of(page("voice/themes/", look="1"))
    assert 'value="own.fish_tank"' in text_of(page("voice/"))
    # A second one under the same name has a key of its own; removed, the first one stays.
    themes(do="add", of="en", name_fr="Aquarium", name_en="Fish tank", cues="fish tank")
    themes(do="remove", theme="own.fish_tank_2")
    tenant.organisation.refresh_from_db()
    assert "own.fish_tank_2" not in theme_names(tenant.organisation)
    themes(do="remove", theme="own.fish_tank")
    tenant.organisation.refresh_from_db()
    assert tenant.organisation.theme_plan["own"] == ""


def test_a_theme_needs_two_names_and_a_word(tenant: Tenant, themes: Callable[..., Any]) -> None:
    whole = {
        "do": "add",
        "of": "fr",
        "name_fr": "Parking",
        "name_en": "Car park",
        "cues": "aquarium",
    }
    for missing in ("of", "name_fr", "name_en", "cues"):
        refused = themes(**(whole | {missing: " "}))
        assert refused.status_code == 200
        assert "un nom dans les deux langues" in text_of(refused)
    tenant.organisation.refresh_from_db()
    assert tenant.organisation.theme_plan == {}


def test_only_experts_of_the_whole_organisation_change_themes(
    page: Page, tenant: Tenant, other_tenant: Tenant, themes: Callable[..., Any]
) -> None:
    from ressenti.server.models import Membership, Role

    plans = {"do": "plans", "plans": ["bank"]}
    assert themes(tenant.reader, **plans).status_code == 403
    for role in (Role.MANAGER, Role.EXPERT):
        Membership.objects.filter(person=tenant.reader).update(role=role)
        # Of one shop only.
        assert themes(tenant.reader, **plans).status_code == 403
        assert page("voice/themes/", tenant.reader).status_code == 403
    assert themes(other_tenant.owner, **plans).status_code == 404
    tenant.organisation.refresh_from_db()
    assert tenant.organisation.theme_plan == {}
