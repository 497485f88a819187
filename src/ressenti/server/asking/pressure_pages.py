"""Contact pressure: the rules in words, one for everything, one an indicator, one a survey."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from ressenti.indicators import catalogue, indicator_called
from ressenti.scores.definitions import Answers, Indicator
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.accounts.audit import recorded
from ressenti.server.asking.bounce_intake import hook_token
from ressenti.server.asking.gallery import page_language
from ressenti.server.models import PressureRule, Role, Survey
from ressenti.surveys.pressure import Scope

MOST_RULES = 100
LONGEST_DAYS = 3650
SCOPES = {
    Scope.ALL.value: gettext_lazy("all surveys together"),
    Scope.INDICATOR.value: gettext_lazy("each indicator by itself, or one of them"),
    Scope.SURVEY.value: gettext_lazy("each survey by itself, or one of them"),
}


class RuleForm(forms.Form):
    """One rule of contact pressure."""

    scope = forms.ChoiceField(choices=list(SCOPES.items()), label=gettext_lazy("Counts together"))
    indicator = forms.ChoiceField(required=False, label=gettext_lazy("Indicator"))
    survey = forms.ChoiceField(required=False, label=gettext_lazy("Survey"))
    rest_days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=LONGEST_DAYS,
        label=gettext_lazy("Days of rest between two requests"),
    )
    most = forms.IntegerField(
        required=False, min_value=1, max_value=1000, label=gettext_lazy("At most so many requests")
    )
    within_days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=LONGEST_DAYS,
        label=gettext_lazy("within so many days"),
    )
    is_exempt = forms.BooleanField(
        required=False, label=gettext_lazy("Exempt: asked whatever the other rules say")
    )

    def __init__(self, viewer: Viewer, data: Any = None) -> None:
        super().__init__(data)
        language = page_language()
        indicators = [(one.key, one.name.to(language)) for one in asked_indicators()]
        surveys = Survey.objects.filter(organisation=viewer.organisation).order_by("name")
        named = [(str(key), name) for key, name in surveys.values_list("pk", "name")]
        self.fields["indicator"].choices = [("", _("each one")), *indicators]  # type: ignore[attr-defined] # of a ChoiceField
        self.fields["survey"].choices = [("", _("each one")), *named]  # type: ignore[attr-defined] # likewise

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        is_paired = (told.get("most") is None) == (told.get("within_days") is None)
        if not is_paired:
            self.add_error("within_days", _("Give both: so many requests, within so many days."))
        if not (told.get("is_exempt") or told.get("rest_days") or told.get("most")):
            self.add_error(None, _("The rule limits nothing: give days of rest, or a number."))
        is_named = told.get("indicator") or told.get("survey")
        if told.get("is_exempt") and not is_named:
            self.add_error("is_exempt", _("Say which indicator or survey is exempt."))
        return told


def asked_indicators() -> list[Indicator]:
    """Return the indicators that are read off answers, which alone somebody is asked for."""
    return [
        indicator
        for indicator in catalogue().values()
        if any(isinstance(variant.reads, Answers) for variant in indicator.variants)
    ]


@seen_by(Role.CONSULTANT)
@require_safe
def pressure_page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the rules in words; who decides on the whole organisation may change them."""
    return _page(request, viewer, RuleForm(viewer))


def _page(
    request: HttpRequest, viewer: Viewer, form: RuleForm, *, status: int = 200
) -> HttpResponse:
    rules = PressureRule.objects.filter(organisation=viewer.organisation)
    context = {
        "rules": [(rule, rule_words(rule)) for rule in rules.select_related("survey")],
        "form": form,
        "may_change": _may_change(viewer),
        "hook": hook_address(viewer) if viewer.may_act_as(Role.OWNER) else "",
    }
    return render(request, "ressenti/asking/pressure.html", context, status=status)


def hook_address(viewer: Viewer) -> str:
    """Return the address to which a mail server posts the organisation's bounces."""
    return f"{settings.BASE_URL}{reverse('bounce_hook', args=[hook_token(viewer.organisation)])}"


def _may_change(viewer: Viewer) -> bool:
    return viewer.unit is None and viewer.may_act_as(Role.EXPERT)


@seen_by(Role.EXPERT)
@require_POST
def change_rules(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Add a rule, or remove one."""
    if not _may_change(viewer):
        return redirect("pressure", organisation=viewer.organisation.key)
    rules = PressureRule.objects.filter(organisation=viewer.organisation)
    if removed := request.POST.get("remove"):
        rule = get_object_or_404(rules, key=removed)
        rule.delete()
        recorded(viewer, "rule.removed", subject_kind="rule", subject=removed)
        return redirect("pressure", organisation=viewer.organisation.key)
    form = RuleForm(viewer, request.POST)
    if not form.is_valid() or rules.count() >= MOST_RULES:
        return _page(request, viewer, form, status=422)
    rule = _made(viewer, form.cleaned_data)
    recorded(viewer, "rule.made", subject_kind="rule", subject=rule.key)
    messages.success(request, _("The rule holds from now on."))
    return redirect("pressure", organisation=viewer.organisation.key)


def _made(viewer: Viewer, told: dict[str, Any]) -> PressureRule:
    taken = frozenset(
        PressureRule.objects.filter(organisation=viewer.organisation).values_list("key", flat=True)
    )
    number = next(n for n in range(1, MOST_RULES + 2) if f"rule-{n}" not in taken)
    scope = told["scope"]
    return PressureRule.objects.create(
        organisation=viewer.organisation,
        key=f"rule-{number}",
        scope=scope,
        indicator=told["indicator"] if scope == Scope.INDICATOR else "",
        survey_id=told["survey"] or None if scope == Scope.SURVEY else None,
        rest_days=told["rest_days"],
        most=told["most"],
        within_days=told["within_days"],
        is_exempt=told["is_exempt"],
    )


def rule_words(rule: PressureRule) -> str:
    """Return a rule as a sentence."""
    about = _about(rule)
    if rule.is_exempt:
        return _("%(about)s: exempt, whatever the other rules say.") % {"about": about}
    limits = []
    if rule.rest_days:
        limits.append(
            ngettext(
                "%(days)s day of rest between two requests",
                "%(days)s days of rest between two requests",
                rule.rest_days,
            )
            % {"days": rule.rest_days}
        )
    if rule.most:
        limits.append(
            ngettext(
                "at most %(most)s request within %(days)s days",
                "at most %(most)s requests within %(days)s days",
                rule.most,
            )
            % {"most": rule.most, "days": rule.within_days}
        )
    return _("%(about)s: %(limits)s.") % {"about": about, "limits": _(" and ").join(limits)}


def _about(rule: PressureRule) -> str:
    if rule.indicator:
        return indicator_called(rule.indicator).name.to(page_language())
    if rule.survey is not None:
        return str(rule.survey)
    names = {
        Scope.ALL.value: _("All surveys together"),
        Scope.INDICATOR.value: _("Each indicator by itself"),
        Scope.SURVEY.value: _("Each survey by itself"),
    }
    return names[rule.scope]
