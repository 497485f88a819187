"""Lake writing: rows put into a folder of facts, all of them or none.

What is new is written beside the fact's folder and takes its place by renaming. A process that is
killed leaves the fact as it was: in its place, or under the name it was moved to, where readers
and the next import find it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

import pyarrow.parquet as pq
from sqlglot import exp

from ressenti.facts.schemas import Fact
from ressenti.library.lakes import facts_in, moved_aside
from ressenti.library.stored_tables import query_over, stored
from ressenti.sources.file_formats.parquet import parquet_files
from ressenti.sources.source_format import table_function
from ressenti.warehouse.duckdb_engine import DuckDB

UNDATED = "undated"
NEW, CHANGED, SAME = "new", "changed", "same"
KEY = ("source", "source_id")
MONTH = "month_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """What rows change in a fact that is already there, worked out and not written yet.

    Parameters
    ----------
    compared : str
        The table of the rows, each with what it is: new, changed or the same.
    columns : tuple of str
        Those of the rows, then those that only the fact has.
    files : tuple of Path
        Where the fact is now.
    replaced_in : tuple of str
        The files that hold a row to be replaced.
    """

    warehouse: DuckDB
    fact: Fact
    folder: Path
    compared: str
    columns: tuple[str, ...]
    files: tuple[Path, ...]
    replaced_in: tuple[str, ...]
    added: int
    changed: int
    unchanged: int


def merge_of(
    warehouse: DuckDB, accepted: str, columns: Sequence[str], fact: Fact, folder: Path
) -> Merge:
    """Return what accepted rows would change in a folder of facts; write nothing.

    A row is another's when source and identifier are the same, and unchanged when all its
    columns are.
    """
    files = _files_of(folder, fact)
    extra: list[str] = []
    compared: exp.Query = query_over(
        "SELECT *, 'new' AS state_, NULL AS file_ FROM rows_", rows_=accepted
    )
    if files:
        before = _rows_in(files)
        held = warehouse.kinds(before)
        extra = [name for name in held if name not in columns and name != "filename"]
        compared = _compared(accepted, before, columns, held)
    table = stored(warehouse, compared)
    counted = warehouse.fetch(
        query_over(
            "SELECT state_, file_, count(*) AS n FROM rows_ GROUP BY state_, file_", rows_=table
        )
    ).to_pylist()
    counts = {
        state: sum(row["n"] for row in counted if row["state_"] == state)
        for state in (NEW, CHANGED, SAME)
    }
    return Merge(
        warehouse=warehouse,
        fact=fact,
        folder=folder,
        compared=table,
        columns=(*columns, *extra),
        files=tuple(files),
        replaced_in=tuple(row["file_"] for row in counted if row["state_"] == CHANGED),
        added=counts[NEW],
        changed=counts[CHANGED],
        unchanged=counts[SAME],
    )


def write_merge(merge: Merge) -> None:
    """Write what a merge changes, month by month, and put it in the place of what was there.

    Files that nothing changes are linked, not written again. When nothing changes at all,
    nothing is touched.
    """
    if not merge.added and not merge.changed:
        return
    target = merge.folder / merge.fact.key
    changing = _dated(merge, _changing(merge))
    touched = _touched(merge, set(_months(merge.warehouse, changing)))
    rows = changing if not touched else _dated(merge, _with_kept(merge, touched))
    unfinished = target.with_name(f".{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for file in merge.files:
        if file not in touched:
            _link(file, unfinished / file.relative_to(target))
    for month in _months(merge.warehouse, rows):
        own = query_over("SELECT * EXCLUDE (month_) FROM rows_", rows_=rows)
        own = own.where(exp.column(MONTH).eq(exp.Literal.string(month)))
        ordered = own.order_by(merge.fact.dated_by, *KEY)
        pq.write_table(
            merge.warehouse.fetch(ordered), _free_name(unfinished, month), compression="zstd"
        )
    _put_in_place(unfinished, target)


def recover(folder: Path, fact: Fact) -> None:
    """Put a fact back in its place when a process was killed while it changed it."""
    aside, target = moved_aside(folder, fact.key), folder / fact.key
    if not aside.exists():
        return
    if target.exists():
        shutil.rmtree(aside)
    else:
        aside.rename(target)


@contextmanager
def alone_in(folder: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Keep a folder of facts to one import at a time, whatever process it runs in.

    The system lets the next one in when a process ends, however it ends, and nothing is left in
    the folder.

    Parameters
    ----------
    on_wait : callable
        Told when another import has to come to its end first.
    """
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _files_of(folder: Path, fact: Fact) -> list[Path]:
    path = facts_in(folder).get(fact.key) if folder.is_dir() else None
    if path is None:
        return []
    return parquet_files(path) if path.is_dir() else [path]


def _rows_in(files: Iterable[Path]) -> exp.Select:
    names = exp.Array(expressions=[exp.Literal.string(str(file)) for file in files])
    return table_function("read_parquet", names, union_by_name=exp.true(), filename=exp.true())


def _compared(
    accepted: str, before: exp.Select, columns: Sequence[str], held: Iterable[str]
) -> exp.Select:
    """Return the rows with what each is beside the one it replaces."""
    alike = [
        exp.NullSafeEQ(this=_of("a", name), expression=_of("b", name))
        if name in set(held)
        else _of("a", name).is_(exp.null())
        for name in columns
    ]
    state = (
        exp.Case()
        .when(_of("b", "filename").is_(exp.null()), exp.Literal.string(NEW))
        .when(exp.and_(*alike), exp.Literal.string(SAME))
        .else_(exp.Literal.string(CHANGED))
    )
    return (
        exp.select("a.*", state.as_("state_"), _of("b", "filename").as_("file_"))
        .from_(exp.to_table(accepted).as_("a"))
        .join(
            before.subquery("b"),
            on=exp.and_(*(_of("a", name).eq(_of("b", name)) for name in KEY)),
            join_type="left",
        )
    )


def _of(table: str, name: str) -> exp.Column:
    return exp.column(name, table=table, quoted=True)


def _changing(merge: Merge) -> exp.Select:
    return query_over(
        "SELECT * EXCLUDE (state_, file_) FROM rows_ WHERE state_ <> 'same'", rows_=merge.compared
    )


def _with_kept(merge: Merge, touched: Sequence[Path]) -> exp.Query:
    """Return what changes, and what stays of the files that it changes."""
    kept = (
        exp.select("* EXCLUDE (filename)")
        .from_(_rows_in(touched).subquery("before"))
        .join(_changing(merge).subquery("changing"), using=list(KEY), join_type="anti")
    )
    union = exp.union(_changing(merge), kept, distinct=False)
    union.set("by_name", True)
    return union


def _dated(merge: Merge, rows: exp.Query) -> str:
    """Keep rows with the month, in UTC, that each belongs to; return their table."""
    at = exp.column(merge.fact.dated_by, quoted=True)
    utc = exp.AtTimeZone(this=at, zone=exp.Literal.string("UTC"))
    month = exp.func("strftime", utc, exp.Literal.string("%Y-%m"), dialect="duckdb")
    dated = exp.func("coalesce", month, exp.Literal.string(UNDATED)).as_(MONTH)
    return stored(merge.warehouse, exp.select("*", dated).from_(rows.subquery("rows_")))


def _months(warehouse: DuckDB, rows: str) -> list[str]:
    found = query_over("SELECT DISTINCT month_ FROM rows_ ORDER BY month_", rows_=rows)
    months: list[str] = warehouse.fetch(found)[MONTH].to_pylist()
    return months


def _touched(merge: Merge, months: set[str]) -> list[Path]:
    """Return the files that cannot stay as they are."""
    target = merge.folder / merge.fact.key
    replaced = set(merge.replaced_in)
    return [
        file
        for file in merge.files
        if str(file) in replaced or file.stem in months or not file.is_relative_to(target)
    ]


def _free_name(folder: Path, month: str) -> Path:
    names = chain([month], (f"{month}-{number}" for number in count(2)))
    return next(path for name in names if not (path := folder / f"{name}.parquet").exists())


def _link(file: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, path)
    except OSError:
        # Not every file system has links.
        shutil.copy2(file, path)


def _put_in_place(unfinished: Path, target: Path) -> None:
    aside = moved_aside(target.parent, target.name)
    if target.exists():
        target.rename(aside)
    unfinished.rename(target)
    shutil.rmtree(aside, ignore_errors=True)
    target.with_suffix(".parquet").unlink(missing_ok=True)
