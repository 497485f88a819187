"""Findings: from the scores of a batch to the reading of each text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ressenti.emotions.features import Floats, Integers
from ressenti.emotions.heads import EMOTIONS, READ, STRENGTH
from ressenti.emotions.labels import ANGER_FAMILY, LABELS
from ressenti.emotions.scoring import Scores
from ressenti.emotions.tables import NGrams

SHOWN: Final = tuple(name for name in EMOTIONS if name != "neutral")
VALENCES: Final = np.array([LABELS[name].valence for name in SHOWN])
GROUPS: Final = {
    READ.index("ekman_joy"): np.array(
        [SHOWN.index(name) for name in ("joy", "appreciation", "gratitude", "trust")]
    ),
    READ.index("ekman_anger"): np.array([SHOWN.index(name) for name in ANGER_FAMILY]),
}
"""Families that are told better than their members: one of them is shown where the family is."""
POSITIVE: Final = READ.index("positive")
NEGATIVE: Final = READ.index("negative")
NEUTRAL: Final = READ.index("neutral")
STRENGTHS: Final = READ.index(STRENGTH)

FELT: Final = 0.5
"""From here on a clause is pleased or displeased."""
BOTH: Final = 0.15
"""From here on of both, emotions of either sign are shown."""
QUIET_LEAD: Final = 0.1
"""How far over its threshold an emotion is shown where the neutral head finds nothing felt."""
MOST_EMOTIONS: Final = 2
TONES: Final = np.where(VALENCES > 0, POSITIVE, NEGATIVE)
TONE_OF_EMOTION: Final = 0.5
"""What a word's polarity counts beside the emotion itself when carriers are told."""
MOST_WORDS: Final = 3
LEAST_SHARE: Final = 0.4
"""Of the strongest word's evidence, what another must bring to be shown."""

EMPHASIS_OF_STRENGTH: Final = 1.5


@dataclass(frozen=True, slots=True)
class Findings:
    """What is shown of each clause.

    Attributes
    ----------
    positive, negative, strength : floats, shape (clauses,)
    clause, emotion : integers, shape (findings,)
        Which emotions are shown, clause by clause.
    """

    positive: Floats
    negative: Floats
    strength: Floats
    clause: Integers
    emotion: Integers


@dataclass(frozen=True, slots=True)
class Carriers:
    """The words that carry findings: which finding, which unit, what share of its evidence."""

    finding: Integers
    unit: Integers
    share: Floats


def findings_of(scores: Scores, tables: NGrams, emphasis: Floats) -> Findings:
    """Return the polarity, the strength and the emotions of each clause."""
    calibrated = tables.slopes * scores.logits + tables.offsets
    first, second = scores.logits[:, POSITIVE], scores.logits[:, NEGATIVE]
    pleased, displeased = (row[0] * first + row[1] * second + row[2] for row in tables.polarity)
    leads = pleased >= displeased
    positive = _chance(pleased + np.where(leads, _stress(emphasis, pleased), 0))
    negative = _chance(displeased + np.where(leads, 0, _stress(emphasis, displeased)))
    strength = _chance(calibrated[:, STRENGTHS] + EMPHASIS_OF_STRENGTH * emphasis)
    clause, emotion = _shown(scores.logits, tables.thresholds, positive, negative)
    return Findings(positive, negative, strength, clause, emotion)


def _stress(emphasis: Floats, logit: Floats) -> Floats:
    """Return what emphasis adds to a logit: the surer the feeling, the more."""
    result: Floats = emphasis * np.logaddexp(0, logit)
    return result


def _chance(logit: npt.NDArray[np.floating]) -> Floats:
    result: Floats = (1 / (1 + np.exp(-np.clip(logit, -30, 30)))).astype(np.float32)
    return result


def _shown(
    logits: Floats, thresholds: Floats, positive: Floats, negative: Floats
) -> tuple[Integers, Integers]:
    """Return the emotions of each clause: those over their threshold that its polarity admits."""
    lead = logits[:, : len(SHOWN)] - thresholds[: len(SHOWN)]
    is_quiet = logits[:, NEUTRAL] > thresholds[NEUTRAL]
    is_felt = np.maximum(positive, negative) >= FELT
    both = np.minimum(positive, negative) >= BOTH
    sign = np.where(positive >= negative, 1, -1)
    agrees = (sign[:, None] * VALENCES >= 0) | (both | ~is_felt)[:, None]
    agrees[:, SHOWN.index("confusion")] = True
    shown = lead > 0
    for group, members in GROUPS.items():
        rows = np.flatnonzero(logits[:, group] > thresholds[group])
        best = members[lead[np.ix_(rows, members)].argmax(axis=1)]
        shown[rows, best] = True
    shown &= agrees & ((lead >= QUIET_LEAD) | ~is_quiet[:, None])
    lead = np.where(agrees, lead, -np.inf)
    strict = np.where(sign[:, None] * VALENCES > 0, lead, -np.inf)
    lacks = np.flatnonzero(is_felt & ~shown.any(axis=1))
    shown[lacks, strict[lacks].argmax(axis=1)] = True
    crowded = np.flatnonzero(shown.sum(axis=1) > MOST_EMOTIONS)
    if len(crowded):
        kept = np.where(shown[crowded], lead[crowded], -np.inf)
        floor = np.sort(kept, axis=1)[:, -MOST_EMOTIONS]
        shown[crowded] &= kept >= floor[:, None]
    clause, emotion = np.nonzero(shown)
    return clause, emotion


def carriers(scores: Scores, findings: Findings, rarities: Floats) -> Carriers:
    """Return the words that carry each finding, the strongest first.

    Parameters
    ----------
    rarities : floats, shape (units,)
        How much each word says beside frequent ones.
    """
    sizes = scores.units.sizes
    repeats = sizes[findings.clause]
    finding = np.repeat(np.arange(len(repeats)), repeats)
    begin = np.cumsum(repeats) - repeats
    starts = np.cumsum(sizes) - sizes
    unit = np.arange(len(finding)) + np.repeat(starts[findings.clause] - begin, repeats)
    emotion = findings.emotion[finding]
    value = scores.evidence.of(unit, emotion)
    # A word may be known to displease and not yet how.
    tone = scores.evidence.of(unit, TONES[emotion]) * (VALENCES[emotion] != 0)
    value = (value + TONE_OF_EMOTION * tone) * rarities[unit]
    best = np.zeros(len(repeats), dtype=value.dtype)
    if len(value):
        best[repeats > 0] = np.maximum.reduceat(value, begin[repeats > 0])
    kept = np.flatnonzero((value > 0) & (value >= LEAST_SHARE * best[finding]))
    kept = kept[np.lexsort((-value[kept], finding[kept]))]
    rank = np.arange(len(kept)) - np.searchsorted(finding[kept], finding[kept])
    kept = kept[rank < MOST_WORDS]
    total = np.bincount(finding, weights=value.clip(0), minlength=len(repeats))
    return Carriers(finding[kept], unit[kept], value[kept] / total[finding[kept]])
