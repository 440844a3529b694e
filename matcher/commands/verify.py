"""``verify``: the product's own certificate for a result."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from matcher.commands.files import read_whole
from matcher.evidence.verifier import verify
from matcher.serialisation import ResultError, read_instance, read_result, sha256


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("instance", type=Path, metavar="INSTANCE")
    parser.add_argument("result", type=Path, metavar="RESULT")


def run(arguments: argparse.Namespace) -> int:
    """0 if the result keeps every rule and is as good as it says; 1 with each breach on a line."""
    raw = read_whole(arguments.instance)
    instance = read_instance(raw)
    try:
        allocation = read_result(read_whole(arguments.result))
    except ResultError as error:
        if not error.is_breach:
            raise
        return _report(error.problems)
    certificate = verify(instance, allocation, instance_sha256=sha256(raw))
    if not certificate.passed:
        return _report(certificate.breaches)
    measures = "; ".join(f"{name} {value:.6g}" for name, value in certificate.measures.items())
    sys.stdout.write(f"passed: {allocation.status}{'; ' if measures else ''}{measures}\n")
    return 0


def _report(breaches: tuple[str, ...] | list[str]) -> int:
    sys.stdout.writelines(f"breach: {line}\n" for line in breaches)
    return 1
