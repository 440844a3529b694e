"""The routes of the open pages, one file for each page family."""

from webapp.public.routes import bulletins, health, pages, static, stories, transparency, worksheet

__all__ = ["bulletins", "health", "pages", "static", "stories", "transparency", "worksheet"]
