"""The two ways by which emails leave: over a mail server, with TLS where asked, and over GOV.UK Notify."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.engines import Clock
from tests.services import post_offices
from tests.services.conftest import Country
from tests.services.post_offices import PUBLIC, NotifyStandIn, Postbox, address_of, post, smtp_server, states
from webapp.security.sealing import Sealer
from webapp.services.mailers import DeliveryError, Email, NotifyMailer, SmtpMailer, mailer_for
from webapp.services.sending import Office, send_due
from webapp.settings import MailServer, NotifyService, Settings
from webapp.store.outbox import DeliveryState, MessageDelivery
from webapp.store.unit_of_work import Database

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


class TestSmtp:
    EMAIL = Email(id=uuid4(), to="a@example.org", subject="s", text="t\n")

    def send(self, server: MailServer, trusting: object = None) -> None:
        with SmtpMailer(server, sender="no-reply@example.org", context=trusting) as mailer:
            mailer.send(self.EMAIL, again=False)

    def test_user_and_password_go_over_starttls_only(self, postbox: Postbox, tmp_path: Path) -> None:
        context, trusting = post_offices.certificate(tmp_path)
        options = {"tls_context": context, "authenticator": post_offices.lets_in, "auth_required": True}
        user = {"user": post_offices.USER, "password": post_offices.PASSWORD}
        with smtp_server(postbox, **options) as port:
            self.send(MailServer("127.0.0.1", port, **user), trusting)
            assert postbox.secure == [True]
            for wrong in ({**user, "password": "no"}, {}):
                with pytest.raises(DeliveryError) as refused:
                    self.send(MailServer("127.0.0.1", port, **wrong), trusting)
                assert not refused.value.is_final
            with pytest.raises(DeliveryError, match="SSLCertVerificationError"):
                self.send(MailServer("127.0.0.1", port, **user))

    def test_tls_from_the_start(self, postbox: Postbox, tmp_path: Path) -> None:
        context, trusting = post_offices.certificate(tmp_path)
        with smtp_server(postbox, ssl_context=context) as port:
            self.send(MailServer("127.0.0.1", port, tls_from_start=True), trusting)
        assert len(postbox.mails) == 1

    def test_an_address_that_could_break_out_is_never_handed_over(self, office: Office) -> None:
        for to in ("a@b.org\r\nRCPT TO:<c@d.org>", "a b@c.org", "<a@b.org>, c@d.org", ""):
            email = Email(id=uuid4(), to=to, subject="s", text="t")
            with pytest.raises(DeliveryError), office.mailer as mailer:
                mailer.send(email, again=False)

    def test_nothing_leaves_in_the_clear_where_tls_is_required(self, postbox: Postbox) -> None:
        with smtp_server(postbox) as port, pytest.raises(DeliveryError):
            self.send(MailServer("127.0.0.1", port, tls_required=True))
        assert postbox.mails == []


class TestNotify:
    @pytest.fixture
    def notify(self) -> Iterator[NotifyStandIn]:
        with NotifyStandIn().running() as stand_in:
            yield stand_in

    @pytest.fixture
    def notify_office(self, notify: NotifyStandIn, sealer: Sealer) -> Office:
        service = NotifyService(post_offices.KEY, "b" * 8, notify.url)
        return Office(NotifyMailer(service), PUBLIC, sealer.unseal)

    @ONE_ENGINE
    def test_it_gets_subject_body_and_a_reference(
        self, database: Database, kept_country: Country, notify: NotifyStandIn, notify_office: Office
    ) -> None:
        post(database, to_user_id=kept_country.lead.user_id)
        send_due(database, notify_office)
        (taken,) = notify.taken
        assert taken["email_address"] == address_of(database, kept_country.lead.user_id)
        assert taken["personalisation"]["subject"] == "The result for your support request R-1"
        assert f"{PUBLIC}/requests/5b2c" in taken["personalisation"]["body"]
        with database.unit(writing=False) as unit:
            assert taken["reference"] == str(unit.session.scalars(select(MessageDelivery)).one().id)

    @ONE_ENGINE
    def test_an_answer_that_was_lost_does_not_send_it_twice(
        self,
        database: Database,
        kept_country: Country,
        notify: NotifyStandIn,
        notify_office: Office,
        clock: Clock,
    ) -> None:
        notify.answers = [504]
        post(database, to_user_id=kept_country.lead.user_id)
        send_due(database, notify_office)
        assert states(database) == [(DeliveryState.WAITING, 1, "GOV.UK Notify did not take it (504)")]
        clock.forward(minutes=1)
        send_due(database, notify_office)
        assert len(notify.taken) == 1
        assert states(database) == [(DeliveryState.SENT, 2, "")]

    @ONE_ENGINE
    @pytest.mark.parametrize(
        ("answer", "state"), [(400, DeliveryState.FAILED), (403, DeliveryState.WAITING), (429, "waiting")]
    )
    def test_only_what_can_never_be_taken_is_given_up(
        self,
        database: Database,
        kept_country: Country,
        notify: NotifyStandIn,
        notify_office: Office,
        answer: int,
        state: DeliveryState,
    ) -> None:
        notify.answers = [answer]
        post(database, to_user_id=kept_country.lead.user_id)
        send_due(database, notify_office)
        assert [each for each, _, _ in states(database)] == [state]

    def test_the_settings_say_which_way_e_mails_go(self) -> None:
        least = ("", "", "")
        assert mailer_for(Settings(*least)) is None
        assert isinstance(mailer_for(Settings(*least, mail_server=MailServer("h", 25))), SmtpMailer)
        service = NotifyService(post_offices.KEY, "b" * 8)
        assert isinstance(mailer_for(Settings(*least, notify=service)), NotifyMailer)
