"""Emotion facts: what was read in comments, as rows of the fact that the library counts a NES from.

All that one response says is one text, as the cockpit counts it: each of its comments weighs the
same, and its rows, signed by their valence, add up to its polarity.
"""

from __future__ import annotations

import json

from psycopg import sql

from ressenti.emotions.labels import LABELS

# What the clauses tell of an emotion, and what they leave of it: a reading that was made before
# clauses told their parts leaves all of it, without a place in the text.
ROWS = sql.SQL("""
WITH read AS (
    SELECT reading.*, count(*) OVER (PARTITION BY reading.response_id) AS comments
    FROM ressenti_reading AS reading
    JOIN ressenti_readresponse AS own ON own.response_id = reading.response_id AND own.is_counted
    JOIN ressenti_response AS a ON a.id = reading.response_id
    WHERE reading.organisation_id = {organisation} AND reading.polarity IS NOT NULL AND {month}
), told AS (
    SELECT read.id, clause.place, clause.said, part.key AS emotion, part.value::float8 AS amount
    FROM read,
         jsonb_array_elements(read.clauses) WITH ORDINALITY AS clause(said, place),
         jsonb_each_text(coalesce(clause.said->'parts', '{{}}'::jsonb)) AS part
), whole AS (
    SELECT read.id, 0 AS place, NULL::jsonb AS said, part.key AS emotion,
           part.value::float8 - coalesce((
               SELECT sum(told.amount) FROM told
               WHERE told.id = read.id AND told.emotion = part.key), 0) AS amount
    FROM read, jsonb_each_text(read.parts) AS part
), parts AS (
    SELECT * FROM told
    UNION ALL
    SELECT * FROM whole WHERE abs(amount) > 1e-9 OR emotion = 'neutral'
), themes AS (
    SELECT parts.*, theme, greatest(jsonb_array_length(parts.said->'themes'), 1) AS shared_by
    FROM parts LEFT JOIN LATERAL jsonb_array_elements_text(parts.said->'themes') AS theme ON true
)
SELECT a.id::text AS text_id, themes.emotion,
       CASE WHEN sign(known.valence) = sign(themes.amount) THEN known.valence
            ELSE sign(themes.amount) END AS valence,
       abs(themes.amount) / read.comments / coalesce(themes.shared_by, 1) AS intensity,
       themes.theme,
       (themes.said->>'start') || '-' || (themes.said->>'end') AS span,
       nullif(read.language, '') AS language, read.engine, a.answered_at AS written_at,
       concat_ws('.', read.question, nullif(read.part, '')) AS question,
       nullif(a.touchpoint, '') AS touchpoint, nullif(a.channel, '') AS channel, a.source,
       concat_ws('/', a.source_id, concat_ws('.', read.question, nullif(read.part, '')),
                 themes.place, themes.emotion, themes.theme) AS source_id,
       nullif(a.unit, '') AS unit {segments}
FROM themes
JOIN read ON read.id = themes.id
JOIN ressenti_response AS a ON a.id = read.response_id
LEFT JOIN jsonb_each_text({valences}::jsonb) AS label ON label.key = themes.emotion
LEFT JOIN LATERAL (SELECT label.value::float8 AS valence) AS known ON true
ORDER BY a.answered_at, a.id, read.id, themes.place, themes.emotion, themes.theme
""")
MONTHS = sql.SQL("""
SELECT to_char(a.day, 'YYYY-MM'), count(*),
       sum(hashtextextended(concat(reading::text, a::text, own.is_counted), 0)::numeric)::text
FROM ressenti_reading AS reading
JOIN ressenti_readresponse AS own ON own.response_id = reading.response_id AND own.is_counted
JOIN ressenti_response AS a ON a.id = reading.response_id
WHERE reading.organisation_id = {organisation} AND reading.polarity IS NOT NULL
GROUP BY 1 ORDER BY 1
""")


def emotion_rows(
    organisation: sql.Composable, month: sql.Composable, segments: sql.Composable
) -> sql.Composed:
    """Return the statement of the facts of an organisation; ``a`` is a response in its parts."""
    valences = json.dumps({name: label.valence for name, label in LABELS.items()})
    return ROWS.format(
        organisation=organisation, month=month, segments=segments, valences=sql.Literal(valences)
    )


def emotion_months(organisation: sql.Composable) -> sql.Composed:
    """Return the statement of the months that have such facts, with what seals each."""
    return MONTHS.format(organisation=organisation)
