"""Candidates: what customers speak of, quoted and held against the outcomes that are declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ressenti.emotions.themes.mentions import ThemeReader
from ressenti.language import LANGUAGES, Language
from ressenti.server.cockpit.comments import Comment
from ressenti.server.cockpit.scope import Scope
from ressenti.server.cockpit.voice_lists import CommentKey, comments_at
from ressenti.server.cockpit.voice_readings import comment_key, quoted, readings_of
from ressenti.server.models import DismissedCandidate, Organisation, OutcomeDeclaration, Reading
from ressenti.server.theme_plans import plan_of, theme_names
from ressenti.studies.outcome_library import OutcomeTemplate, templates_of_theme

QUOTES = 3
ORDERS = ("displeased", "talked_about", "emotional", "unmet")
"""How candidates may be put in order; the first counts those who speak of it with displeasure."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share or a strength in 0..1, with the limits of its interval; None where undefined."""

    estimate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Quote:
    """The part of a comment that speaks of a theme, masked, and the comment."""

    text: str
    comment: Comment


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCandidate:
    """Something that customers may want.

    Parameters
    ----------
    words : tuple of (str, language)
        By which enough people speak of it, the commonest first.
    templates : tuple of OutcomeTemplate
        Outcomes to start from.
    near : tuple of OutcomeDeclaration
        Declared outcomes that may be the same.
    dismissal : DismissedCandidate or None
        None while it is a candidate.
    """

    theme: str
    respondents: int
    talked_about: Share
    emotional: Share
    unmet: Share
    words: tuple[tuple[str, str], ...]
    templates: tuple[OutcomeTemplate, ...]
    quotes: tuple[Quote, ...]
    near: tuple[OutcomeDeclaration, ...]
    dismissal: DismissedCandidate | None

    def place(self, order: str) -> float:
        """Return what an order puts first by; the greatest comes first."""
        shares = {
            "talked_about": self.talked_about,
            "emotional": self.emotional,
            "unmet": self.unmet,
        }
        if order in shares:
            return shares[order].estimate or 0.0
        return self.respondents * (self.unmet.estimate or 0.0)


def found_candidates(
    scope: Scope, told: Sequence[Mapping[str, Any]], language: Language
) -> list[FoundCandidate]:
    """Return the candidates of a study as they stand now.

    Comments are quoted as far as they may be read now: one that was erased is gone. A theme that
    the organisation no longer knows by any name is left out.

    Parameters
    ----------
    told : sequence of mapping
        The candidates of the study's answer.
    """
    organisation = scope.organisation
    quotes = _quotes(scope, told, language)
    near = near_outcomes(organisation, [one["theme"] for one in told])
    dismissed = dismissals(organisation)
    names = theme_names(organisation)
    return [
        FoundCandidate(
            theme=one["theme"],
            respondents=one["respondents"],
            talked_about=Share(*one["talked_about"]),
            emotional=Share(*one["emotional"]),
            unmet=Share(*one["unmet"]),
            words=tuple((word["word"], word["language"]) for word in one["words"]),
            templates=templates_of(one["theme"]),
            quotes=quotes[one["theme"]],
            near=near[one["theme"]],
            dismissal=dismissed.get(one["theme"]),
        )
        for one in told
        if one["theme"] in names
    ]


def dismissals(organisation: Organisation) -> dict[str, DismissedCandidate]:
    """Return what holds each dismissed theme off the list."""
    found = DismissedCandidate.objects.filter(organisation=organisation, restored_at=None)
    return {one.theme: one for one in found.select_related("dismissed_by")}


def templates_of(theme: str) -> tuple[OutcomeTemplate, ...]:
    """Return the outcomes to start from for what customers speak of.

    Examples
    --------
    >>> [template.key for template in templates_of("delivery.delay")]
    ['in_hand_in_time']
    """
    plan, _, own = theme.partition(".")
    return templates_of_theme(f"{plan}:{own}") or templates_of_theme(own)


def near_outcomes(
    organisation: Organisation, themes: Iterable[str]
) -> dict[str, tuple[OutcomeDeclaration, ...]]:
    """Return by theme the declared outcomes that may be the same.

    They were declared from it, or their words speak of it, or they are of the kind and the step of
    an outcome to start from.
    """
    declared = list(OutcomeDeclaration.objects.filter(organisation=organisation))
    languages = [language for _ in declared for language in LANGUAGES]
    words = [one.words.get(language, "") for one in declared for language in LANGUAGES]
    mentions = ThemeReader(plan_of(organisation)).mentions(words, languages)
    spoken: dict[str, set[str]] = {one.key: {one.theme} for one in declared}
    for place, own in enumerate(mentions):
        spoken[declared[place // len(LANGUAGES)].key] |= {mention.theme for mention in own}
    return {
        theme: tuple(
            one
            for one in declared
            if theme in spoken[one.key]
            or any(is_like(one, template) for template in templates_of(theme))
        )
        for theme in themes
    }


def is_like(one: OutcomeDeclaration, template: OutcomeTemplate) -> bool:
    """Tell whether a declared outcome may be one to start from."""
    return one.key == template.key or (one.kind, one.step) == (template.kind, template.step)


def _quotes(
    scope: Scope, told: Sequence[Mapping[str, Any]], language: Language
) -> dict[str, tuple[Quote, ...]]:
    """Return by theme what some comments say of it, no two alike."""
    keys = {one["theme"]: [_key(*key) for key in one["quoted"]] for one in told}
    comments = {
        comment_key(one): one
        for one in comments_at(scope, {key for own in keys.values() for key in own})
    }
    readings = readings_of(comments.values())
    quotes: dict[str, tuple[Quote, ...]] = {}
    for theme, own in keys.items():
        parts: dict[str, Quote] = {}
        for key in own:
            if key in comments and key in readings:
                text = _part(comments[key].text, readings[key], theme, language)
                parts.setdefault(text, Quote(text, comments[key]))
        quotes[theme] = tuple(quote for text, quote in parts.items() if text)[:QUOTES]
    return quotes


def _key(response: str, question: str, part: str) -> CommentKey:
    return UUID(response), question, part


def _part(text: str, reading: Reading, theme: str, language: Language) -> str:
    """Return the first part of a text that speaks of a theme; empty where none does now."""
    own = next((clause for clause in reading.clauses if theme in clause["themes"]), None)
    return quoted(text, own, language) if own else ""
