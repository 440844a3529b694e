"""Writes the secrets of the demonstration, once: ``python -m seeds.demo_env`` (standard library only).

``instance/demo.env`` holds a random ``SECRET_KEY`` and, for each demonstration account,
``DEMO_PASSWORD_<KEY>`` and ``DEMO_TOTP_<KEY>``. What is there is never changed; a key that is missing is
added. ``--show`` prints the address and the accounts with their passwords, for the person who started the
demonstration.
"""

from __future__ import annotations

import argparse
import base64
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from seeds.accounts import ACCOUNTS

DEFAULT_PATH = Path("instance") / "demo.env"
PASSWORD_BYTES = 12
SECOND_FACTOR_BYTES = 20


def read(path: Path = DEFAULT_PATH) -> dict[str, str]:
    """The names and values of the file; empty if there is none."""
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def write(path: Path = DEFAULT_PATH) -> bool:
    """Makes the file, or adds what it lacks; whether anything was written. Only its owner can read it."""
    present = read(path)
    missing = {name: value for name, value in _fresh_secrets().items() if name not in present}
    if not missing:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, {**present, **missing})
    return True


def password_name(key: str) -> str:
    """The name under which the password of an account stands."""
    return f"DEMO_PASSWORD_{key}"


def second_factor_name(key: str) -> str:
    """The name under which the second factor's secret of an account stands (base 32)."""
    return f"DEMO_TOTP_{key}"


def _fresh_secrets() -> dict[str, str]:
    values = {"SECRET_KEY": secrets.token_urlsafe(48)}
    for account in ACCOUNTS:
        values[password_name(account.key)] = secrets.token_urlsafe(PASSWORD_BYTES)
        secret = base64.b32encode(secrets.token_bytes(SECOND_FACTOR_BYTES)).decode("ascii")
        values[second_factor_name(account.key)] = secret
    return values


def _replace(path: Path, values: Mapping[str, str]) -> None:
    """Writes beside and renames, so that a crash leaves the old file or the new one, never half of one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(
            "# Secrets of the demonstration. Random, for this machine alone; do not share or commit.\n"
        )
        file.writelines(f"{name}={value}\n" for name, value in values.items())
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def summary(values: Mapping[str, str], address: str) -> str:
    """What the person who starts the demonstration needs: the address and a line for each account."""
    lines = [
        f"Support-partner matching runs at {address}",
        "",
        "Demonstration accounts (invented people; * asks for a code as well: `flask demo-code EMAIL`;",
        "no email leaves this machine: `flask demo-link EMAIL` shows the last one with its link)",
    ]
    for account in ACCOUNTS:
        star = "*" if account.needs_second_factor else " "
        password = values.get(password_name(account.key), "(missing)")
        lines.append(f"  {account.email:38} {star} {password:18} {account.role.replace('_', ' ')}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m seeds.demo_env", description="Write the secrets of the demonstration, once."
    )
    parser.add_argument(
        "--show", action="store_true", help="print the address, the accounts and the passwords"
    )
    options = parser.parse_args(arguments)
    write()
    if options.show:
        address = f"http://127.0.0.1:{os.environ.get('PORT', '5000')}/"
        sys.stdout.write(summary(read(), address) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
