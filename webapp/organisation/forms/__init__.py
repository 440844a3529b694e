"""Question pages about one's own people."""
