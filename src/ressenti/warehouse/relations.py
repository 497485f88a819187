"""Relations: a table, a view or a query on an engine, with the kinds of its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from sqlglot import exp

from ressenti.errors import Place, UnknownColumn, known_names_hint
from ressenti.language import Text

if TYPE_CHECKING:
    import pyarrow as pa


class Kind(StrEnum):
    """What a column holds, as far as queries care."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    WALL_TIME = "wall_time"
    INSTANT = "instant"
    OTHER = "other"


class Warehouse(Protocol):
    """An engine that answers sqlglot trees with Arrow tables."""

    @property
    def dialect(self) -> str:
        """The sqlglot dialect the engine speaks."""
        ...

    def fetch(self, query: exp.Query) -> pa.Table:
        """Run a query and return its rows."""
        ...

    def kinds(self, query: exp.Query) -> Mapping[str, Kind]:
        """Return the column names of a query, in order, with their kinds; run nothing."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Relation:
    """Something that can be selected from, and the engine that holds it.

    Parameters
    ----------
    warehouse : Warehouse
    source : sqlglot table or subquery
        What stands after FROM.
    columns : mapping of name to Kind
    name : str
        What a person calls it: a file, a table.
    missing_codes : mapping of column to values
        The source's own declared codes for "no answer" (SPSS user-missing values).
    labels : mapping of column to mapping of code to label
        The source's own value labels, where it has them.
    notes : tuple of Text
        What a person should know about how the source was read.
    """

    warehouse: Warehouse
    source: exp.Table | exp.Subquery
    columns: Mapping[str, Kind]
    name: str
    missing_codes: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    labels: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()

    def column_name(self, asked: str) -> str:
        """Return the name of the column that was asked for.

        A name that differs only by outer blanks or case is accepted when it is the only such one:
        real headers have trailing spaces.

        Raises
        ------
        UnknownColumn
            R101, with the nearest names.
        """
        if asked in self.columns:
            return asked
        loose = [
            name for name in self.columns if name.strip().casefold() == asked.strip().casefold()
        ]
        if len(loose) == 1:
            return loose[0]
        raise UnknownColumn(
            Text(
                en=f"there is no column '{asked}'.",
                fr=f"il n'y a pas de colonne « {asked} ».",
            ),
            hint=known_names_hint(asked, self.columns),
            place=Place(file=self.name),
        )

    def column(self, asked: str) -> exp.Column:
        """Return the quoted column that was asked for."""
        return exp.column(self.column_name(asked), quoted=True)

    def select(self, *expressions: exp.Expr) -> exp.Select:
        """Return a select of these expressions from the relation."""
        return exp.select(*expressions).from_(self.source.copy())
