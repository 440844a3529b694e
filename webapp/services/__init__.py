"""Verbs: one use case is one function, in the noun's file."""
