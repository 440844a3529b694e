"""Passwords, one-time codes and recovery codes. Needs an application context; knows no rows but ``User``.

Services are given these functions where they need them (``hash_password``, ``seal_second_factor``).
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import cache

from flask import current_app
from flask_security.utils import hash_password as library_hash
from flask_security.utils import verify_password as library_verify
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from webapp.security.library import ISSUER, OneTimeCodes
from webapp.store.accounts import User

SHORTEST, LONGEST = 12, 128
CODE_WINDOW_SECONDS = 30
OWN_WORDS = (
    "support partner matching",
    "nhsimpact",
    "nhs impact",
    "improvement",
    "nhsengland",
    "nhs england",
)


@dataclass(frozen=True, slots=True)
class NewSecondFactor:
    """What a person needs to set up an authenticator; ``sealed`` is what we keep."""

    sealed: str
    key: str
    picture: str


def normal_password(password: str) -> str:
    """One form of a password, whatever keyboard it was typed on."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """The argon2id hash of a password."""
    return str(library_hash(normal_password(password)))


def password_is_right(user: User | None, password: str) -> bool:
    """Check a password; takes as long for somebody unknown as for somebody known."""
    normal = normal_password(password)[:LONGEST]
    stored = user.password if user is not None and user.password else _nobody()
    matches = bool(library_verify(normal, stored))
    return matches and user is not None and user.password is not None


def problem_with_password(password: str, *, email: str = "", name: str = "") -> str | None:
    """Why a new password cannot be used, in a sentence; ``None`` if it can. No composition rules."""
    normal = normal_password(password)
    if len(normal) < SHORTEST:
        return f"Password must be {SHORTEST} characters or more"
    if len(normal) > LONGEST:
        return f"Password must be {LONGEST} characters or fewer"
    if any(unicodedata.category(character) == "Cc" for character in normal):
        return "Password must not contain control characters"
    if _is_guessable(normal.lower(), (email.lower(), email.lower().partition("@")[0], name.lower())):
        return "Choose a password that is harder to guess: this one is on a list of common passwords"
    return None


def offered_second_factor(sealed: str | None, email: str) -> NewSecondFactor:
    """A secret with its key and picture (an SVG data address): the one offered before, else a new one."""
    codes = _codes()
    kept = sealed if sealed and codes.is_ours(sealed) else codes.generate_totp_secret()
    return NewSecondFactor(kept, codes.get_totp_pretty_key(kept), codes.generate_qrcode(email, kept))


def seal_second_factor(base32: str) -> str:
    """What to keep of a secret that was made elsewhere."""
    return _codes().seal(base32)


def code_is_right(user: User, code: str, sealed: str | None = None) -> bool:
    """Check a one-time code against the user's secret, or a pending one; each code works once."""
    secret = sealed or user.tf_totp_secret
    digits = "".join(code.split())
    if (
        secret is None
        or not _codes().is_ours(secret)
        or not (digits.isascii() and digits.isdigit() and len(digits) == 6)
    ):
        return False
    return bool(_codes().verify_totp(digits, secret, user, window=CODE_WINDOW_SECONDS))


def current_code(user: User) -> str:
    """The code an authenticator would show now (for the demonstration's command only)."""
    return str(_codes().generate_totp_password(user.tf_totp_secret))


def new_recovery_codes(user: User) -> list[str]:
    """Make recovery codes; only hashes are kept on the row, so show these now or never."""
    plain = _codes().generate_recovery_codes(current_app.config["SECURITY_MULTI_FACTOR_RECOVERY_CODES_N"])
    user.mf_recovery_codes = [_hash_of_code(code) for code in plain]
    return list(plain)


def use_recovery_code(user: User, code: str) -> bool:
    """Accept a recovery code once."""
    kept = user.mf_recovery_codes or []
    hashed = _hash_of_code(code.strip().lower())
    if hashed not in kept:
        return False
    user.mf_recovery_codes = [other for other in kept if other != hashed]
    return True


def _hash_of_code(code: str) -> str:
    return hashlib.sha256(f"{ISSUER}:{code}".encode()).hexdigest()


def _codes() -> OneTimeCodes:
    codes = current_app.extensions["security"].totp_factory
    assert isinstance(codes, OneTimeCodes)
    return codes


@cache
def _nobody() -> str:
    return hash_password("the password of nobody at all")


@cache
def _common() -> frozenset[str]:
    return frozenset(FREQUENCY_LISTS["passwords"])


def _is_guessable(password: str, own: tuple[str, ...]) -> bool:
    if len(set(password)) < 5 or password in _common():
        return True
    core = password.strip("0123456789!?.,-_*#@$£ ")
    words = {word for word in (*OWN_WORDS, *own) if len(word) >= 5}
    squeezed = core.replace(" ", "")
    return len(core) < 5 or core in _common() or squeezed in {w.replace(" ", "") for w in words}
