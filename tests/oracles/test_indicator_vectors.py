"""Every worked example of the catalogue gives the published answer, or its reason for none."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ressenti.indicators import variant_called
from ressenti.scores.judgement import score_of_example

VECTORS = json.loads((Path(__file__).parent / "indicator_vectors.json").read_text("utf-8"))
ABSENT = object()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_the_worked_example_gives_the_published_answer(vector: dict[str, Any]) -> None:
    indicator, variant = variant_called(f"{vector['indicator']}/{vector['variant']}")
    score = score_of_example(indicator, variant, vector["inputs"]).to_dict()
    expected, tolerance = vector["expected"], vector["tolerance"]
    if expected is None:
        assert score["value"] is None
        assert score["reason"]
    elif isinstance(expected, Mapping):
        found = {key: published(score, key, expected[key]) for key in expected}
        assert_same(found, expected, tolerance)
    else:
        assert_same(score["value"], expected, tolerance)


def published(score: Mapping[str, Any], key: str, expected: object) -> object:
    """Return what the score publishes under a key: in its value, at its top, or in its parts."""
    if key == "flag":
        return expected if expected in score["flags"] else score["flags"]
    for place in (score["value"], score, score["parts"]):
        if isinstance(place, Mapping) and key in place:
            return place[key]
    return ABSENT


def assert_same(found: object, expected: object, tolerance: float) -> None:
    if isinstance(expected, Mapping):
        assert isinstance(found, Mapping)
        for key, value in expected.items():
            assert_same(found.get(key, ABSENT), value, tolerance)
    elif isinstance(expected, Sequence) and not isinstance(expected, str):
        assert isinstance(found, Sequence)
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_same(one, other, tolerance)
    elif isinstance(expected, int | float) and not isinstance(expected, bool):
        assert found == pytest.approx(expected, rel=0, abs=tolerance)
    else:
        assert found == expected


def test_a_wrong_answer_is_told_from_a_right_one() -> None:
    with pytest.raises(AssertionError):
        assert_same({"gaps": [1.0, 2.1]}, {"gaps": [1.0, 2.0]}, 0.01)
    with pytest.raises(AssertionError):
        assert_same(None, 0.0, 1e-9)
    with pytest.raises(AssertionError):
        assert_same(published({"value": 3.0, "parts": {}}, "n", 3), 3, 0)
