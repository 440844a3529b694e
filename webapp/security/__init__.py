"""Signing in, secrets and response headers: where the accounts library meets our own rows."""
