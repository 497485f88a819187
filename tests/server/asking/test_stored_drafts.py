"""Whatever a draft holds, its author can open it: what an import accepts, and what lies there."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ressenti.server.asking.stored_drafts import draft_of
from ressenti.surveys.questionnaire import document_of, questionnaire_of
from ressenti.surveys.templates import templates
from tests.server.asking.conftest import VISIT, Desk, survey_of
from tests.server.intake.conftest import JOURNEY

if TYPE_CHECKING:
    from ressenti.server.models import Survey

# What JSON writes and Python reads as a number without end.
ENDLESS = "1e999"
BASES = (VISIT, JOURNEY, *(dict(document_of(t.questionnaire)) for t in templates().values()))
Path = tuple[str | int, ...]


def paths_of(value: Any, here: Path = ()) -> list[Path]:
    """Return where something is said in a document, except for its root."""
    parts: Any = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    return [path for key, part in parts for path in ((*here, key), *paths_of(part, (*here, key)))]


TEXTS = st.sampled_from(
    ["", " ", "p1", "why", "recommend", "a/b", "é", "x" * 3000, "\0", "\ud800", "{{answer:why}}"]
)
SINGLE = st.one_of(
    st.none(), st.booleans(), st.sampled_from([0, -1, 6, 1e300, 10**400, 0.1, ENDLESS]), TEXTS
)
CONDITIONS = st.fixed_dictionaries(
    {"question": TEXTS, "is": st.sampled_from(["equals", "at_least", "includes", "answered", "?"])},
    optional={"value": SINGLE},
)
VALUES = st.recursive(
    SINGLE | CONDITIONS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "label", "fr", "en", "not", "all", "any", "choices", "\0"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """Give a questionnaire in which a few things say something else, or nothing."""
    document = deepcopy(draw(st.sampled_from(BASES)))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(paths_of(document)))
        parent = document
        for key in path[:-1]:
            parent = parent[key]
        if draw(st.booleans()):
            del parent[path[-1]]
        else:
            parent[path[-1]] = draw(VALUES)
    return document


def compared_with(value: object) -> dict[str, Any]:
    """Return a questionnaire that asks for a number and looks at it."""
    number = {"id": "number", "type": "number", "label": {"fr": "Combien ?"}}
    shown = {
        **VISIT["questions"][1],
        "show_if": {"question": "number", "is": "at_least", "value": value},
    }
    page = {"id": "p1", "questions": ["recommend", "number", "why"]}
    return {**VISIT, "pages": [page], "questions": [VISIT["questions"][0], number, shown]}


def text_of(document: Any) -> str:
    return json.dumps(document).replace(f'"{ENDLESS}"', ENDLESS)


def assert_opens(desk: Desk, survey: Survey) -> None:
    """Assert that every page on a draft opens, and that its author can change it."""
    home = f"surveys/{survey.pk}/"
    for page in ("", "preview/", "publish/", "settings/", "share/", "questionnaire.json"):
        assert desk.get(f"{home}{page}").status_code == 200, page
    for question in draft_of(survey.draft)["questions"]:
        answer = desk.get(f"{home}questions/{question['id']}/")
        # Of a kind that nobody knows there is no form; the editor lists it all the same.
        is_known = answer.status_code == 200
        assert is_known or f"questions/{question['id']}/" in desk.get(home).content.decode()
    assert desk.post(f"{home}edit/", do="add-question:p1", type="comment").status_code == 302
    assert desk.get(home).status_code == 200


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(document=documents())
@example(document={**VISIT, "retired": ["\0"]})
@example(document=compared_with(10**400))
@example(document=compared_with(ENDLESS))
def test_what_the_import_accepts_opens_in_the_editor(desk: Desk, document: Any) -> None:
    from ressenti.server.models import Survey

    Survey.objects.filter(organisation=desk.tenant.organisation).delete()
    answer = desk.post("surveys/import/", json=text_of(document))
    found = Survey.objects.filter(organisation=desk.tenant.organisation).first()
    if found is None:
        assert answer.status_code == 422
    else:
        assert answer.status_code == 302
        assert_opens(desk, found)


def is_kept(document: Any) -> bool:
    """Tell whether the database takes a document at all."""
    try:
        text = json.dumps(document, allow_nan=False, ensure_ascii=False)
    except ValueError:
        return False
    return "\\u0000" not in text and text.isprintable() and ENDLESS not in text


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much,
    ],
)  # fmt: skip
@given(document=documents().filter(is_kept) | VALUES.filter(is_kept))
def test_what_lies_in_the_database_opens_in_the_editor(desk: Desk, document: Any) -> None:
    if document is not None:
        assert_opens(desk, survey_of(desk.tenant, document))


@given(document=documents() | VALUES)
def test_reading_a_draft_twice_changes_nothing_more(document: Any) -> None:
    once = draft_of(document)
    assert draft_of(once) == once


@pytest.mark.parametrize("document", BASES, ids=range(len(BASES)))
def test_a_whole_questionnaire_is_read_as_it_is(document: dict[str, Any]) -> None:
    whole = document_of(questionnaire_of(document))
    assert draft_of(whole) == whole


def test_a_question_without_a_usable_id_gets_one_wherever_it_is_asked() -> None:
    draft = draft_of(
        {"pages": [{"id": "p/1", "questions": ["a/b"]}], "questions": [{"id": "a/b"}, {"type": 7}]}
    )
    assert [question["id"] for question in draft["questions"]] == ["a_b", "item"]
    assert draft["pages"] == [{"id": "p_1", "questions": ["a_b"], "show_if": None}]
