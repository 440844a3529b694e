"""Typed settings from the environment (CONTRACT.md); a bad value stops the start, named, with what is wrong.

With ``DATABASE_URL`` unset, ``instance/demo.env`` is read where it exists: the demonstration. There is no
default for ``SECRET_KEY``; the demonstration's file holds a random one.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parents[1]
INSTANCE = ROOT / "instance"
DEMONSTRATION_FILE = INSTANCE / "demo.env"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
SHORTEST_SECRET = 32
EXAMPLES = (
    "changeme",
    "change-me",
    "change_me",
    "example",
    "secret-key",
    "secretkey",
    "secret_key",
    "placeholder",
)


class SettingsError(Exception):
    """A setting cannot be used: ``NAME: what is wrong``."""

    def __init__(self, name: str, wrong: str):
        super().__init__(f"{name}: {wrong}")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations."""

    database_url: str
    queue_url: str
    secret_key: str
    secret_key_fallbacks: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = LOOPBACK
    port: int = 5000
    mail_url: str | None = None
    notify_api_key: str | None = None
    oidc_discovery_url: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = None
    demonstration: Mapping[str, str] | None = None
    """The demonstration's secrets (``DEMO_PASSWORD_...``, ``DEMO_TOTP_...``), ``None`` outside it."""

    @property
    def is_demonstration(self) -> bool:
        """Whether this is the demonstration on one machine: loopback only, cookies without ``Secure``."""
        return self.demonstration is not None


def load(
    environment: Mapping[str, str] | None = None, demonstration_file: Path = DEMONSTRATION_FILE
) -> Settings:
    """Read and check all settings; raises ``SettingsError`` for the first bad one."""
    given = dict(os.environ if environment is None else environment)
    demonstration = None
    if not given.get("DATABASE_URL") and demonstration_file.exists():
        demonstration = read_pairs(demonstration_file)
        given = {**demonstration, **{name: value for name, value in given.items() if value}}
    if _is_on(given.get("FLASK_DEBUG", "")):
        raise SettingsError("FLASK_DEBUG", "debug mode shows the code to visitors; unset it")
    database_url = _database_url(given.get("DATABASE_URL") or f"sqlite:///{INSTANCE / 'matching.sqlite'}")
    return Settings(
        database_url=database_url,
        queue_url=_database_url(given.get("QUEUE_URL") or database_url, "QUEUE_URL"),
        secret_key=_secret("SECRET_KEY", given.get("SECRET_KEY", "")),
        secret_key_fallbacks=_fallbacks(given.get("SECRET_KEY_FALLBACKS", "")),
        trusted_hosts=_hosts(given.get("TRUSTED_HOSTS", ""), demonstration is not None),
        port=_port(given.get("PORT") or "5000"),
        mail_url=_mail_url(given.get("MAIL_URL")),
        notify_api_key=given.get("NOTIFY_API_KEY") or None,
        oidc_discovery_url=_https("OIDC_DISCOVERY_URL", given.get("OIDC_DISCOVERY_URL")),
        oidc_client_id=given.get("OIDC_CLIENT_ID") or None,
        oidc_client_secret=given.get("OIDC_CLIENT_SECRET") or None,
        demonstration=demonstration,
    )


def read_pairs(path: Path) -> dict[str, str]:
    """The ``NAME=value`` lines of a file; empty lines and ``#`` lines are skipped."""
    pairs: dict[str, str] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(str(path), "cannot be read as text") from error
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise SettingsError(str(path), f"line {number} is not NAME=value")
        pairs[name.strip()] = value.strip()
    return pairs


def _is_on(value: str) -> bool:
    return value.strip().lower() not in ("", "0", "false", "no", "off")


def _database_url(value: str, name: str = "DATABASE_URL") -> str:
    try:
        url = make_url(value)
    except (ArgumentError, ValueError) as error:
        raise SettingsError(name, "is not an SQLAlchemy URL") from error
    if url.get_backend_name() not in ("sqlite", "postgresql", "postgres"):
        raise SettingsError(name, "must be SQLite or PostgreSQL")
    if url.get_backend_name() == "sqlite" and (url.drivername != "sqlite" or not _is_file(url.database)):
        raise SettingsError(name, "an SQLite database needs a file, as sqlite:///FILE: workers share it")
    return value


def _is_file(database: str | None) -> bool:
    return database not in (None, "", ":memory:")


def _secret(name: str, value: str) -> str:
    if not value:
        raise SettingsError(name, "is required, with no default; use 48 random bytes in base 64")
    if len(value) < SHORTEST_SECRET:
        raise SettingsError(name, f"needs at least {SHORTEST_SECRET} characters")
    if any(word in value.lower() for word in EXAMPLES) or len(set(value)) < 10:
        raise SettingsError(name, "looks like an example; make a random one")
    return value


def _fallbacks(value: str) -> tuple[str, ...]:
    return tuple(_secret("SECRET_KEY_FALLBACKS", part.strip()) for part in value.split(",") if part.strip())


def _hosts(value: str, demonstration: bool) -> tuple[str, ...]:
    hosts = tuple(part.strip().lower() for part in value.split(",") if part.strip())
    if any(character in host for host in hosts for character in "/*@ "):
        raise SettingsError(
            "TRUSTED_HOSTS", "is a comma-separated list of host names, without scheme, port or *"
        )
    if demonstration and set(hosts) - set(LOOPBACK):
        raise SettingsError("TRUSTED_HOSTS", "the demonstration answers on loopback only; set DATABASE_URL")
    return hosts or LOOPBACK


def _port(value: str) -> int:
    if not (value.isascii() and value.isdigit() and 0 < int(value[:6]) < 65536 and len(value) <= 5):
        raise SettingsError("PORT", "must be a whole number from 1 to 65535")
    return int(value)


def _mail_url(value: str | None) -> str | None:
    if value and not value.startswith(("smtp://", "smtps://")):
        raise SettingsError("MAIL_URL", "must start with smtp:// or smtps://")
    return value or None


def _https(name: str, value: str | None) -> str | None:
    if value and not value.startswith("https://"):
        raise SettingsError(name, "must start with https://")
    return value or None
