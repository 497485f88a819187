"""Outcome candidates: the comments of a source read for what customers may want."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ressenti.emotions.engines import EMBEDDED, read_texts
from ressenti.emotions.reading import Reading
from ressenti.emotions.themes.mentions import ThemeReader, themes_of_clauses
from ressenti.emotions.themes.plans import ThemePlan, theme_plan
from ressenti.errors import InvalidArgument
from ressenti.language import Language, Text, language_of_environment
from ressenti.library.emotion_engines import emotion_engine
from ressenti.library.verbatims import VerbatimBatch, VerbatimColumns, verbatim_batches
from ressenti.scores.score import CONFIDENCE
from ressenti.sources import open_source
from ressenti.sources.options import options_of
from ressenti.statistics.intervals import Interval
from ressenti.studies.outcome_candidates import Candidate, Candidates, Spoken, candidates_of
from ressenti.studies.outcome_library import OutcomeTemplate, templates_of_theme
from ressenti.tallies.suppression import FLOOR


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCandidates:
    """What the comments of a source propose, theme by theme.

    Parameters
    ----------
    plan : ThemePlan
        The themes that were looked for.
    """

    found: Candidates
    plan: ThemePlan
    source: str

    def name(self, candidate: Candidate) -> Text:
        return self.plan.theme(candidate.theme).name

    def templates(self, candidate: Candidate) -> tuple[OutcomeTemplate, ...]:
        """Return the outcomes to start from for what a candidate speaks of."""
        own = templates_of_theme(f"{self.plan.key}:{candidate.theme}")
        return own or templates_of_theme(candidate.theme)

    def to_dicts(self, language: Language = "en") -> list[dict[str, Any]]:
        """Return the candidates as JSON publishes them: shares and strengths in 0..1, unrounded."""
        return [
            {
                "theme": one.theme,
                "name": self.name(one).to(language),
                "respondents": one.respondents,
                "talked_about": _figures(one.talked_about),
                "emotional": _figures(one.emotional),
                "unmet": _figures(one.unmet),
                "templates": [template.key for template in self.templates(one)],
            }
            for one in self.found.candidates
        ]

    def to_json(self, language: Language = "en") -> str:
        """Return the candidates as one JSON document, with the three orders to read them in."""
        found = self.found
        document = {
            "respondents": found.respondents,
            "hidden": found.hidden,
            "candidates": self.to_dicts(language),
            "most_talked_about": [one.theme for one in found.most_talked_about()],
            "most_emotional": [one.theme for one in found.most_emotional()],
            "least_attained": [one.theme for one in found.least_attained()],
        }
        return json.dumps(document, ensure_ascii=False, allow_nan=False)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one flat row a candidate."""
        return [
            {
                "theme": one.theme,
                "respondents": one.respondents,
                **{
                    f"{name}{end}": figure
                    for name, interval in (
                        ("talked_about", one.talked_about),
                        ("emotional", one.emotional),
                        ("unmet", one.unmet),
                    )
                    for end, figure in (
                        ("", interval.estimate),
                        ("_low", interval.low),
                        ("_high", interval.high),
                    )
                },
            }
            for one in self.found.candidates
        ]

    def to_pandas(self) -> Any:
        """Return a ``pandas.DataFrame``."""
        import pandas as pd

        return pd.DataFrame(self.to_rows())

    def text(self, language: Language | None = None) -> str:
        """Return the candidates as a table for a terminal."""
        from ressenti.reports.outcome_candidates import candidates_text

        named = [
            (
                one,
                self.name(one),
                tuple(template.key for template in self.templates(one)),
            )
            for one in self.found.candidates
        ]
        return candidates_text(self.found, named, language or language_of_environment())

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()


def outcome_candidates(
    source: Any,
    *,
    text: str,
    themes: str | Path,
    respondent: str | None = None,
    language: str = "auto",
    engine: str = EMBEDDED,
    minimum_group: int = FLOOR,
    confidence: float = CONFIDENCE,
    **reading: Any,
) -> OutcomeCandidates:
    """Return what the comments of a source say that customers may want.

    Parameters
    ----------
    source : path, data frame, Arrow table or ``"engine-url::table"``
    text : str
        The column of the comments.
    themes : str or path
        A plan of themes, by its name or its YAML file.
    respondent : str
        The column that tells who wrote: each person then counts once in each theme.
    language : {"auto", "fr", "en"}
    engine : str
        As for :func:`ressenti.read_emotions`.
    minimum_group : int, at least 5
        Themes of fewer people are hidden.
    reading
        How a file is to be read, as for :func:`ressenti.score`.

    Raises
    ------
    InvalidArgument
        R102, for a smaller group than can be told without telling who is in it.

    Examples
    --------
    >>> import pyarrow as pa
    >>> said = ["Parcel three weeks late, awful"] * 6 + ["Quick delivery, thank you"] * 4
    >>> found = outcome_candidates(pa.table({"said": said}), text="said", themes="delivery")
    >>> [(one.theme, one.respondents, one.unmet.estimate) for one in found.found.candidates]
    [('delay', 10, 0.6)]
    """
    if minimum_group < FLOOR:
        raise InvalidArgument(
            Text(
                en=f"groups of {minimum_group} are too small: who is in them could be told.",
                fr=f"des groupes de {minimum_group} sont trop petits : on reconnaîtrait qui en "
                "fait partie.",
            ),
            hint=Text(en=f"Say {FLOOR} or more.", fr=f"Donnez {FLOOR} ou plus."),
        )
    reader = emotion_engine(engine)
    plan = theme_plan(themes)
    mentions = ThemeReader(plan)
    relation = open_source(source, options=options_of(reading))
    columns = VerbatimColumns(text=relation.column_name(text), respondent=respondent)
    spoken: list[Spoken] = []
    writers: set[int] = set()
    for batch in verbatim_batches(relation, columns):
        readings = read_texts(batch.texts, language=language, engine=reader)
        read = [who for who, one in zip(batch.respondents, readings, strict=True) if not one.reason]
        writers.update(read)
        spoken += _spoken(batch, readings, mentions)
    found = candidates_of(
        spoken, respondents=len(writers), floor=minimum_group, confidence=confidence
    )
    return OutcomeCandidates(found=found, plan=plan, source=relation.name)


def _spoken(
    batch: VerbatimBatch, readings: Sequence[Reading], themes: ThemeReader
) -> Iterator[Spoken]:
    """Give the themes of each clause of some texts, with who speaks of them and how pleased."""
    texts = [text or "" for text in batch.texts]
    mentions = themes.mentions(texts, [reading.language for reading in readings])
    for who, reading, own in zip(batch.respondents, readings, mentions, strict=True):
        of_clauses = themes_of_clauses(own, reading.clauses)
        for clause, listed in zip(reading.clauses, of_clauses, strict=True):
            for theme in listed:
                yield Spoken(theme, who, clause.positive - clause.negative)


def _figures(interval: Interval) -> dict[str, float | None]:
    return {"value": interval.estimate, "low": interval.low, "high": interval.high}
