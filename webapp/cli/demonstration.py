"""Commands of the demonstration: its network, and what stands in for a telephone and a mailbox."""

from __future__ import annotations

import contextlib

import click

from seeds.demonstration import seeding
from seeds.demonstration.people import Locks
from webapp.access import database
from webapp.cli.plainly import COMMAND, current_settings, plainly
from webapp.cli.running import execute
from webapp.security import credentials
from webapp.security.sealing import Sealer
from webapp.services import accounts, rounds, runs, sending
from webapp.services.run_execution import Solver
from webapp.services.runs import RunOrder
from webapp.services.sending import Office
from webapp.services.warm_solving import WarmChild
from webapp.ui.formats import plural

DEMONSTRATION_SECONDS = 25.0
"""How long the first match of the demonstration may search: somebody is waiting for the first page."""


@click.command("seed-demo")
@click.option("--without-run", is_flag=True, help="Do not match the demonstration's closed round.")
@plainly
def seed_demo(without_run: bool) -> None:
    """Write the demonstration network into an empty service and match its round; a second time does nothing."""
    secrets = current_settings().demonstration or {}
    locks = Locks(secrets, credentials.hash_password, credentials.seal_second_factor)
    # One process for all three runs: it loads the solver once.
    with contextlib.closing(WarmChild()) as child:
        _seed(locks, child.solve, without_run=without_run)


@click.command("demo-code")
@click.argument("email")
@plainly
def demo_code(email: str) -> None:
    """Print the current second factor of a demonstration account."""
    if not current_settings().is_demonstration:
        raise click.ClickException("This is not the demonstration")
    with database().unit(writing=False) as unit:
        user = accounts.find_by_email(unit, email)
        if user is None or not user.has_second_factor:
            raise click.ClickException("No demonstration account with a second factor has that address")
        click.echo(credentials.current_code(user))


@click.command("demo-link")
@click.argument("email")
@plainly
def demo_link(email: str) -> None:
    """Print the last email to an address with its link: a registration, an invitation, a subscription."""
    settings = current_settings()
    if not settings.is_demonstration:
        raise click.ClickException("This is not the demonstration")
    office = Office(None, settings.public_url, Sealer(settings).unseal)
    with database().unit(writing=False) as unit:
        written = sending.last_letter(unit, email=email, office=office)
    if written is None:
        raise click.ClickException("Nothing has been written to that address")
    click.echo(written, nl=False)


def _seed(locks: Locks, solver: Solver, *, without_run: bool) -> None:
    with database().unit(writing=True) as unit:
        seeded = seeding.seed(unit, locks, solver=solver)
    if seeded.outcome is seeding.Outcome.REFUSED:
        raise click.ClickException(f"The demonstration was {seeded.outcome.value}")
    click.echo(
        f"Demonstration {seeded.outcome.value}: {plural(seeded.partners, 'partner')}, "
        f"{plural(seeded.requests, 'request')} added"
    )
    if not without_run:
        _match_what_is_closed(solver)


def _match_what_is_closed(solver: Solver) -> None:
    """Start a run of each closed round that has never had one."""
    with database().unit(writing=True) as unit:
        waiting = rounds.never_matched(unit, actor=COMMAND)
        orders = [RunOrder(row.id, gap=0.02, limit_seconds=DEMONSTRATION_SECONDS) for row in waiting]
        started = [runs.start(unit, actor=COMMAND, order=order).id for order in orders]
    for run_id in started:
        execute(run_id, solver)
