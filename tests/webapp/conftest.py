"""The application with the probe's routes beside its own, and somebody whose sign-in ends while they type."""

from collections.abc import Callable
from urllib.parse import unquote

import pytest

from tests.engines import Clock
from tests.site import Person
from tests.webapp import probe


@pytest.fixture
def probed(app):
    """Routes of ``tests.webapp.probe`` on the application."""
    app.register_blueprint(probe.make())
    return app


@pytest.fixture
def comes_back(clock: Clock, signed_in: Callable[..., Person]) -> Callable[..., None]:
    """Type on a page, let the sign-in end, send, sign in again: the words stand there, not saved yet."""

    def go(who: Person, path: str, words: dict[str, str]) -> None:
        assert who.actor is not None
        person = signed_in(who.actor.role, user_id=who.actor.user_id)
        form = {**person.get(path).values(), **words}
        clock.forward(hours=3)
        sent = person.post(path, form)
        assert (sent.status, sent.location[:15]) == (303, "/sign-in?next=/"), path
        again = signed_in(who.actor.role, user_id=who.actor.user_id)
        page = again.get(unquote(sent.location.removeprefix("/sign-in?next=")))
        assert "Not saved yet" in page.text, path
        assert {name: page.values().get(name) for name in words} == words, path

    return go
