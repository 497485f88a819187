"""Adding a day to two years of daily tallies, whatever the number of answers behind them."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.answers import DAYS, folder, stored_answers
from benchmarks.rounds import Claim, Result, medians, python_case

if TYPE_CHECKING:
    from ressenti.tallies.tally import TallyTable
    from ressenti.warehouse.relations import Relation

HISTORIES = (1_000_000, 10_000_000, 100_000_000)
QUICK_HISTORIES = (100_000, 1_000_000, 10_000_000)
ANSWERS_A_DAY = 40_000


def counted(relation: Relation) -> dict[str, TallyTable]:
    """Return the tallies of four indicators by day and shop."""
    from benchmarks.tallies import MEASURES
    from ressenti.library.questions import questions_of
    from ressenti.library.request import Request
    from ressenti.tallies.counting import Reading, tallies_of

    asked = Request(
        measures=MEASURES, facts="answers", by=["shop"], per="day", mapping={"answered_at": "day"}
    )
    (question,) = questions_of(relation, asked)
    readings = [Reading(one.scale) for one in question.measures]
    found = tallies_of(relation.warehouse, question.query(), readings)
    return {key: own.table for key, own in found.items()}


def answers_of(path: Path) -> Relation:
    from sqlglot import exp

    from ressenti.indicators import catalogue
    from ressenti.warehouse.duckdb_engine import DuckDB

    catalogue()
    warehouse = DuckDB(path, read_only=True)
    query = exp.select("answered_on AS day", "shop", "measure", "value").from_("answers")
    return warehouse.relation(query.subquery("answers"), name="answers")


def a_new_day() -> Relation:
    """Return the answers of the day after the history, in the engine's memory."""
    from sqlglot import exp

    from ressenti.warehouse.duckdb_engine import DuckDB

    warehouse = DuckDB()
    warehouse.connection.execute(f"""
        CREATE TABLE answers AS
        SELECT DATE '2023-01-01' + {DAYS} AS day,
            'shop ' || lpad((1 + h % 20)::VARCHAR, 2, '0') AS shop,
            ['ces', 'csat', 'fcr', 'nps'][1 + (h // 20 % 4)::INT] AS measure,
            1::TINYINT AS value
        FROM (SELECT hash(range) AS h FROM range({ANSWERS_A_DAY}))
    """)
    return warehouse.relation(exp.to_table("answers"), name="answers")


def kept_tallies(history: Path) -> Path:
    return folder() / f"{history.stem}-tallies.pickle"


def keep(history: str) -> None:
    """Count a history once and keep its tallies."""
    tables = counted(answers_of(Path(history)))
    kept_tallies(Path(history)).write_bytes(pickle.dumps(tables))


def added(history: str) -> Callable[[], object]:
    tables: dict[str, TallyTable] = pickle.loads(kept_tallies(Path(history)).read_bytes())
    answers_of(Path(history))
    day = a_new_day()

    def work() -> dict[str, TallyTable]:
        return {key: tables[key] + own for key, own in counted(day).items()}

    return work


def recounted(history: str) -> Callable[[], object]:
    relation = answers_of(Path(history))
    return lambda: counted(relation)


CASES = {"a day is added": added, "everything is counted again": recounted}


def result(*, rows: int | None, quick: bool) -> Result:
    histories = QUICK_HISTORIES if quick else HISTORIES
    sizes = [size for size in histories if rows is None or size <= rows]
    commands = {}
    for size in sizes:
        stored = stored_answers(size)
        subprocess.run([sys.executable, "-m", "benchmarks.increments", stored], check=True)
        for case in CASES:
            name = f"{case}, history of {size:,}"
            commands[name] = python_case("increments", case, stored)
    found = medians(commands, rounds=5)
    days = [found[f"a day is added, history of {size:,}"].work for size in sizes]
    again = found[f"everything is counted again, history of {sizes[-1]:,}"].work
    claims = [
        Claim("a day added to the longest history, to the shortest", days[-1] / days[0], 1.2),
        Claim(
            "counting the longest history again, to adding a day", again / days[-1], 20, "×", True
        ),
    ]
    return Result("A day added to two years of daily tallies, 20 shops", found, claims)


if __name__ == "__main__":
    keep(sys.argv[1])
