"""The demonstration accounts: who can sign in, in which role and where. Invented people; standard library
only.

Passwords and second factors are random and stand in ``instance/demo.env`` (see ``seeds.demo_env``), never
here.
"""

from __future__ import annotations

from dataclasses import dataclass

DOMAIN = "example.org"
"""Reserved for examples: no message to these addresses can reach anybody."""

TRUST = "RYR"
BOARD = "QYG"
REGION = "Y62"


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    """One account. ``key`` names it in ``demo.env``; the scope is a code of the reference data or of the
    network.

    ``role`` is a value of ``webapp.authority.roles.Role``. ``partner`` names a partner of the
    demonstration network by its key there (``seeds.demonstration``).
    """

    key: str
    role: str
    name: str
    organisation: str | None = None
    partner: str | None = None
    region: str | None = None

    @property
    def email(self) -> str:
        return f"{self.key.lower().replace('_', '.')}@{DOMAIN}"

    @property
    def needs_second_factor(self) -> bool:
        """National, system and audit roles sign in with a code as well (RELIABILITY.md section 2)."""
        return self.role in {"national_reviewer", "national_admin", "system_admin", "auditor"}


ACCOUNTS = (
    DemonstrationAccount("TRUST_MEMBER", "trust_member", "Morgan Ellery", organisation=TRUST),
    DemonstrationAccount("TRUST_LEAD", "trust_lead", "Asha Thornbury", organisation=TRUST),
    DemonstrationAccount("ICB_LEAD", "trust_lead", "Gwen Oakhurst", organisation=BOARD),
    DemonstrationAccount("PARTNER_EXPERT", "partner_expert", "Daniel Marchetti", partner="expert-001"),
    DemonstrationAccount("PARTNER_MANAGER", "partner_manager", "Ruth Adeyinka", partner="team-01"),
    DemonstrationAccount("NATIONAL_REVIEWER_1", "national_reviewer", "Priya Wetherby"),
    DemonstrationAccount("NATIONAL_REVIEWER_2", "national_reviewer", "Tom Lindqvist"),
    DemonstrationAccount("NATIONAL_ADMIN_1", "national_admin", "Helen Amadi"),
    DemonstrationAccount("NATIONAL_ADMIN_2", "national_admin", "Joseph Kerrow"),
    DemonstrationAccount("SYSTEM_ADMIN", "system_admin", "Ines Calder"),
    DemonstrationAccount("AUDITOR", "auditor", "Owen Staveley"),
    DemonstrationAccount("REGIONAL_READER", "regional_reader", "Farah Netherton", region=REGION),
    DemonstrationAccount("BOARD_MEMBER", "board_member", "Lucy Hallam"),
)
