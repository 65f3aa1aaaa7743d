"""The OpenID provider of PyPI's oidc-provider-mock (Authlib), on loopback beside the tests."""

from __future__ import annotations

import base64
import json
import os
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # the provider speaks plain HTTP on loopback

import flask  # noqa: E402
import oidc_provider_mock  # noqa: E402
import werkzeug.serving  # noqa: E402
from authlib import jose  # noqa: E402

REDIRECT = "http://client.example/"


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class OpenIDProvider:
    """Logs users in by the authorization code flow, over HTTP; can be stopped and have its key changed."""

    def __init__(self, users: dict[str, dict[str, object]]) -> None:
        known = [oidc_provider_mock.User(sub=name, claims=claims) for name, claims in users.items()]
        app = oidc_provider_mock.app(user_claims=known)
        self.storage = None

        @app.before_request
        def find_storage() -> None:
            self.storage = flask.g.oidc_provider_mock_storage

        self.server = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay)
        self.ask("/jwks")

    @property
    def config_url(self) -> str:
        return f"{self.issuer}/.well-known/openid-configuration"

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def ask(self, path: str, form: dict[str, str] | None = None):
        body = urllib.parse.urlencode(form).encode() if form else None
        try:
            return self.opener.open(self.issuer + path, body)
        except urllib.error.HTTPError as answer:
            return answer

    def log_in(self, user: str, client: str) -> tuple[str, str]:
        """An identity token for that client, and the access token beside it."""
        query = urllib.parse.urlencode(
            {
                "client_id": client,
                "redirect_uri": REDIRECT,
                "response_type": "code",
                "scope": "openid email profile",
            }
        )
        answer = self.ask(f"/oauth2/authorize?{query}", {"sub": user})
        code = urllib.parse.parse_qs(urllib.parse.urlparse(answer.headers["Location"]).query)["code"][0]
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT,
            "client_id": client,
            "client_secret": "any",
        }
        tokens = json.load(self.ask("/oauth2/token", form))
        return tokens["id_token"], tokens["access_token"]

    def change_key(self) -> None:
        self.storage.jwk = jose.RSAKey.generate_key(is_private=True)

    def sign(self, client: str, **claims: object) -> str:
        """A token with the provider's signature, for what it would not say by itself."""
        now = int(time.time())
        every = {"iss": self.issuer, "aud": client, "sub": "ann", "iat": now, "exp": now + 600} | claims
        header = {"alg": "RS256", "kid": self.storage.jwk.as_dict()["kid"]}
        return jose.jwt.encode(header, every, self.storage.jwk).decode()


def segment(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def unsigned(token: str) -> str:
    """The token as somebody without the key would have it: `alg` is `none`, and there is no signature."""
    header = segment(json.dumps({"alg": "none", "typ": "JWT"}).encode())
    return f"{header}.{token.split('.')[1]}."
