"""The pieces of a comment: personal data masked, found words and telling words apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ressenti.emotions.masking import MASKS, personal_spans
from ressenti.language import Language

SIGNAL = "signal"
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Words that say something.

    Parameters
    ----------
    start, end : int
        Offsets into the text as it was written.
    kind : str
        ``positive``, ``negative`` or ``ambiguous`` for a feeling, ``signal`` for a signal.
    why : str
        What the words say, for a person to read.
    """

    start: int
    end: int
    kind: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a text.

    Parameters
    ----------
    kind : str
        ``found``, ``masked`` or nothing.
    felt, signal : Mark or None
        What the words carry.
    is_first : bool
        A mark begins here: where a keyboard stops.
    is_flagged : bool
        A signal begins here.
    """

    text: str
    kind: str = ""
    felt: Mark | None = None
    signal: Mark | None = None
    is_first: bool = False
    is_flagged: bool = False

    @property
    def marks(self) -> tuple[Mark, ...]:
        return tuple(mark for mark in (self.felt, self.signal) if mark is not None)

    @property
    def classes(self) -> str:
        told = {
            "felt": self.felt is not None,
            f"is-{self.felt.kind}" if self.felt else "": self.felt is not None,
            "signalled": self.signal is not None,
            "is-flagged": self.is_flagged,
        }
        return " ".join(name for name, is_told in told.items() if is_told)

    @property
    def why(self) -> str:
        return " · ".join(mark.why for mark in self.marks)


def pieces_of(
    text: str, language: Language, found: frozenset[str] = frozenset(), marks: Iterable[Mark] = ()
) -> Iterator[Piece]:
    """Yield a text with its personal data masked, its found words and its marked words apart.

    Where two feelings share words, the first one told has them. What is masked is one piece, which
    bears a mark that holds it whole.

    Examples
    --------
    >>> [(piece.text, piece.kind) for piece in pieces_of("Mme Roy, merci", "fr", {"merci"})]
    [('Mme ', ''), ('[nom]', 'masked'), (', ', ''), ('merci', 'found')]
    >>> glad = Mark(start=0, end=5, kind="positive")
    >>> [(piece.text, piece.classes) for piece in pieces_of("Merci !", "fr", marks=[glad])]
    [('Merci', 'felt is-positive'), (' !', '')]
    """
    told = [mark for mark in marks if mark.start < mark.end]
    felt = _apart(mark for mark in told if mark.kind != SIGNAL)
    signals = _apart(mark for mark in told if mark.kind == SIGNAL)
    cuts = sorted({place for mark in (*felt, *signals) for place in (mark.start, mark.end)})
    begun: set[Mark] = set()
    for start, end, kind, mask in _parts(text, language, found):
        inside = [] if mask else [cut for cut in cuts if start < cut < end]
        for first, last in zip((start, *inside), (*inside, end), strict=True):
            own = _holder(felt, first, last), _holder(signals, first, last)
            begins = {mark for mark in own if mark is not None} - begun
            begun |= begins
            yield Piece(
                text=mask or text[first:last],
                kind=kind,
                felt=own[0],
                signal=own[1],
                is_first=bool(begins),
                is_flagged=own[1] in begins,
            )


def _parts(
    text: str, language: Language, found: frozenset[str]
) -> Iterator[tuple[int, int, str, str]]:
    """Yield start, end and kind of what stands in a text, and the mask of what is masked."""
    place = 0
    for span in personal_spans(text):
        yield from _plain_parts(text, place, span.start, found)
        yield span.start, span.end, "masked", MASKS[span.kind].to(language)
        place = span.end
    yield from _plain_parts(text, place, len(text), found)


def _plain_parts(
    text: str, start: int, end: int, found: frozenset[str]
) -> Iterator[tuple[int, int, str, str]]:
    place = start
    for match in WORD.finditer(text, start, end) if found else ():
        if match[0].lower() in found:
            if match.start() > place:
                yield place, match.start(), "", ""
            yield match.start(), match.end(), "found", ""
            place = match.end()
    if place < end:
        yield place, end, "", ""


def _apart(marks: Iterable[Mark]) -> list[Mark]:
    """Return the marks that do not overlap one that was told before."""
    kept: list[Mark] = []
    for mark in marks:
        if all(mark.end <= other.start or mark.start >= other.end for other in kept):
            kept.append(mark)
    return kept


def _holder(marks: Sequence[Mark], start: int, end: int) -> Mark | None:
    """Return the mark that holds a stretch whole."""
    return next((mark for mark in marks if mark.start <= start and end <= mark.end), None)
