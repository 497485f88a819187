"""Answers that say that there is nothing to say: read, and neutral, whatever reads."""

from __future__ import annotations

from typing import Final

from ressenti.emotions.tokens import form_of

LONGEST_ANSWER: Final = 32

NEUTRAL_ANSWERS: Final = {
    "fr": "ras|r a s|rien|rien a signaler|rien a dire|rien a ajouter|rien de particulier|"
    "rien de special|neant|aucun|aucune|aucun commentaire|aucune remarque|aucun avis|"
    "pas de commentaire|pas de commentaires|sans commentaire|pas d avis|sans avis|sans opinion|"
    "pas de remarque|pas de remarques|idem|oui|non|nsp|sans objet|nc|ne sais pas|je ne sais pas|"
    "sans reponse|sans|comme d habitude|normal|pas concerne|pas concernee|moyen|sans plus",
    "en": "nothing|none|nil|no|yes|no comment|no comments|nothing to add|nothing to report|"
    "nothing to say|nothing in particular|nothing special|not applicable|don t know|dont know|"
    "no opinion|no remarks|not sure|as above|see above|as usual|normal|average|unsure|"
    "same as above",
    None: "ok|okay|n a|na|d accord|idk|dk|test|blank",
}
"""Whole answers, in the form of their words, that say that there is nothing to say."""
LANGUAGE_OF_ANSWER: Final = {
    answer: language for language, listed in NEUTRAL_ANSWERS.items() for answer in listed.split("|")
}


def neutral_answer(text: str) -> str | None:
    """Return the answer that says nothing, in the form of its words; None for any other text.

    Examples
    --------
    >>> neutral_answer("R.A.S."), neutral_answer("Rien à signaler !"), neutral_answer("Rien ne va")
    ('r a s', 'rien a signaler', None)
    """
    if len(text) > LONGEST_ANSWER:
        return None
    words = form_of("".join(c if c.isalnum() or c == "'" else " " for c in text)).split()
    answer = " ".join(words).replace("'", " ")
    return answer if answer in LANGUAGE_OF_ANSWER else None
