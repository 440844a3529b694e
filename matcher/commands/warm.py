"""``python -m matcher.commands.warm``: compile the numeric kernels, so that the first run does not wait for it.

It solves a small invented instance; the machine code that this makes is kept for later processes.
"""

from __future__ import annotations

from matcher.allocation.solver import allocate
from matcher.synthetic.generator import generate

LIMIT_SECONDS = 30.0


def main() -> None:
    """Solve, and forget the answer."""
    allocate(generate("S", 0), instance_sha256="", gap=0.001, limit_seconds=LIMIT_SECONDS)


if __name__ == "__main__":
    main()
