"""Choosing: the ladder of levels, the solvers behind it and the repair of an answer."""
