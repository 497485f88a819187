"""Organisations and their units: whose data it is, and which part of it somebody may see."""

from __future__ import annotations

import uuid
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ressenti.facts.periods import Weekday

SMALLEST_GROUP = 5
DEFAULT_TALLY_SETS: tuple[tuple[str, ...], ...] = (
    (),
    ("unit",),
    ("touchpoint",),
    ("channel",),
    ("language",),
    ("survey",),
    ("unit", "touchpoint"),
)


def default_tally_sets() -> list[list[str]]:
    return [list(names) for names in DEFAULT_TALLY_SETS]


def require_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("no time zone is called “%(name)s”"), params={"name": name})


class Organisation(models.Model):
    """A company: everything else belongs to exactly one of them.

    ``segments`` are the further dimensions that its facts carry; ``tally_sets`` the sets of
    dimensions by which tallies are kept, each a list of names, the empty one being the whole.
    ``theme_plan`` says which themes comments are read for: ``plans`` the keys of shipped plans, all
    of them where it says nothing, ``own`` the text of a plan of its own.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(
        max_length=64, default="Europe/Paris", validators=[require_time_zone]
    )
    language = models.CharField(max_length=2, choices=[("fr", "Français"), ("en", "English")])
    week_starts_on = models.SmallIntegerField(
        default=Weekday.MONDAY, choices=[(day.value, day.name.title()) for day in Weekday]
    )
    smallest_group = models.PositiveSmallIntegerField(default=SMALLEST_GROUP)
    segments = models.JSONField(default=list, blank=True)
    tally_sets = models.JSONField(default=default_tally_sets)
    theme_plan = models.JSONField(default=dict, blank=True)
    allowed_hosts = models.JSONField(default=list, blank=True)
    is_demo = models.BooleanField(default=False)
    # Whether the customers of the demonstration go on answering.
    is_lively = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A part of an organisation: a region, a shop of it, a team of that shop.

    ``path`` is the keys from the root down, each between slashes, so that everything below a unit
    is found by its prefix.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="units")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=40, blank=True)
    path = models.CharField(max_length=500, editable=False, db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "key"], name="unit_key_is_unique"),
        )
        ordering = ("path",)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        above = self.parent.path if self.parent else "/"
        self.path = f"{above}{self.key}/"
        super().save(*args, **kwargs)  # type: ignore[arg-type] # passed on as they came
