"""All commands of ``flask --app wsgi``.

Errors are plain lines on standard error, and exit code 1; a command that was given wrongly exits with 2.
"""

from __future__ import annotations

from flask import Flask

from webapp.cli import demonstration, operations, reference, running

COMMANDS = (
    reference.migrate,
    reference.import_ods,
    demonstration.seed_demo,
    demonstration.demo_code,
    demonstration.demo_link,
    operations.create_user,
    operations.verify_audit,
    operations.work,
    running.run_round,
    running.replay,
    running.export_instance,
    running.export_result,
)


def register(app: Flask) -> None:
    """Put the commands on the application."""
    for command in COMMANDS:
        app.cli.add_command(command)
