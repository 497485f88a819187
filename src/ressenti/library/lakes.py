"""Lakes: a folder that holds facts under their names, each a Parquet file or folder.

``ressenti import`` and ``ressenti.simulation.write_company`` write such folders; a measure then
knows by itself which fact it reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ressenti.errors import UndefinedResult
from ressenti.facts.schemas import FACTS
from ressenti.language import Text
from ressenti.sources import open_source
from ressenti.warehouse.duckdb_engine import DuckDB
from ressenti.warehouse.relations import Relation, Warehouse


@dataclass(frozen=True, slots=True)
class Lake:
    """The facts of one company, on one engine.

    Parameters
    ----------
    mappings : mapping of fact to mapping of column to expression
        Where the columns do not bear their standard names.
    """

    name: str
    warehouse: Warehouse
    relations: Mapping[str, Relation]
    mappings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def relation(self, fact: str) -> Relation:
        """Return the relation of a fact.

        Raises
        ------
        UndefinedResult
            R206, when the lake does not hold that fact.
        """
        if fact in self.relations:
            return self.relations[fact]
        listed = ", ".join(self.relations)
        raise UndefinedResult(
            Text(
                en=f"'{self.name}' holds no {fact}; it holds: {listed}.",
                fr=f"« {self.name} » ne contient pas de faits « {fact} » ; il contient : {listed}.",
            )
        )


def facts_in(folder: Path) -> dict[str, Path]:
    """Return the facts a folder holds: ``answers/`` or ``answers.parquet``, and so on."""
    found = {}
    for fact in FACTS:
        for path in (moved_aside(folder, fact), folder / f"{fact}.parquet", folder / fact):
            if path.exists():
                found[fact] = path
    return found


def moved_aside(folder: Path, fact: str) -> Path:
    """Return where a fact stands for the moment in which an import puts its next state in place."""
    return folder / f".{fact}.previous"


def is_lake(source: Any) -> bool:
    """Tell whether a source is a folder of facts."""
    return isinstance(source, str | Path) and Path(source).is_dir() and bool(facts_in(Path(source)))


def opened_lake(source: str | Path) -> Lake:
    """Return the facts of a folder, all on one embedded engine."""
    warehouse = DuckDB()
    folder = Path(source)
    return Lake(
        name=folder.name,
        warehouse=warehouse,
        relations={
            fact: open_source(path, warehouse=warehouse) for fact, path in facts_in(folder).items()
        },
    )


def lake_of_frames(name: str, frames: Mapping[str, Any]) -> Lake:
    """Return the facts of frames or Arrow tables, by the name of the fact."""
    warehouse = DuckDB()
    return Lake(
        name=name,
        warehouse=warehouse,
        relations={fact: open_source(frame, warehouse=warehouse) for fact, frame in frames.items()},
    )
