"""An independent oracle for tiny instances: days for each month as variables, solved level by level by CP-SAT.

It shares nothing with the product but the instance: no spans, no interval rows, no arrays of candidates.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

from ortools.sat.python import cp_model

from matcher.allocation.result import Stage
from matcher.problem.instance import Candidate, Instance, Request

#: Values are whole multiples of this in the oracle; compare with a little more.
GRAIN = 1e-6
_FIT = 1000
#: Kilometres are counted in tenths.
_TENTHS = 10


class Oracle:
    """Best value of each level of an instance's ladder, one after another; None where the locks clash."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.model = cp_model.CpModel()
        self.rows = [instance.candidate(row) for row in range(len(instance.candidates))]
        self.requests = {request.id: request for request in instance.requests}
        self.partners = {partner.id: partner for partner in instance.partners}
        self.engaged = [self.model.new_bool_var(f"y{row}") for row in range(len(self.rows))]
        self.by_month = [self._months(row) for row in range(len(self.rows))]
        self.days = [sum(months) for months in self.by_month]
        self.covered = self._covered()
        self._rules()

    def best(self) -> list[float] | None:
        """The optimum of each level with the ones before it held."""
        values = []
        for name in self.instance.ladder:
            best = self._best_of(name)
            if best is None:
                return None
            values.append(best)
        return values

    def best_given(self, levels: Sequence[Stage]) -> list[float | None]:
        """The optimum of each level of a result, with the ones before it held where the result says; None where that
        cannot be."""
        return [self._best_of(level.name, level.held) for level in levels]

    def _best_of(self, name: str, held: float | None = None) -> float | None:
        """The optimum of a level, which is then held there or where it is told."""
        expression, scale, most = self._level(name)
        (self.model.maximize if most else self.model.minimize)(expression)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = 60
        if solver.solve(self.model) != cp_model.OPTIMAL:
            return None
        best = round(solver.objective_value)
        kept, room = best, 0.0
        if held is not None:  # which may be rounded to the oracle's whole grains
            kept, room = held * scale, 8.0 if scale > _TENTHS else 0.01
        kept_whole = math.ceil(kept - room) if most else math.floor(kept + room)
        self.model.add(expression >= kept_whole if most else expression <= kept_whole)
        return best / scale

    def _months(self, row: int) -> list[cp_model.IntVar]:
        candidate = self.rows[row]
        first, last = self.requests[candidate.request].window
        capacity = self.partners[candidate.partner].capacity
        months = []
        for month, limit in enumerate(capacity):
            inside = first <= month <= last
            months.append(self.model.new_int_var(0, limit if inside else 0, f"d{row},{month}"))
        return months

    def _covered(self) -> dict[tuple[str, str], cp_model.IntVar]:
        covered = {}
        for request in self.instance.requests:
            for skill in request.skills:
                z = self.model.new_bool_var(f"z{request.id},{skill.skill}")
                holders = [
                    self.engaged[row]
                    for row in self._rows_of(request.id)
                    if skill.skill in self.rows[row].covers
                ]
                self.model.add_max_equality(z, [*holders, 0])
                covered[request.id, skill.skill] = z
        return covered

    def _rows_of(self, request: str) -> list[int]:
        return [row for row, candidate in enumerate(self.rows) if candidate.request == request]

    def _rules(self) -> None:
        for row, candidate in enumerate(self.rows):
            self.model.add(self.days[row] >= candidate.min_days).only_enforce_if(self.engaged[row])
            self.model.add(self.days[row] <= candidate.max_days).only_enforce_if(self.engaged[row])
            self.model.add(self.days[row] == 0).only_enforce_if(self.engaged[row].negated())
            if (candidate.partner, candidate.request) in self.instance.forbidden:
                self.model.add(self.engaged[row] == 0)
        for request in self.instance.requests:
            rows = self._rows_of(request.id)
            self.model.add(sum(self.days[row] for row in rows) <= request.days)
            self.model.add(sum(self.engaged[row] for row in rows) <= request.max_team)
            self._hard_essentials(request, rows)
        self._supply_rules()
        for lock in self.instance.locked:
            row = self.rows.index(
                next(c for c in self.rows if (c.partner, c.request) == (lock.partner, lock.request))
            )
            self.model.add(self.engaged[row] == 1)
            for variable, days in zip(self.by_month[row], lock.days, strict=True):
                self.model.add(variable == days)

    def _hard_essentials(self, request: Request, rows: list[int]) -> None:
        if not self.instance.essential_is_hard:
            return
        for skill in request.skills:
            if skill.essential:
                for row in rows:
                    self.model.add_implication(self.engaged[row], self.covered[request.id, skill.skill])

    def _supply_rules(self) -> None:
        present: dict[tuple[str, int], list[cp_model.IntVar]] = defaultdict(list)
        used: dict[tuple[str, int], list[cp_model.IntVar]] = defaultdict(list)
        for row, candidate in enumerate(self.rows):
            for month in _occupied(
                self.partners[candidate.partner].capacity, self.requests[candidate.request].window
            ):
                present[candidate.partner, month].append(self.engaged[row])
            for month, variable in enumerate(self.by_month[row]):
                used[candidate.partner, month].append(variable)
        for (partner, month), variables in used.items():
            self.model.add(sum(variables) <= self.partners[partner].capacity[month])
        for (partner, _), engaged in present.items():
            limit = self.partners[partner].max_concurrent
            if limit is not None:
                self.model.add(sum(engaged) <= limit)

    def _level(self, name: str):
        if name == "mandated":
            return self._mandated(), 1, True
        if name == "floors":
            return self._floors(), 1, False
        if name in ("worst_group", "worst_request"):
            return self._least(name), 1e6, True
        if name == "value":
            return self._value(), 1e6, True
        if name == "change":
            return self._change(), 1, False
        return (
            sum(round(c.distance_km * _TENTHS) * self.days[row] for row, c in enumerate(self.rows)),
            _TENTHS,
            False,
        )

    def _mandated(self):
        total = 0
        for request in self.instance.requests:
            if not request.mandated:
                continue
            q = self.model.new_bool_var(f"q{request.id}")
            needed = math.ceil(Fraction(str(self.instance.mandated_share)) * request.days)
            given = sum(self.days[row] for row in self._rows_of(request.id))
            self.model.add(given >= needed).only_enforce_if(q)
            for skill in request.skills:
                if skill.essential:
                    self.model.add_implication(q, self.covered[request.id, skill.skill])
            total += request.severity * q
        return total

    def _groups(self):
        for field, entries in (("priority", self.instance.priorities), ("region", self.instance.regions)):
            for entry in entries:
                members = [r for r in self.instance.requests if getattr(r, field) == entry.code]
                given = sum(self.days[row] for r in members for row in self._rows_of(r.id))
                yield entry, sum(r.days for r in members), given

    def _floors(self):
        total = 0
        for at, (entry, wanted, given) in enumerate(self._groups()):
            floor = math.floor(Fraction(str(entry.floor)) * wanted)
            short = self.model.new_int_var(0, floor, f"short{at}")
            self.model.add(short + given >= floor)
            total += short
        return total

    def _least(self, name: str):
        least = self.model.new_int_var(0, 1_000_000, name)
        if name == "worst_group":
            for _, wanted, given in self._groups():
                if wanted:
                    self.model.add(least * wanted <= 1_000_000 * given)
            return least
        for request in self.instance.requests:
            rows = self._rows_of(request.id)
            fit_days = sum(round(self.rows[row].fit * _FIT) * self.days[row] for row in rows)
            self.model.add(least * request.days <= 1_000_000 // _FIT * fit_days)
        return least

    def _value(self):
        weights = {priority.code: priority.weight for priority in self.instance.priorities}
        total = 0
        for row, candidate in enumerate(self.rows):
            request = self.requests[candidate.request]
            total += (
                round(1e6 * weights[request.priority] * request.severity * candidate.fit) * self.days[row]
            )
        for request in self.instance.requests:
            for skill in request.skills:
                worth = weights[request.priority] * request.severity * request.days * skill.weight
                total += (
                    round(1e6 * self.instance.skill_bonus * worth) * self.covered[request.id, skill.skill]
                )
        return total

    def _change(self):
        if not self.instance.previous:
            return 0
        previous = {(pair.partner, pair.request) for pair in self.instance.previous}
        pairs = {_pair(candidate): row for row, candidate in enumerate(self.rows)}
        kept = sum(self.engaged[pairs[pair]] for pair in previous if pair in pairs)
        added = sum(self.engaged[row] for pair, row in pairs.items() if pair not in previous)
        return len(previous) - kept + added


def _pair(candidate: Candidate) -> tuple[str, str]:
    return (candidate.partner, candidate.request)


def _occupied(capacity: tuple[int, ...], window: tuple[int, int]) -> range:
    """Months from the first to the last of the window in which the partner has capacity."""
    open_months = [month for month in range(window[0], window[1] + 1) if capacity[month] > 0]
    return range(open_months[0], open_months[-1] + 1) if open_months else range(0)
