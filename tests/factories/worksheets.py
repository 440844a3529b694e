"""A self-assessment worksheet as the page saves it, with a word that must be found nowhere else."""

from __future__ import annotations

import json

from webapp.public.presenters.worksheet import FILE_VERSION
from webapp.services.free_text import WORKSHEET_MARK

TOKEN = "zq7canary"


def saved_file() -> bytes:
    """One practice at level 3, with a note."""
    answers = {"C1-1": {"level": 3, "note": TOKEN}}
    content = {"format": WORKSHEET_MARK, "version": FILE_VERSION, "about": "", "answers": answers}
    return json.dumps(content).encode()
