"""Plans: what a measurement plan (``ressenti.toml``) adds to a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.library.request import Request
from ressenti.sources.options import SourceOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A source with its options, and the request the plan starts from."""

    source: Any
    options: SourceOptions
    request: Request


def planned(config: str | None, source: Any, measures: Sequence[str]) -> Planned:
    """Return the source and the request of a plan, or of no plan at all.

    Raises
    ------
    InvalidArgument
        R102, when neither a source nor a plan is given.
    """
    if config is not None:
        raise NotImplementedError
    if source is None:
        raise InvalidArgument(
            Text(
                en="name a source: a file, a folder of Parquet, or ENGINE-URL::TABLE.",
                fr="nommez une source : un fichier, un dossier Parquet, ou URL-DU-MOTEUR::TABLE.",
            )
        )
    return Planned(source=source, options=SourceOptions(), request=Request(measures=measures))
