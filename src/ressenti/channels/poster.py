"""Posters: the QR code of a survey, alone as a drawing, or on a page to hang up.

Every word reaches the page as data; nothing in it is read as markup. The page is PDF/UA-1, which
a screen reader can follow, and uses only the fonts that come with its typesetter.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import segno

from ressenti.channels.link import own_url
from ressenti.errors import InvalidArgument
from ressenti.language import Language, Text

Paper = Literal["a4", "a5"]

INSTRUCTION = Text(
    en="Scan the code with your telephone, or type the address:",
    fr="Scannez le code avec votre téléphone, ou saisissez l'adresse :",
)
# Level Q survives a quarter of the code being torn off or scribbled on.
ERROR_CORRECTION = "q"
QUIET_ZONE = 4
LONGEST_TITLE = 120
LONGEST_QUESTION = 240
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\s]+")


@dataclass(frozen=True, slots=True)
class PosterWords:
    """What a poster says in one language; ``question`` may be empty."""

    language: Language
    title: str
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """A poster for one survey.

    Parameters
    ----------
    organisation : str
    words : tuple of PosterWords
        One or two languages, the first one large.
    url : str
        Where the code leads.
    base_url : str
        The configured one; ``url`` lies under it.
    paper : {"a4", "a5"}
    """

    organisation: str
    words: tuple[PosterWords, ...]
    url: str
    base_url: str
    paper: Paper = "a4"


def code_drawing(url: str) -> str:
    """Return the QR code of a URL as an SVG document with its quiet zone, black on white.

    References
    ----------
    ISO/IEC 18004 (2015).
    """
    drawing = io.BytesIO()
    # The quiet zone is drawn: on a dark page the code would be read by nothing without it.
    segno.make_qr(url, error=ERROR_CORRECTION).save(
        drawing, kind="svg", border=QUIET_ZONE, light="#fff", xmldecl=False, omitsize=True
    )
    return drawing.getvalue().decode("utf-8")


def poster_pdf(poster: Poster) -> bytes:
    """Return the poster as an accessible PDF of one page.

    Raises
    ------
    InvalidArgument
        R102, for a URL outside the base URL, no language or more than two, or words that the
        fonts cannot write.
    """
    import typst

    try:
        return typst.compile(
            _source(),
            format="pdf",
            sys_inputs=_inputs(poster),
            ignore_system_fonts=True,
            pdf_standards="ua-1",
        )
    except typst.TypstError as error:
        raise InvalidArgument(
            Text(
                en=f"the poster cannot be printed: {error.message}.",
                fr=f"l'affiche ne peut pas être imprimée : {error.message}.",
            ),
            hint=Text(
                en="Its fonts write Latin, Greek and Cyrillic letters.",
                fr="Ses polices écrivent les lettres latines, grecques et cyrilliques.",
            ),
        ) from error


def poster_png(poster: Poster, *, points_per_inch: float = 96.0) -> bytes:
    """Return the poster as a picture, to be looked at before printing.

    Raises
    ------
    InvalidArgument
        R102, for a URL outside the base URL, no language or more than two.
    """
    import typst

    return typst.compile(
        _source(),
        format="png",
        ppi=points_per_inch,
        sys_inputs=_inputs(poster),
        ignore_system_fonts=True,
    )


def short_address(url: str) -> str:
    """Return an address as a person would type it.

    Examples
    --------
    >>> short_address("https://avis.example/s/k7")
    'avis.example/s/k7'
    """
    return re.sub(r"^https?://(?:www\.)?", "", url)


def typeset(words: str) -> str:
    """Return words with the apostrophe that print has.

    Examples
    --------
    >>> typeset("l'adresse")
    'l’adresse'
    """
    return words.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")


def _inputs(poster: Poster) -> dict[str, str]:
    own_url(poster.url, poster.base_url)
    if not 1 <= len(poster.words) <= 2:
        raise InvalidArgument(
            Text(
                en=f"a poster has one or two languages, not {len(poster.words)}.",
                fr=f"une affiche a une ou deux langues, pas {len(poster.words)}.",
            )
        )
    document = {
        "paper": poster.paper,
        "organisation": _printed(poster.organisation, LONGEST_TITLE),
        "address": short_address(poster.url),
        "languages": [
            {
                "language": words.language,
                "title": _printed(words.title, LONGEST_TITLE),
                "question": _printed(words.question, LONGEST_QUESTION),
                "instruction": typeset(INSTRUCTION.to(words.language)),
            }
            for words in poster.words
        ],
    }
    return {"poster": json.dumps(document), "code": code_drawing(poster.url)}


def _printed(words: str, length: int) -> str:
    line = UNPRINTABLE.sub(" ", words).strip()
    return typeset(line if len(line) <= length else line[: length - 1] + "…")


@cache
def _source() -> bytes:
    return files("ressenti.channels").joinpath("poster.typ").read_bytes()
