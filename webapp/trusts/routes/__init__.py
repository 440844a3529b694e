"""The routes of the requesters' pages, one file for each page family."""

from webapp.trusts.routes import need, request_skills, requests, steps

__all__ = ["need", "request_skills", "requests", "steps"]
