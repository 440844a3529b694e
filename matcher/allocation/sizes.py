"""Sizes from which other ways are taken, because programmes over all of an instance would take longer than all else."""

from __future__ import annotations

from matcher.allocation.arrays import CandidateArrays

#: Candidates from which on no programme over all of them is solved to its optimum: the candidate relaxation is only
#: rough, the plan master is solved nearly and by counted steps, and mandated requests are served by search.
LARGE = 50_000
#: Requests from which on the plan master is not solved at all.
VAST = 20_000


def is_large(arrays: CandidateArrays) -> bool:
    """Whether there are so many candidates that programmes over all of them are solved nearly."""
    return len(arrays) >= LARGE


def is_vast(arrays: CandidateArrays) -> bool:
    """Whether there are so many requests that a solve of the plan master would take longer than all else."""
    return arrays.requests >= VAST
