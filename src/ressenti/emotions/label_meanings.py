"""Label meanings: what the labels of other people's models say, in French and English.

Known are the names of GoEmotions, of Ekman's and Plutchik's emotions, of sentiment and of stars.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ressenti.emotions.labels import LABELS


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one label says of a writer's feelings.

    Attributes
    ----------
    emotion : str or None
        One of ``ressenti.emotions.labels.LABELS``; None where the label names none.
    is_positive, is_negative : bool
        Whether it says that the writer is pleased, or displeased; both of mixed feelings.
    """

    emotion: str | None = None
    is_positive: bool = False
    is_negative: bool = False


NAMES_OF_EMOTIONS: Final[Mapping[str, str]] = {
    "joy": "joy, happiness, happy, amusement, amused, excitement, excited, love, pride, desire, "
    "joie, bonheur, heureux, excitation, enthousiasme, amour, fierté, désir",
    "appreciation": "appreciation, admiration, approval, appréciation, approbation",
    "gratitude": "gratitude, grateful, thankful, reconnaissance, remerciement",
    "trust": "trust, relief, trust or relief, optimism, caring, confiance, soulagement, "
    "confiance ou soulagement, optimisme, bienveillance",
    "surprise": "surprise, surprised, realization, étonnement, prise de conscience",
    "confusion": "confusion, confused, incompréhension",
    "annoyance": "annoyance, annoyed, frustration, frustrated, disapproval, agacement, "
    "désapprobation, irritation",
    "anger": "anger, angry, rage, colère",
    "disappointment": "disappointment, disappointed, sadness, sad, grief, remorse, embarrassment, "
    "pessimism, déception, tristesse, triste, chagrin, remords, embarras, gêne, pessimisme",
    "fear": "fear, worry, worried, nervousness, anxiety, scared, peur, inquiétude, nervosité, "
    "anxiété, angoisse",
    "disgust": "disgust, disgusted, dégoût",
    "neutral": "neutral, neutre, neu, no emotion, none, other, others, aucune, autre",
}
"""The names by which each of our emotions is known elsewhere."""
NAMES_OF_SIGNS: Final[Mapping[str, Meaning]] = {
    "positive, very positive, pos, positif, très positif": Meaning(is_positive=True),
    "negative, very negative, neg, négatif, très négatif": Meaning(is_negative=True),
    "mixed, mixte": Meaning(is_positive=True, is_negative=True),
    "ignored, ignoré, curiosity, curiosité, anticipation": Meaning(),
}
STARS: Final = re.compile(r"([1-5]) (?:stars?|etoiles?)|(?:stars?|etoiles?) ([1-5])")
MIDDLE_STAR: Final = 3


def meaning_of(label: str) -> Meaning | None:
    """Return what a label says; None for a name that we do not know.

    Accents, case, hyphens and underscores do not count. Surprise and confusion say neither that
    somebody is pleased nor that they are displeased.

    Examples
    --------
    >>> meaning_of("Colère").emotion, meaning_of("admiration").emotion
    ('anger', 'appreciation')
    >>> meaning_of("4 stars")
    Meaning(emotion=None, is_positive=True, is_negative=False)
    >>> meaning_of("LABEL_0") is None
    True
    """
    name = _folded(label)
    stars = STARS.fullmatch(name)
    if stars is not None:
        count = int(stars[1] or stars[2])
        if count == MIDDLE_STAR:
            return MEANINGS["neutral"]
        return Meaning(is_positive=count > MIDDLE_STAR, is_negative=count < MIDDLE_STAR)
    return MEANINGS.get(name)


def _folded(label: str) -> str:
    decomposed = unicodedata.normalize("NFKD", label.casefold())
    plain = "".join(each for each in decomposed if not unicodedata.combining(each))
    return " ".join(plain.replace("_", " ").replace("-", " ").split())


def _meanings() -> Iterator[tuple[str, Meaning]]:
    for emotion, names in NAMES_OF_EMOTIONS.items():
        has_sign = emotion not in ("surprise", "confusion")
        valence = LABELS[emotion].valence if has_sign else 0
        meaning = Meaning(emotion, valence > 0, valence < 0)
        yield from ((_folded(name), meaning) for name in names.split(", "))
    for names, meaning in NAMES_OF_SIGNS.items():
        yield from ((_folded(name), meaning) for name in names.split(", "))


MEANINGS: Final[Mapping[str, Meaning]] = dict(_meanings())
"""By name, folded."""
