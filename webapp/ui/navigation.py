"""Menus by role. An entry shows once its address exists, so that groups may grow one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from webapp.authority.roles import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One menu entry. ``under`` are further beginnings of addresses that belong to it."""

    text: str
    href: str
    under: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        """Whether the page at ``path`` belongs to this entry."""
        return path == self.href or any(path.startswith(f"{start}/") for start in (self.href, *self.under))


PUBLIC = (
    Entry("Home", "/"),
    Entry("Stories", "/stories"),
    Entry("Bulletins", "/bulletins"),
    Entry("How matching works", "/how-matching-works"),
    Entry("Self-assessment", "/worksheet"),
)
ENGAGEMENTS = Entry("Engagements", "/engagements")
BULLETINS = Entry("Bulletins", "/bulletins")
REQUESTER = (
    Entry("Support requests", "/requests"),
    Entry("My offers", "/offers"),
    Entry("My engagements", "/engagements"),
    Entry("Improvement plan", "/plan"),
    BULLETINS,
    Entry("Self-assessment", "/worksheet"),
    Entry("How matching works", "/how-matching-works"),
)
OWN_ORGANISATION = Entry("Your organisation", "/organisation", ("/admin/audit",))
PARTNER = (
    Entry("Overview", "/partner"),
    Entry("Skills", "/partner/skills"),
    Entry("Days you offer", "/partner/capacity"),
    Entry("Interests", "/partner/interests"),
    Entry("My offers", "/partner/matches", ("/offers",)),
    Entry("My engagements", "/engagements"),
    BULLETINS,
)
NATIONAL = (
    Entry("Overview", "/national"),
    Entry("Rounds", "/national/rounds", ("/national/runs", "/national/matches")),
    Entry("Requests", "/national/requests"),
    Entry("Partners", "/national/partners"),
    ENGAGEMENTS,
    Entry("Policy", "/national/policy"),
    Entry("Learn", "/national/learn", ("/national/fairness",)),
    BULLETINS,
)
STORIES = Entry("Stories", "/national/stories")
READER = (
    Entry("Overview", "/national"),
    Entry("Rounds", "/national/rounds", ("/national/runs", "/national/matches")),
    BULLETINS,
)
AUDIT = Entry("Audit", "/admin/audit")
ADMIN = (
    Entry("Accounts", "/admin/accounts"),
    Entry("Jobs", "/admin/jobs"),
    Entry("Emails", "/admin/messages"),
)
MENUS = {
    Role.ANONYMOUS: PUBLIC,
    Role.TRUST_MEMBER: REQUESTER,
    Role.TRUST_LEAD: (*REQUESTER, OWN_ORGANISATION),
    Role.PARTNER_EXPERT: PARTNER,
    Role.PARTNER_MANAGER: (*PARTNER, OWN_ORGANISATION),
    Role.NATIONAL_REVIEWER: (*NATIONAL, STORIES),
    Role.NATIONAL_ADMIN: (*NATIONAL, STORIES, Entry("People", "/national/users"), AUDIT),
    Role.SYSTEM_ADMIN: ADMIN,
    Role.AUDITOR: (*NATIONAL, AUDIT),
    Role.REGIONAL_READER: READER,
    Role.BOARD_MEMBER: (
        Entry("Bulletins", "/national/bulletins"),
        Entry("Policy", "/national/policy"),
        Entry("How matching works", "/how-matching-works"),
    ),
}
FOOTER = (
    Entry("How matching works", "/how-matching-works"),
    Entry("Stories", "/stories"),
    Entry("Bulletins", "/bulletins"),
    Entry("Transparency record", "/transparency-record"),
    Entry("Accessibility statement", "/accessibility"),
    Entry("Privacy notice", "/privacy"),
)


def menu(role: Role, path: str) -> list[dict[str, object]]:
    """The menu of a role on the page at ``path``; only the closest entry is marked."""
    entries = [entry for entry in MENUS[role] if exists(entry.href)]
    covering = [entry for entry in entries if entry.covers(path)]
    closest = max(covering, key=lambda entry: len(entry.href), default=None)
    return [
        {"text": entry.text, "href": entry.href, "current": entry.href == path, "active": entry is closest}
        for entry in entries
    ]


def home(role: Role) -> str:
    """Where a role starts after signing in."""
    candidates: Iterable[Entry] = MENUS[role]
    return next((entry.href for entry in candidates if exists(entry.href)), "/")


def exists(path: str) -> bool:
    """Whether some route answers GET at ``path``."""
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True
