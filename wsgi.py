"""What the web server runs: ``gunicorn wsgi:app``, ``flask --app wsgi``."""

from webapp import start

app = start()
