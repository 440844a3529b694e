"""Compiling ahead: a first run with a time limit must not spend it on that."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import matcher.allocation
from matcher.commands import warm

ROOM = Path(matcher.allocation.__path__[0])


def kernels():
    """The functions that are kept as machine code, by name."""
    found = {}
    for path in sorted(ROOM.glob("*_kernel.py")):
        module = importlib.import_module(f"matcher.allocation.{path.stem}")
        for name in re.findall(r"^@compiled\ndef (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            found[name] = getattr(module, name)
    return found


def test_every_kernel_is_ready_after_warming():
    warm.main()
    assert len(kernels()) >= 7
    assert [name for name, found in kernels().items() if not found.signatures] == []
