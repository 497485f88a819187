"""``python -m tests.oracles FILE.json``: every failure, then ``N passed, N failed``."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.oracles.cases import read_cases
from tests.oracles.runner import failures


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m tests.oracles FILE.json", file=sys.stderr)
        return 2
    passed = failed = 0
    for case in read_cases(Path(arguments[0])):
        wrong = failures(case)
        for failure in wrong:
            print(failure)
        passed += not wrong
        failed += bool(wrong)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
