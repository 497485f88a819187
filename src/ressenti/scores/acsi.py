"""The American Customer Satisfaction Index: three marks out of ten as one figure from 0 to 100."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ressenti.facts.raw_values import Absence
from ressenti.facts.scales import NUMBER, ONE_TO_TEN, Quantity
from ressenti.language import Text
from ressenti.scores.definitions import Outcome
from ressenti.scores.inputs import Inputs
from ressenti.scores.score import Reason
from ressenti.tallies.tally import Tally

QUESTIONS = ("overall", "expectancy", "ideal")
MARK = Quantity(
    key="mark-1-10",
    name=Text(en="mark from 1 to 10, or a mean of marks", fr="note de 1 à 10, ou moyenne de notes"),
    minimum=ONE_TO_TEN.minimum,
    maximum=ONE_TO_TEN.maximum,
)
EQUAL_WEIGHTS = (1 / 3, 1 / 3, 1 / 3)
# Published weights are rounded to four decimals, so their total is not always exactly 1.
WEIGHTS_TOLERANCE = 0.005


def unweighted_indices(inputs: Inputs) -> Tally:
    return indices(inputs, EQUAL_WEIGHTS)


def weighted_indices(inputs: Inputs) -> Tally | Outcome:
    """Return the indices by the given weights; weights that do not total 1 are rejected."""
    weights = [weight for weight in inputs.numbers("weights") if weight is not None and weight >= 0]
    if len(weights) != len(QUESTIONS) or abs(sum(weights) - 1) > WEIGHTS_TOLERANCE:
        return Outcome(reason=Reason.INVALID_WEIGHTS)
    return indices(inputs, weights)


def indices(inputs: Inputs, weights: Sequence[float]) -> Tally:
    """Return the tally of one index per respondent, from one triple of marks or many ``answers``.

    A respondent without all three marks is missing, one with a mark off the scale is invalid.

    Examples
    --------
    >>> marks = Inputs({"overall": 10, "expectancy": 10, "ideal": 1})
    >>> list(indices(marks, (0.5, 0.25, 0.25)).levels)
    [75.0]
    """
    rows = [Inputs(row) for row in inputs.rows("answers")] if inputs.has("answers") else [inputs]
    triples = [[MARK.read(row[question]) for question in QUESTIONS] for row in rows]
    invalid = sum(Absence.INVALID in triple for triple in triples)
    marks = [[mark for mark in triple if not isinstance(mark, Absence)] for triple in triples]
    complete = [triple for triple in marks if len(triple) == len(QUESTIONS)]
    tally = Tally.of_values([_index(triple, weights) for triple in complete], NUMBER)
    missing = len(triples) - len(complete) - invalid
    return replace(tally, missing=missing, invalid=invalid)


def _index(marks: Sequence[float], weights: Sequence[float]) -> float:
    width = ONE_TO_TEN.maximum - ONE_TO_TEN.minimum
    pairs = zip(weights, marks, strict=True)
    return 100 * sum(weight * (mark - ONE_TO_TEN.minimum) for weight, mark in pairs) / width
