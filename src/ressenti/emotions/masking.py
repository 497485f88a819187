"""Masking: personal data in what people wrote, replaced by a word that says what stood there.

Numbers are masked where their shape or their check digits say what they are, so that orders, dates
and prices stay readable; names where a title or a phrase announces them. It is a net, not a wall:
a first name alone in the middle of a sentence passes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ressenti.language import Language, Text


class Kind(StrEnum):
    """What was masked."""

    EMAIL = "email"
    PHONE = "phone"
    ACCOUNT = "account"
    CARD = "card"
    IDENTITY = "identity"
    ADDRESS = "address"
    NAME = "name"


MASKS: Mapping[Kind, Text] = {
    Kind.EMAIL: Text(en="[e-mail]", fr="[courriel]"),
    Kind.PHONE: Text(en="[phone]", fr="[téléphone]"),
    Kind.ACCOUNT: Text(en="[bank account]", fr="[compte bancaire]"),
    Kind.CARD: Text(en="[bank card]", fr="[carte bancaire]"),
    Kind.IDENTITY: Text(en="[identity number]", fr="[numéro d'identité]"),
    Kind.ADDRESS: Text(en="[address]", fr="[adresse]"),
    Kind.NAME: Text(en="[name]", fr="[nom]"),
}

SPACE = "[ \u00a0\u202f\u2009]"
GAP = "[ \u00a0\u202f\u2009.\\-]"
CAPITAL = "[A-ZÀ-ÖØ-Þ]"
PARTICLE = "(?:de la|de|du|des|le|la|les|van|von|der|den|ter|ten)"
NAME_WORD = rf"(?:[dDlL]['’]|O['’]|Mc|Mac)?{CAPITAL}[\w]*(?:[-'’.]{CAPITAL}?\w+)*"
NAME = rf"(?:{PARTICLE} )*{NAME_WORD}(?:{SPACE}(?:{PARTICLE} )*{NAME_WORD}){{0,2}}"

EMAIL = re.compile(
    r"[\w.+'-]{1,64} ?@ ?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
    r"|[\w.+-]{2,64} ?[(\[](?:at|arobase)[)\]] ?"
    r"[\w-]{2,63} ?(?:\.|[(\[](?:dot|point)[)\]]| dot | point ) ?[a-z]{2,10}\b"
    r"|[\w.+-]{2,64} (?:at|arobase) [\w-]{2,63} (?:dot|point) [a-z]{2,10}\b",
    re.IGNORECASE,
)
PHONE = re.compile(
    # France: ten digits by two, with or without what says the country.
    rf"(?<![\w.,/])(?:(?:\+|00)33{GAP}?(?:\(0\){GAP}?)?|\(?0)[1-9](?P<gap>{GAP}?)"
    r"\d{2}(?:(?P=gap)\d{2}){3}(?!\w|[.,/]\d)"
    # Belgium: mobiles by four and two, fixed lines of nine digits.
    rf"|(?<![\w.,])0(?:\d[ /.-]\d{{3}}|\d{{2}}[ /.-]\d{{2}}|4\d{{2}}[ /.-]\d{{2}})"
    rf"{GAP}\d{{2}}{GAP}\d{{2}}(?!\w|[.,/]\d)"
    # North America: three, three and four.
    rf"|(?<![\w.,/+-])(?:\+?1{GAP})?(?:\([2-9]\d{{2}}\) ?|[2-9]\d{{2}}{GAP})"
    rf"[2-9]\d{{2}}{GAP}\d{{4}}(?!\w|[.,/-]\d)"
    # Anywhere else: a plus or two zeros, then seven digits or more.
    rf"|(?<![\w.,])(?:\+|00)[1-9]\d{{0,2}}(?:{GAP}?(?:\(0\))?{GAP}?\d){{6,12}}(?!\w)"
)
# A run of digits is a number to call only where the words before it say so.
ANNOUNCED_PHONE = re.compile(
    r"\b(?:t[ée]l(?:[ée]phone)?|portable|mobile|gsm|phone|cell|call me|appele[zr](?:-moi)?|"
    r"joindre|rappele[zr](?:-moi)?)\b[^\d\n]{0,20}(?P<number>\d{8,12})(?!\d)",
    re.IGNORECASE,
)
ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?:[ \u00a0-]?[A-Z0-9]){11,30}", re.IGNORECASE)
ACCOUNT_LENGTHS: Mapping[str, int] = {
    "AT": 20, "BE": 16, "CH": 21, "DE": 22, "DK": 18, "ES": 24, "FI": 18, "FR": 27, "GB": 22,
    "IE": 22, "IT": 27, "LU": 20, "MC": 27, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "SE": 24,
}  # fmt: skip
CARD = re.compile(rf"(?<![\w.,])[2-6]\d(?:{GAP}?\d){{12,17}}(?!\w|[.,]\d)")
CARD_STARTS = re.compile(r"3[47]\d{13}|(?:4|5[1-5]|2[2-7]|6)\d{14,17}")
FRENCH_IDENTITY = re.compile(
    rf"(?<!\w)[12]{SPACE}?\d{{2}}{SPACE}?\d{{2}}{SPACE}?(?:\d{{2}}|2[AB]){SPACE}?\d{{3}}{SPACE}?"
    rf"\d{{3}}(?:{SPACE}?\d{{2}})?(?!\w)"
)
BELGIAN_IDENTITY = re.compile(r"(?<!\w)\d{2}\.\d{2}\.\d{2}[- ]\d{3}[. ]\d{2}(?!\w)")
CANADIAN_IDENTITY = re.compile(r"(?<![\w-])\d{3}(?P<gap>[ -])\d{3}(?P=gap)\d{3}(?![\w-])")
STREET = (
    "rue|avenue|av\\.|boulevard|bd|bld|blvd|place|chemin|all[ée]e|impasse|quai|cours|route|square|"
    "passage|faubourg|chauss[ée]e|ruelle|sentier|mont[ée]e|rang|c[ôo]te"
)
TOWN = rf"(?:[, ]+(?:\d{{4,5}}|{CAPITAL}\d{CAPITAL} ?\d{CAPITAL}\d){SPACE}{NAME_WORD})?"
ADDRESS = re.compile(
    rf"\b\d{{1,4}}(?: ?(?:bis|ter|quater)\b)?,? (?i:{STREET}) (?:(?:{PARTICLE}|[dl]['’]) ?)*"
    rf"\w[\w'’-]*(?: (?:{PARTICLE} |[dl]['’])*{NAME_WORD}){{0,4}}{TOWN}"
    rf"|\b\d{{1,5}} (?:{CAPITAL}[\w'’-]* ){{1,4}}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|"
    rf"Lane|Ln|Drive|Dr|Court|Crescent|Way|Terrace)\b\.?{TOWN}"
    r"|\b[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d\b"
)
TITLED_NAME = re.compile(
    rf"\b(?:M\.|Mr\.?|Mrs\.?|Ms\.?|Miss|Mme\.?|Mlle\.?|Monsieur|[Mm]adame|[Mm]onsieur|Mademoiselle|"
    rf"Dr\.?|Docteur|Doctor|Ma[îi]tre){SPACE}(?P<name>{NAME})"
    rf"|\b(?i:mme|mlle|mrs){SPACE}(?P<plain>[^\W\d_]{{2,}})"
)
ANNOUNCED_NAME = re.compile(
    rf"\b(?i:je m['’]appelle|mon nom est|mon nom, c['’]est|au nom de|sign[ée] ?:?|my name is|"
    rf"my name['’]s|under the name(?: of)?|in the name of|(?:best |kind )?regards,?|cordialement,?)"
    rf"\s{{1,3}}(?P<name>{NAME})"
    r"|\b(?i:je m['’]appelle|my name is) (?P<plain>(?!(?i:pas|comme|on|not|in|the|a|wrong|"
    r"mis\w+|still|never|always|now|also|already|spelt|spelled)\b)"
    r"[^\W\d_]{2,}(?: [^\W\d_]{3,})?)"
)

# A first name after a trade stays: whom customers thank is told. A full name does not.
NAME_AFTER_TRADE = re.compile(
    rf"\b(?i:(?:my|our|your|the|mon|ma|votre|notre|le|la|l['’]|un|une|an?) ?"
    rf"(?:advis[eo]r|agent|nurse|doctor|driver|technician|engineer|manager|teacher|trainer|"
    rf"colleague|neighbou?r|friend|landlord|boss|husband|wife|conseill(?:er|ère)|infirmi(?:er|ère)|"
    rf"docteur|médecin|chauffeur|livreur|technicien|directeur|directrice|professeur|formateur|"
    rf"formatrice|collègue|voisine?|amie?|propriétaire|mari|femme)),?{SPACE}(?i:nommée? |called )?"
    rf"(?P<name>{NAME_WORD}(?:{SPACE}(?:{PARTICLE} )*{NAME_WORD}){{1,2}})"
)
GREETED_NAME = re.compile(
    rf"\b(?i:dear|hi|hello|cher|chère|bonjour){SPACE}"
    rf"(?!(?i:m|mr|mme|mlle|mrs|ms|miss|dr|madame|monsieur|docteur)\b)"
    rf"(?P<name>{NAME_WORD}{SPACE}(?:{PARTICLE} )*{NAME_WORD})(?=\s*[,.!\n])"
)


@dataclass(frozen=True, slots=True)
class Span:
    """Where personal data stands in a text, and what it is."""

    start: int
    end: int
    kind: Kind


def personal_spans(text: str) -> tuple[Span, ...]:
    """Return the personal data of a text, in order and without overlap.

    Examples
    --------
    >>> [span.kind.value for span in personal_spans("Mme Dupont, 06 12 34 56 78")]
    ['name', 'phone']
    """
    spans: list[Span] = []
    for span in sorted(_found(text), key=lambda one: (one.start, -one.end)):
        if spans and span.start < spans[-1].end:
            last = spans[-1]
            spans[-1] = Span(last.start, max(last.end, span.end), last.kind)
        else:
            spans.append(span)
    return tuple(spans)


def masked(text: str, language: Language) -> str:
    """Return a text without its personal data.

    Parameters
    ----------
    language : "en" or "fr"
        Of who reads; the masks are words of it.

    Examples
    --------
    >>> masked("Écrivez à jeanne@exemple.fr, commande 4512789.", "fr")
    'Écrivez à [courriel], commande 4512789.'
    """
    parts, place = [], 0
    for span in personal_spans(text):
        parts += [text[place : span.start], MASKS[span.kind].to(language)]
        place = span.end
    return "".join([*parts, text[place:]])


def _found(written: str) -> Iterator[Span]:
    text = "".join(map(_plain_digit, written)) if not written.isascii() else written
    for pattern, kind in ((TITLED_NAME, Kind.NAME), (ANNOUNCED_NAME, Kind.NAME)):
        for match in pattern.finditer(text):
            yield _span(match, kind, "name" if match["name"] else "plain")
    for pattern in (NAME_AFTER_TRADE, GREETED_NAME):
        for match in pattern.finditer(text):
            yield _span(match, Kind.NAME, "name")
    for match in EMAIL.finditer(text):
        yield _span(match, Kind.EMAIL)
    if any(letter.isdigit() for letter in text):
        yield from _numbers(text)


def _numbers(text: str) -> Iterator[Span]:
    for match in ACCOUNT.finditer(text):
        end = _end_of_account(match[0])
        if end is not None:
            yield Span(match.start(), match.start() + end, Kind.ACCOUNT)
    for pattern, kind, is_one in CHECKED:
        yield from (_span(match, kind) for match in pattern.finditer(text) if is_one(match[0]))
    for match in PHONE.finditer(text):
        yield _span(match, Kind.PHONE)
    for match in ANNOUNCED_PHONE.finditer(text):
        yield _span(match, Kind.PHONE, "number")
    for match in ADDRESS.finditer(text):
        yield _span(match, Kind.ADDRESS)


def _span(match: re.Match[str], kind: Kind, part: str | int = 0) -> Span:
    return Span(*match.span(part), kind)


def _plain_digit(letter: str) -> str:
    return str(int(letter)) if letter.isdecimal() else letter


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdecimal())


def _is_card(found: str) -> bool:
    return CARD_STARTS.fullmatch(_digits(found)) is not None and _passes_luhn(found)


def _passes_luhn(found: str) -> bool:
    """Tell whether the last digit checks the others, as on cards (ISO/IEC 7812-1)."""
    digits = _digits(found)
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _end_of_account(found: str) -> int | None:
    """Return where an account number ends that its check digits confirm (ISO 13616)."""
    compact = ""
    wanted = ACCOUNT_LENGTHS.get(found[:2].upper())
    for place, letter in enumerate(found, start=1):
        if not letter.isalnum():
            continue
        compact += letter.upper()
        is_long_enough = len(compact) == wanted if wanted else len(compact) >= 15
        if is_long_enough and _passes_account_check(compact):
            return place
    return None


def _passes_account_check(compact: str) -> bool:
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def _is_french_identity(found: str) -> bool:
    """Tell whether the key agrees or, without a key, the groups are written apart."""
    compact = "".join(found.split()).replace("2A", "19").replace("2B", "18")
    if len(compact) == 15:
        return 97 - int(compact[:13]) % 97 == int(compact[13:])
    return len(found.split()) >= 5


CHECKED: tuple[tuple[re.Pattern[str], Kind, Callable[[str], bool]], ...] = (
    (CARD, Kind.CARD, _is_card),
    (FRENCH_IDENTITY, Kind.IDENTITY, _is_french_identity),
    (BELGIAN_IDENTITY, Kind.IDENTITY, bool),
    (CANADIAN_IDENTITY, Kind.IDENTITY, _passes_luhn),
)
