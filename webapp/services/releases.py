"""The employer's release of an expert: asked by the expert, given, refused or withdrawn by the employer.

Withdrawing after publication undoes nothing by itself: live offers keep their days, later runs leave the
expert out, and everybody concerned reads a sentence about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor, SystemActor
from webapp.authority.matrix import require
from webapp.services import free_text, messages, partners, repairs
from webapp.services.constraints import answering_for
from webapp.services.failures import NotAllowedNow, Rejected, StaleVersion, check_version, stop_at
from webapp.store.offers import live_of_partner
from webapp.store.partners import (
    RELEASE_TRANSITIONS,
    Partner,
    PartnerKind,
    Release,
    ReleaseState,
)
from webapp.store.unit_of_work import UnitOfWork

LONGEST_NOTE = 500
FIRST_WORDS = frozenset({ReleaseState.ASKED, ReleaseState.GIVEN, ReleaseState.REFUSED})
_SAID: Mapping[ReleaseState | None, str] = {
    None: "has not been asked yet",
    ReleaseState.ASKED: "has been asked for already",
    ReleaseState.GIVEN: "is given",
    ReleaseState.REFUSED: "is refused",
    ReleaseState.WITHDRAWN: "is withdrawn",
}


def ask(unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID, expected_version: int) -> Partner:
    """The expert asks the employer to let them go for the days offered."""
    row = partners.own(unit, actor=actor, partner_id=partner_id)
    check_version(row, expected_version)
    return _add(unit, actor, row, ReleaseState.ASKED, "")


def decide(
    unit: UnitOfWork,
    *,
    actor: AnyActor,
    partner_id: UUID,
    state: ReleaseState,
    expected_version: int,
    note: str = "",
) -> Partner:
    """The employer's word: given, refused or withdrawn (a job enters what was said elsewhere).

    A no needs a sentence of why. Nobody decides on their own release.
    """
    row = partners.load(unit, partner_id)
    if not isinstance(actor, SystemActor):
        require(actor, Action.PARTNER_RELEASE, organisation_id=row.organisation_id)
        refuse_own(actor, row)
    check_version(row, expected_version)
    written = free_text.clean(note)
    stop_at(free_text.problems("note", written, most=LONGEST_NOTE))
    if isinstance(actor, Actor) and state is not ReleaseState.GIVEN and not written:
        raise Rejected("note", "Say in a sentence why; the expert reads it")
    return _add(unit, actor, row, state, written)


def newest(row: Partner) -> Release | None:
    """The employer's last word, if any."""
    return row.releases[-1] if row.releases else None


def refuse_own(actor: AnyActor, row: Partner) -> None:
    """Raise where the actor is the expert: their employer's word is never their own."""
    if isinstance(actor, Actor) and row.user_id == actor.user_id:
        raise NotAllowedNow("This is your own profile. Somebody else of your organisation must decide on it.")


def _add(unit: UnitOfWork, actor: AnyActor, row: Partner, state: ReleaseState, note: str) -> Partner:
    if row.kind is not PartnerKind.EXPERT or row.organisation_id is None:
        raise NotAllowedNow("Only an expert needs an employer's release.")
    last = newest(row)
    # What a former employer said binds nobody: the new one is asked as if for the first time.
    now = last.state if last and last.organisation_id == row.organisation_id else None
    allowed = state in FIRST_WORDS if now is None else RELEASE_TRANSITIONS.allows(now, state)
    if not allowed and not isinstance(actor, SystemActor):
        raise NotAllowedNow(f"The release {_SAID[now]}.")
    decided = state is not ReleaseState.ASKED
    with answering_for(unit, {"uq_partner_releases_partner_id_number": StaleVersion("decided meanwhile")}):
        row.releases.append(
            Release(
                number=last.number + 1 if last else 1,
                organisation_id=row.organisation_id,
                state=state,
                note=note,
                asked_on=unit.now.date(),
                decided_at=unit.now if decided else None,
                decided_by=actor.user_id if decided and isinstance(actor, Actor) else None,
            )
        )
        row.updated_at = unit.now
    partners.record(unit, actor, Action.PARTNER_RELEASE if decided else Action.PARTNER_EDIT, row, None)
    if isinstance(actor, Actor):
        _tell(unit, row, state)
    if state is ReleaseState.WITHDRAWN:
        repairs.queue_for_partner(unit, actor=actor, partner_id=row.id)
    return row


def _tell(unit: UnitOfWork, row: Partner, state: ReleaseState) -> None:
    """The employer that is asked, the expert who is answered, the national team where matches are live."""
    said = {"partner": row.name, "partner_id": str(row.id)}
    employer = row.organisation.name if row.organisation else ""
    key = f"{row.id}:{row.releases[-1].number}"
    if state is ReleaseState.ASKED:
        messages.post(
            unit,
            kind="partner.release_asked",
            to_organisation_id=row.organisation_id,
            about=said,
            dedupe_key=f"partner.release_asked:{key}",
        )
    elif row.user_id is not None:
        messages.post(
            unit,
            kind="partner.release_decided",
            to_user_id=row.user_id,
            about={"organisation": employer, "answer": state.value},
            dedupe_key=f"partner.release_decided:{key}",
        )
    live = live_of_partner(unit.session, row.id) if state is ReleaseState.WITHDRAWN else 0
    if live:
        count = "1 offer or engagement" if live == 1 else f"{live} offers and engagements"
        messages.post(
            unit,
            kind="partner.release_withdrawn",
            about={**said, "organisation": employer, "count": count},
            dedupe_key=f"partner.release_withdrawn:{key}",
        )
