"""The routes of the pages that both sides share, one file for each page family."""

from webapp.engagements.routes import agreement, answers, course, days, engagements, progress, stories

__all__ = ["agreement", "answers", "course", "days", "engagements", "progress", "stories"]
