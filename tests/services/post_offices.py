"""Real servers on this machine for tests of sending: SMTP, with TLS where asked, and a stand-in for GOV.UK Notify."""

from __future__ import annotations

import json
import secrets
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from webapp.services import messages
from webapp.store.accounts import User
from webapp.store.outbox import DeliveryState, MessageDelivery
from webapp.store.unit_of_work import Database

PUBLIC = "https://matching.example.org"
ABOUT = {"request_id": "5b2c", "offer_id": "7d1e", "reference": "R-1"}
"""What a message of these tests is about."""
USER, PASSWORD = "mail user", "p:ss/word@1"
KEY = "tests-11111111-2222-4333-8444-555555555555-66666666-7777-4888-8999-aaaaaaaaaaaa"


class Postbox:
    """What an SMTP server took; ``answers`` are said instead, one for each email, until they are used up."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refused: set[str] = set()
        self.answers: list[str] = []
        self.secure: list[bool] = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        self.secure.append(session.ssl is not None)
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 taken"


@contextmanager
def smtp_server(postbox: Postbox, **options: Any) -> Iterator[int]:
    """A server on a free port; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(postbox, hostname="127.0.0.1", port=port, ready_timeout=120, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def lets_in(_server, _session, _envelope, mechanism, data) -> AuthResult:
    """Accept the one user that there is."""
    right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right and mechanism in ("LOGIN", "PLAIN"), handled=False)


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate of its own for 127.0.0.1, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    kept = folder / "certificate.pem"
    kept.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(kept)
    return server, ssl.create_default_context(cafile=str(kept))


class NotifyStandIn:
    """Takes emails as GOV.UK Notify does; ``answers`` are given instead, until they are used up."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.answers: list[int] = []
        self.url = ""

    @contextmanager
    def running(self) -> Iterator[NotifyStandIn]:
        """Answer on a free port."""
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = stand_in.answers.pop(0) if stand_in.answers else 201
                if status in (201, 504):  # 504: taken, but the answer was lost on its way
                    stand_in.taken.append(body)
                self._say(status, {"id": "1"} if status == 201 else {"errors": [{"message": "no"}]})

            def do_GET(self) -> None:
                wanted = parse_qs(urlsplit(self.path).query)["reference"][0]
                found = [each for each in stand_in.taken if each["reference"] == wanted]
                self._say(200, {"notifications": found, "links": {}})

            def _say(self, status: int, content: dict[str, Any]) -> None:
                text = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            thread.join(10)
            server.server_close()


def post(database: Database, kind: str = "result.unmatched", **values: object) -> None:
    """Write a message to somebody."""
    given = {"about": ABOUT, "dedupe_key": secrets.token_hex(4), **values}
    with database.unit(writing=True) as unit:
        messages.post(unit, kind=kind, **given)


def states(database: Database) -> list[tuple[DeliveryState, int, str]]:
    """State, tries and failure of each delivery."""
    with database.unit(writing=False) as unit:
        rows = unit.session.scalars(select(MessageDelivery).order_by(MessageDelivery.due_at)).all()
        return [(row.state, row.attempts, row.failure) for row in rows]


def address_of(database: Database, user_id: object) -> str:
    """Where emails to a person go."""
    with database.unit(writing=False) as unit:
        return unit.session.get_one(User, user_id).email
