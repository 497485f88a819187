"""Compare the product's answers with the expected ones, within each case's tolerance."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from ressenti.errors import RessentiError, UndefinedResult
from tests.oracles.cases import Case
from tests.oracles.model_methods import METHODS as MODEL_METHODS
from tests.oracles.survey_methods import METHODS as SURVEY_METHODS

METHODS: dict[str, Callable[[Case], dict[str, Any]]] = {**SURVEY_METHODS, **MODEL_METHODS}
ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Failure:
    """One value of one case that is not what it should be."""

    method: str
    name: str
    key: str
    got: object
    expected: object
    tolerance: Mapping[str, Any]

    def __str__(self) -> str:
        return (
            f"FAILED {self.method} {self.name} [{self.key}]: got {self.got!r}, "
            f"expected {self.expected!r}, tolerance {dict(self.tolerance)}"
        )


def method_called(name: str) -> Callable[[Case], dict[str, Any]] | None:
    """Return the method of that name, or of a family such as ``sample_size_*``."""
    family = next((METHODS[key] for key in METHODS if fnmatchcase(name, key)), None)
    return METHODS.get(name, family)


def failures(case: Case) -> list[Failure]:
    """Return everything that is wrong in the product's answer to a case."""
    method = method_called(case.method)
    if method is None:
        return [Failure(case.method, case.name, "method", "not mapped", "an answer", {})]
    wanted_error = case.expected.get("error")
    try:
        answer, absent = method(case), ABSENT
    except UndefinedResult as error:
        # "Undefined, because …" is the answer None to every key.
        answer, absent = {"error": str(error)}, None
        if wanted_error is not None:
            return []
    except RessentiError as error:
        if wanted_error is not None:
            return []
        return [Failure(case.method, case.name, "error", str(error), "an answer", {})]
    except Exception as error:  # noqa: BLE001 - a crash of one case must not hide the others
        return [Failure(case.method, case.name, "crash", repr(error), dict(case.expected), {})]
    if wanted_error is not None:
        return [Failure(case.method, case.name, "error", answer, wanted_error, {})]
    return [
        Failure(case.method, case.name, key, got, expected, tolerance_of(case, key))
        for key, got, expected in pairs("", answer, case.expected, absent)
        if not agrees(got, expected, tolerance_of(case, key))
    ]


def pairs(
    prefix: str, got: object, expected: object, absent: object = ABSENT
) -> Iterator[tuple[str, object, object]]:
    """Yield (key, got, expected) for each single value, through nested lists and dicts."""
    if isinstance(expected, Mapping):
        answers = got if isinstance(got, Mapping) else {}
        for key, value in expected.items():
            path = f"{prefix}.{key}" if prefix else str(key)
            yield from pairs(path, answers.get(key, absent), value, absent)
    elif isinstance(expected, Sequence) and not isinstance(expected, str):
        answers_listed = listed(got)
        if len(answers_listed) != len(expected):
            yield f"{prefix}.length", len(answers_listed), len(expected)
            return
        for position, value in enumerate(expected):
            yield from pairs(f"{prefix}[{position}]", answers_listed[position], value, absent)
    else:
        yield prefix, got, expected


def listed(got: object) -> list[object]:
    if isinstance(got, np.ndarray):
        return list(got.tolist())
    return list(got) if isinstance(got, list | tuple) else []


def tolerance_of(case: Case, key: str) -> Mapping[str, Any]:
    own: Mapping[str, Mapping[str, Any]] = case.tolerance.get("per_key") or {}
    root = key.split(".")[0].split("[")[0]
    return own.get(key) or own.get(root) or case.tolerance


def agrees(got: Any, expected: Any, tolerance: Mapping[str, Any]) -> bool:
    """Return whether a value is the expected one: undefined, text, truth value or number."""
    if isinstance(got, np.generic):
        got = got.item()
    if expected is None or isinstance(expected, str | bool):
        return got is expected if expected is None else got == expected
    if not isinstance(got, int | float) or isinstance(got, bool):
        return False
    allowed = max(tolerance.get("abs", 0.0), tolerance.get("rel", 0.0) * abs(float(expected)))
    return math.isfinite(got) and abs(got - float(expected)) <= allowed
