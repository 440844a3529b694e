"""Sending: to whom rights and wishes say, at least once under one identifier, patiently, in silence about people."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.engines import Clock
from tests.factories.accounts import person
from tests.services.conftest import Country
from tests.services.post_offices import ABOUT, PUBLIC, Postbox, address_of, post, states
from webapp.authority.roles import Role
from webapp.security.sealing import Sealer
from webapp.services import sending
from webapp.services.mailers import SmtpMailer
from webapp.services.sending import MOST_TRIES, Office, send_due
from webapp.settings import MailServer
from webapp.store import outbox_queue
from webapp.store.accounts import Membership, User
from webapp.store.outbox import DeliveryState, MessageDelivery, MessageOptOut, OutboxMessage
from webapp.store.unit_of_work import Database, UnitOfWork
from webapp.worker import Worker

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


class TestWhoGetsIt:
    def test_every_reader_in_the_organisation_and_nobody_else(
        self, database: Database, kept_country: Country, office: Office, postbox: Postbox
    ) -> None:
        post(database, to_organisation_id=kept_country.lead.organisation_id)
        post(
            database,
            "offer.to_requester",
            to_organisation_id=kept_country.lead.organisation_id,
            about={**ABOUT, "partner": "P", "lapses_on": "2026-12-04"},
        )
        send_due(database, office)
        got = sorted((str(mail["To"]), str(mail["Subject"])) for mail in postbox.mails)
        lead, member = (address_of(database, one.user_id) for one in (kept_country.lead, kept_country.member))
        unmatched = "The result for your support request R-1"
        assert got == sorted(
            [(lead, unmatched), (member, unmatched), (lead, "A support partner for your request R-1")]
        )

    def test_our_own_teams_are_named_by_the_kind(
        self, database: Database, kept_country: Country, office: Office, postbox: Postbox, unit: UnitOfWork
    ) -> None:
        keeper = person(unit.session, Role.SYSTEM_ADMIN)
        unit.commit()
        post(database, "mail.failed")
        send_due(database, office)
        assert [str(mail["To"]) for mail in postbox.mails] == [address_of(database, keeper.user_id)]

    def test_whoever_left_between_posting_and_sending_gets_nothing(
        self, database: Database, kept_country: Country, office: Office, postbox: Postbox
    ) -> None:
        post(database, to_organisation_id=kept_country.lead.organisation_id)
        with database.unit(writing=True) as unit:
            sending.address(unit, emails=True)
        with database.unit(writing=True) as unit:
            held = select(Membership).where(Membership.user_id == kept_country.member.user_id)
            unit.session.delete(unit.session.scalars(held).one())
            unit.session.get_one(User, kept_country.lead.user_id).active = False
        send_due(database, office)
        assert postbox.mails == []
        assert {state for state, _, _ in states(database)} == {DeliveryState.FAILED}

    def test_a_kind_that_was_switched_off_stays_among_the_messages_only(
        self, database: Database, kept_country: Country, office: Office, postbox: Postbox
    ) -> None:
        with database.unit(writing=True) as unit:
            for kind in ("result.unmatched", "offer.to_requester"):
                unit.session.add(MessageOptOut(user_id=kept_country.lead.user_id, kind=kind))
        post(database, to_user_id=kept_country.lead.user_id)
        about = {**ABOUT, "partner": "P", "lapses_on": "2026-12-04"}
        post(database, "offer.to_requester", to_user_id=kept_country.lead.user_id, about=about)
        send_due(database, office)
        assert [str(mail["Subject"]) for mail in postbox.mails] == ["A support partner for your request R-1"]
        assert sorted(state for state, _, _ in states(database)) == ["sent", "switched_off"]

    def test_without_a_server_it_is_settled_as_not_emailed(
        self, database: Database, kept_country: Country, tmp_path: Path
    ) -> None:
        post(database, to_user_id=kept_country.lead.user_id)
        Worker(database, f"sqlite:///{tmp_path / 'x.sqlite'}").send()
        assert states(database) == [(DeliveryState.NOT_EMAILED, 0, "")]


@ONE_ENGINE
class TestTheEmail:
    def test_it_has_plain_words_one_link_and_a_lasting_identifier(
        self, database: Database, kept_country: Country, office: Office, postbox: Postbox
    ) -> None:
        post(database, to_user_id=kept_country.lead.user_id)
        send_due(database, office)
        (mail,) = postbox.mails
        text = mail.get_content().replace("\r\n", "\n")
        assert mail.get_content_type() == "text/plain"
        assert text.count("http") == 1
        assert f"\n{PUBLIC}/requests/5b2c\n" in text
        with database.unit(writing=False) as unit:
            row = unit.session.scalars(select(MessageDelivery)).one()
        assert mail["Message-ID"] == f"<{row.id}@matching.example.org>"
        assert mail["From"].addresses[0].addr_spec == "no-reply@matching.example.org"
        assert mail["Auto-Submitted"] == "auto-generated"

    @pytest.mark.parametrize("nasty", ["R\r\nBcc: x@example.org", "R\nX: 1", "R\u2028x", "R\x00\x0b"])
    def test_no_value_adds_a_header_or_a_recipient(
        self, database: Database, kept_country: Country, office: Office, postbox: Postbox, nasty: str
    ) -> None:
        post(database, to_user_id=kept_country.lead.user_id, about={**ABOUT, "reference": nasty})
        send_due(database, office)
        (mail,) = postbox.mails
        assert mail["Bcc"] is None
        assert mail["X"] is None
        assert str(mail["Subject"]).startswith("The result for your support request R")

    def test_a_secret_and_an_address_are_gone_once_it_was_sent(
        self, database: Database, office: Office, postbox: Postbox, sealer: Sealer
    ) -> None:
        post(
            database,
            "subscription.confirm",
            about={},
            to_address="New@Example.org",
            sealed_secret=sealer.seal("the secret"),
        )
        with database.unit(writing=False) as unit:
            row = unit.session.scalars(select(OutboxMessage)).one()
            assert "the secret" not in str(vars(row))
        send_due(database, office)
        (mail,) = postbox.mails
        assert mail["To"] == "new@example.org"
        assert "/bulletins/subscription/the%20secret" in mail.get_content()
        with database.unit(writing=False) as unit:
            row = unit.session.scalars(select(OutboxMessage)).one()
            assert (row.sealed, row.address) == (None, "")


class TestPatience:
    def test_what_is_not_taken_is_tried_again_under_the_same_identifier(
        self, database: Database, kept_country: Country, office: Office, postbox: Postbox, clock: Clock
    ) -> None:
        postbox.answers = ["451 come back later"]
        post(database, to_user_id=kept_country.lead.user_id)
        send_due(database, office)
        assert states(database) == [(DeliveryState.WAITING, 1, "the email was refused (451)")]
        send_due(database, office)
        assert postbox.mails == []
        clock.forward(minutes=1)
        send_due(database, office)
        assert len(postbox.mails) == 1
        assert states(database) == [(DeliveryState.SENT, 2, "")]

    def test_a_sender_that_died_after_handing_over_sends_the_same_again(
        self, database: Database, kept_country: Country, office: Office, postbox: Postbox, clock: Clock
    ) -> None:
        post(database, to_user_id=kept_country.lead.user_id)
        with database.unit(writing=True) as unit:
            sending.address(unit, emails=True)
        with office.mailer as mailer:
            for claimed in sending._claim(database, office):
                mailer.send(claimed.email, again=False)
        send_due(database, office)
        assert len(postbox.mails) == 1
        clock.forward(minutes=1)
        send_due(database, office)
        first, second = postbox.mails
        assert first["Message-ID"] == second["Message-ID"]

    def test_a_refused_address_is_given_up_and_administrators_are_told(
        self, database: Database, kept_country: Country, office: Office, postbox: Postbox
    ) -> None:
        postbox.refused = {address_of(database, kept_country.lead.user_id)}
        for _ in range(2):
            post(database, to_user_id=kept_country.lead.user_id)
        send_due(database, office)
        assert states(database) == 2 * [(DeliveryState.FAILED, 1, "the address was refused (550)")]
        with database.unit(writing=False) as unit:
            told = unit.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail.failed"))
            assert len(told.all()) == 1
            assert outbox_queue.failed_by_kind(unit.session)[0][:2] == ("result.unmatched", 2)

    @ONE_ENGINE
    def test_a_server_that_is_down_is_asked_once_a_pass_and_given_up_after_the_last_try(
        self, database: Database, kept_country: Country, sealer: Sealer, clock: Clock
    ) -> None:
        mailer = SmtpMailer(MailServer("127.0.0.1", 1), sender="no-reply@example.org")
        office = Office(mailer, PUBLIC, sealer.unseal)
        for _ in range(3):
            post(database, to_user_id=kept_country.lead.user_id)
        for tries in range(1, MOST_TRIES + 1):
            send_due(database, office)
            state = DeliveryState.FAILED if tries == MOST_TRIES else DeliveryState.WAITING
            reason = "the mail server did not take it (ConnectionRefusedError)"
            assert states(database) == 3 * [(state, tries, reason)]
            clock.forward(days=1)

    def test_two_senders_hand_each_email_over_once(
        self, database: Database, kept_country: Country, office: Office, postbox: Postbox
    ) -> None:
        for _ in range(10):
            post(database, to_user_id=kept_country.lead.user_id)
        threads = [threading.Thread(target=send_due, args=(database, office_of(office))) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        identifiers = [mail["Message-ID"] for mail in postbox.mails]
        assert len(identifiers) == len(set(identifiers)) == 10

    @ONE_ENGINE
    def test_logs_hold_no_address_and_no_words(
        self,
        database: Database,
        kept_country: Country,
        office: Office,
        postbox: Postbox,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        postbox.answers = ["550 refused for lead@example.org"]
        post(database, to_user_id=kept_country.lead.user_id)
        post(database, to_user_id=kept_country.lead.user_id)
        send_due(database, office)
        ours = [line.getMessage() for line in caplog.records if line.name.startswith("webapp")]
        assert ours
        assert not [line for line in ours if "@" in line or "R-1" in line]


def office_of(office: Office) -> Office:
    """The same post office, over a connection of its own."""
    assert isinstance(office.mailer, SmtpMailer)
    mailer = SmtpMailer(office.mailer.server, sender=office.mailer.sender)
    return Office(mailer, office.public_url, office.unseal)


@ONE_ENGINE
class TestLastLetter:
    def test_the_newest_one_with_its_link_where_nothing_is_e_mailed(
        self, database: Database, kept_country: Country, clock: Clock, sealer: Sealer
    ) -> None:
        silent = Office(None, PUBLIC, sealer.unseal)

        def last(email: str) -> str | None:
            with database.unit(writing=False) as unit:
                return sending.last_letter(unit, email=email, office=silent)

        assert last("new@example.org") is None
        post(database, to_organisation_id=kept_country.lead.organisation_id)
        send_due(database, silent)
        clock.forward(minutes=1)
        about = {"ends_on": "2026-11-03"}
        secret = {"to_address": "new@example.org", "sealed_secret": sealer.seal("the-token")}
        post(database, "account.registration", about=about, **secret)
        send_due(database, silent)
        assert f"{PUBLIC}/join/the-token" in (last("New@Example.org ") or "")
        with database.unit(writing=False) as unit:
            lead = unit.session.get_one(User, kept_country.lead.user_id).email
        assert f"{PUBLIC}/requests/5b2c" in (last(lead) or "")
