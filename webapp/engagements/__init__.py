"""What both sides do together: answering an offer, and the engagement that comes of it."""
