"""Comments of regions on what is proposed, before publication: said by one region, read by every reviewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.services import audit, free_text
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, NotFound, Problem, stop_at
from webapp.services.paging import ASKED_FOR_FILE
from webapp.services.review import own_region
from webapp.store.accounts import User
from webapp.store.comments import ProposalComment, of_pair
from webapp.store.matches import ProposedMatch, UnmetRequest
from webapp.store.organisations import Organisation
from webapp.store.partners import Partner
from webapp.store.rounds import Round, RoundState
from webapp.store.runs import Run
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

LONDON = ZoneInfo("Europe/London")
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Said:
    """One comment with the name of whoever made it."""

    by: str
    words: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class SaidInRound:
    """One comment with what it is about; ``partner`` is empty where it is about a request left short."""

    said: Said
    region: str
    reference: str
    title: str
    partner: str


@dataclass(frozen=True, slots=True)
class RegionHeard:
    """A region with how many comments it has made in a round."""

    code: str
    name: str
    comments: int


def is_open(unit: UnitOfWork, round_: Round) -> bool:
    """Whether regions may comment now: under review, and the round's last day for it is not over."""
    until: date | None = round_.comments_until
    today = unit.now.astimezone(LONDON).date()
    return round_.state is RoundState.IN_REVIEW and (until is None or today <= until)


def on_match(unit: UnitOfWork, *, actor: Actor, match_id: UUID, words: str) -> ProposalComment:
    """Say something about a proposed match of the actor's own region; raises ``NotAllowedNow`` after the date."""
    match = _match(unit, match_id)
    return _add(unit, actor, match.run, match.request, partner_id=match.partner_id, words=words)


def on_unmet(
    unit: UnitOfWork, *, actor: Actor, run_id: UUID, request_id: UUID, words: str
) -> ProposalComment:
    """Say something about a request of the actor's own region that a run leaves short."""
    run, request = _unmet(unit, run_id, request_id)
    return _add(unit, actor, run, request, partner_id=None, words=words)


def about_match(unit: UnitOfWork, *, actor: Actor, match_id: UUID) -> str:
    """What a comment on a match would be about; raises ``AccessDenied`` for another region's."""
    match = _match(unit, match_id)
    require(actor, Action.PROPOSAL_COMMENT, region_code=match.request.requester.region_code)
    return f"{match.request.title}: {match.partner.name}"


def about_unmet(unit: UnitOfWork, *, actor: Actor, run_id: UUID, request_id: UUID) -> str:
    """What a comment on a request left short would be about."""
    _, request = _unmet(unit, run_id, request_id)
    require(actor, Action.PROPOSAL_COMMENT, region_code=request.requester.region_code)
    return request.title


def of(
    unit: UnitOfWork, *, actor: AnyActor, round_id: UUID, request: SupportRequest, partner_id: UUID | None
) -> tuple[Said, ...]:
    """The comments on a pair, or on a request, the oldest first."""
    require(actor, Action.PROPOSAL_READ, region_code=request.requester.region_code)
    query = of_pair(round_id, request.id, partner_id).join(ProposalComment.author)
    rows = unit.session.execute(query.add_columns(User.name).limit(MOST_SHOWN))
    return tuple(Said(name, row.words, row.made_at) for row, name in rows)


def of_round(unit: UnitOfWork, *, actor: AnyActor, round_id: UUID) -> tuple[SaidInRound, ...]:
    """Every comment on a round's proposals, the oldest first, for whoever reads all of them."""
    require(actor, Action.PROPOSAL_READ, hidden=False)
    query = (
        select(
            ProposalComment,
            User.name,
            Organisation.name,
            SupportRequest.reference,
            SupportRequest.title,
            Partner.name,
        )
        .join(ProposalComment.author)
        .join(Organisation, Organisation.code == ProposalComment.region_code)
        .join(SupportRequest, SupportRequest.id == ProposalComment.request_id)
        .outerjoin(Partner, Partner.id == ProposalComment.partner_id)
        .where(ProposalComment.round_id == round_id)
        .order_by(ProposalComment.made_at, ProposalComment.id)
        .limit(ASKED_FOR_FILE)
    )
    return tuple(
        SaidInRound(Said(by, row.words, row.made_at), region, reference, title, partner or "")
        for row, by, region, reference, title, partner in unit.session.execute(query)
    )


def regions_heard(unit: UnitOfWork, *, actor: AnyActor, round_id: UUID) -> tuple[RegionHeard, ...]:
    """The regions that have commented on a round's proposals, by name; a region's reader sees its own alone."""
    region = own_region(actor)
    require(actor, Action.PROPOSAL_READ, region_code=region, hidden=False)
    query = (
        select(Organisation.code, Organisation.name, func.count())
        .join(ProposalComment, ProposalComment.region_code == Organisation.code)
        .where(ProposalComment.round_id == round_id)
        .group_by(Organisation.code, Organisation.name)
        .order_by(Organisation.name, Organisation.code)
    )
    if region is not None:
        query = query.where(Organisation.code == region)
    return tuple(RegionHeard(*row) for row in unit.session.execute(query))


def _match(unit: UnitOfWork, match_id: UUID) -> ProposedMatch:
    row = unit.session.scalar(
        select(ProposedMatch)
        .where(ProposedMatch.id == match_id)
        .options(
            joinedload(ProposedMatch.run).joinedload(Run.round),
            joinedload(ProposedMatch.request).joinedload(SupportRequest.requester),
            joinedload(ProposedMatch.partner),
        )
    )
    if row is None:
        raise NotFound("no such match")
    return row


def _unmet(unit: UnitOfWork, run_id: UUID, request_id: UUID) -> tuple[Run, SupportRequest]:
    row = unit.session.scalar(
        select(UnmetRequest)
        .where(UnmetRequest.run_id == run_id, UnmetRequest.request_id == request_id)
        .options(joinedload(UnmetRequest.request).joinedload(SupportRequest.requester))
    )
    run = unit.session.scalar(select(Run).where(Run.id == run_id).options(joinedload(Run.round)))
    if row is None or run is None:
        raise NotFound("this run does not leave such a request short")
    return run, row.request


def _add(
    unit: UnitOfWork,
    actor: Actor,
    run: Run,
    request: SupportRequest,
    *,
    partner_id: UUID | None,
    words: str,
) -> ProposalComment:
    region = request.requester.region_code
    require(actor, Action.PROPOSAL_COMMENT, region_code=region)
    assert region is not None  # the cell is "own region"
    if not run.is_current or not is_open(unit, run.round):
        raise NotAllowedNow(
            "Regions can comment while matches are under review, until the date of the round."
        )
    said = free_text.clean(words)
    problems = list(free_text.problems("words", said, most=1000))
    if not said:
        problems.append(Problem("words", "Enter your comment"))
    stop_at(problems)
    row = ProposalComment(
        round_id=run.round_id,
        request_id=request.id,
        partner_id=partner_id,
        region_code=region,
        author_id=actor.user_id,
        words=said,
        made_at=unit.now,
    )
    unit.session.add(row)
    unit.flush()
    subject = audit.Subject("proposal_comment", row.id)
    audit.record(unit, actor, Action.PROPOSAL_COMMENT, subject, after=content_of(row))
    return row
