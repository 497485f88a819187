"""Mentions: which themes a text speaks of, and by which words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ressenti.emotions.reading import Clause
from ressenti.emotions.themes.expressions import Expression
from ressenti.emotions.themes.matching import ExpressionIndex, Match
from ressenti.emotions.themes.plans import ThemePlan
from ressenti.language import LANGUAGES, Language


@dataclass(frozen=True, slots=True)
class Mention:
    """Words by which a text speaks of a theme.

    Attributes
    ----------
    theme : str
        Key of the theme.
    start, end : int
        ``text[start:end]`` are the words.
    """

    theme: str
    start: int
    end: int


class ThemeReader:
    """A plan made ready to read texts.

    Examples
    --------
    >>> from ressenti.emotions.themes.plans import theme_plan
    >>> reader = ThemeReader(theme_plan("delivery"))
    >>> text = "Deux jours de retard et carton écrasé"
    >>> [(m.theme, text[m.start : m.end]) for m in reader.mentions([text], ["fr"])[0]]
    [('delay', 'retard'), ('packaging', 'carton'), ('condition', 'écrasé')]
    """

    def __init__(self, plan: ThemePlan):
        self.plan = plan
        self._readers = {language: _OneLanguage(plan, language) for language in LANGUAGES}

    def mentions(
        self, texts: Sequence[str], languages: Sequence[str | None]
    ) -> list[tuple[Mention, ...]]:
        """Return the mentions of each text, in order of the text.

        Parameters
        ----------
        texts : sequence of str
        languages : sequence of str or None
            Of each text, as its reading found it; a text in neither language has no mention.
        """
        found: list[tuple[Mention, ...]] = [()] * len(texts)
        for language in LANGUAGES:
            own = [place for place, spoken in enumerate(languages) if spoken == language]
            if own:
                read = self._readers[language].mentions([texts[place] for place in own])
                for place, mentions in read.items():
                    found[own[place]] = mentions
        return found


def themes_of_clauses(
    mentions: Iterable[Mention], clauses: Sequence[Clause]
) -> list[tuple[str, ...]]:
    """Return the themes of each clause: those that a word of the clause begins to speak of.

    Examples
    --------
    >>> mentions = (Mention("delay", 0, 6), Mention("price", 12, 16))
    >>> themes_of_clauses(mentions, [Clause(0, 8, 0.1, 0.9), Clause(10, 20, 0.8, 0.1)])
    [('delay',), ('price',)]
    """
    themes: list[dict[str, None]] = [{} for _ in clauses]
    for mention in mentions:
        for place, clause in enumerate(clauses):
            if clause.start <= mention.start < clause.end:
                themes[place][mention.theme] = None
                break
    return [tuple(own) for own in themes]


class _OneLanguage:
    """The expressions of a plan in one language."""

    def __init__(self, plan: ThemePlan, language: Language):
        self.themes: list[str] = []
        self.is_exclusion: list[bool] = []
        expressions: list[Expression] = []
        for theme in plan.themes:
            listed = ((theme.cues[language], False), (theme.exclusions[language], True))
            for own, excludes in listed:
                expressions += own
                self.themes += [theme.key] * len(own)
                self.is_exclusion += [excludes] * len(own)
        self.index = ExpressionIndex(expressions)

    def mentions(self, texts: Sequence[str]) -> dict[int, tuple[Mention, ...]]:
        """Return the mentions of the texts that have any, by place."""
        found: dict[int, list[Match]] = defaultdict(list)
        for match in self.index.matches(texts):
            found[match.text].append(match)
        return {place: self._kept(matches) for place, matches in found.items()}

    def _kept(self, matches: Sequence[Match]) -> tuple[Mention, ...]:
        """Return the longest cues of each theme that no exclusion overlaps."""
        excluded: dict[str, list[Match]] = defaultdict(list)
        for match in matches:
            if self.is_exclusion[match.expression]:
                excluded[self.themes[match.expression]].append(match)
        ends: dict[str, int] = {}
        kept = []
        for match in sorted(matches, key=lambda one: (one.start, -one.end)):
            theme = self.themes[match.expression]
            is_new = match.start >= ends.get(theme, 0)
            if self.is_exclusion[match.expression] or not is_new:
                continue
            if not any(_overlap(match, other) for other in excluded.get(theme, ())):
                kept.append(Mention(theme, match.start, match.end))
                ends[theme] = match.end
        return tuple(kept)


def _overlap(one: Match, other: Match) -> bool:
    return one.start < other.end and other.start < one.end
