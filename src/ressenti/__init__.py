"""Ressenti: customer-experience indicators with their uncertainty.

Examples
--------
>>> import ressenti as rs
>>> rs.calc("nps", {"promoters": 58, "passives": 25, "detractors": 17}).value
41.0
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ressenti.indicators import catalogue
    from ressenti.language import Text
    from ressenti.library.comparison import compare
    from ressenti.library.connecting import connect
    from ressenti.library.drivers import drivers
    from ressenti.library.emotion_comparisons import compare_emotion_engines
    from ressenti.library.emotions import read_emotions, read_text
    from ressenti.library.examples import calc
    from ressenti.library.explaining import explain
    from ressenti.library.importing import import_facts
    from ressenti.library.linking import link
    from ressenti.library.measuring import score
    from ressenti.library.outcome_candidates import outcome_candidates
    from ressenti.library.outcomes import outcomes
    from ressenti.library.ranking import rank
    from ressenti.library.reliability import reliability
    from ressenti.library.results import Scores
    from ressenti.library.rollouts import effect
    from ressenti.library.series import series
    from ressenti.library.servqual import servqual
    from ressenti.scores.score import Score
    from ressenti.studies.outcome_library import outcome_pairs, outcome_templates

__version__ = "0.1.0"

# What is public is imported when it is first used: `import ressenti` alone stays quick.
_HOMES = {
    "Score": "ressenti.scores.score:Score",
    "Scores": "ressenti.library.results:Scores",
    "Text": "ressenti.language:Text",
    "calc": "ressenti.library.examples:calc",
    "catalogue": "ressenti.indicators:catalogue",
    "compare": "ressenti.library.comparison:compare",
    "compare_emotion_engines": "ressenti.library.emotion_comparisons:compare_emotion_engines",
    "connect": "ressenti.library.connecting:connect",
    "drivers": "ressenti.library.drivers:drivers",
    "explain": "ressenti.library.explaining:explain",
    "effect": "ressenti.library.rollouts:effect",
    "import_facts": "ressenti.library.importing:import_facts",
    "link": "ressenti.library.linking:link",
    "outcome_candidates": "ressenti.library.outcome_candidates:outcome_candidates",
    "outcome_pairs": "ressenti.studies.outcome_library:outcome_pairs",
    "outcome_templates": "ressenti.studies.outcome_library:outcome_templates",
    "outcomes": "ressenti.library.outcomes:outcomes",
    "rank": "ressenti.library.ranking:rank",
    "read_emotions": "ressenti.library.emotions:read_emotions",
    "read_text": "ressenti.library.emotions:read_text",
    "reliability": "ressenti.library.reliability:reliability",
    "score": "ressenti.library.measuring:score",
    "series": "ressenti.library.series:series",
    "servqual": "ressenti.library.servqual:servqual",
}

__all__ = [
    "Score",
    "Scores",
    "Text",
    "__version__",
    "calc",
    "catalogue",
    "compare",
    "compare_emotion_engines",
    "connect",
    "drivers",
    "effect",
    "explain",
    "import_facts",
    "link",
    "outcome_candidates",
    "outcome_pairs",
    "outcome_templates",
    "outcomes",
    "rank",
    "read_emotions",
    "read_text",
    "reliability",
    "score",
    "series",
    "servqual",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        message = f"module 'ressenti' has no attribute '{name}'"
        raise AttributeError(message)
    module, _, attribute = _HOMES[name].partition(":")
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
