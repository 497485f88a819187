"""What is asked of the voice page beyond its filters, and where in the list one stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from ressenti.emotions.labels import LABELS
from ressenti.emotions.signals.rules import Signal
from ressenti.errors import InvalidArgument, unknown_name
from ressenti.language import Text
from ressenti.server.cockpit.searching import Term, names_somebody, readable, terms_of

PLACE = re.compile(r"(?P<at>[0-9T:.+-]{19,40})_(?P<answer>\d{1,18})", re.ASCII)
PROTECTED_PLACE = re.compile(
    r"(?P<month>\d{4}-\d{2}-01)_(?P<response>[0-9a-f-]{36})_(?P<question>[a-z0-9_]{1,40})"
    r"\.(?P<part>[a-z0-9_]{0,40})",
    re.ASCII,
)
EMOTIONS = tuple(name for name in LABELS if name != "neutral")
LOST = Text(
    en="this place in the list does not exist: start again from the newest comments.",
    fr="cet endroit de la liste n'existe pas : repartez des commentaires les plus récents.",
)


class Mood(StrEnum):
    """How somebody scored who wrote a comment."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class Tone(StrEnum):
    """How a comment leans, as the engine read it; not every comment can be read."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    MIXED = "mixed"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What must have been read in a comment; an empty text asks nothing.

    Parameters
    ----------
    tone, emotion, theme, signal : str
        Keys, all of which must fit.
    """

    tone: str = ""
    emotion: str = ""
    theme: str = ""
    signal: str = ""

    def told(self) -> dict[str, str]:
        """Return what is asked, by its name in an address."""
        every = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in every.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked.

    Parameters
    ----------
    typed : str
        The search as it was typed.
    measure : int or None
        Only comments whose writer answered for this measure.
    mood : Mood or None
        Only comments whose writer scored so: for the measure, or for any.
    read : Read
        Only comments in which this was read.
    is_protected : bool
        Comments of anonymous and employee surveys, rather than all others.
    """

    typed: str = ""
    measure: int | None = None
    mood: Mood | None = None
    read: Read = field(default_factory=Read)
    is_protected: bool = False

    @property
    def terms(self) -> tuple[Term, ...]:
        return terms_of(self.typed)

    def told(self, **changes: str) -> dict[str, str]:
        """Return the parameters of an address that ask the same, some of them changed."""
        own = {
            "of": "protected" if self.is_protected else "",
            "q": self.typed,
            "measure": "" if self.measure is None else str(self.measure),
            "mood": self.mood or "",
            **self.read.told(),
        }
        return {name: value for name, value in (own | changes).items() if value}

    def query(self, **changes: str) -> str:
        return urlencode(self.told(**changes))


def question_of_query(
    query: Mapping[str, str], measures: Collection[int], themes: Collection[str]
) -> Question:
    """Return what an address asks.

    Parameters
    ----------
    measures, themes : collection
        Those of the organisation.

    Raises
    ------
    UnknownName
        R100, for a measure, a mood, a list or a thing to read that does not exist.
    UsageError
        R102, for a search that asks for personal data.
    """
    typed = readable(query.get("q", ""))
    if names_somebody(typed):
        raise InvalidArgument(
            Text(
                en="comments cannot be searched for personal data, which is masked.",
                fr="on ne peut pas chercher de données personnelles dans les commentaires : elles "
                "sont masquées.",
            )
        )
    measure, mood, of = (query.get(name, "") for name in ("measure", "mood", "of"))
    if measure and (not measure.isdecimal() or int(measure[:18]) not in measures):
        raise unknown_name(Text(en="measure", fr="mesure"), measure[:80], ())
    if mood and mood not in {*Mood}:
        raise unknown_name(Text(en="mood", fr="tonalité"), mood[:80], [*Mood])
    if of not in ("", "protected"):
        raise unknown_name(Text(en="list", fr="liste"), of[:80], ["protected"])
    return Question(
        typed=typed,
        measure=int(measure[:18]) if measure else None,
        mood=Mood(mood) if mood else None,
        read=read_of_query(query, themes),
        is_protected=of == "protected",
    )


def read_of_query(query: Mapping[str, str], themes: Collection[str]) -> Read:
    """Return what an address asks to have been read in comments.

    Raises
    ------
    UnknownName
        R100, for a tone, an emotion, a theme or a signal that does not exist.

    Examples
    --------
    >>> read_of_query({"emotion": "anger", "theme": "delay"}, {"delay"}).told()
    {'emotion': 'anger', 'theme': 'delay'}
    """
    known: dict[str, tuple[Text, Collection[str]]] = {
        "tone": (Text(en="tone", fr="ton"), [*Tone]),
        "emotion": (Text(en="emotion", fr="émotion"), EMOTIONS),
        "theme": (Text(en="theme", fr="thème"), themes),
        "signal": (Text(en="signal", fr="signal"), [*Signal]),
    }
    told = {name: query.get(name, "") for name in known}
    for name, (kind, values) in known.items():
        if told[name] and told[name] not in values:
            raise unknown_name(kind, told[name][:80], values)
    return Read(**told)


@dataclass(frozen=True, slots=True)
class Place:
    """The last comment of a page: the next page starts after it."""

    at: datetime
    answer: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.answer}"


@dataclass(frozen=True, slots=True)
class ProtectedPlace:
    """The same where nothing may tell in which order answers came."""

    month: date
    response: UUID
    question: str
    part: str

    def __str__(self) -> str:
        return f"{self.month.isoformat()}_{self.response}_{self.question}.{self.part}"


def place_of(told: str) -> Place | None:
    """Return the place that an address names; None for the top of the list.

    Raises
    ------
    InvalidArgument
        R102, when there is no such place.

    Examples
    --------
    >>> str(place_of("2026-11-22T10:00:00+00:00_41"))
    '2026-11-22T10:00:00+00:00_41'
    """
    if not told:
        return None
    found = PLACE.fullmatch(told)
    try:
        at = datetime.fromisoformat(found["at"]) if found else None
    except ValueError:
        at = None
    if found is None or at is None or at.tzinfo is None:
        raise InvalidArgument(LOST)
    return Place(at, int(found["answer"]))


def protected_place_of(told: str) -> ProtectedPlace | None:
    """Return the place that an address names; None for the top of the list.

    Raises
    ------
    InvalidArgument
        R102, when there is no such place.
    """
    if not told:
        return None
    found = PROTECTED_PLACE.fullmatch(told)
    try:
        if found is not None:
            return ProtectedPlace(
                date.fromisoformat(found["month"]),
                UUID(found["response"]),
                found["question"],
                found["part"],
            )
    except ValueError as error:
        raise InvalidArgument(LOST) from error
    raise InvalidArgument(LOST)
