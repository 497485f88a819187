"""Tallies and scores of a long table: months, twenty shops, four indicators."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

from benchmarks.answers import parquet_answers, stored_answers
from benchmarks.rounds import Claim, Result, medians, python_case

ROWS = 100_000_000
QUICK_ROWS = 10_000_000
MEASURES = ("nps", "csat", "ces", "fcr/survey_yes_share=fcr")
HISTOGRAM = "SELECT month, shop, measure, value, count(*) FROM answers GROUP BY ALL"
WEIGHTED = """
    SELECT month, shop, measure, value, count(*), sum(weight), sum(weight * weight)
    FROM answers GROUP BY ALL
"""
RAW = "SELECT max(month), max(shop), max(measure), max(value) FROM answers"
CONTRASTS = {
    "nps": "CASE WHEN value >= 9 THEN 100 WHEN value <= 6 THEN -100 ELSE 0 END",
    "csat": "CASE WHEN value >= 4 THEN 100 ELSE 0 END",
    "ces": "CASE WHEN value >= 5 THEN 100 ELSE 0 END",
    "fcr": "CASE WHEN value = 1 THEN 100 ELSE 0 END",
}
FILTERED = ", ".join(
    f"{aggregate} FILTER (measure = '{measure}')"
    for measure, contrast in CONTRASTS.items()
    for aggregate in (f"avg({contrast})", f"stddev_samp({contrast})", "count(*)")
)


def everything_imported() -> None:
    """Import what scoring imports when it is first needed; the whole process counts it anyway."""
    import_module("duckdb")
    import_module("pyarrow.compute")
    import_module("sqlglot.dialects.duckdb")
    import_module("ressenti.library.measuring")
    import_module("ressenti.indicators").catalogue()
    import_module("ressenti.sources").formats()


def ours(path: str, weight: str | None = None) -> Callable[[], object]:
    from sqlglot import exp

    from ressenti.library.measuring import score
    from ressenti.warehouse.duckdb_engine import DuckDB

    everything_imported()
    warehouse = DuckDB(Path(path), read_only=True)
    relation = warehouse.relation(exp.to_table("answers"), name="answers")
    asked = {"facts": "answers", "by": ["month", "shop"], "weight": weight}
    return partial(score, relation, MEASURES, **asked)


def ours_on_parquet(path: str) -> Callable[[], object]:
    from ressenti.library.measuring import score

    everything_imported()
    return partial(score, path, MEASURES, facts="answers", by=["month", "shop"])


def hand_written(path: str, query: str) -> Callable[[], object]:
    import duckdb

    import_module("pyarrow")
    connection = duckdb.connect(path, read_only=True)
    connection.execute("SET perfect_ht_threshold = 24")
    return lambda: connection.sql(query).to_arrow_table()


def polars_streaming(path: str) -> Callable[[], object]:
    import polars as pl

    keys = ("month", "shop", "measure", "value")
    query = pl.scan_parquet(path).group_by(keys).agg(pl.len())
    return lambda: query.collect(engine="streaming")


CASES = {
    "ours": ours,
    "ours, weighted": partial(ours, weight="weight"),
    "hand-written histogram": partial(hand_written, query=HISTOGRAM),
    "hand-written histogram, weighted": partial(hand_written, query=WEIGHTED),
    "raw scan of the columns": partial(hand_written, query=RAW),
    "twelve filtered aggregates": partial(
        hand_written, query=f"SELECT month, shop, {FILTERED} FROM answers GROUP BY ALL"
    ),
    "ours, Parquet": ours_on_parquet,
    "polars streaming histogram, Parquet": polars_streaming,
}


def result(*, rows: int | None, quick: bool) -> Result:
    size = rows or (QUICK_ROWS if quick else ROWS)
    stored, parquet = stored_answers(size), parquet_answers(size)
    commands = {
        name: python_case("tallies", name, parquet if "Parquet" in name else stored)
        for name in CASES
    }
    found = medians(commands, rounds=5)

    def held(sentence: str, one: str, other: str, goal: float, *, floor: bool = False) -> Claim:
        return Claim(
            sentence,
            found[one].work / found[other].work,
            goal,
            is_at_least=floor,
            whole=found[one].cpu / found[other].cpu,
        )

    by_hand, weighted_by_hand = "hand-written histogram", "hand-written histogram, weighted"
    claims = [
        held("tallies and scores, to the hand-written histogram", "ours", by_hand, 1.1),
        held("to the raw scan of the columns", "ours", "raw scan of the columns", 3.5),
        held(
            "twelve filtered aggregates, to ours",
            "twelve filtered aggregates",
            "ours",
            5,
            floor=True,
        ),
        held(
            "on Parquet, to polars streaming",
            "ours, Parquet",
            "polars streaming histogram, Parquet",
            0.8,
        ),
        held("with weights, to without", "ours, weighted", "ours", 1.4),
        held(
            "with weights, to the hand-written weighted histogram",
            "ours, weighted",
            weighted_by_hand,
            1.1,
        ),
        Claim("peak memory", max(found[name].peak for name in found if "our" in name), 2048, "MB"),
    ]
    engine = found[weighted_by_hand].work / found[by_hand].work
    shown = f"Weights cost the hand-written histogram {engine:.2f} times as much."
    return Result(f"Tallies and scores of {size:,} answers", found, claims, shown)
