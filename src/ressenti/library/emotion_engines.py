"""Emotion engines by name: those installed, the hosted one, and models in folders."""

from __future__ import annotations

from pathlib import Path

from ressenti.emotions.engines import EMBEDDED, Engine, engine_named, engine_names
from ressenti.errors import unknown_name
from ressenti.language import Text

HOSTED = "hosted"
FOLDER_PREFIX = "onnx:"


def emotion_engine(name: str) -> Engine:
    """Return an engine, ready to read.

    Parameters
    ----------
    name : str
        Of an installed engine, ``hosted`` for the model that the environment names, or
        ``onnx:FOLDER`` for the one of a folder.

    Raises
    ------
    UnknownName
        R100, for an engine that no installed package brings.
    InvalidArgument
        R102, for the hosted engine when the environment does not say where it is, or a folder
        that holds no model that can be read.
    MissingExtra
        R208, when what runs the engine is not installed.

    Examples
    --------
    >>> emotion_engine("embedded").version.partition("/")[0]
    'embedded'
    """
    if name == HOSTED:
        from ressenti.library.hosted_engine import hosted_engine

        return hosted_engine()
    if name.startswith(FOLDER_PREFIX):
        from ressenti.library.onnx_engine import OnnxEngine

        return OnnxEngine(Path(name.removeprefix(FOLDER_PREFIX)).expanduser())
    # To list what is installed takes longer than to read a thousand texts.
    if name != EMBEDDED and name not in engine_names():
        kind = Text(en="emotion engine", fr="moteur d'émotions")
        raise unknown_name(kind, name, (*engine_names(), HOSTED, f"{FOLDER_PREFIX}FOLDER"))
    return engine_named(name)
