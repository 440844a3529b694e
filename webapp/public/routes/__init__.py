"""The routes of the open pages, one file for each page family."""

from webapp.public.routes import health, pages, static, worksheet

__all__ = ["health", "pages", "static", "worksheet"]
