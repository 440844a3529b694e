"""The blueprint of the requesters' pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("trusts", __name__)
