"""The blueprint of the organisation's own pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("organisation", __name__)
