"""Where pairs stand among the candidates: the number of each one's row."""

from __future__ import annotations

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.problem.instance import IntArray


def candidate_rows(arrays: CandidateArrays, partner: IntArray, request: IntArray) -> IntArray:
    """The candidate of each pair; every pair must be one."""
    keys = arrays.request * arrays.partners + arrays.partner
    return np.searchsorted(keys, request * arrays.partners + partner)
