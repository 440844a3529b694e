"""The roles of the service, in the order of the columns of RELIABILITY.md section 2."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class Role(StrEnum):
    """In whose place a person acts; one at a time, also for somebody who holds two."""

    ANONYMOUS = "anonymous"
    TRUST_MEMBER = "trust_member"
    TRUST_LEAD = "trust_lead"
    PARTNER_EXPERT = "partner_expert"
    PARTNER_MANAGER = "partner_manager"
    NATIONAL_REVIEWER = "national_reviewer"
    NATIONAL_ADMIN = "national_admin"
    SYSTEM_ADMIN = "system_admin"
    AUDITOR = "auditor"
    REGIONAL_READER = "regional_reader"
    BOARD_MEMBER = "board_member"


TITLES = {
    Role.ANONYMOUS: "Not signed in",
    Role.TRUST_MEMBER: "Member of a requesting organisation",
    Role.TRUST_LEAD: "Lead of a requesting organisation",
    Role.PARTNER_EXPERT: "Expert",
    Role.PARTNER_MANAGER: "Manager of a support organisation",
    Role.NATIONAL_REVIEWER: "National reviewer",
    Role.NATIONAL_ADMIN: "National team administrator",
    Role.SYSTEM_ADMIN: "System administrator",
    Role.AUDITOR: "Auditor",
    Role.REGIONAL_READER: "Regional reader",
    Role.BOARD_MEMBER: "Board member",
}

REQUESTERS = frozenset({Role.TRUST_MEMBER, Role.TRUST_LEAD})
PARTNERS = frozenset({Role.PARTNER_EXPERT, Role.PARTNER_MANAGER})
NATIONAL = frozenset({Role.NATIONAL_REVIEWER, Role.NATIONAL_ADMIN})

NATIONAL_USERS = NATIONAL | {Role.AUDITOR, Role.REGIONAL_READER, Role.BOARD_MEMBER}
"""Whom a national administrator invites; system administrators are made on the machine itself."""

GIVES: Mapping[Role, tuple[Role, ...]] = {
    Role.TRUST_LEAD: (Role.TRUST_MEMBER, Role.TRUST_LEAD, Role.PARTNER_EXPERT),
    Role.PARTNER_MANAGER: (Role.PARTNER_MANAGER, Role.PARTNER_EXPERT),
    Role.NATIONAL_ADMIN: tuple(role for role in Role if role in NATIONAL_USERS),
}
"""Which roles a role may give: never one above its own."""

SECOND_FACTOR_REQUIRED = NATIONAL | {Role.SYSTEM_ADMIN, Role.AUDITOR}
"""Who cannot sign in with a password alone."""

SIGN_IN_ENDS_AFTER = timedelta(hours=12)
RECENT_SIGN_IN = timedelta(minutes=10)


def idle_limit(role: Role) -> timedelta:
    """How long a sign-in may rest before it ends."""
    return timedelta(minutes=30) if role in SECOND_FACTOR_REQUIRED else timedelta(hours=2)
