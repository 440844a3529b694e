"""Typed settings from the environment (CONTRACT.md); a bad value stops the start, named, with what is wrong.

With ``DATABASE_URL`` unset, ``instance/demo.env`` is read where it exists: the demonstration. There is no
default for ``SECRET_KEY``; the demonstration's file holds a random one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parents[1]
INSTANCE = ROOT / "instance"
DEMONSTRATION_FILE = INSTANCE / "demo.env"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
SHORTEST_SECRET = 32
NOTIFY_URL = "https://api.notifications.service.gov.uk"
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
EMAIL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}", re.ASCII)
"""The addresses that we write to and from; none of their characters ends a header or a command."""
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
class MailServer:
    """Where email is handed over. ``smtps`` is TLS from the start; ``smtp`` is upgraded by STARTTLS.

    Without TLS nothing is sent, but to this very machine or where the address ends in ``?tls=none``.
    """

    host: str
    port: int
    tls_from_start: bool = False
    tls_required: bool = True
    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class NotifyService:
    """GOV.UK Notify: the key, and a template whose subject is ((subject)) and whose body is ((body))."""

    api_key: str
    template_id: str
    url: str = NOTIFY_URL


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations."""

    database_url: str
    queue_url: str
    secret_key: str
    secret_key_fallbacks: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = LOOPBACK
    port: int = 5000
    public_url: str = "http://127.0.0.1:5000"
    """Where people reach the service, for links in emails: never taken from a request."""
    mail_server: MailServer | None = None
    mail_from: str = "no-reply@localhost"
    notify: NotifyService | None = None
    demonstration: Mapping[str, str] | None = None
    """The demonstration's secrets (``DEMO_PASSWORD_...``, ``DEMO_TOTP_...``), ``None`` outside it."""

    @property
    def sends_email(self) -> bool:
        """Whether there is anything to send email with."""
        return self.mail_server is not None or self.notify is not None

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
    port = _port(given.get("PORT") or "5000")
    hosts = _hosts(given.get("TRUSTED_HOSTS", ""), demonstration is not None)
    public_url = _public_url(given.get("PUBLIC_URL"), hosts, port)
    # Names kept free: nobody can sign in through another service yet, so no setting carries it on.
    _https("OIDC_DISCOVERY_URL", given.get("OIDC_DISCOVERY_URL"))
    return Settings(
        database_url=database_url,
        queue_url=_database_url(given.get("QUEUE_URL") or database_url, "QUEUE_URL"),
        secret_key=_secret("SECRET_KEY", given.get("SECRET_KEY", "")),
        secret_key_fallbacks=_fallbacks(given.get("SECRET_KEY_FALLBACKS", "")),
        trusted_hosts=hosts,
        port=port,
        public_url=public_url,
        mail_server=_mail_server(given.get("MAIL_URL")),
        mail_from=_mail_from(given.get("MAIL_FROM"), public_url),
        notify=_notify(given),
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


def _public_url(value: str | None, hosts: tuple[str, ...], port: int) -> str:
    """The address given, else the first host that is trusted, else this machine."""
    if not value:
        named = next((host for host in hosts if host not in LOOPBACK), "")
        if named.startswith("."):
            raise SettingsError("PUBLIC_URL", "is required where TRUSTED_HOSTS starts with a whole domain")
        return f"https://{named}" if named else f"http://{hosts[0]}:{port}"
    parts = _address("PUBLIC_URL", value)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise SettingsError("PUBLIC_URL", "is scheme and host only, as https://matching.example.nhs.uk")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise SettingsError("PUBLIC_URL", "must start with https://")
    if host not in hosts and not any(one.startswith(".") and f".{host}".endswith(one) for one in hosts):
        raise SettingsError("PUBLIC_URL", "names a host that is not in TRUSTED_HOSTS")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _mail_server(value: str | None) -> MailServer | None:
    if not value:
        return None
    if not value.startswith(("smtp://", "smtps://")):
        raise SettingsError("MAIL_URL", "must start with smtp:// or smtps://")
    parts = _address("MAIL_URL", value)
    if parts.path.strip("/") or parts.fragment or parts.query not in ("", "tls=none"):
        raise SettingsError("MAIL_URL", "is scheme, user, password, host and port, then at most ?tls=none")
    secure = parts.scheme == "smtps"
    user, host = unquote(parts.username or ""), parts.hostname or ""
    here = host in ("localhost", "::1") or host.startswith("127.")
    return MailServer(
        host=host,
        port=parts.port or (465 if secure else 587 if user else 25),
        tls_from_start=secure,
        tls_required=not (here or parts.query == "tls=none"),
        user=user,
        password=unquote(parts.password or ""),
    )


def _mail_from(value: str | None, public_url: str) -> str:
    if not value:
        host = urlsplit(public_url).hostname or ""
        return f"no-reply@{'localhost' if ':' in host or host.replace('.', '').isdigit() else host}"
    if not EMAIL_ADDRESS.fullmatch(value):
        raise SettingsError("MAIL_FROM", "is an email address and nothing else")
    return value


def _notify(given: Mapping[str, str]) -> NotifyService | None:
    key = given.get("NOTIFY_API_KEY")
    if not key:
        return None
    if given.get("MAIL_URL"):
        raise SettingsError("NOTIFY_API_KEY", "is set beside MAIL_URL; set the one that is meant")
    if not re.fullmatch(rf".*-{_UUID}-{_UUID}", key):
        raise SettingsError("NOTIFY_API_KEY", "is not a key of GOV.UK Notify: name, service and secret")
    template = given.get("NOTIFY_TEMPLATE_ID", "")
    if not re.fullmatch(_UUID, template):
        raise SettingsError(
            "NOTIFY_TEMPLATE_ID", "is required with NOTIFY_API_KEY: the template's identifier"
        )
    return NotifyService(key, template, _https("NOTIFY_URL", given.get("NOTIFY_URL")) or NOTIFY_URL)


def _address(name: str, value: str) -> SplitResult:
    """The parts of an address that has a host and, if any, a port that can be."""
    try:
        parts = urlsplit(value)
        if parts.hostname and parts.port != 0 and value.isascii() and value.isprintable():
            return parts
    except ValueError as error:
        raise SettingsError(name, "is not an address") from error
    raise SettingsError(name, "is not an address")


def _https(name: str, value: str | None) -> str | None:
    if value and not value.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise SettingsError(name, "must start with https://")
    return value or None
