"""Asks one of OpenReview's solvers: ``python openreview_child.py CHECKOUT SOLVER QUESTION ANSWER``.

Runs in the Python that has what the checkout needs; imports nothing of ours.
"""

import importlib
import sys
from types import SimpleNamespace

import numpy as np

SCALE = 1e6


def main(folder, solver, question, answer):
    """Solve and write the chosen pairs, requests by reviewers."""
    sys.path[0] = folder
    asked = np.load(question)
    encoder = SimpleNamespace(
        aggregate_score_matrix=asked["scores"],
        cost_matrix=-np.ceil(asked["scores"] * SCALE),
        constraint_matrix=asked["conflicts"],
    )
    minimums = np.zeros(len(asked["maximums"]), dtype=int)
    make = getattr(importlib.import_module("matcher.solvers"), solver)
    found = np.asarray(make(minimums, asked["maximums"], asked["demands"], encoder).solve())
    np.save(answer, found if found.shape == asked["scores"].shape else found.T)


if __name__ == "__main__":
    main(*sys.argv[1:])
