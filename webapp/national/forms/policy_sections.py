"""Questions under headings: what a long form of the policy is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from webapp.ui.fields import NhsField
from webapp.ui.forms import BaseForm


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its questions, which may stand in pairs."""

    title: str
    lead: str
    fields: tuple[NhsField, ...]
    in_pairs: bool = False
    gist: str = ""

    @property
    def is_open(self) -> bool:
        """Whether something in it has to be mended, or it has no gist to stand for it."""
        return not self.gist or any(field.errors for field in self.fields)


class SectionedForm(BaseForm):
    """A form whose fields are found by their names, and refused after they were each found sound."""

    def _refuse(self, field: Any, message: str) -> bool:
        field.errors = [*field.errors, message]
        return False

    def _named(self, *names: str) -> tuple[NhsField, ...]:
        return tuple(self[name] for name in names)

    def _of(self, *prefixes: str, codes: Iterable[str]) -> tuple[NhsField, ...]:
        return self._named(*(f"{prefix}{code}" for code in codes for prefix in prefixes))
