"""A small OpenID Connect provider on loopback, that can also be made to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "ressenti", "a secret between the two"
KEY_ID = "first"


@dataclass
class IdentityProvider:
    """Who the provider says signs in, and how it signs that.

    ``claims`` are added to both documents, ``userinfo`` to the second one alone.
    """

    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    signs_with_another_key: bool = False
    audience: str = CLIENT_ID
    issued_at: float | None = None
    codes: dict[str, str] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.other_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        document = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**document, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]}

    def authorized(self, query: dict[str, list[str]]) -> str:
        """Return where a person who agreed is sent: back, with a code bound to the challenge."""
        assert query["client_id"] == [CLIENT_ID]
        assert query["response_type"] == ["code"]
        assert query["code_challenge_method"] == ["S256"]
        code = secrets.token_urlsafe(8)
        self.codes[code] = query["code_challenge"][0]
        answer = urlencode({"code": code, "state": query["state"][0]})
        return f"{query['redirect_uri'][0]}?{answer}"

    def tokens(self, told: dict[str, list[str]]) -> dict[str, Any] | None:
        """Return the tokens of a code, once, to the client that asked for it."""
        challenge = self.codes.pop(told["code"][0], None)
        digest = hashlib.sha256(told["code_verifier"][0].encode()).digest()
        expected = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if challenge != expected or told["client_secret"] != [CLIENT_SECRET]:
            return None
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": self.identity()}

    def identity(self) -> str:
        now = time.time() if self.issued_at is None else self.issued_at
        claims = {
            "iss": self.url,
            "aud": self.audience,
            "iat": int(now),
            "exp": int(now) + 300,
            **self.claims,
        }
        header = {"kid": KEY_ID}
        if self.algorithm == "none":
            return jwt.encode(claims, None, algorithm="none", headers=header)
        if self.algorithm == "HS256":
            # The swap of CVE-2025-59934: the public key used as a shared secret.
            secret = json.dumps(self.keys()["keys"][0])
            return jwt.encode(claims, secret, algorithm="HS256", headers=header)
        key = self.other_key if self.signs_with_another_key else self.key
        return jwt.encode(claims, key, algorithm=self.algorithm, headers=header)


@contextmanager
def serving(provider: IdentityProvider) -> Iterator[IdentityProvider]:
    """Serve a provider on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            provider.requests.append(parts.path)
            if parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorized(parse_qs(parts.query)))
                self.end_headers()
                return
            documents: dict[str, dict[str, Any]] = {
                "/.well-known/openid-configuration": provider.configuration(),
                "/keys": provider.keys(),
                "/userinfo": {**provider.claims, **provider.userinfo},
            }
            self.answer(documents.get(parts.path))

        def do_POST(self) -> None:
            provider.requests.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(provider.tokens(parse_qs(body)))

        def answer(self, document: dict[str, Any] | None) -> None:
            body = json.dumps(document or {"error": "invalid_grant"}).encode()
            self.send_response(200 if document is not None else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
