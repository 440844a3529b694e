"""All partners as parallel columns, so that one request is checked and scored against all of them at once.

The same rules as ``matcher.candidates.eligibility`` and ``scoring``, one request against columns of length P
(partners in the snapshot's order). What depends on a skill, a window or a place alone is worked out once and
kept, since thousands of requests share it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.candidates.distance import (
    ASSUMED_KM_ELSEWHERE,
    ASSUMED_KM_SAME_ICB,
    ASSUMED_KM_SAME_REGION,
    position,
)
from matcher.candidates.eligibility import are_interests_stale
from matcher.candidates.reasons import ReasonCode
from matcher.candidates.scoring import (
    DELIVERY_WORTH,
    FAR_KM,
    FIT_STEPS,
    OUTCOME_SHARE,
    rank_factor,
    weights_of,
)
from matcher.candidates.skill_columns import SkillColumns
from matcher.problem.instance import FloatArray, IntArray
from matcher.problem.partners import CostBasis, Delivery, Partner, Reach, Release
from matcher.problem.policy import Policy
from matcher.problem.requests import SupportRequest
from matcher.problem.snapshot import Snapshot

Mask = NDArray[np.bool_]
Codes = NDArray[np.int8]

CODES = tuple(ReasonCode)
"""The meaning of the numbers in a column of codes: 0 is a candidate, n is ``CODES[n - 1]``."""

_MODES = tuple(Delivery)


class PartnerColumns:
    """The partners of one snapshot, ready to be checked against any of its requests."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        partners = snapshot.partners
        self.skills = SkillColumns(snapshot)
        self._capacity_before = _running_totals(partners, len(snapshot.months))
        self._block = _whole(partner.smallest_block for partner in partners)
        self._regions = np.array([partner.region for partner in partners], dtype=object)
        self._icbs = np.array([partner.icb for partner in partners], dtype=object)
        self._reach = np.array([partner.reach for partner in partners], dtype=object)
        self._modes = _whole(_MODES.index(partner.delivery) for partner in partners)
        self._outcome_credit = np.array([partner.outcome_credit for partner in partners], dtype=np.float64)
        self._places = _places(partners)
        self._position = {partner.id: position for position, partner in enumerate(partners)}
        self._own = _positions_by_code((each.organisation,) for each in partners)
        self._interests = _positions_by_code([i.organisation for i in each.interests] for each in partners)
        self._methods = _positions_by_code(each.methods for each in partners)
        self._forbidden = _forbidden_positions(snapshot, self._position)
        self._barred_whatever = self._partner_rules()
        self._reach_kept: dict[tuple[str, str | None], Mask] = {}
        self._days_kept: dict[tuple[int, int], IntArray] = {}

    def codes(self, request: SupportRequest, ignoring: frozenset[ReasonCode] = frozenset()) -> Codes:
        """For each partner 0, or the number of the first rule that the pair fails (see ``CODES``).

        Rules in ``ignoring`` are not asked: what would be if they were relaxed.
        """
        masks: dict[ReasonCode, Mask] = self._barred_whatever | {
            ReasonCode.NO_CLOSE_SKILL: ~self.skills.is_close(request),
            ReasonCode.REACH: ~self._is_reached(request),
            ReasonCode.DELIVERY_MODE: self._delivers_otherwise(request),
            ReasonCode.NO_CAPACITY_IN_WINDOW: self.days_in_window(request) < self.least_days(request),
            ReasonCode.FIT_TOO_LOW: self._fits_too_little(request),
            ReasonCode.OWN_ORGANISATION: self._named_in(self._own, request),
            ReasonCode.DECLARED_INTEREST: self._named_in(self._interests, request),
            ReasonCode.SAME_ICB: self._is_barred_by_icb(request),
            ReasonCode.EXCLUDED_BY_REQUESTER: self._at(self._position[each] for each in request.excluded),
            ReasonCode.FORBIDDEN: self._at(self._forbidden.get(request.id, ())),
        }
        codes = np.zeros(len(self._block), dtype=np.int8)
        for number in range(len(CODES), 0, -1):
            if CODES[number - 1] not in ignoring:
                codes[masks[CODES[number - 1]]] = number
        return codes

    def days_in_window(self, request: SupportRequest) -> IntArray:
        """Whole days of each partner in the request's window."""
        first, last = request.window
        if request.window not in self._days_kept:
            before = self._capacity_before
            self._days_kept[request.window] = before[:, last + 1] - before[:, first]
        return self._days_kept[request.window]

    def least_days(self, request: SupportRequest) -> IntArray:
        """The smallest block of each partner, or the whole of a smaller request."""
        return np.minimum(self._block, request.days)

    def distance_km(self, request: SupportRequest, rows: IntArray) -> FloatArray:
        """Kilometres to travel for the partners at ``rows``."""
        if request.location is None:
            distance = np.full(len(rows), np.nan)
        else:
            apart = self._places[rows] - np.array(position(request.location))
            squares = apart * apart
            distance = np.floor(np.sqrt(squares[:, 0] + squares[:, 1] + squares[:, 2]) * 10 + 0.5) / 10
        distance = np.where(np.isnan(distance), self._assumed_km(request, rows), distance)
        return np.where(self._is_travel_free(request, rows), 0.0, distance)

    def parts(self, request: SupportRequest, rows: IntArray, distance: FloatArray) -> FloatArray:
        """The five criteria of the partners at ``rows``, one column for each, shape (rows, 5)."""
        skills, experience = np.zeros(len(rows)), np.zeros(len(rows))
        for wanted in request.skills:
            answer = self.skills.answer(wanted)
            skills += wanted.weight * answer.credit[rows]
            experience += wanted.weight * answer.standing[rows]
        experience = (1 - OUTCOME_SHARE) * experience + OUTCOME_SHARE * self._outcome_credit[rows]
        worth = np.array([DELIVERY_WORTH[mode, request.delivery] for mode in _MODES])
        nearness = np.where(
            self._is_travel_free(request, rows), 1.0, (FAR_KM - np.minimum(distance, FAR_KM)) / FAR_KM
        )
        method = np.ones(len(rows))
        if request.methods:
            shared = self._at(each for code in request.methods for each in self._methods.get(code, ()))
            method = shared[rows].astype(np.float64)
        return np.column_stack([skills, experience, worth[self._modes[rows]], nearness, method])

    def _partner_rules(self) -> dict[ReasonCode, Mask]:
        """The rules that bar a partner from every request alike."""
        policy, as_of = self._snapshot.policy, self._snapshot.as_of
        rules: dict[ReasonCode, list[bool]] = {
            ReasonCode.STALE_INTEREST: [],
            ReasonCode.RELEASE_WITHDRAWN: [],
            ReasonCode.RELEASE_MISSING: [],
            ReasonCode.PAID_NOT_ALLOWED: [],
        }
        for each in self._snapshot.partners:
            is_stale = are_interests_stale(each, as_of, policy.stale_interest_months)
            is_paid = each.cost_basis is CostBasis.CONTRACT
            rules[ReasonCode.STALE_INTEREST].append(is_stale)
            rules[ReasonCode.RELEASE_WITHDRAWN].append(each.release is Release.WITHDRAWN)
            rules[ReasonCode.RELEASE_MISSING].append(
                each.release is Release.MISSING and policy.missing_release_blocks
            )
            rules[ReasonCode.PAID_NOT_ALLOWED].append(is_paid and not policy.paid_offers_allowed)
        return {code: np.array(barred, dtype=np.bool_) for code, barred in rules.items()}

    def _is_reached(self, request: SupportRequest) -> Mask:
        home = (request.region, request.icb)
        if home not in self._reach_kept:
            near = self._snapshot.policy.neighbours_of(request.region)
            same_region = self._regions == request.region
            neighbouring = same_region | np.isin(self._regions, list(near))
            same_icb = (self._icbs == request.icb) & (request.icb is not None)
            reached: Mask = self._reach == Reach.NATIONAL
            reached = reached | ((self._reach == Reach.ICB) & same_icb)
            reached = reached | ((self._reach == Reach.REGION) & same_region)
            self._reach_kept[home] = reached | ((self._reach == Reach.NEIGHBOURING) & neighbouring)
        return self._reach_kept[home]

    def _delivers_otherwise(self, request: SupportRequest) -> Mask:
        opposite = {Delivery.ON_SITE: Delivery.REMOTE, Delivery.REMOTE: Delivery.ON_SITE}.get(
            request.delivery
        )
        if opposite is None:
            return self._at(())
        return np.asarray(self._modes == _MODES.index(opposite))

    def _fits_too_little(self, request: SupportRequest) -> Mask:
        """Only where the policy sets a least fit: else nobody is scored twice."""
        policy = self._snapshot.policy
        if policy.least_fit <= 0:
            return self._at(())
        rows = np.arange(len(self._block), dtype=np.int64)
        parts = self.parts(request, rows, self.distance_km(request, rows))
        return np.asarray(fit_of(parts, request, policy) < policy.least_fit)

    def _is_travel_free(self, request: SupportRequest, rows: IntArray) -> Mask:
        if request.delivery is Delivery.REMOTE:
            return np.ones(len(rows), dtype=np.bool_)
        return np.asarray(self._modes[rows] == _MODES.index(Delivery.REMOTE))

    def _assumed_km(self, request: SupportRequest, rows: IntArray) -> FloatArray:
        same_region = self._regions[rows] == request.region
        same_icb = (self._icbs[rows] == request.icb) & (request.icb is not None)
        assumed = np.where(same_region, ASSUMED_KM_SAME_REGION, ASSUMED_KM_ELSEWHERE)
        return np.where(same_icb, ASSUMED_KM_SAME_ICB, assumed)

    def _is_barred_by_icb(self, request: SupportRequest) -> Mask:
        if self._snapshot.policy.same_icb_allowed or request.icb is None:
            return self._at(())
        return np.asarray(self._icbs == request.icb, dtype=np.bool_)

    def _named_in(self, positions: dict[str, list[int]], request: SupportRequest) -> Mask:
        sides = [request.requester] + ([request.beneficiary] if request.beneficiary else [])
        return self._at(each for code in sides for each in positions.get(code, ()))

    def _at(self, positions: Iterable[int]) -> Mask:
        mask = np.zeros(len(self._block), dtype=np.bool_)
        mask[list(positions)] = True
        return mask


def fit_of(parts: FloatArray, request: SupportRequest, policy: Policy) -> FloatArray:
    """The fit of rows of the five criteria under a request's rank and waiting credit."""
    total = np.zeros(len(parts))
    for weight, part in zip(weights_of(policy), parts.T, strict=True):
        total = total + weight * part
    raw = total * rank_factor(request, policy) * (1 + request.waiting_credit)
    fit: FloatArray = np.floor(np.minimum(raw, 1.0) * FIT_STEPS + 0.5) / FIT_STEPS
    return fit


def _whole(values: Iterable[int]) -> IntArray:
    return np.fromiter(values, dtype=np.int64)


def _running_totals(partners: Sequence[Partner], months: int) -> IntArray:
    """Shape (P, months + 1): each partner's days before each month."""
    capacity = np.array([partner.capacity for partner in partners], dtype=np.int64).reshape(
        len(partners), months
    )
    return np.concatenate([np.zeros((len(partners), 1), dtype=np.int64), np.cumsum(capacity, axis=1)], axis=1)


def _places(partners: Sequence[Partner]) -> FloatArray:
    unknown = (np.nan, np.nan, np.nan)
    rows = [unknown if each.location is None else position(each.location) for each in partners]
    return np.array(rows, dtype=np.float64).reshape(len(partners), 3)


def _positions_by_code(codes_of_each: Iterable[Iterable[str | None]]) -> dict[str, list[int]]:
    positions: dict[str, list[int]] = {}
    for place, codes in enumerate(codes_of_each):
        for code in codes:
            if code is not None:
                positions.setdefault(code, []).append(place)
    return positions


def _forbidden_positions(snapshot: Snapshot, position_of: dict[str, int]) -> dict[str, list[int]]:
    positions: dict[str, list[int]] = {}
    for partner, request in snapshot.forbidden:
        positions.setdefault(request, []).append(position_of[partner])
    return positions
