"""Breaches found by the database come back as named failures, and the unit stays usable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from webapp.services.failures import ServiceError, StaleVersion
from webapp.store.constraints import breached
from webapp.store.unit_of_work import UnitOfWork


@contextmanager
def answering_for(unit: UnitOfWork, failures: Mapping[str, ServiceError] | None = None) -> Iterator[None]:
    """Make changes inside; they are flushed at the end, behind a savepoint.

    ``failures`` maps the name of a constraint to what is raised where it speaks; any other breach is a bug
    and goes on as it is. A row that somebody else changed meanwhile raises ``StaleVersion``.
    """
    try:
        with unit.session.begin_nested():
            yield
            unit.flush()
    except IntegrityError as error:
        failure = (failures or {}).get(breached(error) or "")
        if failure is None:
            raise
        raise failure from error
    except StaleDataError as error:
        raise StaleVersion("the row was changed meanwhile") from error
