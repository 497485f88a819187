"""Emotion engines by name: those that are installed, and the hosted one, which is asked for."""

from __future__ import annotations

from ressenti.emotions.engines import Engine, engine_named, engine_names
from ressenti.errors import unknown_name
from ressenti.language import Text

HOSTED = "hosted"


def emotion_engine(name: str) -> Engine:
    """Return an engine, ready to read.

    Raises
    ------
    UnknownName
        R100, for an engine that no installed package brings.
    InvalidArgument
        R102, for the hosted engine when the environment does not say where it is.

    Examples
    --------
    >>> emotion_engine("embedded").version.partition("/")[0]
    'embedded'
    """
    if name == HOSTED:
        from ressenti.library.hosted_engine import hosted_engine

        return hosted_engine()
    if name not in engine_names():
        kind = Text(en="emotion engine", fr="moteur d'émotions")
        raise unknown_name(kind, name, (*engine_names(), HOSTED))
    return engine_named(name)
