"""Template search: the gallery by indicator, by step of the journey and by words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ressenti.indicators import indicator_called
from ressenti.language import Language
from ressenti.studies.objectives import STEPS
from ressenti.surveys.templates import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery:
    """Templates found, and what there is to choose from: keys with their names."""

    templates: tuple[Template, ...]
    indicators: Mapping[str, str]
    steps: Mapping[str, str]


def gallery_of(
    templates: Iterable[Template], language: Language, *, words: str, indicator: str, step: str
) -> Gallery:
    """Return the templates that have these words and are of this indicator and step.

    Parameters
    ----------
    words, indicator, step : str
        Empty for any.
    """
    every = tuple(templates)
    steps = {template.step for template in every}
    keys = dict.fromkeys(key for template in every for key in template.indicators)
    return Gallery(
        templates=tuple(
            template
            for template in every
            if indicator in ("", *template.indicators)
            and step in ("", template.step)
            and _has_words(template, words)
        ),
        indicators={key: indicator_called(key).name.to(language) for key in keys},
        steps={key: name.to(language) for key, name in STEPS.items() if key in steps},
    )


def _has_words(template: Template, words: str) -> bool:
    asked = (
        text for question in template.questionnaire.questions for text in question.label.values()
    )
    told = (template.name, template.description)
    text = " ".join([*(one.en for one in told), *(one.fr for one in told), *asked]).casefold()
    return all(word in text for word in words.casefold().split())
