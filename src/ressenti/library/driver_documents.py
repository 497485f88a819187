"""Driver documents: a study of drivers as JSON publishes it, and as flat rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ressenti.language import Language, Text
from ressenti.statistics.asymmetry import PenaltyReward
from ressenti.statistics.intervals import Interval
from ressenti.statistics.quadrants import Quadrant
from ressenti.studies.driver_findings import DriverFinding, DriverStudy, Improvement
from ressenti.tallies.coverage import Coverage

QUADRANTS: Mapping[Quadrant, str] = {
    "concentrate": "improve",
    "keep up": "keep",
    "low priority": "watch",
    "possible overkill": "ignore",
}
IF_CAUSAL = Text(en="if the association were causal", fr="si l'association était causale")


def study_document(study: DriverStudy, language: Language) -> dict[str, Any]:
    """Return a study of drivers as JSON publishes it, unrounded."""
    outcome = study.outcome
    return {
        "target": outcome.name,
        "unit": None if outcome.unit is None else str(outcome.unit),
        "n": study.n,
        "n_effective": study.n_effective,
        "n_answered": outcome.coverage.n,
        "rows": study.rows,
        "model": study.model,
        "method": study.method,
        "r2": study.r2.estimate,
        "r2_low": study.r2.low,
        "r2_high": study.r2.high,
        "confidence": study.confidence,
        "replicates": study.replicates,
        "groups": study.groups,
        "weighted": study.is_weighted,
        "clustered": study.is_clustered,
        "ranked": study.is_ranked,
        "outcome": _interval(outcome.mean, language),
        "lower_is_better": outcome.lower_is_better,
        "importance_cut": study.importance_cut,
        "performance_cut": study.performance_cut,
        "drivers": [_driver(driver, language) for driver in study.drivers],
        "improve_first": [driver.name for driver in study.improvements],
        "remarks": [remark.to(language) for remark in study.remarks],
    }


def driver_row(driver: DriverFinding, language: Language) -> dict[str, Any]:
    """Return one driver as one flat row, for a data frame."""
    document = _driver(driver, language)
    nested = ("correlation", "mean", "performance", "missing", "asymmetry", "what_if", "remarks")
    flat = {name: value for name, value in document.items() if name not in nested}
    for name in ("correlation", "mean", "performance"):
        flat |= {
            name: document[name]["estimate"],
            f"{name}_low": document[name]["low"],
            f"{name}_high": document[name]["high"],
        }
    change = (document["what_if"] or {}).get("change") or {}
    flat |= {
        "change": change.get("estimate"),
        "change_low": change.get("low"),
        "change_high": change.get("high"),
        "class": (document["asymmetry"] or {}).get("class"),
        "remarks": " ".join(document["remarks"]),
    }
    return flat


def _driver(driver: DriverFinding, language: Language) -> dict[str, Any]:
    part, limits = driver.part, driver.limits
    return {
        "driver": driver.name,
        "importance": part.importance,
        "low": None if limits is None else limits.low,
        "high": None if limits is None else limits.high,
        "share": part.share,
        "share_low": None if limits is None else limits.share_low,
        "share_high": None if limits is None else limits.share_high,
        "probability_first": None if limits is None else limits.probability_first,
        "best_rank": None if limits is None else limits.rank_low,
        "worst_rank": None if limits is None else limits.rank_high,
        "beta": driver.beta.estimate,
        "beta_low": driver.beta.low,
        "beta_high": driver.beta.high,
        "slope": driver.slope,
        "correlation": _interval(driver.correlation, language),
        "first_in": part.first_in,
        "last_in": part.last_in,
        "vif": part.inflation_factor,
        "separable": part.is_separable,
        "goes_with": None if driver.twin is None else driver.twin.name,
        "goes_with_r": None if driver.twin is None else driver.twin.correlation,
        "n": driver.n,
        "missing": _missing(driver.coverage),
        "form": driver.scale.form,
        "low_to": driver.scale.low_to,
        "high_from": driver.scale.high_from,
        "mean": _interval(driver.mean, language),
        "performance": _interval(driver.performance, language),
        "quadrant": None if driver.quadrant is None else QUADRANTS[driver.quadrant],
        "sure_quadrant": None if driver.sure_quadrant is None else QUADRANTS[driver.sure_quadrant],
        "asymmetry": _asymmetry(driver.asymmetry, language),
        "what_if": _what_if(driver.improvement, language),
        "remarks": [remark.to(language) for remark in driver.remarks],
    }


def _interval(interval: Interval, language: Language) -> dict[str, Any]:
    return {
        "estimate": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        "method": interval.method,
        "reason": _words(interval.reason, language),
    }


def _missing(coverage: Coverage) -> dict[str, int]:
    return {
        "not_asked_or_blank": coverage.n_blank,
        "no_opinion": coverage.n_coded,
        "unreadable": coverage.n_unreadable,
    }


def _asymmetry(found: PenaltyReward | None, language: Language) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "class": found.attribute_class,
        "penalty": found.penalty,
        "penalty_error": found.penalty_error,
        "reward": found.reward,
        "reward_error": found.reward_error,
        "z": found.asymmetry_z,
        "p_value": found.p_value,
        "n_low": found.n_low,
        "n_high": found.n_high,
        "reason": _words(found.reason, language),
    }


def _what_if(found: Improvement | None, language: Language) -> dict[str, Any] | None:
    if found is None:
        return None
    observed = found.observed
    return {
        "moved": found.moved,
        "now": found.now,
        "then": found.then,
        "source": found.source,
        "reach": None if found.reach is None else list(found.reach),
        "change": _interval(found.change, language),
        "after": _interval(found.after, language),
        "sure": found.is_sure,
        "label": IF_CAUSAL.to(language),
        "observed": None
        if observed is None
        else {"units": observed.units, **_interval(observed.outcome, language)},
        "reason": _words(found.reason, language),
    }


def _words(text: Text | None, language: Language) -> str | None:
    return None if text is None else text.to(language)
