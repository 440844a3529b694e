"""The routes of the administrators' pages, one file for each page family."""

from webapp.admin.routes import audit, jobs

__all__ = ["audit", "jobs"]
