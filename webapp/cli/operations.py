"""Commands of whoever looks after the service: an account, the audit, the worker."""

from __future__ import annotations

from pathlib import Path

import click

from webapp import worker
from webapp.access import database
from webapp.authority.roles import Role
from webapp.cli.plainly import COMMAND, current_settings, plainly
from webapp.security import credentials
from webapp.services import accounts, audit, registry
from webapp.services.accounts import RoleFor
from webapp.settings import Settings
from webapp.ui.formats import plural


@click.command("create-user")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option(
    "--role", required=True, type=click.Choice([each.value for each in Role if each is not Role.ANONYMOUS])
)
@click.option("--organisation", help="Code of the organisation the role is held for.")
@click.option("--region", help="Code of the region, for a regional reader.")
@click.password_option(help="Asked for when it is not given.")
@plainly
def create_user(
    *, email: str, name: str, role: str, organisation: str | None, region: str | None, password: str
) -> None:
    """Make an account with one role. A second factor, where the role needs one, is set up at the first sign-in."""
    problem = credentials.problem_with_password(password, email=email, name=name)
    if problem:
        raise click.ClickException(problem)
    with database().unit(writing=True) as unit:
        body = registry.organisation_by_code(unit, actor=COMMAND, code=organisation) if organisation else None
        held = RoleFor(Role(role), organisation_id=body.id if body else None, region_code=region)
        accounts.create_user(
            unit,
            actor=COMMAND,
            email=email,
            name=name,
            roles=(held,),
            password_hash=credentials.hash_password(password),
        )
    click.echo("Account made")


@click.command("verify-audit")
@click.option(
    "--heads",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file kept elsewhere: each signed head in it must be in the chain, and the present one is added.",
)
@plainly
def verify_audit(heads: Path | None) -> None:
    """Read the whole audit chain; exit 0 if it is whole, 1 with each break on a line."""
    kept = audit.read_anchors(heads.read_text("ascii")) if heads and heads.exists() else []
    keys = _keys_of_heads(current_settings())
    with database().unit(writing=False) as unit:
        found = audit.verify(unit, actor=COMMAND, anchors=kept, keys=keys)
    for line in found.breaks:
        click.echo(line)
    entries, breaks = plural(found.entries, "entry", "entries"), plural(len(found.breaks), "break")
    click.echo(f"{entries}, {breaks}, head {found.head}")
    if not found.passed:
        raise SystemExit(1)
    present = audit.anchor(found, keys[0])
    if heads and (present.sequence, present.hash) not in {(each.sequence, each.hash) for each in kept}:
        with heads.open("a", encoding="ascii") as file:
            file.write(f"{present}\n")


@click.command("worker")
@plainly
def work() -> None:
    """Do runs as they are queued, until told to stop."""
    worker.run(current_settings())


def _keys_of_heads(settings: Settings) -> tuple[bytes, ...]:
    """What signs heads of the audit, the present secret first; earlier ones still prove what they signed."""
    secrets = (settings.secret_key, *settings.secret_key_fallbacks)
    return tuple(f"head of the audit:{secret}".encode() for secret in secrets)
