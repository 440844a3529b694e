"""Flask-Security as we use it: its hashing, one-time codes, recovery codes and reset links, on our own rows.

Its pages and its cookie session stay off (no blueprint): a replayed client-side cookie outlives a sign-out,
so who is signed in is a row that each request reads (``webapp.access``).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from functools import partial
from typing import Any

import qrcode
from flask import Flask
from flask_security import Security, Totp, UserDatastore
from passlib.totp import TOTP, AppWallet, TotpMatch
from qrcode.image.svg import SvgPathImage

from webapp.settings import Settings
from webapp.store.accounts import Membership, User
from webapp.store.unit_of_work import Clock

ISSUER = "Support partner matching"
CONFIGURATION: dict[str, Any] = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
    "SECURITY_PASSWORD_SINGLE_HASH": True,
    "SECURITY_PASSWORD_LENGTH_MIN": 12,
    "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKC",
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_TWO_FACTOR": True,
    "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
    "SECURITY_RECOVERABLE": True,
    "SECURITY_RESET_PASSWORD_WITHIN": timedelta(hours=1),
    "SECURITY_CLI_USERS_NAME": False,
    "SECURITY_CLI_ROLES_NAME": False,
}


class AccountDatastore(UserDatastore):
    """The library's store: rows are already in the request's session, and the edge commits."""

    def put(self, model: Any) -> Any:
        """Nothing to do: the row belongs to the open unit of work."""
        return model

    def commit(self) -> None:
        """Nothing to do: see ``webapp.access``."""


class OneTimeCodes(Totp):
    """One-time codes that are accepted once: the last counter is kept on the user's row."""

    def __init__(self, secrets: dict[str, str], issuer: str, *, clock: Clock):
        """The first of ``secrets`` encrypts; the others still decrypt (keys that are being retired)."""
        wallet = AppWallet(secrets, default_tag=next(iter(secrets)))
        self._totp = TOTP.using(issuer=issuer, wallet=wallet, now=lambda: clock().timestamp())

    def get_last_counter(self, user: User) -> int | None:
        """The counter of the last code that was accepted."""
        return user.tf_last_counter

    def set_last_counter(self, user: User, tmatch: TotpMatch) -> None:
        """Remember it; the row's version stops two requests from using one code."""
        user.tf_last_counter = tmatch.counter

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The picture as one path: the library's own has an element for each square, four times as many bytes."""
        image = qrcode.make(self.get_totp_uri(username, totp), image_factory=SvgPathImage)
        drawn = base64.b64encode(image.to_string()).decode("ascii")
        return f"data:image/svg+xml;base64,{drawn}"

    def seal(self, base32: str) -> str:
        """Encrypt a secret that was made elsewhere (the demonstration's)."""
        return str(self._totp(key=base32).to_json(encrypt=True))

    def is_ours(self, sealed: str) -> bool:
        """Whether we can open this secret (it may come back from a form)."""
        try:
            self._totp.from_source(sealed)
        except (ValueError, TypeError, KeyError):
            return False
        return True


def wire(app: Flask, settings: Settings, clock: Clock) -> Security:
    """Set the library up; every secret it needs is derived from ``SECRET_KEY`` and its fallbacks."""
    keys = (settings.secret_key, *settings.secret_key_fallbacks)
    app.config.update(CONFIGURATION)
    app.config["SECURITY_TOTP_SECRETS"] = {_tag(key): _derived(key, "second factor") for key in keys}
    app.config["SECURITY_TOTP_ISSUER"] = ISSUER
    app.config["SECURITY_PASSWORD_SALT"] = _derived(settings.secret_key, "reset links")
    return Security(
        app,
        AccountDatastore(User, Membership),
        register_blueprint=False,
        totp_cls=partial(OneTimeCodes, clock=clock),
    )


def _derived(key: str, purpose: str) -> str:
    return hmac.new(key.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def _tag(key: str) -> str:
    return "k" + _derived(key, "tag")[:12]
