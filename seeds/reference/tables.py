"""Opens the data files beside this module."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def table(name: str) -> dict[str, Any]:
    """The content of ``<name>.toml`` beside this module; read once, treat it as read-only."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
