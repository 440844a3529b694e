"""Commands that fill the database with what others publish: the newest tables, and the trusts of the ODS."""

from __future__ import annotations

from pathlib import Path

import click

from seeds import loaders
from webapp.access import database
from webapp.cli.plainly import COMMAND, current_settings, plainly
from webapp.services import imports
from webapp.store import schema
from webapp.ui.formats import plural


@click.command("migrate")
@plainly
def migrate() -> None:
    """Bring the database to the newest version, then load regions, boards, trusts and the taxonomy."""
    settings = current_settings()
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
