from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
import zlib
from dataclasses import replace

import pytest

from ressenti.channels.poster import Poster, PosterWords, code_drawing, poster_pdf, poster_png
from ressenti.errors import InvalidArgument
from tests.unit.channels.qr_reading import modules_in, picture, text_in

BASE = "https://avis.maison-lumiere.example"
FRENCH = PosterWords("fr", "Votre avis compte", "Recommanderiez-vous l'équipe de Noël ?")
ENGLISH = PosterWords("en", "Tell us about it", "Would you recommend our shop?")
POSTER = Poster(
    organisation="Maison Lumière", words=(FRENCH, ENGLISH), url=f"{BASE}/s/k7x2", base_url=BASE
)


def streams(pdf: bytes) -> dict[int, bytes]:
    objects = re.finditer(
        rb"(\d+) 0 obj\s*<<[^\n]*?>>\s*stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL
    )
    found = {}
    for match in objects:
        try:
            found[int(match[1])] = zlib.decompress(match[2])
        except zlib.error:
            continue
    return found


def text_of(pdf: bytes) -> str:
    """Return the text of a PDF as a reader copies it: glyphs through each font's ToUnicode map."""
    packed = streams(pdf)
    fonts = dict(re.findall(rb"/(f\d+) (\d+) 0 R", pdf))
    letters: dict[bytes, dict[int, str]] = {}
    for name, number in fonts.items():
        entry = re.search(rb"\b%s 0 obj\n<<.*?/ToUnicode (\d+) 0 R" % number, pdf, re.DOTALL)
        assert entry is not None
        pairs = re.findall(rb"^<([0-9A-F]{4})> <([0-9A-F]+)>$", packed[int(entry[1])], re.MULTILINE)
        letters[name] = {
            int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs
        }
    content = next(stream for stream in packed.values() if b"\nBT " in stream)
    words = ""
    for name, shown in re.findall(rb"/(f\d+) [\d.]+ Tf(.*?)\nET", content, re.DOTALL):
        for string in re.findall(rb"\(((?:\\.|[^\\)])*)\)", shown, re.DOTALL):
            codes = unescaped(string)
            pairs = zip(codes[::2], codes[1::2], strict=True)
            words += "".join(letters[name][high << 8 | low] for high, low in pairs)
        words += "\n"
    return words


def unescaped(string: bytes) -> bytes:
    signs = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

    def byte(found: re.Match[bytes]) -> bytes:
        escape = found[1]
        return bytes([int(escape, 8)]) if escape.isdigit() else signs.get(escape, escape)

    return re.sub(rb"\\([0-7]{1,3}|.)", byte, string, flags=re.DOTALL)


def on_one_line(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type/Page\b", pdf))


def test_a_poster_says_who_asks_what_and_where_in_both_languages() -> None:
    words = on_one_line(text_of(poster_pdf(POSTER)))
    for expected in (
        "Maison Lumière",
        "Votre avis compte",
        "Recommanderiez-vous l’équipe de Noël ?",
        "Tell us about it",
        "Would you recommend our shop?",
        "Scannez le code avec votre téléphone, ou saisissez l’adresse :",
        "Scan the code with your telephone, or type the address:",
        "avis.maison-lumiere.example/s/k7x2",
    ):
        assert expected in words


def test_a_poster_can_be_followed_by_a_screen_reader() -> None:
    pdf = poster_pdf(POSTER)
    assert b"pdfuaid:part>1<" in pdf
    assert b"/Lang(fr)" in pdf
    assert b"/Lang(en)" in pdf
    assert b"/MarkInfo" in pdf
    assert re.search(rb"/Alt\s*[<(]", pdf)


@pytest.mark.parametrize("paper", ["a4", "a5"])
@pytest.mark.parametrize("words", [(FRENCH,), (ENGLISH, FRENCH)])
def test_the_printed_code_leads_to_the_survey(paper: str, words: tuple[PosterWords, ...]) -> None:
    poster = replace(POSTER, paper=paper, words=words)
    modules = modules_in(picture(poster_png(poster, points_per_inch=50)))
    assert text_in(modules) == POSTER.url


def test_the_drawn_code_has_its_quiet_zone_on_white() -> None:
    drawing = ElementTree.fromstring(code_drawing(POSTER.url))
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    side = int(drawing.attrib["viewBox"].split()[2])
    # Four modules of quiet zone on either side of 17 + 4 × version.
    assert (side - 8 - 17) % 4 == 0
    light, dark = drawing.iter("{http://www.w3.org/2000/svg}path")
    assert light.attrib["fill"] == "#fff"
    assert dark.attrib["d"].startswith("M4 4.5h7")


@pytest.mark.parametrize(
    "words",
    [
        '#read("/etc/passwd") #panic() @label <label>',
        "*bold* _emphasis_ $x^2$ `code` \\ = heading\n= heading",
        '"); #import "@preview/x:1.0.0"; ("',
        "<script>alert(1)</script> {{contact:email}} ${x}",
        "= - + / // comment /* comment */ https://evil.example",
    ],
)
def test_no_word_is_read_as_markup(words: str) -> None:
    poster = replace(POSTER, organisation=words, words=(PosterWords("fr", words, words),))
    assert on_one_line(text_of(poster_pdf(poster))).count(on_one_line(words)[:40]) == 3


@pytest.mark.parametrize("paper", ["a4", "a5"])
def test_the_longest_words_stay_on_one_page(paper: str) -> None:
    long = PosterWords("fr", "Recommanderiez-vous " * 20, "Recommanderiez-vous " * 40)
    poster = replace(POSTER, organisation="Lumière " * 30, words=(long, long), paper=paper)
    assert pages(poster_pdf(poster)) == 1
    assert poster_png(poster).startswith(b"\x89PNG")


def test_the_same_poster_is_the_same_file() -> None:
    assert poster_png(POSTER) == poster_png(POSTER)
    assert re.search(rb"/CreationDate", poster_pdf(POSTER)) is None


@pytest.mark.parametrize("words", ["日本語", "Merci 😀"])
def test_letters_that_the_fonts_lack_are_told(words: str) -> None:
    with pytest.raises(InvalidArgument, match="cannot be printed"):
        poster_pdf(replace(POSTER, words=(PosterWords("fr", words),)))


@pytest.mark.parametrize("count", [0, 3])
def test_a_poster_has_one_or_two_languages(count: int) -> None:
    with pytest.raises(InvalidArgument, match="one or two languages"):
        poster_pdf(replace(POSTER, words=(FRENCH,) * count))


def test_a_code_never_leads_elsewhere() -> None:
    with pytest.raises(InvalidArgument, match="is not under"):
        poster_pdf(replace(POSTER, url="https://evil.example/s/k7x2"))
