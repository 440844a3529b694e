"""Question pages of the national team, one class each."""
