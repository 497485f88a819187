"""Comparisons asked for: what an address compares, in the words of its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from ressenti.errors import unknown_name
from ressenti.language import Text
from ressenti.server.cockpit.choices import dimension_label
from ressenti.server.cockpit.comparison import PERIODS, Pair, comparison_of
from ressenti.server.cockpit.figures import Figure
from ressenti.server.cockpit.focus import Focus
from ressenti.server.cockpit.pages import Look
from ressenti.server.cockpit.wording import period_words
from ressenti.studies.comparing import Change, Split


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedComparison:
    """What an address asks to compare, and what else it could.

    Parameters
    ----------
    kinds, values : mapping of str to str
        What may be chosen, with its label; the values are those of the kind.
    pair : Pair
        Either end may be empty.
    """

    kinds: Mapping[str, str]
    values: Mapping[str, str]
    pair: Pair

    @property
    def is_complete(self) -> bool:
        before, after = self.pair.before, self.pair.after
        return bool(before and after and before != after)

    @property
    def names(self) -> tuple[str, str]:
        """What the two are called."""
        return self.values[self.pair.before], self.values[self.pair.after]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPair:
    """Two values of a figure; ``split`` is None where mix and rate cannot be told apart."""

    names: tuple[str, str]
    total: Change
    split: Split | None


def asked_comparison(look: Look, figure: Figure) -> AskedComparison:
    """Return what the address of an indicator's page asks to compare.

    Raises
    ------
    UnknownName
        R100, for a kind, a value or a dimension that the page does not offer.
    """
    asked = look.request.GET
    kinds = {PERIODS: _("two periods")} | {
        name: dimension_label(name)
        for name, values in look.choices.values.items()
        if len(values) > 1
    }
    kind = asked.get("compare") or PERIODS
    across = asked.get("across") or ""
    if kind not in kinds or (across and across not in set(kinds) - {PERIODS, kind}):
        raise unknown_name(Text(en="comparison", fr="comparaison"), kind[:80], kinds)
    values = _values(look, figure, kind)
    before, after = asked.get("a", ""), asked.get("b", "")
    for value in (before, after):
        if value and value not in values:
            raise unknown_name(Text(en="value", fr="valeur"), value[:80], ())
    pair = Pair(kind=kind, before=before, after=after, across=across or None)
    return AskedComparison(kinds=kinds, values=values, pair=pair)


def compared_pair(look: Look, figure: Figure, focus: Focus, asked: AskedComparison) -> ComparedPair:
    """Return a comparison whose segments are named as people call them.

    Raises
    ------
    UndefinedResult
        R206, when one of the two is hidden, has no answer, or cannot be counted.
    """
    found = comparison_of(look.scope, figure, look.window, focus, asked.pair)
    split = _named(look, found.splits[0], asked.pair.across or "") if found.splits else None
    return ComparedPair(names=asked.names, total=found.total, split=split)


def _named(look: Look, split: Split, across: str) -> Split:
    labels = look.choices.values[across]
    return replace(
        split,
        dimension=dimension_label(split.dimension),
        segments=tuple(None if not value else labels.get(value, value) for value in split.segments),
    )


def _values(look: Look, figure: Figure, kind: str) -> dict[str, str]:
    if kind != PERIODS:
        return dict(look.choices.values[kind])
    return {
        day.isoformat(): period_words(score, look.language, is_running=look.window.is_running(day))
        for day, score in zip(look.window.shown, figure.trend, strict=False)
    }
