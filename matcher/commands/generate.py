"""``generate``: write a synthetic instance of a scale and a seed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from matcher.commands.arguments import whole_number
from matcher.commands.files import refuse_unwritable, write_whole
from matcher.serialisation import write_instance
from matcher.synthetic.generator import generate
from matcher.synthetic.scales import SCALES


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--scale", required=True, choices=list(SCALES), help="how large")
    parser.add_argument("--seed", required=True, type=whole_number, help="same seed, same instance")
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="INSTANCE")


def run(arguments: argparse.Namespace) -> int:
    """Write the instance; the largest scales are cut to the best candidates of each request, and that is
    said."""
    refuse_unwritable(arguments.output)
    best = SCALES[arguments.scale].best_in_file
    instance = generate(arguments.scale, arguments.seed, best=best)
    write_whole({arguments.output: write_instance(instance)})
    cut = f" (the best {best} of each request)" if best else ""
    sys.stdout.write(
        f"{arguments.output}: {len(instance.requests)} requests, {len(instance.partners)} partners, "
        f"{len(instance.candidates)} candidates{cut}\n"
    )
    return 0
