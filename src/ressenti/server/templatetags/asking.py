"""Words by language in templates: one language of a document's words, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from ressenti.language import Language, percent_text
from ressenti.server.cockpit.journey_steps import step_label

register = template.Library()


@register.filter
def in_language(words: Mapping[str, str] | None, language: str) -> str:
    """Return the words in one language alone; empty when they are not translated."""
    return (words or {}).get(language, "")


@register.filter
def any_words(words: Mapping[str, str] | None, language: str) -> str:
    """Return the words in a language, or in whichever there is."""
    told = words or {}
    return told.get(language) or next((text for text in told.values() if text), "")


@register.filter
def option(options: Mapping[str, Any], key: str) -> Any:
    """Return what is set for an option of a question; empty when nothing is."""
    value = options.get(key)
    return "" if value is None else value


@register.filter
def step(told: Mapping[str, Any], key: str) -> Any:
    """Return what is told of a step of the funnel."""
    return told[key]


@register.filter
def step_name(touchpoint: str, language: Language) -> str:
    """Return what a step of the journey is called; an own one as it is written."""
    return step_label(touchpoint, language)


@register.filter
def percent(value: float | None, language: Language) -> str:
    """Return a percentage as the language writes it."""
    return percent_text(value, language)
