"""What customers say they want: candidates to declare as outcomes, to dismiss, and to take away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ressenti.language import Language, Text, number_text, percent_text
from ressenti.reports.exports.columns import Column, Value
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.accounts.audit import recorded
from ressenti.server.cockpit.candidates import (
    ORDERS,
    FoundCandidate,
    Quote,
    Share,
    dismissals,
    found_candidates,
)
from ressenti.server.cockpit.deliveries import Export, delivered
from ressenti.server.cockpit.export_pages import in_moderation, known_kind
from ressenti.server.cockpit.figure_exports import told_of
from ressenti.server.cockpit.indicator_page import Tab
from ressenti.server.cockpit.pages import Look, Option, filtered
from ressenti.server.cockpit.study_pages import study_context
from ressenti.server.cockpit.voice_exports import SEPARATOR
from ressenti.server.models import DismissedCandidate, Role, StudyKind
from ressenti.server.theme_plans import plan_name, theme_names

AT_FIRST = 12
"""Candidates that are open from the start; the others follow, folded."""
SHARES = ("talked_about", "emotional", "unmet")
COLUMNS = (
    Column("theme", Text(en="theme", fr="thème")),
    Column("name", Text(en="name", fr="nom")),
    Column("respondents", Text(en="people", fr="personnes")),
    Column("talked_about", Text(en="speak of it (0 to 1)", fr="en parlent (0 à 1)")),
    Column("talked_about_low", Text(en="low limit", fr="limite basse")),
    Column("talked_about_high", Text(en="high limit", fr="limite haute")),
    Column("emotional", Text(en="strength (0 to 1)", fr="force (0 à 1)")),
    Column("emotional_low", Text(en="low limit", fr="limite basse")),
    Column("emotional_high", Text(en="high limit", fr="limite haute")),
    Column("unmet", Text(en="displeased, of those (0 to 1)", fr="mécontents parmi eux (0 à 1)")),
    Column("unmet_low", Text(en="low limit", fr="limite basse")),
    Column("unmet_high", Text(en="high limit", fr="limite haute")),
    Column("words", Text(en="words", fr="mots")),
    Column("quotes", Text(en="comments, masked", fr="commentaires, masqués")),
    Column("near", Text(en="near outcomes declared", fr="résultats proches déclarés")),
    Column("dismissed_at", Text(en="dismissed on", fr="écarté le")),
    Column("dismissed_by", Text(en="dismissed by", fr="écarté par")),
)
READ = Text(en="people whose comment was read", fr="personnes dont le commentaire a été lu")
HIDDEN = Text(en="themes hidden, of too few people", fr="thèmes masqués, trop peu de personnes")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCandidate:
    """A candidate in the words of the page.

    Parameters
    ----------
    people : str
        How many respondents, written.
    figures : tuple of (label, value, interval)
    starts : tuple of Option
        The outcomes to start from, by the key of their template.
    near : tuple of (key, words)
        Outcomes that are declared already.
    """

    theme: str
    name: str
    plan: str
    respondents: int
    people: str
    figures: tuple[tuple[str, str, str], ...]
    words: tuple[tuple[str, str], ...]
    quotes: tuple[Quote, ...]
    starts: tuple[Option, ...]
    near: tuple[tuple[str, str], ...]
    dismissal: DismissedCandidate | None


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
def candidates_page(look: Look) -> HttpResponse:
    """Show what customers say they want."""
    context = study_context(look, StudyKind.CANDIDATES, [])
    answer = context.pop("answer", None)
    if answer is not None:
        order = _order(look)
        found = found_candidates(look.scope, answer["candidates"], look.language)
        found.sort(key=lambda one: -one.place(order))
        shown = [shown_candidate(look, one) for one in found]
        proposed = [one for one in shown if one.dismissal is None]
        context |= {
            "respondents": answer["respondents"],
            "hidden": answer["hidden"],
            "floor": answer["floor"],
            "tabs": _tabs(look, order),
            "first": proposed[:AT_FIRST],
            "others": proposed[AT_FIRST:],
            "dismissed": [one for one in shown if one.dismissal is not None],
        }
    context |= {
        "may_declare": look.viewer.may_act_as(Role.EXPERT),
        "is_answered": answer is not None,
    }
    return render(look.request, "ressenti/cockpit/candidates.html", context)


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
@in_moderation
def candidates_file(look: Look, kind: str) -> HttpResponseBase:
    """Give the candidates, those that were dismissed too."""
    context = study_context(look, StudyKind.CANDIDATES, [])
    answer = context.get("answer") or {"candidates": [], "respondents": None, "hidden": None}
    export = Export(
        name=f"{look.viewer.organisation.name} {_('What customers say they want')}",
        subject="outcomes, candidates",
        columns=COLUMNS,
        rows=_rows(look, answer["candidates"]),
        definition=[
            *((label.to(look.language), told) for label, told in told_of(look).items()),
            (READ.to(look.language), answer["respondents"]),
            (HIDDEN.to(look.language), answer["hidden"]),
        ],
        language=look.language,
    )
    return delivered(look.viewer, export, known_kind(kind))


@require_POST
@seen_by(Role.EXPERT)
def dismiss_candidate(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Take a theme for no outcome, until somebody restores it."""
    theme = _known_theme(request, viewer)
    with transaction.atomic():
        _dismissal, is_new = DismissedCandidate.objects.get_or_create(
            organisation=viewer.organisation,
            theme=theme,
            restored_at=None,
            defaults={"dismissed_by": viewer.person, "dismissed_at": timezone.now()},
        )
        if is_new:
            recorded(viewer, "candidate.dismissed", subject_kind="theme", subject=theme)
    return _back(request, viewer)


@require_POST
@seen_by(Role.EXPERT)
def restore_candidate(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Take a dismissed theme for a candidate again; that it was dismissed stays written."""
    theme = _known_theme(request, viewer)
    with transaction.atomic():
        dismissed = dismissals(viewer.organisation).get(theme)
        if dismissed is not None:
            dismissed.restored_by, dismissed.restored_at = viewer.person, timezone.now()
            dismissed.save(update_fields=["restored_by", "restored_at"])
            recorded(viewer, "candidate.restored", subject_kind="theme", subject=theme)
    return _back(request, viewer)


def shown_candidate(look: Look, one: FoundCandidate) -> ShownCandidate:
    """Return a candidate in the words of the page."""
    language = look.language
    labels = (_("speak of it"), _("strength, 0 to 1"), _("displeased, of those"))
    texts = (
        _share_texts(one.talked_about, language),
        _strength_texts(one.emotional, language),
        _share_texts(one.unmet, language),
    )
    return ShownCandidate(
        theme=one.theme,
        name=theme_names(look.viewer.organisation)[one.theme].to(language),
        plan=plan_name(one.theme, language),
        respondents=one.respondents,
        people=number_text(one.respondents, language, decimals=0),
        figures=tuple(
            (label, value, limits) for label, (value, limits) in zip(labels, texts, strict=True)
        ),
        words=one.words,
        quotes=one.quotes,
        starts=tuple(
            Option(template.key, template.words.to(language), place == 0)
            for place, template in enumerate(one.templates)
        ),
        near=tuple((outcome.key, outcome.words_in(language)) for outcome in one.near),
        dismissal=one.dismissal,
    )


def _order(look: Look) -> str:
    asked = look.request.GET.get("by", "")
    return asked if asked in ORDERS else ORDERS[0]


def _tabs(look: Look, order: str) -> list[Tab]:
    labels = {
        "displeased": _("Most displeased people"),
        "talked_about": _("Most talked about"),
        "emotional": _("Most emotional"),
        "unmet": _("Least attained"),
    }
    return [Tab(look.filters.query(by=key), label, key == order) for key, label in labels.items()]


def _share_texts(share: Share, language: Language) -> tuple[str, str]:
    if share.estimate is None:
        return "", ""
    return (
        percent_text(100 * share.estimate, language, decimals=0),
        _limits_text(share, language, scale=100, decimals=0),
    )


def _strength_texts(share: Share, language: Language) -> tuple[str, str]:
    if share.estimate is None:
        return "", ""
    return (
        number_text(share.estimate, language, decimals=2),
        _limits_text(share, language, scale=1, decimals=2),
    )


def _limits_text(share: Share, language: Language, *, scale: float, decimals: int) -> str:
    if share.low is None or share.high is None:
        return ""
    low, high = (
        number_text(scale * limit, language, decimals=decimals) for limit in (share.low, share.high)
    )
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def _rows(look: Look, told: Sequence[dict[str, Any]]) -> Iterator[Sequence[Value]]:
    names = theme_names(look.viewer.organisation)
    for one in found_candidates(look.scope, told, look.language):
        shares: list[Share] = [getattr(one, name) for name in SHARES]
        by = one.dismissal.dismissed_by if one.dismissal else None
        yield (
            one.theme,
            names[one.theme].to(look.language),
            one.respondents,
            *(end for share in shares for end in (share.estimate, share.low, share.high)),
            SEPARATOR.join(word for word, _language in one.words) or None,
            SEPARATOR.join(quote.text for quote in one.quotes) or None,
            SEPARATOR.join(outcome.words_in(look.language) for outcome in one.near) or None,
            _day(one.dismissal),
            None if by is None else str(by),
        )


def _day(dismissal: DismissedCandidate | None) -> date | None:
    return None if dismissal is None else timezone.localdate(dismissal.dismissed_at)


def _known_theme(request: HttpRequest, viewer: Viewer) -> str:
    theme = request.POST.get("theme", "")
    if theme not in theme_names(viewer.organisation):
        raise Http404
    return theme


def _back(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Return to the page as it was, by the part of the address after its question mark."""
    page = redirect("candidates", organisation=viewer.organisation.key)
    if request.GET:
        page["Location"] += f"?{request.GET.urlencode()}"
    return page
