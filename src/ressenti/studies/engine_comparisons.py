"""Engine comparisons: how well each emotion engine agrees with a person on the same texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ressenti.scores.score import CONFIDENCE
from ressenti.statistics.agreement import agreement_table, cohen_kappa
from ressenti.statistics.classification import macro_f1_interval
from ressenti.statistics.intervals import Interval
from ressenti.statistics.proportions import wilson_interval
from ressenti.studies.net_emotions import AuditedText, NetEmotion, State, net_emotion

CLASSES: Final = ("negative", "neutral", "positive")
UNREAD: Final = len(CLASSES)
CLASS_OF_STATE: Final = {
    State.NEGATIVE: 0, State.NEUTRAL: 1, State.MIXED: 1, State.POSITIVE: 2, State.UNREAD: UNREAD,
}  # fmt: skip
"""A mixed text leans to neither side, for engines as for persons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFigures:
    """How one engine read texts of which a person marked some.

    Attributes
    ----------
    engine : str
        Name and version.
    n_marked, n_unread : int
        Texts that a person marked, and those of them that the engine could not read: they count as
        wrong.
    accuracy : Interval
        Share of the marked texts whose class the engine tells, in [0, 1].
    macro_f1 : Interval
        Mean F1 of negative, neutral and positive, in [0, 1].
    agreement : Interval
        Cohen's kappa with the person.
    confusion : tuple of tuple of int
        Texts by the person's class in rows and the engine's in columns, the unread last.
    net : NetEmotion
        The NES of all texts, as read and corrected by the marks.
    seconds : float
        What reading all texts took.
    """

    engine: str
    n_marked: int
    n_unread: int
    accuracy: Interval
    macro_f1: Interval
    agreement: Interval
    confusion: tuple[tuple[int, ...], ...]
    net: NetEmotion
    seconds: float

    @property
    def texts_per_second(self) -> float | None:
        texts = self.net.score.n + self.net.score.n_missing
        return texts / self.seconds if self.seconds > 0 else None

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON publishes them, unrounded."""
        intervals = {
            "accuracy": self.accuracy, "macro_f1": self.macro_f1, "agreement": self.agreement,
        }  # fmt: skip
        return {
            "engine": self.engine,
            "n_marked": self.n_marked,
            "n_unread": self.n_unread,
            **{
                name: {"value": found.estimate, "low": found.low, "high": found.high}
                for name, found in intervals.items()
            },
            "confusion": [list(row) for row in self.confusion],
            "nes": self.net.to_dict(),
            "seconds": self.seconds,
            "texts_per_second": self.texts_per_second,
        }


def class_of_mark(mark: float) -> int:
    """Return the place of a mark's class: its sign tells.

    Examples
    --------
    >>> [CLASSES[class_of_mark(mark)] for mark in (-0.5, 0, 1)]
    ['negative', 'neutral', 'positive']
    """
    return 1 + (mark > 0) - (mark < 0)


def engine_figures(
    records: NDArray[np.void],
    marks: Sequence[float | None],
    *,
    engine: str,
    seconds: float,
    confidence: float = CONFIDENCE,
) -> EngineFigures:
    """Return how an engine read texts of which a person marked some.

    Parameters
    ----------
    records
        Shape (n,), as ``records_of`` makes them.
    marks : sequence of float or None
        Shape (n,): in [−1, 1], of a random sample of the texts; None where nobody marked one.

    References
    ----------
    Cohen, Educational and Psychological Measurement 20 (1960) 37; Angelopoulos, Bates, Fannjiang,
    Jordan and Zrnic, Science 382 (2023) 669.
    """
    places = [place for place, mark in enumerate(marks) if mark is not None]
    given = [mark for mark in marks if mark is not None]
    truth = np.array([class_of_mark(mark) for mark in given], dtype=np.intp)
    states = records["state"][places].tolist()
    told = np.array([CLASS_OF_STATE[State(state)] for state in states], dtype=np.intp)
    confusion = np.zeros((len(CLASSES), len(CLASSES) + 1), dtype=np.intp)
    np.add.at(confusion, (truth, told), 1)
    audited = [
        AuditedText(
            int(row["respondent"]), None if found == UNREAD else float(row["polarity"]), mark
        )
        for row, found, mark in zip(records[places], told.tolist(), given, strict=True)
    ]
    return EngineFigures(
        engine=engine,
        n_marked=len(places),
        n_unread=int((told == UNREAD).sum()),
        accuracy=wilson_interval(int((truth == told).sum()), len(places), confidence=confidence),
        macro_f1=macro_f1_interval(confusion, confidence=confidence),
        agreement=cohen_kappa(agreement_table(truth, told), confidence=confidence),
        confusion=tuple(tuple(row) for row in confusion.tolist()),
        net=net_emotion(records, engine=engine, audited=audited, confidence=confidence),
        seconds=seconds,
    )
