"""Commands that match a round, repeat a stored run, and write its documents to files."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from uuid import UUID

import click

from webapp.access import database
from webapp.cli.plainly import COMMAND, plainly
from webapp.services import rounds, run_execution, run_replay, runs, solving
from webapp.services.run_execution import Solver
from webapp.services.runs import RunOrder
from webapp.store.runs import DocumentKind, Run, RunState
from webapp.ui.formats import plural


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
    execute(run_id)


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


def execute(run_id: UUID, solver: Solver = solving.solve) -> None:
    """Do a started run here and now, print what came of it, and fail where it did."""
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
