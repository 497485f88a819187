"""Samplings: what a person says of how answers were drawn, resolved against a relation."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from ressenti.errors import InvalidArgument, Place, UnreadableSource
from ressenti.facts.raw_values import number_in
from ressenti.language import Text
from ressenti.library.request import Request
from ressenti.studies.margins import Margin
from ressenti.studies.sampling import Sampling
from ressenti.warehouse.expressions import column_expression
from ressenti.warehouse.relations import Relation

Targets = Mapping[str, Mapping[str, float]]
HEADER = ("column", "level", "target")


def sampling_of(relation: Relation, asked: Request) -> Sampling:
    """Return how the answers of a request were drawn.

    Raises
    ------
    InvalidArgument
        R102, when a margin cannot be read.
    UnknownColumn
        R101, for a cluster or a margin that the relation does not have.
    """
    cluster = None if asked.cluster is None else column_expression(asked.cluster, relation)
    return Sampling(
        population=asked.population,
        cluster=cluster,
        margins=tuple(
            Margin(column, column_expression(column, relation), targets)
            for column, targets in targets_of(asked.rake).items()
        ),
        trim=asked.trim,
    )


def targets_of(rake: Targets | Sequence[str] | str) -> Targets:
    """Return the known totals of each margin.

    Parameters
    ----------
    rake : mapping, or texts
        ``{column: {level: count}}``; or texts that read ``COL:LEVEL=COUNT,LEVEL=COUNT`` or name a
        CSV file with the columns ``column``, ``level`` and ``target``.

    Examples
    --------
    >>> targets_of("channel:phone=3000,web=4000")
    {'channel': {'phone': 3000.0, 'web': 4000.0}}
    """
    if isinstance(rake, Mapping):
        return rake
    found: dict[str, dict[str, float]] = {}
    for text in [rake] if isinstance(rake, str) else rake:
        rows = _rows_written(text) if "=" in text else _rows_of_file(Path(text))
        for column, level, target in rows:
            found.setdefault(column, {})[level] = _number(text, level, target)
    return found


def _rows_written(text: str) -> list[tuple[str, str, str]]:
    """Return the rows of ``COL:LEVEL=COUNT,…``; the column may hold a colon, a level may not."""
    column, colon, _ = text.partition("=")[0].rpartition(":")
    pairs = [pair.rpartition("=") for pair in text[len(column) + 1 :].split(",")]
    if not colon or not column.strip() or not all(level.strip() for level, _, _ in pairs):
        raise InvalidArgument(
            Text(
                en=f"'{text}' is no margin: write COL:LEVEL=COUNT,LEVEL=COUNT, or name a CSV file.",
                fr=f"« {text} » n'est pas une marge : écrivez COL:MODALITÉ=EFFECTIF,… ou nommez "
                "un fichier CSV.",
            ),
            hint=Text(
                en="Example: channel:phone=3000,web=4000", fr="Exemple : canal:tel=3000,web=4000"
            ),
        )
    return [(column.strip(), level.strip(), target) for level, _, target in pairs]


def _rows_of_file(path: Path) -> list[tuple[str, str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSource(
            Text(en=f"cannot be read: {error}.", fr=f"illisible : {error}."),
            place=Place(file=str(path)),
        ) from error
    if not rows or not set(HEADER) <= set(rows[0]):
        raise InvalidArgument(
            Text(
                en="known totals need the columns column, level and target.",
                fr="des totaux connus demandent les colonnes column, level et target.",
            ),
            place=Place(file=str(path), line=1),
        )
    return [(row["column"], row["level"], row["target"]) for row in rows]


def _number(text: str, level: str, target: str) -> float:
    number = number_in(target)
    if number is None or number <= 0:
        raise InvalidArgument(
            Text(
                en=f"the target of '{level}' must be a number above 0, not '{target}', in: {text}",
                fr=f"la cible de « {level} » doit être un nombre supérieur à 0, pas « {target} », "
                f"dans : {text}",
            )
        )
    return number
