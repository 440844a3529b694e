"""What all partners bring for one skill at one level, worked out once for each skill and level asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.candidates.scoring import standing_of
from matcher.problem.instance import FloatArray
from matcher.problem.requests import SupportRequest, WantedSkill
from matcher.problem.snapshot import Snapshot
from matcher.problem.taxonomy import CLOSE_ENOUGH


@dataclass(frozen=True, eq=False)
class SkillAnswer:
    """Columns of length P for one skill at one level.

    ``credit``: closeness times level met of the best skill held; ``standing``: the best backing of a close
    skill; ``close``: is any skill held close enough; ``covers``: is the skill itself held at the level.
    """

    credit: FloatArray
    standing: FloatArray
    close: NDArray[np.bool_]
    covers: NDArray[np.bool_]


class SkillColumns:
    """Every held skill of every partner as one long column, cut by partner."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._taxonomy = snapshot.taxonomy
        held = [each for partner in snapshot.partners for each in partner.skills]
        self._codes = sorted({each.skill for each in held})
        number = {code: position for position, code in enumerate(self._codes)}
        self._held = np.array([number[each.skill] for each in held], dtype=np.int64)
        self._levels = np.array([each.level for each in held], dtype=np.int64)
        self._standing = np.array([standing_of(each, snapshot.as_of) for each in held], dtype=np.float64)
        counts = np.array([len(partner.skills) for partner in snapshot.partners], dtype=np.int64)
        self._has_skills = counts > 0
        self._starts = (np.cumsum(counts) - counts)[self._has_skills]
        self._kept: dict[tuple[str, int], SkillAnswer] = {}

    def answer(self, wanted: WantedSkill) -> SkillAnswer:
        """What every partner brings for a skill asked for; its weight plays no part."""
        key = (wanted.skill, wanted.level)
        if key not in self._kept:
            self._kept[key] = self._work_out(wanted.skill, wanted.level)
        return self._kept[key]

    def is_close(self, request: SupportRequest) -> NDArray[np.bool_]:
        """Which partners hold a skill close enough to any of the request's."""
        answers = np.array([self.answer(wanted).close for wanted in request.skills])
        return np.asarray(answers.any(axis=0))

    def _work_out(self, skill: str, level: int) -> SkillAnswer:
        closeness = self._taxonomy.closeness_matrix([skill], self._codes)[0][self._held]
        is_close = closeness >= CLOSE_ENOUGH
        credit = closeness * (np.minimum(self._levels, level) / level)
        is_covering = (closeness == 1.0) & (self._levels >= level)
        return SkillAnswer(
            credit=self._best(credit),
            standing=self._best(np.where(is_close, closeness * self._standing, 0.0)),
            close=self._best(is_close.astype(np.float64)) > 0,
            covers=self._best(is_covering.astype(np.float64)) > 0,
        )

    def _best(self, values: FloatArray) -> FloatArray:
        """The largest value among each partner's skills, 0 for a partner without any."""
        best = np.zeros(len(self._has_skills))
        if len(values):
            best[self._has_skills] = np.maximum.reduceat(values, self._starts)
        return best
