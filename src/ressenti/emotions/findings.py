"""Findings: from the scores of a batch to the reading of each text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt

from ressenti.emotions.clauses import Flags
from ressenti.emotions.features import Floats, Integers
from ressenti.emotions.heads import EMOTIONS, READ, STRENGTH
from ressenti.emotions.labels import ANGER_FAMILY, LABELS, SURPRISE_VALENCE
from ressenti.emotions.reading import Carrier, Clause, Emotion, Reading, Span
from ressenti.emotions.scoring import Scores
from ressenti.emotions.tables import NGrams
from ressenti.emotions.tokens import Part

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
BOTH: Final = 0.35
"""From here on of both, emotions of either sign are shown."""
QUIET_LEAD: Final = 0.3
"""How far over its threshold an emotion is shown where the neutral head finds nothing felt."""
CARRIERS: Final = (Carrier.WORD, Carrier.NEGATED, Carrier.EMOJI, Carrier.STRESSED)
MOST_EMOTIONS: Final = 2
TONES: Final = np.where(VALENCES > 0, POSITIVE, NEGATIVE)
TONE_OF_EMOTION: Final = 0.5
"""What a word's polarity counts beside the emotion itself when carriers are told."""
MOST_WORDS: Final = 3
LEAST_SHARE: Final = 0.4
"""Of the strongest word's evidence, what another must bring to be shown."""

EMPHASES: Final = {
    Part.STRONGER: 0.3, Part.MUCH_STRONGER: 0.5, Part.WEAKER: -0.35,
    Part.SHOUTED: 0.25, Part.STRETCHED: 0.25,
}  # fmt: skip
EXCLAMATION: Final = 0.2
A_LITTLE: Final = -0.5
LEAST_EMPHASIS, MOST_EMPHASIS = -0.6, 1.2
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


def emphases(scores: Scores, exclamations: Flags) -> Floats:
    """Return how much each clause is stressed: 0 for plain words, below for « un peu »."""
    parts, clause, count = scores.parts, scores.clauses.clause, len(scores.clauses.first)
    denied = scores.clauses.is_denied
    weight = np.zeros(len(parts), dtype=np.float32)
    for part, value in EMPHASES.items():
        weight += value * ((parts & part) != 0)
    weight[denied & ((parts & (Part.SHOUTED | Part.STRETCHED)) == 0)] = 0
    little = (parts[1:] & Part.LITTLE != 0) & (parts[:-1] & Part.ONE != 0)
    weight[1:][little] = A_LITTLE
    weight[exclamations] += EXCLAMATION
    sums = np.bincount(clause, weights=weight, minlength=count)
    return np.clip(sums, LEAST_EMPHASIS, MOST_EMPHASIS).astype(np.float32)


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


def carriers(
    scores: Scores, findings: Findings, rarities: Floats
) -> tuple[Integers, Integers, Floats]:
    """Return the words that carry each finding: which finding, which unit, what share.

    Parameters
    ----------
    rarities : floats, shape (units,)
        How much each word says beside frequent ones.
    """
    count = len(scores.clauses.first)
    sizes = np.bincount(scores.clause, minlength=count)
    starts = np.cumsum(sizes) - sizes
    repeats = sizes[findings.clause]
    finding = np.repeat(np.arange(len(repeats)), repeats)
    begin = np.cumsum(repeats) - repeats
    unit = np.arange(len(finding)) - begin[finding] + starts[findings.clause][finding]
    emotion = findings.emotion[finding]
    value = scores.evidence[unit, emotion]
    # A word may be known to displease and not yet how.
    value += TONE_OF_EMOTION * scores.evidence[unit, TONES[emotion]] * (VALENCES[emotion] != 0)
    value *= rarities[unit]
    best = np.maximum.reduceat(value, begin) if len(value) else value
    kept = np.flatnonzero((value > 0) & (value >= LEAST_SHARE * best[finding]))
    kept = kept[np.lexsort((-value[kept], finding[kept]))]
    rank = np.arange(len(kept)) - np.searchsorted(finding[kept], finding[kept])
    kept = kept[rank < MOST_WORDS]
    total = np.bincount(finding, weights=value.clip(0), minlength=len(repeats))
    share = value[kept] / total[finding[kept]]
    return finding[kept], unit[kept], share


@dataclass(frozen=True, slots=True)
class Places:
    """Where the tokens of a batch stand in the texts as they were given.

    Attributes
    ----------
    starts, ends : integers, shape (tokens,)
        Of each token, in its own text once cleaned.
    cleaned : sequence of sequence of int or None
        For each text, the place each cleaned character had; None where nothing was cleaned.
    """

    starts: Integers
    ends: Integers
    cleaned: Sequence[Sequence[int] | None]

    def spans(self, first: Integers, last: Integers, text: Integers) -> list[tuple[int, int]]:
        """Return where the tokens from first to last stand in the texts as given."""
        spans = list(zip(self.starts[first].tolist(), self.ends[last].tolist(), strict=True))
        if any(self.cleaned):
            for at, own in enumerate(text.tolist()):
                places = self.cleaned[own]
                if places is not None:
                    start, end = spans[at]
                    spans[at] = places[start], places[end - 1] + 1
        return spans


def readings_of(
    scores: Scores,
    findings: Findings,
    rarities: Floats,
    places: Places,
    texts: int,
    language: str | None,
    version: str,
) -> list[Reading | None]:
    """Return the reading of each text; None for those without a single unit."""
    clauses = scores.clauses
    spans = places.spans(clauses.first, clauses.last, clauses.text)
    emotions = _emotions(scores, findings, rarities, places, spans)
    made = [
        Clause(start, end, positive, negative, felt)
        for (start, end), positive, negative, felt in zip(
            spans,
            findings.positive.tolist(),
            findings.negative.tolist(),
            emotions,
            strict=True,
        )
    ]
    readings: list[Reading | None] = [None] * texts
    for text, first, last, *figures in _figures(clauses.text, findings):
        positive, negative, strongest, most_positive, most_negative = figures
        felt = tuple(chain.from_iterable(emotions[first:last]))
        is_pleased, is_displeased = most_positive >= FELT, most_negative >= FELT
        readings[text] = Reading(
            language,
            positive,
            negative,
            strongest,
            is_pleased and is_displeased,
            not (felt or is_pleased or is_displeased),
            None,
            felt,
            tuple(made[first:last]),
            version,
        )
    return readings


def _figures(
    text: Integers, findings: Findings
) -> Iterator[tuple[int, int, int, float, float, float, float, float]]:
    """Yield the place of each text, of its first clause and past its last, and its figures.

    These are P and N, means over its clauses; the strength of its strongest emotion; its greatest P
    and its greatest N.
    """
    if not len(text):
        return
    starts = np.flatnonzero(np.diff(text, prepend=-1))
    ends = np.append(starts[1:], len(text))
    counts = (ends - starts).astype(np.float32)
    positive, negative = findings.positive, findings.negative
    strength = np.zeros_like(findings.strength)
    strength[findings.clause] = findings.strength[findings.clause]
    yield from zip(
        text[starts].tolist(),
        starts.tolist(),
        ends.tolist(),
        (np.add.reduceat(positive, starts) / counts).tolist(),
        (np.add.reduceat(negative, starts) / counts).tolist(),
        np.maximum.reduceat(strength, starts).tolist(),
        np.maximum.reduceat(positive, starts).tolist(),
        np.maximum.reduceat(negative, starts).tolist(),
        strict=True,
    )


def _emotions(
    scores: Scores,
    findings: Findings,
    rarities: Floats,
    places: Places,
    spans: Sequence[tuple[int, int]],
) -> list[tuple[Emotion, ...]]:
    """Return the emotions of each clause, the strongest first."""
    clauses = scores.clauses
    words: list[list[Span]] = [[] for _ in range(len(findings.clause))]
    finding, unit, share = carriers(scores, findings, rarities)
    token = scores.token[unit]
    word_spans = places.spans(token, token, clauses.text[findings.clause[finding]])
    for at, (start, end), part, carrier in zip(
        finding.tolist(), word_spans, share.tolist(), _carriers(scores, unit), strict=True
    ):
        words[at].append(Span(start, end, part, CARRIERS[carrier]))
    is_first = np.diff(clauses.text, prepend=-1) != 0
    order = np.arange(len(is_first))
    rank = (order - np.maximum.accumulate(np.where(is_first, order, 0)))[findings.clause]
    valence = VALENCES[findings.emotion]
    sign = np.sign(findings.positive - findings.negative)[findings.clause]
    valence = np.where(valence == 0, SURPRISE_VALENCE * sign, valence)
    found: list[tuple[Emotion, ...]] = [()] * len(is_first)
    for at, emotion, pleasant, strength, place, own in zip(
        findings.clause.tolist(),
        findings.emotion.tolist(),
        valence.tolist(),
        findings.strength[findings.clause].tolist(),
        rank.tolist(),
        words,
        strict=True,
    ):
        start, end = spans[at]
        one = Emotion(SHOWN[emotion], pleasant, strength, start, end, place, tuple(own))
        found[at] = (*found[at], one)
    return found


def _carriers(scores: Scores, unit: Integers) -> list[int]:
    """Return how each unit carries, as places in ``CARRIERS``."""
    parts = scores.parts[(scores.parts & Part.FILLER) == 0][unit]
    is_drawn = (parts & (Part.SYMBOL | Part.BREAK)) == Part.SYMBOL
    is_stressed = (parts & (Part.SHOUTED | Part.STRETCHED)) != 0
    found: list[int] = np.select(
        [scores.is_denied[unit], is_drawn, is_stressed], [1, 2, 3]
    ).tolist()
    return found
