"""Support requests, drafted whole or submitted."""

from __future__ import annotations

from dataclasses import replace

from webapp.authority.actor import Actor
from webapp.services import support_requests
from webapp.services.request_steps import Aim, Amount, Need, Readiness, Skills, SkillWanted, Step, Urgency
from webapp.store.partners import Delivery
from webapp.store.support_requests import Shape, SupportRequest
from webapp.store.unit_of_work import UnitOfWork

STEPS: tuple[Step, ...] = (
    Need("Leaving hospital sooner", "UEC", "UEC-FLO"),
    Aim("Patients go home on the day they are ready", "Days waited after being ready"),
    Skills((SkillWanted("UEC-FLO-DIS", 2, 3, True), SkillWanted("M-PDSA", 1))),
    Amount(Shape.COACHING, Delivery.MIXED, 6, "2027-01", "2027-06", 2),
    Readiness("A Sponsor", "Chief operating officer", "A Lead", "lead@example.org"),
    Urgency(1, 2),
)


def whole_draft(unit: UnitOfWork, actor: Actor, **changes: object) -> SupportRequest:
    """A draft that lacks nothing; ``changes`` replace fields of any step."""
    reference = changes.pop("reference", None)
    beneficiary_id = changes.pop("beneficiary_id", None)
    row = support_requests.start(unit, actor=actor, reference=reference, beneficiary_id=beneficiary_id)
    for step in STEPS:
        ours = {name: value for name, value in changes.items() if name in step.__dataclass_fields__}
        row = support_requests.save_step(
            unit, actor=actor, request_id=row.id, step=replace(step, **ours), expected_version=row.version
        )
    return row


def submitted(unit: UnitOfWork, actor: Actor, **changes: object) -> SupportRequest:
    """A request that was submitted to the open round."""
    row = whole_draft(unit, actor, **changes)
    return support_requests.submit(unit, actor=actor, request_id=row.id, expected_version=row.version)
