"""A person's messages: whose they are, which are new, and which come by email."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from tests.factories.organisations import add_network
from webapp.account.presenters import messages as pages
from webapp.authority.roles import Role
from webapp.services import messages
from webapp.services.inbox import Shown
from webapp.services.message_kinds import KINDS, letter
from webapp.services.paging import Page
from webapp.store.accounts import Membership
from webapp.store.outbox import DeliveryState, MessageDelivery, MessageOptOut, OutboxMessage
from webapp.store.sign_ins import SignIn

PAGE, CHOICES = "/account/messages", "/account/messages/by-email"


@pytest.fixture
def lead(signed_in, unit):
    """The lead of T1."""
    bodies = add_network(unit.session)
    unit.commit()
    return signed_in(Role.TRUST_LEAD, organisation_id=bodies["T1"].id)


@pytest.fixture
def post(database):
    """Post a message that no partner was found for a request."""

    def post(reference, **to):
        with database.unit(writing=True) as unit:
            about = {"request_id": "5b2c", "reference": reference}
            messages.post(unit, kind="result.unmatched", about=about, dedupe_key=f"{reference}{to}", **to)

    return post


class TestReading:
    def test_nothing_yet(self, lead):
        visit = lead.get(PAGE)
        assert "You have no messages" in visit.text
        assert "unread" not in visit.page.header.get_text()

    def test_own_and_the_organisations_messages_the_newest_first(
        self, lead, post, clock, signed_in, database
    ):
        clock.forward(minutes=-10)
        post("R-1", to_user_id=lead.actor.user_id)
        clock.forward(minutes=5)
        post("R-2", to_organisation_id=lead.actor.organisation_id)
        with database.unit(writing=True) as unit:
            messages.post(
                unit,
                kind="account.reset",
                about={},
                to_user_id=lead.actor.user_id,
                dedupe_key="reset",
                sealed_secret="sealed",
            )
            messages.post(
                unit,
                kind="result.unmatched",
                about={"request_id": "1", "reference": "R-3"},
                to_user_id=lead.actor.user_id,
                dedupe_key="later",
                due_at=unit.now + timedelta(days=1),
            )
        visit = lead.get(PAGE)
        headings = [each.get_text(" ", strip=True) for each in visit.page.select("main h2")]
        assert headings == [f"The result for your support request R-{n} New" for n in (2, 1)]
        assert visit.heading == "Your messages (2 unread)"
        assert "Messages (2 unread)" in visit.page.header.get_text()
        assert visit.page.select_one(".app-message a")["href"] == "/requests/5b2c"
        assert visit.queries <= 12

    def test_somebody_elses_are_like_absent_ones(self, lead, post, signed_in, database):
        post("R-1", to_organisation_id=lead.actor.organisation_id)
        with database.unit(writing=False) as unit:
            message_id = unit.session.scalars(select(OutboxMessage.id)).one()
        stranger = signed_in(Role.PARTNER_EXPERT)
        assert "R-1" not in stranger.get(PAGE).text
        token = stranger.get(CHOICES).values()
        assert stranger.post(f"{PAGE}/{message_id}/read", token).status == 404
        assert "Messages (1 unread)" in lead.get(PAGE).page.header.get_text()

    def test_a_person_who_leaves_loses_the_organisations_messages_at_once(self, lead, post, database):
        post("R-1", to_organisation_id=lead.actor.organisation_id)
        with database.unit(writing=True) as unit:
            held = Membership(user_id=lead.actor.user_id, role=Role.BOARD_MEMBER)
            unit.session.add(held)
            unit.flush()
            gone = delete(Membership).where(Membership.organisation_id.is_not(None))
            for row in unit.session.scalars(select(SignIn)):
                row.membership_id = held.id
            unit.flush()
            unit.session.execute(gone)
        assert "You have no messages" in lead.get(PAGE).text

    def test_marking_one_read_and_then_all(self, lead, post):
        for reference in ("R-1", "R-2", "R-3"):
            post(reference, to_user_id=lead.actor.user_id)
        assert lead.submit(PAGE, form=".app-message form").status == 303
        assert lead.get(PAGE).heading == "Your messages (2 unread)"
        assert lead.submit(PAGE).location == PAGE
        visit = lead.get(PAGE)
        assert visit.heading == "Your messages"
        assert visit.page.select(".app-message form") == []

    @pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
    def test_many_messages_come_in_pages(self, lead, post):
        for number in range(30):
            post(f"R-{number}", to_user_id=lead.actor.user_id)
        first, second = lead.get(PAGE), lead.get(f"{PAGE}?page=2")
        assert (len(first.page.select(".app-message")), len(second.page.select(".app-message"))) == (25, 5)
        assert max(first.queries, second.queries) <= 12
        assert len(first.response.get_data()) < 100_000


class TestChoosing:
    def test_only_what_needs_no_answer_can_be_switched_off(self, lead, database):
        visit = lead.get(CHOICES)
        offered = {box["value"] for box in visit.page.select("main input[type=checkbox]")}
        assert {"request.submitted", "result.unmatched"} <= offered
        assert offered <= {kind.name for kind in KINDS.values() if kind.optional}
        assert "mail.failed" not in offered
        assert KINDS["offer.to_requester"].title in visit.text
        assert lead.submit(CHOICES, {"kinds[]": ["request.submitted"]}).location == PAGE
        with database.unit(writing=False) as unit:
            off = set(unit.session.scalars(select(MessageOptOut.kind)))
        assert off == offered - {"request.submitted"}
        assert lead.submit(CHOICES, {"kinds[]": sorted(offered)}).status == 303
        with database.unit(writing=False) as unit:
            assert unit.session.scalars(select(MessageOptOut.kind)).all() == []

    def test_a_kind_that_cannot_be_chosen_is_refused(self, lead):
        visit = lead.submit(CHOICES, {"kinds[]": ["offer.to_requester"]})
        assert visit.status == 422
        assert visit.errors == ["Choose an option of the list: Your answer"]


class TestWords:
    @pytest.mark.parametrize(
        ("state", "words"),
        [
            (None, ""),
            (DeliveryState.NOT_EMAILED, "Not emailed: this service has nothing to send email with"),
            (DeliveryState.SWITCHED_OFF, "Not emailed: you switched this kind off"),
            (DeliveryState.SENT, "Emailed on 2 November 2026 at 9:00am"),
        ],
    )
    def test_how_the_email_stands(self, clock, state, words):
        written = letter(KINDS["result.unmatched"], {"request_id": "1", "reference": "R-1"})
        shown = Shown(
            id="1",
            letter=written,
            at=clock(),
            is_read=False,
            emailed=state,
            sent_at=clock() if state == "sent" else None,
        )
        page = pages.messages_page(Page((shown,), 1, 1, 25), 1)
        assert page.cards[0].emailed == words


class TestGivenUp:
    @pytest.fixture
    def failed(self, lead, post, database):
        post("R-1", to_user_id=lead.actor.user_id)
        with database.unit(writing=True) as unit:
            message = unit.session.scalars(select(OutboxMessage)).one()
            unit.session.add(
                MessageDelivery(
                    message_id=message.id,
                    user_id=lead.actor.user_id,
                    state=DeliveryState.FAILED,
                    attempts=1,
                    due_at=unit.now,
                    failure="the address was refused (550)",
                )
            )

    def test_administrators_see_kinds_and_reasons_and_try_again(self, failed, signed_in, database):
        keeper = signed_in(Role.SYSTEM_ADMIN)
        visit = keeper.get("/admin/messages")
        assert "No partner was found for a request 1 email" in visit.text
        assert "The address was refused (550)" in visit.text
        assert "R-1" not in visit.text
        assert "@" not in visit.text
        assert keeper.submit("/admin/messages").location == "/admin/messages"
        with database.unit(writing=False) as unit:
            assert unit.session.scalars(select(MessageDelivery.state)).one() is DeliveryState.WAITING
        assert "No email was given up." in keeper.get("/admin/messages").text

    def test_nobody_else_reads_it(self, signed_in):
        for role in (Role.NATIONAL_ADMIN, Role.AUDITOR, Role.TRUST_LEAD):
            assert signed_in(role).get("/admin/messages").status == 403
