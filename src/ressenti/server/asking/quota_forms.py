"""Quota forms: at most so many responses, all of them or those that gave one answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ressenti.errors import InvalidQuestionnaire
from ressenti.language import Language
from ressenti.server.asking.editor_views import RuleForm, rule_form
from ressenti.server.asking.question_drafts import comparable_fields
from ressenti.server.asking.rules import condition_of_form, rule_of
from ressenti.server.models import Quota, Survey
from ressenti.surveys.conditions import condition_of

MOST_QUOTAS = 20
MOST_PLACES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """A quota as the settings show it; the last one is blank, to be filled."""

    number: int
    key: str
    places: int | None
    taken: int
    rule: RuleForm


def quotas_of(survey: Survey) -> QuerySet[Quota]:
    """Return the quotas of a survey, in the order they were made."""
    return Quota.objects.filter(survey=survey).order_by("id")


def quota_rows(survey: Survey, language: Language) -> Sequence[QuotaRow]:
    """Return the quotas of a survey, and a blank one."""
    asked = survey.draft["questions"]
    quotas = list(quotas_of(survey))
    rows = [
        QuotaRow(
            number,
            quota.key,
            quota.places,
            quota.taken,
            rule_form(quota.condition or None, asked, language),
        )
        for number, quota in enumerate(quotas, start=1)
    ]
    if len(rows) < MOST_QUOTAS:
        rows.append(QuotaRow(len(rows) + 1, "", None, 0, rule_form(None, asked, language)))
    return rows


def save_quotas(survey: Survey, form: Mapping[str, str], language: Language) -> Iterator[str]:
    """Keep the quotas of a form; yield what is wrong, in words."""
    known = {quota.key: quota for quota in quotas_of(survey).select_for_update()}
    fields = [field for _question, field in comparable_fields(survey.draft["questions"])]
    for number in range(1, MOST_QUOTAS + 1):
        prefix = f"quota-{number}-"
        own = {
            name.removeprefix(prefix): value
            for name, value in form.items()
            if name.startswith(prefix)
        }
        quota = known.get(own.get("key", ""))
        if quota is not None and own.get("remove"):
            quota.delete()
            continue
        places = own.get("places", "").strip()
        if not places:
            continue
        if not (places.isascii() and places.isdigit() and 0 < int(places[:12]) <= MOST_PLACES):
            yield _("“%(given)s” is no number of places.") % {"given": places[:40]}
            continue
        is_deep = quota is not None and rule_of(quota.condition or None) is None
        keeps = is_deep and not own.get("rule-clear")
        condition = quota.condition if quota and keeps else condition_of_form(own, fields)
        yield from _saved(survey, quota, int(places), condition, language)


def _saved(
    survey: Survey,
    quota: Quota | None,
    places: int,
    condition: dict[str, object] | None,
    language: Language,
) -> Iterator[str]:
    try:
        if condition is not None:
            condition_of(condition)
    except InvalidQuestionnaire as error:
        yield error.to(language)
        return
    if quota is None:
        taken = frozenset(quotas_of(survey).values_list("key", flat=True))
        key = next(key for n in count(1) if (key := f"quota-{n}") not in taken)
        Quota.objects.create(survey=survey, key=key, places=places, condition=condition or {})
    elif places < quota.taken:
        yield _("%(taken)s places are taken already: a quota cannot have fewer.") % {
            "taken": quota.taken
        }
    else:
        quota.places, quota.condition = places, condition or {}
        quota.save(update_fields=["places", "condition"])
