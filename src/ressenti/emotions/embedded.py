"""The embedded engine: reads batches of texts with the shipped tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from ressenti.emotions.answers import LANGUAGE_OF_ANSWER, neutral_answer
from ressenti.emotions.collector import collector_at_rest
from ressenti.emotions.composition import Batch, Places, readings_of
from ressenti.emotions.emphasis import emphases
from ressenti.emotions.engines import AskedLanguage
from ressenti.emotions.features import Integers
from ressenti.emotions.findings import carriers, findings_of
from ressenti.emotions.language import (
    CODES,
    ENGLISH,
    FRENCH,
    NAMES,
    UNDECIDED,
    LanguageFinder,
)
from ressenti.emotions.opinions import SecondOpinion, written_clauses
from ressenti.emotions.reading import Clause, Reading, Unread, unread
from ressenti.emotions.rewording import Rewording
from ressenti.emotions.runs import MOST_REMEMBERED, Runs
from ressenti.emotions.scoring import Scorer
from ressenti.emotions.tables import fingerprint, words
from ressenti.emotions.tokens import cleaned
from ressenti.emotions.vocabulary import Vocabulary

LONGEST_TEXT: Final = 20_000
"""Characters of a text that are read: no customer writes more, and time stays bounded."""
BATCH_CHARACTERS: Final = 120_000


class EmbeddedEngine:
    """Reads French and English with tables that come with the package.

    Parameters
    ----------
    opinion : SecondOpinion, optional
        Another model, which is heard beside the tables.
    """

    def __init__(self, opinion: SecondOpinion | None = None) -> None:
        self._version = f"embedded/{fingerprint()}" if opinion is None else opinion.version
        self._opinion = opinion
        self._forget()

    @property
    def version(self) -> str:
        return self._version

    def read(
        self, texts: Sequence[str | None], *, language: AskedLanguage = "auto"
    ) -> list[Reading]:
        """Return one reading a text, in their order."""
        readings: list[Reading] = []
        with collector_at_rest():
            for batch in _batches(texts):
                readings += self._read_batch(batch, language)
                if self._runs.size > MOST_REMEMBERED:
                    self._forget()
        return readings

    def _forget(self) -> None:
        self._vocabulary = Vocabulary(words().places)
        self._runs = Runs(self._vocabulary)
        self._finder = LanguageFinder(self._vocabulary, self._runs)
        self._scorers = {code: Scorer(name, self._vocabulary) for name, code in CODES.items()}
        self._rewordings: dict[int, Rewording] = {}

    def _rewording(self, code: int) -> Rewording:
        """Return the set phrases of a language, which texts of the other one need not wait for."""
        if code not in self._rewordings:
            self._rewordings[code] = Rewording(str(NAMES[code]), self._vocabulary)
        return self._rewordings[code]

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
        apart = self._runs.taken_apart([text for text, _ in plain])
        if asked == "auto":
            found = self._finder.languages(apart.runs, apart.run_text, len(plain))
        else:
            found = np.full(len(plain), CODES[asked])
        readings = [unread(Unread.LANGUAGE, self._version)] * len(plain)
        for code in (FRENCH, ENGLISH, UNDECIDED):
            chosen = np.flatnonzero(found == code)
            if len(chosen):
                kept = np.flatnonzero((found == code)[apart.text])
                said = self._rewording(code or ENGLISH).reworded(apart.numbers[kept])
                places = Places(
                    apart.starts[kept[said.first]],
                    apart.ends[kept[said.last]],
                    [plain[at][1] for at in chosen.tolist()],
                )
                own = self._readings_in(
                    code, said.numbers, places, [plain[at][0] for at in chosen.tolist()]
                )
                for at, reading in zip(chosen.tolist(), own, strict=True):
                    readings[at] = reading
        return readings

    def _readings_in(
        self, code: int, numbers: Integers, places: Places, texts: Sequence[str]
    ) -> list[Reading]:
        """Return the readings of texts of one language, or of none by which to tell."""
        # Emojis and figures say the same in either.
        language = NAMES[code]
        scorer = self._scorers[code if language else ENGLISH]
        scores, tables = scorer.scores(numbers, len(texts)), scorer.tables
        clauses, parts = scores.clauses, scorer.parts(scores.numbers)
        if self._opinion is not None:
            written = written_clauses(clauses, places, texts, parts)
            scores = replace(scores, logits=self._opinion.logits(scores.logits, written))
            tables = self._opinion.tables(tables, language or "en")
        findings = findings_of(scores, tables, emphases(clauses, parts))
        batch = Batch(
            clauses,
            findings,
            carriers(scores, findings, scorer.rarities(scores.units.number)),
            scores.units,
            scorer.parts(scores.units.number),
            places,
        )
        known = np.bincount(
            clauses.text[clauses.clause],
            weights=scorer.has_meaning(scores.numbers),
            minlength=len(texts),
        )
        nothing = unread(Unread.NO_WORDS, self._version, language=language)
        readings = [nothing] * len(texts)
        for text, reading in readings_of(batch, language, self._version):
            if known[text]:
                readings[text] = reading
        return readings


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
