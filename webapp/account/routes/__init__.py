"""The routes of the account pages, one file for each page family."""

from webapp.account.routes import invitations, joining, messages, own, passwords, second_factor, sign_in

__all__ = ["invitations", "joining", "messages", "own", "passwords", "second_factor", "sign_in"]
