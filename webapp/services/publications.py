"""Publishing a run: one person proposes, another confirms; offers and messages come with the confirmation.

Everything is asked again at the last moment: each pair must still be allowed, and each day still be free. One
pair that is not, and nothing is published.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload, selectinload

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.services import audit, free_text, messages, new_offers, review, review_rules, standing_offers
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, NotFound, Problem, Rejected, check_version, stop_at
from webapp.services.states import advance
from webapp.store import publications as store
from webapp.store.decisions import OFFERS, DecisionKind
from webapp.store.matches import ProposedMatch
from webapp.store.publications import PUBLICATION_TRANSITIONS, Publication, PublicationState
from webapp.store.round_requests import in_round
from webapp.store.rounds import REVIEWABLE, ROUND_TRANSITIONS, RoundState
from webapp.store.runs import Run, RunKind
from webapp.store.support_requests import REQUEST_TRANSITIONS, RequestState
from webapp.store.unit_of_work import UnitOfWork

ALREADY = NotAllowedNow("This run has been proposed for publication already.")


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a run can be proposed; ``hindrances`` are sentences that say what is left to do.

    ``offers`` are those it would make; ``standing`` stay as they are; ``let_go`` would be taken back.
    """

    offers: int
    hindrances: tuple[str, ...]
    standing: int = 0
    let_go: int = 0

    @property
    def is_ready(self) -> bool:
        """Is nothing left to do?"""
        return not self.hindrances


def readiness(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID) -> Readiness:
    """What stands between a run and its publication."""
    require(actor, Action.RUN_READ, hidden=False)
    row = _run(unit, run_id)
    progress = review.progress(unit, actor=actor, run_id=run_id)
    live = standing_offers.pairs_of(unit.session, row.round_id)
    let_go = len(standing_offers.let_go(unit.session, row))
    standing = len(live) - let_go
    offers = sum(progress.by_kind.get(kind, 0) for kind in OFFERS) - standing
    found = []
    if not row.is_current or row.round.state not in REVIEWABLE:
        found.append("This run is not the one under review.")
    if progress.undecided:
        found.append(
            _counted(progress.undecided, "match has no decision yet", "matches have no decision yet")
        )
    if progress.unconfirmed:
        found.append(
            _counted(progress.unconfirmed, "swap waits for a second person", "swaps wait for a second person")
        )
    if progress.by_kind.get(DecisionKind.SWAP):
        found.append("A swap takes effect when the round is run again; run it again first.")
    if not offers and not progress.undecided and row.round.state is RoundState.IN_REVIEW:
        found.append("No match has been approved.")
    return Readiness(offers, tuple(found), standing, let_go)


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}."


def propose(unit: UnitOfWork, *, actor: Actor, run_id: UUID, note: str = "") -> Publication:
    """Put a run up for publication once every match has been decided; raises ``NotAllowedNow`` until then."""
    require(actor, Action.RUN_PROPOSE_PUBLICATION, hidden=False)
    row = _run(unit, run_id)
    state = readiness(unit, actor=actor, run_id=run_id)
    if not state.is_ready:
        raise NotAllowedNow(" ".join(state.hindrances))
    note = free_text.clean(note)
    stop_at(free_text.problems("note", note, most=1000))
    made = Publication(
        round_id=row.round_id,
        run_id=row.id,
        note=note,
        state=PublicationState.PROPOSED,
        proposed_by=actor.user_id,
        proposed_at=unit.now,
    )
    with answering_for(unit, {"uq_publications_one_live": ALREADY}):
        unit.session.add(made)
    _record(unit, actor, Action.RUN_PROPOSE_PUBLICATION, made)
    unit.wake_for(
        row.id
    )  # a worker gets ready for the first repair, which may come the moment it is published
    return made


def confirm(unit: UnitOfWork, *, actor: Actor, publication_id: UUID, expected_version: int) -> Publication:
    """Publish: make the offers, promise the days, settle the requests, write the messages; all or nothing.

    Raises ``NotAllowedNow`` for the person who proposed, ``Rejected`` with each pair that may no longer be
    put together or whose days are gone.
    """
    row = _open(unit, actor, publication_id, expected_version)
    run = _run(unit, row.run_id)
    if not run.is_current or run.round.state not in REVIEWABLE:
        raise NotAllowedNow("This run is no longer the one under review.")
    with answering_for(unit):
        standing_offers.take_back(unit, actor=actor, run=run)
        live = standing_offers.pairs_of(unit.session, run.round_id)
        matches = [each for each in _offered_matches(unit, run) if _pair(each) not in live]
        _check(unit, matches)
        advance(row, PublicationState.CONFIRMED, PUBLICATION_TRANSITIONS, "publication")
        row.decided_by, row.decided_at = actor.user_id, unit.now
        new_offers.make(unit, publication=row, run=run, matches=matches)
        _settle_requests(unit, row, run, {request_id for _, request_id in {*live, *map(_pair, matches)}})
        advance(run.round, RoundState.PUBLISHED, ROUND_TRANSITIONS, "round")
    _record(unit, actor, Action.RUN_PUBLISH, row)
    unit.wake_for(run.id)
    return row


def refuse(unit: UnitOfWork, *, actor: Actor, publication_id: UUID, expected_version: int) -> Publication:
    """Send a proposed publication back; decisions may be changed again."""
    row = _open(unit, actor, publication_id, expected_version)
    with answering_for(unit):
        advance(row, PublicationState.REFUSED, PUBLICATION_TRANSITIONS, "publication")
        row.decided_by, row.decided_at = actor.user_id, unit.now
    _record(unit, actor, Action.RUN_PUBLISH, row)
    return row


def of_run(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID) -> Publication | None:
    """The proposed or confirmed publication of a run."""
    require(actor, Action.RUN_READ, hidden=False)
    return store.live_of(unit.session, run_id)


def of_round(unit: UnitOfWork, *, actor: AnyActor, round_id: UUID) -> tuple[Publication, ...]:
    """All publications of a round, the newest first."""
    require(actor, Action.RUN_READ, hidden=False)
    return tuple(unit.session.scalars(store.of_round(round_id)))


def _open(unit: UnitOfWork, actor: Actor, publication_id: UUID, expected_version: int) -> Publication:
    require(actor, Action.RUN_PUBLISH, hidden=False)
    row = unit.session.get(Publication, publication_id)
    if row is None:
        raise NotFound("no such publication")
    check_version(row, expected_version)
    if row.state is not PublicationState.PROPOSED:
        raise NotAllowedNow(f"This publication is {row.state.value.replace('_', ' ')}.")
    if row.proposed_by == actor.user_id:
        raise NotAllowedNow("Another person than the one who proposed it decides on a publication.")
    return row


def _run(unit: UnitOfWork, run_id: UUID) -> Run:
    row = unit.session.scalar(
        select(Run).where(Run.id == run_id).options(joinedload(Run.round), joinedload(Run.policy))
    )
    if row is None:
        raise NotFound("no such run")
    return row


def _offered_matches(unit: UnitOfWork, run: Run) -> list[ProposedMatch]:
    decided = review.standing_decisions(unit, run.id)
    wanted = [key for key, each in decided.items() if each.kind in OFFERS and each.stands]
    query = (
        select(ProposedMatch)
        .where(ProposedMatch.run_id == run.id, ProposedMatch.id.in_(wanted))
        .options(
            defer(ProposedMatch.evidence),
            defer(ProposedMatch.covers),
            defer(ProposedMatch.flags),
            selectinload(ProposedMatch.months),
            *review_rules.LOADED_WITH_MATCHES,
        )
        .order_by(ProposedMatch.id)
    )
    return list(unit.session.scalars(query))


def _pair(match: ProposedMatch) -> tuple[UUID, UUID]:
    return match.partner_id, match.request_id


def _check(unit: UnitOfWork, matches: Iterable[ProposedMatch]) -> None:
    today = unit.now.date()
    found = [
        Problem(None, f"{match.partner.name} for {match.request.reference}: {line}")
        for match in matches
        for line in review_rules.breaches(match.partner, match.request, today=today)
    ]
    if found:
        raise Rejected.several(found[:50])


def _settle_requests(unit: UnitOfWork, publication: Publication, run: Run, matched: set[UUID]) -> None:
    """Requests with an offer are matched, the others of the round unmatched; each of these hears of it too.

    After a repair only those hear for whom something has changed, or happened to start it.
    """
    touched = set((run.repair or {}).get("requests", ()))
    told = []
    for row in unit.session.scalars(in_round(run.round_id, review_rules.ALIVE)):
        to = RequestState.MATCHED if row.id in matched else RequestState.UNMATCHED
        is_news = row.state is not to or run.kind is not RunKind.REPAIR or row.reference in touched
        if row.state is not to:
            advance(row, to, REQUEST_TRANSITIONS, "request")
        if to is RequestState.UNMATCHED and is_news:
            told.append(
                messages.Message(
                    kind="result.unmatched",
                    to_organisation_id=row.requester_id,
                    about={"request_id": str(row.id), "reference": row.reference},
                    dedupe_key=f"result.unmatched:{publication.id}:{row.id}",
                )
            )
    messages.post_all(unit, told)


def _record(unit: UnitOfWork, actor: AnyActor, action: Action, row: Publication) -> None:
    subject = audit.Subject("publication", row.id)
    audit.record(unit, actor, action, subject, after=content_of(row))
