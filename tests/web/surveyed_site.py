"""Two servers on loopback: a shop's page under a strict policy, and the host that asks on it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ressenti.channels.widget import (
    Triggers,
    WidgetSettings,
    next_step,
    step_document,
    widget_document,
)
from ressenti.language import Language
from ressenti.surveys.questionnaire import questionnaire_of
from ressenti.surveys.submission import checked
from tests.conftest import ROOT

SCRIPT = ROOT / "src" / "ressenti" / "server" / "static" / "ressenti" / "widget.js"
QUESTIONNAIRE = questionnaire_of(
    {
        "format": "ressenti.questionnaire/1",
        "title": {"fr": "Votre avis", "en": "Your opinion"},
        "languages": ["fr", "en"],
        "introduction": {"fr": "Deux questions.", "en": "Two questions."},
        "thanks": {"fr": "Merci beaucoup !", "en": "Many thanks!"},
        "pages": [
            {"id": "p1", "questions": ["recommend", "why"], "show_if": None},
            {"id": "p2", "questions": ["speed", "reasons", "spent", "visited", "call"]},
        ],
        "questions": [
            {
                "id": "recommend",
                "type": "recommendation",
                "series": 1,
                "required": True,
                "label": {
                    "fr": "Recommanderiez-vous <b>Lumière</b> ?",
                    "en": "Would you recommend <b>Lumière</b>?",
                },
                "measure": "nps",
            },
            {
                "id": "why",
                "type": "comment",
                "series": 1,
                "label": {"fr": "Pourquoi {{answer:recommend}} ?", "en": "Why?"},
                "show_if": {"question": "recommend", "is": "at_most", "value": 6},
                "options": {"max_length": 4000},
            },
            {
                "id": "speed",
                "type": "satisfaction",
                "series": 1,
                "label": {"fr": "Êtes-vous satisfaite ?", "en": "Are you satisfied?"},
                "help": {"fr": "De votre visite.", "en": "With your visit."},
                "options": {"not_concerned": True},
            },
            {
                "id": "reasons",
                "type": "multiple_choice",
                "series": 1,
                "label": {"fr": "Vos raisons", "en": "Your reasons"},
                "options": {
                    "choices": [
                        {"id": "price", "label": {"fr": "Le prix", "en": "The price"}},
                        {"id": "staff", "label": {"fr": "L'équipe", "en": "The staff"}},
                    ],
                    "other": True,
                },
            },
            {
                "id": "spent",
                "type": "number",
                "series": 1,
                "label": {"fr": "Combien avez-vous dépensé ?", "en": "How much did you spend?"},
                "options": {"decimals": 2},
            },
            {
                "id": "visited",
                "type": "date",
                "series": 1,
                "label": {"fr": "Quand ?", "en": "When?"},
            },
            {
                "id": "call",
                "type": "consent",
                "series": 1,
                "required": True,
                "label": {"fr": "Pouvons-nous vous rappeler ?", "en": "May we call you back?"},
                "options": {"purpose": "call_back"},
            },
        ],
    }
)
CONSENT = {
    "fr": "Nous gardons un identifiant sur cet appareil pour ne pas vous solliciter trop souvent.",
    "en": "We keep an identifier on this device so as not to ask you too often.",
}


@dataclass
class Host:
    """The host that asks: what it is set to do, and what it was sent."""

    triggers: Triggers = field(default_factory=Triggers)
    reason: str | None = None
    failures: int = 0
    origin: str = ""
    shop: str = ""
    requests: list[str] = field(default_factory=list)
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def given(self) -> dict[str, Any]:
        """Return everything answered, the last word on each question."""
        return {
            name: value
            for entry in self.entries.values()
            for name, value in entry["answers"].items()
        }

    def document(self, query: Mapping[str, list[str]]) -> dict[str, Any]:
        settings = WidgetSettings(
            consent=CONSENT, triggers=self.triggers, attributes=("shop",), quarantine_days=90
        )
        language: Language = "fr" if query.get("lang") == ["fr"] else "en"
        return widget_document(QUESTIONNAIRE, settings, language, reason=self.reason)

    def taken(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Take a page of answers as the documentation says, and give what follows it."""
        with self.lock:
            if self.failures:
                self.failures -= 1
                return 503, {}
            is_known = body["idempotency_key"] in self.entries
            earlier = {} if body["response"] is None else self.given()
            given = {**earlier, **body["answers"]}
            covered = set(body["asked"])
            if body["response"] is not None:
                covered.update(*(entry["asked"] for entry in self.entries.values()))
            found = checked(
                QUESTIONNAIRE, given, language=body["language"], is_final=body["is_final"]
            )
            if found.faults:
                errors = [
                    {"field": fault.field, "message": fault.message.to(body["language"])}
                    for fault in found.faults
                ]
                return 422, {"status": 422, "detail": "refused", "errors": errors}
            self.entries.setdefault(body["idempotency_key"], body)
            step = next_step(QUESTIONNAIRE, found.answers, covered)
            page = step and step_document(
                QUESTIONNAIRE, step, body["language"], answers=found.answers
            )
            thanks = QUESTIONNAIRE.thanks or {}
            return 200 if is_known else 201, {
                "response": "response-1",
                "page": page,
                "thanks": None if page else thanks[body["language"]],
            }


class HostHandler(BaseHTTPRequestHandler):
    host: Host

    def do_GET(self) -> None:
        self.host.requests.append(self.path)
        parts = urlsplit(self.path)
        if parts.path == "/widget.js":
            self.reply(200, SCRIPT.read_bytes(), "text/javascript")
        elif parts.path == "/w/k7.json":
            document = self.host.document(parse_qs(parts.query))
            self.reply(200, json.dumps(document).encode(), "application/json")
        else:
            self.reply(404, b"{}", "application/json")

    def do_OPTIONS(self) -> None:
        self.reply(204, b"", "text/plain")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, document = self.host.taken(body)
        self.reply(status, json.dumps(document).encode(), "application/json")

    def reply(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Headers", "content-type")
        self.send_header("Access-Control-Allow-Methods", "GET, POST")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told: object) -> None:
        """Say nothing: the tests look at what was received."""


class ShopHandler(BaseHTTPRequestHandler):
    host: Host

    def do_GET(self) -> None:
        language = "fr" if "/fr" in self.path else "en"
        page = f"""<!doctype html><html lang="{language}"><title>Shop</title>
<script src="/shop.js"></script>
<script src="{self.host.origin}/widget.js" data-ressenti-survey="k7" defer></script>
<body><h1>Shop</h1><button id="opinion">Opinion</button><p id="far">far</p></body></html>"""
        is_script = self.path == "/shop.js"
        # What the page says before the widget has come is not lost.
        early = (
            "window.ressenti = function () { "
            "(ressenti.q = ressenti.q || []).push(arguments); };\n"
            "ressenti('attributes', {shop: 'Lyon', secret: 'no'});\n"
        )
        body = (early if is_script else page).encode()
        self.send_response(200)
        kind = "text/javascript" if is_script else "text/html"
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header(
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'self' {self.host.origin}; "
            f"connect-src {self.host.origin}; require-trusted-types-for 'script'",
        )
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told: object) -> None:
        """Say nothing: the tests look at the page."""


@contextmanager
def surveyed_site() -> Iterator[Host]:
    """Serve both on two ports, hence two origins, and give the host with their addresses."""
    host = Host()
    servers = [
        ThreadingHTTPServer(("127.0.0.1", 0), type(handler.__name__, (handler,), {"host": host}))
        for handler in (HostHandler, ShopHandler)
    ]
    host.origin, host.shop = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield host
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
