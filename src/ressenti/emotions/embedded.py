"""The embedded engine: reads batches of texts with the shipped tables."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import numpy as np

from ressenti.emotions.answers import LANGUAGE_OF_ANSWER, neutral_answer
from ressenti.emotions.engines import AskedLanguage
from ressenti.emotions.features import Integers
from ressenti.emotions.findings import Places, emphases, findings_of, readings_of
from ressenti.emotions.language import (
    CODES,
    ENGLISH,
    FRENCH,
    NAMES,
    UNDECIDED,
    LanguageFinder,
)
from ressenti.emotions.reading import Clause, Reading, Unread, unread
from ressenti.emotions.scoring import ClauseScorer, Scorer
from ressenti.emotions.tables import fingerprint, words
from ressenti.emotions.tokens import SEPARATOR, cleaned, tokens_of
from ressenti.emotions.vocabulary import MOST_TOKENS, Vocabulary

LONGEST_TEXT: Final = 20_000
"""Characters of a text that are read: no customer writes more, and time stays bounded."""
BATCH_CHARACTERS: Final = 120_000


class EmbeddedEngine:
    """Reads French and English with tables that come with the package.

    Parameters
    ----------
    version : str, optional
        Name and version, where the scorer is another one.
    scorer : callable
        What scores the clauses of a language, from its name and the vocabulary.
    """

    def __init__(
        self,
        *,
        version: str | None = None,
        scorer: Callable[[str, Vocabulary], ClauseScorer] = Scorer,
    ) -> None:
        self._version = version or f"embedded/{fingerprint()}"
        self._scorer = scorer
        self._forget()

    @property
    def version(self) -> str:
        return self._version

    def read(
        self, texts: Sequence[str | None], *, language: AskedLanguage = "auto"
    ) -> list[Reading]:
        """Return one reading a text, in their order."""
        readings: list[Reading] = []
        with _collector_at_rest():
            for batch in _batches(texts):
                readings += self._read_batch(batch, language)
                if len(self._vocabulary.tokens) > MOST_TOKENS:
                    self._forget()
        return readings

    def _forget(self) -> None:
        self._vocabulary = Vocabulary(words().places)
        self._finder = LanguageFinder(self._vocabulary)
        self._scorers = {code: self._scorer(name, self._vocabulary) for name, code in CODES.items()}

    def _read_batch(self, texts: Sequence[str], asked: AskedLanguage) -> list[Reading]:
        readings = [self._readings_before(text, asked) for text in texts]
        place = [at for at, reading in enumerate(readings) if reading is None]
        if place:
            plain = [cleaned(texts[at]) for at in place]
            for at, reading in zip(place, self._readings(plain, asked), strict=True):
                readings[at] = reading
        return [reading for reading in readings if reading is not None]

    def _readings_before(self, text: str, asked: AskedLanguage) -> Reading | None:
        """Return the reading of a blank text, or of an answer that says nothing."""
        if not text or text.isspace():
            return unread(Unread.EMPTY, self._version)
        answer = neutral_answer(text)
        if answer is None:
            return None
        language = LANGUAGE_OF_ANSWER[answer] if asked == "auto" else asked
        clause = Clause(0, len(text), 0.0, 0.0)
        return Reading(language, 0.0, 0.0, 0.0, False, True, None, (), (clause,), self._version)

    def _readings(
        self, plain: Sequence[tuple[str, Sequence[int] | None]], asked: AskedLanguage
    ) -> list[Reading]:
        tokens = tokens_of(text for text, _ in plain)
        numbers = self._vocabulary.numbers_of(tokens)
        lengths = self._vocabulary.lengths[numbers]
        is_end = numbers == self._vocabulary.numbers[SEPARATOR]
        text = np.cumsum(is_end) - is_end
        ends = np.cumsum(lengths)
        begins = np.concatenate(([0], ends[is_end][:-1]))
        ends -= begins[text]
        if asked == "auto":
            found = self._finder.languages(numbers, text, len(plain))
        else:
            found = np.full(len(plain), CODES[asked])
        readings = [unread(Unread.LANGUAGE, self._version)] * len(plain)
        for code in (FRENCH, ENGLISH, UNDECIDED):
            chosen = np.flatnonzero(found == code)
            if len(chosen):
                kept = (found == code)[text]
                places = Places(
                    (ends - lengths)[kept],
                    ends[kept],
                    [plain[at][1] for at in chosen.tolist()],
                )
                for at, reading in zip(
                    chosen, self._readings_in(code, numbers[kept], places, len(chosen)), strict=True
                ):
                    readings[at] = reading
        return readings

    def _readings_in(
        self, code: int, numbers: Integers, places: Places, texts: int
    ) -> list[Reading]:
        """Return the readings of texts of one language, or of none by which to tell."""
        # Emojis and figures say the same in either.
        language = NAMES[code]
        scorer = self._scorers[code if language else ENGLISH]
        scores = scorer.scores(numbers, texts)
        exclamations = scorer.is_exclamation(numbers[scores.clauses.units])
        findings = findings_of(scores, scorer.tables, emphases(scores, exclamations))
        read = readings_of(
            scores,
            findings,
            scorer.rarities(numbers[scores.token]),
            places,
            texts,
            language,
            self._version,
        )
        units = numbers[scores.clauses.units]
        text = scores.clauses.text[scores.clauses.clause]
        known = np.bincount(text, weights=scorer.has_meaning(units), minlength=texts)
        nothing = unread(Unread.NO_WORDS, self._version, language=language)
        return [
            nothing if reading is None or not count else reading
            for reading, count in zip(read, known.tolist(), strict=True)
        ]


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep the collector of cycles from walking through readings, which have none."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _batches(texts: Sequence[str | None]) -> Iterator[list[str]]:
    """Yield the texts in their order, a bounded number of characters at a time."""
    batch: list[str] = []
    size = 0
    for text in texts:
        shown = (text or "")[:LONGEST_TEXT]
        batch.append(shown)
        size += len(shown) + 1
        if size > BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
