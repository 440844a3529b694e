"""How each interchange document is read, checked and written; ``matcher.serialisation`` is the door."""
