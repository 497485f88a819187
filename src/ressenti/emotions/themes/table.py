"""The table of emotion by theme by step: how often, how felt, and what each adds to the score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from ressenti.emotions.reading import Clause, Reading
from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.intervals import Interval
from ressenti.statistics.linearisation import design_variance, ratio_scores

NO_THEME: Final = ""
"""The theme of what speaks of none; it is a row of the table, so that everything adds up."""
NEUTRAL: Final = "neutral"
ROUNDING: Final = 1e-12
ONE_RESPONDENT: Final = Text(
    en="fewer than two respondents: how much they differ is unknown",
    fr="moins de deux répondants : on ignore combien ils diffèrent",
)

Dimension = Literal["theme", "step", "emotion"]
Floats = npt.NDArray[np.float64]
Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class ThemeCell:
    """One cell of the table.

    Attributes
    ----------
    theme, step, emotion : str or None
        None where the table is not split by it, or where no step is known; the theme ``""`` is
        what speaks of no theme, the emotion ``neutral`` what carries none.
    verbatims, respondents : int
    share : float
        Of what was read, 0..1: every verbatim weighs 1, shared evenly by its clauses, then by the
        themes of each clause. Shares add up to 1.
    polarity : Interval
        Mean s in the cell, in [-1, 1], with its interval over respondents.
    points : float
        What the cell adds to the score: 100 × share × mean s. They add up to it.
    lift : float or None
        100 × share × (mean s − mean s of the rest): the score minus what it would be without the
        cell. None when there is no rest.
    """

    theme: str | None
    step: str | None
    emotion: str | None
    verbatims: int
    respondents: int
    share: float
    polarity: Interval
    points: float
    lift: float | None


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a clause: one theme of it and one emotion."""

    key: Key
    verbatim: int
    respondent: Hashable
    weight: float
    felt: float


def theme_table(
    readings: Sequence[Reading],
    themes: Sequence[Sequence[Sequence[str]]],
    *,
    steps: Sequence[str | None] | None = None,
    respondents: Sequence[Hashable] | None = None,
    by: Sequence[Dimension] = ("theme", "step", "emotion"),
    confidence: float = 0.95,
) -> tuple[ThemeCell, ...]:
    """Return the cells of the table, those that add or take most first.

    Parameters
    ----------
    readings : sequence of Reading
        Unread texts are left out.
    themes : sequence
        For each reading, the themes of each of its clauses.
    steps : sequence of str or None, optional
        The step of the journey that each text is about.
    respondents : sequence, optional
        Who wrote each text; by default everybody wrote one.
    by : sequence of {"theme", "step", "emotion"}
        What the table is split by.
    confidence : float
        Of the intervals, between 0 and 1.

    Raises
    ------
    InvalidArgument
        R102, when there are not as many themes, steps or respondents as readings.

    Notes
    -----
    The pleased part of a clause is shared out among its pleasant emotions by their intensity, the
    displeased part among its unpleasant ones; what no emotion carries is ``neutral``. The interval
    is Student's, by Taylor linearisation of a ratio over respondents.
    """
    counted = len(readings)
    stages = steps if steps is not None else [None] * counted
    owners = respondents if respondents is not None else range(counted)
    for listed in (themes, stages, owners):
        _require_one_each(len(listed), counted)
    pieces = [
        piece
        for place, reading in enumerate(readings)
        if not reading.is_unread and reading.clauses
        for piece in _pieces(reading, themes[place], stages[place], place, owners[place], by)
    ]
    cells = _cells(pieces, by, confidence)
    return tuple(sorted(cells, key=lambda cell: (-abs(cell.points), str(cell))))


def _pieces(
    reading: Reading,
    themes: Sequence[Sequence[str]],
    step: str | None,
    verbatim: int,
    respondent: Hashable,
    by: Sequence[Dimension],
) -> Iterator[_Piece]:
    for clause, listed in zip(reading.clauses, themes, strict=True):
        own = (tuple(listed) or (NO_THEME,)) if "theme" in by else (None,)
        share = 1 / (len(reading.clauses) * len(own))
        for theme in own:
            for emotion, weight, felt in _shares(clause, "emotion" in by):
                values: dict[Dimension, str | None] = {
                    "theme": theme,
                    "step": step,
                    "emotion": emotion,
                }
                key = tuple(values[dimension] for dimension in by)
                yield _Piece(key, verbatim, respondent, share * weight, share * felt)


def _shares(clause: Clause, by_emotion: bool) -> Iterator[tuple[str | None, float, float]]:
    """Give the emotions of a clause, the part of it that each is, and of what is felt."""
    felt = clause.positive - clause.negative
    intensities = sum(emotion.intensity for emotion in clause.emotions)
    if not by_emotion or not intensities:
        yield (NEUTRAL if by_emotion else None), 1.0, felt
        return
    left = felt
    for sign, part in ((1, clause.positive), (-1, -clause.negative)):
        own = [emotion for emotion in clause.emotions if emotion.valence * sign > 0]
        strength = sum(emotion.intensity for emotion in own)
        for emotion in own:
            if strength:
                carried = part * emotion.intensity / strength
                left -= carried
                yield emotion.name, emotion.intensity / intensities, carried
    other = sum(one.intensity for one in clause.emotions if one.valence == 0) / intensities
    if other or abs(left) > ROUNDING:
        yield NEUTRAL, other, left


def _cells(
    pieces: Sequence[_Piece], by: Sequence[Dimension], confidence: float
) -> Iterator[ThemeCell]:
    weights = np.array([piece.weight for piece in pieces])
    felt = np.array([piece.felt for piece in pieces])
    total, score = float(weights.sum()), float(felt.sum())
    names: dict[Hashable, int] = {}
    clusters = np.array([names.setdefault(piece.respondent, len(names)) for piece in pieces])
    rows: dict[Key, list[int]] = defaultdict(list)
    for place, piece in enumerate(pieces):
        rows[piece.key].append(place)
    for key, own in rows.items():
        inside = np.zeros(len(pieces))
        inside[own] = 1
        weight, part = float(weights[own].sum()), float(felt[own].sum())
        rest = total - weight
        values = dict(zip(by, key, strict=True))
        yield ThemeCell(
            theme=values.get("theme"),
            step=values.get("step"),
            emotion=values.get("emotion"),
            verbatims=len({pieces[place].verbatim for place in own}),
            respondents=len({pieces[place].respondent for place in own}),
            share=weight / total,
            polarity=_mean(felt * inside, weights * inside, clusters, confidence),
            points=100 * part / total,
            lift=100 * (score / total - (score - part) / rest) if rest > 1e-9 * total else None,
        )


def _mean(
    felt: Floats, weights: Floats, clusters: npt.NDArray[np.int_], confidence: float
) -> Interval:
    """Return the mean of what is felt, and its limits over respondents."""
    weight = float(weights.sum())
    if not weight:
        reason = Text(en="nothing to average", fr="rien dont faire la moyenne")
        return Interval(None, None, None, confidence, "linearised", reason)
    mean = float(felt.sum()) / weight
    if len(np.unique(clusters[weights > 0])) < 2:
        return Interval(mean, None, None, confidence, "linearised", ONE_RESPONDENT)
    from scipy.special import stdtrit

    found = design_variance(ratio_scores(felt, weights, np.ones(len(felt))), clusters=clusters)
    reach = float(stdtrit(found.degrees_of_freedom, (1 + confidence) / 2))
    spread = reach * float(found.variance[0]) ** 0.5
    return Interval(
        mean, max(mean - spread, -1.0), min(mean + spread, 1.0), confidence, "linearised"
    )


def _require_one_each(given: int, wanted: int) -> None:
    if given != wanted:
        raise InvalidArgument(
            Text(
                en="{given} values were given for {wanted} readings: there must be one each.",
                fr="{given} valeurs ont été données pour {wanted} lectures : il en faut une pour "
                "chacune.",
            ).format(given=given, wanted=wanted)
        )
