from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracles.cases import Case, read_cases
from tests.oracles.runner import failures

CASES = read_cases(Path(__file__).parent / "stat_oracles.json")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.method}-{case.name}")
def test_the_answer_is_the_one_other_software_gives(case: Case) -> None:
    assert [str(failure) for failure in failures(case)] == []
