"""What became of the offers of the two small rounds: answers, agreements, days, check-ins, outcomes, ratings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select

from seeds.accounts import DOMAIN
from seeds.demonstration.calendar import on
from seeds.demonstration.earlier_requests import EarlierRound
from seeds.demonstration.earlier_rounds import Company
from webapp.authority.actor import Actor, SystemActor
from webapp.services import (
    early_ends,
    engagement_course,
    engagement_days,
    engagement_reviews,
    engagements,
    offers,
    runs,
)
from webapp.services.engagement_days import DaysWorked
from webapp.services.engagement_reviews import CheckInSaid, OutcomeSaid
from webapp.services.engagements import Agreement
from webapp.services.offers import Refusal
from webapp.store.engagement_reviews import Better, CheckInKind, Progress
from webapp.store.engagements import Engagement
from webapp.store.offers import Offer
from webapp.store.rounds import Round
from webapp.store.runs import repair_under_way
from webapp.store.unit_of_work import UnitOfWork

WORKER = SystemActor("worker")
MEASURED = {
    "R-RYR-A2": ("Calls answered within 30 minutes", "%", (54, 58, 71, 83, 88)),
    "R-RXR-A1": ("Pathways without an error", "%", (81, 79, 86, 93, 95)),
}
"""What was measured, and its values: two before the start, then each month."""
DAYS_OF_MEASURE = (
    date(2026, 5, 29),
    date(2026, 6, 26),
    date(2026, 8, 28),
    date(2026, 9, 25),
    date(2026, 10, 30),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """An offer with the people of both sides, and the day on which it was made."""

    offer: Offer
    lead: Actor
    partner: Actor

    @property
    def made_on(self) -> date:
        return self.offer.offered_on


def live(unit: UnitOfWork, earlier: EarlierRound, company: Company) -> None:
    """Have each offer of a published round come to what ``earlier.toml`` says of it."""
    by_partner = {actor.partner_id: actor for actor in company.partners.values()}
    query = select(Offer).order_by(Offer.id)
    rows = {each.request.reference: each for each in unit.session.scalars(query)}
    for record in earlier.requests:
        row = rows.get(record.reference)
        if row is not None:
            pair = Pair(row, company.leads[record.requester], by_partner[row.partner_id])
            _FATES[earlier.fates[record.reference]](unit, pair)


def set_repair_aside(unit: UnitOfWork, admin: Actor, row: Round, day: date) -> None:
    """The national team does not repair so small a round: what was declined is asked for again."""
    on(unit, day)
    waiting = repair_under_way(unit.session, row.id)
    if waiting is not None:
        runs.cancel(unit, actor=admin, run_id=waiting.id)


def _nobody_has_answered(unit: UnitOfWork, pair: Pair) -> None:
    """Left as it was offered."""


def _partner_said_yes(unit: UnitOfWork, pair: Pair) -> None:
    _accept(unit, pair, pair.partner, days_later=1)


def _requester_said_yes(unit: UnitOfWork, pair: Pair) -> None:
    _accept(unit, pair, pair.lead, days_later=1)


def _declined(unit: UnitOfWork, pair: Pair) -> None:
    on(unit, pair.made_on + timedelta(days=2))
    answer = Refusal("no_time", "My ward opens again in August, and I am needed there.")
    offers.decline(
        unit, actor=pair.partner, offer_id=pair.offer.id, answer=answer, expected_version=pair.offer.version
    )


def _lapsed(unit: UnitOfWork, pair: Pair) -> None:
    on(unit, pair.offer.lapses_on + timedelta(days=1))
    offers.lapse(unit, actor=WORKER, offer_id=pair.offer.id)


def _agreement_being_written(unit: UnitOfWork, pair: Pair) -> Engagement:
    _accept(unit, pair, pair.partner, days_later=1)
    _accept(unit, pair, pair.lead, days_later=2)
    return unit.session.scalars(select(Engagement).where(Engagement.offer_id == pair.offer.id)).one()


def _agreed(unit: UnitOfWork, pair: Pair) -> Engagement:
    row = _agreement_being_written(unit, pair)
    on(unit, pair.made_on + timedelta(days=3))
    known = {name: getattr(row, name) for name in Agreement.__dataclass_fields__}
    wanted = replace(
        Agreement(**known),
        partner_lead=row.partner_lead or row.partner.name,
        partner_email=row.partner_email or f"partner.manager@{DOMAIN}",
    )
    row = engagements.edit_agreement(
        unit, actor=pair.partner, engagement_id=row.id, agreement=wanted, expected_version=row.version
    )
    for actor in (pair.partner, pair.lead):
        engagements.accept_agreement(unit, actor=actor, engagement_id=row.id, expected_version=row.version)
    return row


def _started(unit: UnitOfWork, pair: Pair) -> Engagement:
    row = _agreed(unit, pair)
    day = pair.made_on + timedelta(days=14)
    on(unit, day)
    return engagement_course.start(
        unit, actor=pair.lead, engagement_id=row.id, started_on=day, expected_version=row.version
    )


def _active(unit: UnitOfWork, pair: Pair) -> None:
    row = _started(unit, pair)
    _log(
        unit,
        pair,
        row,
        {date(2026, 7, 21): 2, date(2026, 8, 18): 2, date(2026, 9, 22): 2, date(2026, 10, 20): 1},
    )
    _check_in(unit, pair, row)


def _paused(unit: UnitOfWork, pair: Pair) -> None:
    row = _started(unit, pair)
    _log(unit, pair, row, {date(2026, 8, 11): 2, date(2026, 9, 15): 1})
    on(unit, date(2026, 10, 6))
    engagement_course.pause(
        unit,
        actor=pair.lead,
        engagement_id=row.id,
        words="Two of our places are choosing new leads. We start again in December.",
        expected_version=row.version,
    )


def _ended_early(unit: UnitOfWork, pair: Pair) -> None:
    row = _started(unit, pair)
    _log(unit, pair, row, {date(2026, 7, 28): 1, date(2026, 8, 25): 1})
    on(unit, date(2026, 9, 8))
    early_ends.end_early(
        unit,
        actor=pair.lead,
        engagement_id=row.id,
        reason="need_changed",
        words="The wards have moved to another site. What was learnt has been handed over.",
        expected_version=row.version,
    )


def _ended_well(unit: UnitOfWork, pair: Pair) -> None:
    row = _started(unit, pair)
    planned = sum(row.days_by_month.values())
    days = (date(2026, 7, 23), date(2026, 8, 20), date(2026, 9, 17))
    part = planned // len(days)
    _log(unit, pair, row, {days[0]: part, days[1]: part, days[2]: planned - 2 * part})
    _check_in(unit, pair, row)
    _measure(unit, pair, row)
    on(unit, date(2026, 11, 2))
    engagement_course.end(
        unit,
        actor=pair.lead,
        engagement_id=row.id,
        words="The teams carry on by themselves.",
        expected_version=row.version,
    )
    for actor, score, words in (
        (pair.lead, 5, "Practical, kind and always prepared."),
        (pair.partner, 4, "Leaders made time for it. Figures came late at first."),
    ):
        engagement_reviews.rate(unit, actor=actor, engagement_id=row.id, score=score, words=words)


def _measure(unit: UnitOfWork, pair: Pair, row: Engagement) -> None:
    measure, of, values = MEASURED[pair.offer.request.reference]
    on(unit, DAYS_OF_MEASURE[-1])
    said = OutcomeSaid(measure, of, Better.HIGHER, "It rose once the teams saw their own figures each week.")
    engagement_reviews.save_outcome(
        unit, actor=pair.lead, engagement_id=row.id, said=said, expected_version=0
    )
    for day, value in zip(DAYS_OF_MEASURE, values, strict=True):
        engagement_reviews.record_point(
            unit, actor=pair.lead, engagement_id=row.id, measured_on=day, thousandths=value * 1000
        )


def _check_in(unit: UnitOfWork, pair: Pair, row: Engagement) -> None:
    first = next(each for each in row.check_ins if each.kind is CheckInKind.SIX_WEEKS)
    on(unit, first.due_on)
    for actor, said in (
        (pair.lead, CheckInSaid(Progress.WELL)),
        (
            pair.partner,
            CheckInSaid(Progress.MIXED, "Ward managers change often, so we start again at times."),
        ),
    ):
        engagement_reviews.answer_check_in(unit, actor=actor, check_in_id=first.id, said=said)


def _log(unit: UnitOfWork, pair: Pair, row: Engagement, days: Mapping[date, int]) -> None:
    for day, count in days.items():
        on(unit, day)
        entry = DaysWorked(day, count, row.partner_lead, "On site, with the ward teams.")
        engagement_days.log(unit, actor=pair.partner, engagement_id=row.id, entry=entry)


def _accept(unit: UnitOfWork, pair: Pair, actor: Actor, *, days_later: int) -> None:
    on(unit, pair.made_on + timedelta(days=days_later))
    offers.accept(unit, actor=actor, offer_id=pair.offer.id, expected_version=pair.offer.version)


_FATES: Mapping[str, Callable[[UnitOfWork, Pair], object]] = {
    "active": _active,
    "agreed": _agreed,
    "agreement_being_written": _agreement_being_written,
    "declined": _declined,
    "ended_early": _ended_early,
    "ended_well": _ended_well,
    "lapsed": _lapsed,
    "nobody_has_answered": _nobody_has_answered,
    "partner_said_yes": _partner_said_yes,
    "paused": _paused,
    "requester_said_yes": _requester_said_yes,
}
