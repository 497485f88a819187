"""Importing: a source read into a folder of facts, once, with what was kept out and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from ressenti.facts.schemas import fact_called
from ressenti.language import Language, Text, language_of_environment
from ressenti.library.import_checks import (
    RowReject,
    Sorted,
    checks_of,
    row_rejects,
    sorted_rows,
    with_levels,
)
from ressenti.library.import_origins import (
    ANSWERS,
    VALUE,
    Origin,
    Told,
    origin_in_plan,
    origin_of_source,
)
from ressenti.library.import_rows import Rows, rows_made
from ressenti.library.lake_writing import alone_in, merge_of, recover, write_merge
from ressenti.library.output_paths import writing
from ressenti.library.stored_tables import numbered_records
from ressenti.sources.options import AS_FOUND, SourceOptions
from ressenti.sources.rejects import Reject, RejectReport, rejects, write_rejects
from ressenti.sources.text_records import text_records

AGAIN = Text(en="{reason}, already on line {line}", fr="{reason}, déjà à la ligne {line}")
READING = Text(en="reading {source}", fr="lecture de {source}")
CHECKING = Text(en="checking {count} rows", fr="vérification de {count} lignes")
COMPARING = Text(en="comparing with {folder}", fr="comparaison avec {folder}")
WAITING = Text(
    en="waiting for another import into {folder}", fr="attente d'un autre import dans {folder}"
)
WRITING = Text(en="writing {folder}", fr="écriture de {folder}")
UNREAD = Text(en="records that cannot be laid out", fr="enregistrements impossibles à découper")
TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
OnStep = Callable[[Text], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, or would do.

    Parameters
    ----------
    fact, source : str
        What was imported; what its rows say they come from.
    identified_by : Text
        What makes two rows the same one.
    records, rows : int
        Read from the source; fit to be facts.
    rejected : int
        Values and records in the report of rejects.
    reasons : mapping of Text to int
        How many were rejected for which reason.
    added, changed, unchanged : int
        Rows that the folder did not hold, held otherwise, held already.
    is_dry_run : bool
        Nothing was written.
    """

    fact: str
    source: str
    identified_by: Text
    records: int
    rows: int
    rejected: int
    reasons: Mapping[Text, int] = field(default_factory=dict)
    added: int
    changed: int
    unchanged: int
    is_dry_run: bool = False
    notes: tuple[Text, ...] = ()

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Return the report as JSON publishes it."""
        return {
            "fact": self.fact,
            "source": self.source,
            "identified_by": self.identified_by.to(language),
            "records": self.records,
            "rows": self.rows,
            "rejected": self.rejected,
            "reasons": {reason.to(language): count for reason, count in self.reasons.items()},
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "dry_run": self.is_dry_run,
        }


def import_facts(
    source: Any,
    fact: str,
    into: Path | str,
    *,
    mapping: Mapping[str, str] | None = None,
    config: Path | str | None = None,
    dry_run: bool = False,
    rejects_to: Path | str | None = None,
    time_zone: str | None = None,
    dates: str | None = None,
    options: SourceOptions = AS_FOUND,
    language: Language | None = None,
    on_step: OnStep | None = None,
) -> ImportReport:
    """Read a source into a folder of facts; reading it again changes nothing.

    Rows that are there already, by source and identifier, are replaced when they have changed.
    Everything is put in place at once, or nothing is.

    Parameters
    ----------
    source : path, frame, ``"engine-url::table"``, or the name of a source of the plan
    fact : str
        A key of the facts, such as ``answers``.
    into : path
        The folder; ``FOLDER/FACT/2026-01.parquet`` holds a month, in UTC.
    mapping : mapping of standard column to SQL expression
        Beside those of the plan; columns that bear a standard name are taken as they are.
    config : path
        A measurement plan. A survey with one row a respondent then gives one answer a measure.
    dry_run : bool
        Work everything out, write nothing but the rejects.
    rejects_to : path
        Where to write what was kept out: line, column, value, reason.
    time_zone : str
        The zone of times that do not say theirs; the plan's, or UTC.
    dates : ``"dmy"``, ``"mdy"`` or ``"ymd"``
        Order of the parts of dates written as text.
    on_step : callable of Text
        Told what is being done.

    Raises
    ------
    RessentiError
        A usage error (exit status 2) or a data error (exit status 1), each saying what to do.
    """
    kind, folder = fact_called(fact), Path(into)
    say = on_step or _nothing
    told = Told(source=source, mapping=mapping or {}, zone=time_zone, dates=dates, options=options)
    origin = origin_of_source(kind, told) if config is None else origin_in_plan(kind, told, config)
    say(READING.format(source=origin.relation.name))
    rows = rows_made(numbered_records(origin.relation), origin.recipe)
    say(CHECKING.format(count=rows.records))
    rows, found = _checked(rows, origin)
    unread = rejects(origin.relation)
    if rejects_to is not None:
        listed = _reported(unread, row_rejects(rows, found), origin)
        with (
            writing(Path(rejects_to)) as path,
            path.open("w", encoding="utf-8", newline="") as stream,
        ):
            write_rejects(listed, stream, language=language or language_of_environment())
    say(COMPARING.format(folder=folder))
    if dry_run:
        merge = merge_of(rows.warehouse, found.accepted, rows.columns, kind, folder)
    else:
        on_wait = partial(say, WAITING.format(folder=folder))
        # What two imports could both find missing is compared and written by one at a time.
        with writing(folder / fact), alone_in(folder, on_wait):
            recover(folder, kind)
            merge = merge_of(rows.warehouse, found.accepted, rows.columns, kind, folder)
            say(WRITING.format(folder=folder))
            write_merge(merge)
    return ImportReport(
        fact=fact,
        source=origin.recipe.source,
        identified_by=rows.identified_by,
        records=rows.records,
        rows=found.rows,
        rejected=sum(found.reasons.values()) + unread.count,
        reasons={**found.reasons, **({UNREAD: unread.count} if unread.count else {})},
        added=merge.added,
        changed=merge.changed,
        unchanged=merge.unchanged,
        is_dry_run=dry_run,
        notes=origin.relation.notes,
    )


def _checked(rows: Rows, origin: Origin) -> tuple[Rows, Sorted]:
    """Return the rows with their answers read on their scales, and which of them are facts."""
    off_scale: tuple[Text, ...] = ()
    fact = origin.recipe.fact
    if fact.key == ANSWERS and VALUE in rows.raw:
        rows, off_scale = with_levels(rows, origin.reading_of)
    checks = checks_of(fact, rows, off_scale)
    return rows, sorted_rows(rows, checks, rows.columns)


def _nothing(_step: Text) -> None:
    """Say nothing."""


def _reported(
    unread: RejectReport, kept_out: Iterator[RowReject], origin: Origin
) -> Iterator[Reject]:
    found = list(kept_out)
    wanted = {reject.record for reject in found} | {r.repeats for r in found if r.repeats}
    lines = _lines(wanted, origin) if wanted else {}
    values = (
        Reject(
            lines.get(reject.record, reject.record),
            reject.column,
            reject.value,
            reject.reason
            if reject.repeats is None
            else AGAIN.format(reason=reject.reason, line=lines.get(reject.repeats, reject.repeats)),
        )
        for reject in found
    )
    return iter(sorted(chain(unread.rows, values), key=lambda reject: reject.line))


def _lines(records: set[int], origin: Origin) -> dict[int, int]:
    """Return the line on which each of some records of a text file starts."""
    path = origin.path
    if path is None or not path.name.removesuffix(".gz").casefold().endswith(TEXT_SUFFIXES):
        return {}
    with text_records(path, options=origin.options) as lines:
        numbered = enumerate(lines, start=1)
        return {number: line for number, (line, _) in numbered if number in records}
