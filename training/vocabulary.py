"""The shipped vocabulary: the words of both languages that have a vector of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ressenti.emotions.tokens import cleaned, form_of, tokens_of

LARGEST = 26_000
FEWEST_USES = 2


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the vocabulary: how it is mostly written, and how often in each language."""

    form: str
    written: str
    french: int
    english: int


def words_of(texts: Mapping[str, Iterable[str]], *, always: Iterable[str] = ()) -> list[Word]:
    """Return the most frequent words of the texts of each language, and those always wanted."""
    uses: dict[str, Counter[str]] = {}
    written: dict[str, Counter[str]] = {}
    for language, each in texts.items():
        tokens = Counter(tokens_of(cleaned(text)[0] for text in each))
        uses[language] = Counter()
        for token, count in tokens.items():
            if token[0].isalpha():
                form = form_of(token)
                uses[language][form] += count
                written.setdefault(form, Counter())[token.lower()] += count
    wanted = {form_of(word): word for word in always if word.isalpha()}
    total = Counter(uses["fr"])
    total.update(uses["en"])
    # Equal shares: the languages' corpora are not of one size.
    french, english = sum(uses["fr"].values()), sum(uses["en"].values())
    share = {form: uses["fr"][form] / french + uses["en"][form] / english for form in total}
    frequent = [form for form, count in total.items() if count >= FEWEST_USES or form in wanted]
    frequent.sort(key=lambda form: (form not in wanted, -share[form], form))
    chosen = sorted({*frequent[:LARGEST], *wanted})
    return [
        Word(
            form,
            written[form].most_common(1)[0][0] if form in written else wanted[form],
            uses["fr"][form],
            uses["en"][form],
        )
        for form in chosen
    ]
