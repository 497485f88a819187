"""``ressenti score`` on a CSV file, as a command, against DuckDB's own reading and pandas."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.answers import folder
from benchmarks.rounds import Claim, Result, medians

ROWS = 1_000_000
QUICK_ROWS = 100_000
DUCKDB = """
import duckdb
query = "SELECT country, nps, csat, ces, count(*) FROM read_csv('{path}') GROUP BY ALL"
duckdb.connect().sql(query).fetchall()
"""
PANDAS = """
import numpy as np, pandas as pd
answers = pd.read_csv('{path}')
points = pd.DataFrame({{
    "country": answers["country"],
    "nps": 100.0 * (answers["nps"] >= 9) - 100.0 * (answers["nps"] <= 6),
    "csat": 100.0 * (answers["csat"] >= 4),
    "ces": 100.0 * (answers["ces"] >= 5),
}}).where(answers.notna().reindex(columns=["country", "nps", "csat", "ces"]))
found = points.groupby("country").agg(["mean", "std", "count"])
for name in ("nps", "csat", "ces"):
    margin = 1.959964 * found[name]["std"] / np.sqrt(found[name]["count"])
    found[name, "low"] = found[name]["mean"] - margin
    found[name, "high"] = found[name]["mean"] + margin
print(found)
"""


def csv_answers(rows: int) -> Path:
    """Return a CSV file of twelve columns, made when it is missing."""
    path = folder() / f"answers-{rows}.csv"
    if not path.exists():
        subprocess.run([sys.executable, "-m", "benchmarks.csv_file", str(rows)], check=True)
    return path


def write(rows: int) -> None:
    import duckdb

    path = folder() / f"answers-{rows}.csv"
    part = path.with_suffix(".part")
    duckdb.sql(f"""
        COPY (
            SELECT
                range AS id,
                TIMESTAMP '2023-01-01' + INTERVAL (h % 63072000) SECOND AS answered_at,
                ['FR', 'BE', 'ES', 'DE', 'IT'][1 + (h // 7 % 5)::INT] AS country,
                'shop ' || lpad((1 + h // 35 % 40)::VARCHAR, 2, '0') AS shop,
                ['web', 'shop', 'phone', 'chat'][1 + (h // 1400 % 4)::INT] AS channel,
                CASE WHEN h % 50 > 0 THEN h // 5600 % 11 END AS nps,
                CASE WHEN h % 41 > 0 THEN 1 + h // 61600 % 5 END AS csat,
                CASE WHEN h % 37 > 0 THEN 1 + h // 308000 % 7 END AS ces,
                0.5 + h // 2156000 % 1000 / 1000 AS weight,
                18 + h // 11 % 70 AS age,
                ['fr', 'nl', 'es', 'de', 'it'][1 + (h // 7 % 5)::INT] AS language,
                CASE h // 13 % 4
                    WHEN 0 THEN 'Polite, but slow: the "express" desk took ' || h % 60 || ' min.'
                    WHEN 1 THEN 'Très bien, merci !'
                    WHEN 2 THEN 'Delivered late,' || chr(10) || 'and nobody called, again.'
                END AS comment
            FROM (SELECT range, hash(range) AS h FROM range({rows:d}))
        ) TO '{part}' (FORMAT csv, HEADER)
    """)
    part.rename(path)


def result(*, rows: int | None, quick: bool) -> Result:
    size = rows or (QUICK_ROWS if quick else ROWS)
    path = csv_answers(size)
    program = Path(sys.executable).with_name("ressenti")
    measures = [word for name in ("nps", "csat", "ces") for word in ("-m", f"{name}={name}")]
    commands = {
        "ressenti score": [
            str(program),
            "score",
            str(path),
            *measures,
            "--by",
            "country",
            "--format",
            "json",
        ],
        "DuckDB reads and counts": [sys.executable, "-c", DUCKDB.format(path=path)],
        "pandas computes the same": [sys.executable, "-c", PANDAS.format(path=path)],
    }
    found = medians(commands, rounds=5)
    ours = found["ressenti score"].cpu
    claims = [
        Claim(
            "CPU of the whole command, to DuckDB's", ours / found["DuckDB reads and counts"].cpu, 2
        ),
        Claim("CPU of pandas, to ours", found["pandas computes the same"].cpu / ours, 3, "×", True),
    ]
    return Result(f"A CSV file of {size:,} rows, 12 columns", found, claims)


if __name__ == "__main__":
    write(int(sys.argv[1]))
