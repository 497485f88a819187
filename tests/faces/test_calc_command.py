"""``ressenti calc``: one worked example in, one score out; or a batch in one process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.faces.conftest import Call

COUNTS = '{"promoters": 58, "passives": 25, "detractors": 17}'
VECTORS = Path(__file__).parents[1] / "oracles" / "indicator_vectors.json"


def test_inputs_come_from_standard_input_and_the_score_is_json(call: Call) -> None:
    done = call("calc", "nps", stdin=COUNTS)
    assert (done.status, done.err) == (0, "")
    assert done.document()["value"] == pytest.approx(41)
    assert done.document()["parts"] == {"promoters": 58, "passives": 25, "detractors": 17}


def test_a_dash_and_a_file_are_read_alike(call: Call, tmp_path: Path) -> None:
    (tmp_path / "inputs.json").write_text(COUNTS, encoding="utf-8")
    from_dash = call("calc", "nps", "--inputs", "-", stdin=COUNTS)
    from_file = call("calc", "nps", "--inputs", "inputs.json")
    assert from_dash.document() == from_file.document()


def test_a_variant_is_named_by_option_or_after_a_slash(call: Call) -> None:
    scores = '{"scores": [1, 9, 10, 7]}'
    by_option = call("calc", "nps", "--variant", "non_standard_1_10", stdin=scores)
    by_name = call("calc", "nps/non_standard_1_10", stdin=scores)
    assert by_option.document() == by_name.document()
    assert by_option.document()["variant"] == "non_standard_1_10"


def test_a_compound_variant_publishes_its_value_as_an_object(call: Call) -> None:
    value = call("calc", "nps/variance_and_wald_ci", stdin=COUNTS).document()["value"]
    assert {"value", "ci_low", "ci_high"} <= set(value)
    assert value["value"] == pytest.approx(41)


def test_a_table_is_for_people(call: Call) -> None:
    done = call("calc", "nps", "--format", "table", stdin=COUNTS)
    assert done.out.startswith("NPS  41.0  [")
    assert "Bain & Company" in done.out


def test_a_batch_answers_every_example_in_order_and_in_one_process(
    call: Call, tmp_path: Path
) -> None:
    batch = [
        {"id": "a", "indicator": "nps", "inputs": {"scores": [10, 9, 8, 0]}},
        {"id": "b", "indicator": "npss", "inputs": {}},
        {"id": "c", "indicator": "churn", "variant": "start_base", "inputs": {"start": 0}},
        {"id": "d", "indicator": "churn", "inputs": {"start": 0, "lost": 0}},
    ]
    (tmp_path / "batch.json").write_text(json.dumps(batch), encoding="utf-8")
    done = call("calc", "--batch", "batch.json")
    answers = done.document()
    assert done.status == 0
    assert [answer["id"] for answer in answers] == ["a", "b", "c", "d"]
    assert answers[0]["score"]["value"] == 25
    assert (answers[1]["score"], answers[1]["code"]) == (None, "R100")
    assert "nps" in answers[1]["error"]
    assert answers[2]["score"] is None
    assert (answers[3]["score"]["value"], answers[3]["score"]["reason"]) == (None, "no_data")


def test_the_whole_set_of_vectors_is_one_batch(call: Call) -> None:
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    answers = call("calc", "--batch", VECTORS).document()
    assert [answer["id"] for answer in answers] == [vector["id"] for vector in vectors]
    for vector, answer in zip(vectors, answers, strict=True):
        if isinstance(vector["expected"], int | float):
            tolerance = vector["tolerance"]
            assert answer["score"]["value"] == pytest.approx(vector["expected"], abs=tolerance)


@pytest.mark.parametrize(
    ("arguments", "stdin", "status", "code"),
    [
        (("nps",), "{}", 2, "R102"),
        (("nps",), "{", 2, "R102"),
        (("nps",), "[]", 2, "R102"),
        (("nps",), '{"scores": 5}', 2, "R102"),
        (("nps",), '{"promoters": -1, "passives": 0, "detractors": 0}', 2, "R102"),
        (("nps",), '{"promoters": 1e400, "passives": 0, "detractors": 0}', 2, "R102"),
        (("nps",), '{"scores": [9], "confidence": 95}', 2, "R102"),
        (("npss",), "{}", 2, "R100"),
        (("nps", "--variant", "weigthed"), COUNTS, 2, "R100"),
        ((), "", 2, "R102"),
        (("nps", "--inputs", "nowhere.json"), "", 1, "R200"),
        (("--batch", "nowhere.json"), "", 1, "R200"),
    ],
)
def test_what_is_wrong_is_said_on_standard_error_in_both_languages(
    call: Call, arguments: tuple[str, ...], stdin: str, status: int, code: str
) -> None:
    english = call("calc", *arguments, stdin=stdin)
    french = call("calc", *arguments, "--lang", "fr", stdin=stdin)
    assert (english.status, english.out) == (french.status, french.out) == (status, "")
    assert english.err.startswith(f"[{code}]")
    assert french.err.startswith(f"[{code}]")
    assert english.err != french.err
