"""The ONNX engine: a model exported to a folder of this machine reads each clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ressenti.emotions.answers import neutral_answer
from ressenti.emotions.clause_readings import Felt, clause_of, reading_of
from ressenti.emotions.embedded import EmbeddedEngine
from ressenti.emotions.engines import AskedLanguage
from ressenti.emotions.findings import SHOWN
from ressenti.emotions.label_chances import NEGATIVE, POSITIVE
from ressenti.emotions.occlusion import carrying_words, occlusions
from ressenti.emotions.reading import Reading, Span, Unread, unread
from ressenti.language import Text
from ressenti.library.onnx_folders import onnx_folder
from ressenti.library.onnx_models import OnnxModel

ONNX: Final = "onnx"

TRUNCATED = Text(
    en="of {count} clauses the model read the first {tokens} tokens only.",
    fr="de {count} propositions, le modèle n'a lu que les {tokens} premiers jetons.",
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a model makes of one clause; the words of its emotions are counted from its start."""

    positive: float
    negative: float
    felt: Sequence[Felt]


class OnnxEngine:
    """Reads texts with the model of a folder; their language and clauses are found as ever.

    Parameters
    ----------
    path : Path
        The folder, as ``onnx_folder`` reads it.

    Raises
    ------
    MissingExtra
        R208, when the packages of the extra ``onnx`` are not installed.
    InvalidArgument
        R102, when the folder is not that of such a model.
    """

    def __init__(self, path: Path) -> None:
        self._folder = onnx_folder(path)
        self._model = OnnxModel(self._folder)
        self._cutter = EmbeddedEngine()
        self._cut_clauses = 0
        cutting = self._cutter.version.rpartition("/")[2]
        name = path.resolve().name
        self._version = f"{ONNX}/{name}/{self._folder.fingerprint()}-{cutting}"

    @property
    def version(self) -> str:
        return self._version

    @property
    def remarks(self) -> tuple[Text, ...]:
        """What a person should know of what was read so far."""
        if not self._cut_clauses:
            return ()
        tokens = self._folder.most_tokens
        return (TRUNCATED.format(count=self._cut_clauses, tokens=tokens),)

    def read(
        self, texts: Sequence[str | None], *, language: AskedLanguage = "auto"
    ) -> list[Reading]:
        """Return one reading a text, in their order."""
        cut = self._cutter.read(texts, language=language)
        asked = [self._asked(text or "", reading) for text, reading in zip(texts, cut, strict=True)]
        judged = self._judged([clause for clauses in asked for clause in clauses])
        return [
            self._reading(reading, [judged[clause] for clause in clauses])
            if clauses
            else self._unasked(reading)
            for reading, clauses in zip(cut, asked, strict=True)
        ]

    def _asked(self, text: str, reading: Reading) -> list[str]:
        """Return the clauses of a text that the model is to read; none where it says nothing."""
        if reading.is_unread or self._is_foreign(reading) or neutral_answer(text) is not None:
            return []
        return [text[clause.start : clause.end] for clause in reading.clauses]

    def _is_foreign(self, reading: Reading) -> bool:
        return reading.language is not None and reading.language not in self._folder.languages

    def _unasked(self, cut: Reading) -> Reading:
        """Return the reading of a text that the model was not asked about."""
        if cut.reason is not None:
            return unread(cut.reason, self._version, language=cut.language)
        if self._is_foreign(cut):
            return unread(Unread.LANGUAGE, self._version, language=cut.language)
        neutral = [clause_of((each.start, each.end), 0, 0.0, 0.0, ()) for each in cut.clauses]
        return reading_of(neutral, cut.language, self._version)

    def _reading(self, cut: Reading, judged: Sequence[Judged]) -> Reading:
        clauses = [
            clause_of(
                (clause.start, clause.end),
                number,
                own.positive,
                own.negative,
                [
                    Felt(each.name, each.intensity, _moved(each.words, clause.start))
                    for each in own.felt
                ],
            )
            for number, (clause, own) in enumerate(zip(cut.clauses, judged, strict=True))
        ]
        return reading_of(clauses, cut.language, self._version)

    def _judged(self, clauses: Sequence[str]) -> dict[str, Judged]:
        """Return what the model makes of each clause, running once what is written twice."""
        labels = self._folder.labels
        distinct = sorted(set(clauses))
        tokens = dict(zip(distinct, self._model.tokens(distinct), strict=True))
        self._cut_clauses += sum(tokens[clause].is_cut for clause in clauses)
        chances = labels.chances(self._model.logits(list(tokens.values())))
        meant = labels.meant(chances)
        shown = labels.felt(chances, meant)
        carried = self._carried(distinct, shown)
        return {
            clause: Judged(
                float(own[POSITIVE]),
                float(own[NEGATIVE]),
                [Felt(name, chance, words.get(name, ())) for name, chance in felt.items()],
            )
            for clause, own, felt, words in zip(distinct, meant, shown, carried, strict=True)
        }

    def _carried(
        self, clauses: Sequence[str], shown: Sequence[Mapping[str, float]]
    ) -> list[Mapping[str, tuple[Span, ...]]]:
        """Return the words that carry each emotion of each clause, where they are asked for."""
        if not self._folder.shows_words:
            return [{}] * len(clauses)
        occluded = [
            occlusions(clause) if felt else [] for clause, felt in zip(clauses, shown, strict=True)
        ]
        left = sorted({each.left for own in occluded for each in own})
        labels = self._folder.labels
        meant = labels.meant(labels.chances(self._model.logits(self._model.tokens(left))))
        row = {text: number for number, text in enumerate(left)}
        return [
            {
                name: carrying_words(
                    own,
                    [chance - float(meant[row[each.left], SHOWN.index(name)]) for each in own],
                )
                for name, chance in felt.items()
            }
            for own, felt in zip(occluded, shown, strict=True)
        ]


def _moved(words: Sequence[Span], start: int) -> tuple[Span, ...]:
    return tuple(Span(start + word.start, start + word.end, word.share) for word in words)
