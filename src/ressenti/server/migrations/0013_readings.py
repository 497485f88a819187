"""Comments are read: readings, what people mark, samples, and what is still unread."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ressenti", "0012_lines_of_grids"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="theme_plan",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="seriesbreak",
            name="engine",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AlterField(
            model_name="journalentry",
            name="kind",
            field=models.SmallIntegerField(
                choices=[
                    (1, "Response"),
                    (2, "Facts"),
                    (3, "Erasure"),
                    (4, "Removal"),
                    (5, "Reading"),
                ]
            ),
        ),
        migrations.AlterField(
            model_name="seriesbreak",
            name="question",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AlterField(
            model_name="seriesbreak",
            name="survey",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, to="ressenti.survey"
            ),
        ),
        migrations.AlterField(
            model_name="tallycell",
            name="wx",
            field=models.DecimalField(decimal_places=21, max_digits=60, null=True),
        ),
        migrations.AlterField(
            model_name="tallycell",
            name="wx2",
            field=models.DecimalField(decimal_places=21, max_digits=60, null=True),
        ),
        migrations.CreateModel(
            name="EmotionSample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.DateField()),
                ("end", models.DateField()),
                ("size", models.PositiveIntegerField()),
                ("drawn_at", models.DateTimeField()),
                (
                    "drawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="emotion_samples",
                        to="ressenti.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("-drawn_at",),
            },
        ),
        migrations.CreateModel(
            name="ReadResponse",
            fields=[
                (
                    "response",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="whole_reading",
                        serialize=False,
                        to="ressenti.response",
                    ),
                ),
                ("engine", models.CharField(max_length=80)),
                ("series", models.PositiveIntegerField(default=1)),
                ("tone", models.CharField(max_length=8)),
                ("polarity", models.DecimalField(decimal_places=6, max_digits=7, null=True)),
                ("intensity", models.DecimalField(decimal_places=6, max_digits=7, null=True)),
                ("is_counted", models.BooleanField(default=False)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="ressenti.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UnreadResponse",
            fields=[
                ("response_id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation_id", models.UUIDField()),
                ("queued_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["queued_at"], name="unread_in_order")],
            },
        ),
        migrations.CreateModel(
            name="EmotionEngine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("engine", models.CharField(max_length=80)),
                ("series", models.PositiveIntegerField()),
                ("first_read_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="emotion_engines",
                        to="ressenti.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("series",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "engine"), name="engine_is_unique"
                    ),
                    models.UniqueConstraint(
                        fields=("organisation", "series"), name="engine_series_is_unique"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EmotionMark",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("question", models.CharField(max_length=40)),
                ("part", models.CharField(blank=True, max_length=40)),
                (
                    "polarity",
                    models.FloatField(
                        validators=[
                            django.core.validators.MinValueValidator(-1.0),
                            django.core.validators.MaxValueValidator(1.0),
                        ]
                    ),
                ),
                ("emotion", models.CharField(blank=True, max_length=40)),
                ("engine", models.CharField(blank=True, max_length=80)),
                ("engine_polarity", models.FloatField(null=True)),
                ("marked_at", models.DateTimeField()),
                (
                    "marked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="ressenti.organisation"
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="emotion_marks",
                        to="ressenti.response",
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="marks",
                        to="ressenti.emotionsample",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["response", "question", "part", "-marked_at"],
                        name="mark_of_comment",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("question", models.CharField(max_length=40)),
                ("part", models.CharField(blank=True, max_length=40)),
                ("engine", models.CharField(max_length=80)),
                ("series", models.PositiveIntegerField(default=1)),
                ("language", models.CharField(blank=True, max_length=2)),
                ("tone", models.CharField(max_length=8)),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("polarity", models.FloatField(null=True)),
                ("intensity", models.FloatField(null=True)),
                (
                    "emotions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "themes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "signals",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("parts", models.JSONField(default=dict)),
                ("clauses", models.JSONField(default=list)),
                ("signal_spans", models.JSONField(default=list)),
                ("is_counted", models.BooleanField(default=False)),
                ("read_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="ressenti.organisation"
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="ressenti.response",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "tone"], name="reading_by_tone"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["emotions"], name="reading_by_emotion"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["themes"], name="reading_by_theme"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["signals"], name="reading_by_signal"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("response", "question", "part"), name="reading_is_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SampledComment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveIntegerField()),
                ("question", models.CharField(max_length=40)),
                ("part", models.CharField(blank=True, max_length=40)),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="ressenti.response"
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="ressenti.emotionsample",
                    ),
                ),
            ],
            options={
                "ordering": ("sample", "place"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sample", "response", "question", "part"), name="sampled_once"
                    )
                ],
            },
        ),
    ]
