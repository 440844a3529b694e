"""The board's bulletin in the demonstration; the meeting is as invented as the people."""

from __future__ import annotations

from datetime import timedelta

from webapp.authority.actor import Actor
from webapp.services import bulletins
from webapp.services.bulletins import BulletinText
from webapp.store.unit_of_work import UnitOfWork

DAYS_AGO = 3
HEADLINES = (
    "Urgent and emergency care comes first this winter.\nHelp with patient flow goes to the trusts that asked with "
    "the most severe need.",
    "More support partners are wanted for mental health and for primary care access, where the network is thinnest.",
    "The next round is open. A request needs an executive sponsor and takes about 20 minutes.",
)


def publish_bulletin(unit: UnitOfWork, member: Actor) -> None:
    """One bulletin, published now, about a meeting a few days ago."""
    met_on = unit.now.date() - timedelta(days=DAYS_AGO)
    text = BulletinText(
        title="What the board decided for this winter",
        meeting_on=met_on,
        intro="The board looked back on the first matching round and set the priorities for the next six months.",
        headlines=HEADLINES,
        priorities=tuple(node.code for node in bulletins.priorities_on(unit, met_on)),
    )
    row = bulletins.draft(unit, actor=member, text=text)
    bulletins.publish(unit, actor=member, bulletin_id=row.id, expected_version=row.version)
