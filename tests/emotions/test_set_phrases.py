"""Set phrases are read for what they mean, and greetings for nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.emotions import Reading, read_texts
from ressenti.emotions.phrases import parsed, phrases_of, said
from ressenti.emotions.reading import Carrier
from ressenti.emotions.rewording import Rewording
from ressenti.emotions.tables import words
from ressenti.emotions.tokens import cleaned, form_of, tokens_of
from ressenti.emotions.vocabulary import PARTS, Vocabulary

DISPLEASED = (
    "Pas terrible", "Merci pour rien", "Je ne recommande pas", "Je ne recommande à personne",
    "C'est pas top", "Pas fameux", "Bof", "L'accueil laisse à désirer", "Peut mieux faire",
    "À fuir", "À éviter", "Plus jamais", "Du grand n'importe quoi", "Une catastrophe",
    "On se fiche de nous", "Bonjour, je ne suis pas content", "Bravo la SNCF, 3h de retard",
    "Thanks for nothing", "Not great", "Could be better", "Would not recommend", "Never again",
    "Avoid", "Waste of time", "A waste of money", "Left a lot to be desired", "Meh", "A joke",
    "What a joke", "Hi, I am not happy", "Great, another delay",
)  # fmt: skip
PLEASED = (
    "Rien à redire", "Au top", "Nickel", "Pas mal", "Pas déçu", "Sans problème", "Aucun souci",
    "Nothing to complain about", "No complaints", "Can't fault them", "Not bad", "No problems",
)  # fmt: skip
GREETINGS = ("Bonjour, ", "Bonsoir, ", "Madame, Monsieur, ", "Bonjour à tous, ")
CLOSINGS = (" Cordialement", " Bonne journée", " Bien cordialement", " Excellente soirée")


def one(text: str) -> Reading:
    (reading,) = read_texts([text])
    return reading


def polarity(text: str) -> float:
    found = one(text).polarity
    assert found is not None
    return found


@pytest.mark.parametrize("text", DISPLEASED)
def test_a_phrase_of_displeasure_is_read_so(text: str) -> None:
    assert polarity(text) < -0.3


@pytest.mark.parametrize("text", PLEASED)
def test_a_phrase_of_content_is_read_so(text: str) -> None:
    assert polarity(text) > 0.2


def test_nothing_to_report_is_neutral() -> None:
    assert one("Rien à signaler").is_neutral


@pytest.mark.parametrize("greeting", GREETINGS)
@pytest.mark.parametrize("closing", CLOSINGS)
def test_a_greeting_changes_nothing(greeting: str, closing: str) -> None:
    said_alone = one("je ne suis pas content.")
    greeted = one(f"{greeting}je ne suis pas content.{closing}")
    assert greeted.polarity == pytest.approx(said_alone.polarity, abs=1e-5)


@pytest.mark.parametrize("text", ["Bonjour", "Cordialement", "Hello", "Kind regards"])
def test_a_greeting_alone_is_neutral(text: str) -> None:
    assert one(text).is_neutral
    assert one(text).emotions == ()


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Le repas était PAS TERRIBLE, hélas", "PAS TERRIBLE"),
        ("Well, thanks for nothing!", "thanks for nothing"),
        ("je ne recommande vraiment pas", "ne recommande vraiment pas"),
        ("L'accueil <b>laisse</b> &agrave; désirer", "laisse</b> &agrave; désirer"),
    ],
)
def test_the_whole_phrase_carries_the_emotion_and_is_told_to_be_one(text: str, phrase: str) -> None:
    spans = [span for emotion in one(text).emotions for span in emotion.words]
    assert (phrase, Carrier.PHRASE) in [(text[one.start : one.end], one.carrier) for one in spans]


def test_stress_inside_a_phrase_stresses_it() -> None:
    plain, stressed = read_texts(["Je ne recommande pas", "Je ne recommande absolument pas"])
    assert plain.intensity is not None
    assert stressed.intensity is not None
    assert stressed.intensity > plain.intensity


@pytest.mark.parametrize(
    "text",
    [
        "Bravo, livraison sans aucun retard",
        "Merci au technicien qui a réparé la panne",
        "Super équipe, le retard a été vite rattrapé",
        "Great service despite the delay",
        "Thanks for fixing the problem",
        "Awesome service, no waiting",
    ],
)
def test_praise_of_what_was_mended_is_praise(text: str) -> None:
    assert polarity(text) > 0


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_plain_word_is_known(language: str) -> None:
    for phrase in phrases_of(language).phrases:
        form = form_of(phrase.plain)
        assert form in words().places or form in PARTS[language]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_phrase_stands_wherever_its_words_do(language: str) -> None:
    rows = [phrase for phrase in phrases_of(language).phrases if phrase.is_row]
    texts = [" ".join(min(own) for own in phrase.words) for phrase in rows]
    vocabulary = Vocabulary()
    rewording = Rewording(language, vocabulary)
    for text in texts:
        numbers = vocabulary.numbers_of([each for each in tokens_of([text]) if each != " "])
        assert rewording.reworded(numbers).numbers.tolist() != numbers.tolist(), text


@given(
    st.lists(st.sampled_from(["pas", "terrible", "merci", "pour", "rien", "!", ","]), max_size=9)
)
def test_each_token_is_kept_or_stands_in_one_phrase(tokens: list[str]) -> None:
    vocabulary = Vocabulary()
    rewording = Rewording("fr", vocabulary)
    written = [
        each for each in tokens_of([" ".join(tokens)]) if not each.isspace() or each == "\x1e"
    ]
    found = rewording.reworded(vocabulary.numbers_of(written))
    covered = np.concatenate(
        [np.arange(first, last + 1) for first, last in zip(found.first, found.last, strict=True)]
    )
    assert covered.tolist() == list(range(len(written)))


def test_a_file_of_phrases_says_classes_choices_gaps_and_what_is_replaced() -> None:
    found = parsed("%bad = delay/lost bag\nannoying | ^ [{thanks/cheers}] ... %bad $\n# nothing")
    assert [phrase.plain for phrase in found.phrases] == ["annoying", "annoying"]
    longer, shorter = found.phrases
    assert [sorted(own) for own in shorter.words] == [
        ["cheers", "thanks"],
        ["..."],
        ["delay"],
        ["$"],
    ]
    assert len(longer.words) == 5
    assert (shorter.first, shorter.last, shorter.is_at_start) == (0, 0, True)


def test_a_mark_is_known_as_it_stands_and_other_figures_by_their_length() -> None:
    assert said("10/10", "00/00") == "10/10"
    assert said("2026", "0000") == "0000"
    assert polarity("10/10") > 0.5
    assert polarity("0/10") < -0.5


def test_a_phrase_does_not_reach_into_the_next_text() -> None:
    assert [each.polarity for each in read_texts(["pas", "terrible"])] == [
        one("pas").polarity,
        one("terrible").polarity,
    ]
    assert cleaned("pas") == ("pas", None)
