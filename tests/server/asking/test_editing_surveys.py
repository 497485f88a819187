"""Surveys are made, edited without a script, and two people never undo each other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.asking.conftest import VISIT, Desk, survey_of

if TYPE_CHECKING:
    from ressenti.server.models import Survey


def fresh(survey: Survey) -> Survey:
    survey.refresh_from_db()
    return survey


def test_a_survey_is_made_from_a_template_and_listed(desk: Desk) -> None:
    from ressenti.server.models import AuditEntry, Survey

    gallery = desk.get("surveys/new/", indicator="ces").content.decode()
    assert 'value="ces"' in gallery.split('class="grid"')[1]
    assert 'value="nps"' not in gallery.split('class="grid"')[1]
    made = desk.post("surveys/make/", template="nps", name="After the visit")
    survey = Survey.objects.get(organisation=desk.tenant.organisation)
    assert made.headers["Location"] == desk.address(f"surveys/{survey.pk}/")
    assert survey.key == "after-the-visit"
    assert survey.draft["questions"][0]["measure"] == "nps"
    assert desk.tenant.organisation.name in survey.draft["questions"][0]["label"]["fr"]
    assert b"After the visit" in desk.get("surveys/", q="visit").content
    assert b"After the visit" not in desk.get("surveys/", state="live").content
    entries = AuditEntry.objects.filter(organisation=desk.tenant.organisation)
    assert [entry.action for entry in entries] == ["survey.made"]


def test_a_questionnaire_is_built_with_forms_alone(desk: Desk) -> None:
    """From blank: two questions, words in two languages, choices, a rule, an order."""
    from ressenti.server.asking.survey_documents import verdict_on
    from ressenti.server.models import Survey

    desk.post("surveys/make/", name="Blank")
    survey = Survey.objects.get(organisation=desk.tenant.organisation)
    home = f"surveys/{survey.pk}/"
    for kind in ("recommendation", "single_choice"):
        added = desk.post(f"{home}edit/", do="add-question:p1", type=kind)
        assert added.headers["Location"].endswith(f"/questions/{kind}/")
    question = f"{home}questions/recommendation/"
    saved = desk.post(
        question,
        seal=desk.seal(question),
        **{"label-fr": "Et nous ?", "label-en": "And us?", "required": "1", "measure": "nps"},
    )
    assert saved.status_code == 302
    reason = f"{home}questions/single_choice/"
    desk.post(
        reason,
        seal=desk.seal(reason),
        **{
            "label-fr": "Pourquoi ?",
            "part-choices-1-fr": "Prix élevé",
            "part-choices-1-en": "High price",
            "part-choices-2-fr": "Délai",
            "option-other": "1",
            "rule-join": "all",
            "rule-0-question": "recommendation",
            "rule-0-is": "at_most",
            "rule-0-value": "6",
        },
    )
    first, second = fresh(survey).draft["questions"]
    assert first["label"] == {"fr": "Et nous ?", "en": "And us?"}
    assert second["show_if"] == {"question": "recommendation", "is": "at_most", "value": 6.0}
    assert second["options"] == {
        "choices": [
            {"id": "prix_eleve", "label": {"fr": "Prix élevé", "en": "High price"}},
            {"id": "delai", "label": {"fr": "Délai"}},
        ],
        "other": True,
    }
    # The title, the second question and the second choice.
    assert verdict_on(survey.draft).missing == {"en": 3}
    assert "3 texts are not translated into EN" in desk.get(home).content.decode()


def test_questions_and_pages_move_and_go(desk: Desk) -> None:
    survey = survey_of(desk.tenant)
    home = f"surveys/{survey.pk}/"

    def order() -> list[list[str]]:
        return [page["questions"] for page in fresh(survey).draft["pages"]]

    desk.post(f"{home}edit/", do="add-page")
    marker = 'name="do" value="move-question:why:down"'
    seal = desk.seal(home, marker)
    desk.post(f"{home}edit/", do="move-question:why:down", seal=order_seal(survey))
    assert order() == [["recommend"], ["why"]]
    stale = desk.post(f"{home}edit/", do="move-question:why:up", seal=seal)
    assert stale.status_code == 409
    assert order() == [["recommend"], ["why"]]
    desk.post(f"{home}edit/", do="delete-page:p1", seal=order_seal(survey))
    assert order() == [["recommend", "why"]]
    desk.post(
        f"{home}edit/",
        do="delete-question:recommend",
        seal=desk.seal(home, "move-question:recommend:down"),
    )
    assert order() == [["why"]]
    page = desk.get(home).content.decode()
    assert "One thing must be corrected" in page


def order_seal(survey: Survey) -> str:
    from ressenti.server.asking.seals import seal

    survey.refresh_from_db()
    return seal(survey.draft["pages"])


def test_two_people_who_edit_one_question_find_out(desk: Desk) -> None:
    survey = survey_of(desk.tenant)
    question = f"surveys/{survey.pk}/questions/recommend/"
    seen = desk.seal(question)
    first = desk.post(question, seal=seen, **{"label-fr": "Le premier", "required": "1"})
    assert first.status_code == 302
    second = desk.post(question, seal=seen, **{"label-fr": "Le second", "required": "1"})
    assert second.status_code == 409
    page = second.content.decode()
    assert "Somebody else changed this question meanwhile" in page
    assert "Le second" in page
    assert fresh(survey).draft["questions"][0]["label"] == {"fr": "Le premier"}
    # Who has been told may insist.
    seal = page.split('name="seal" value="')[1].split('"')[0]
    desk.post(question, seal=seal, **{"label-fr": "Le second", "required": "1"})
    assert fresh(survey).draft["questions"][0]["label"] == {"fr": "Le second"}


def test_two_people_who_edit_two_questions_do_not_meet(desk: Desk) -> None:
    survey = survey_of(desk.tenant)
    pages = [f"surveys/{survey.pk}/questions/{key}/" for key in ("recommend", "why")]
    seals = [desk.seal(page) for page in pages]
    for page, seal in zip(pages, seals, strict=True):
        assert desk.post(page, seal=seal, **{"label-fr": "Autre"}).status_code == 302
    assert [one["label"] for one in fresh(survey).draft["questions"]] == [{"fr": "Autre"}] * 2


def test_a_deep_rule_of_an_imported_document_is_kept(desk: Desk) -> None:
    deep = {
        "any": [
            {"all": [{"question": "recommend", "is": "at_most", "value": 3}]},
            {"not": {"question": "recommend", "is": "answered"}},
        ]
    }
    document = json.loads(json.dumps(VISIT))
    document["questions"][1]["show_if"] = deep
    survey = survey_of(desk.tenant, document)
    page = f"surveys/{survey.pk}/questions/why/"
    assert "nested deeper than the form can show" in desk.get(page).content.decode()
    desk.post(page, seal=desk.seal(page), **{"label-fr": "Et alors ?"})
    assert fresh(survey).draft["questions"][1]["show_if"] == deep
    desk.post(page, seal=desk.seal(page), **{"label-fr": "Et alors ?", "rule-clear": "1"})
    assert fresh(survey).draft["questions"][1]["show_if"] is None


def test_an_exported_questionnaire_is_imported_unchanged(desk: Desk) -> None:
    from ressenti.server.models import Survey

    survey = survey_of(desk.tenant)
    file = desk.get(f"surveys/{survey.pk}/questionnaire.json")
    assert file["Content-Disposition"] == f'attachment; filename="{survey.key}.json"'
    desk.post("surveys/import/", json=file.content.decode())
    twin = Survey.objects.filter(organisation=desk.tenant.organisation).exclude(pk=survey.pk).get()
    assert twin.draft == survey.draft


HOSTILE: dict[str, tuple[str, tuple[str, ...]]] = {
    "no json": ("{", ("it is no JSON",)),
    "not a number": ('{"format": NaN}', ("NaN is no number",)),
    "deep": ("[" * 100_000, ("nested too deeply",)),
    "a key twice": ('{"format": 1, "format": 2}', ("a key is there twice",)),
    "a list": ("[]", ("this is no JSON object",)),
    "many faults": (
        json.dumps(
            VISIT
            | {
                "format": "ressenti.questionnaire/9",
                "tenant": "<script>alert(1)</script>",
                "questions": [VISIT["questions"][0] | {"type": "<img src=x onerror=alert(1)>"}],
            }
        ),
        ("$.format", "$.tenant", "$.questions[0].type"),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_with_every_fault_rendered_inert(
    desk: Desk, name: str
) -> None:
    from ressenti.server.models import Survey

    text, faults = HOSTILE[name]
    refused = desk.post("surveys/import/", json=text)
    assert refused.status_code == 422
    page = refused.content.decode()
    for fault in faults:
        assert fault in page
    assert "<script>alert" not in page
    assert "<img" not in page
    assert not Survey.objects.filter(organisation=desk.tenant.organisation).exists()


SCRIPT = "<script>alert(1)</script>"


def test_scripts_in_names_and_labels_are_text_on_every_page(desk: Desk) -> None:
    def hostile(value: Any) -> Any:
        if isinstance(value, dict) and value.keys() <= {"fr", "en"}:
            return dict.fromkeys(value, SCRIPT)
        if isinstance(value, dict):
            return {key: hostile(part) for key, part in value.items()}
        return [hostile(part) for part in value] if isinstance(value, list) else value

    survey = survey_of(desk.tenant, hostile(VISIT))
    survey.name, survey.touchpoint = SCRIPT, SCRIPT
    survey.save()
    home = f"surveys/{survey.pk}/"
    paths = ("", "questions/recommend/", "questions/why/", "settings/", "publish/", "preview/",
             "preview/page/", "share/", "campaigns/", "campaigns/new/", "funnel/")  # fmt: skip
    for path in ("surveys/", *(home + part for part in paths)):
        answer = desk.get(path)
        assert answer.status_code == 200, path
        assert SCRIPT not in answer.content.decode(), path
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]
