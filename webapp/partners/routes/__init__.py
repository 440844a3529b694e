"""The routes of the partners' pages, one file for each page family."""

from webapp.partners.routes import (
    capacity,
    employer,
    interests,
    letters,
    matches,
    overview,
    profile,
    registration,
    release,
    skills,
    team_file,
)

__all__ = [
    "capacity",
    "employer",
    "interests",
    "letters",
    "matches",
    "overview",
    "profile",
    "registration",
    "release",
    "skills",
    "team_file",
]
