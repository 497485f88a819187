from __future__ import annotations

from ressenti.surveys.translations import MissingTranslation, missing_translations
from tests.unit.surveys.documents import question, questionnaire


def test_what_is_missing_is_told_by_language_and_path() -> None:
    choices = {"choices": [{"id": "price", "label": {"fr": "Prix", "en": " "}}]}
    asked = questionnaire(
        question("mark", "yes_no", label={"fr": "Alors ?"}, help={"fr": "", "en": "Think"}),
        question("reason", "single_choice", options=choices),
        title={"fr": "Avis"},
        introduction={"fr": "", "en": ""},
    )
    assert missing_translations(asked) == (
        MissingTranslation("fr", "$.questions[0].help"),
        MissingTranslation("en", "$.title"),
        MissingTranslation("en", "$.questions[0].label"),
        MissingTranslation("en", "$.questions[1].options.choices[0].label"),
    )


def test_one_language_misses_nothing() -> None:
    asked = questionnaire(
        question("mark", "yes_no", label={"fr": "Alors ?"}),
        title={"fr": "Avis"},
        thanks=None,
        languages=["fr"],
    )
    assert missing_translations(asked) == ()
