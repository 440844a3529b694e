"""The blueprint of the national team's pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("national", __name__)
