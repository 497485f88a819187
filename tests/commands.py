"""Commands run as a person types them, and the oracles to hold their answers against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ressenti.cli import main

ORACLES = Path(__file__).parent / "oracles"
SYNTHETIC = str(ORACLES / "synth_a.csv")


def answer_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """Run a command and return the JSON that it prints."""
    main([*arguments, "--format", "json"])
    return json.loads(capsys.readouterr().out)


def refusal_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Run a command that must be refused, and return its exit status and what it says."""
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return int(left.value.code or 0), capsys.readouterr().err


def oracle(name: str) -> dict[str, Any]:
    """Return what another program computed, as ``stat_oracles.json`` keeps it."""
    cases = json.loads((ORACLES / "stat_oracles.json").read_text())
    expected: dict[str, Any] = next(case for case in cases if case["name"] == name)["expected"]
    return expected
