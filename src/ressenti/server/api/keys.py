"""Keys: which program calls, what it may do, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from django.http import HttpRequest
from django.utils import timezone
from ninja.security.http import HttpAuthBase

from ressenti.server.accounts.access import Viewer
from ressenti.server.intake.callers import scope_missing, shown_digest, unrecognised
from ressenti.server.intake.limits import Rate, RateLimit
from ressenti.server.models import ApiKey, Role, Scope

# A program that pages through everything stays below; one that loops by mistake does not.
REQUEST_RATE = Rate(burst=300, per_second=30)


@dataclass(frozen=True, slots=True)
class Program:
    """A program that was recognised: what it sees, and the scopes of its key."""

    viewer: Viewer
    scopes: frozenset[str]


class BearerKey(HttpAuthBase):
    """Recognises programs by ``Authorization: Bearer rsk_…`` and limits their rate."""

    openapi_scheme = "bearer"

    def __init__(self, rate: Rate = REQUEST_RATE) -> None:
        super().__init__()
        self.limit = RateLimit(rate)
        self.lock = Lock()

    def __call__(self, request: HttpRequest) -> Program:
        """Return who calls.

        Raises
        ------
        Problem
            401 for a key that does not hold, 429 when it calls too often.
        """
        digest = shown_digest(request.headers.get("authorization", ""))
        key = (
            ApiKey.objects.select_related("organisation", "unit")
            .filter(digest=digest, revoked_at=None)
            .first()
        )
        if key is None:
            raise unrecognised()
        # Requests are served by several threads.
        with self.lock:
            self.limit.require(key.pk.hex)
        today = timezone.now().date()
        ApiKey.objects.filter(pk=key.pk).exclude(last_used_on=today).update(last_used_on=today)
        program = Program(viewer_of_key(key), frozenset(key.scopes))
        request.viewer = program.viewer  # type: ignore[attr-defined] # read where refusals are logged
        return program


def viewer_of_key(key: ApiKey) -> Viewer:
    """Return how a program looks at the organisation of its key."""
    return Viewer(
        organisation=key.organisation,
        role=Role.CONSULTANT,
        unit=key.unit,
        person=None,
        actor=f"{key.name} ({key.prefix})",
    )


def viewer_of(request: HttpRequest, *scopes: Scope) -> Viewer:
    """Return who calls, when the key has one of the scopes; any key will do when none is named.

    Raises
    ------
    Problem
        403, naming the first scope.
    """
    program: Program = request.auth  # type: ignore[attr-defined] # set once the key was recognised
    if scopes and program.scopes.isdisjoint(scopes):
        raise scope_missing(scopes[0])
    return program.viewer
