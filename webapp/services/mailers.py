"""Handing an email over, by SMTP or by GOV.UK Notify; which, say the settings. Plain text, one recipient each."""

from __future__ import annotations

import logging
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from webapp.settings import EMAIL_ADDRESS, MailServer, NotifyService, Settings

TIMEOUT_SECONDS = 20
NAME = "Support partner matching"
# Its warnings repeat what was sent.
logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Email:
    """One email. ``id`` stays the same when it is sent again, so that a receiver can tell."""

    id: UUID
    to: str
    subject: str
    text: str
    unsubscribe_url: str = ""


class DeliveryError(Exception):
    """An email was not taken; the text names no person.

    ``is_final``: trying again cannot help. ``is_server``: no other email would be taken now either.
    """

    def __init__(self, reason: str, *, is_final: bool = False, is_server: bool = False):
        super().__init__(reason)
        self.is_final = is_final
        self.is_server = is_server


class Mailer(Protocol):
    """Something that takes emails while it is open; ``again`` says that this one may have left before."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def send(self, email: Email, *, again: bool) -> None:
        """Hand it over; raises ``DeliveryError``."""


def mailer_for(settings: Settings) -> Mailer | None:
    """What the settings ask for; ``None`` where email cannot be sent."""
    if settings.notify is not None:
        return NotifyMailer(settings.notify)
    if settings.mail_server is not None:
        return SmtpMailer(settings.mail_server, sender=settings.mail_from)
    return None


class SmtpMailer:
    """Speaks to one mail server, on one connection for all emails of a pass."""

    def __init__(self, server: MailServer, *, sender: str, context: ssl.SSLContext | None = None):
        self.server = server
        self.sender = sender
        self.context = context or ssl.create_default_context()
        self._open: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._open.quit()
            self._open = None

    def send(self, email: Email, *, again: bool) -> None:  # noqa: ARG002  # its Message-ID is the same
        """Hand it over; raises ``DeliveryError``."""
        try:
            message = self._message(email)
        except (ValueError, MessageError) as error:
            raise DeliveryError("it cannot stand in an email", is_final=True) from error
        try:
            connection = self._connection()
        except (smtplib.SMTPException, OSError) as error:
            raise self._lost(error) from error
        try:
            connection.send_message(message, from_addr=self.sender, to_addrs=[email.to])
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise DeliveryError(f"the address was refused ({code})", is_final=500 <= code < 600) from error
        except smtplib.SMTPDataError as error:
            code = error.smtp_code
            raise DeliveryError(f"the email was refused ({code})", is_final=500 <= code < 600) from error
        except smtplib.SMTPNotSupportedError as error:
            raise DeliveryError("the mail server cannot take this address", is_final=True) from error
        except (smtplib.SMTPException, OSError) as error:
            raise self._lost(error) from error

    def _message(self, email: Email) -> EmailMessage:
        if not EMAIL_ADDRESS.fullmatch(email.to):
            raise ValueError("not an address")
        message = EmailMessage(policy=SMTP)
        user, _, domain = self.sender.partition("@")
        message["From"] = Address(NAME, user, domain)
        message["To"] = Address("", *email.to.rsplit("@", 1))
        message["Subject"] = email.subject
        message["Message-ID"] = f"<{email.id}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        if email.unsubscribe_url:
            message["List-Unsubscribe"] = f"<{email.unsubscribe_url}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(email.text, cte="quoted-printable")
        return message

    def _connection(self) -> smtplib.SMTP:
        if self._open is None:
            server = self.server
            if server.tls_from_start:
                self._open = smtplib.SMTP_SSL(
                    server.host, server.port, timeout=TIMEOUT_SECONDS, context=self.context
                )
            else:
                self._open = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
                self._secure(self._open)
            if server.user:
                self._open.login(server.user, server.password)
        return self._open

    def _secure(self, connection: smtplib.SMTP) -> None:
        connection.ehlo_or_helo_if_needed()
        if connection.has_extn("starttls"):
            connection.starttls(context=self.context)
        elif self.server.tls_required:
            raise smtplib.SMTPException("no STARTTLS")

    def _lost(self, error: smtplib.SMTPException | OSError) -> DeliveryError:
        if self._open is not None:
            self._open.close()  # no farewell: a connection that broke would keep us waiting for the answer
            self._open = None
        code = getattr(error, "smtp_code", "")
        name = f"{type(error).__name__} {code}".strip()
        return DeliveryError(f"the mail server did not take it ({name})", is_server=True)


class NotifyMailer:
    """Speaks to GOV.UK Notify; the reference of each notification is the email's identifier."""

    def __init__(self, service: NotifyService):
        self.service = service
        self._client = NotificationsAPIClient(service.api_key, base_url=service.url, timeout=TIMEOUT_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.request_session.close()

    def send(self, email: Email, *, again: bool) -> None:
        """Hand it over, unless it was on an earlier try; raises ``DeliveryError``."""
        try:
            if again and self._has_left(email):
                return
            self._client.send_email_notification(
                email.to,
                self.service.template_id,
                personalisation={"subject": email.subject, "body": email.text},
                reference=str(email.id),
                one_click_unsubscribe_url=email.unsubscribe_url or None,
            )
        except APIError as error:
            code = error.status_code
            reason = f"GOV.UK Notify did not take it ({code})"
            raise DeliveryError(reason, is_final=code == 400, is_server=code != 400) from error

    def _has_left(self, email: Email) -> bool:
        found = self._client.get_all_notifications(template_type="email", reference=str(email.id))
        return bool(found.get("notifications"))
