"""How long the command line takes to answer, and what importing the library brings along."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.rounds import Claim, Result, medians

# The server, Spark and plotting; and what costs more than the score itself.
LATE = ("altair", "django", "matplotlib", "pandas", "polars", "pyspark", "scipy", "statsmodels")
IMPORTED = "import sys, ressenti; {use}; print(*sorted({late} & {{*sys.modules}}))"


def result(*, rows: int | None, quick: bool) -> Result:
    del rows, quick
    program = str(Path(sys.executable).with_name("ressenti"))
    commands = {
        "ressenti --help": [program, "--help"],
        "ressenti score --help": [program, "score", "--help"],
        "import ressenti": [sys.executable, "-c", "import ressenti"],
        "import ressenti, ready to score": [
            sys.executable,
            "-c",
            "import ressenti; ressenti.score",
        ],
        "python alone": [sys.executable, "-c", "pass"],
    }
    found = medians(commands, rounds=9)
    late = {use: late_modules(use) for use in ("None", "ressenti.score", "ressenti.calc")}
    claims = [
        Claim("wall time of ressenti --help", found["ressenti --help"].wall, 0.4, "s"),
        Claim(
            "modules of server, Spark, plotting or data frames imported with the library",
            sum(len(names) for names in late.values()),
            0,
            "modules",
        ),
    ]
    shown = f"Looked for: {', '.join(LATE)}."
    return Result("Starting", found, claims, shown)


def late_modules(use: str) -> list[str]:
    """Return which of the late modules are imported once the library is used so."""
    program = IMPORTED.format(use=use, late=set(LATE))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


if __name__ == "__main__":
    print(result(rows=None, quick=False))
