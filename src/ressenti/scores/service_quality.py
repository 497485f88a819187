"""Service quality: expectations and perceptions of 22 items, gathered by dimension.

Rows are respondents and columns are items or dimensions; a mark that was not given is NaN inside
these arrays only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ressenti.errors import InvalidArgument
from ressenti.facts.raw_values import Absence
from ressenti.facts.scales import ONE_TO_SEVEN, Quantity
from ressenti.language import Text
from ressenti.scores.inputs import Inputs

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension of service and short paraphrases of its statements, in questionnaire order."""

    name: Text
    statements: tuple[Text, ...]


QUESTIONNAIRE: Mapping[str, Dimension] = {
    "tangibles": Dimension(
        Text(en="tangibles", fr="éléments tangibles"),
        (
            Text(en="up-to-date equipment", fr="équipements actuels"),
            Text(en="pleasant premises", fr="locaux agréables"),
            Text(en="neat staff", fr="personnel soigné"),
            Text(en="clear documents", fr="supports clairs"),
        ),
    ),
    "reliability": Dimension(
        Text(en="reliability", fr="fiabilité"),
        (
            Text(en="keeps its promised dates", fr="tient ses délais"),
            Text(en="really tries to solve problems", fr="s'implique pour résoudre"),
            Text(en="right the first time", fr="bien du premier coup"),
            Text(en="delivers when announced", fr="livre au moment annoncé"),
            Text(en="keeps records without error", fr="tient des dossiers sans erreur"),
        ),
    ),
    "responsiveness": Dimension(
        Text(en="responsiveness", fr="réactivité"),
        (
            Text(en="says when it will be done", fr="annonce l'échéance"),
            Text(en="prompt", fr="rapide"),
            Text(en="willing to help", fr="serviable"),
            Text(en="never too busy to answer", fr="toujours disponible pour répondre"),
        ),
    ),
    "assurance": Dimension(
        Text(en="assurance", fr="assurance"),
        (
            Text(en="inspires confidence", fr="inspire confiance"),
            Text(en="customers feel safe", fr="on se sent en sécurité"),
            Text(en="courteous", fr="courtois"),
            Text(en="competent", fr="compétent"),
        ),
    ),
    "empathy": Dimension(
        Text(en="empathy", fr="empathie"),
        (
            Text(en="the firm's attention to each one", fr="attention de l'entreprise à chacun"),
            Text(en="convenient hours", fr="horaires commodes"),
            Text(en="the staff's personal attention", fr="attention personnelle du personnel"),
            Text(en="the customer's interest first", fr="intérêt du client d'abord"),
            Text(en="understands needs", fr="comprend les besoins"),
        ),
    ),
}

ITEMS_OF_DIMENSIONS: Mapping[str, int] = {
    key: len(dimension.statements) for key, dimension in QUESTIONNAIRE.items()
}
DIMENSIONS = tuple(ITEMS_OF_DIMENSIONS)
ITEMS = sum(ITEMS_OF_DIMENSIONS.values())
POINTS, POINTS_TOLERANCE = 100.0, 0.5
GAP = Quantity(
    key="gap",
    name=Text(en="perception minus expectation, −6 to 6", fr="perception moins attente, de −6 à 6"),
    minimum=ONE_TO_SEVEN.minimum - ONE_TO_SEVEN.maximum,
    maximum=ONE_TO_SEVEN.maximum - ONE_TO_SEVEN.minimum,
)


@dataclass(frozen=True, slots=True)
class Gaps:
    """What respondents expected and perceived, as gaps.

    Parameters
    ----------
    items : array, shape (m, k), or None
        Perception minus expectation, NaN unless both were given; None when the gaps were given
        by dimension.
    dimensions : array, shape (m, 5)
        Mean gap of each dimension, NaN unless half of its pairs are complete.
    weights : sequence of Inputs or None, length m
        The points each respondent gave to the dimensions.
    invalid : int
        Marks off the scale.
    """

    items: Floats | None
    dimensions: Floats
    weights: Sequence[Inputs | None]
    invalid: int

    def unweighted(self) -> Floats:
        """Return the mean of the five dimensions of each respondent, NaN without all five."""
        means: Floats = self.dimensions.mean(axis=1)
        return means

    def contributions(self) -> Floats:
        """Return each gap times its share of the points, NaN where the points are invalid."""
        shares = [shares_of(points) for points in self.weights]
        unknown = np.full(len(DIMENSIONS), np.nan)
        rows = [unknown if share is None else share for share in shares]
        weights = np.array(rows).reshape(self.dimensions.shape)
        products: Floats = weights * self.dimensions
        return products

    def weighted(self) -> Floats:
        """Return the mean weighted by each one's own points, NaN where they are invalid."""
        totals: Floats = self.contributions().sum(axis=1)
        return totals

    def means(self) -> Floats:
        """Return the mean of each dimension over the respondents who have one, shape (5,)."""
        return column_means(self.dimensions)


def gaps_of(inputs: Inputs) -> Gaps:
    """Return the gaps of one respondent or of many.

    Parameters
    ----------
    inputs : Inputs
        ``gaps`` by dimension; or ``expectations`` and ``perceptions``, 22 marks or one list of 22
        marks per respondent, with ``weights``; or ``respondents``, a list of such objects.

    Raises
    ------
    InvalidArgument
        R102, when there are not 22 items of each.
    """
    if inputs.has("respondents"):
        each = [gaps_of(Inputs(respondent)) for respondent in inputs.rows("respondents")]
        return _together(each)
    weights = inputs.object("weights") if inputs.get("weights") is not None else None
    if inputs.has("gaps"):
        return _given(inputs.object("gaps"), weights)
    items, invalid = paired_gaps(inputs)
    return Gaps(items, dimension_means(items), [weights] * len(items), invalid)


def _together(each: Sequence[Gaps]) -> Gaps:
    if not each:
        return Gaps(np.empty((0, ITEMS)), np.empty((0, len(DIMENSIONS))), (), 0)
    items = [gaps.items for gaps in each if gaps.items is not None]
    return Gaps(
        items=np.vstack(items) if len(items) == len(each) else None,
        dimensions=np.vstack([gaps.dimensions for gaps in each]),
        weights=[points for gaps in each for points in gaps.weights],
        invalid=sum(gaps.invalid for gaps in each),
    )


def _given(gaps: Inputs, weights: Inputs | None) -> Gaps:
    read = [GAP.read(gaps[dimension]) for dimension in DIMENSIONS]
    row = [np.nan if isinstance(gap, Absence) else gap for gap in read]
    return Gaps(None, np.array([row]), (weights,), read.count(Absence.INVALID))


def stacked(inputs: Inputs) -> Inputs:
    """Return ``respondents`` as one list of marks per respondent; other inputs as they are."""
    if not inputs.has("respondents"):
        return inputs
    rows = [Inputs(respondent) for respondent in inputs.rows("respondents")]
    asked = [name for name in ("expectations", "perceptions") if all(row.has(name) for row in rows)]
    return Inputs({name: [row[name] for row in rows] for name in asked})


def paired_gaps(inputs: Inputs) -> tuple[Floats, int]:
    """Return perceptions minus expectations, shape (m, k), and how many marks were off the scale.

    Raises
    ------
    InvalidArgument
        R102, when the two differ in respondents or items.
    """
    expected, off_expected = marks_of(inputs, "expectations")
    perceived, off_perceived = marks_of(inputs, "perceptions")
    if expected.shape != perceived.shape:
        raise InvalidArgument(
            Text(
                en=f"{expected.size} expectations and {perceived.size} perceptions do not pair: "
                "give the same items in the same order, null where one is missing.",
                fr=f"{expected.size} attentes et {perceived.size} perceptions ne s'apparient pas : "
                "donnez les mêmes items dans le même ordre, null s'il en manque un.",
            )
        )
    return perceived - expected, off_expected + off_perceived


def marks_of(inputs: Inputs, name: str) -> tuple[Floats, int]:
    """Return marks from 1 to 7, shape (m, k), and how many were off the scale.

    Examples
    --------
    >>> marks, invalid = marks_of(Inputs({"perceptions": [7, None, 8]}), "perceptions")
    >>> marks.tolist(), invalid
    ([[7.0, nan, nan]], 1)
    """
    rows = inputs.rows(name)
    if not rows:
        return np.empty((0, ITEMS)), 0
    respondents = rows if isinstance(rows[0], Sequence) else [rows]
    read = [
        [ONE_TO_SEVEN.read(raw) for raw in Inputs({name: row}).rows(name)] for row in respondents
    ]
    if len({len(row) for row in read}) > 1:
        raise _wrong_items(min(len(row) for row in read))
    marks = [[mark if isinstance(mark, float) else np.nan for mark in row] for row in read]
    return np.array(marks), sum(row.count(Absence.INVALID) for row in read)


def dimension_means(items: Floats) -> Floats:
    """Return the mean of each dimension, shape (m, 5), NaN unless half of its items are given.

    Raises
    ------
    InvalidArgument
        R102, when there are not 22 items.

    Examples
    --------
    >>> marks = np.array([[6.0, 4.0, np.nan, np.nan] + [np.nan] * 3 + [7.0] * 15])
    >>> dimension_means(marks).tolist()
    [[5.0, nan, 7.0, 7.0, 7.0]]
    """
    if items.shape[1] != ITEMS:
        raise _wrong_items(items.shape[1])
    bounds = np.cumsum([0, *ITEMS_OF_DIMENSIONS.values()])
    return np.column_stack([row_means(items[:, low:high]) for low, high in pairwise(bounds)])


def row_means(items: Floats) -> Floats:
    """Return the mean of each row, shape (m,), NaN unless half of its items are given."""
    given = np.isfinite(items)
    n = given.sum(axis=1)
    enough = (n > 0) & (2 * n >= items.shape[1])
    sums = np.where(given, items, 0.0).sum(axis=1)
    return np.where(enough, sums / np.maximum(n, 1), np.nan)


def column_means(items: Floats) -> Floats:
    """Return the mean of each column over the rows that have it, shape (k,), NaN without any."""
    given = np.isfinite(items)
    n = given.sum(axis=0)
    sums = np.where(given, items, 0.0).sum(axis=0)
    return np.where(n > 0, sums / np.maximum(n, 1), np.nan)


def shares_of(points: Inputs | None) -> Floats | None:
    """Return the shares of the dimensions, None unless the points total 100 within a half.

    Examples
    --------
    >>> points = dict(zip(DIMENSIONS, [11, 32, 22, 19, 16]))
    >>> shares_of(Inputs(points)).tolist()
    [0.11, 0.32, 0.22, 0.19, 0.16]
    >>> shares_of(Inputs(points | {"empathy": 6})) is None
    True
    """
    if points is None or points.has_null(*DIMENSIONS):
        return None
    given = np.array([points.number(dimension, 0.0) for dimension in DIMENSIONS])
    if (given < 0).any() or abs(given.sum() - POINTS) > POINTS_TOLERANCE:
        return None
    return given / POINTS


def _wrong_items(found: int) -> InvalidArgument:
    return InvalidArgument(
        Text(
            en=f"a respondent has {found} items and {ITEMS} are asked: give them all in order, "
            "null where one is missing.",
            fr=f"un répondant a {found} items et il y en a {ITEMS} : donnez-les tous dans l'ordre, "
            "null s'il en manque un.",
        )
    )
