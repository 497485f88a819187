"""Small questionnaires for the tests of surveys."""

from __future__ import annotations

from typing import Any

from ressenti.surveys.questionnaire import Questionnaire, questionnaire_of

Document = dict[str, Any]

OPTIONS: dict[str, Document] = {
    "consent": {"purpose": "contact_back"},
    "expectation_perception": {"items": [{"id": "dates", "label": {"fr": "Tient ses délais"}}]},
    "multiple_choice": {
        "choices": [{"id": one, "label": {"fr": one}} for one in ("price", "speed", "staff")]
    },
    "single_choice": {"choices": [{"id": one, "label": {"fr": one}} for one in ("price", "speed")]},
}


def question(key: str, kind: str, **changes: Any) -> Document:
    """Return a complete question of a type, with the options without which it is refused."""
    usual = {
        "id": key,
        "type": kind,
        "series": 1,
        "required": False,
        "label": {"fr": f"Libellé {key}", "en": f"Label {key}"},
        "help": None,
        "measure": None,
        "show_if": None,
        "options": OPTIONS.get(kind, {}),
    }
    return usual | changes


def document(*questions: Document, **changes: Any) -> Document:
    """Return a questionnaire with one question a page."""
    usual = {
        "format": "ressenti.questionnaire/1",
        "title": {"fr": "Votre avis", "en": "Your opinion"},
        "languages": ["fr", "en"],
        "introduction": None,
        "thanks": {"fr": "Merci", "en": "Thank you"},
        "pages": [
            {"id": f"p{i}", "questions": [one["id"]], "show_if": None}
            for i, one in enumerate(questions, start=1)
        ],
        "questions": list(questions),
    }
    return usual | changes


def questionnaire(*questions: Document, **changes: Any) -> Questionnaire:
    return questionnaire_of(document(*questions, **changes))


def rule(name: str, operator: str, *value: object) -> Document:
    return {"question": name, "is": operator} | ({"value": value[0]} if value else {})
