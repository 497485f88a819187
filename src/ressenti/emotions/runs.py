"""Runs: what stands between two spaces, taken into tokens once however often it is met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ressenti.emotions.arrays import longer, none
from ressenti.emotions.features import Integers
from ressenti.emotions.tokens import SEPARATOR, TOKEN
from ressenti.emotions.vocabulary import Vocabulary

SPACE: Final = " "
BETWEEN_TEXTS: Final = f"{SPACE}{SEPARATOR}{SPACE}"
MOST_REMEMBERED: Final = 400_000
"""Runs and their tokens; beyond, everything is forgotten, so that memory stays bounded."""


@dataclass(frozen=True, slots=True)
class TakenApart:
    """The tokens of a batch that stand for something, one after another.

    Each text ends with a separator, which is a token too; spaces are none.

    Attributes
    ----------
    numbers : integers, shape (tokens,)
        In the vocabulary.
    text : integers, shape (tokens,)
        The text of each token, from 0.
    starts, ends : integers, shape (tokens,)
        Where each token stands in its own text.
    run_text, runs : integers, shape (runs,)
        The text of each run, and its number.
    """

    numbers: Integers
    text: Integers
    starts: Integers
    ends: Integers
    runs: Integers
    run_text: Integers


class Runs:
    """The distinct runs met so far, and the tokens of each.

    Parameters
    ----------
    vocabulary : Vocabulary
        Where tokens get their numbers.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._numbers = _Numbers()
        self._lengths = self._firsts = self._counts = none()
        # Of the tokens of all runs: which one, and where it stands in its run.
        self._tokens = self._starts = self._ends = none()

    @property
    def size(self) -> int:
        """How much is remembered: runs and their tokens."""
        return len(self._numbers) + len(self._tokens)

    def taken_apart(self, texts: Sequence[str]) -> TakenApart:
        """Return the tokens of texts."""
        written = BETWEEN_TEXTS.join([*texts, ""])[: -len(SPACE)].split(SPACE)
        numbers = self._numbers
        runs = np.fromiter(map(numbers.__getitem__, written), dtype=np.int64, count=len(written))
        if numbers.new:
            self._learn(numbers.new)
            numbers.new = []
        is_end = runs == numbers[SEPARATOR]
        run_text = np.cumsum(is_end) - is_end
        ends = np.cumsum(self._lengths[runs] + 1)
        text_starts = np.concatenate(([0], ends[is_end][:-1]))
        begins = np.concatenate(([0], ends[:-1])) - text_starts[run_text]
        counts = self._counts[runs]
        shifts = self._firsts[runs] - (np.cumsum(counts) - counts)
        token = np.arange(counts.sum()) + np.repeat(shifts, counts)
        begins = np.repeat(begins, counts)
        return TakenApart(
            numbers=self._tokens[token],
            text=np.repeat(run_text, counts),
            starts=self._starts[token] + begins,
            ends=self._ends[token] + begins,
            runs=runs,
            run_text=run_text,
        )

    def sums(self, values: npt.NDArray[np.float64], known: int) -> npt.NDArray[np.float64]:
        """Return the sums of what tokens have over those of each run from the ``known``-th on.

        Parameters
        ----------
        values : floats, shape (tokens of the vocabulary, kinds)
        """
        firsts, counts = self._firsts[known:], self._counts[known:]
        which = np.repeat(np.arange(len(firsts)), counts)
        taken = values[self._tokens[firsts[0] :]] if len(firsts) else values[:0]
        return np.stack(
            [np.bincount(which, weights=kind, minlength=len(firsts)) for kind in taken.T], axis=1
        )

    def _learn(self, new: Sequence[str]) -> None:
        vocabulary = self._vocabulary
        found = [(place, match) for place, run in enumerate(new) for match in TOKEN.finditer(run)]
        numbers = vocabulary.numbers_of([match[0] for _, match in found])
        # What stands for nothing in either language is not looked at again.
        kept = (vocabulary.parts["fr"] | vocabulary.parts["en"])[numbers] != 0
        places = np.array([place for place, _ in found], dtype=np.int64)
        counts = np.bincount(places[kept], minlength=len(new))
        spans = np.array([match.span() for _, match in found], dtype=np.int64).reshape(-1, 2)
        self._firsts = longer(self._firsts, len(self._tokens) + np.cumsum(counts) - counts)
        self._counts = longer(self._counts, counts)
        self._lengths = longer(self._lengths, [len(run) for run in new])
        self._tokens = longer(self._tokens, numbers[kept])
        self._starts = longer(self._starts, spans[kept, 0])
        self._ends = longer(self._ends, spans[kept, 1])


class _Numbers(dict[str, int]):
    """The number of each run; those that were never met are numbered and listed as new."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.new: list[str] = []

    def __missing__(self, run: str) -> int:
        # All figures of a length are read alike, and texts are full of new ones.
        plain = "0" * len(run) if run.isdecimal() else run
        number = self.get(plain)
        if number is None:
            number = self.count
            self.count += 1
            self.new.append(plain)
            self[plain] = number
        self[run] = number
        return number
