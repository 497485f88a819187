"""The answers that are counted: two years, twenty shops, four questions; uniform keys."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

FIRST_DAY, DAYS = date(2023, 1, 1), 731
MONTHS = tuple(f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13))
SHOPS = tuple(f"shop {number:02d}" for number in range(1, 21))
QUESTIONS = ("ces", "csat", "fcr", "nps")
VALUES = """
    CASE h // 480 % 4
        WHEN 0 THEN 1 + h // 2048 % 7
        WHEN 1 THEN 1 + h // 2048 % 5
        WHEN 2 THEN h // 2048 % 2
        ELSE h // 2048 % 11
    END
"""


def folder() -> Path:
    """Return where the data are kept: RESSENTI_BENCH_DATA, or the folder for temporary files."""
    own = os.environ.get("RESSENTI_BENCH_DATA")
    kept = Path(own) if own else Path(tempfile.gettempdir()) / "ressenti-benchmarks"
    kept.mkdir(parents=True, exist_ok=True)
    return kept


def stored_answers(rows: int) -> Path:
    """Return a DuckDB file with a long table coded by dictionary, made when it is missing."""
    path = folder() / f"answers-{rows}.duckdb"
    if not path.exists():
        # In a process of its own, so that this one stays small when it starts the cases.
        subprocess.run([sys.executable, "-m", "benchmarks.answers", str(rows)], check=True)
    return path


def parquet_answers(rows: int) -> Path:
    """Return the same answers as one Parquet file."""
    return stored_answers(rows).with_suffix(".parquet")


def write(rows: int) -> None:
    """Write both files; each bears its name only once it is whole."""
    import duckdb

    path = folder() / f"answers-{rows}.duckdb"
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with duckdb.connect(str(part)) as connection:
        connection.execute("SET preserve_insertion_order = false")
        for name, words in (("month", MONTHS), ("shop", SHOPS), ("question", QUESTIONS)):
            listed = ", ".join(f"'{word}'" for word in words)
            connection.execute(f"CREATE TYPE {name}_name AS ENUM ({listed})")
        connection.execute(f"""
            CREATE TABLE answers AS
            SELECT
                answered_on,
                ({list(MONTHS)})[
                    12 * (year(answered_on) - {FIRST_DAY.year}) + month(answered_on)
                ]::month_name AS month,
                ({list(SHOPS)})[1 + (h // 24 % 20)::INT]::shop_name AS shop,
                ({list(QUESTIONS)})[1 + (h // 480 % 4)::INT]::question_name AS measure,
                ({VALUES})::TINYINT AS value,
                (0.5 + h // 65536 % 1000 / 1000)::FLOAT AS weight
            FROM (
                SELECT h, DATE '{FIRST_DAY}' + (h // 480_000_000 % {DAYS})::INT AS answered_on
                FROM (SELECT hash(range) AS h FROM range({rows:d}))
            )
        """)
        packed = path.with_suffix(".parquet")
        connection.execute(f"COPY answers TO '{packed}' (FORMAT parquet, COMPRESSION zstd)")
    part.rename(path)


if __name__ == "__main__":
    write(int(sys.argv[1]))
