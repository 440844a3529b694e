"""The forms of the open pages."""
