"""What templates are written with: questions whose words still have blanks, and their filling."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ressenti.indicators import indicator_called
from ressenti.language import Language, Text
from ressenti.surveys.questionnaire import FORMAT

# The catalogue writes {brand}; what a respondent's answer fills is written {{answer:…}}.
BLANK: Final = re.compile(r"(?<!\{)\{([^\W\d]+)\}(?!\})")
THANKS = Text(
    en="Thank you. Your answers are read, and they count.",
    fr="Merci. Vos réponses sont lues, et elles comptent.",
)
# What the catalogue calls each blank in the two languages, and what fills it by default.
BLANKS: Mapping[tuple[str, str], Text] = {
    ("object", "objet"): Text(en="your experience", fr="votre expérience"),
    ("request", "demande"): Text(en="request", fr="demande"),
    ("outcome", "résultat"): Text(en="your delivery", fr="votre livraison"),
    ("step", "étape"): Text(en="your delivery", fr="votre livraison"),
    ("period", "période"): Text(en="twelve months", fr="douze derniers mois"),
    ("category", "catégorie"): Text(en="products like ours", fr="des produits comme les nôtres"),
}
OF_THE_COMPANY = (("brand", "marque"), ("company", "entreprise"))

QuestionPlan = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A template before its blanks are filled.

    Parameters
    ----------
    pages : tuple of tuples of question plans
    fillings : mapping of str to Text
        What fills a blank here, by its English name.
    """

    key: str
    name: Text
    description: Text
    pages: tuple[tuple[QuestionPlan, ...], ...]
    indicators: tuple[str, ...] = ()
    step: str | None = None
    introduction: Text | None = None
    fillings: Mapping[str, Text] = field(default_factory=dict)


def question(
    key: str,
    kind: str,
    label: Text,
    *,
    measure: str | None = None,
    required: bool = False,
    show_if: Mapping[str, object] | None = None,
    guidance: Text | None = None,
    **options: object,
) -> QuestionPlan:
    """Return the plan of a question."""
    return {
        "id": key,
        "type": kind,
        "label": label,
        "help": guidance,
        "measure": measure,
        "required": required,
        "show_if": show_if,
        "options": options,
    }


def asked(indicator: str) -> Text:
    """Return the question of an indicator, in the words of the catalogue."""
    return _worded(indicator, indicator_called(indicator).question)


def follow_up(indicator: str) -> Text:
    """Return the question that follows an indicator's own, in the words of the catalogue."""
    return _worded(indicator, indicator_called(indicator).follow_up)


def _worded(indicator: str, found: Text | None) -> Text:
    if found is None:
        raise LookupError(f"the catalogue words no such question for {indicator}")
    return found


def parts(**labels: tuple[str, str]) -> list[dict[str, object]]:
    """Return choices, criteria or items from ids and their words in English and French."""
    return [{"id": key, "label": Text(en=en, fr=fr)} for key, (en, fr) in labels.items()]


def filled_document(
    plan: Plan, organisation: Text, languages: tuple[Language, ...]
) -> dict[str, object]:
    """Return the JSON document of a plan, its blanks filled."""
    blanks = {name: organisation for names in OF_THE_COMPANY for name in names}
    for (english, french), usual in BLANKS.items():
        blanks[english] = blanks[french] = plan.fillings.get(english, usual)

    def worded(value: Any) -> Any:
        if isinstance(value, Text):
            return {language: _filled(value, blanks, language) for language in languages}
        if isinstance(value, Mapping):
            return {key: worded(part) for key, part in value.items()}
        return [worded(part) for part in value] if isinstance(value, list | tuple) else value

    return {
        "format": FORMAT,
        "title": worded(plan.name),
        "languages": list(languages),
        "introduction": worded(plan.introduction),
        "thanks": worded(THANKS),
        "pages": [
            {"id": f"p{i}", "questions": [one["id"] for one in page], "show_if": None}
            for i, page in enumerate(plan.pages, start=1)
        ],
        "questions": [worded(one) for page in plan.pages for one in page],
    }


def _filled(text: Text, blanks: Mapping[str, Text], language: Language) -> str:
    filled = BLANK.sub(lambda match: blanks[match[1]].to(language), text.to(language))
    # Choices and lines of a grid stand alone, and so begin with a capital.
    return filled[:1].upper() + filled[1:]
