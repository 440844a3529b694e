"""From the words of a command line to one command, its exit code and its errors, a line each."""

from __future__ import annotations

import argparse
import importlib
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
    except BrokenPipeError:
        sys.stderr.close()
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _refuse(*lines: str) -> int:
    for line in lines:
        sys.stderr.write(line.replace("\n", " ") + "\n")
    return REFUSED


def _print_commands() -> None:
    width = max(map(len, COMMANDS)) + 2
    lines = [f"  {name:{width}}{summary}" for name, summary in COMMANDS.items()]
    sys.stdout.write("\n".join(["usage: python -m matcher COMMAND ...", "", *lines]) + "\n")
