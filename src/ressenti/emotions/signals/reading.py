"""Signals of a text: which ones, by which words, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ressenti.emotions.signals.rules import Rule, Signal, names, rules_of
from ressenti.emotions.themes.expressions import Expression
from ressenti.emotions.themes.known_words import Names
from ressenti.emotions.themes.matching import ExpressionIndex, Match
from ressenti.language import LANGUAGES, Language, Text


@dataclass(frozen=True, slots=True)
class SignalFound:
    """A signal in a text.

    Attributes
    ----------
    signal : Signal
    start, end : int
        ``text[start:end]`` are the words that say it.
    rule : str
        The expression that they match, as it stands in the rules.
    """

    signal: Signal
    start: int
    end: int
    rule: str

    def why(self, text: str) -> Text:
        """Return the words that say it, for a person to read.

        Examples
        --------
        >>> (found,), = signals_of(["I am cancelling my contract"], ["en"])
        >>> str(found.why("I am cancelling my contract"))
        'leaving: “I am cancelling my contract”'
        """
        words = text[self.start : self.end]
        return Text(
            en=f"{self.signal.text.en}: “{words}”", fr=f"{self.signal.text.fr} : « {words} »"
        )


def signals_of(
    texts: Sequence[str], languages: Sequence[str | None]
) -> list[tuple[SignalFound, ...]]:
    """Return the signals of each text, at most one of a kind, in order of the text.

    Parameters
    ----------
    texts : sequence of str
    languages : sequence of str or None
        Of each text, as its reading found it; a text in neither language has no signal.

    Examples
    --------
    >>> (found,), none = signals_of(["Je résilie demain", "Je ne compte pas résilier"], ["fr"] * 2)
    >>> found.signal.value, found.start, found.end, none
    ('leaving', 0, 10, ())
    """
    found: list[tuple[SignalFound, ...]] = [()] * len(texts)
    for language in LANGUAGES:
        own = [place for place, spoken in enumerate(languages) if spoken == language]
        if own:
            read = _reader(language).signals([texts[place] for place in own])
            for place, signals in read.items():
                found[own[place]] = signals
    return found


@dataclass(frozen=True, slots=True)
class _Part:
    """The part that an expression plays in the rule of a signal."""

    signal: Signal
    name: str


class SignalReader:
    """Rules made ready to read texts of one language."""

    def __init__(self, rules: Sequence[Rule], known_names: Names):
        self._parts: list[_Part] = []
        expressions: list[Expression] = []
        for rule in rules:
            for name in ("says", "but_not", "unless"):
                own = getattr(rule, name)
                expressions += own
                self._parts += [_Part(rule.signal, name)] * len(own)
        self._index = ExpressionIndex(expressions, known_names)

    def signals(self, texts: Sequence[str]) -> dict[int, tuple[SignalFound, ...]]:
        """Return the signals of the texts that have any, by place."""
        matches: dict[int, dict[Signal, list[Match]]] = defaultdict(lambda: defaultdict(list))
        for match in self._index.matches(texts):
            matches[match.text][self._parts[match.expression].signal].append(match)
        found: dict[int, tuple[SignalFound, ...]] = {}
        for place, by_signal in matches.items():
            kept = [self._first_that_counts(signal, own) for signal, own in by_signal.items()]
            signals = [one for one in kept if one is not None]
            if signals:
                found[place] = tuple(sorted(signals, key=lambda one: (one.start, one.end)))
        return found

    def _first_that_counts(self, signal: Signal, matches: Sequence[Match]) -> SignalFound | None:
        by_part: dict[str, list[Match]] = defaultdict(list)
        for match in matches:
            by_part[self._parts[match.expression].name].append(match)
        spoilt = {match.sentence for match in by_part["unless"]}
        for match in sorted(by_part["says"], key=lambda one: (one.start, -one.end)):
            is_denied = any(
                one.start < match.end and match.start < one.end for one in by_part["but_not"]
            )
            if match.sentence not in spoilt and not is_denied:
                written = self._index.expressions[match.expression].written
                return SignalFound(signal, match.start, match.end, written)
        return None


@cache
def _reader(language: Language) -> SignalReader:
    return SignalReader(rules_of(language), names())
