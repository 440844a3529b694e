"""The routes of an organisation's own pages, one file for each page family."""

from webapp.organisation.routes import members, overview, people

__all__ = ["members", "overview", "people"]
