"""Commands of whoever looks after the service: an account, the audit, the worker."""

from __future__ import annotations

import click

from webapp import worker
from webapp.access import database
from webapp.authority.roles import Role
from webapp.cli.plainly import COMMAND, current_settings, plainly
from webapp.security import credentials
from webapp.services import accounts, audit, registry
from webapp.services.accounts import RoleFor
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
@plainly
def verify_audit() -> None:
    """Read the whole audit chain; exit 0 if it is whole, 1 with each break on a line."""
    with database().unit(writing=False) as unit:
        found = audit.verify(unit)
    for line in found.breaks:
        click.echo(line)
    entries, breaks = plural(found.entries, "entry", "entries"), plural(len(found.breaks), "break")
    click.echo(f"{entries}, {breaks}, head {found.head}")
    if not found.passed:
        raise SystemExit(1)


@click.command("worker")
@plainly
def work() -> None:
    """Do runs as they are queued, until told to stop."""
    worker.run(current_settings())
