"""What every command shares: who acts, the settings, and errors as plain lines instead of tracebacks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from webapp.authority.actor import SystemActor
from webapp.services.csv_text import FileRefusedError
from webapp.services.failures import Rejected, ServiceError
from webapp.services.solving import SolvingError
from webapp.settings import Settings
from webapp.ui.formats import plural

COMMAND = SystemActor("command")
P = ParamSpec("P")
R = TypeVar("R")


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


def current_settings() -> Settings:
    """The settings that the application was made with."""
    found = current_app.extensions["settings"]
    assert isinstance(found, Settings)
    return found
