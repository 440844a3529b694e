"""Question pages of administrators."""
