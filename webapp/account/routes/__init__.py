"""The routes of the account pages, one file for each page family."""

from webapp.account.routes import own, second_factor, sign_in

__all__ = ["own", "second_factor", "sign_in"]
