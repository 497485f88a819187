"""The facts ``answers`` and ``emotions`` made from filled questionnaires."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ressenti.simulation.answers import (
    AUDIENCES,
    COMMENT,
    EMPLOYEE,
    MEASURES,
    MODES,
    QUESTIONS,
    RELATIONAL,
    SCALE_KEYS,
    STAFF_PULSE,
    SURVEY_VERSION,
    SURVEYS,
    TRANSACTIONAL,
    AnswerRows,
    Responses,
)
from ressenti.simulation.comments import VALENCES, Emotions, Occasion, written_comments
from ressenti.simulation.people import segment_columns
from ressenti.simulation.rows import (
    Instants,
    Integers,
    chance,
    chosen,
    constant_column,
    fact_table,
    identifiers,
    instant_column,
    label_column,
    number_column,
)
from ressenti.simulation.world import CHANNELS, RENEW, TOUCHPOINTS, USE


@dataclass(frozen=True, slots=True)
class _Dimensions:
    audience: Integers
    topic: Integers
    channel: Integers
    shop: Integers
    language: Integers
    answered_at: Instants


def answer_tables(
    responses: Responses, rows: AnswerRows, *, seed: int
) -> tuple[pa.Table, pa.Table]:
    """Return the ``answers`` and the ``emotions`` facts."""
    ids = identifiers("a", np.arange(rows.response.size))
    comment_rows = np.flatnonzero(rows.question == COMMENT)
    of_comments = rows.response[comment_rows]
    texts, emotions = written_comments(
        chance(seed, "comments"),
        Occasion(
            topic=responses.topic[of_comments],
            tone=responses.tone[of_comments],
            missed=responses.missed[of_comments],
            language=responses.language[of_comments],
            shop=responses.shop[of_comments],
        ),
    )
    column = _spread(texts, comment_rows, rows.response.size)
    written_on = comment_rows[emotions.comment]
    about = chosen(_dimensions(responses), rows.response[written_on])
    return (
        _answer_table(responses, rows, ids, column),
        _emotion_table(about, emotions, ids.take(pa.array(written_on))),
    )


def _emotion_table(about: _Dimensions, emotions: Emotions, text_ids: pa.Array) -> pa.Table:
    kinds = tuple(VALENCES)
    code_of = {name: code for code, name in enumerate(kinds)}
    sentences = emotions.sentence
    codes = np.array([code_of[sentence.emotion] for sentence in sentences], dtype=np.int64)
    themes = [sentence.theme for sentence in sentences]
    columns = {
        "text_id": text_ids,
        "emotion": label_column(codes, kinds),
        "valence": number_column(np.array(list(VALENCES.values()))[codes]),
        "intensity": number_column(np.array([sentence.intensity for sentence in sentences])),
        "theme": pa.array(themes, pa.string()).dictionary_encode(),
        "span": pa.array(emotions.span, pa.string()),
        "engine": constant_column("truth", codes.size),
        "written_at": instant_column(about.answered_at),
        **_shared_columns(about),
    }
    return fact_table("emotions", columns, source_ids=identifiers("m", np.arange(codes.size)))


def _answer_table(
    responses: Responses, rows: AnswerRows, ids: pa.Array, texts: pa.Array
) -> pa.Table:
    at = rows.response
    about = chosen(_dimensions(responses), at)
    relational = np.isin(responses.survey[at], (USE, RENEW, STAFF_PULSE))
    columns = {
        "response_id": identifiers("r", at),
        "survey": label_column(responses.survey[at], SURVEYS),
        "survey_version": constant_column(SURVEY_VERSION, at.size),
        "question": label_column(rows.question, QUESTIONS),
        "measure": label_column(rows.question, MEASURES),
        "scale": label_column(np.where(rows.question == COMMENT, -1, rows.question), SCALE_KEYS),
        "value": number_column(rows.value, ~np.isnan(rows.value)),
        "text": texts,
        "respondent_id": _respondent_ids(responses).take(pa.array(at)),
        "audience": label_column(about.audience, AUDIENCES),
        "mode": label_column(np.where(relational, RELATIONAL, TRANSACTIONAL), MODES),
        "answered_at": instant_column(about.answered_at),
        "weight": number_column(responses.weight[at]),
        **_shared_columns(about),
    }
    return fact_table("answers", columns, source_ids=ids)


def _dimensions(responses: Responses) -> _Dimensions:
    return _Dimensions(
        audience=responses.audience,
        topic=responses.topic,
        channel=responses.channel,
        shop=responses.shop,
        language=responses.language,
        answered_at=responses.answered_at,
    )


def _shared_columns(about: _Dimensions) -> dict[str, Any]:
    """Return touchpoint (null for work, which is no journey step), channel and segments."""
    touchpoint = np.where(about.topic < len(TOUCHPOINTS), about.topic, -1)
    return {
        "touchpoint": label_column(touchpoint, TOUCHPOINTS),
        "channel": label_column(about.channel, CHANNELS),
        **segment_columns(about.shop, about.language),
    }


def _respondent_ids(responses: Responses) -> pa.Array:
    """Return who answered, null for a visitor nobody knows."""
    of_staff = pa.array(responses.audience == EMPLOYEE)
    persons = responses.person
    return pc.if_else(of_staff, identifiers("e", persons), identifiers("c", persons))


def _spread(texts: list[str], places: Integers, size: int) -> pa.Array:
    """Return a column of ``size`` rows with the texts at their places and nulls elsewhere."""
    row = np.full(size, -1, dtype=np.int64)
    row[places] = np.arange(places.size)
    return pa.array(texts, pa.string()).take(pa.array(row, mask=row < 0))
