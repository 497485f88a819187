"""Scales: what an answer may be, which levels are good, and how raw values are read.

A scale is an object, never a pair of numbers. Values off the scale are *invalid*: counted, shown,
never clipped. Blanks, don't-knows and not-concerned are *missing*. Two scales are never pooled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from ressenti.errors import unknown_name
from ressenti.facts.raw_values import Absence, folded, is_missing, number_in
from ressenti.language import Text

Level = float | str


class Polarity(Enum):
    """What a higher level says: something better, something worse, or neither."""

    HIGHER_IS_BETTER = "higher_is_better"
    LOWER_IS_BETTER = "lower_is_better"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A closed scale: its levels in order, their labels, and which of them are good or bad.

    Parameters
    ----------
    levels : tuple of float or str
        As coded, in order.
    labels : mapping of level to Text
        What a person reads; raw values that spell a label (case and accents aside) are read too.
    positive, negative : frozenset of levels
        Empty when the scale says neither.

    Examples
    --------
    >>> ZERO_TO_TEN.read("9"), ZERO_TO_TEN.read(6.5), ZERO_TO_TEN.read("")
    (9.0, <Absence.INVALID: 'invalid'>, <Absence.MISSING: 'missing'>)
    >>> FOUR_LEVELS.read("Très satisfait")
    4.0
    """

    key: str
    name: Text
    levels: tuple[Level, ...]
    polarity: Polarity = Polarity.HIGHER_IS_BETTER
    labels: Mapping[Level, Text] = field(default_factory=dict)
    positive: frozenset[Level] = frozenset()
    negative: frozenset[Level] = frozenset()
    spellings: Mapping[str, Level] = field(default_factory=dict)

    @property
    def minimum(self) -> float:
        return min(level for level in self.levels if not isinstance(level, str))

    @property
    def maximum(self) -> float:
        return max(level for level in self.levels if not isinstance(level, str))

    def read(self, raw: object, *, missing_codes: Iterable[object] = ()) -> Level | Absence:
        """Return the level a raw value is, or why it is none.

        Parameters
        ----------
        raw : object
            A number, a text (a number, a level or a label in either language), or None.
        missing_codes : iterable
            The source's own codes for "no answer", such as 11 or ``"99"``.
        """
        if is_missing(raw, missing_codes):
            return Absence.MISSING
        number = number_in(raw)
        if number is not None and number in self.levels:
            return number
        if isinstance(raw, str):
            return self._level_spelt(folded(raw))
        return Absence.INVALID

    def _level_spelt(self, word: str) -> Level | Absence:
        if word in self.spellings:
            return self.spellings[word]
        for level in self.levels:
            if isinstance(level, str) and folded(level) == word:
                return level
        for level, label in self.labels.items():
            if word in (folded(label.en), folded(label.fr)):
                return level
        return Absence.INVALID


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """An open scale: a duration, an amount, a count; every finite number between its bounds.

    Examples
    --------
    >>> DURATION.read("12.5"), DURATION.read(-3)
    (12.5, <Absence.INVALID: 'invalid'>)
    """

    key: str
    name: Text
    minimum: float | None = None
    maximum: float | None = None
    polarity: Polarity = Polarity.NEUTRAL

    def read(self, raw: object, *, missing_codes: Iterable[object] = ()) -> float | Absence:
        if is_missing(raw, missing_codes):
            return Absence.MISSING
        number = number_in(raw)
        if number is None or (self.minimum is not None and number < self.minimum):
            return Absence.INVALID
        if self.maximum is not None and number > self.maximum:
            return Absence.INVALID
        return number


def numbered(low: int, high: int) -> tuple[float, ...]:
    """Return the whole levels from ``low`` to ``high``, both included.

    Examples
    --------
    >>> numbered(1, 4)
    (1.0, 2.0, 3.0, 4.0)
    """
    return tuple(float(level) for level in range(low, high + 1))


def labelled(*texts: tuple[str, str], first: int = 1) -> dict[Level, Text]:
    return {float(first + i): Text(en=en, fr=fr) for i, (en, fr) in enumerate(texts)}


ZERO_TO_TEN = Scale(
    key="0-10",
    name=Text(en="0 to 10", fr="0 à 10"),
    levels=numbered(0, 10),
    labels={
        0.0: Text(en="not at all likely", fr="pas du tout probable"),
        10.0: Text(en="extremely likely", fr="tout à fait probable"),
    },
    positive=frozenset({9.0, 10.0}),
    negative=frozenset(numbered(0, 6)),
)
ONE_TO_TEN = Scale(
    key="1-10",
    name=Text(en="1 to 10", fr="1 à 10"),
    levels=numbered(1, 10),
    positive=frozenset({9.0, 10.0}),
    negative=frozenset(numbered(1, 6)),
)
ONE_TO_FIVE = Scale(
    key="1-5",
    name=Text(en="five levels of satisfaction", fr="cinq niveaux de satisfaction"),
    levels=numbered(1, 5),
    labels=labelled(
        ("very dissatisfied", "très insatisfait"),
        ("dissatisfied", "insatisfait"),
        ("neither satisfied nor dissatisfied", "ni satisfait ni insatisfait"),
        ("satisfied", "satisfait"),
        ("very satisfied", "très satisfait"),
    ),
    positive=frozenset({4.0, 5.0}),
    negative=frozenset({1.0, 2.0}),
    spellings={"neutral": 3.0, "neutre": 3.0, "neither": 3.0, "tres insatisfaite": 1.0}
    | {"insatisfaite": 2.0, "satisfaite": 4.0, "tres satisfaite": 5.0},
)
FOUR_LEVELS = Scale(
    key="satisfaction-4",
    name=Text(en="four levels of satisfaction", fr="quatre niveaux de satisfaction"),
    levels=numbered(1, 4),
    labels=labelled(
        ("not satisfied", "pas satisfait"),
        ("not very satisfied", "peu satisfait"),
        ("satisfied", "satisfait"),
        ("very satisfied", "très satisfait"),
    ),
    positive=frozenset({3.0, 4.0}),
    negative=frozenset({1.0, 2.0}),
    spellings={"pas du tout satisfait": 1.0, "plutot satisfait": 3.0, "pas satisfaite": 1.0}
    | {"peu satisfaite": 2.0, "satisfaite": 3.0, "tres satisfaite": 4.0},
)
ONE_TO_SEVEN = Scale(
    key="1-7",
    name=Text(en="seven levels of agreement", fr="sept niveaux d'accord"),
    levels=numbered(1, 7),
    labels=labelled(
        ("strongly disagree", "pas du tout d'accord"),
        ("disagree", "pas d'accord"),
        ("somewhat disagree", "plutôt pas d'accord"),
        ("neither agree nor disagree", "ni d'accord ni pas d'accord"),
        ("somewhat agree", "plutôt d'accord"),
        ("agree", "d'accord"),
        ("strongly agree", "tout à fait d'accord"),
    ),
    positive=frozenset({5.0, 6.0, 7.0}),
    negative=frozenset({1.0, 2.0, 3.0}),
)
AGREEMENT_FIVE = Scale(
    key="agreement-5",
    name=Text(en="five levels of agreement", fr="cinq niveaux d'accord"),
    levels=numbered(1, 5),
    labels=labelled(
        ("strongly disagree", "pas du tout d'accord"),
        ("disagree", "plutôt pas d'accord"),
        ("neither agree nor disagree", "ni d'accord ni pas d'accord"),
        ("agree", "plutôt d'accord"),
        ("strongly agree", "tout à fait d'accord"),
    ),
    positive=frozenset({4.0, 5.0}),
    negative=frozenset({1.0, 2.0}),
)
EFFORT_FIVE = Scale(
    key="effort-5",
    name=Text(en="effort, five levels", fr="effort, cinq niveaux"),
    levels=numbered(1, 5),
    polarity=Polarity.LOWER_IS_BETTER,
    labels=labelled(
        ("very low effort", "très peu d'effort"),
        ("low effort", "peu d'effort"),
        ("moderate effort", "effort modéré"),
        ("high effort", "beaucoup d'effort"),
        ("very high effort", "énormément d'effort"),
    ),
    positive=frozenset({1.0, 2.0}),
    negative=frozenset({4.0, 5.0}),
)
EFFORT_SEVEN = Scale(
    key="effort-7",
    name=Text(en="effort, seven levels", fr="effort, sept niveaux"),
    levels=numbered(1, 7),
    polarity=Polarity.LOWER_IS_BETTER,
    labels=labelled(
        ("very low", "très faible"),
        ("low", "faible"),
        ("rather low", "assez faible"),
        ("neutral", "neutre"),
        ("rather high", "assez fort"),
        ("high", "fort"),
        ("very high", "très fort"),
    ),
    positive=frozenset({1.0, 2.0}),
    negative=frozenset({5.0, 6.0, 7.0}),
)
EASY_TO_DIFFICULT = Scale(
    key="easy-7",
    name=Text(
        en="1 extremely easy to 7 extremely difficult", fr="1 très facile à 7 très difficile"
    ),
    levels=numbered(1, 7),
    polarity=Polarity.LOWER_IS_BETTER,
    labels={
        1.0: Text(en="extremely easy", fr="extrêmement facile"),
        7.0: Text(en="extremely difficult", fr="extrêmement difficile"),
    },
    positive=frozenset({1.0, 2.0}),
    negative=frozenset({5.0, 6.0, 7.0}),
)
YES_NO = Scale(
    key="yes-no",
    name=Text(en="yes or no", fr="oui ou non"),
    levels=(0.0, 1.0),
    labels={0.0: Text(en="no", fr="non"), 1.0: Text(en="yes", fr="oui")},
    positive=frozenset({1.0}),
    negative=frozenset({0.0}),
    spellings={"y": 1.0, "n": 0.0, "o": 1.0, "true": 1.0, "false": 0.0, "vrai": 1.0, "faux": 0.0},
)
FIVE_STARS = Scale(
    key="stars-5",
    name=Text(en="one to five stars", fr="une à cinq étoiles"),
    levels=numbered(1, 5),
    labels={level: Text(en="★" * int(level), fr="★" * int(level)) for level in numbered(1, 5)},
    positive=frozenset({4.0, 5.0}),
    negative=frozenset({1.0, 2.0}),
)
THREE_SMILEYS = Scale(
    key="smileys-3",
    name=Text(en="three smileys", fr="trois smileys"),
    levels=numbered(1, 3),
    labels=labelled(("unhappy", "mécontent"), ("neutral", "neutre"), ("happy", "content")),
    positive=frozenset({3.0}),
    negative=frozenset({1.0}),
    spellings={"🙁": 1.0, "☹": 1.0, "😐": 2.0, "🙂": 3.0, "😀": 3.0},
)
FIVE_SMILEYS = Scale(
    key="smileys-5",
    name=Text(en="five smileys", fr="cinq smileys"),
    levels=numbered(1, 5),
    labels=labelled(
        ("very unhappy", "très mécontent"),
        ("unhappy", "mécontent"),
        ("neutral", "neutre"),
        ("happy", "content"),
        ("very happy", "très content"),
    ),
    positive=frozenset({4.0, 5.0}),
    negative=frozenset({1.0, 2.0}),
    spellings={"😡": 1.0, "🙁": 2.0, "😐": 3.0, "🙂": 4.0, "😀": 5.0},
)
LIKELIHOOD_FIVE = Scale(
    key="likelihood-5",
    name=Text(en="five levels of likelihood", fr="cinq niveaux de probabilité"),
    levels=numbered(1, 5),
    labels=labelled(
        ("extremely unlikely", "très peu probable"),
        ("unlikely", "peu probable"),
        ("neither likely nor unlikely", "ni probable ni improbable"),
        ("likely", "probable"),
        ("extremely likely", "très probable"),
    ),
    positive=frozenset({4.0, 5.0}),
    negative=frozenset({1.0, 2.0}),
)
POLARITY_OF_TEXT = Scale(
    key="polarity",
    name=Text(en="negative, neutral or positive", fr="négatif, neutre ou positif"),
    levels=(-1.0, 0.0, 1.0),
    labels={
        -1.0: Text(en="negative", fr="négatif"),
        0.0: Text(en="neutral", fr="neutre"),
        1.0: Text(en="positive", fr="positif"),
    },
    positive=frozenset({1.0}),
    negative=frozenset({-1.0}),
    spellings={"negative": -1.0, "positive": 1.0, "neutre": 0.0, "mixed": 0.0, "mixte": 0.0},
)
GAP_SEVEN = Scale(
    key="gap-7",
    name=Text(
        en="perception minus expectation of one item", fr="perception moins attente, un item"
    ),
    levels=numbered(-6, 6),
    positive=frozenset(numbered(0, 6)),
    negative=frozenset(numbered(-6, -1)),
)
DURATION = Quantity(
    key="duration",
    name=Text(en="duration in seconds", fr="durée en secondes"),
    minimum=0.0,
    polarity=Polarity.LOWER_IS_BETTER,
)
MONEY = Quantity(key="money", name=Text(en="amount of money", fr="montant"))
NUMBER = Quantity(key="number", name=Text(en="number", fr="nombre"))

SCALES: Mapping[str, Scale | Quantity] = {
    scale.key: scale
    for scale in (
        ZERO_TO_TEN,
        ONE_TO_TEN,
        ONE_TO_FIVE,
        ONE_TO_SEVEN,
        FOUR_LEVELS,
        AGREEMENT_FIVE,
        EFFORT_FIVE,
        EFFORT_SEVEN,
        EASY_TO_DIFFICULT,
        YES_NO,
        FIVE_STARS,
        THREE_SMILEYS,
        FIVE_SMILEYS,
        LIKELIHOOD_FIVE,
        POLARITY_OF_TEXT,
        GAP_SEVEN,
        DURATION,
        MONEY,
        NUMBER,
    )
}


def scale_called(key: str) -> Scale | Quantity:
    """Return the scale of that key.

    Raises
    ------
    UnknownName
        R100, with the nearest keys.

    Examples
    --------
    >>> scale_called("1-5").positive == {4.0, 5.0}
    True
    """
    if key not in SCALES:
        raise unknown_name(Text(en="scale", fr="échelle"), key, SCALES)
    return SCALES[key]
