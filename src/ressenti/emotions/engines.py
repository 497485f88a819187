"""Engines: what reads texts, found by name among the installed packages."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Literal, Protocol, cast, get_args, runtime_checkable

from ressenti.emotions.reading import Reading
from ressenti.errors import unknown_name
from ressenti.language import Text

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

EMBEDDED = "embedded"
PRECISE = "precise"
GROUP = "ressenti.emotion_engines"
"""Entry point group: each entry names a callable that takes nothing and returns an engine."""

AskedLanguage = Literal["auto", "fr", "en"]


class Engine(Protocol):
    """What reads texts; the reading of a text depends on that text alone."""

    @property
    def version(self) -> str:
        """Name and version, such as ``embedded/1a2b3c``: new whenever a reading may change."""
        ...

    def read(
        self, texts: Sequence[str | None], *, language: AskedLanguage = "auto"
    ) -> list[Reading]:
        """Return one reading a text, in their order."""
        ...


@runtime_checkable
class RemarkingEngine(Engine, Protocol):
    """An engine that has something to say of what it has read so far."""

    @property
    def remarks(self) -> tuple[Text, ...]:
        """What a person should know, such as how much was too long to be read whole."""
        ...


def remarks_of(engine: Engine) -> tuple[Text, ...]:
    """Return what an engine has to say of what it has read so far; most say nothing."""
    return engine.remarks if isinstance(engine, RemarkingEngine) else ()


def read_texts(
    texts: Sequence[str | None], *, language: str = "auto", engine: str | Engine = EMBEDDED
) -> list[Reading]:
    """Return what each text says of its writer's feelings, in the order of the texts.

    Parameters
    ----------
    texts : sequence of str or None
        None and blank texts are unread, never neutral.
    language : {"auto", "fr", "en"}
        ``auto`` finds the language of each text by itself.
    engine : str or Engine
        An installed engine or its name; ``embedded`` comes with Ressenti.

    Raises
    ------
    UnknownName
        R100, for a language or an engine that is not there.

    Examples
    --------
    >>> reading, = read_texts(["Livraison rapide mais personnel odieux"])
    >>> reading.language, reading.is_mixed, len(reading.clauses)
    ('fr', True, 2)
    """
    if language not in get_args(AskedLanguage):
        raise unknown_name(Text(en="language", fr="langue"), language, get_args(AskedLanguage))
    reader = engine_named(engine) if isinstance(engine, str) else engine
    return reader.read(texts, language=cast(AskedLanguage, language))


@cache
def engine_named(name: str) -> Engine:
    """Return an engine, ready to read; the same one each time.

    Raises
    ------
    UnknownName
        R100, for an engine that no installed package brings.
    """
    if name == EMBEDDED:
        from ressenti.emotions.embedded import EmbeddedEngine

        return EmbeddedEngine()
    points = {point.name: point for point in engine_points()}
    if name not in points:
        kind = Text(en="emotion engine", fr="moteur d'émotions")
        raise unknown_name(kind, name, engine_names())
    return cast(Engine, points[name].load()())


def engine_names() -> tuple[str, ...]:
    """Return the names of the engines that are installed, the embedded one first."""
    return (EMBEDDED, *sorted(point.name for point in engine_points()))


def engine_points() -> EntryPoints:
    """Return the entry points of the engines that other packages bring."""
    # Loads a reader of e-mails, which the embedded engine need not wait for.
    from importlib.metadata import entry_points

    return entry_points(group=GROUP)
