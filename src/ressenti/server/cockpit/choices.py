"""Choices: what an organisation's answers can be filtered and split by, as its viewer sees it."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ressenti.server.accounts.access import Viewer
from ressenti.server.cockpit.filters import DIMENSIONS, UNIT, Choices
from ressenti.server.cockpit.journey_steps import step_label
from ressenti.server.models import Measure, Organisation, Survey, Unit

MOST_VALUES = 500
REMEMBERED = timedelta(days=3 * 366)
# The tallies are named one by one: so are they found through the key of the table.
FOUND = """
SELECT DISTINCT dimensions, place[1] FROM ressenti_tallycell
WHERE organisation_id = %s AND tally = ANY(%s) AND dimensions = ANY(%s) AND grain = 'month'
  AND period >= %s
LIMIT %s
"""
INDENT = "\N{EM SPACE}"
SURVEY = "survey"
NAMED = (UNIT, SURVEY)


def choices_of(viewer: Viewer) -> Choices:
    """Return what a viewer may choose: units below the own one, and every value that was met."""
    return choices_in(viewer.organisation, viewer.unit)


def choices_in(organisation: Organisation, limit: Unit | None) -> Choices:
    """Return what may be chosen in an organisation, or below one unit of it."""
    values = _named_values(organisation, limit)
    met = [name for name in values if name not in NAMED]
    measures = Measure.objects.filter(organisation=organisation)
    tallies = sorted(set(measures.values_list("tally", flat=True)))
    since = timezone.now().date() - REMEMBERED
    with connection.cursor() as cursor:
        cursor.execute(FOUND, [organisation.pk, tallies, met, since, MOST_VALUES])
        for name, value in sorted(cursor.fetchall()):
            if value:
                values[name][value] = value_label(name, value)
    return Choices(values=values)


def unlisted_choices(organisation: Organisation, limit: Unit | None) -> Choices:
    """Return what may be chosen, without asking the tallies which values were met."""
    values = _named_values(organisation, limit)
    return Choices(values=values, unlisted=frozenset(values) - frozenset(NAMED))


def _named_values(organisation: Organisation, limit: Unit | None) -> dict[str, dict[str, str]]:
    """Return every dimension, with the values of those that have names of their own."""
    units = Unit.objects.filter(organisation=organisation)
    if limit is not None:
        units = units.filter(path__startswith=limit.path)
    values: dict[str, dict[str, str]] = {name: {} for name in dimensions_of(organisation)}
    values[UNIT] = {unit.key: unit.name for unit in units}
    surveys = Survey.objects.filter(organisation=organisation).order_by("name")
    values[SURVEY] = {str(key): name for key, name in surveys.values_list("pk", "name")}
    return values


def dimensions_of(organisation: Organisation) -> tuple[str, ...]:
    """Return everything the answers of an organisation carry."""
    segments = [name for name in organisation.segments if name not in DIMENSIONS]
    return (*DIMENSIONS, *segments)


def indented_units(viewer: Viewer) -> list[tuple[str, str]]:
    """Return the units a viewer may choose, each shown under the one above."""
    units = Unit.objects.filter(organisation=viewer.organisation)
    if viewer.unit is not None:
        units = units.filter(path__startswith=viewer.unit.path)
    found = [(unit.key, unit.name, unit.path.count("/")) for unit in units]
    highest = min((depth for _key, _name, depth in found), default=0)
    return [(key, INDENT * (depth - highest) + name) for key, name, depth in found]


def dimension_label(name: str) -> str:
    """Return what a person calls a dimension, in the language of the page."""
    labels = {
        "unit": _("Unit"),
        "touchpoint": _("Touchpoint"),
        "channel": _("Channel"),
        "survey": _("Survey"),
        "language": _("Language"),
    }
    return labels.get(name, name[:1].upper() + name[1:])


def value_label(dimension: str, value: str) -> str:
    """Return what a person calls a value of a dimension, in the language of the page."""
    known = {
        "language": {"fr": _("French"), "en": _("English")},
        "channel": {
            "link": _("link"),
            "email": _("e-mail"),
            "widget": _("web widget"),
            "api": _("API"),
            "file": _("file"),
            "qr": _("QR code"),
            "kiosk": _("kiosk"),
            "phone": _("phone"),
            "chat": _("chat"),
            "sms": _("text message"),
            "shop": _("shop"),
            "web": _("web site"),
        },
    }
    if dimension == "touchpoint":
        return step_label(value, "fr" if get_language() == "fr" else "en")
    return known.get(dimension, {}).get(value, value)
