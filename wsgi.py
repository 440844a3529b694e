"""What the web server runs: ``gunicorn wsgi:app``, ``flask --app wsgi``."""

from webapp import create_app, logs

logs.configure()
app = create_app()
