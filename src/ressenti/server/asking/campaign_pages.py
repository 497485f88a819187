"""Campaigns: written, simulated over the ledger of all channels, tried, launched and stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from ressenti.channels.smtp import sent
from ressenti.language import LANGUAGES, Text
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.accounts.audit import recorded
from ressenti.server.asking import campaigns
from ressenti.server.asking.campaign_forms import CampaignForm, fill_campaign
from ressenti.server.asking.gallery import page_language
from ressenti.server.asking.invitation_messages import letter_of, trial_message
from ressenti.server.asking.mail_servers import (
    NO_ADDRESS,
    NO_MAIL,
    mail_obstacle,
    own_mail_server,
)
from ressenti.server.asking.seals import is_unchanged, seal
from ressenti.server.asking.visibility import campaigns_of, seen_campaign, seen_survey
from ressenti.server.models import Campaign, Customer, Invitation, NotAskedReason, Role
from ressenti.surveys.pressure import Verdict

OBSTACLES = {
    "not_live": gettext_lazy("The survey is not live: publish it first."),
    "no_subject": gettext_lazy("The message has no subject."),
    "launched": gettext_lazy("The campaign was launched already."),
    NO_MAIL: gettext_lazy(
        "No mail server is set, so that nothing can be sent, not even a test: the administrator "
        "sets RESSENTI_SMTP_URL, such as smtp+starttls://user:password@mail.example.com:587. The "
        "link and the QR code of the survey need none."
    ),
    NO_ADDRESS: gettext_lazy(
        "The address of this server is not https: the administrator sets RESSENTI_BASE_URL."
    ),
}
LONGEST_CLAIM = timedelta(minutes=15)
PROGRESS: Mapping[str, Q] = {
    "selected": Q(),
    "not_asked": ~Q(not_sent_reason=""),
    "waiting": Q(not_sent_reason="", sent_at=None, due_at__isnull=False, claimed_at=None),
    "sent": Q(sent_at__isnull=False),
    "bounced": Q(bounced_at__isnull=False),
    "started": Q(started_at__isnull=False),
    "finished": Q(finished_at__isnull=False),
    "refused": Q(opted_out_at__isnull=False),
    "failed": Q(sent_at=None, due_at=None, not_sent_reason="", bounced_at=None, revoked_at=None),
}


COUNTS = {name: Count("pk", filter=one) if one else Count("pk") for name, one in PROGRESS.items()}
PROGRESS_NAMES = {
    "selected": gettext_lazy("selected"),
    "not_asked": gettext_lazy("not asked"),
    "waiting": gettext_lazy("waiting to be sent"),
    "sent": gettext_lazy("sent"),
    "bounced": gettext_lazy("did not arrive"),
    "started": gettext_lazy("started"),
    "finished": gettext_lazy("finished"),
    "refused": gettext_lazy("refused"),
    "failed": gettext_lazy("given up"),
}
WHY_NOT = {
    Verdict.RESTING: Text(en="asked recently", fr="sollicités récemment"),
    Verdict.TOO_MANY: Text(en="asked too often", fr="sollicités trop souvent"),
    Verdict.REFUSED: Text(en="refuse to be asked", fr="refusent d'être sollicités"),
    Verdict.BOUNCED: Text(en="the address does not exist", fr="adresse inexistante"),
    Verdict.NO_ADDRESS: Text(en="no address", fr="sans adresse"),
}


@seen_by(Role.CONSULTANT)
@require_safe
def campaign_list(request: HttpRequest, viewer: Viewer, survey: UUID) -> HttpResponse:
    """Show the campaigns of a survey with how far they came."""
    found = seen_survey(viewer, survey)
    own = list(campaigns_of(viewer).filter(survey=found).order_by("-created_at"))
    counts = {row["campaign"]: row for row in _counted(own)}
    context = {
        "survey": found,
        "campaigns": [(one, counts.get(one.pk, {})) for one in own],
        "may_send": viewer.may_act_as(Role.MANAGER),
        "tab": "campaigns",
    }
    return render(request, "ressenti/asking/campaigns.html", context)


@seen_by(Role.MANAGER)
def new_campaign(request: HttpRequest, viewer: Viewer, survey: UUID) -> HttpResponse:
    """Write a campaign for a survey the viewer sees, within the viewer's unit."""
    found = seen_survey(viewer, survey)
    within = {"within": viewer.unit.key} if viewer.unit else {}
    title = found.draft.get("title") or {}
    campaign = Campaign(
        survey=found,
        name=found.name,
        subject={one: title.get(one, "") for one in LANGUAGES},
        selection=within,
        created_by=viewer.person,
    )
    return _edited(request, viewer, campaign)


@seen_by(Role.MANAGER)
def edit_campaign(request: HttpRequest, viewer: Viewer, campaign: UUID) -> HttpResponse:
    """Change a campaign that was not launched."""
    found = seen_campaign(viewer, campaign, for_update=request.method == "POST")
    if found.launched_at is not None:
        raise PermissionDenied
    return _edited(request, viewer, found)


def _edited(request: HttpRequest, viewer: Viewer, campaign: Campaign) -> HttpResponse:
    is_new = campaign._state.adding
    if request.method != "POST":
        return _form_page(request, campaign, CampaignForm(viewer, campaign))
    form = CampaignForm(viewer, campaign, request.POST, request.FILES)
    if not is_new and not is_unchanged(request, _seen_of(campaign)):
        messages.error(
            request,
            _("Somebody else changed this campaign meanwhile; saving again replaces theirs."),
        )
        return _form_page(request, campaign, form, status=409)
    if not form.is_valid():
        return _form_page(request, campaign, form, status=422)
    fill_campaign(campaign, form.cleaned_data, request.POST)
    campaign.save()
    action = "campaign.made" if is_new else "campaign.edited"
    recorded(viewer, action, subject_kind="campaign", subject=str(campaign.pk))
    return _to(viewer, campaign)


def _form_page(
    request: HttpRequest, campaign: Campaign, form: CampaignForm, *, status: int = 200
) -> HttpResponse:
    words = [
        (
            one,
            request.POST.get(f"subject-{one}", campaign.subject.get(one, "")),
            request.POST.get(f"message-{one}", campaign.message.get(one, "")),
        )
        for one in LANGUAGES
    ]
    context = {
        "campaign": campaign,
        "survey": campaign.survey,
        "form": form,
        "words": words,
        "seal": seal(_seen_of(campaign)),
        "tab": "campaigns",
    }
    return render(request, "ressenti/asking/campaign_form.html", context, status=status)


def _seen_of(campaign: Campaign) -> list[object]:
    names = ("name", "subject", "message", "selection", "reminder_days", "starts_at")
    return [getattr(campaign, name) for name in names]


@seen_by(Role.CONSULTANT)
@require_safe
def campaign_page(request: HttpRequest, viewer: Viewer, campaign: UUID) -> HttpResponse:
    """Show a campaign: before its launch what it would do, after it how far it came."""
    found = seen_campaign(viewer, campaign)
    context = {
        "campaign": found,
        "survey": found.survey,
        "may_send": viewer.may_act_as(Role.MANAGER),
        "tab": "campaigns",
    }
    own = _before_launch(found) if found.launched_at is None else _after_launch(found)
    return render(request, "ressenti/asking/campaign.html", context | own)


def _before_launch(campaign: Campaign) -> dict[str, object]:
    """Return what a launch would do, with examples called by the organisation's identifiers."""
    forecast = campaigns.forecast(campaign)
    examples = [one for one in forecast.simulation.examples if not one.decision.is_allowed]
    keys = [one.contact for one in examples]
    names = dict(Customer.objects.filter(pk__in=keys).values_list("pk", "external_id"))
    called = {str(key): name for key, name in names.items()}
    return {
        "forecast": forecast,
        "reasons_ahead": [
            (WHY_NOT[verdict], number)
            for verdict, number in forecast.simulation.n_not_asked.items()
        ],
        "examples": [(called.get(one.contact, ""), one.decision) for one in examples],
        "obstacles": [OBSTACLES[key] for key in _obstacles(campaign)],
        "may_try": mail_obstacle() is None,
    }


def _after_launch(campaign: Campaign) -> dict[str, object]:
    counts = _progress(campaign)
    return {
        "progress_rows": [(PROGRESS_NAMES[name], number) for name, number in counts.items()],
        "reasons": _reasons(campaign),
        "uncertain": _uncertain(campaign).count(),
    }


def _obstacles(campaign: Campaign) -> list[str]:
    own = mail_obstacle()
    return [*campaigns.obstacles(campaign), *([own] if own else [])]


def _counted(shown: Sequence[Campaign]) -> Iterable[dict[str, Any]]:
    """Return how far each campaign came, counted at once."""
    rows = Invitation.objects.filter(campaign__in=shown).values("campaign").order_by("campaign")
    return cast("Iterable[dict[str, Any]]", rows.annotate(**COUNTS))


def _progress(campaign: Campaign) -> dict[str, int]:
    return Invitation.objects.filter(campaign=campaign).aggregate(**COUNTS)


def _reasons(campaign: Campaign) -> list[tuple[str, int]]:
    counts = (
        Invitation.objects.filter(campaign=campaign)
        .exclude(not_sent_reason="")
        .values_list("not_sent_reason")
        .annotate(n=Count("pk"))
        .order_by("-n")
    )
    return [(str(NotAskedReason(reason).label), n) for reason, n in counts]


def _uncertain(campaign: Campaign) -> QuerySet[Invitation]:
    """Return the messages that a worker claimed and never told the fate of."""
    oldest = timezone.now() - LONGEST_CLAIM
    return Invitation.objects.filter(campaign=campaign, claimed_at__lt=oldest)


@seen_by(Role.MANAGER)
@require_POST
def try_campaign(request: HttpRequest, viewer: Viewer, campaign: UUID) -> HttpResponse:
    """Send the message to whoever asks, in the language of the page."""
    found = seen_campaign(viewer, campaign)
    letter, obstacle = letter_of(found), mail_obstacle()
    server = None if obstacle else own_mail_server()
    if letter is None or server is None or viewer.person is None:
        messages.error(request, OBSTACLES[obstacle or "not_live"])
        return _to(viewer, found)
    message = trial_message(letter, viewer.person.email, page_language())
    delivery = next(iter(sent([message], server)))
    recorded(viewer, "campaign.tried", subject_kind="campaign", subject=str(found.pk))
    if delivery.accepted:
        messages.success(request, _("A test message is on its way to your address."))
    else:
        messages.error(
            request,
            _("The mail server did not take the test message: %(reply)s")
            % {"reply": delivery.reply or "–"},
        )
    return _to(viewer, found)


@seen_by(Role.MANAGER)
@require_POST
def launch_campaign(request: HttpRequest, viewer: Viewer, campaign: UUID) -> HttpResponse:
    """Launch a campaign, once."""
    found = seen_campaign(viewer, campaign, for_update=True)
    obstacles = _obstacles(found)
    if obstacles:
        for key in obstacles:
            messages.error(request, OBSTACLES[key])
    else:
        campaigns.launch(viewer, found)
        messages.success(request, _("The campaign is launched."))
    return _to(viewer, found)


@seen_by(Role.MANAGER)
@require_POST
def stop_campaign(request: HttpRequest, viewer: Viewer, campaign: UUID) -> HttpResponse:
    """Stop a campaign: what was not sent stays unsent, links already sent stay good."""
    found = seen_campaign(viewer, campaign, for_update=True)
    withdrawn = campaigns.stop(viewer, found)
    messages.success(
        request,
        _("The campaign is stopped; %(count)s messages will not go out.") % {"count": withdrawn},
    )
    return _to(viewer, found)


@seen_by(Role.MANAGER)
@require_POST
def release_claims(_request: HttpRequest, viewer: Viewer, campaign: UUID) -> HttpResponse:
    """Let the messages be sent of which nobody knows whether they left, since somebody asks."""
    found = seen_campaign(viewer, campaign, for_update=True)
    count = _uncertain(found).update(claimed_at=None, due_at=timezone.now())
    recorded(
        viewer,
        "campaign.claims_released",
        subject_kind="campaign",
        subject=str(found.pk),
        detail={"count": count},
    )
    return _to(viewer, found)


def _to(viewer: Viewer, campaign: Campaign) -> HttpResponse:
    return redirect("campaign", organisation=viewer.organisation.key, campaign=campaign.pk)
