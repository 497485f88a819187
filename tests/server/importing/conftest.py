"""Files of another tool, and somebody at a desk who imports them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.api.conftest import tally
from tests.server.asking.conftest import Desk, desk
from tests.server.intake.conftest import Asked, asked_by

if TYPE_CHECKING:
    from ressenti.server.models import FileImport, JournalEntry
    from tests.server.conftest import Tenant

__all__ = ["desk", "tally"]

EXPORT = (
    "Respondent ID;Submitted at;Recommanderiez-vous notre boutique ?;Pourquoi ?;Magasin;Couleur\n"
    "r1;13/02/2026 10:00;9;Parfait;lyon;bleu\n"
    "r2;13/02/2026 10:05;11;trop;lyon;vert\n"
    "r3;14/02/2026 10:10;;rien;nice;bleu\n"
    "r4;14/02/2026 10:15;pas du tout probable;Bof;nice;doré\n"
    "r5;14/02/2026 10:20;8;Bien;paris;bleu\n"
    "r1;15/02/2026 09:00;3;encore;lyon;bleu\n"
)
ORDERS = (
    "order_id;customer_id;ordered_at;amount;currency;source_id\n"
    "1;C-1;2026-03-01 10:00;12,50;EUR;1\n"
    "2;C-1;2026-03-02;7;EUR;2\n"
    "3;C-1;2026-03-02;many;EUR;3\n"
)


@dataclass(frozen=True, slots=True)
class Counter:
    """Somebody who imports files into one organisation, and its survey."""

    desk: Desk
    asked: Asked

    @property
    def tenant(self) -> Tenant:
        return self.desk.tenant

    def send(self, content: str | bytes, name: str = "export.csv", **told: str) -> Any:
        """Send a file; answers unless something else is told."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        body = content.encode() if isinstance(content, str) else content
        usual = {"kind": "answers", "survey": str(self.asked.survey.pk), "source": "poll"}
        return self.desk.post("imports/", file=SimpleUploadedFile(name, body), **(usual | told))

    def checked(self, content: str | bytes, name: str = "export.csv", **told: str) -> FileImport:
        """Return the import of a file that was sent and checked."""
        reply = self.send(content, name, **told)
        assert reply.status_code == 302, reply.content.decode()
        return self.latest()

    def latest(self) -> FileImport:
        from ressenti.server.models import FileImport

        files = FileImport.objects.filter(organisation=self.tenant.organisation)
        return files.latest("created_at")

    def do(self, file: FileImport, what: str, **told: str) -> FileImport:
        """Press a button of the page of an import, and return it as it then is."""
        assert self.desk.post(f"imports/{file.pk}/{what}/", **told).status_code == 302
        file.refresh_from_db()
        return file

    def page(self, file: FileImport) -> str:
        reply = self.desk.get(f"imports/{file.pk}/")
        assert reply.status_code == 200
        text: str = reply.content.decode()
        return text

    def entries(self) -> list[JournalEntry]:
        return self.asked.entries()


@pytest.fixture
def counter(desk: Desk) -> Counter:
    """Give the owner at a desk, with a live survey of the organisation."""
    return Counter(desk, asked_by(desk.tenant))


def counts(file: FileImport) -> tuple[int, int, int]:
    """Return how many records were added, were there already, and are refused."""
    return file.accepted, file.unchanged, file.refused


Tally = Callable[[], None]
