"""From a snapshot to its instance: every request checked and scored against all partners, rows gathered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.candidates.columns import CODES, PartnerColumns, fit_of
from matcher.candidates.eligibility import failed_rules
from matcher.candidates.reasons import ReasonCode
from matcher.candidates.scoring import rank_factor
from matcher.problem.instance import (
    CandidateTable,
    Engagement,
    FloatArray,
    Instance,
    IntArray,
    Partner,
    Priority,
    Region,
    Request,
    RequiredSkill,
)
from matcher.problem.records import RecordError
from matcher.problem.requests import SupportRequest
from matcher.problem.snapshot import PlannedDays, Snapshot

_UNLOCKABLE = frozenset(
    {ReasonCode.OWN_ORGANISATION, ReasonCode.DECLARED_INTEREST, ReasonCode.EXCLUDED_BY_REQUESTER}
)


class LockError(RecordError):
    """Locked pairs that a conflict has come between: they can neither be kept nor be dropped unasked."""


@dataclass(frozen=True, eq=False)
class CandidateColumns:
    """Parallel columns by candidate row, and the counts of reasons by request.

    ``parts`` has the five criteria of the score as columns; ``reason_table`` a column for each of ``CODES``.
    """

    partner: IntArray
    request: IntArray
    fit: FloatArray
    parts: FloatArray
    rank_factor: FloatArray
    waiting_credit: FloatArray
    min_days: IntArray
    max_days: IntArray
    distance_km: FloatArray
    cover_start: IntArray
    covers: IntArray
    reason_table: IntArray


@dataclass(frozen=True, eq=False)
class _RequestRows:
    """The candidates of one request; ``covers`` is a (rows, skills of the request) table of 0 and 1."""

    partner: IntArray
    fit: FloatArray
    parts: FloatArray
    min_days: IntArray
    max_days: IntArray
    distance_km: FloatArray
    covers: IntArray
    reasons: IntArray


def gather(snapshot: Snapshot, partners: PartnerColumns) -> CandidateColumns:
    """All candidate rows of a canonical snapshot. Raises ``LockError`` for locks that became conflicted."""
    _refuse_conflicted_locks(snapshot)
    locks = _locks_by_request(snapshot)
    found = [
        _rows_of(request, snapshot, partners, locks.get(request.id, {})) for request in snapshot.requests
    ]
    sizes = np.array([len(each.partner) for each in found], dtype=np.int64)
    cover_counts, covers = _flat_covers(found)
    by_request = np.repeat(np.arange(len(found), dtype=np.int64), sizes)
    factors = np.array(
        [rank_factor(request, snapshot.policy) for request in snapshot.requests], dtype=np.float64
    )
    waiting = np.array([request.waiting_credit for request in snapshot.requests], dtype=np.float64)
    return CandidateColumns(
        partner=_joined([each.partner for each in found]),
        request=by_request,
        fit=_joined_floats([each.fit for each in found]),
        parts=np.concatenate([np.zeros((0, 5)), *(each.parts for each in found)]),
        rank_factor=factors[by_request],
        waiting_credit=waiting[by_request],
        min_days=_joined([each.min_days for each in found]),
        max_days=_joined([each.max_days for each in found]),
        distance_km=_joined_floats([each.distance_km for each in found]),
        cover_start=np.concatenate(([0], np.cumsum(cover_counts))).astype(np.int64),
        covers=covers,
        reason_table=np.array([each.reasons for each in found], dtype=np.int64).reshape(
            len(found), len(CODES)
        ),
    )


def derive_instance(snapshot: Snapshot, columns: CandidateColumns) -> Instance:
    """The instance of a canonical snapshot and its candidate rows."""
    policy = snapshot.policy
    return Instance(
        months=snapshot.months,
        priorities=tuple(Priority(each.code, each.weight, each.floor) for each in policy.priorities),
        regions=tuple(Region(each.code, each.floor) for each in policy.regions),
        mandated_share=policy.mandated_share,
        skill_bonus=policy.skill_bonus,
        essential_is_hard=policy.essential_is_hard,
        ladder=policy.ladder,
        partners=tuple(
            Partner(
                id=each.id,
                region=each.region,
                organisation=each.organisation,
                capacity=each.capacity,
                max_concurrent=each.max_concurrent,
                conflicts=tuple(sorted({interest.organisation for interest in each.interests})),
            )
            for each in snapshot.partners
        ),
        requests=tuple(_plain_request(each) for each in snapshot.requests),
        candidates=CandidateTable(
            partner=columns.partner,
            request=columns.request,
            fit=columns.fit,
            min_days=columns.min_days,
            max_days=columns.max_days,
            distance_km=columns.distance_km,
            cover_start=columns.cover_start,
            covers=columns.covers,
        ),
        locked=_engagements(snapshot.locked),
        forbidden=snapshot.forbidden,
        previous=_engagements(snapshot.previous),
    )


def _rows_of(
    request: SupportRequest, snapshot: Snapshot, partners: PartnerColumns, locks: dict[int, int]
) -> _RequestRows:
    codes = partners.codes(request)
    reasons = np.bincount(codes, minlength=len(CODES) + 1)[1:]
    for row in locks:
        codes[row] = 0
    rows = np.flatnonzero(codes == 0)
    distance = partners.distance_km(request, rows)
    parts = partners.parts(request, rows, distance)
    least = partners.least_days(request)[rows]
    most = np.minimum(partners.days_in_window(request)[rows], request.days)
    for row, total in locks.items():
        place = int(np.searchsorted(rows, row))
        least[place], most[place] = (
            min(least[place], max(total, 1)),
            max(most[place], min(total, request.days), 1),
        )
    answers = [partners.skills.answer(wanted).covers[rows] for wanted in request.skills]
    return _RequestRows(
        partner=rows,
        fit=fit_of(parts, request, snapshot.policy),
        parts=parts,
        min_days=least,
        max_days=most,
        distance_km=distance,
        covers=np.column_stack(answers).astype(np.int64),
        reasons=reasons,
    )


def _flat_covers(found: list[_RequestRows]) -> tuple[IntArray, IntArray]:
    """How many skills each row covers, and their positions among all required skills, row after row."""
    counts, positions, first = [], [], 0
    for each in found:
        counts.append(each.covers.sum(axis=1))
        positions.append(np.nonzero(each.covers)[1] + first)
        first += each.covers.shape[1]
    return _joined(counts), _joined(positions)


def _plain_request(request: SupportRequest) -> Request:
    return Request(
        id=request.id,
        organisation=request.beneficiary,
        region=request.region,
        priority=request.priority,
        provider_type=request.provider_type,
        severity=request.severity,
        days=request.days,
        window=request.window,
        max_team=request.max_team,
        mandated=request.mandated,
        excluded=tuple(sorted(set(request.excluded))),
        skills=tuple(RequiredSkill(each.skill, each.weight, each.essential) for each in request.skills),
    )


def _engagements(planned: tuple[PlannedDays, ...]) -> tuple[Engagement, ...]:
    return tuple(Engagement(each.partner, each.request, each.days) for each in planned)


def _locks_by_request(snapshot: Snapshot) -> dict[str, dict[int, int]]:
    """For each request with locks: partner position → locked days in all."""
    position_of = {partner.id: position for position, partner in enumerate(snapshot.partners)}
    locks: dict[str, dict[int, int]] = {}
    for each in snapshot.locked:
        locks.setdefault(each.request, {})[position_of[each.partner]] = sum(each.days)
    return locks


def _refuse_conflicted_locks(snapshot: Snapshot) -> None:
    problems = []
    for position, each in enumerate(snapshot.locked):
        partner, request = snapshot.partner_by_id[each.partner], snapshot.request_by_id[each.request]
        conflicts = _UNLOCKABLE.intersection(failed_rules(partner, request, snapshot))
        pair = f"locked[{position}]: {each.partner} may not support {each.request}"
        problems += [f"{pair}: {code}" for code in sorted(conflicts)]
    if problems:
        raise LockError(problems)


def _joined(columns: list[IntArray]) -> IntArray:
    return np.concatenate([np.zeros(0, dtype=np.int64), *columns])


def _joined_floats(columns: list[FloatArray]) -> FloatArray:
    return np.concatenate([np.zeros(0), *columns])
