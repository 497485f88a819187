"""What is worked out for many words together is what is worked out for each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ressenti.emotions.features import features_of, word_features
from ressenti.emotions.runs import Runs
from ressenti.emotions.sums import LONG, Groups, product
from ressenti.emotions.tokens import TOKEN, cleaned
from ressenti.emotions.vocabulary import Vocabulary

forms = st.sampled_from(["nul", "l'", "a", "!!", "...", "😡", "0000", "deçu", "x" * 40, "é", ":)"])
anything = st.text(alphabet=st.characters(exclude_categories=["Cs"]) | st.sampled_from("  ab'!1"))


@given(st.lists(st.tuples(forms, st.booleans()), min_size=1, max_size=12))
def test_the_features_of_many_words_are_those_of_each(words: list[tuple[str, bool]]) -> None:
    found = features_of([form for form, _ in words], np.array([denied for _, denied in words]))
    alone = [word_features(form, is_denied=denied) for form, denied in words]
    assert found.places.tolist() == [place for places, _ in alone for place in places]
    assert found.values == pytest.approx([value for _, values in alone for value in values])
    assert found.counts.tolist() == [len(places) for places, _ in alone]


@given(st.lists(st.integers(0, 3) | st.sampled_from([LONG, LONG + 1]), max_size=8), st.randoms())
def test_a_sum_of_rows_is_the_same_whatever_stands_beside_it(
    sizes: list[int], random: object
) -> None:
    table = np.random.default_rng(1).normal(size=(50, 5)).astype(np.float32)
    place = np.random.default_rng(2).integers(0, 50, sum(sizes))
    together = Groups(np.array(sizes, dtype=np.int64)).sums(table, place)
    start = 0
    for found, size in zip(together, sizes, strict=True):
        own = place[start : start + size]
        assert found == pytest.approx(table[own].sum(axis=0, dtype=np.float64), abs=1e-4)
        assert (found == Groups(np.array([size])).sums(table, own)[0]).all()
        start += size


@given(arrays.arrays(np.float32, (70, 6), elements=st.floats(-8, 8, width=32)))
def test_a_product_of_rows_is_that_of_each(rows: np.ndarray) -> None:
    matrix = np.random.default_rng(3).normal(size=(6, 3)).astype(np.float32)
    together = product(rows, matrix)
    assert together == pytest.approx(rows.astype(np.float64) @ matrix, abs=1e-4)
    assert all(
        (product(row[None], matrix)[0] == own).all()
        for row, own in zip(rows, together, strict=True)
    )


@given(st.lists(anything.map(lambda text: cleaned(text)[0]), min_size=1, max_size=6))
def test_taking_runs_apart_finds_the_tokens_of_each_text(texts: list[str]) -> None:
    vocabulary = Vocabulary()
    runs = Runs(vocabulary)
    for _ in ("new", "remembered"):
        apart = runs.taken_apart(texts)
        for place, text in enumerate(texts):
            own = np.flatnonzero(apart.text == place)[:-1]
            found = {
                (start, end): vocabulary.forms[number]
                for start, end, number in zip(
                    apart.starts[own].tolist(),
                    apart.ends[own].tolist(),
                    apart.numbers[own].tolist(),
                    strict=True,
                )
            }
            matches = [match.span() for match in TOKEN.finditer(text)]
            assert set(found) <= set(matches)
            words = {span for span in matches if text[span[0]].isalpha()}
            assert words <= set(found)
