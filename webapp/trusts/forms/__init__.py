"""Question pages of requesters, one class each."""
