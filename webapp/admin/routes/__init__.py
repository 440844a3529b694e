"""The routes of the administrators' pages, one file for each page family."""

from webapp.admin.routes import accounts, audit, jobs, messages

__all__ = ["accounts", "audit", "jobs", "messages"]
