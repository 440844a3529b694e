"""Organisations with similar needs: who sees whom, who meets whom, and what the national team sees of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.factories.partners import active_partner
from tests.pages import assert_accessible, photograph
from tests.webapp.trusts.conftest import MOST_BYTES, MOST_QUERIES
from webapp.authority.roles import Role
from webapp.services.partner_skills import SkillHeld
from webapp.services.request_steps import SkillWanted
from webapp.store.organisations import Organisation
from webapp.store.outbox import OutboxMessage
from webapp.store.support_requests import SupportRequest

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
LEADS = {"lead_name": "Sunil Rao", "lead_email": "sunil.rao@example.org"}


@pytest.fixture
def near(trusts):
    """A request of T1 and one of T2, for the same skills, both open to an introduction."""
    ours = trusts.submitted(open_to_peers=True, title="Ours")
    theirs = trusts.submitted(trusts.other_lead, open_to_peers=True, title="Theirs", **LEADS)
    return ours, theirs


def told(database, kind):
    with database.unit(writing=False) as unit:
        return list(unit.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)))


class TestMeeting:
    def test_both_say_yes_and_each_gets_the_others_local_lead(self, trusts, near, database):
        ours, theirs = near
        page = trusts.lead.get(f"{ours}/peers")
        assert "Body T2" in page.text
        assert "Similar to 100%." in page.text
        asked = trusts.lead.submit(f"{ours}/peers", form='form[action*="/peers/"]:not([action$="consent"])')
        assert asked.location == f"{ours}/peers"
        assert "They have not answered yet." in trusts.lead.get(f"{ours}/peers").text
        (message,) = told(database, "peer.asked")
        assert message.organisation_id == trusts.organisations["T2"]
        waiting = trusts.other_lead.get(f"{theirs}/peers")
        assert "They ask for an introduction." in waiting.text
        for person, path in ((trusts.lead, ours), (trusts.other_lead, theirs)):
            assert "example.org" not in person.get(f"{path}/peers").text
        trusts.other_lead.submit(f"{theirs}/peers", form='form[action*="/introductions/"]')
        assert "Sunil Rao (sunil.rao@example.org)" in trusts.lead.get(f"{ours}/peers").text
        assert "A Lead (lead@example.org)" in trusts.other_lead.get(f"{theirs}/peers").text
        assert len(told(database, "peer.introduced")) == 2

    def test_a_no_tells_nobody_anything(self, trusts, near, database):
        ours, theirs = near
        trusts.lead.submit(f"{ours}/peers", form='form[action*="/peers/"]:not([action$="consent"])')
        answer = 'form[action*="/introductions/"]:last-of-type'
        trusts.other_lead.submit(f"{theirs}/peers", {"agrees": "no"}, form=answer)
        assert "They would rather not for now." in trusts.lead.get(f"{ours}/peers").text
        assert told(database, "peer.introduced") == []
        again = trusts.other_lead.get(f"{theirs}/peers")
        assert again.page.select('form[action*="/introductions/"]') == []

    def test_asked_twice_it_stays_one(self, trusts, near):
        ours, theirs = near
        other = theirs.split("/")[2]
        forms = [trusts.lead.get(f"{ours}/peers").values() for _ in range(2)]
        answers = [trusts.lead.post(f"{ours}/peers/{other}", form) for form in forms]
        assert [answer.status for answer in answers] == [303, 409]


@ONE_ENGINE
class TestWhoIsSeen:
    def test_only_who_agreed_sees_only_who_agreed(self, trusts, near):
        ours, theirs = near
        trusts.other_lead.submit(f"{theirs}/peers", form='form[action$="/consent"]')
        assert trusts.row(theirs).open_to_peers is False
        assert (
            "Nobody with a similar need has agreed to be found yet." in trusts.lead.get(f"{ours}/peers").text
        )
        visit = trusts.other_lead.get(f"{theirs}/peers")
        assert "You have not agreed to be found." in visit.text
        assert "Body T1" not in visit.text

    def test_it_is_off_until_somebody_says_yes(self, trusts):
        path = trusts.draft()
        assert trusts.row(path).open_to_peers is False
        trusts.member.submit(f"{path}/in-place", {"open_to_peers[]": "yes"})
        assert trusts.row(path).open_to_peers is True
        assert "Submit the request first." in trusts.member.get(f"{path}/peers").text

    def test_other_needs_and_ones_own_are_not_similar(self, trusts, near):
        ours, _ = near
        other = (SkillWanted("MEH-FLO-CRI", 2),)
        trusts.submitted(
            trusts.other_lead,
            open_to_peers=True,
            rank=2,
            severity=1,
            skills=other,
            priority_code="MEH",
            topic_code="MEH-FLO",
        )
        trusts.submitted(open_to_peers=True, rank=2, severity=1)
        assert trusts.lead.get(f"{ours}/peers").text.count("Similar to") == 1

    def test_members_read_and_do_not_act_and_others_find_nothing(self, trusts, near, signed_in):
        ours, theirs = near
        assert trusts.member.get(f"{ours}/peers").page.select("main form") == []
        form = trusts.lead.get(f"{ours}/peers").values()
        other = theirs.split("/")[2]
        own = trusts.member.get("/requests/new").values()
        assert trusts.member.post(f"{ours}/peers/{other}", own).status == 404
        assert trusts.other_lead.get(f"{ours}/peers").status == 404
        assert trusts.lead.post(f"{ours}/peers/{trusts.round_id}", form).status == 404
        assert signed_in(Role.NATIONAL_ADMIN).get(f"{ours}/peers").status == 404

    def test_nobody_answers_for_the_other_side(self, trusts, near):
        ours, theirs = near
        trusts.lead.submit(f"{ours}/peers", form='form[action*="/peers/"]:not([action$="consent"])')
        path = trusts.other_lead.get(f"{theirs}/peers").page.select_one('form[action*="/introductions/"]')[
            "action"
        ]
        form = {**trusts.lead.get(f"{ours}/peers").values(), "agrees": "yes"}
        assert trusts.lead.post(path, form).status == 404

    def test_it_costs_the_same_with_many(self, trusts, near, database):
        ours, _ = near
        with database.unit(writing=True) as unit:
            first = unit.session.scalar(select(SupportRequest).where(SupportRequest.title == "Theirs"))
            for number in range(60):
                submitted_copy(unit, first, f"X-{number}")
        visit = trusts.lead.get(f"{ours}/peers")
        assert visit.status == 200
        assert visit.queries <= MOST_QUERIES
        assert len(visit.response.get_data()) < MOST_BYTES


def submitted_copy(unit, row, reference):
    """A request like ``row`` of a trust of its own."""
    body = Organisation(
        code=reference,
        name=f"Body {reference}",
        kind=row.requester.kind,
        code_source=row.requester.code_source,
    )
    unit.session.add(body)
    unit.flush()
    columns = {
        each.key: getattr(row, each.key)
        for each in SupportRequest.__mapper__.column_attrs
        if each.key not in ("id", "reference", "requester_id", "beneficiary_id", "version")
    }
    unit.session.add(
        SupportRequest(reference=reference, requester_id=body.id, beneficiary_id=body.id, **columns)
    )
    unit.flush()


@ONE_ENGINE
class TestCommunities:
    @pytest.fixture
    def three(self, trusts, near, database):
        """A third organisation with the same need, and a partner who could serve all three."""
        trusts.submitted(trusts.board_lead, title="The board's")
        with database.unit(writing=True) as unit:
            home = unit.session.get_one(Organisation, trusts.organisations["T3"])
            skills = (SkillHeld("UEC-FLO-DIS", 3, 2026), SkillHeld("M-PDSA", 3, 2026))
            active_partner(unit, home, "P-1", skills=skills)
        return f"/national/rounds/{trusts.round_id}/communities"

    def test_where_one_partner_could_serve_many(self, three, signed_in):
        visit = signed_in(Role.NATIONAL_REVIEWER).get(three)
        assert visit.status == 200
        assert "Body B1; Body T1; Body T2" in visit.text
        assert "Collaborative" in visit.text
        assert "(P-1)" in visit.text
        assert visit.queries <= MOST_QUERIES

    def test_two_are_no_community(self, trusts, near, signed_in):
        visit = signed_in(Role.NATIONAL_REVIEWER).get(f"/national/rounds/{trusts.round_id}/communities")
        assert "No three organisations of this round" in visit.text

    def test_as_a_file_and_for_whom(self, three, signed_in, trusts):
        text = signed_in(Role.AUDITOR).get(f"{three}/file").response.get_data(as_text=True)
        assert "Collaborative" in text
        assert trusts.lead.get(three).status == 404
        assert trusts.lead.get(f"{three}/file").status == 403
        assert signed_in(Role.REGIONAL_READER, region_code="Y1").get(three).status == 404

    def test_the_pages_are_accessible_and_fit(
        self, context, live_server, let_in, trusts, near, three, signed_in
    ):
        page = context.new_page()
        for person, path, name in (
            (trusts.lead, f"{near[0]}/peers", "peers"),
            (signed_in(Role.NATIONAL_REVIEWER), three, "communities"),
        ):
            let_in(context, person)
            page.goto(live_server + path)
            assert_accessible(page)
            photograph(page, name)
