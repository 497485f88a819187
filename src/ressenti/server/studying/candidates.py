"""Candidates: what customers speak of in their own comments, by the readings of the record.

It is what ``ressenti outcomes discover`` says of the same comments. A study keeps no word of a
comment: it names the comments to quote, and the cues that enough people wrote.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from psycopg import Connection, sql

from ressenti.emotions.themes.mentions import ThemeReader
from ressenti.errors import UndefinedResult
from ressenti.language import LANGUAGES, Text
from ressenti.server.studying.frames import Window, responses_within
from ressenti.server.theme_plans import plan_of
from ressenti.statistics.intervals import Interval
from ressenti.studies.outcome_candidates import DISPLEASED, Candidate, Spoken, candidates_of
from ressenti.tallies.suppression import FLOOR

if TYPE_CHECKING:
    from ressenti.server.studying.running import Question

CommentKey = tuple[str, str, str]
QUOTED = 6
"""Comments kept to quote a theme by: some say the same, some may be gone when it is looked at."""
WORDS, LOOKED_AT = 6, 400
CHOSEN = "SELECT theme_plan, smallest_group FROM ressenti_organisation WHERE id = %s"
# A comment without a theme still has a writer.
CLAUSES = sql.SQL("""
WITH responses AS ({responses})
SELECT coalesce('customer ' || responses.customer, responses.id::text),
       reading.response_id::text, reading.question, reading.part,
       coalesce(clause->'themes', '[]'::jsonb), coalesce((clause->>'polarity')::float8, 0)
FROM responses
JOIN ressenti_reading AS reading ON reading.response_id = responses.id
LEFT JOIN LATERAL jsonb_array_elements(reading.clauses) AS clause ON true
WHERE reading.tone <> 'unread'
ORDER BY responses.answered_at DESC, responses.id, reading.id
""")
TEXTS = """
SELECT reading.response_id::text, reading.question, reading.part, reading.language,
       string_agg(answer.text, E'\\n' ORDER BY answer.id)
FROM ressenti_reading AS reading
JOIN ressenti_answer AS answer
  ON answer.response_id = reading.response_id AND answer.question = reading.question
 AND answer.part = reading.part AND answer.text <> ''
WHERE reading.response_id = ANY(%s::uuid[])
GROUP BY 1, 2, 3, 4
"""
NO_COMMENT = UndefinedResult(
    Text(
        en="no comment of these days was read: there is nothing to look for candidates in.",
        fr="aucun commentaire de ces jours n'a été lu : il n'y a rien où chercher des candidats.",
    )
)


@dataclass(frozen=True, slots=True)
class ChosenThemes:
    """What an organisation has its comments read for."""

    theme_plan: Mapping[str, Any]


@dataclass(slots=True)
class Heard:
    """What was read in the comments of a window, the latest first.

    Parameters
    ----------
    by_theme : mapping of theme to comments
        Each with who wrote it and how pleased they are, one a person.
    """

    writers: set[str] = field(default_factory=set)
    spoken: list[Spoken] = field(default_factory=list)
    by_theme: dict[str, dict[str, tuple[CommentKey, float]]] = field(
        default_factory=lambda: defaultdict(dict)
    )


def candidate_result(connection: Connection[Any], question: Question) -> dict[str, Any]:
    """Return what customers may want, for each language alike: keys, figures and comments."""
    heard = heard_in(connection, question.window)
    if not heard.writers:
        raise NO_COMMENT
    row = connection.execute(CHOSEN, [question.window.organisation]).fetchone()
    chosen, smallest_group = row or ({}, FLOOR)
    floor = max(smallest_group, FLOOR)
    found = candidates_of(heard.spoken, respondents=len(heard.writers), floor=floor)
    themes = [one.theme for one in found.candidates]
    words = words_of(connection, heard, themes, ChosenThemes(chosen), floor=floor)
    document = {
        "respondents": found.respondents,
        "hidden": found.hidden,
        "floor": floor,
        "candidates": [
            _told(one) | {"words": words[one.theme], "quoted": quoted(heard, one.theme)}
            for one in found.candidates
        ],
    }
    return dict.fromkeys(LANGUAGES, document)


def heard_in(connection: Connection[Any], window: Window) -> Heard:
    """Return what was read in the comments of a window; a customer is one person throughout."""
    statement = CLAUSES.format(responses=responses_within(window))
    heard = Heard()
    for who, response, asked, part, themes, felt in connection.execute(statement, window.told()):
        heard.writers.add(who)
        for theme in themes:
            heard.spoken.append(Spoken(theme, who, felt))
            heard.by_theme[theme].setdefault(who, ((response, asked, part), felt))
    return heard


def quoted(heard: Heard, theme: str) -> list[CommentKey]:
    """Return the comments to quote a theme by: of the displeased first, each the latest."""
    comments = list(heard.by_theme[theme].values())
    displeased = [comment for comment, felt in comments if felt <= DISPLEASED]
    others = [comment for comment, felt in comments if felt > DISPLEASED]
    return [*displeased, *others][:QUOTED]


def words_of(
    connection: Connection[Any],
    heard: Heard,
    themes: Sequence[str],
    chosen: ChosenThemes,
    *,
    floor: int,
) -> dict[str, list[dict[str, str]]]:
    """Return the words by which people speak of some themes, the commonest first.

    Only words that as many people wrote as a group must have to be shown.
    """
    writers = {
        theme: {key: who for who, (key, _felt) in list(heard.by_theme[theme].items())[:LOOKED_AT]}
        for theme in themes
    }
    responses = {key[0] for own in writers.values() for key in own}
    rows = connection.execute(TEXTS, [sorted(responses)]).fetchall()
    texts = [row[-1] for row in rows]
    mentions = ThemeReader(plan_of(chosen)).mentions(texts, [row[3] for row in rows])
    said: dict[str, dict[tuple[str, str], set[str]]] = defaultdict(lambda: defaultdict(set))
    for (response, asked, part, language, text), own in zip(rows, mentions, strict=True):
        for mention in own:
            who = writers.get(mention.theme, {}).get((response, asked, part))
            if who is not None:
                word = " ".join(text[mention.start : mention.end].casefold().split())
                said[mention.theme][language, word].add(who)
    return {theme: _commonest(said[theme], floor) for theme in themes}


def _commonest(said: Mapping[tuple[str, str], set[str]], floor: int) -> list[dict[str, str]]:
    often = [(len(who), *word) for word, who in said.items() if len(who) >= floor]
    often.sort(key=lambda one: (-one[0], one[2]))
    return [{"word": word, "language": language} for _, language, word in often[:WORDS]]


def _told(one: Candidate) -> dict[str, Any]:
    return {
        "theme": one.theme,
        "respondents": one.respondents,
        "talked_about": _limits(one.talked_about),
        "emotional": _limits(one.emotional),
        "unmet": _limits(one.unmet),
    }


def _limits(interval: Interval) -> list[float | None]:
    return [interval.estimate, interval.low, interval.high]
