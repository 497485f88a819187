from __future__ import annotations

import json
import re
from typing import Any

from ressenti.channels.widget import (
    LIMITS,
    Step,
    Triggers,
    WidgetSettings,
    next_step,
    step_document,
    widget_document,
)
from ressenti.surveys.questionnaire import questionnaire_of
from ressenti.surveys.submission import checked
from tests.conftest import ROOT


def question(name: str, kind: str, **more: Any) -> dict[str, Any]:
    label = {"fr": f"{name} ?", "en": f"{name}?"}
    return {"id": name, "type": kind, "series": 1, "label": label, **more}


QUESTIONNAIRE = questionnaire_of(
    {
        "format": "ressenti.questionnaire/1",
        "title": {"fr": "Votre avis", "en": "Your opinion"},
        "languages": ["fr", "en"],
        "pages": [{"id": "p1", "questions": ["mark", "why"]}, {"id": "p2", "questions": ["words"]}],
        "questions": [
            question("mark", "recommendation", required=True, measure="nps"),
            question(
                "why",
                "single_choice",
                show_if={"question": "mark", "is": "at_most", "value": 6},
                options={"choices": [{"id": "price", "label": {"fr": "Prix", "en": "Price"}}]},
            ),
            question(
                "words",
                "comment",
                label={"fr": "Pourquoi {{answer:mark}}, {{contact:name|cher client}} ?", "en": "?"},
                options={"max_length": 300},
            ),
        ],
    }
)
SETTINGS = WidgetSettings(
    consent={"fr": "D'accord ?"}, triggers=Triggers(scroll_share=0.5), attributes=("shop",)
)


def answered(**given: object) -> Any:
    return checked(QUESTIONNAIRE, given, language="fr", is_final=False).answers


def test_a_question_revealed_on_its_own_page_makes_a_step() -> None:
    assert next_step(QUESTIONNAIRE, (), ()) == Step("p1", ("mark",), is_last=False)
    revealed = next_step(QUESTIONNAIRE, answered(mark=3), {"mark"})
    assert revealed == Step("p1", ("why",), is_last=False)
    assert next_step(QUESTIONNAIRE, answered(mark=3), {"mark", "why"}) == Step(
        "p2", ("words",), is_last=True
    )


def test_a_hidden_question_makes_none() -> None:
    after = next_step(QUESTIONNAIRE, answered(mark=9), {"mark"})
    assert after == Step("p2", ("words",), is_last=True)
    assert next_step(QUESTIONNAIRE, answered(mark=9), {"mark", "words"}) is None


def test_the_script_is_told_all_it_needs_in_one_language() -> None:
    document = widget_document(QUESTIONNAIRE, SETTINGS, "en", reason="quarantine")
    page = document.pop("page")
    assert document == {
        "format": "ressenti.widget/1",
        "language": "en",
        "is_asked": False,
        "reason": "quarantine",
        "triggers": {"delay_s": None, "scroll_share": 0.5, "exit_intent": False, "click": None},
        "attributes": ["shop"],
        "quarantine_days": 90,
        "title": "Your opinion",
        "introduction": None,
        "thanks": None,
        "consent": "D'accord ?",
    }
    (asked,) = page["questions"]
    (field,) = asked["fields"]
    assert (page["id"], page["is_last"]) == ("p1", False)
    assert (asked["id"], asked["label"], asked["required"]) == ("mark", "mark?", True)
    assert (field["name"], field["kind"], field["label"]) == ("mark", "levels", None)
    assert [level["value"] for level in field["levels"]] == list(range(11))
    assert field["levels"][10]["label"] == "extremely likely"


def test_placeholders_are_filled_with_plain_text() -> None:
    step = Step("p2", ("words",), is_last=True)
    answers = answered(mark=9)
    page = step_document(
        QUESTIONNAIRE, step, "fr", answers=answers, contact={"name": "<b>{{answer:mark}}</b>"}
    )
    assert page["questions"][0]["label"] == "Pourquoi 9, <b>{{answer:mark}}</b> ?"
    assert page["questions"][0]["fields"][0]["max_length"] == 300


def test_only_the_limits_a_field_has_are_told() -> None:
    step = Step("p1", ("why",), is_last=False)
    (asked,) = step_document(QUESTIONNAIRE, step, "fr")["questions"]
    assert asked["fields"] == [
        {
            "name": "why",
            "kind": "choices",
            "label": None,
            "aspect": None,
            "choices": [{"id": "price", "label": "Prix"}],
        }
    ]


def test_the_documentation_shows_the_very_documents() -> None:
    page = (ROOT / "docs" / "reference" / "widget.md").read_text()
    fetched, step, *_ = map(json.loads, re.findall(r"```json\n(.*?)```", page, flags=re.DOTALL))
    document = widget_document(QUESTIONNAIRE, SETTINGS, "fr", reason=None)
    assert list(fetched) == list(document)
    assert list(fetched["triggers"]) == list(document["triggers"])
    (told,), (made,) = step["questions"], document["page"]["questions"]
    assert list(step) == list(document["page"])
    assert list(told) == list(made)
    assert list(told["fields"][0]) == list(made["fields"][0])
    assert told["fields"][0]["levels"] == made["fields"][0]["levels"][:2]
    assert all(f"`{limit}`" in page for limit in LIMITS)
