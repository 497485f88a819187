"""Tokens: a text taken apart so that no character is lost, and what each token stands for.

A token keeps its characters as written; its *form* is what the model knows it by: lower case,
without accents, letters stretched beyond two cut to two, digits alike. Accents and case can so
never change what is read.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import IntFlag
from typing import Final

SEPARATOR: Final = "\x1e"
"""Stands between the texts of a batch; never inside one."""
PHRASE: Final = "\x1f"
"""Ends a plain word that stands for a set phrase; never in a token of a text."""

TOKEN: Final = re.compile(
    r"\d+(?:[.,:/]\d+)*(?!\w)"
    r"|\w+(?:['’](?:[tT](?!\w))?)?"
    r"| |[^\S\n\x1e]+"
    r"|[:;=]['’]?-?[)(DPp/|*]+(?!\w)|<3"
    r"|[!?]+|\.+|[\s\S]"
)
"""Matches at every place, so that the tokens joined are the text again."""

# Mark-up, entities, characters that cannot be seen, letters followed by a loose accent.
DIRT: Final = re.compile(
    r"<[/a-zA-Z!][^<>]{0,300}>|&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d?);"
    r"|[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe0f\x1e]"
    r"|[^\W\d_][\u0300-\u036f]+"
)
HINT: Final = re.compile(
    "[<&\u00ad\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe0f\x1e]"
)
"""What no dirt is without: quick to look for."""
STRETCHED: Final = re.compile(r"([^\W\d_])\1{2,}")
LIGATURES: Final = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "ı": "i", "ø": "o", "ł": "l"}
)
LONGEST_FORM: Final = 40


class Part(IntFlag):
    """The parts a token can play in a clause.

    A ``FILLER`` only stresses or greets, and is no feature. Stress acts on the strength of its
    clause by rule, so that adding some can never weaken; a greeting says nothing of what follows.
    """

    NONE = 0
    WORD = 1
    SYMBOL = 2
    BREAK = 4
    CONTRAST = 8
    NEGATOR = 16
    NE = 32
    AFTER_NE = 64
    STRONGER = 128
    WEAKER = 256
    UNLESS_ONLY = 512
    SHOUTED = 1024
    STRETCHED = 2048
    SEPARATOR = 4096
    LITTLE = 8192
    ONE = 16384
    MUCH_STRONGER = 32768
    FILLER = 65536
    EXCLAMATION = 131072
    PHRASE = 262144


FRENCH_WORDS: Final[Mapping[Part, str]] = {
    Part.NEGATOR: "pas jamais ni sans non aucun aucune aucunement nullement guere zero",
    Part.NE: "ne n'",
    Part.AFTER_NE: "plus personne rien point",
    Part.CONTRAST: "mais pourtant cependant toutefois neanmoins malgre hormis sauf excepte "
    "dommage quoique contre revanche",
    Part.STRONGER: "super hyper trop franchement",
    Part.FILLER | Part.STRONGER: "tres vraiment particulierement tellement",
    Part.FILLER | Part.MUCH_STRONGER: "extremement absolument enormement incroyablement infiniment "
    "totalement completement profondement terriblement ultra",
    Part.WEAKER: "assez moyennement",
    Part.FILLER: "bonjour bonsoir bjr bsr cordialement",
    Part.FILLER | Part.WEAKER: "plutot legerement",
    Part.LITTLE: "peu",
    Part.ONE: "un",
    Part.UNLESS_ONLY: "seulement uniquement que juste",
}
ENGLISH_WORDS: Final[Mapping[Part, str]] = {
    Part.NEGATOR: "not no never without nor neither none nothing nobody hardly barely cannot dont "
    "doesnt didnt isnt wasnt arent werent cant couldnt wouldnt wont shouldnt havent hasnt hadnt",
    Part.CONTRAST: "but however although though yet despite except whereas unfortunately",
    Part.STRONGER: "so too super highly",
    Part.FILLER | Part.STRONGER: "very really truly particularly",
    Part.FILLER | Part.MUCH_STRONGER: "extremely absolutely incredibly immensely exceptionally "
    "totally completely utterly insanely ridiculously",
    Part.WEAKER: "bit",
    Part.FILLER: "hello hi hey greetings",
    Part.FILLER | Part.WEAKER: "slightly somewhat fairly rather mildly",
    Part.LITTLE: "little",
    Part.ONE: "a",
    Part.UNLESS_ONLY: "only just",
}
BREAKS: Final = frozenset(',;\n()[]{}«»"“”•–—|*\t')


def cleaned(text: str) -> tuple[str, Sequence[int] | None]:
    """Return a text without mark-up, entities and unseen characters, and where each character was.

    Returns
    -------
    str, sequence of int or None
        The place in ``text`` of every character left, and one more for the end; None where nothing
        changed.

    Examples
    --------
    >>> plain, places = cleaned("nul<br>et d&eacute;cevant")
    >>> plain, places[plain.index("d")]
    ('nul et décevant', 10)
    """
    if HINT.search(text) is None:
        return text, None
    parts: list[str] = []
    places: list[int] = []
    end = 0
    for match in DIRT.finditer(text):
        parts.append(text[end : match.start()])
        places.extend(range(end, match.start()))
        left = _without_dirt(match[0])
        parts.append(left)
        places.extend([match.start()] * len(left))
        end = match.end()
    parts.append(text[end:])
    places.extend(range(end, len(text) + 1))
    return "".join(parts), places


def form_of(token: str) -> str:
    """Return what the model knows a token by.

    Examples
    --------
    >>> form_of("DÉÉÉÇU"), form_of("L’"), form_of("cœur"), form_of("2026")
    ('deecu', "l'", 'coeur', '0000')
    """
    if token.isascii():
        plain = token.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", token.translate(LIGATURES).lower())
        plain = "".join(each for each in decomposed if not unicodedata.combining(each))
        plain = plain.translate(LIGATURES)
    if plain and plain[0].isdigit():
        return re.sub(r"\d", "0", plain[:LONGEST_FORM])
    return STRETCHED.sub(r"\1\1", plain[: 4 * LONGEST_FORM])[:LONGEST_FORM]


def part_of(token: str, form: str) -> Part:
    """Return the part that a token plays in either language, whatever words it has."""
    if token == SEPARATOR:
        return Part.SEPARATOR | Part.BREAK
    first = token[0]
    if first.isalpha() or first == "_":
        part = Part.WORD
        if form.endswith("n't"):
            part |= Part.NEGATOR
        if len(token) >= 3 and token.isupper():
            part |= Part.SHOUTED
        if STRETCHED.search(token.lower()):
            part |= Part.STRETCHED
        return part
    if first.isdigit():
        return Part.WORD
    if first in "!?.":
        mark = Part.SYMBOL | Part.BREAK
        return mark | Part.EXCLAMATION if form[0] == "!" else mark
    if first in BREAKS:
        return Part.BREAK
    if first in ":;=<" and len(token) > 1:
        return Part.SYMBOL
    category = unicodedata.category(first)
    return Part.SYMBOL if category in ("So", "Sm") and ord(first) > 0x2000 else Part.NONE


def parts_by_word(listed: Mapping[Part, str]) -> Mapping[str, Part]:
    """Return the parts of each word of a language."""
    parts: dict[str, Part] = {}
    for part, words in listed.items():
        for word in words.split():
            parts[word] = parts.get(word, Part.NONE) | part
    return parts


def symbol_form(token: str) -> str:
    """Return the form of punctuation that counts and of emojis.

    Examples
    --------
    >>> symbol_form("!!!!"), symbol_form("?!"), symbol_form("😡"), symbol_form(":-)")
    ('!!', '?!', '😡', ':)')
    """
    if token[0] in "!?":
        kinds = "".join(sorted(set(token), reverse=True))
        return kinds * 2 if len(kinds) == 1 and len(token) > 1 else kinds
    if token[0] == ".":
        return "..." if len(token) > 1 else "."
    return token.replace("-", "").replace("’", "'")[:3] or "-"


def tokens_of(texts: Iterable[str]) -> list[str]:
    """Return the tokens of all texts, each text followed by the separator."""
    return TOKEN.findall(SEPARATOR.join([*texts, ""]))


def _without_dirt(found: str) -> str:
    if found[0] == "<":
        return " "
    if found[0] == "&":
        return html.unescape(found).replace(SEPARATOR, " ")
    if len(found) > 1:
        return unicodedata.normalize("NFC", found)
    return ""
