"""What a solve gave, read back and verified; and what of it the row of its run keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from matcher.allocation.result import FALSE_BOUNDS, Allocation
from matcher.evidence.repair_changes import RepairEvent, repair_changes
from matcher.evidence.verifier import Certificate, verify
from matcher.problem.collecting import uncollected
from matcher.problem.instance import Engagement, Instance
from matcher.problem.records import encode
from matcher.problem.strict_json import parse_json
from matcher.serialisation import read_instance, read_result, sha256
from webapp.services.solving import Solved, SolvingError

Reader = Callable[[bytes], Instance]


class NotCertifiedError(SolvingError):
    """The verifier found breaches in an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a solve gave, read back and found right."""

    documents: Solved
    allocation: Allocation
    certificate: Certificate
    evidence: Mapping[str, Any]
    locked: frozenset[tuple[str, str]]
    aside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mended:
    """What a repair started from: the engagements that stood, and what had happened."""

    stood: tuple[Engagement, ...]
    causes: tuple[RepairEvent, ...]


def checked(documents: Solved, read: Reader = read_instance) -> Answer:
    """Read the documents back and verify them; raises ``NotCertifiedError`` with the first breaches."""
    with uncollected():
        return _checked(documents, read(documents.instance))


def _checked(documents: Solved, instance: Instance) -> Answer:
    allocation = read_result(documents.result)
    certificate = verify(instance, allocation, instance_sha256=sha256(documents.instance))
    if not certificate.passed:
        said = "; ".join(certificate.breaches[:5])
        raise NotCertifiedError(f"The answer did not pass verification: {said}")
    locked = instance.locked_pairs
    evidence = parse_json(documents.evidence)
    return Answer(documents, allocation, certificate, evidence, locked, instance.forbidden)


def facts(answer: Answer, mended: Mended | None = None) -> dict[str, Any]:
    """What of an answer the row of its run keeps, by column; ``mended`` is for a repair, which tells its changes."""
    allocation, timing = answer.allocation, answer.documents.timing
    levels = [
        {
            "name": level.name,
            "value": level.value,
            "bound": level.bound,
            "held": level.held,
            "seconds": timing["levels"].get(level.name, 0.0),
        }
        for level in allocation.levels
    ]
    return {
        "certificate_passed": True,
        "certificate": {"breaches": [], "measures": dict(answer.certificate.measures)},
        "solver_status": allocation.status.value,
        "levels": levels,
        "effort": dict(allocation.certificate.get("effort", {})),
        "versions": dict(allocation.versions),
        "summary": _summary(answer) | ({} if mended is None else {"changes": _changes(answer, mended)}),
    }


def _changes(answer: Answer, mended: Mended) -> list[dict[str, Any]]:
    stands = answer.allocation.engagements
    return list(encode(repair_changes(mended.stood, stands, mended.causes, aside=answer.aside)))


def _summary(answer: Answer) -> dict[str, Any]:
    allocation, timing = answer.allocation, answer.documents.timing
    return {
        "engagements": len(allocation.engagements),
        "unmet": len(allocation.unmet),
        "days": sum(each.total_days for each in allocation.engagements),
        "clash": [
            {"rule": each.rule, "partner": each.partner, "request": each.request, "month": each.month}
            for each in allocation.clash
        ],
        "counts": dict(allocation.certificate.get("counts", {})),
        "seconds": timing["seconds"],
        "stopped_by_time": timing["stopped_by_time"],
        "repair": allocation.certificate.get("repair"),
        FALSE_BOUNDS: list(allocation.certificate.get(FALSE_BOUNDS, ())),
    }
