"""``indicators``, ``plan``, ``compare``, ``completion``, ``doctor`` and ``python -m ressenti``."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ressenti as rs
from tests.faces.conftest import Call


def test_indicators_lists_the_whole_catalogue(call: Call) -> None:
    listed = call("indicators", "--format", "json").document()["indicators"]
    assert [one["id"] for one in listed] == list(rs.catalogue())
    table = call("indicators").out
    assert all(key in table for key in rs.catalogue())


@pytest.mark.parametrize("key", ["nps", "ces", "churn", "servqual"])
def test_an_indicator_is_shown_whole_with_its_variants_bands_and_pitfalls(
    call: Call, key: str
) -> None:
    document = call("indicators", key, "--format", "json").document()
    indicator = rs.catalogue()[key]
    assert [one["id"] for one in document["variants"]] == [v.key for v in indicator.variants]
    assert all(band["source"] for band in document["bands"])
    assert document["pitfalls"]
    shown = call("indicators", key, COLUMNS="200")
    assert all(variant.key in shown.out for variant in indicator.variants)
    assert indicator.definition.en[:40] in shown.out


def test_an_unknown_indicator_is_wrong_usage_and_the_nearest_name_is_told(call: Call) -> None:
    done = call("indicators", "npss")
    assert (done.status, done.out) == (2, "")
    assert "Did you mean: nps" in done.err


def test_plan_says_how_many_answers_see_a_change(call: Call) -> None:
    plan = call(
        "plan", "nps", "--change", "5", "--expected", "60,25,15", "--format", "json"
    ).document()
    # Two waves: n = 2 · (1.959964 + 0.841621)² · variance / 5², variance = 10⁴ · (0.75 − 0.45²)
    assert plan["n"] == pytest.approx(2 * (1.959964 + 0.841621) ** 2 * 5475 / 25, abs=1)
    assert plan["variance"] == pytest.approx(5475)


def test_plan_answers_margin_and_size_as_each_other_s_inverse(call: Call) -> None:
    wanted = call("plan", "nps", "--margin", "4", "--format", "json").document()
    seen = call("plan", "nps", "--n", str(wanted["n"]), "--format", "json").document()
    assert seen["margin"] <= 4
    assert wanted["is_worst_case"]


def test_plan_asks_for_exactly_one_wish(call: Call) -> None:
    for wishes in ((), ("--n", "10", "--margin", "3")):
        done = call("plan", "nps", *wishes)
        assert (done.status, done.out) == (2, "")
        assert "--margin" in done.err


def test_compare_publishes_difference_interval_test_and_decomposition(
    call: Call, survey: Path
) -> None:
    done = call(
        "compare",
        survey,
        "-m",
        "nps=mark",
        "--between",
        "shop=Lyon,Nice",
        "--by",
        "channel",
        "--format",
        "json",
    )
    (found,) = done.document()["comparisons"]
    assert {"difference", "low", "high", "p_value", "is_established", "decompositions"} <= set(
        found
    )
    # Lyon: 4 promoters and 1 detractor of 6; Nice: 2 and 2 of 5.
    assert found["difference"] == pytest.approx(100 * (0 - 3 / 6))
    assert found["low"] < found["difference"] < found["high"]
    (split,) = found["decompositions"]
    assert split["mix"] + split["rate"] == pytest.approx(split["total"])
    assert split["total"] == pytest.approx(found["difference"])


def test_compare_takes_two_periods(call: Call, survey: Path) -> None:
    done = call(
        "compare",
        survey,
        "-m",
        "nps=mark",
        "--per",
        "month",
        "--at",
        "at",
        "--between",
        "period=2026-01-01,2026-02-01",
        "--format",
        "json",
    )
    (found,) = done.document()["comparisons"]
    assert found["before"]["n"] == 4
    assert found["after"]["n"] == 4


@pytest.mark.parametrize(
    ("between", "status", "code"),
    [
        ("shop=Lyon,Paris", 1, "R206"),
        ("shop", 2, "R102"),
        ("shop=Lyon", 2, "R102"),
        ("shop=Lyon,Lyon", 2, "R102"),
        ("shops=Lyon,Nice", 2, "R101"),
    ],
)
def test_compare_says_which_of_its_two_values_cannot_be_compared(
    call: Call, survey: Path, between: str, status: int, code: str
) -> None:
    done = call("compare", survey, "-m", "nps=mark", "--between", between)
    assert (done.status, done.out) == (status, "")
    assert done.err.startswith(f"[{code}]")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(call: Call, shell: str) -> None:
    done = call("completion", shell)
    assert (done.status, done.err) == (0, "")
    assert "_RESSENTI_COMPLETE" in done.out


def test_completion_knows_the_verbs(call: Call) -> None:
    done = call(
        "",
        _RESSENTI_COMPLETE="bash_complete",
        COMP_WORDS="ressenti sc",
        COMP_CWORD="1",
    )
    assert "score" in done.out


def test_doctor_checks_every_package_and_one_figure_end_to_end(call: Call) -> None:
    done = call("doctor", "--format", "json")
    checks = done.document()["checks"]
    assert done.status == 0
    assert any("DuckDB" in str(check) for check in checks)
    assert "duckdb" in call("doctor").out


def test_the_module_and_the_script_are_one_command(call: Call) -> None:
    script = shutil.which("ressenti", path=str(Path(sys.executable).parent))
    assert script is not None
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == call("--version").out
    assert rs.__version__ in done.stdout


def test_a_reader_that_stops_reading_is_no_error(call: Call, survey: Path) -> None:
    command = f'"{sys.executable}" -m ressenti indicators --format json | head -c 10'
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
