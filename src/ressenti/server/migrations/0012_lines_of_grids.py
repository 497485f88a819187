"""Each line of a grid is a measure of its own, with its label and the whole name of its tally."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Tells measures apart by their tallies; longer names of tallies fit everywhere."""

    dependencies = [("ressenti", "0011_shared_entries")]
    operations = [
        migrations.RemoveConstraint(model_name="measure", name="measure_is_unique"),
        migrations.AddField(
            model_name="measure",
            name="label",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AlterField(
            model_name="answer",
            name="tally",
            field=models.CharField(blank=True, max_length=160),
        ),
        *(
            migrations.AlterField(
                model_name=name, name="tally", field=models.CharField(max_length=160)
            )
            for name in ("measure", "seriesbreak", "tallycell")
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.UniqueConstraint(
                fields=["organisation", "indicator", "variant", "scale", "tally"],
                name="measure_is_unique",
            ),
        ),
    ]
