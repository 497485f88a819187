"""Worked examples: named inputs in, a score out, without any file or engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ressenti.errors import InvalidArgument, RessentiError
from ressenti.indicators import indicator_called
from ressenti.language import Language, Text
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score


def calc(
    indicator: str,
    inputs: Mapping[str, Any],
    *,
    variant: str | None = None,
    confidence: float | None = None,
) -> Score:
    """Return the score of one worked example.

    Parameters
    ----------
    indicator : str
        ``"nps"``, or ``"nps/non_standard_1_10"``.
    inputs : mapping
        Raw rows or counts, as the variant asks.
    variant : str, optional
        The indicator's default when None.

    Raises
    ------
    UnknownName
        R100, when nothing bears the name.
    InvalidArgument
        R102, when an input is missing or impossible.

    Examples
    --------
    >>> calc("nps", {"promoters": 58, "passives": 25, "detractors": 17}).value
    41.0
    """
    key, _, own_variant = indicator.partition("/")
    definition = indicator_called(key)
    chosen = definition.variant(variant or own_variant or None)
    return score_of_example(definition, chosen, inputs, confidence=confidence)


def scores_of_batch(examples: object, *, language: Language = "en") -> list[dict[str, Any]]:
    """Return ``{"id", "score"}`` for each example; one that is wrong gets ``{"id", "error"}``.

    Examples
    --------
    >>> batch = [{"id": "a", "indicator": "nps", "inputs": {"scores": []}}]
    >>> scores_of_batch(batch)[0]["score"]["reason"]
    'no_data'
    """
    if not isinstance(examples, list):
        raise InvalidArgument(
            Text(
                en="a batch is a JSON list of {id, indicator, variant, inputs}.",
                fr="une série est une liste JSON de {id, indicator, variant, inputs}.",
            )
        )
    return [_worked(example, language) for example in examples]


def _worked(example: object, language: Language) -> dict[str, Any]:
    name = example.get("id") if isinstance(example, dict) else None
    try:
        if not isinstance(example, dict) or "indicator" not in example:
            raise InvalidArgument(
                Text(
                    en="an example names its 'indicator' and its 'inputs'.",
                    fr="un exemple nomme son « indicator » et ses « inputs ».",
                )
            )
        score = calc(
            str(example["indicator"]), example.get("inputs", {}), variant=example.get("variant")
        )
    except RessentiError as error:
        return {"id": name, "score": None, "error": error.to(language), "code": error.code}
    return {"id": name, "score": score.to_dict(language)}
