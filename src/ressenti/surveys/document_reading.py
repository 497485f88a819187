"""Objects of a JSON document being read: values of the right type, every fault with its path."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from ressenti.errors import DocumentFault, known_names_hint
from ressenti.language import LANGUAGES, Language, Text
from ressenti.surveys.words import Words, is_storable, shortened

IDENTIFIER: Final = re.compile(r"[a-z0-9_]{1,40}")
LONGEST_LABEL = 2000
HUGE = 1e15


class DocumentReader:
    """An object of a document; asking for a key gives its value, or a default and a fault.

    What is given for a key with a fault is never used: a document with faults is refused whole.
    """

    def __init__(self, values: Mapping[str, object], path: str, faults: list[DocumentFault]):
        self.values = values
        self.path = path
        self.faults = faults
        self.known: list[str] = []

    def fault(self, key: str | None, message: Text) -> None:
        self.faults.append(DocumentFault(self.path_of(key), message))

    def path_of(self, key: str | None) -> str:
        return self.path if key is None else f"{self.path}.{shortened(key)}"

    def value(self, key: str) -> object:
        self.known.append(key)
        return self.values.get(key)

    def text(self, key: str, *, longest: int = LONGEST_LABEL) -> str:
        """Return a text that must be there and not be blank."""
        value = self.value(key)
        if isinstance(value, str) and value.strip() and self._fits(key, value, longest):
            return value
        if not isinstance(value, str) or not value.strip():
            self._expected(key, Text(en="a text that is not blank", fr="un texte non vide"))
        return ""

    def identifier(self, key: str) -> str:
        """Return an id: lower-case letters, digits and underscores, 40 at most."""
        value = self.value(key)
        if isinstance(value, str) and IDENTIFIER.fullmatch(value):
            return value
        expected = Text(
            en="an id of 1 to 40 lower-case letters, digits or underscores",
            fr="un identifiant de 1 à 40 minuscules, chiffres ou tirets bas",
        )
        self._expected(key, expected)
        return ""

    def flag(self, key: str) -> bool:
        """Return true or false; false when nothing is said."""
        value = self.value(key)
        if key in self.values and not isinstance(value, bool):
            self._expected(key, Text(en="true or false", fr="true ou false"))
        return value is True

    def whole(self, key: str, low: int, high: int, default: int) -> int:
        """Return a whole number from ``low`` to ``high``."""
        value = self.values.get(key, default)
        self.known.append(key)
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if is_whole and low <= value <= high:  # type: ignore[operator]  # just seen to be an int
            return value  # type: ignore[return-value]  # likewise
        expected = Text(
            en=f"a whole number from {low} to {high}", fr=f"un nombre entier de {low} à {high}"
        )
        self._expected(key, expected)
        return default

    def name(self, key: str, known: Iterable[str]) -> str:
        """Return a text that is one of the known names."""
        value, names = self.value(key), list(known)
        if isinstance(value, str) and value in names:
            return value
        hint = known_names_hint(value if isinstance(value, str) else "", names)
        self._expected(key, Text(en="a known name", fr="un nom connu"), hint)
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; an empty one when nothing is said."""
        value = self.value(key)
        if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
            for i, one in enumerate(value):
                self._fits(f"{key}[{i}]", one, LONGEST_LABEL)
            return tuple(value)
        if key in self.values:
            self._expected(key, Text(en="a list of texts", fr="une liste de textes"))
        return ()

    def words(
        self, key: str, languages: Sequence[Language], *, longest: int = LONGEST_LABEL
    ) -> Words | None:
        """Return words by language, None for null; other languages than the ones told are faults.

        Blank words count as a translation that is yet to be made.
        """
        value = self.value(key)
        if value is None:
            return None
        if not isinstance(value, Mapping) or not all(
            isinstance(text, str) for text in value.values()
        ):
            self._expected(key, Text(en="words by language", fr="des mots par langue"))
            return None
        for language, text in value.items():
            if language not in languages:
                self.fault(f"{key}.{language}", _foreign(str(language), languages))
            self._fits(f"{key}.{language}", text, longest)
        return {one: text for one, text in value.items() if one in LANGUAGES}

    def required_words(
        self, key: str, languages: Sequence[Language], *, longest: int = LONGEST_LABEL
    ) -> Words:
        """Return words that are there in the first language at least."""
        words = self.words(key, languages, longest=longest)
        if words is None or not words.get(languages[0], "").strip():
            message = Text(
                en="words in the default language ({language}) are missing.",
                fr="les mots manquent dans la langue par défaut ({language}).",
            )
            self.fault(key, message.format(language=languages[0]))
        return words or {}

    def object(self, key: str) -> DocumentReader:
        """Return an object of this one; an empty one when there is none."""
        value = self.value(key)
        if not isinstance(value, Mapping):
            if value is not None or key in self.values:
                self._expected(key, Text(en="an object", fr="un objet"))
            value = {}
        return DocumentReader(value, self.path_of(key), self.faults)

    def objects(self, key: str, *, most: int, fewest: int = 0) -> Iterator[DocumentReader]:
        """Yield the objects of a list of ``fewest`` to ``most`` of them."""
        value = self.value(key)
        if not isinstance(value, list | tuple) or not fewest <= len(value) <= most:
            expected = Text(
                en=f"a list of {fewest} to {most} objects",
                fr=f"une liste de {fewest} à {most} objets",
            )
            self._expected(key, expected)
            return
        for i, element in enumerate(value):
            path = f"{self.path_of(key)}[{i}]"
            if isinstance(element, Mapping):
                yield DocumentReader(element, path, self.faults)
            else:
                self.faults.append(
                    DocumentFault(path, Text(en="this is no object.", fr="ce n'est pas un objet."))
                )

    def refuse_other_keys(self) -> None:
        """Note a fault for each key that nobody asked for."""
        for key in self.values:
            if key not in self.known:
                message = Text(
                    en="this key is not known. {hint}", fr="cette clé est inconnue. {hint}"
                )
                hint = known_names_hint(shortened(str(key)), sorted(set(self.known)))
                self.fault(str(key), message.format(hint=hint))

    def _fits(self, key: str, text: str, longest: int) -> bool:
        if len(text) > longest:
            message = Text(
                en="{length} characters are too many; {longest} are allowed.",
                fr="{length} caractères, c'est trop ; la limite est de {longest}.",
            )
            self.fault(key, message.format(length=len(text), longest=longest))
            return False
        if not is_storable(text):
            message = Text(
                en="it holds a character that cannot be kept.",
                fr="il contient un caractère qui ne peut pas être conservé.",
            )
            self.fault(key, message)
            return False
        return True

    def _expected(self, key: str, expected: Text, hint: Text | None = None) -> None:
        message = Text(
            en="it must be {expected}, not {shown}.", fr="il faut ici {expected}, et non {shown}."
        ).format(expected=expected, shown=shown(self.values.get(key)))
        if hint is not None:
            message = Text(en=f"{message.en} {hint.en}", fr=f"{message.fr} {hint.fr}")
        self.fault(key, message)


def shown(value: object) -> Text:
    r"""Return a value as a message quotes it, cut when it is long.

    Examples
    --------
    >>> [shown(value).fr for value in ("9", True, 6.5, [1, 2])]
    ['«\xa09\xa0»', 'true', '6.5', 'une liste']
    """
    if isinstance(value, str):
        return Text(en="'{text}'", fr="« {text} »").format(text=shortened(value, 60))
    if isinstance(value, Mapping):
        return Text(en="an object", fr="un objet")
    if isinstance(value, list | tuple):
        return Text(en="a list", fr="une liste")
    if isinstance(value, int | float) and abs(value) >= HUGE:
        return Text(en="a huge number", fr="un nombre immense")
    written = json.dumps(value) if isinstance(value, int | float | None) else type(value).__name__
    return Text(en=written, fr=written)


def _foreign(language: str, languages: Sequence[Language]) -> Text:
    return Text(
        en="'{language}' is none of the questionnaire's languages ({known}).",
        fr="« {language} » n'est pas une langue du questionnaire ({known}).",
    ).format(language=shortened(language), known=", ".join(languages))
