"""What was written before comments were read: it waits to be read, and its NES is followed."""

from __future__ import annotations

from django.db import migrations

WAITING = """
INSERT INTO ressenti_unreadresponse (response_id, organisation_id, queued_at)
SELECT DISTINCT response_id, organisation_id, now() FROM ressenti_answer WHERE text <> ''
ON CONFLICT (response_id) DO NOTHING
"""
# Of whoever asks customers for a comment; what employees write is read without being counted.
FOLLOWED = """
INSERT INTO ressenti_measure (
    organisation_id, indicator, variant, scale, tally, label, options, place, is_shown, failure)
SELECT organisation_id, 'nes', 'mean_polarity', '', 'nes/mean_polarity', '{}', '{}',
       coalesce((SELECT max(place) FROM ressenti_measure AS known
                 WHERE known.organisation_id = asking.organisation_id), 0) + 1,
       true, ''
FROM (
    SELECT DISTINCT survey.organisation_id
    FROM ressenti_surveyversion AS version JOIN ressenti_survey AS survey
        ON survey.id = version.survey_id AND survey.audience <> 'employee'
    WHERE version.questionnaire -> 'questions' @> '[{"type": "comment"}]'
       OR version.questionnaire -> 'questions' @> '[{"type": "emotion_word"}]'
) AS asking
ON CONFLICT (organisation_id, indicator, variant, scale, tally) DO NOTHING
"""


class Migration(migrations.Migration):
    """Has earlier comments read, and follows what they say."""

    dependencies = [("ressenti", "0013_readings")]
    operations = [
        migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in (WAITING, FOLLOWED)
    ]
