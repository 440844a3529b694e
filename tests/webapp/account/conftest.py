"""Passwords hash quickly here: what is tested is what happens round the hash."""

import pytest

from webapp.security import library

QUICK = {"argon2__rounds": 1, "argon2__memory_cost": 64}


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch):
    monkeypatch.setitem(library.CONFIGURATION, "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS", QUICK)
