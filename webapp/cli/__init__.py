"""Commands of ``flask --app wsgi``; ``registering`` puts them on the application."""
