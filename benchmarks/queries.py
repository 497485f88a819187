"""Building and rendering the query of twelve indicators, the first time and again."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

from benchmarks.rounds import ROOT, Claim, Result

VARIANTS = (
    "nps",
    "nps/non_standard_1_10",
    "csat",
    "csat/top_box_5pt",
    "csat/mean",
    "csat/net_satisfaction",
    "csat/mean_over_max",
    "ces",
    "ces/v2_mean_ease_1_7",
    "ces/v2_index_67_minus_123",
    "enps",
    "fcr/survey_yes_share",
)


def timings() -> dict[str, float]:
    """Return the milliseconds of CPU of a first query and of one seen before."""
    import pyarrow as pa

    from ressenti.library.questions import questions_of
    from ressenti.library.request import Request
    from ressenti.sources import open_source
    from ressenti.tallies.queries import kept_tree
    from ressenti.warehouse.rendering import rendered

    columns = [f"q{number}" for number in range(len(VARIANTS))]
    relation = open_source(pa.table({name: ["1"] for name in [*columns, "month", "shop"]}))
    asked = Request(
        measures=[f"{variant}={name}" for variant, name in zip(VARIANTS, columns, strict=True)],
        by=["month", "shop"],
    )

    def text() -> str:
        (question,) = questions_of(relation, asked)
        return rendered(question.query().tree(), relation.warehouse.dialect)

    def forgotten() -> None:
        kept_tree.cache_clear()
        rendered.cache_clear()

    return {"first": milliseconds(text, before=forgotten), "again": milliseconds(text)}


def milliseconds(
    work: Callable[[], object], *, before: Callable[[], object] | None = None
) -> float:
    work()
    spent = []
    for _ in range(51):
        if before is not None:
            before()
        start = time.process_time()
        work()
        spent.append(1000 * (time.process_time() - start))
    return median(spent)


def result(*, rows: int | None, quick: bool) -> Result:
    del rows, quick
    command = [sys.executable, "-m", "benchmarks.queries"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    claims = [
        Claim("from the words of the request to the SQL", found["first"], 10, "ms"),
        Claim("the same request again", found["again"], 1, "ms"),
    ]
    return Result("The query of twelve indicators", {}, claims)


if __name__ == "__main__":
    print(json.dumps(timings()))
