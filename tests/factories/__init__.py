"""Rows for tests, valid by default; the test sets the one thing that matters to it."""
