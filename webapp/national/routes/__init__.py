"""The routes of the national team's pages, one file for each page family."""

from webapp.national.routes import network, publications, registry, review, rounds, runs

__all__ = ["network", "publications", "registry", "review", "rounds", "runs"]
