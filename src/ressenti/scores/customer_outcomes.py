"""Worked examples of customer performance indicators: rows or counts in, a tally or figures out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from ressenti.errors import InvalidArgument
from ressenti.facts.raw_values import number_in
from ressenti.facts.scales import NUMBER, Level
from ressenti.language import Text
from ressenti.scores.attainments import (
    direction_of,
    met_among_counts,
    overrun,
    tally_of_overruns,
)
from ressenti.scores.contrast import share
from ressenti.scores.definitions import Outcome
from ressenti.scores.inputs import Inputs
from ressenti.scores.quantities import Quantile, QuantityMean
from ressenti.scores.rows import rows_of
from ressenti.scores.score import Reason
from ressenti.scores.worked import (
    CONTRADICTION,
    NO_DATA,
    PublishedContrast,
    outcome_of,
    part_of_whole,
    ratio_outcome,
    tally_of_judgements,
)
from ressenti.tallies.tally import Tally

ATTAINMENT = PublishedContrast(
    coefficients=share(of=["met"], among=["met", "missed"]), n="n", n_missing="n_missing"
)

DISTANCES = (
    "better_by_more_than_one",
    "better_by_up_to_one",
    "as_expected",
    "missed_by_up_to_one",
    "missed_by_up_to_two",
    "missed_by_more_than_two",
)


def own_expectation(inputs: Inputs) -> Outcome:
    if not inputs.has("pairs"):
        return outcome_of(met_among_counts(inputs), ATTAINMENT, inputs)
    overruns, missing = _overruns_of_pairs(inputs)
    return outcome_of(tally_of_overruns(overruns, missing=missing), ATTAINMENT, inputs)


def _overruns_of_pairs(inputs: Inputs) -> tuple[list[float], int]:
    """Return by how much each pair misses its expectation, and how many pairs are incomplete."""
    direction = direction_of(inputs)
    rows = rows_of(inputs, "pairs", {"expected": (), "actual": ()})
    pairs = [(number_in(row["expected"]), number_in(row["actual"])) for row in rows]
    overruns = [
        overrun(actual, expected, direction)
        for expected, actual in pairs
        if expected is not None and actual is not None
    ]
    return overruns, len(pairs) - len(overruns)


def gaps(inputs: Inputs) -> Tally:
    """Return by how many increments each outcome misses its expectation, below 0 when better."""
    overruns, missing = _overruns_in_increments(inputs)
    return Tally(Tally.of_values(overruns, NUMBER).levels, missing=missing)


def median_gap(inputs: Inputs) -> Outcome:
    # The values themselves are few: no bucket stands between them and their median.
    return outcome_of(gaps(inputs), Quantile(is_exact=True), inputs)


def distances(inputs: Inputs) -> Tally:
    """Return how many outcomes are how far from their expectation, in whole increments."""
    overruns, missing = _overruns_in_increments(inputs)
    counts: dict[Level, float] = dict.fromkeys(DISTANCES, 0)
    for by in overruns:
        counts[_distance(by)] += 1
    return Tally.of_counts(counts, missing=missing)


def _distance(overrun: float) -> str:
    if overrun == 0:
        return "as_expected"
    if overrun < 0:
        return "better_by_more_than_one" if overrun < -1 else "better_by_up_to_one"
    if overrun > 2:
        return "missed_by_more_than_two"
    return "missed_by_up_to_one" if overrun <= 1 else "missed_by_up_to_two"


def _overruns_in_increments(inputs: Inputs) -> tuple[list[float], int]:
    overruns, missing = _overruns_of_pairs(inputs)
    size = inputs.number("increment", 1.0)
    if size <= 0:
        raise InvalidArgument(
            Text(
                en=f"an increment must be above 0, not {size:g}.",
                fr=f"un incrément doit dépasser 0, et non valoir {size:g}.",
            )
        )
    return [by / size for by in overruns], missing


def common_expectation(inputs: Inputs) -> Outcome:
    """Return the attainment of one expectation, with the median overrun of the misses.

    ``still_waiting`` lists the waits that have not ended: they are missed once longer than the
    expectation, and say nothing before.
    """
    if not inputs.has("actual"):
        found = outcome_of(met_among_counts(inputs), ATTAINMENT, inputs)
        return _with_overrun(found, ())
    direction = direction_of(inputs)
    expected = number_in(inputs["expected"])
    actual = inputs.numbers("actual")
    if expected is None:
        return Outcome(reason=NO_DATA.reason, n_missing=len(actual))
    known = [value for value in actual if value is not None]
    overruns = [overrun(value, expected, direction) for value in known]
    waits = inputs.numbers("still_waiting") if inputs.has("still_waiting") else []
    late = sum(wait is not None and wait > expected for wait in waits)
    missing = len(actual) - len(known) + len(waits) - late
    tally = tally_of_overruns(overruns, missing=missing) + Tally.of_counts({"missed": late})
    return _with_overrun(outcome_of(tally, ATTAINMENT, inputs), overruns)


def _with_overrun(found: Outcome, overruns: Sequence[float]) -> Outcome:
    if found.value is None:
        return found
    misses = [by for by in overruns if by > 0]
    parts = {
        "value": found.value,
        "n": found.parts["n"],
        "median_overrun_of_misses": median(misses) if misses else None,
    }
    return replace(found, parts=parts)


def defect_free(inputs: Inputs) -> Tally | Outcome:
    if isinstance(inputs["orders"], list):
        return tally_of_judgements(
            inputs, "orders", {"defects": ()}, inside="defective", outside="intact"
        )
    return part_of_whole(
        inputs.count("orders_with_defect"),
        inputs.count("orders"),
        inside="defective",
        outside="intact",
    )


def availability(inputs: Inputs) -> Outcome:
    if not inputs.has("stretches"):
        return ratio_outcome(inputs.count("available_minutes"), inputs.count("promised_minutes"))
    columns = {"available_minutes": ("available",), "promised_minutes": ("promised",)}
    rows = [Inputs(row) for row in rows_of(inputs, "stretches", columns)]
    complete = [row for row in rows if None not in row.values()]
    available = math.fsum(row.count("available_minutes") for row in complete)
    promised = math.fsum(row.count("promised_minutes") for row in complete)
    found = ratio_outcome(available, promised)
    return replace(found, n_missing=len(rows) - len(complete))


def option_offered(inputs: Inputs) -> Tally | Outcome:
    if isinstance(inputs["contacts"], list):
        return tally_of_judgements(
            inputs,
            "contacts",
            {"offered": ("recognised",)},
            inside="offered",
            outside="not_offered",
        )
    return part_of_whole(
        inputs.count("offered"), inputs.count("contacts"), inside="offered", outside="not_offered"
    )


def value_delivered(inputs: Inputs) -> Outcome:
    """Return what each customer gained over doing without the service, on average."""
    rows = rows_of(inputs, "customers", {"without_service": ("baseline",), "with_service": ()})
    pairs = [(number_in(row["without_service"]), number_in(row["with_service"])) for row in rows]
    saved = [without - own for without, own in pairs if without is not None and own is not None]
    tally = Tally.of_values(saved, NUMBER)
    return outcome_of(Tally(tally.levels, missing=len(rows) - len(saved)), QuantityMean(), inputs)


def importance_weighted(inputs: Inputs) -> Outcome:
    rows = rows_of(inputs, "cpis", {"attainment": ("value",), "importance": ("weight",)})
    complete = [Inputs(row) for row in rows if None not in row.values()]
    if not complete:
        return Outcome(reason=NO_DATA.reason, n_missing=len(rows))
    importances = [row.count("importance") for row in complete]
    attainments = [row.count("attainment") for row in complete]
    if any(attainment > 100 for attainment in attainments):
        return CONTRADICTION
    total = math.fsum(importances)
    if total == 0:
        return Outcome(reason=Reason.INVALID_WEIGHTS)
    weighted = math.fsum(a * w for a, w in zip(attainments, importances, strict=True))
    return Outcome(value=weighted / total, n=len(complete), n_missing=len(rows) - len(complete))


def penetration(inputs: Inputs) -> Outcome:
    wanted = inputs.count("cpi_count")
    met = met_per_customer(inputs)
    known = [number for number in met if number is not None]
    if any(not 0 <= number <= wanted for number in known):
        return CONTRADICTION
    missing = len(met) - len(known)
    if not known or wanted == 0:
        return Outcome(reason=NO_DATA.reason, n_missing=missing)
    mean = math.fsum(known) / len(known)
    all_met = sum(number == wanted for number in known)
    parts = {"mean_met": mean, "share_all_met": 100 * all_met / len(known)}
    return Outcome(value=mean, n=len(known), n_missing=missing, parts=parts)


def all_met(inputs: Inputs) -> Tally | Outcome:
    """Return how many customers saw every indicator met."""
    found = penetration(inputs)
    if found.value is None:
        return found
    met = [number for number in met_per_customer(inputs) if number is not None]
    everything = sum(number == inputs.count("cpi_count") for number in met)
    return Tally.of_counts(
        {"all": everything, "some": len(met) - everything}, missing=found.n_missing
    )


def met_per_customer(inputs: Inputs) -> list[float | None]:
    """Return how many indicators each customer saw met, from rows or from counts by number."""
    if not inputs.has("counts"):
        rows = rows_of(inputs, "customers", {"met": ()})
        return [number_in(row["met"]) for row in rows]
    counts = inputs.object("counts")
    return [number_in(name) for name in counts for _ in range(int(counts.count(name)))]
