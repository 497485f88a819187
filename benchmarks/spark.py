"""The same tallies on Spark, against hand-written Spark SQL, in one warm local session."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.answers import folder, parquet_answers
from benchmarks.rounds import ROOT, Claim, Measured, Result

ROWS = 20_000_000
QUICK_ROWS = 1_000_000
ROUNDS = 7
HAND = """
    SELECT month, shop, measure, value, count(*) AS n FROM answers
    WHERE measure IN ('nps', 'csat', 'ces', 'fcr') GROUP BY month, shop, measure, value
"""


def measured(rows: int) -> dict[str, object]:
    """Return CPU seconds, wall seconds of each case, and the plan of our query."""
    from pyspark.sql import SparkSession

    from benchmarks.tallies import MEASURES
    from ressenti.library.measuring import score
    from ressenti.library.questions import questions_of
    from ressenti.library.request import Request
    from ressenti.sources import open_source
    from ressenti.warehouse.rendering import rendered

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    frame = session.read.parquet(str(parquet_answers(rows)))
    frame.createOrReplaceTempView("answers")
    relation = open_source(frame)
    asked = {"facts": "answers", "by": ["month", "shop"]}
    cases: dict[str, Callable[[], object]] = {
        "ours": partial(score, relation, MEASURES, **asked),
        "hand-written Spark SQL": lambda: session.sql(HAND).toArrow(),
    }
    machine = session.sparkContext._gateway.proc.pid
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
    for number in range(ROUNDS + 2):
        for name, work in cases.items():
            cpu = time.process_time() + cpu_seconds(machine)
            wall = time.perf_counter()
            work()
            wall = time.perf_counter() - wall
            cpu = time.process_time() + cpu_seconds(machine) - cpu
            # Two rounds for the virtual machine to compile what it runs.
            if number > 1:
                spent[name].append((cpu, wall))
    (question,) = questions_of(relation, Request(measures=MEASURES, **asked))
    text = rendered(question.query().tree(), relation.warehouse.dialect)
    plan = session.sql(f"EXPLAIN {text}").collect()[0][0]
    session.stop()
    return {"spent": spent, "plan": plan}


def cpu_seconds(process: int) -> float:
    """Return what a running process, here Java's, has used so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def result(*, rows: int | None, quick: bool) -> Result:
    size = rows or (QUICK_ROWS if quick else ROWS)
    parquet_answers(size)
    command = [sys.executable, "-m", "benchmarks.spark", str(size)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    cases = {
        name: Measured(
            cpu=median(cpu for cpu, _ in runs),
            wall=median(wall for _, wall in runs),
            work=median(cpu for cpu, _ in runs),
            peak=float("nan"),
        )
        for name, runs in found["spent"].items()
    }
    exchanges = found["plan"].count("Exchange ")
    ratio = cases["ours"].work / cases["hand-written Spark SQL"].work
    claims = [
        Claim("tallies and scores, to hand-written Spark SQL", ratio, 1.1),
        Claim("exchanges in the plan", exchanges, 1, "exchange"),
    ]
    plan = found["plan"].strip().replace(str(folder()), "…")
    shown = f"The plan of ours:\n\n```text\n{plan}\n```"
    return Result(f"Spark, local[2], {size:,} answers in Parquet", cases, claims, shown)


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]))))
