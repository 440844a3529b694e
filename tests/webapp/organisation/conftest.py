"""T3's lead beside T3's expert, at the door of the service."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.site import Person
from tests.webapp.partners.conftest import Partners, partners
from webapp.authority.roles import Role

__all__ = ["partners"]


@pytest.fixture
def lead(partners: Partners, signed_in: Callable[..., Person]) -> Person:
    """The lead of the expert's employer."""
    return signed_in(Role.TRUST_LEAD, organisation_id=partners.organisations["T3"])


@pytest.fixture
def other_lead(partners: Partners, signed_in: Callable[..., Person]) -> Person:
    """The lead of another trust."""
    return signed_in(Role.TRUST_LEAD, organisation_id=partners.organisations["T1"])
