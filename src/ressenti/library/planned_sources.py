"""Planned sources: the sources and the facts of a plan, opened when they are needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ressenti.errors import InvalidArgument, UndefinedResult
from ressenti.facts.plan import DateOrder, FactMapping, Plan, PlannedSource
from ressenti.facts.schemas import FACTS
from ressenti.language import Text
from ressenti.library.lakes import Lake, is_lake, opened_lake
from ressenti.library.standard_facts import MappedSource, fact_relation, with_dimensions
from ressenti.sources import formats, open_source
from ressenti.sources.options import AS_FOUND, SourceOptions
from ressenti.warehouse.duckdb_engine import DuckDB
from ressenti.warehouse.relations import Relation, Warehouse

DATE_ORDERS = {
    DateOrder.DAY_FIRST: "dmy",
    DateOrder.MONTH_FIRST: "mdy",
    DateOrder.YEAR_FIRST: "ymd",
}
FILES = "files"


class PlanSources:
    """The sources and the facts of a plan, each opened when it is first asked for.

    Parameters
    ----------
    plan : Plan
    folder : Path
        What the paths of the plan are relative to.
    given : object
        The source of the call: a source of the plan by its name or path, a folder of facts, or
        what stands in for the plan's only source; None for the plan as it is.
    options : SourceOptions
        What the call says about its own source.
    """

    def __init__(
        self,
        plan: Plan,
        folder: Path,
        *,
        name: str,
        given: Any = None,
        options: SourceOptions = AS_FOUND,
    ) -> None:
        self.plan = plan
        self.name = name
        self.lake: Lake | None = opened_lake(given) if is_lake(given) else None
        self.chosen = None if self.lake or given is None else _source_meant(plan, folder, given)
        self._folder = folder
        self._given = None if _is_name_or_path(plan, folder, given) else given
        self._options = options
        self._warehouse = DuckDB()
        self._engines_of_urls: dict[str, Warehouse] = {}
        self._opened: dict[tuple[str, str | None], Relation] = {}
        self._named: dict[str, Relation] = {}
        self._facts: dict[str, Relation] = {}

    @property
    def notes(self) -> tuple[Text, ...]:
        """What reading the sources that were needed has taught."""
        return tuple(note for relation in self._opened.values() for note in relation.notes)

    def measures(self) -> list[str]:
        """Return the measures of the plan that the source of the call can feed: all, or its own."""
        return [name for name in self.plan.measures if self._is_fed(name)]

    def relation(self, source: str) -> Relation:
        """Return a source of the plan, with the dimensions of the plan under their names."""
        if source not in self._named:
            opened = self.opened(source)
            self._named[source] = with_dimensions(opened, self.plan.dimensions)
        return self._named[source]

    def opened(self, source: str, table: str | None = None) -> Relation:
        """Return a source of the plan, or a table of it, as it is."""
        if (source, table) not in self._opened:
            self._opened[source, table] = self._open(source, table)
        return self._opened[source, table]

    def options_of(self, source: str) -> SourceOptions:
        """Return how a source is read: as the call says, else as the plan does."""
        planned = self.plan.sources[source]
        return replace(
            self._options,
            encoding=self._options.encoding or planned.encoding,
            separator=self._options.separator or planned.separator,
            sheet=self._options.sheet or planned.sheet,
        )

    def path_of(self, source: str) -> Path | None:
        """Return the file of a source of the plan; None for a database."""
        path = self.plan.sources[source].path
        return None if path is None else self._folder / path

    def fact(self, fact: str) -> Relation:
        """Return a fact under its standard names, from all that is mapped to it.

        Raises
        ------
        UndefinedResult
            R206, when nothing is mapped to the fact, or things on two engines.
        """
        if fact not in self._facts:
            self._facts[fact] = self._fact(fact)
        return self._facts[fact]

    def facts_beside(self, fact: str, others: Sequence[str]) -> dict[str, Relation]:
        """Return those of the other facts that are to be had on the engine of a fact."""
        if self.lake is not None:
            return {name: self.fact(name) for name in others if name in self.lake.relations}
        engine = self._engines(fact)
        return {name: self.fact(name) for name in others if self._engines(name) == engine}

    def date_order(self, source: str) -> str | None:
        """Return the order of day and month of a source as a request tells it."""
        order = self.plan.sources[source].dates
        return None if order is None else DATE_ORDERS[order]

    def date_order_of_fact(self, fact: str) -> str | None:
        """Return the order of day and month of a fact that comes from one source."""
        mappings = self.plan.mappings_of(fact)
        if self.lake is not None or len(mappings) != 1:
            return None
        return self.date_order(mappings[0].source)

    def codes_of_fact(self, fact: str) -> tuple[object, ...]:
        """Return the codes for "no answer" of every source of a fact."""
        sources = dict.fromkeys(mapping.source for mapping in self.plan.mappings_of(fact))
        return tuple(code for name in sources for code in self.plan.sources[name].missing)

    def only_source(self) -> str:
        """Return the source that a measure outside the plan is read from.

        Raises
        ------
        InvalidArgument
            R102, when the plan has several sources and none is chosen.
        """
        if self.chosen is not None:
            return self.chosen
        if len(self.plan.sources) == 1:
            return next(iter(self.plan.sources))
        raise _which_source(self.plan)

    def _is_fed(self, name: str) -> bool:
        measure = self.plan.measures[name]
        if self.chosen is None:
            return True
        if measure.source is not None:
            return measure.source == self.chosen
        return any(
            mapping.source == self.chosen for mapping in self.plan.mappings_of(str(measure.fact))
        )

    def _fact(self, fact: str) -> Relation:
        parts = self._parts(fact)
        if not parts:
            raise _not_mapped(self.name, fact)
        if len(self._engines(fact)) > 1:
            raise _several_engines(fact)
        zone = self.plan.organisation.time_zone
        return fact_relation(parts, FACTS[fact], self.plan.dimensions, zone=zone)

    def _parts(self, fact: str) -> list[MappedSource]:
        if self.lake is not None:
            relation = self.lake.relation(fact)
            # A lake is written with its dimensions worked out.
            named = {name: name for name in self.plan.dimensions if name in relation.columns}
            return [MappedSource(relation=relation, columns=named)]
        return [
            MappedSource(
                relation=self.opened(mapping.source, mapping.table),
                columns=mapping.columns,
                where=mapping.where,
                dates=self.date_order(mapping.source),
            )
            for mapping in self._mappings(fact)
        ]

    def _mappings(self, fact: str) -> list[FactMapping]:
        mappings = self.plan.mappings_of(fact)
        return [one for one in mappings if self.chosen in (None, one.source)]

    def _engines(self, fact: str) -> set[str]:
        sources = [self.plan.sources[mapping.source] for mapping in self._mappings(fact)]
        return {source.url or FILES for source in sources}

    def _table(self, url: str, table: str) -> Relation:
        """Return a table of an engine; sources of one engine share one connection."""
        # Engines bring their dialects along, which a file does not need.
        from ressenti.warehouse.engines import connect, table_relation

        if url not in self._engines_of_urls:
            self._engines_of_urls[url] = connect(url)
        return table_relation(self._engines_of_urls[url], table)

    def _open(self, name: str, table: str | None) -> Relation:
        planned = self.plan.sources[name]
        own = self.options_of(name)
        if name == self.chosen and self._given is not None:
            return open_source(self._given, options=own, warehouse=self._warehouse)
        if planned.url is not None:
            return self._table(planned.url, str(table or planned.table))
        path = self._folder / str(planned.path)
        if planned.format is not None:
            return formats()[f".{planned.format}"].open(path, self._warehouse, own)
        return open_source(path, options=own, warehouse=self._warehouse)


def _is_name_or_path(plan: Plan, folder: Path, given: Any) -> bool:
    return isinstance(given, str | Path) and bool(_sources_at(plan, folder, given))


def _sources_at(plan: Plan, folder: Path, given: str | Path) -> list[str]:
    if str(given) in plan.sources:
        return [str(given)]
    return [name for name, own in plan.sources.items() if _is_at(own, folder, Path(given))]


def _is_at(source: PlannedSource, folder: Path, path: Path) -> bool:
    return source.path is not None and (folder / source.path).resolve() == path.resolve()


def _source_meant(plan: Plan, folder: Path, given: Any) -> str:
    """Return the source of the plan that a call names, or that its own source stands in for."""
    found = _sources_at(plan, folder, given) if isinstance(given, str | Path) else []
    if found:
        return found[0]
    if len(plan.sources) == 1:
        return next(iter(plan.sources))
    raise _which_source(plan)


def _which_source(plan: Plan) -> InvalidArgument:
    listed = ", ".join(plan.sources) or "–"
    return InvalidArgument(
        Text(
            en=f"the plan has {len(plan.sources)} sources: {listed}.",
            fr=f"le plan a {len(plan.sources)} sources : {listed}.",
        ),
        hint=Text(
            en="Name one of them as the source, or a measure of the plan.",
            fr="Nommez l'une d'elles comme source, ou une mesure du plan.",
        ),
    )


def _not_mapped(plan: str, fact: str) -> UndefinedResult:
    return UndefinedResult(
        Text(
            en=f"'{plan}' maps nothing to the {fact}.",
            fr=f"« {plan} » n'associe rien aux faits « {fact} ».",
        ),
        hint=Text(
            en=f"Add [facts.{fact}] with its source and its columns.",
            fr=f"Ajoutez [facts.{fact}] avec sa source et ses colonnes.",
        ),
    )


def _several_engines(fact: str) -> UndefinedResult:
    return UndefinedResult(
        Text(
            en=f"the {fact} of the plan lie on several engines, which cannot be read as one.",
            fr=f"les faits « {fact} » du plan sont sur plusieurs moteurs, qui ne se lisent pas "
            "comme un seul.",
        ),
        hint=Text(
            en=f"Import them into one folder: ressenti import SOURCE --facts {fact} --into FOLDER.",
            fr=f"Réunissez-les dans un dossier : ressenti import SOURCE --facts {fact} "
            "--into DOSSIER.",
        ),
    )
