"""Language: French, English or neither, by how much oftener each word is used in one of them.

Frequencies come from the training corpora; words of the commonest other languages count against
both, and a text of mostly unknown words is neither.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from ressenti.emotions.features import Floats, Integers
from ressenti.emotions.runs import Runs
from ressenti.emotions.tables import words
from ressenti.emotions.tokens import SEPARATOR
from ressenti.emotions.vocabulary import Vocabulary

UNDECIDED, FRENCH, ENGLISH, OTHER = range(4)
NAMES: Final = (None, "fr", "en", None)
CODES: Final = {"fr": FRENCH, "en": ENGLISH}

FRENCH_LETTERS: Final = frozenset("éèêëàâîïôùûçœ")
ACCENT_BONUS: Final = 1.0
FOREIGN_LOSS: Final = 1.5
KNOWN_SHARE: Final = 0.5
FEWEST_WORDS: Final = 4
"""Below, unknown words may be anybody's."""
CLEAR: Final = 0.3

_FOREIGN = """
der das und ich ist nicht sehr wir auf ein eine einen aber auch noch mehr wurde sind haben habe
kein keine bei vom zum zur immer alles gut schnell schlecht zufrieden vielen danke fur
el los las muy pero para todo gracias servicio bueno buena malo mala por esta este tiempo hace
siempre nada mejor calidad precio atencion rapido excelente perfecto
gli che sono molto bene tutto grazie servizio buono buona ottimo ottima anche della nella
questo piu sempre personale gentile veloce
nao muito bom boa obrigado servico tudo uma foi atendimento rapida
perfekt ausgezeichnet perfetto
het een niet zeer erg goed maar ook zijn heb snel bedankt jest bardzo nie dobrze
"""
FOREIGN_WORDS: Final = frozenset(_FOREIGN.split())
"""German, Spanish, Italian, Portuguese, Dutch, Polish: words that French and English lack."""
KINDS: Final = 4
RATIO, IS_WORD, IS_KNOWN, IS_FOREIGN = range(KINDS)


class LanguageFinder:
    """Finds the language of each text of a batch; remembers what every run of words says."""

    def __init__(self, vocabulary: Vocabulary, runs: Runs) -> None:
        self._vocabulary = vocabulary
        self._runs = runs
        self._token_says = np.zeros((0, KINDS))
        self._run_says = np.zeros((0, KINDS))

    def languages(self, runs: Integers, text: Integers, texts: int) -> npt.NDArray[np.int64]:
        """Return the language of each text: ``FRENCH``, ``ENGLISH``, ``OTHER`` or ``UNDECIDED``.

        Parameters
        ----------
        runs, text : integers, shape (runs,)
            The runs and the text each stands in.
        """
        self._learn()
        ratio, all_words, known, foreign = (
            np.bincount(text, weights=self._run_says[runs, kind], minlength=texts)
            for kind in range(KINDS)
        )
        found = np.where(ratio > CLEAR, FRENCH, np.where(ratio < -CLEAR, ENGLISH, UNDECIDED))
        is_unknown = (all_words >= FEWEST_WORDS) & (known < KNOWN_SHARE * all_words)
        return np.where(is_unknown | (FOREIGN_LOSS * foreign > known), OTHER, found)

    def _learn(self) -> None:
        had = len(self._token_says)
        tokens, forms = self._vocabulary.tokens[had:], self._vocabulary.forms[had:]
        if tokens:
            new = [_evidence(*each) for each in zip(tokens, forms, strict=True)]
            self._token_says = np.concatenate((self._token_says, np.asarray(new)))
        more = self._runs.sums(self._token_says, len(self._run_says))
        self._run_says = np.concatenate((self._run_says, more))


def _evidence(token: str, form: str) -> tuple[float, float, float, float]:
    """Return what one token says: ``RATIO``, ``IS_WORD``, ``IS_KNOWN``, ``IS_FOREIGN``."""
    if not token[0].isalpha() or token == SEPARATOR:
        return 0.0, 0.0, 0.0, 0.0
    table = words()
    place = table.places.get(form)
    ratio = 0.0 if place is None else float(table.ratios[place])
    if not token.isascii() and not FRENCH_LETTERS.isdisjoint(token.lower()):
        ratio += ACCENT_BONUS
    # Latin letters lose their accents in a form: what is left of others is neither language.
    foreign = form in FOREIGN_WORDS or not form.isascii()
    return ratio, 1.0, float(place is not None and not foreign), float(foreign)


def log_ratios(french: Floats, english: Floats) -> Floats:
    """Return the logarithms of how much oftener French uses each word, in [-6, 6].

    Parameters
    ----------
    french, english : floats, shape (words,)
        Uses in the corpora of each language.
    """
    ratio = np.log((french + 0.5) / (french.sum() + 1)) - np.log(
        (english + 0.5) / (english.sum() + 1)
    )
    result: Floats = np.clip(ratio, -6, 6).astype(np.float32)
    return result
