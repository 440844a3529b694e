"""Turns a plain numeric function into machine code, with its cache where one can be kept.

The compiled code is kept beside the source, or in the person's cache directory, or where ``NUMBA_CACHE_DIR``
points; where none of them can be written it is compiled anew in each process, which costs seconds and
changes no answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """The function as machine code, compiled at first use and cached on disk if that is possible."""
    try:
        return cast(Function, numba.njit(cache=True)(function))
    except RuntimeError:  # no directory can hold the cache
        return inlined(function)


def inlined(function: Function) -> Function:
    """A step of a compiled function in the same file: compiled into its callers and cached with them."""
    return cast(Function, numba.njit(function))
