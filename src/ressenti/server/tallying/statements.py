"""The statements by which the tallier reads the journal and writes the record and the tallies."""

from __future__ import annotations

LOCK = 5_201_947
"""The advisory lock of the one tallier that writes."""

# What commits later always has a higher transaction number than the horizon, whatever the
# sequence gave it: reading below the horizon, in this order, never passes a row by. The order is
# that of the column: its text, which is read out, would put 1000 before 999.
NEXT_ENTRIES = """
SELECT entry.id, entry.transaction::text, organisation_id, response_id, kind, received_at, payload
FROM ressenti_journalentry AS entry
WHERE (entry.transaction, entry.id) > (%(transaction)s::text::xid8, %(entry)s)
  AND entry.transaction < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY entry.transaction, entry.id
LIMIT %(most)s
"""
POSITION = """
SELECT transaction::text, entry FROM ressenti_tallyposition WHERE name = 'tallier'
"""
FIRST_POSITION = """
INSERT INTO ressenti_tallyposition (name, transaction, entry) VALUES ('tallier', 0, 0)
ON CONFLICT (name) DO NOTHING
"""
MOVE_POSITION = """
UPDATE ressenti_tallyposition
SET transaction = %(transaction)s::numeric, entry = %(entry)s, moved_at = clock_timestamp()
WHERE name = 'tallier' AND transaction = %(was_transaction)s::numeric AND entry = %(was_entry)s
"""
ORGANISATIONS = """
SELECT id, time_zone, tally_sets FROM ressenti_organisation WHERE id = ANY(%s)
"""
RESPONSES = """
SELECT id, organisation_id, survey_id, version, customer_id, invitation_id, channel, language,
       unit, touchpoint, segments, weight, is_finished, started_at, answered_at, day, source,
       source_id, flags, last_entry
FROM ressenti_response WHERE id = ANY(%s)
"""
ANSWERS = """
SELECT response_id, question, part, measure, tally, series, scale, level, value, choice, text
FROM ressenti_answer WHERE response_id = ANY(%s) ORDER BY id
"""
# A person or an invitation that is gone leaves the response without a link, never without a row.
RESPONSES_OF_BATCH = """
CREATE TEMPORARY TABLE IF NOT EXISTS batch_response (LIKE ressenti_response)
ON COMMIT DELETE ROWS
"""
COPY_RESPONSES = """
COPY batch_response (
    id, organisation_id, survey_id, version, customer_id, invitation_id, channel, language, unit,
    touchpoint, segments, weight, is_finished, started_at, answered_at, day, source, source_id,
    flags, last_entry)
FROM STDIN
"""
SAVE_RESPONSES = """
INSERT INTO ressenti_response (
    id, organisation_id, survey_id, version, customer_id, invitation_id, channel, language, unit,
    touchpoint, segments, weight, is_finished, started_at, answered_at, day, source, source_id,
    flags, last_entry)
SELECT
    batch.id, batch.organisation_id, batch.survey_id, batch.version, customer.id, invitation.id,
    batch.channel, batch.language, batch.unit, batch.touchpoint, batch.segments, batch.weight,
    batch.is_finished, batch.started_at, batch.answered_at, batch.day, batch.source,
    batch.source_id, batch.flags, batch.last_entry
FROM batch_response AS batch
LEFT JOIN ressenti_customer AS customer
    ON customer.id = batch.customer_id AND customer.erased_at IS NULL
LEFT JOIN ressenti_invitation AS invitation ON invitation.id = batch.invitation_id
ON CONFLICT (id) DO UPDATE SET
    version = excluded.version, language = excluded.language, is_finished = excluded.is_finished,
    answered_at = excluded.answered_at, day = excluded.day, flags = excluded.flags,
    last_entry = excluded.last_entry
"""
FORGET_ANSWERS = "DELETE FROM ressenti_answer WHERE response_id = ANY(%s)"
FORGET_RESPONSES = "DELETE FROM ressenti_response WHERE id = ANY(%s)"
SAVE_ANSWERS = """
COPY ressenti_answer (
    organisation_id, response_id, survey_id, survey_version, question, part, measure, tally,
    series, scale, level, value, choice, text, customer_id, channel, language, unit, touchpoint,
    segments, weight, answered_at, day, is_counted)
FROM STDIN
"""
CELLS_OF_BATCH = """
CREATE TEMPORARY TABLE IF NOT EXISTS batch_cell (LIKE ressenti_tallycell)
ON COMMIT DELETE ROWS
"""
COPY_CELLS = """
COPY batch_cell (
    organisation_id, tally, dimensions, grain, period, series, place, level, n, w, w2, wx, wx2)
FROM STDIN
"""
ADD_CELLS = """
INSERT INTO ressenti_tallycell AS cell (
    organisation_id, tally, dimensions, grain, period, series, place, level, n, w, w2, wx, wx2)
SELECT organisation_id, tally, dimensions, grain, period, series, place, level, n, w, w2, wx, wx2
FROM batch_cell
ON CONFLICT (organisation_id, tally, dimensions, grain, period, series, place, level)
DO UPDATE SET n = cell.n + excluded.n, w = cell.w + excluded.w, w2 = cell.w2 + excluded.w2,
    wx = cell.wx + excluded.wx, wx2 = cell.wx2 + excluded.wx2
"""
RESPONSES_OF_CUSTOMER = """
SELECT id FROM ressenti_response WHERE organisation_id = %s AND customer_id = %s
"""
EMPTY_ENTRIES = """
UPDATE ressenti_journalentry
SET payload = jsonb_build_object('erased', true), idempotency_key = NULL
WHERE response_id = ANY(%s)
"""
# What the record says is counted, each row with all it may be counted by: answers, and what was
# read in comments. The levels of a reading are those of ``readings.WholeReading``.
COUNTED_ANSWERS = """
SELECT organisation_id, tally, day, series, level, weight, NULL::numeric AS value,
       unit, touchpoint, channel, language, survey_id, segments
FROM ressenti_answer
WHERE is_counted
"""
COUNTED_READINGS = """
SELECT response.organisation_id, told.tally, response.day, own.series, told.level, response.weight,
       told.value, response.unit, response.touchpoint, response.channel, response.language,
       response.survey_id, response.segments
FROM ressenti_readresponse AS own
JOIN ressenti_response AS response ON response.id = own.response_id
CROSS JOIN LATERAL (VALUES
    ('nes/mean_polarity', trim_scale(round(own.polarity, 1))::text, own.polarity),
    ('nes@tone', nullif(own.tone, 'unread'), NULL),
    ('nes@intensity', trim_scale(round(own.intensity, 1))::text, own.intensity)
) AS read(tally, level, value)
CROSS JOIN LATERAL (VALUES (
    read.tally::varchar, coalesce(read.level, '?missing')::varchar, read.value
)) AS told(tally, level, value)
WHERE own.is_counted
"""
COUNTED = f"{COUNTED_ANSWERS} UNION ALL {COUNTED_READINGS}"
ASK_RECOUNT = """
INSERT INTO ressenti_recount (organisation_id, fact, asked_at) VALUES (%s, %s, now())
ON CONFLICT (organisation_id, fact) DO NOTHING
"""
REJECT = """
INSERT INTO ressenti_rejectedentry (entry_id, organisation_id, reason, rejected_at)
VALUES (%s, %s, %s, now()) ON CONFLICT (entry_id) DO NOTHING
"""
WAKE_COCKPITS = "SELECT pg_notify('ressenti_live', %s)"
