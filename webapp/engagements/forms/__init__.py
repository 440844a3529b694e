"""Forms of the pages that both sides share."""
