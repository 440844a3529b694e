"""The application with the probe's routes beside its own."""

import pytest

from tests.webapp import probe


@pytest.fixture
def probed(app):
    """Routes of ``tests.webapp.probe`` on the application."""
    app.register_blueprint(probe.make())
    return app
