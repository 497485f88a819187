# Written by hand: what earlier migrations added beside rows that were there already.
from __future__ import annotations

from django.db import migrations

HEADS = """
INSERT INTO ressenti_audithead (organisation_id, entry, digest)
SELECT DISTINCT ON (organisation_id) organisation_id, id, digest
FROM ressenti_auditentry ORDER BY organisation_id, id DESC
ON CONFLICT (organisation_id) DO NOTHING
"""
# A campaign that asked somebody was decided: it must not ask everybody again.
DECIDED = """
UPDATE ressenti_campaign AS campaign SET decided_at = ledger.decided_at
FROM (SELECT campaign_id, max(decided_at) AS decided_at FROM ressenti_invitation GROUP BY 1) AS ledger
WHERE ledger.campaign_id = campaign.id AND campaign.decided_at IS NULL
  AND campaign.launched_at IS NOT NULL
"""
SCOPES = """
UPDATE ressenti_pressurerule
SET scope = CASE WHEN survey_id IS NOT NULL THEN 'survey' ELSE 'indicator' END
WHERE scope = 'all' AND (survey_id IS NOT NULL OR indicator <> '')
"""


class Migration(migrations.Migration):
    dependencies = [("ressenti", "0008_words_by_language")]

    operations = [
        migrations.RunSQL(statement, migrations.RunSQL.noop)
        for statement in (HEADS, DECIDED, SCOPES)
    ]
