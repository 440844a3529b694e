"""Secrets that must be read once more (the link in a message): encrypted with a key made from ``SECRET_KEY``.

What is kept for comparing (the token of an invitation, of a subscription) is its hash; the token itself is sealed
in the outbox only, until the message has left.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import current_app

from webapp.settings import Settings


class Sealer:
    """Seals with the present key; opens also what a key that is being retired has sealed."""

    def __init__(self, settings: Settings):
        keys = (settings.secret_key, *settings.secret_key_fallbacks)
        self._keys = MultiFernet([Fernet(_key(each)) for each in keys])

    def seal(self, secret: str) -> str:
        """The secret, unreadable."""
        return self._keys.encrypt(secret.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """The secret again; raises ``ValueError`` where no key of ours sealed it."""
        try:
            return self._keys.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise ValueError("no key of ours sealed this") from error


def seal(secret: str) -> str:
    """Seal with the application's key."""
    sealer = current_app.extensions["sealer"]
    assert isinstance(sealer, Sealer)
    return sealer.seal(secret)


def unseal(sealed: str) -> str:
    """Open with the application's keys; raises ``InvalidToken`` where none of them sealed it."""
    sealer = current_app.extensions["sealer"]
    assert isinstance(sealer, Sealer)
    return sealer.unseal(sealed)


def _key(secret_key: str) -> bytes:
    return base64.urlsafe_b64encode(hmac.new(secret_key.encode(), b"sealed secrets", hashlib.sha256).digest())
