"""Emotions of a worked example: from verbatims, emotions or classes to tallies of tone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ressenti.facts.raw_values import Absence
from ressenti.facts.scales import NUMBER, POLARITY_OF_TEXT, Level, Polarity, Quantity
from ressenti.language import Text
from ressenti.scores.inputs import Inputs, tally_of_answers
from ressenti.tallies.tally import Tally

POLARITY = Quantity(
    key="polarity-of-verbatim",
    name=Text(
        en="positive minus negative intensity, −1 to 1",
        fr="intensité positive moins négative, de −1 à 1",
    ),
    minimum=-1.0,
    maximum=1.0,
    polarity=Polarity.HIGHER_IS_BETTER,
)
INTENSITY = Quantity(
    key="intensity",
    name=Text(en="intensity, 0 to 1", fr="intensité, de 0 à 1"),
    minimum=0.0,
    maximum=1.0,
)
TONES: dict[str, Level] = {"positive": 1.0, "neutral": 0.0, "mixed": 0.0, "negative": -1.0}

Read = float | Absence


def polarities(inputs: Inputs) -> Tally:
    """Return the tally of one polarity per verbatim, in [−1, 1], neutral ones included.

    Parameters
    ----------
    inputs : Inputs
        One of ``emotions`` (a list of ``{text_id, valence, intensity}``), ``verbatims`` (a list of
        ``{positive, negative}`` intensities) or ``polarities``.

    Examples
    --------
    >>> polarities(Inputs({"verbatims": [{"positive": 0.75, "negative": 0.25}, None]})).missing
    1
    """
    return _tally(_polarities(inputs))


def tones(inputs: Inputs) -> Tally:
    """Return the tally of negative, neutral and positive texts or emotions.

    A verbatim has the sign of its polarity; ``emotions`` count one by one; anything else is read
    as classes: ``scores``, ``counts``, or the numbers ``positive``, ``neutral``, ``negative``.
    """
    if inputs.has("emotions"):
        valences = (Inputs(emotion)["valence"] for emotion in inputs.rows("emotions"))
        return Tally.of_values(valences, POLARITY_OF_TEXT)
    if inputs.has("verbatims") or inputs.has("polarities"):
        return _tally(_sign(polarity) for polarity in _polarities(inputs))
    return tally_of_answers(inputs, POLARITY_OF_TEXT, TONES)


def mixed_verbatims(inputs: Inputs) -> int:
    """Return how many ``verbatims`` are as positive as negative without being neutral."""
    rows = [Inputs(verbatim) for verbatim in inputs.rows("verbatims") if verbatim is not None]
    read = [(INTENSITY.read(row["positive"]), INTENSITY.read(row["negative"])) for row in rows]
    return sum(
        isinstance(positive, float) and positive == negative and positive > 0
        for positive, negative in read
    )


def tones_by_intensity(inputs: Inputs) -> Tally:
    """Return the tally of the emotions' valences, each weighing its intensity."""
    emotions = [_emotion(Inputs(emotion)) for emotion in inputs.rows("emotions")]
    read = [emotion for emotion in emotions if not isinstance(emotion, Absence)]
    tally = Tally.of_values(
        (valence for valence, _ in read),
        POLARITY_OF_TEXT,
        weights=[intensity for _, intensity in read],
    )
    return replace(
        tally,
        missing=emotions.count(Absence.MISSING),
        invalid=emotions.count(Absence.INVALID),
    )


def _polarities(inputs: Inputs) -> list[Read]:
    if inputs.has("emotions"):
        return _polarities_by_text([Inputs(emotion) for emotion in inputs.rows("emotions")])
    if inputs.has("verbatims"):
        return [_polarity(verbatim) for verbatim in inputs.rows("verbatims")]
    return [POLARITY.read(raw) for raw in inputs.rows("polarities")]


def _polarity(verbatim: object) -> Read:
    if verbatim is None:
        return Absence.MISSING
    row = Inputs(verbatim)  # type: ignore[arg-type]  # Inputs refuses what is no object
    return _together(INTENSITY.read(row["positive"]), INTENSITY.read(row["negative"]))


def _together(positive: Read, negative: Read) -> Read:
    if Absence.INVALID in (positive, negative):
        return Absence.INVALID
    if isinstance(positive, Absence) or isinstance(negative, Absence):
        return Absence.MISSING
    return positive - negative


def _polarities_by_text(emotions: list[Inputs]) -> list[Read]:
    """Return one polarity per text_id, kept within ±1; emotions without one stand alone."""
    sums: dict[object, float] = {}
    unread: list[Read] = []
    for place, row in enumerate(emotions):
        emotion = _emotion(row)
        if isinstance(emotion, Absence):
            unread.append(emotion)
            continue
        valence, intensity = emotion
        text = row.get("text_id", place)
        sums[text] = sums.get(text, 0.0) + valence * intensity
    return [max(-1.0, min(1.0, total)) for total in sums.values()] + unread


def _emotion(row: Inputs) -> tuple[float, float] | Absence:
    """Return valence and intensity; a neutral emotion needs no intensity."""
    valence = POLARITY_OF_TEXT.read(row["valence"])
    if isinstance(valence, Absence):
        return valence
    intensity = INTENSITY.read(row.get("intensity"))
    if valence == 0 and intensity is Absence.MISSING:
        return 0.0, 0.0
    return intensity if isinstance(intensity, Absence) else (float(valence), intensity)


def _sign(polarity: Read) -> Read:
    if isinstance(polarity, Absence):
        return polarity
    return float((polarity > 0) - (polarity < 0))


def _tally(read: Iterable[Read]) -> Tally:
    values = list(read)
    known = (value for value in values if not isinstance(value, Absence))
    return replace(
        Tally.of_values(known, NUMBER),
        missing=values.count(Absence.MISSING),
        invalid=values.count(Absence.INVALID),
    )
