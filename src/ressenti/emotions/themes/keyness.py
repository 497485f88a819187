"""Keyness: which words one group of texts uses more than another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ressenti.statistics.multiplicity import adjusted_p_values

PRIOR_WORDS: Final = 500.0
"""Words that the prior is worth: rare words are drawn this hard towards the whole."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word and how much more one group uses it.

    Attributes
    ----------
    word : str
    count, rest_count : int
        Uses in the group and in the rest.
    log_odds : float
        Log of the ratio of odds, drawn towards 0 by the prior.
    z : float
        ``log_odds`` in standard errors; above 0 where the group uses the word more.
    p_value : float
        Two-sided, adjusted for the number of words (Benjamini and Hochberg).
    """

    word: str
    count: int
    rest_count: int
    log_odds: float
    z: float
    p_value: float


def keywords(
    counts: Mapping[str, int], rest: Mapping[str, int], *, prior_words: float = PRIOR_WORDS
) -> tuple[Keyword, ...]:
    """Return every word of the group with its weighted log-odds against the rest, highest z first.

    Parameters
    ----------
    counts, rest : mapping of str to int
        Uses of each word in the group and in the rest.
    prior_words : float
        Strength of the informative Dirichlet prior, which has the frequencies of both together.

    References
    ----------
    Monroe, Colaresi and Quinn, Political Analysis 16 (2008) 372, equations 16, 19, 20 and 22.

    Examples
    --------
    >>> first, *_ = keywords({"parking": 30, "parcel": 10}, {"parking": 1, "parcel": 60})
    >>> first.word, first.z > 2, first.p_value < 0.05
    ('parking', True, True)
    """
    total, rest_total = sum(counts.values()), sum(rest.values())
    if not total:
        return ()
    rows = []
    for word, count in counts.items():
        other = rest.get(word, 0)
        prior = prior_words * (count + other) / (total + rest_total)
        mine, theirs = count + prior, other + prior
        odds = math.log(mine / _above_zero(total + prior_words - mine))
        rest_odds = math.log(theirs / _above_zero(rest_total + prior_words - theirs))
        error = math.sqrt(1 / mine + 1 / theirs)
        rows.append((word, count, other, odds - rest_odds, (odds - rest_odds) / error))
    p_values = adjusted_p_values([math.erfc(abs(row[4]) / math.sqrt(2)) for row in rows])
    found = [
        Keyword(*row, p if p is not None else 1.0) for row, p in zip(rows, p_values, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: (-one.z, one.word)))


def class_weights(
    counts: Mapping[str, int], everywhere: Mapping[str, int], *, classes: int
) -> dict[str, float]:
    """Return the class-based tf-idf of each word of one class.

    ``tf · log(1 + A / f)``: its share of the class's words, and how rare it is over all classes,
    A being the mean number of words a class.

    Parameters
    ----------
    counts, everywhere : mapping of str to int
        Uses in the class, and over all classes.
    classes : int
        How many classes there are.

    References
    ----------
    Grootendorst, BERTopic (2022), arXiv:2203.05794, equation 2.

    Examples
    --------
    >>> weights = class_weights({"parking": 4, "shop": 4}, {"parking": 4, "shop": 40}, classes=2)
    >>> weights["parking"] > weights["shop"]
    True
    """
    size = sum(counts.values())
    mean_size = sum(everywhere.values()) / max(classes, 1)
    return {
        word: count / size * math.log1p(mean_size / everywhere[word])
        for word, count in counts.items()
    }


def _above_zero(number: float) -> float:
    # A vocabulary of one word leaves no others to compare it with.
    return max(number, 1e-9)
