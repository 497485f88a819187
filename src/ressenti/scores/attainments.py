"""Attainments: whether an outcome meets what the customer expected, and by how much it misses."""

from __future__ import annotations

from collections.abc import Sequence

from ressenti.errors import InvalidArgument, known_names_hint
from ressenti.language import Text
from ressenti.scores.definitions import Outcome
from ressenti.scores.inputs import Inputs
from ressenti.scores.worked import part_of_whole, tally_of_levels
from ressenti.tallies.tally import Tally

LOWER, HIGHER = "lower_is_better", "higher_is_better"


def overrun(actual: float, expected: float, direction: str) -> float:
    """Return by how much an outcome misses its expectation; 0 or less when it meets it."""
    return actual - expected if direction == LOWER else expected - actual


def direction_of(inputs: Inputs) -> str:
    """Return which way is better for the outcome, lower when the example does not say.

    Raises
    ------
    InvalidArgument
        R102, for another word.
    """
    direction = str(inputs.get("direction", LOWER))
    if direction not in (LOWER, HIGHER):
        raise InvalidArgument(
            Text(
                en=f"the direction '{direction}' does not exist.",
                fr=f"le sens « {direction} » n'existe pas.",
            ),
            hint=known_names_hint(direction, (LOWER, HIGHER)),
        )
    return direction


def tally_of_overruns(overruns: Sequence[float], *, missing: int) -> Tally:
    """Return how many outcomes met their expectation; equality counts as met."""
    met = sum(by <= 0 for by in overruns)
    return Tally.of_counts({"met": met, "missed": len(overruns) - met}, missing=missing)


def met_among_counts(inputs: Inputs) -> Tally | Outcome:
    """Return the tally of an example that only counts the outcomes met."""
    if inputs.has("missed"):
        return tally_of_levels({"met": inputs.count("met"), "missed": inputs.count("missed")})
    return part_of_whole(inputs.count("met"), inputs.count("n"), inside="met", outside="missed")
