# Written by hand: the unit an event belongs to, which an outcome's unit of measure hid.
from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ressenti", "0004_claimed_invitations_and_exempt_rules")]

    operations = [
        *(
            migrations.RenameField(model_name=name, old_name="unit", new_name="belongs_to")
            for name in ("contactsfact", "subscriptionsfact", "ordersfact")
        ),
        migrations.AddField(
            model_name="outcomesfact",
            name="belongs_to",
            field=models.CharField(blank=True, default="", max_length=60),
            preserve_default=False,
        ),
    ]
