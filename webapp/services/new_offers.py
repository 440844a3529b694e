"""The offers that a publication makes: days promised, rows written and both sides told, set by set.

A round has thousands; all of them are made in the transaction of the publication, or none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy import select

from webapp.services import messages, working_days
from webapp.services.capacity import month_name
from webapp.services.failures import Rejected
from webapp.services.messages import Message
from webapp.services.policies import rules_of
from webapp.store.capacity import Cell, commit_all
from webapp.store.matches import ProposedMatch
from webapp.store.offers import Offer, OfferState
from webapp.store.publications import Publication
from webapp.store.runs import DocumentKind, Run, RunDocument
from webapp.store.unit_of_work import UnitOfWork


def make(unit: UnitOfWork, *, publication: Publication, run: Run, matches: Sequence[ProposedMatch]) -> None:
    """Promise the days of the matches, make an offer of each and write to both sides.

    Raises ``Rejected`` with the first match whose partner has too few days left in a month.
    """
    _promise(unit, matches)
    today = working_days.london_day(unit.now)
    lapses_on = working_days.after(today, rules_of(run.policy).lapse_working_days)
    digest = _instance_digest(unit, run)
    offers = [
        Offer(
            id=uuid4(),
            publication_id=publication.id,
            match_id=match.id,
            partner_id=match.partner_id,
            request_id=match.request_id,
            state=OfferState.OFFERED,
            instance_sha256=digest,
            offered_on=today,
            lapses_on=lapses_on,
        )
        for match in matches
    ]
    unit.session.add_all(offers)
    unit.flush()
    told = zip(offers, matches, strict=True)
    messages.post_all(unit, [message for offer, match in told for message in _messages(offer, match)])


def _promise(unit: UnitOfWork, matches: Sequence[ProposedMatch]) -> None:
    wanted: Counter[Cell] = Counter()
    for match in matches:
        wanted.update({(match.partner_id, month): days for month, days in match.days_by_month.items()})
    short = commit_all(unit.session, wanted)
    if short is None:
        return
    partner_id, month = short
    match = next(each for each in matches if each.partner_id == partner_id and month in each.days_by_month)
    name, request = match.partner.name, match.request.reference
    raise Rejected(None, f"{name} for {request}: too few days are left in {month_name(month)}.")


def _messages(offer: Offer, match: ProposedMatch) -> tuple[Message, Message]:
    about = {
        "offer_id": str(offer.id),
        "request_id": str(match.request_id),
        "reference": match.request.reference,
        "organisation": match.request.beneficiary.name,
        "partner": match.partner.name,
        "lapses_on": offer.lapses_on.isoformat(),
    }
    to_partner, to_requester = "offer.to_partner", "offer.to_requester"
    return (
        Message(
            kind=to_partner,
            **messages.to_partner(match.partner),
            about=about,
            dedupe_key=f"{to_partner}:{offer.id}",
        ),
        Message(
            kind=to_requester,
            to_organisation_id=match.request.requester_id,
            about=about,
            dedupe_key=f"{to_requester}:{offer.id}",
        ),
    )


def _instance_digest(unit: UnitOfWork, run: Run) -> str:
    query = select(RunDocument.sha256).where(
        RunDocument.run_id == run.id, RunDocument.kind == DocumentKind.INSTANCE
    )
    return unit.session.scalars(query).one()
