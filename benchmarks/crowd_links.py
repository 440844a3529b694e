"""Links in emails of a crowd: an invitation, a new password, an address to confirm, a wish for the bulletin."""

from __future__ import annotations

from datetime import timedelta

from benchmarks.large_round import Maker
from webapp.authority.roles import Role
from webapp.store.access_links import AccessLink, LinkPurpose
from webapp.store.bulletins import Subscription
from webapp.store.organisations import Organisation
from webapp.store.tokens import token_hash

BULLETIN = "bulletin"


def token_of(name: str) -> str:
    """The token of a link, as long as those that are sent."""
    return f"a-link-for-the-benchmark-only-{name}".ljust(43, "-")


TOKENS = [token_of(name) for name in (*(purpose.value for purpose in LinkPurpose), BULLETIN)]


class LinkMaker(Maker):
    """Writes one open link of each kind."""

    home: Organisation

    def add_links(self) -> None:
        """Needs the people of the crowd: somebody must have the right to invite."""
        leads, readers = self.ids["user_id"][1], self.ids["user_id"][0]
        given = {
            LinkPurpose.INVITATION: {"role": Role.TRUST_MEMBER, "organisation_id": self.home.id},
            LinkPurpose.REGISTRATION: {"role": Role.PARTNER_EXPERT, "organisation_id": None},
            LinkPurpose.RESET: {"role": None, "organisation_id": None},
        }
        self.write(
            AccessLink,
            [
                {
                    "id": self.new_id(),
                    "purpose": purpose,
                    "token_hash": token_hash(token_of(purpose.value)),
                    "email": f"{purpose.value}@example.org",
                    "name": "Somebody",
                    "user_id": readers if purpose is LinkPurpose.RESET else None,
                    "invited_by": leads if purpose is LinkPurpose.INVITATION else None,
                    "ends_at": self.unit.now + timedelta(days=1),
                    **values,
                    **self.stamped,
                }
                for purpose, values in given.items()
            ],
        )
        wish = {
            "id": self.new_id(),
            "email": "reader@example.org",
            "confirm_hash": token_hash(token_of(BULLETIN)),
            "confirm_until": self.unit.now + timedelta(days=1),
            "leave_hash": token_hash(BULLETIN),
            "leave_sealed": "",
            **self.stamped,
        }
        self.write(Subscription, [wish])
