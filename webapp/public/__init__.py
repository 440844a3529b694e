"""The open pages: start, how matching works, accessibility, privacy, health, static files."""
