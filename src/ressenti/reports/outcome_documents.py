"""Outcome documents: declarations, templates and pairs as JSON publishes them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ressenti.facts.plan_outcomes import PlannedOutcome
from ressenti.language import Language
from ressenti.studies.outcome_library import OutcomePair, OutcomeTemplate, kinds_of_outcome


def declared_document(name: str, outcome: PlannedOutcome, language: Language) -> dict[str, Any]:
    """Return what a plan says of an outcome, as JSON publishes it."""
    learnt = outcome.learnt
    return {
        "outcome": name,
        "words": outcome.words.to(language),
        "kind": outcome.kind,
        "unit": outcome.unit,
        "increment": outcome.increment,
        "direction": outcome.direction,
        "expectation_source": outcome.expectation_source,
        "learnt": None
        if learnt is None
        else {**asdict(learnt), "by": list(learnt.by), "grain": learnt.grain.value},
        "step": outcome.step,
        "importance": outcome.importance,
        "moves": list(outcome.moves),
        "admission": outcome.admission,
        "tests": [
            {
                "test": answer.test,
                "passed": answer.passed,
                "by": answer.by,
                "on": answer.on.isoformat(),
                "evidence": answer.evidence,
            }
            for answer in outcome.tests
        ],
    }


def template_document(template: OutcomeTemplate, language: Language) -> dict[str, Any]:
    """Return an outcome to start from, with the kind it is of."""
    kind = kinds_of_outcome()[template.kind]
    return {
        "template": template.key,
        "kind": template.kind,
        "family": kind.family,
        "meaning": kind.meaning.to(language),
        "source": kind.source,
        "step": template.step,
        "words": template.words.to(language),
        "question": template.question.to(language),
        "actual": template.actual.to(language),
        "unit": template.unit,
        "increment": template.increment,
        "direction": template.direction,
        "expectation_source": template.expectation_source,
        "moves": list(template.moves),
        "themes": list(template.themes),
    }


def pair_document(pair: OutcomePair, language: Language) -> dict[str, Any]:
    """Return a pair of an indicator and an outcome, with who says so."""
    return {
        "number": pair.number,
        "kpis": list(pair.kpis),
        "kpi": pair.kpi.to(language),
        "outcome": pair.outcome.to(language),
        "computed_by": pair.computed_by,
        "template": pair.template,
        "step": pair.step,
        "status": pair.status,
        "source": pair.source,
    }
