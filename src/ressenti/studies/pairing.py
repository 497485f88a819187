"""Pairing: the change of the same respondents between two waves, and who did not answer again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlglot import exp

from ressenti.errors import NotComparable, UndefinedResult
from ressenti.facts.raw_values import Absence
from ressenti.facts.scales import Level
from ressenti.language import Text
from ressenti.scores.contrast import Contrast, Distribution
from ressenti.scores.judgement import scores_of_tallies, suppressed
from ressenti.scores.score import Score
from ressenti.statistics.mean_comparisons import overlapping_difference
from ressenti.statistics.paired_contrasts import paired_contrast, wave_covariance
from ressenti.statistics.significance import Difference
from ressenti.studies.comparing import Change
from ressenti.studies.questions import Measure, Question
from ressenti.studies.scoring import Judging, hidden_rows
from ressenti.tallies.counting import Reading
from ressenti.tallies.tally import Floats, Tally, TallyTable

BEFORE, AFTER, N_BEFORE, N_AFTER = "before_", "after_", "n_before", "n_after"
ANONYMOUS, PEOPLE = "anonymous", "people"
BOTH_BEFORE, BOTH_AFTER, ALL_BEFORE, ALL_AFTER, LEFT, CAME = range(6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """The change of one measure between two waves that share respondents.

    Parameters
    ----------
    change : Change
        Of those who answered both waves.
    whole : Change
        Of all answers, allowing for the respondents whom both waves share.
    transitions : mapping of class before to mapping of class after to int
        How many of them went from where to where; empty when they are too few to be told.
    n_both, n_before_only, n_after_only : int
        Respondents with a valid answer in both waves, in the first only, in the second only.
    n_anonymous : int
        Answers without an identifier, in no figure here.
    leavers, newcomers : Score
        The first wave's score of those who did not answer again; the second's of the new ones.
    """

    measure: str
    levels: tuple[str, str]
    change: Change
    whole: Change
    transitions: Mapping[str, Mapping[str, int]]
    n_both: int
    n_before_only: int
    n_after_only: int
    n_anonymous: int
    leavers: Score
    newcomers: Score


@dataclass(frozen=True, slots=True)
class Waves:
    """What each respondent answered in two waves, counted.

    Parameters
    ----------
    joint : mapping of (level before, level after) to respondents
        A level is an Absence where the answer is no level, None where there is no answer.
    anonymous : int
        Answers without an identifier.
    """

    joint: Mapping[tuple[Level | Absence | None, Level | Absence | None], int]
    anonymous: int


def pairings_of_question(
    question: Question,
    wave: exp.Expr,
    identifier: exp.Expr,
    levels: tuple[str, str],
    judging: Judging,
) -> tuple[Pairing, ...]:
    """Return the change of every measure among the same respondents, one query a measure.

    Parameters
    ----------
    wave : sqlglot expression
        What tells the two waves apart.
    identifier : sqlglot expression
        Who answered.
    levels : pair of str
        The wave to start from, the wave to arrive at.

    Raises
    ------
    NotComparable
        R205, for a measure that is no net score, share or mean of a scale.
    UndefinedResult
        R206, when somebody answers twice in one wave, or nobody answers both.
    """
    return tuple(
        _pairing(measure, waves_of(question, measure, wave, identifier, levels), levels, judging)
        for measure in question.measures
    )


def waves_query(
    question: Question,
    measure: Measure,
    wave: exp.Expr,
    identifier: exp.Expr,
    levels: tuple[str, str],
) -> exp.Select:
    """Return the query that counts respondents by their answers in two waves."""
    label = exp.cast(wave.copy(), "TEXT")
    columns = [identifier.copy().as_("who")]
    for level, answer, number in zip(levels, (BEFORE, AFTER), (N_BEFORE, N_AFTER), strict=True):
        is_wave = exp.EQ(this=label.copy(), expression=exp.Literal.string(level))
        own = exp.Case().when(is_wave.copy(), measure.value.copy())
        rows = exp.Case().when(is_wave, exp.Literal.number(1))
        columns += [exp.Max(this=own).as_(answer), exp.Count(this=rows).as_(number)]
    people = question.relation.select(*columns).where(label.isin(*levels))
    if question.where is not None:
        people = people.where(question.where.copy())
    people = people.group_by(identifier.copy())
    keys = [exp.column(name) for name in (BEFORE, AFTER, N_BEFORE, N_AFTER)]
    anonymous = exp.column("who").is_(exp.null())
    return (
        exp.select(*keys, anonymous.as_(ANONYMOUS), exp.Count(this=exp.Star()).as_(PEOPLE))
        .from_(people.subquery("people"))
        .group_by(*[key.copy() for key in keys], anonymous.copy())
    )


def waves_of(
    question: Question,
    measure: Measure,
    wave: exp.Expr,
    identifier: exp.Expr,
    levels: tuple[str, str],
) -> Waves:
    """Return what each respondent answered in the two waves, counted in one query."""
    query = waves_query(question, measure, wave, identifier, levels)
    rows = question.relation.warehouse.fetch(query).to_pylist()
    named = [row for row in rows if not row[ANONYMOUS]]
    twice = sum(row[PEOPLE] for row in named if max(row[N_BEFORE], row[N_AFTER]) > 1)
    if twice:
        raise _answers_twice(twice)
    reading = Reading(measure.scale, measure.missing_codes, measure.labels)
    joint: dict[tuple[Level | Absence | None, Level | Absence | None], int] = {}
    for row in named:
        before = reading.level(row[BEFORE]) if row[N_BEFORE] else None
        after = reading.level(row[AFTER]) if row[N_AFTER] else None
        joint[before, after] = joint.get((before, after), 0) + row[PEOPLE]
    unnamed = [row[N_BEFORE] + row[N_AFTER] for row in rows if row[ANONYMOUS]]
    return Waves(joint, sum(unnamed))


def _pairing(measure: Measure, waves: Waves, levels: tuple[str, str], judging: Judging) -> Pairing:
    contrast = measure.shape()
    if not isinstance(contrast, Contrast):
        raise _no_contrast(measure)
    known = tuple(contrast.coefficients)
    transitions = np.array(
        [[waves.joint.get((before, after), 0) for after in known] for before in known], dtype=float
    )
    table = _tallies(waves, set(known))
    n_both = int(transitions.sum())
    if n_both == 0:
        raise _nobody_twice(levels)
    scores = scores_of_tallies(
        measure.indicator, measure.variant, table, shape=contrast, confidence=judging.confidence
    )
    # Two waves add up to no total that is shown: none protects the other.
    hidden = hidden_rows(measure, judging, table, range(len(scores)))
    shown = [
        suppressed(score, complement=hidden[row]) if row in hidden else score
        for row, score in enumerate(scores)
    ]
    found = contrast.distribution(table)
    is_told = shown[BOTH_BEFORE].value is not None
    return Pairing(
        measure=measure.key,
        levels=levels,
        change=_changed(
            shown[BOTH_BEFORE],
            shown[BOTH_AFTER],
            paired_contrast(transitions, found.coefficients, confidence=judging.confidence),
            judging,
        ),
        whole=_changed(
            shown[ALL_BEFORE],
            shown[ALL_AFTER],
            _overlapping(found, transitions, judging),
            judging,
        ),
        transitions=_by_class(contrast, known, transitions) if is_told else {},
        n_both=n_both,
        n_before_only=int(table.n[LEFT].sum()),
        n_after_only=int(table.n[CAME].sum()),
        n_anonymous=waves.anonymous,
        leavers=shown[LEFT],
        newcomers=shown[CAME],
    )


def _tallies(waves: Waves, known: set[Level]) -> TallyTable:
    """Return the tallies of both waves, of all and of those who answered both or one only."""
    pairs = [(before, after, n) for (before, after), n in waves.joint.items()]
    both = [pair for pair in pairs if pair[0] in known and pair[1] in known]
    return TallyTable.of(
        {
            BOTH_BEFORE: _tally((before, n) for before, _, n in both),
            BOTH_AFTER: _tally((after, n) for _, after, n in both),
            ALL_BEFORE: _tally((before, n) for before, _, n in pairs),
            ALL_AFTER: _tally((after, n) for _, after, n in pairs),
            LEFT: _tally((before, n) for before, after, n in pairs if after not in known),
            CAME: _tally((after, n) for before, after, n in pairs if before not in known),
        }
    )


def _tally(answers: Iterable[tuple[Level | Absence | None, int]]) -> Tally:
    counts: dict[Level, float] = {}
    absent = {Absence.MISSING: 0, Absence.INVALID: 0}
    for level, n in answers:
        if isinstance(level, Absence):
            absent[level] += n
        elif level is not None:
            counts[level] = counts.get(level, 0) + n
    return Tally.of_counts(counts, missing=absent[Absence.MISSING], invalid=absent[Absence.INVALID])


def _changed(before: Score, after: Score, found: Difference, judging: Judging) -> Change:
    change = Change(before=before, after=after, confidence=judging.confidence, segment={})
    if before.value is None or after.value is None:
        return replace(change, reason=before.reason or after.reason)
    p_value = found.test.p_value
    return replace(
        change,
        difference=found.interval.estimate,
        low=found.interval.low,
        high=found.interval.high,
        p_value=p_value,
        is_established=None if p_value is None else p_value < 1 - judging.confidence,
    )


def _overlapping(found: Distribution, transitions: Floats, judging: Judging) -> Difference:
    """Return the change of all answers, after minus before, allowing for the shared respondents."""
    rows = [ALL_AFTER, ALL_BEFORE]
    values = found.value[rows]
    n = found.n[rows]
    spreads = (found.shares[rows] * (found.coefficients - values[:, None]) ** 2).sum(axis=1)
    variances = spreads * n / np.maximum(n - 1, 1)
    return overlapping_difference(
        (float(values[0]), float(values[1])),
        (float(variances[0]), float(variances[1])),
        (int(n[0]), int(n[1])),
        n_both=int(transitions.sum()),
        covariance=wave_covariance(transitions, found.coefficients),
        confidence=judging.confidence,
    )


def _by_class(
    contrast: Contrast, known: Sequence[Level], transitions: Floats
) -> dict[str, dict[str, int]]:
    """Return the transitions between the classes of the score, or between levels without any."""
    classes: Mapping[str, Sequence[Any]] = contrast.classes
    if {level for levels in classes.values() for level in levels} != set(known):
        classes = {f"{level:g}" if isinstance(level, float) else level: [level] for level in known}
    place = {level: position for position, level in enumerate(known)}
    return {
        before: {
            after: int(
                sum(
                    transitions[place[x], place[y]] for x in classes[before] for y in classes[after]
                )
            )
            for after in classes
        }
        for before in classes
    }


def _answers_twice(people: int) -> UndefinedResult:
    return UndefinedResult(
        Text(
            en=f"{people} respondents answer more than once in a wave: nobody knows which answer "
            "to pair.",
            fr=f"{people} répondants répondent plus d'une fois dans une vague : on ne sait quelle "
            "réponse apparier.",
        ),
        hint=Text(
            en="Keep one answer a respondent and wave, with --where.",
            fr="Gardez une réponse par répondant et par vague, par --where.",
        ),
    )


def _nobody_twice(levels: tuple[str, str]) -> UndefinedResult:
    return UndefinedResult(
        Text(
            en="nobody answered both '{one}' and '{other}'.",
            fr="personne n'a répondu à la fois à « {one} » et à « {other} ».",
        ).format(one=levels[0], other=levels[1]),
        hint=Text(en="Compare them without --paired.", fr="Comparez-les sans --paired."),
    )


def _no_contrast(measure: Measure) -> NotComparable:
    name = f"{measure.indicator.key}/{measure.variant.key}"
    return NotComparable(
        Text(
            en=f"{name} cannot be paired: it takes a net score, a share or a mean of a scale.",
            fr=f"{name} ne s'apparie pas : il faut un score net, une part ou une moyenne d'une "
            "échelle.",
        )
    )
