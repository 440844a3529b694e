"""``python -m matcher.commands.warm``: compile the numeric kernels, so that the first run does not wait for it.

It solves two small invented instances, of which one is a mere assignment, by the ways that large ones go, and a
programme as only large ones have; the machine code that this makes is kept for later processes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sparse

from matcher.allocation.first_order import FirstOrderLp
from matcher.allocation.solver import allocate
from matcher.problem.instance import Instance
from matcher.synthetic.generator import generate

#: A round or two of everything: no answer is waited for.
EFFORT = {"value_plans": 6, "value_dives": 1, "value_rebuilds": 2}
#: The assignment ends by itself in a few seconds, but for what compiling takes: on a busy machine that is most of it.
LIMIT_SECONDS = 300.0
_BLOCK = 3


def main() -> None:
    """Solve, and forget the answers."""
    instance = generate("S", 0)
    allocate(instance, instance_sha256="", gap=0.0, effort=EFFORT)
    allocate(_assignment(instance), instance_sha256="", gap=0.0, limit_seconds=LIMIT_SECONDS)
    _choose()


def _choose() -> None:
    """One column in one choice and one row."""
    programme = FirstOrderLp(1)
    programme.add_rows(np.ones(2), sparse.csr_matrix((2, 0)))
    programme.add_columns(np.ones(1), np.full(1, np.inf), sparse.csc_matrix(np.ones((2, 1))))
    programme.solve(0.0)


def _assignment(instance: Instance) -> Instance:
    """The same with blocks of one size and skills that count for nothing."""
    table = instance.candidates
    blocks = np.full_like(table.min_days, _BLOCK)
    return replace(
        instance,
        skill_bonus=0.0,
        ladder=("worst_request", "value"),
        candidates=replace(table, min_days=blocks, max_days=blocks),
    )


if __name__ == "__main__":
    main()
