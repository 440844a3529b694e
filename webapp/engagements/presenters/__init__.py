"""Presenters of the pages that both sides share."""
