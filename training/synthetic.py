"""Short verbatims made from written frames and lexicons, for what the corpora lack.

The corpora are of films, forums and hospitals; customers write « colis jamais reçu ».
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import numpy as np

from ressenti.emotions.heads import HEADS, STRENGTH
from ressenti.emotions.labels import LABELS
from ressenti.emotions.phrases import written_phrases
from training.corpora import Corpus, Floats, full_targets, polarity_targets
from training.tokens import has_phrase

SEED: Final = 20
MOST_OF_A_FRAME: Final = {1: 40, 0: 60, -1: 20}
"""By sign: there are more frames of complaints than of praise and of facts."""
WORD: Final = re.compile(r"[^\W\d_]{2,}")
CHOICE: Final = re.compile(r"\{([^{}]*)\}")
DENIALS: Final = {
    "fr": ("pas {}", "Ce n'est pas {}", "pas du tout {}", "jamais {}", "Je ne suis pas {}"),
    "en": ("not {}", "It is not {}", "not {} at all", "never {}", "wasn't {}"),
}
STRENGTHS: Final = {"1": 0.3, "2": 0.6, "3": 0.9}
TONE_SETTINGS: Final = {
    "fr": ("{}", "C'est {}", "Service {}"),
    "en": ("{}", "It is {}", "{} service"),
}
CLEAR_TONE: Final = {"fr": 0.4, "en": 1.8}
LACKS: Final = {
    "fr": ("aucun {}", "sans {}", "pas de {}"),
    "en": ("no {}", "without {}", "not any {}"),
}
SETTINGS: Final = {
    "fr": ("{0}", "{0}", "{0}", "{1} : {0}", "{0}, {1}", "{0} pour {1}", "c'est {0}"),
    "en": ("{0}", "{0}", "{0}", "{1}: {0}", "{0}, {1}", "{0} for {1}", "it is {0}"),
}
ASPECT_FRAMES: Final = {
    "fr": {
        "neutral": (
            "{}", "À propos de {}", "J'ai une question sur {}", "Concernant {}, voir mon message",
            "Je vous écris au sujet de {}", "{} hier", "{} est prévu mardi", "Avis sur {}",
            "{} est arrivé ce matin", "J'ai reçu {} lundi",
        ),
        "appreciation": (
            "{}, c'est parfait", "Très bien pour {}", "{} est au top", "Satisfait de {}",
            "{} est impeccable", "{} arrive dans les temps",
        ),
        "annoyance": (
            "{}, c'est nul", "Mécontent de {}", "Problème avec {}", "{} est à revoir",
            "{} laisse à désirer",
        ),
    },
    "en": {
        "neutral": (
            "{}", "About {}", "I have a question on {}", "Regarding {}, see my message",
            "I am writing about {}", "{} yesterday", "{} is due on Tuesday", "Review of {}",
            "{} arrived this morning", "I received {} on Monday",
        ),
        "appreciation": (
            "{} is perfect", "Very good for {}", "{} is top notch", "Satisfied with {}",
            "{} is impeccable", "{} came on time",
        ),
        "annoyance": (
            "{} is rubbish", "Unhappy with {}", "Problem with {}", "{} needs work",
            "{} leaves a lot to be desired",
        ),
    },
}  # fmt: skip
FACTS_OF_A_SIGN: Final = 14
EMOTICONS: Final = {
    "joy": ":) :D ;) <3 =) ❤ 💖 💕 😆 😎 🎊 ✨ 🌟 🙌 😇 💪",
    "appreciation": "✅ 🥇 🏆 💎 🌞 ☺ ✔",
    "gratitude": "🌹 🤲",
    "disappointment": ":( :'( 😥 😩 😫 😓 🥺 💩 ❌",
    "annoyance": ":/ :| 😖 🤦 🤨 😣",
    "anger": "👿 😾 🖕 💥",
    "disgust": "💩",
    "fear": "😧 😦 🆘",
}
JOINTS: Final = (". ", ", ", " ! ", " et ", ". ")


def seeds(data: Path, language: str) -> Corpus:
    """Return the expanded frames, alone and two by two, neutral sentences and drawn emojis."""
    chance = np.random.default_rng(SEED)
    texts: list[str] = []
    targets: list[Floats] = []
    by_emotion: dict[str, list[str]] = {}
    for emotions, frame in frames(language):
        sentences = expanded(frame)
        most = MOST_OF_A_FRAME[_sign(emotions)]
        if CHOICE.fullmatch(frame):
            # A list of words: each by itself and in a sentence.
            settings = TONE_SETTINGS[language]
            sentences = [setting.format(word) for word in sentences for setting in settings]
        elif len(sentences) > most:
            chosen = chance.choice(len(sentences), most, replace=False)
            sentences = [sentences[at] for at in sorted(chosen)]
        by_emotion.setdefault(emotions, []).extend(sentences)
    for emotions, sentences in by_emotion.items():
        target = full_targets(set(emotions.split("+")))
        texts += sentences
        targets += [target] * len(sentences)
        joints = [joint for joint in JOINTS if language == "fr" or joint != " et "]
        for sentence in sentences[::3]:
            texts.append(
                sentence + str(chance.choice(joints)) + _lowered(str(chance.choice(sentences)))
            )
            targets.append(target)
    for emotions, sentence in _about_aspects(data, language):
        texts.append(sentence)
        targets.append(full_targets({emotions}))
    return Corpus("seeds", language, texts, np.stack(targets), 0.3, 3.0)


def drawn(data: Path, language: str) -> Corpus:
    """Return emojis and emoticons alone, and after facts that they alone colour."""
    chance = np.random.default_rng(SEED + 2)
    known = json.loads((data / "emotions" / "cx_seed_frames.json").read_text("utf-8"))
    facts = [
        sentence for emotions, frame in frames(language) if emotions == "neutral"
        for sentence in expanded(frame)
    ]  # fmt: skip
    texts: list[str] = []
    targets: list[Floats] = []
    for emotion in {**known["emoji"], **EMOTICONS}:
        for sign in (*known["emoji"].get(emotion, ()), *EMOTICONS.get(emotion, "").split()):
            own = [sign, sign * 2, sign * 3]
            own += [f"{fact} {sign}" for fact in chance.choice(facts, FACTS_OF_A_SIGN)]
            texts += own
            targets += [full_targets({emotion})] * len(own)
    return Corpus("drawn", language, texts, np.stack(targets), 0.5, 5.0)


def _about_aspects(data: Path, language: str) -> Iterator[tuple[str, str]]:
    """Yield what is said of every touch point: as much good as bad, and facts."""
    path = data / "emotions" / "cx_seed_frames.json"
    aspects = json.loads(path.read_text("utf-8"))["aspects"][language]
    for aspect in aspects:
        for emotion, frames_of_it in ASPECT_FRAMES[language].items():
            for frame in frames_of_it:
                yield emotion, frame.format(aspect)


def lexicon(data: Path, language: str) -> Corpus:
    """Return the words and phrases of the customer lexicon, set in context and denied."""
    chance = np.random.default_rng(SEED + 1)
    path = data / "emotions"
    aspects = json.loads((path / "cx_seed_frames.json").read_text("utf-8"))["aspects"][language]
    with (path / "cx_lexicon_fr_en.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["lang"] == language]
    texts: list[str] = []
    targets: list[Floats] = []
    for row in rows:
        expression, emotion = row["expression"], row["emotion"]
        felt = full_targets({emotion})
        felt[HEADS.index(STRENGTH)] = STRENGTHS[row["intensity"]]
        for setting in SETTINGS[language]:
            texts.append(setting.format(expression, chance.choice(aspects)))
            targets.append(felt)
    return Corpus("lexicon", language, texts, np.stack(targets), 0.3, 1.8)


def tone_words(
    words: Sequence[tuple[str, float]], language: str, weight: float, *, strongest: float
) -> Corpus:
    """Return words of a tone lexicon, alone and denied, as polarity and strength only."""
    texts: list[str] = []
    targets: list[Floats] = []
    for word, tone in words:
        felt = polarity_targets(tone)
        felt[HEADS.index(STRENGTH)] = min(1.0, abs(tone) / strongest)
        settings = [setting.format(word) for setting in TONE_SETTINGS[language]]
        texts += settings
        targets += [felt] * len(settings)
    return Corpus(f"tone-words-{strongest}", language, texts, np.stack(targets), weight, weight)


def denials(data: Path, language: str) -> Corpus:
    """Return clear words under a negation: what is not good is bad, what is not bad is good."""
    path = data / "emotions" / "cx_lexicon_fr_en.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["lang"] == language]
    tones = {row["expression"]: LABELS[row["emotion"]].valence for row in rows}
    clear = french_adjectives(data) if language == "fr" else vader_words("en", data)
    tones |= {word: tone for word, tone in clear if abs(tone) >= CLEAR_TONE[language]}
    texts: list[str] = []
    targets: list[Floats] = []
    for word, tone in tones.items():
        if word.isalpha() and tone:
            lacks = LACKS[language][: 3 if tone < 0 else 1]
            texts += [denial.format(word) for denial in (*DENIALS[language], *lacks)]
            targets += [denied_targets(tone)] * (len(DENIALS[language]) + len(lacks))
    # What is denied in a set phrase is not what its words say.
    literal = np.flatnonzero(~has_phrase(texts, language))
    texts, targets = [texts[at] for at in literal], [targets[at] for at in literal]
    return Corpus("denials", language, texts, np.stack(targets), 0.0, 1.8)


def vader_words(language: str, data: Path) -> list[tuple[str, float]]:
    """Return the clear words of the VADER lexicons (Hutto and Gilbert, 2014)."""
    if language == "fr":
        lines = (data / "fr_lexicons" / "vader_fr_lexicon.txt").read_text("utf-8").splitlines()
        pairs = [line.rpartition("->")[::2] for line in lines if "->" in line]
    else:
        # Its wheel ships the lexicon as a file beside the module.
        text = files("vaderSentiment").joinpath("vader_lexicon.txt").read_text("utf-8")
        pairs = [tuple(line.split("\t")[:2]) for line in text.splitlines()]  # type: ignore[misc]  # two parts
    found = [(word.strip(), float(score)) for word, score in pairs if _is_number(score)]
    return [(word, score) for word, score in found if abs(score) >= 1]


def french_adjectives(data: Path) -> list[tuple[str, float]]:
    """Return the adjectives of the public-domain French lexicon (De Smedt and Daelemans)."""
    # A file of ours, beside the others.
    root = ElementTree.parse(data / "fr_lexicons" / "fr-sentiment.xml").getroot()  # noqa: S314
    found = {word.get("form", ""): float(word.get("polarity", 0)) for word in root.iter("word")}
    return [(form, tone) for form, tone in found.items() if form and abs(tone) >= 0.25]


def frames(language: str) -> Iterator[tuple[str, str]]:
    """Yield the emotions and the frame of every written line."""
    path = files("training").joinpath("seeds", f"{language}.txt")
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            emotions, _, frame = line.partition("|")
            yield emotions, frame


def seed_words(data: Path, language: str) -> list[str]:
    """Return the words of all written sentences and expressions: each deserves a vector."""
    texts = [*seeds(data, language).texts, *lexicon(data, language).texts]
    return sorted({word for text in texts for word in WORD.findall(text)})


def own_words(language: str) -> list[str]:
    """Return what the product itself says in one language: customers' words, without labels."""
    path = files("ressenti.server").joinpath("locale", "fr", "LC_MESSAGES", "django.po")
    marked = "msgstr" if language == "fr" else "msgid"
    said = [line for line in path.read_text("utf-8").splitlines() if line.startswith(marked)]
    sentences = files("ressenti.simulation").joinpath("sentences", f"{language}.txt")
    rows = sentences.read_text("utf-8").splitlines()[1:]
    return [*(line.partition('"')[2] for line in said), *(row.rpartition("|")[2] for row in rows)]


def phrase_words(language: str) -> list[str]:
    """Return the words of the set phrases, so that each is known to be of its language."""
    lines = written_phrases(language).decode().splitlines()
    return [word for line in lines if line[:1] != "#" for word in WORD.findall(line)]


def expanded(frame: str) -> list[str]:
    """Return every sentence of a frame.

    Examples
    --------
    >>> expanded("{Very/So} good")
    ['Very good', 'So good']
    """
    parts = CHOICE.split(frame.replace("\\/", "\0"))
    choices = [part.split("/") if place % 2 else [part] for place, part in enumerate(parts)]
    return [" ".join("".join(each).split()).replace("\0", "/") for each in product(*choices)]


def denied_targets(valence: float) -> Floats:
    """Return the targets of a denied feeling: what is not good is bad, what is not bad is good."""
    return polarity_targets(-valence)


def _sign(emotions: str) -> int:
    valence = sum(LABELS[emotion].valence for emotion in emotions.split("+"))
    return (valence > 0) - (valence < 0)


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _is_number(score: str) -> bool:
    try:
        float(score)
    except ValueError:
        return False
    return True
