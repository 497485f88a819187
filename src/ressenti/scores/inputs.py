"""Inputs of a worked example: raw rows or counts, read without guessing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ressenti.errors import InvalidArgument, known_names_hint
from ressenti.facts.raw_values import number_in
from ressenti.facts.scales import SCALES, Level, Quantity, Scale, numbered
from ressenti.language import Text
from ressenti.tallies.tally import Cell, Tally


class Inputs(Mapping[str, Any]):
    """The named inputs of one worked example, with readers that say what is wrong.

    Examples
    --------
    >>> example = Inputs({"start": 200, "lost": 20, "note": None})
    >>> example.number("lost"), example.has("note"), example.has("end")
    (20.0, True, False)
    >>> example.number("strat")
    Traceback (most recent call last):
    ...
    ressenti.errors.InvalidArgument: [R102] the input 'strat' is missing. Did you mean: start?
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any]):
        if not isinstance(values, Mapping):
            raise InvalidArgument(
                Text(
                    en="the inputs must be one JSON object of named values.",
                    fr="les données doivent être un objet JSON de valeurs nommées.",
                )
            )
        self._values = values

    def __getitem__(self, name: str) -> Any:
        if name not in self._values:
            raise InvalidArgument(
                Text(
                    en=f"the input '{name}' is missing.",
                    fr=f"la donnée « {name} » manque.",
                ),
                hint=known_names_hint(name, map(str, self._values)),
            )
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def get(self, name: str, default: Any = None) -> Any:
        return self._values.get(name, default)

    def has(self, *names: str) -> bool:
        return all(name in self._values for name in names)

    def has_null(self, *names: str) -> bool:
        """Tell whether one of the names is given as null: what it stands for is unknown."""
        return any(name in self._values and self._values[name] is None for name in names)

    def number(self, name: str, default: float | None = None) -> float:
        """Return a finite number, refusing anything else; ``default`` when the name is absent."""
        if default is not None and name not in self._values:
            return default
        raw = self[name]
        number = None if isinstance(raw, str) else number_in(raw)
        if number is None:
            raise InvalidArgument(
                Text(
                    en=f"the input '{name}' must be a finite number, not {raw!r}.",
                    fr=f"la donnée « {name} » doit être un nombre fini, pas {raw!r}.",
                )
            )
        return number

    def count(self, name: str, default: float | None = None) -> float:
        """Return a number that is not negative."""
        number = self.number(name, default)
        if number < 0:
            raise InvalidArgument(
                Text(
                    en=f"the input '{name}' cannot be negative: {number:g}.",
                    fr=f"la donnée « {name} » ne peut pas être négative : {number:g}.",
                )
            )
        return number

    def numbers(self, name: str) -> list[float | None]:
        """Return a list of finite numbers; null and what is no number become None."""
        return [None if isinstance(raw, str) else number_in(raw) for raw in self.rows(name)]

    def rows(self, name: str) -> Sequence[Any]:
        """Return a list, refusing anything else."""
        raw = self[name]
        if not isinstance(raw, Sequence) or isinstance(raw, str):
            raise InvalidArgument(
                Text(
                    en=f"the input '{name}' must be a list, not {raw!r}.",
                    fr=f"la donnée « {name} » doit être une liste, pas {raw!r}.",
                )
            )
        return raw

    def object(self, name: str) -> Inputs:
        """Return a nested object of named values."""
        return Inputs(self[name])


def tally_of_answers(
    inputs: Inputs, scale: Scale | Quantity, classes: Mapping[str, Level] | None = None
) -> Tally:
    """Return the tally of a survey example given as scores, weighted answers, counts or classes.

    Parameters
    ----------
    inputs : Inputs
        One of: ``scores`` (a list; null is missing, off-scale is invalid), ``answers`` (a list of
        ``{score, weight}``), ``counts`` (level to count), or one count per name of ``classes``.
    classes : mapping of class name to the level that stands for it

    Examples
    --------
    >>> from ressenti.facts.scales import YES_NO
    >>> tally_of_answers(Inputs({"yes": 4, "no": 1}), YES_NO, {"yes": 1.0, "no": 0.0}).n
    5
    """
    if inputs.has("scores"):
        return Tally.of_values(inputs.rows("scores"), scale)
    if inputs.has("answers"):
        answers = [Inputs(answer) for answer in inputs.rows("answers")]
        weights = [answer.count("weight", 1.0) for answer in answers]
        return Tally.of_values((a["score"] for a in answers), scale, weights=weights)
    if inputs.has("counts"):
        return _tally_of_level_counts(inputs.object("counts"), scale)
    named = {name: level for name, level in (classes or {}).items() if inputs.has(name)}
    if not named:
        wanted = ", ".join(["scores", "answers", "counts", *(classes or {})])
        raise InvalidArgument(
            Text(
                en=f"no answers are given. One of these is needed: {wanted}.",
                fr=f"aucune réponse n'est donnée. Il faut l'une de ces données : {wanted}.",
            )
        )
    cells: dict[Level, Cell] = {}
    for name, level in named.items():
        n = inputs.count(name)
        cells[level] = cells.get(level, Cell(0, 0.0, 0.0)) + Cell(math.floor(n), n, n)
    return Tally(cells)


def _tally_of_level_counts(counts: Inputs, scale: Scale | Quantity) -> Tally:
    cells: dict[Level, Cell] = {}
    invalid = missing = 0
    for name in counts:
        n = counts.count(name)
        level = scale.read(name)
        if isinstance(level, float | str):
            cells[level] = cells.get(level, Cell(0, 0.0, 0.0)) + Cell(math.floor(n), n, n)
        elif level.value == "invalid":
            invalid += int(n)
        else:
            missing += int(n)
    return Tally(cells, missing, invalid)


def scale_told(inputs: Inputs, default: Scale) -> Scale:
    """Return the scale an example names, or bounds as ``[1, 10]``; the default when it tells none.

    A pair of bounds that no known scale has gives one that declares no level good or bad.

    Examples
    --------
    >>> from ressenti.facts.scales import ONE_TO_FIVE
    >>> scale_told(Inputs({"scale": [0, 10]}), ONE_TO_FIVE).key
    '0-10'
    """
    told = inputs.get("scale")
    if told is None:
        return default
    named = SCALES.get(told) if isinstance(told, str) else None
    if isinstance(named, Scale):
        return named
    bounds = [] if isinstance(told, str) else inputs.numbers("scale")
    match bounds:
        case [float(low), float(high)] if low < high and (low % 1, high % 1) == (0, 0):
            return _scale_between(int(low), int(high), default)
    raise InvalidArgument(
        Text(
            en=f"the input 'scale' must name a scale or give its two bounds, not {told!r}.",
            fr=f"la donnée « scale » doit nommer une échelle ou donner ses deux bornes, "
            f"pas {told!r}.",
        ),
        hint=known_names_hint(str(told), SCALES),
    )


def _scale_between(low: int, high: int, default: Scale) -> Scale:
    levels = numbered(low, high)
    if default.levels == levels:
        return default
    key = f"{low}-{high}"
    known = SCALES.get(key)
    if isinstance(known, Scale):
        return known
    return Scale(key=key, name=Text(en=f"{low} to {high}", fr=f"{low} à {high}"), levels=levels)
