"""What the pages about one's own people show, as plain values."""
