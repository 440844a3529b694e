"""Turns plain numeric functions into machine code, with the cache where one can be kept.

The compiled code is kept beside the source, or in the person's cache directory, or where ``NUMBA_CACHE_DIR``
points; where none of them can be written it is compiled anew in each process, which costs seconds and changes
no answer. A kept entry counts only while no ``*_kernel.py`` has changed, because kernels use one another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import FunctionCache

Function = TypeVar("Function", bound=Callable[..., object])


@cache
def _kernels_digest() -> str:
    """Of all kernel sources."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*_kernel.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


class _KernelCache(FunctionCache):
    """Numba's own cache, with the digest of all kernels in its key."""

    def _index_key(self, signature: Any, codegen: Any) -> Any:
        numbas: Any = super()
        return (*numbas._index_key(signature, codegen), _kernels_digest())


def compiled(function: Function) -> Function:
    """The function as machine code, compiled at first use and cached on disk if that is possible."""
    dispatcher: Any = numba.njit(function)
    make: Any = _KernelCache
    try:
        dispatcher._cache = make(function)
    except RuntimeError:  # no directory can hold the cache
        return cast(Function, dispatcher)
    return cast(Function, dispatcher)


def inlined(function: Function) -> Function:
    """A step of compiled functions: compiled into its callers and cached with them."""
    return cast(Function, numba.njit(function))
