"""OpenReview's solvers as peers, from a checkout that an option names; they run in a Python of their own.

Their package has the name of ours, and it asks for its own versions of the solvers, so it cannot be imported here.
Requests are their papers, partners their reviewers: a paper is given up to its team, a reviewer takes on as
many as run side by side. As demand may exceed supply, reviewers without worth stand in, whom the wishes leave out.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.candidate_rows import candidate_rows
from matcher.allocation.arrays import CandidateArrays
from matcher.problem.instance import FloatArray, Instance, IntArray

SOLVERS = ("MinMaxSolver", "FairFlow", "FairSequence", "PR4ASolver")
_CHILD = Path(__file__).with_name("openreview_child.py")
_MOST_CELLS = 20_000_000
_SECONDS = 600


class PeerFailedError(Exception):
    """The checkout could not be asked, or gave no answer."""


@dataclass(frozen=True)
class Checkout:
    """Where the peer's source is, and the Python that has what it needs."""

    folder: Path
    python: Path = Path(sys.executable)

    def peers(self) -> dict[str, Callable[[Instance, CandidateArrays], IntArray]]:
        """One peer for each solver."""
        return {f"openreview-matcher {name}": partial(self.wishes, name) for name in SOLVERS}

    def wishes(self, solver: str, _: Instance, arrays: CandidateArrays) -> IntArray:
        """Days on candidates: a pair that the solver chose wishes for all its days."""
        if arrays.requests * arrays.partners > _MOST_CELLS:
            raise PeerFailedError("requests times partners")
        with tempfile.TemporaryDirectory() as folder:
            question, answer = Path(folder, "question.npz"), Path(folder, "answer.npy")
            np.savez(question, **_question(arrays))
            self._ask(solver, question, answer)
            chosen = np.load(answer)[:, : arrays.partners]
        request, partner = np.nonzero(chosen > 0)
        rows = candidate_rows(arrays, partner, request)
        days = np.zeros(len(arrays), dtype=np.int64)
        days[rows] = arrays.high[rows]
        return days

    def _ask(self, solver: str, question: Path, answer: Path) -> None:
        command = [str(self.python), str(_CHILD), str(self.folder), solver, str(question), str(answer)]
        try:
            ended = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PeerFailedError(str(error)) from error
        if ended.returncode != 0 or not answer.exists():
            raise PeerFailedError((ended.stderr.strip().splitlines() or ["no answer"])[-1][:200])


def _question(arrays: CandidateArrays) -> dict[str, IntArray | FloatArray]:
    """Scores and conflicts (requests by reviewers), what each takes and wants; stand-ins come last."""
    most_team = int(arrays.demand.team.max(initial=1))
    shape = (arrays.requests, arrays.partners + most_team)
    scores = np.zeros(shape)
    scores[arrays.request, arrays.partner] = arrays.fit
    scores[:, arrays.partners :] = 1e-6
    conflicts = np.full(shape, -1, dtype=np.int64)
    conflicts[arrays.request, arrays.partner] = 0
    conflicts[:, arrays.partners :] = 0
    candidates = np.bincount(arrays.partner, minlength=arrays.partners)
    places = np.minimum(arrays.supply.places.max(axis=1), candidates)
    maximums = np.concatenate([places, np.full(most_team, arrays.requests)])
    return {"scores": scores, "conflicts": conflicts, "maximums": maximums, "demands": arrays.demand.team}
