"""The blueprint of the pages that both sides share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("engagements", __name__)
