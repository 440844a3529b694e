"""Enters the invented support requests through the services: drafted step by step, then submitted."""

from __future__ import annotations

from seeds.accounts import DOMAIN
from seeds.demonstration import calibration
from seeds.demonstration.peers import agrees_to_be_found
from seeds.demonstration.records import RequestRecord
from webapp.authority.actor import Actor
from webapp.services import support_requests
from webapp.services.request_steps import Aim, Amount, Need, Readiness, Skills, SkillWanted, Step, Urgency
from webapp.store.partners import Delivery
from webapp.store.support_requests import Shape, SupportRequest
from webapp.store.unit_of_work import UnitOfWork


def ask(
    unit: UnitOfWork, record: RequestRecord, lead: Actor, *, months: tuple[str, ...] = calibration.MONTHS
) -> SupportRequest:
    """Draft and submit one request as its organisation's lead; its window is in ``months``."""
    row = support_requests.start(unit, actor=lead, reference=record.reference)
    for step in _steps(record, months):
        support_requests.save_step(
            unit, actor=lead, request_id=row.id, step=step, expected_version=row.version
        )
    return support_requests.submit(unit, actor=lead, request_id=row.id, expected_version=row.version)


def _steps(record: RequestRecord, months: tuple[str, ...]) -> tuple[Step, ...]:
    return (
        Need(title=record.title, priority_code=record.priority, topic_code=record.topic),
        Aim(aim=record.aim, measure=record.measure),
        Skills(
            tuple(
                SkillWanted(skill.code, skill.level, skill.weight, skill.is_essential)
                for skill in record.skills
            )
        ),
        Amount(
            shape=Shape(record.shape),
            delivery=Delivery(record.delivery),
            days=record.days,
            window_first=months[record.window[0]],
            window_last=months[record.window[1]],
            max_team=record.max_team,
            collaborative_group=record.collaborative,
        ),
        Readiness(
            sponsor_name=record.sponsor,
            sponsor_role=record.sponsor_role,
            lead_name=record.local_lead,
            lead_email=f"lead.{record.requester.lower()}@{DOMAIN}",
            existing_method_code=record.existing_method,
            other_help=record.other_help,
            open_to_peers=agrees_to_be_found(record.key, record.requester),
        ),
        Urgency(rank=record.rank, severity=record.severity, severity_reason=record.severity_reason),
    )
