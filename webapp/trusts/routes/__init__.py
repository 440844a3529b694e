"""The routes of the requesters' pages, one file for each page family."""

from webapp.trusts.routes import (
    exclusions,
    letters,
    need,
    offers,
    peers,
    plan,
    request_order,
    request_skills,
    requests,
    steps,
)

__all__ = [
    "exclusions",
    "letters",
    "need",
    "offers",
    "peers",
    "plan",
    "request_order",
    "request_skills",
    "requests",
    "steps",
]
