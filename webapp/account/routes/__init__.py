"""The routes of the account pages, one file for each page family."""

from webapp.account.routes import invitations, joining, own, passwords, second_factor, sign_in

__all__ = ["invitations", "joining", "own", "passwords", "second_factor", "sign_in"]
