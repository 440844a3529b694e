"""What is kept of a token that only its holder knows: a digest, so that the rows open nothing."""

from __future__ import annotations

import hashlib


def token_hash(token: str) -> str:
    """The SHA-256 of a token, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()
