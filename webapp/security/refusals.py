"""What no request may carry, whichever page it is for: unclear parameters, null characters, a saved worksheet."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import BadRequest

from webapp.services import free_text
from webapp.services.failures import Rejected

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_unclear_parameters() -> None:
    """Ask again, in a 400, where an address or a form can be read in two ways or in none."""
    _refuse_repeats()
    _refuse_nulls()


def refuse_worksheet() -> None:
    """No upload and no body takes a saved self-assessment worksheet (RELIABILITY.md I3); fields refuse it too."""
    if request.method in SAFE_METHODS:
        return
    contents = [request.get_data()] if not request.form else []
    for _, file in request.files.items(multi=True):
        contents.append(file.stream.read())
        file.stream.seek(0)
    if any(free_text.holds_worksheet(content) for content in contents):
        raise Rejected(None, f"{free_text.WORKSHEET_MESSAGE}.")


def _refuse_nulls() -> None:
    """A null character in an address means nothing, and no database takes it."""
    if "\0" in request.path or any("\0" in value for value in request.args.values()):
        raise BadRequest("the address holds a null character")


def _refuse_repeats() -> None:
    """A parameter that takes one value was given several: which one is meant? (Lists end in ``[]``.)"""
    sources = (request.args,) if request.method in SAFE_METHODS else (request.args, request.form)
    for source in sources:
        for name, given in source.lists():
            if len(given) > 1 and not name.endswith("[]"):
                raise BadRequest(f"the parameter {name[:40]!r} was given {len(given)} times")
