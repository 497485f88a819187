"""Theme topics: what comments speak of and no theme reads, made into themes by people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from ressenti.emotions.masking import masked
from ressenti.emotions.themes.acceptance import plan_with, proposed_theme
from ressenti.emotions.themes.discovery import Topic, missed_topics
from ressenti.emotions.themes.plans import theme_plan_in
from ressenti.language import LANGUAGES, Language, Text
from ressenti.server.cockpit.comments import protected_surveys
from ressenti.server.models import Answer, Organisation
from ressenti.server.theme_plans import NAME, OWN, plan_of

LOOKED_AT = 2_000
MOST_TOPICS = 8
QUOTES = 3
LONGEST_KEY = 40
HEADER = f'key: {OWN}\nname:\n  en: "{NAME.en}"\n  fr: "{NAME.fr}"\nthemes:\n'
QUEUE_ALL = """
INSERT INTO ressenti_unreadresponse AS unread (response_id, organisation_id, queued_at)
SELECT DISTINCT response_id, organisation_id, clock_timestamp() FROM ressenti_answer
WHERE organisation_id = %s AND text <> ''
ON CONFLICT (response_id) DO UPDATE SET queued_at = excluded.queued_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedTopic:
    """A topic with some of its comments, masked."""

    topic: Topic
    language: Language
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTheme:
    """A topic that a person named: the cues are words and expressions of one language."""

    name: Text
    language: Language
    cues: tuple[str, ...]


def proposed_topics(organisation: Organisation, reader: Language) -> list[ProposedTopic]:
    """Return the topics that the themes of an organisation miss in its latest comments.

    Comments of anonymous and employee surveys are left out: they are quoted nowhere.
    """
    plan, found = plan_of(organisation), []
    open_ones = Answer.objects.filter(organisation=organisation).exclude(
        survey_id__in=protected_surveys(organisation)
    )
    for language in LANGUAGES:
        written = open_ones.filter(language=language).exclude(text="").order_by("-answered_at")
        rows = list(written.values_list("text", "response_id")[:LOOKED_AT])
        texts = [masked(text, reader) for text, _ in rows]
        topics = missed_topics(
            texts, plan, language, respondents=[owner for _, owner in rows], most=MOST_TOPICS
        )
        found += [
            ProposedTopic(
                topic=topic,
                language=language,
                quotes=tuple(dict.fromkeys(texts[place] for place in topic.texts))[:QUOTES],
            )
            for topic in topics
        ]
    return found


def plan_with_theme(own: str, theme: NewTheme) -> str:
    r"""Return the organisation's own plan with one more theme.

    Parameters
    ----------
    own : str
        Its text; empty where it has none.

    Raises
    ------
    InvalidPlan
        R104, when a cue is not written as cues are.

    Examples
    --------
    >>> parking = NewTheme(name=Text(en="Car park", fr="Parking"), language="fr", cues=("parking",))
    >>> [theme.key for theme in theme_plan_in(plan_with_theme("", parking)).themes]
    ['car_park']
    """
    known = [one.key for one in theme_plan_in(own).themes] if own else []
    cues: Mapping[Language, Sequence[str]] = {theme.language: theme.cues}
    proposed = proposed_theme(_new_key(theme.name.en, known), theme.name, theme.name, cues)
    if own:
        return plan_with(own, proposed)
    joined = HEADER + "".join(f"  {line}\n" for line in proposed.strip("\n").split("\n"))
    theme_plan_in(joined)
    return joined


def plan_without_theme(own: str, key: str) -> str:
    """Return the organisation's own plan without a theme; empty when none is left."""
    kept = ""
    for theme in theme_plan_in(own).themes:
        if theme.key == key:
            continue
        cues = {
            language: [expression.written for expression in expressions]
            for language, expressions in theme.cues.items()
            if expressions
        }
        proposed = proposed_theme(theme.key, theme.name, theme.definition, cues)
        kept += "".join(f"  {line}\n" for line in proposed.strip("\n").split("\n"))
    return HEADER + kept if kept else ""


def read_again(organisation: Organisation) -> None:
    """Have all comments of an organisation read anew, once this is committed."""
    with connection.cursor() as cursor:
        cursor.execute(QUEUE_ALL, [organisation.pk])
        cursor.execute("NOTIFY ressenti_unread")


def _new_key(name: str, known: Sequence[str]) -> str:
    """Return a key that no theme has, made of a name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_KEY] or "theme"
    key, number = base, 2
    while key in known:
        key, number = f"{base}_{number}", number + 1
    return key
