"""Customers: who may be asked, what the ledger says of each, and how one is forgotten."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ressenti.errors import RessentiError
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.accounts.audit import recorded
from ressenti.server.asking.customer_import import import_plan, imported, rejects_file
from ressenti.server.asking.erasure import erase, erasure_of, is_done, report_signature
from ressenti.server.asking.gallery import page_language
from ressenti.server.asking.refusals import accept_again, refuse
from ressenti.server.asking.visibility import customers_of, seen_customer
from ressenti.server.importing import uploads
from ressenti.server.intake.catalogue import uuid_in
from ressenti.server.models import Customer, Invitation, Role

PAGE_LENGTH = 50
MOST_REJECTS_SHOWN = 200
MOST_INVITATIONS_SHOWN = 100
PENDING = "customer_file"


@seen_by(Role.CONSULTANT)
@require_safe
def customer_list(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the customers a viewer sees, found by name, address or identifier."""
    words = request.GET.get("q", "").strip()
    customers = customers_of(viewer).filter(erased_at=None)
    if words:
        customers = customers.filter(
            Q(name__icontains=words) | Q(email__icontains=words) | Q(external_id__icontains=words)
        )
    pages = Paginator(customers.order_by("name", "external_id"), PAGE_LENGTH)
    context = {
        "page": pages.get_page(request.GET.get("page")),
        "words": words,
        "may_import": viewer.may_act_as(Role.MANAGER),
    }
    return render(request, "ressenti/asking/customers.html", context)


@seen_by(Role.CONSULTANT)
@require_safe
def customer_page(request: HttpRequest, viewer: Viewer, customer: UUID) -> HttpResponse:
    """Show a customer: attributes, the ledger of invitations with reasons, and the erasure."""
    found = _seen_or_erased(viewer, customer)
    invitations = (
        Invitation.objects.filter(customer=found, organisation=viewer.organisation)
        .select_related("survey", "campaign")
        .order_by("-decided_at")
    )
    erasure = erasure_of(found) if found.erased_at else None
    context = {
        "customer": found,
        "invitations": invitations[:MOST_INVITATIONS_SHOWN],
        "erasure": erasure,
        "signature": report_signature(erasure) if erasure else "",
        "is_done": erasure is not None and is_done(found),
        "may_refuse": viewer.may_act_as(Role.MANAGER),
        "may_erase": viewer.may_act_as(Role.EXPERT),
    }
    return render(request, "ressenti/asking/customer.html", context)


def _seen_or_erased(viewer: Viewer, customer: UUID) -> Customer:
    """Return a customer; one who was erased has no unit any more, and nothing to be seen."""
    if viewer.unit is None or customers_of(viewer).filter(pk=customer).exists():
        return seen_customer(viewer, customer)
    erased = Customer.objects.filter(organisation=viewer.organisation, erased_at__isnull=False)
    return get_object_or_404(erased, pk=customer)


@seen_by(Role.MANAGER)
@require_POST
def customer_refusal(request: HttpRequest, viewer: Viewer, customer: UUID) -> HttpResponse:
    """Write down that a customer refuses to be asked, or agrees again."""
    found = seen_customer(viewer, customer)
    if request.POST.get("do") == "accept":
        accept_again(found)
        recorded(viewer, "customer.accepts", subject_kind="customer", subject=str(found.pk))
    else:
        refuse(found)
        recorded(viewer, "customer.refuses", subject_kind="customer", subject=str(found.pk))
    return redirect("customer", organisation=viewer.organisation.key, customer=found.pk)


@seen_by(Role.MANAGER)
@require_POST
def revoke_invitation(request: HttpRequest, viewer: Viewer, customer: UUID) -> HttpResponse:
    """Withdraw the link of one invitation: it opens nothing any more."""
    found = seen_customer(viewer, customer)
    key = uuid_in(request.POST.get("invitation", ""))
    own = Invitation.objects.filter(customer=found, finished_at=None, revoked_at=None)
    invitation = get_object_or_404(own, pk=key)
    invitation.revoked_at, invitation.due_at = timezone.now(), None
    invitation.save(update_fields=["revoked_at", "due_at"])
    recorded(viewer, "invitation.revoked", subject_kind="invitation", subject=str(invitation.pk))
    return redirect("customer", organisation=viewer.organisation.key, customer=found.pk)


@seen_by(Role.EXPERT)
@require_POST
def customer_erasure(request: HttpRequest, viewer: Viewer, customer: UUID) -> HttpResponse:
    """Forget a customer once the identifier was typed to confirm it."""
    locked = customers_of(viewer).select_for_update(of=("self",))
    found = get_object_or_404(locked, pk=customer, erased_at=None)
    if request.POST.get("confirm", "").strip() != found.external_id:
        messages.error(request, _("Type the identifier exactly as shown: an erasure is final."))
    else:
        erase(viewer, found)
        messages.success(request, _("The customer is being forgotten. Answers follow shortly."))
    return redirect("customer", organisation=viewer.organisation.key, customer=found.pk)


@seen_by(Role.MANAGER)
def customer_import(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Look at a file of customers without consequence, and show what its import would do."""
    if request.method != "POST":
        return _import_page(request)
    file = request.FILES.get("file")
    suffix = uploads.suffix_of(file.name or "") if file else None
    if file is None or suffix is None:
        return _import_page(request, fault=_("Choose a CSV file or an Excel workbook (.xlsx)."))
    if (file.size or 0) > uploads.LARGEST_UPLOAD:
        return _import_page(request, fault=_("The file is larger than 50 MB."))
    name = uploads.kept(file, suffix)
    request.session[PENDING] = {"organisation": str(viewer.organisation.pk), "name": name}
    return _looked_at(request, viewer, name)


def _looked_at(request: HttpRequest, viewer: Viewer, name: str) -> HttpResponse:
    path = uploads.path_of(name)
    if path is None:
        return _import_page(request, fault=_("The file is no longer there: choose it again."))
    try:
        plan = import_plan(viewer, path)
    except RessentiError as error:
        uploads.forgotten(name)
        return _import_page(request, fault=error.message.to(page_language()))
    context = {"plan": plan, "rejects": plan.rejects[:MOST_REJECTS_SHOWN]}
    return render(request, "ressenti/asking/customer_import.html", context)


def _import_page(request: HttpRequest, *, fault: str = "") -> HttpResponse:
    status = 422 if fault else 200
    context = {"fault": fault}
    return render(request, "ressenti/asking/customer_import.html", context, status=status)


@seen_by(Role.MANAGER)
@require_POST
def customer_import_confirmed(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Import the file that was looked at."""
    name = _pending(request, viewer)
    path = uploads.path_of(name)
    if path is None:
        return _import_page(request, fault=_("The file is no longer there: choose it again."))
    plan = imported(viewer, path)
    uploads.forgotten(name)
    request.session.pop(PENDING, None)
    detail = {"made": plan.made, "changed": plan.changed, "refused": len(plan.rejects)}
    recorded(viewer, "customers.imported", subject_kind="customer", detail=detail)
    messages.success(
        request,
        _("%(made)s customers were added, %(changed)s changed; %(refused)s lines were refused.")
        % detail,
    )
    return redirect("customers", organisation=viewer.organisation.key)


@seen_by(Role.MANAGER)
@require_safe
def customer_import_rejects(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Give all refused lines of the file that was looked at, with their reasons, as CSV."""
    path = uploads.path_of(_pending(request, viewer))
    if path is None:
        raise Http404
    text = rejects_file(import_plan(viewer, path).rejects, page_language())
    file = HttpResponse("\N{BYTE ORDER MARK}" + text, content_type="text/csv; charset=utf-8")
    file["Content-Disposition"] = 'attachment; filename="rejects.csv"'
    return file


def _pending(request: HttpRequest, viewer: Viewer) -> str:
    """Return the name of the file that waits; empty when there is none of this organisation."""
    pending = request.session.get(PENDING) or {}
    is_own = pending.get("organisation") == str(viewer.organisation.pk)
    return str(pending.get("name", "")) if is_own else ""
