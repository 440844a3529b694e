"""Commands of ``flask --app wsgi``: reference data, the demonstration, accounts, runs, audit, the worker.

Errors are plain lines on standard error, and exit code 1; a command that was given wrongly exits with 2.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar
from uuid import UUID

import click
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from seeds import loaders
from seeds.demonstration import seeding
from seeds.demonstration.people import Locks
from webapp import worker
from webapp.access import database
from webapp.authority.actor import SystemActor
from webapp.authority.roles import Role
from webapp.security import credentials
from webapp.security.sealing import Sealer
from webapp.services import (
    accounts,
    audit,
    imports,
    registry,
    rounds,
    run_execution,
    run_replay,
    runs,
    sending,
    solving,
)
from webapp.services.accounts import RoleFor
from webapp.services.csv_text import FileRefusedError
from webapp.services.failures import Rejected, ServiceError
from webapp.services.run_execution import Solver
from webapp.services.runs import RunOrder
from webapp.services.sending import Office
from webapp.services.solving import SolvingError
from webapp.services.warm_solving import WarmChild
from webapp.settings import Settings
from webapp.store import schema
from webapp.store.runs import DocumentKind, Run, RunState
from webapp.ui.formats import plural

COMMAND = SystemActor("command")
DEMONSTRATION_SECONDS = 25.0
"""How long the first match of the demonstration may search: somebody is waiting for the first page."""
P = ParamSpec("P")
R = TypeVar("R")


def register(app: Flask) -> None:
    """Put the commands on the application."""
    for command in COMMANDS:
        app.cli.add_command(command)


def plainly(call: Callable[P, R]) -> Callable[P, R]:
    """Say what went wrong in plain lines, never a traceback."""

    @wraps(call)
    def guarded(*given: P.args, **named: P.kwargs) -> R:
        try:
            return call(*given, **named)
        except Rejected as error:
            lines = [
                f"{each.field}: {each.message}" if each.field else each.message for each in error.problems
            ]
            raise click.ClickException("\n".join(lines)) from error
        except FileRefusedError as error:
            raise click.ClickException(
                "\n".join(
                    [*map(str, error.problems), f"{plural(error.count, 'problem')}; nothing was changed"]
                )
            ) from error
        except (ServiceError, SolvingError, OSError, ValueError) as error:
            raise click.ClickException(str(error) or type(error).__name__) from error
        except SQLAlchemyError as error:
            raise click.ClickException(f"The database did not answer: {type(error).__name__}") from error

    return guarded


@click.command("migrate")
@plainly
def migrate() -> None:
    """Bring the database to the newest version, then load regions, boards, trusts and the taxonomy."""
    settings = _settings()
    path = database().url.database
    if database().is_sqlite and path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    schema.upgrade(settings.database_url)
    with database().unit(writing=True) as unit:
        loaded = loaders.load_reference(unit)
    added = plural(loaded.total, "row")
    click.echo(f"Database at version {schema.newest_revision()}; {added} of reference data added")


@click.command("import-ods")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@plainly
def import_ods(file: Path, dry_run: bool) -> None:
    """Take over FILE, the "NHS trusts" file of the Organisation Data Service; the last line is "N changes"."""
    rows = imports.read_ods(file)
    with database().unit(writing=not dry_run) as unit:
        act = imports.preview_ods if dry_run else imports.import_ods
        preview = act(unit, actor=COMMAND, rows=rows)
    for line in preview.lines():
        click.echo(line)


@click.command("seed-demo")
@click.option("--without-run", is_flag=True, help="Do not match the demonstration's closed round.")
@plainly
def seed_demo(without_run: bool) -> None:
    """Write the demonstration network into an empty service and match its round; a second time does nothing."""
    secrets = _settings().demonstration or {}
    locks = Locks(secrets, credentials.hash_password, credentials.seal_second_factor)
    # One process for all three runs: it loads the solver once.
    with contextlib.closing(WarmChild()) as child:
        _seed(locks, child.solve, without_run=without_run)


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


@click.command("demo-code")
@click.argument("email")
@plainly
def demo_code(email: str) -> None:
    """Print the current second factor of a demonstration account."""
    if not _settings().is_demonstration:
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
    settings = _settings()
    if not settings.is_demonstration:
        raise click.ClickException("This is not the demonstration")
    office = Office(None, settings.public_url, Sealer(settings).unseal)
    with database().unit(writing=False) as unit:
        written = sending.last_letter(unit, email=email, office=office)
    if written is None:
        raise click.ClickException("Nothing has been written to that address")
    click.echo(written, nl=False)


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


@click.command("run-round")
@click.argument("round_name", metavar="ROUND")
@click.option("--gap", default=0.001, show_default=True, help="Relative gap to the bound, for each level.")
@click.option("--time-limit", default=120.0, show_default=True, help="Seconds after which the search ends.")
@plainly
def run_round(round_name: str, gap: float, time_limit: float) -> None:
    """Match ROUND (its number or identifier) here and now, and print the certificate."""
    with database().unit(writing=True) as unit:
        round_ = rounds.find(unit, actor=COMMAND, name=round_name)
        order = RunOrder(round_.id, gap=gap, limit_seconds=time_limit)
        run_id = runs.start(unit, actor=COMMAND, order=order).id
    _execute(run_id)


@click.command("replay")
@click.argument("run_name", metavar="RUN")
@plainly
def replay(run_name: str) -> None:
    """Solve the stored snapshot of RUN (or "latest") again; exit 0 only if every document is byte-identical."""
    with database().unit(writing=False) as unit:
        stored = run_replay.stored(unit, actor=COMMAND, name=run_name)
    differences = run_replay.differences(stored)
    for line in differences:
        click.echo(line, err=True)
    click.echo("Different" if differences else "Identical: instance, result and evidence")
    if differences:
        raise SystemExit(1)


@click.command("export-instance")
@click.argument("run_name", metavar="RUN")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False))
@plainly
def export_instance(run_name: str, output: Path) -> None:
    """Write the instance of RUN (or "latest") to a file: exactly the bytes that the result's digest names."""
    _export(run_name, DocumentKind.INSTANCE, output)


@click.command("export-result")
@click.argument("run_name", metavar="RUN")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False))
@plainly
def export_result(run_name: str, output: Path) -> None:
    """Write the result of RUN (or "latest") to a file."""
    _export(run_name, DocumentKind.RESULT, output)


@click.command("worker")
@plainly
def work() -> None:
    """Do runs as they are queued, until told to stop."""
    worker.run(_settings())


COMMANDS = (
    migrate,
    import_ods,
    seed_demo,
    create_user,
    demo_code,
    demo_link,
    verify_audit,
    run_round,
    replay,
    export_instance,
    export_result,
    work,
)


def _settings() -> Settings:
    found = current_app.extensions["settings"]
    assert isinstance(found, Settings)
    return found


def _match_what_is_closed(solver: Solver) -> None:
    """Start a run of each closed round that has never had one."""
    with database().unit(writing=True) as unit:
        waiting = rounds.never_matched(unit, actor=COMMAND)
        orders = [RunOrder(row.id, gap=0.02, limit_seconds=DEMONSTRATION_SECONDS) for row in waiting]
        started = [runs.start(unit, actor=COMMAND, order=order).id for order in orders]
    for run_id in started:
        _execute(run_id, solver)


def _execute(run_id: UUID, solver: Solver = solving.solve) -> None:
    state = run_execution.execute(database(), run_id, solver=solver)
    with database().unit(writing=False) as unit:
        row = runs.run_page(unit, actor=COMMAND, run_id=run_id).run
        for line in _certificate(row):
            click.echo(line)
    if state is not RunState.FINISHED:
        raise click.ClickException(
            f"The run {row.state.value}: {row.failure} {row.failure_reference}".rstrip()
        )


def _certificate(row: Run) -> list[str]:
    summary = row.summary or {}
    lines = [f"Run {row.id} {row.state.value} {row.solver_status}".rstrip()]
    for level in row.levels or []:
        lines.append(
            f"  {level['name']:<14} value {level['value']:.6g}  bound {level['bound']:.6g}  {level['seconds']:.1f} s"
        )
    if row.state is RunState.FINISHED:
        lines.append(
            f"  certificate passed: {plural(summary['engagements'], 'match', 'matches')}, "
            f"{plural(summary['days'], 'day')}, {plural(summary['unmet'], 'request')} short; "
            f"{summary['seconds']:.1f} s"
        )
    return lines


def _export(run_name: str, kind: DocumentKind, output: Path) -> None:
    with database().unit(writing=False) as unit:
        row = runs.find(unit, actor=COMMAND, name=run_name)
        content = runs.document(unit, actor=COMMAND, run_id=row.id, kind=kind)
    with tempfile.NamedTemporaryFile(dir=output.parent, prefix=output.name, delete=False) as file:
        file.write(content)
    os.replace(file.name, output)
    click.echo(f"{plural(len(content), 'byte')} written to {output}")
