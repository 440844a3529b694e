"""What a solve gave, read back and verified; and what of it the row of its run keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from matcher.allocation.result import FALSE_BOUNDS, Allocation
from matcher.evidence.verifier import Certificate, verify
from matcher.problem.collecting import uncollected
from matcher.problem.instance import Instance
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
    locked = frozenset((each.partner, each.request) for each in instance.locked)
    return Answer(documents, allocation, certificate, parse_json(documents.evidence), locked)


def facts(answer: Answer) -> dict[str, Any]:
    """What of an answer the row of its run keeps, by column."""
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
        "summary": _summary(answer),
    }


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
