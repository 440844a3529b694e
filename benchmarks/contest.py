"""One contestant on one instance, in a process of its own, so that seconds and memory are its alone."""

from __future__ import annotations

import multiprocessing
import resource
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

from benchmarks.openreview import PeerFailedError
from benchmarks.peers import Peer, TooLargeError, broken_rules, repaired
from matcher.allocation.answers import Draft, allocation_of
from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.instance_arrays import days_of, from_instance
from matcher.allocation.objectives import measure, outcome
from matcher.allocation.result import Allocation
from matcher.allocation.solver import allocate
from matcher.allocation.standing import Reached
from matcher.evidence.verifier import verify
from matcher.problem.instance import Instance

OURS = "this product"
LEVELS = ("mandated", "floors", "worst_group", "worst_request", "value")
#: Seconds after which a contestant is ended, beyond its own time limit.
_PATIENCE = 300.0


@dataclass(frozen=True)
class Contestant:
    """Who takes part; without a peer it is this product."""

    name: str
    peer: Peer | None = None


@dataclass(frozen=True)
class Score:
    """How a contestant did. ``bound`` is of ``value`` and only ours; ``raw_breaches`` are of the wishes before
    they were cut to the rules, ``breaches`` what the verifier finds in the end; ``note`` says why there is none."""

    name: str
    seconds: float = 0.0
    megabytes: float = 0.0
    levels: tuple[float, ...] = ()
    covered: int = 0
    raw_breaches: int = 0
    breaches: int = 0
    bound: float | None = None
    note: str = ""


def run(who: Contestant, instance: Instance, *, limit_seconds: float, gap: float) -> Score:
    """Run a contestant in a child process; one that does not come back is ended."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(theirs, who, instance, limit_seconds, gap), daemon=True)
    child.start()
    theirs.close()
    try:
        answered = ours.poll(limit_seconds + _PATIENCE)
        score = ours.recv() if answered else Score(who.name, note="no answer in time")
    except EOFError:
        score = Score(who.name, note="ended without an answer")
    finally:
        if child.is_alive():
            child.kill()
        child.join()
        ours.close()
    assert isinstance(score, Score)
    return score


def _child(pipe: Connection, who: Contestant, instance: Instance, limit_seconds: float, gap: float) -> None:
    started = time.perf_counter()
    try:
        if who.peer is None:
            score = _our_score(instance, limit_seconds, gap, started)
        else:
            score = _peer_score(who.name, who.peer, instance, started)
    except TooLargeError as error:
        score = Score(who.name, note=f"too large for it: {error}")
    except PeerFailedError as error:
        score = Score(who.name, note=f"could not be asked: {error}")
    pipe.send(score)
    pipe.close()


def _our_score(instance: Instance, limit_seconds: float, gap: float, started: float) -> Score:
    allocation = allocate(instance, instance_sha256="", gap=gap, limit_seconds=limit_seconds)
    spent = _spent(started)
    arrays = from_instance(instance)
    bound = next((stage.bound for stage in allocation.levels if stage.name == "value"), None)
    return _score(OURS, instance, arrays, allocation, spent=spent, raw=0, bound=bound)


def _peer_score(name: str, peer: Peer, instance: Instance, started: float) -> Score:
    arrays = from_instance(instance)
    wishes = peer(instance, arrays)
    days = repaired(arrays, wishes)
    spent = _spent(started)
    values = measure(arrays, days, instance.ladder)
    reached = [Reached(level, values[level], values[level], values[level]) for level in instance.ladder]
    draft = Draft(arrays, days, reached)
    allocation = allocation_of(instance, draft, digest="", gap=0.0, certificate={})
    raw = broken_rules(arrays, wishes)
    return _score(name, instance, arrays, allocation, spent=spent, raw=raw, bound=None)


def _score(
    name: str,
    instance: Instance,
    arrays: CandidateArrays,
    allocation: Allocation,
    *,
    spent: _Spent,
    raw: int,
    bound: float | None,
) -> Score:
    days = days_of(instance, arrays, allocation.engagements)
    values = measure(arrays, days, LEVELS)
    return Score(
        name=name,
        seconds=spent.seconds,
        megabytes=spent.megabytes,
        levels=tuple(values[level] for level in LEVELS),
        covered=int(outcome(arrays, days).covered.sum()),
        raw_breaches=raw,
        breaches=len(verify(instance, allocation).breaches),
        bound=bound,
    )


@dataclass(frozen=True)
class _Spent:
    """What an answer took: seconds, and the most memory held by this process or by one that it asked."""

    seconds: float
    megabytes: float


def _spent(started: float) -> _Spent:
    """Until now: asked before the answer is counted and verified, which needs memory too."""
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return _Spent(time.perf_counter() - started, most / 1024)
