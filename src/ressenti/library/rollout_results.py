"""Roll-out results: what a change did to each indicator, printed, told and converted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

from ressenti.language import Language, language_of_environment
from ressenti.statistics.rollout_effects import RolloutEffect
from ressenti.studies.rollouts import Arm, Rollout


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollouts(Sequence[Rollout]):
    """What one change did to each indicator that was asked."""

    rollouts: tuple[Rollout, ...]
    source: str = ""

    @overload
    def __getitem__(self, index: int) -> Rollout: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Rollout, ...]: ...
    def __getitem__(self, index: int | slice) -> Rollout | tuple[Rollout, ...]:
        return self.rollouts[index]

    def __len__(self) -> int:
        return len(self.rollouts)

    def __iter__(self) -> Iterator[Rollout]:
        return iter(self.rollouts)

    def to_dicts(self, language: Language = "en") -> list[dict[str, Any]]:
        """Return the effects as JSON publishes them, unrounded, each with its finding in words."""
        from ressenti.reports.rollouts import rollout_finding

        return [
            rollout_document(one, language) | {"finding": rollout_finding(one, language)}
            for one in self.rollouts
        ]

    def to_json(self, language: Language = "en") -> str:
        """Return ``{"effects": [...]}`` as one JSON document."""
        document = {"effects": self.to_dicts(language)}
        return json.dumps(document, ensure_ascii=False, allow_nan=False)

    def text(self, language: Language | None = None) -> str:
        """Return what the change did, in words and figures."""
        from ressenti.reports.rollouts import rollout_text

        spoken = language or language_of_environment()
        return "\n".join(rollout_text(one, spoken) for one in self.rollouts)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()


def rollout_document(rollout: Rollout, language: Language) -> dict[str, Any]:
    """Return one effect as JSON publishes it."""
    drift = rollout.drift
    return {
        "kpi": rollout.indicator,
        "design": str(rollout.design),
        **_effect_document(rollout.effect, language),
        "treated": _arm_document(rollout.treated),
        "others": _arm_document(rollout.others),
        "drift": None if drift is None else _effect_document(drift, language),
        "claim": str(rollout.claim),
        "confidence": rollout.confidence,
        "cautions": [caution.to(language) for caution in rollout.cautions],
    }


def _effect_document(found: RolloutEffect, language: Language) -> dict[str, Any]:
    interval = found.effect
    return {
        "value": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        "method": interval.method,
        "p_value": found.p_value,
        "n_treated": found.n_treated,
        "n_others": found.n_others,
        "reason": None if interval.reason is None else interval.reason.to(language),
    }


def _arm_document(arm: Arm) -> dict[str, Any]:
    return {"before": arm.before, "after": arm.after, "n": arm.n}
