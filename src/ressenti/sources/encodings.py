"""Encodings: what the bytes of a text file say about how its letters are written."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ressenti.errors import InvalidArgument, Place, UnreadableSource
from ressenti.language import Text

UTF_8 = "utf-8"
WESTERN = "cp1252"
LOOKED_AT = 1 << 16
LONG_LINE = 1 << 24
LONG_QUOTATION = 1 << 14
BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
HIGH_RUN = re.compile(rb"[\x80-\xff]+")
# Accented letters stand alone or by two; four bytes in a row are another script's word.
LONG_RUN = 4
TELL_ENCODING = Text(
    en="Say its encoding, for example --encoding cp1252, utf-16, mac_roman or euc_kr (encoding= "
    "in Python).",
    fr="Indiquez son encodage, par exemple --encoding cp1252, utf-16, mac_roman ou euc_kr "
    "(encoding= en Python).",
)


@dataclass(slots=True)
class Inspection:
    r"""What the bytes of a file have shown so far, read a chunk at a time.

    Examples
    --------
    >>> inspection = Inspection()
    >>> inspection.read("Émilie;9\n".encode("cp1252"))
    >>> inspection.finish()
    >>> inspection.wrong_byte, inspection.wrong_line
    (0, 1)
    """

    head: bytes = b""
    proven: str | None = None
    bytes_read: int = 0
    lines: int = 0
    carriage_returns: int = 0
    windows_breaks: int = 0
    ends_in_return: bool = False
    bytes_of_line: int = 0
    long_line: int | None = None
    open_quote: int | None = None
    longest_quotation: int = 0
    holds_utf8: bool = False
    wrong_byte: int | None = None
    wrong_line: int | None = None
    wrong_window: bytes = b""
    carried: bytes = field(default=b"", repr=False)

    @property
    def has_one_kind_of_line_break(self) -> bool:
        return self.carriage_returns == 0 or (
            self.windows_breaks == self.carriage_returns == self.lines
        )

    @property
    def has_suspect_quotes(self) -> bool:
        return self.open_quote is not None or self.longest_quotation > LONG_QUOTATION

    def read(self, chunk: bytes) -> None:
        """Count the breaks and quotes of a chunk and look for the first byte that is no UTF-8."""
        if not self.head:
            self.head = chunk[:LOOKED_AT]
            self.proven = encoding_of_head(self.head)
        if self.wrong_byte is None and not (chunk.isascii() and not self.carried):
            self._validate(chunk)
        letters = np.frombuffer(chunk, dtype=np.uint8)
        feeds = letters == ord("\n")
        self._measure_lines(chunk)
        self.lines += int(np.count_nonzero(feeds))
        self.windows_breaks += self.ends_in_return and chunk.startswith(b"\n")
        self.ends_in_return = chunk.endswith(b"\r")
        if b"\r" in chunk:
            returns = letters == ord("\r")
            self.carriage_returns += int(np.count_nonzero(returns))
            self.windows_breaks += int(np.count_nonzero(returns[:-1] & feeds[1:]))
        if b'"' in chunk:
            self._measure_quotes(np.flatnonzero(letters == ord('"')) + self.bytes_read)
        self.bytes_read += len(chunk)

    def finish(self) -> None:
        """Judge what the last chunk left open: a character that the end of the file cuts."""
        if self.carried and self.wrong_byte is None:
            self.wrong_byte = self.bytes_read - len(self.carried)
            self.wrong_line = self.lines + 1
            self.wrong_window = self.carried

    def _measure_lines(self, chunk: bytes) -> None:
        # A line longer than a chunk shows by chunks without a break.
        last_break = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        self.bytes_of_line = (
            len(chunk) - 1 - last_break + (self.bytes_of_line if last_break < 0 else 0)
        )
        if self.bytes_of_line > LONG_LINE and self.long_line is None:
            self.long_line = self.lines + 1

    def _measure_quotes(self, places: NDArray[np.intp]) -> None:
        # Every second quote closes one, doubled ones included, unless some are out of place.
        if self.open_quote is not None:
            places = np.concatenate([[self.open_quote], places])
        lengths = places[1::2] - places[: places.size // 2 * 2 : 2]
        self.longest_quotation = max(self.longest_quotation, int(lengths.max(initial=0)))
        self.open_quote = int(places[-1]) if places.size % 2 else None

    def _validate(self, chunk: bytes) -> None:
        start = self.bytes_read - len(self.carried)
        text = self.carried + chunk
        end = complete_length(text)
        self.carried = text[end:]
        if is_utf8(text[:end]):
            self.holds_utf8 = True
            return
        wrong = wrong_position(text[:end])
        self.wrong_byte = start + wrong
        self.wrong_line = self.lines + text[:wrong].count(b"\n") + 1
        self.wrong_window = text[max(0, wrong - LOOKED_AT) : wrong + LOOKED_AT]


def complete_length(text: bytes) -> int:
    """Return how many bytes stand before a last UTF-8 character that the end cuts.

    Examples
    --------
    >>> complete_length("né".encode()), complete_length("né".encode()[:-1])
    (3, 1)
    """
    for back in range(1, min(4, len(text)) + 1):
        byte = text[-back]
        if byte < 0x80:
            break
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(text) - back if length > back else len(text)
    return len(text)


def is_utf8(text: bytes) -> bool:
    # Arrow judges the bytes in place, three times as fast as decoding them.
    import pyarrow as pa

    ends = pa.py_buffer(np.array([0, len(text)], dtype=np.int64))
    whole = pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(text)])
    try:
        whole.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def wrong_position(text: bytes) -> int:
    try:
        text.decode(UTF_8)
    except UnicodeDecodeError as error:
        return error.start
    return len(text)


def encoding_of_head(head: bytes) -> str | None:
    """Return the encoding that the first bytes prove, or None.

    Without a mark, UTF-16 shows by its zero bytes: Latin letters have every second byte zero.

    Examples
    --------
    >>> encoding_of_head("né".encode("utf-16")), encoding_of_head("note;avis".encode("utf-16-be"))
    ('utf-16', 'utf-16-be')
    """
    for mark, name in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return name
    half = len(head) // 2
    zeros_at_even, zeros_at_odd = head[0::2].count(0), head[1::2].count(0)
    if half and zeros_at_odd > 0.4 * half and zeros_at_even < 0.05 * half:
        return "utf-16-le"
    if half and zeros_at_even > 0.4 * half and zeros_at_odd < 0.05 * half:
        return "utf-16-be"
    return None


def encoding_of_text(name: str, inspection: Inspection) -> tuple[str, tuple[Text, ...]]:
    """Return the encoding to read an inspected file in, and what a person should know about it.

    Raises
    ------
    UnreadableSource
        R200, when the bytes are no text, or a script that the bytes do not tell.
    """
    proven = inspection.proven
    if proven is not None and proven != UTF_8:
        return proven, ()
    if 0 in inspection.head:
        raise not_text(name, inspection.head)
    if inspection.wrong_byte is None:
        return UTF_8, ()
    if proven == UTF_8 or inspection.holds_utf8 or holds_more_utf8(inspection.wrong_window):
        return UTF_8, (damaged_note(inspection),)
    if is_other_script(inspection.wrong_window):
        raise unknown_script(name, inspection)
    return WESTERN, (western_note(inspection),)


def known_encoding(name: str) -> str:
    """Return Python's own name of an encoding that a person asked for.

    Raises
    ------
    InvalidArgument
        R102, for a name that is no text encoding.

    Examples
    --------
    >>> known_encoding("Windows-1252"), known_encoding("UTF8"), known_encoding("utf-8-sig")
    ('cp1252', 'utf-8', 'utf-8')
    """
    try:
        "".encode(name)
        found = codecs.lookup(name).name
    except LookupError as error:
        raise InvalidArgument(
            Text(
                en=f"'{name}' is no text encoding.",
                fr=f"« {name} » n'est pas un encodage de texte.",
            ),
            hint=TELL_ENCODING,
        ) from error
    return UTF_8 if found == "utf-8-sig" else found


def holds_more_utf8(window: bytes) -> bool:
    text = window.decode(UTF_8, errors="replace")
    wrong = text.count("\N{REPLACEMENT CHARACTER}")
    right = sum(letter > "\x7f" for letter in text) - wrong
    return right >= max(wrong, 1)


def is_other_script(window: bytes) -> bool:
    runs = [len(run) for run in HIGH_RUN.findall(window)]
    return sum(run for run in runs if run >= LONG_RUN) > sum(runs) / 2


def not_text(name: str, head: bytes) -> UnreadableSource:
    position = head.index(0)
    line = head[:position].count(b"\n") + 1
    return UnreadableSource(
        Text(
            en=f"byte {position} is zero: this is no text file.",
            fr=f"l'octet {position} est nul : ce n'est pas un fichier texte.",
        ),
        hint=Text(
            en="If it is a workbook or a database, give it its own suffix (.xlsx, .sav, .parquet).",
            fr="S'il s'agit d'un classeur ou d'une base, donnez-lui son extension (.xlsx, .sav, "
            ".parquet).",
        ),
        place=Place(file=name, line=line),
    )


def unknown_script(name: str, inspection: Inspection) -> UnreadableSource:
    return UnreadableSource(
        Text(
            en=f"byte {inspection.wrong_byte} is not UTF-8, and the bytes look like another "
            "alphabet than the Western one.",
            fr=f"l'octet {inspection.wrong_byte} n'est pas de l'UTF-8, et les octets ressemblent "
            "à un autre alphabet que le latin.",
        ),
        hint=TELL_ENCODING,
        place=Place(file=name, line=inspection.wrong_line),
    )


def undecodable(name: str, encoding: str, *, byte: int, line: int) -> UnreadableSource:
    return UnreadableSource(
        Text(
            en=f"byte {byte} cannot be read as {encoding}.",
            fr=f"l'octet {byte} ne peut pas être lu en {encoding}.",
        ),
        hint=TELL_ENCODING,
        place=Place(file=name, line=line),
    )


def damaged_note(inspection: Inspection) -> Text:
    line = inspection.wrong_line
    return Text(
        en=f"Some bytes are not UTF-8, first on line {line}; they are read as '�'.",
        fr=f"Des octets ne sont pas de l'UTF-8, d'abord à la ligne {line} ; ils sont lus « � ».",
    )


def western_note(inspection: Inspection) -> Text:
    line = inspection.wrong_line
    return Text(
        en=f"The text is not UTF-8 (line {line}); it is read as cp1252, Western European.",
        fr=f"Le texte n'est pas en UTF-8 (ligne {line}) ; il est lu en cp1252, Europe de l'Ouest.",
    )
