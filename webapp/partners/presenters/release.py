"""What is said of an employer's release to the expert."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.services import releases
from webapp.services.partners import Partner
from webapp.services.releases import ReleaseState
from webapp.ui import choices, formats


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """How it stands, what was said so far, and whether asking makes sense now."""

    employer: str
    state: str
    colour: str
    history: tuple[str, ...]
    may_ask: bool


def release_page(row: Partner) -> ReleasePage:
    """The page of one expert's release."""
    newest = releases.newest(row)
    state = newest.state if newest else None
    return ReleasePage(
        employer=row.organisation.name if row.organisation else "your employer",
        state=choices.title("release_state", state) if state else "Not asked",
        colour=choices.colour("release_state", state) if state else "grey",
        history=tuple(map(_past, row.releases)),
        may_ask=row.kind.value == "expert" and state not in (ReleaseState.ASKED, ReleaseState.GIVEN),
    )


def _past(each: releases.Release) -> str:
    done = "Asked for" if each.state is ReleaseState.ASKED else choices.title("release_state", each.state)
    words = f"{done} on {formats.day(each.decided_at or each.asked_on)}"
    return f"{words}: {each.note}" if each.note else words
