"""Match support partners to support requests: exact, proven and explained.

Five calls carry a run from what was asked to what is proposed:

* ``matcher.candidates.graph.build``: who could help whom, and why the others could not;
* ``matcher.allocation.solver.allocate``: the levels of the ladder, one after another, each with a bound;
* ``matcher.evidence.verifier.verify``: every rule and level again, without the solver;
* ``matcher.evidence.explanation.explain``: why this match, why not that one, what would have to change;
* ``matcher.allocation.repair.repair``: the same round after a decline, changed as little as possible.

Nothing here knows the web or a database; ``python -m matcher`` works on files alone.
"""

#: Of the product; stands in every result beside the versions of its solvers.
VERSION = "0.1.0"
