"""The network over the words' vectors: what it makes of each word is worked out once.

Its first layer is linear, so that a clause's is the sum of its words'.
"""

from __future__ import annotations

import numpy as np

from ressenti.emotions.arrays import distinct, roomier
from ressenti.emotions.clauses import Flags
from ressenti.emotions.features import Floats, Integers
from ressenti.emotions.sums import product
from ressenti.emotions.tables import words


class WordNetwork:
    """The words met so far, plain and denied, as the network's first layer sees them.

    Row 0 stands for all words without a vector: it adds nothing.
    """

    def __init__(self) -> None:
        table = words()
        self._rows = np.full(2 * len(table.vectors) + 2, -1)
        self._rows[-2:] = 0
        self._count = 1
        self.hidden = np.zeros((1, table.first.shape[1]), dtype=np.float32)
        self.leanings = np.zeros((1, table.second.shape[1]), dtype=np.float32)

    def rows(self, place: Integers, is_denied: Flags) -> Integers:
        """Return where each word stands in ``hidden`` and in ``leanings``.

        Parameters
        ----------
        place : integers, shape (words,)
            In the vocabulary of the tables.
        """
        key = 2 * place + is_denied
        rows = self._rows[key]
        if (rows < 0).any():
            self._learn(distinct(key[rows < 0]))
            rows = self._rows[key]
        return rows

    def logits(self, sums: Floats, counts: Integers) -> Floats:
        """Return the network's logits for sums of rows of ``hidden``, shape (sums, heads).

        Parameters
        ----------
        counts : integers, shape (sums,)
            How many words with a vector were summed.
        """
        table = words()
        hidden = sums / np.sqrt(counts.clip(1)).astype(np.float32)[:, None]
        hidden += table.first_bias
        result: Floats = product(hidden.clip(0), table.second) + table.second_bias
        return result

    def _learn(self, keys: Integers) -> None:
        table = words()
        width = table.vectors.shape[1]
        had, self._count = self._count, self._count + len(keys)
        self.hidden = roomier(self.hidden, self._count)
        self.leanings = roomier(self.leanings, self._count)
        self._rows[keys] = np.arange(had, self._count)
        for half in (0, 1):
            own = keys[keys % 2 == half]
            first = np.ascontiguousarray(table.first[half * width : (half + 1) * width])
            vectors = table.vectors[own // 2] * table.vector_scale
            self.hidden[self._rows[own]] = product(vectors, first)
        alone = self.hidden[had : self._count] + table.first_bias
        nothing = table.first_bias.clip(0) @ table.second
        self.leanings[had : self._count] = product(alone.clip(0), table.second) - nothing
