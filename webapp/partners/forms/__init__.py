"""Question pages of support partners, one class each."""
