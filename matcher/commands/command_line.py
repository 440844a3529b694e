"""From the words of a command line to one command, its exit code and its errors, a line each."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

from matcher.commands.files import RefusedError
from matcher.formats.document import FormatError
from matcher.problem.records import RecordError

REFUSED: Final = 2
INTERRUPTED: Final = 130

COMMANDS: Final = {
    "solve": "allocate an instance, level by level of its ladder",
    "verify": "check a result against its instance",
    "repair": "solve anew after a decline, a withdrawal or a cut, changing as little as possible",
    "explain": "say why, why not, and what would have to change",
    "compare": "set two results of one instance side by side",
    "generate": "make a synthetic instance",
}


class _OneLineParser(argparse.ArgumentParser):
    """Wrong arguments are one line on standard error, as every other error is."""

    def error(self, message: str) -> NoReturn:
        self.exit(REFUSED, f"{self.prog}: {message}\n")


def main(words: Sequence[str]) -> int:
    """Run the command that the words name; the exit code."""
    if not words or words[0] in ("-h", "--help"):
        _print_commands()
        return 0 if words else REFUSED
    name, *rest = words
    if name not in COMMANDS:
        return _refuse(f"matcher: {name!r} is no command ({', '.join(COMMANDS)})")
    return _run(name, rest)


def _run(name: str, words: Sequence[str]) -> int:
    """Run a command; what it needs is loaded here too, as that may take longer than somebody waits."""
    try:
        command = importlib.import_module(f"matcher.commands.{name}")
        parser = _OneLineParser(prog=f"matcher {name}", description=COMMANDS[name], allow_abbrev=False)
        command.declare(parser)
        code: int = command.run(parser.parse_args(words))
        sys.stdout.flush()
    except (FormatError, RecordError) as error:
        return _refuse(*error.problems)
    except RefusedError as error:
        return _refuse(*error.lines)
    except MemoryError:
        return _refuse("matcher: not enough memory for this instance")
    except ImportError as error:
        return _refuse(f"matcher: cannot be loaded: {error}")
    except OSError as error:
        _drop_output()
        is_nobody_there = isinstance(error, BrokenPipeError)
        return REFUSED if is_nobody_there else _refuse(f"matcher: cannot go on: {error.strerror or error}")
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def open_streams() -> None:
    """Put nothing in place of standard streams that are closed: files opened later must not take their numbers, or
    what is said goes into them."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", closefd=False))


def _drop_output() -> None:
    """What could not be printed is not tried again when the process ends."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _refuse(*lines: str) -> int:
    for line in lines:
        sys.stderr.write(line.replace("\n", " ") + "\n")
    return REFUSED


def _print_commands() -> None:
    width = max(map(len, COMMANDS)) + 2
    lines = [f"  {name:{width}}{summary}" for name, summary in COMMANDS.items()]
    sys.stdout.write("\n".join(["usage: python -m matcher COMMAND ...", "", *lines]) + "\n")
