"""The authorisation matrix says what RELIABILITY.md section 2 says, cell by cell."""

from uuid import uuid4

import pytest

from webapp.authority import matrix
from webapp.authority.actor import Actor, SystemActor, Visitor
from webapp.authority.matrix import CELLS, AccessDenied, Action, Cell
from webapp.authority.roles import Role

# The rows of RELIABILITY.md as they stand there: AN TM TL PE PM NR NA SA AU.
PUBLISHED = {
    Action.PUBLIC_READ: "Y Y Y Y Y Y Y Y Y",
    Action.WORKSHEET_READ: "Y Y Y Y Y Y Y Y Y",
    Action.PLAN_READ: "- G G - - - - - -",
    Action.PLAN_EDIT: "- G G - - - - - -",
    Action.REQUEST_DRAFT: "- G G - - - - - -",
    Action.REQUEST_SUBMIT: "- - G - - - - - -",
    Action.REQUEST_WITHDRAW: "- - G - - - - - -",
    Action.REQUEST_READ: "- G G A A Y Y - R",
    Action.REQUEST_TRIAGE: "- - - - - Y Y - -",
    Action.PARTNER_READ: "- A A O G Y Y - R",
    Action.PARTNER_EDIT: "- - - O G - - - -",
    Action.CAPACITY_DECLARE: "- - - O G - - - -",
    Action.INTEREST_DECLARE: "- - G O G O O - -",
    Action.INTEREST_READ: "- - G O G Y Y - R",
    Action.RUN_START: "- - - - - Y Y - -",
    Action.RUN_CANCEL: "- - - - - Y Y - -",
    Action.RUN_READ: "- - - - - Y Y - R",
    Action.PROPOSAL_READ: "- - - - - Y Y - R",
    Action.OUTCOME_READ: "- G G O G Y Y - R",
    Action.PROPOSAL_APPROVE: "- - - - - Y Y - -",
    Action.PROPOSAL_REJECT: "- - - - - Y Y - -",
    Action.OVERRIDE_PROPOSE: "- - - - - Y Y - -",
    Action.OVERRIDE_CONFIRM: "- - - - - Y Y - -",
    Action.RUN_PROPOSE_PUBLICATION: "- - - - - Y Y - -",
    Action.RUN_PUBLISH: "- - - - - - Y - -",
    Action.OFFER_ANSWER: "- - G O G - - - -",
    Action.ENGAGEMENT_WRITE: "- G G A A - - - -",
    Action.ENGAGEMENT_READ: "- G G A A R R - R",
    Action.EXPORT_DOWNLOAD: "- - G - G Y Y - R",
    Action.USERS_OF_ORGANISATION: "- - G - G - - - -",
    Action.USERS_NATIONAL: "- - - - - - Y - -",
    Action.USERS_SWITCH: "- - - - - - - Y -",
    Action.POLICY_READ: "- - - - - R Y - R",
    Action.POLICY_PROPOSE: "- - - - - - Y - -",
    Action.SYSTEM_CHANGE: "- - - - - - - Y -",
    Action.AUDIT_READ: "- - G - G - R - R",
    Action.TOKEN_MANAGE: "- - O O O O O - -",
    Action.USERS_VIEW_AS: "- - - - - - - - -",
}
DECISIONS_OF_PEOPLE = (
    Action.PROPOSAL_APPROVE,
    Action.PROPOSAL_REJECT,
    Action.OVERRIDE_CONFIRM,
    Action.RUN_PUBLISH,
    Action.OFFER_ANSWER,
    Action.POLICY_CONFIRM,
)


def somebody(role, **scope):
    return Actor(uuid4(), role, **scope)


class TestCells:
    @pytest.mark.parametrize(("action", "row"), PUBLISHED.items())
    def test_a_row_is_the_published_one(self, action, row):
        assert " ".join(CELLS[action][role] for role in list(Role)[:9]) == row

    def test_every_action_has_a_cell_for_every_role(self):
        assert set(CELLS) == set(Action)
        assert all(set(row) == set(Role) for row in CELLS.values())

    def test_a_visitor_reads_open_pages_signs_in_asks_for_the_bulletin_and_nothing_more(self):
        opened = {action for action in Action if matrix.opens(Visitor(), action)}
        assert opened == {
            Action.PUBLIC_READ,
            Action.WORKSHEET_READ,
            Action.SIGN_IN,
            Action.BULLETIN_SUBSCRIBE,
        }

    def test_nobody_acts_as_somebody_else(self):
        assert set(CELLS[Action.USERS_VIEW_AS].values()) == {Cell.NONE}

    def test_a_system_admin_sees_no_business_content(self):
        for noun in (
            "plan",
            "support_request",
            "partner",
            "run",
            "proposal",
            "offer",
            "engagement",
            "policy",
        ):
            for action in (each for each in Action if each.startswith(f"{noun}.")):
                assert CELLS[action][Role.SYSTEM_ADMIN] is Cell.NONE, action

    @pytest.mark.parametrize("action", DECISIONS_OF_PEOPLE)
    def test_a_job_never_decides_for_people(self, action):
        assert not matrix.may(SystemActor("worker"), action)

    def test_the_starred_rows(self):
        assert Action.RUN_PUBLISH in matrix.RECENT_SIGN_IN
        assert Action.EXPORT_DOWNLOAD in matrix.RECENT_SIGN_IN
        assert Action.REQUEST_SUBMIT not in matrix.RECENT_SIGN_IN


class TestScopes:
    def test_own_organisation(self):
        own = uuid4()
        lead = somebody(Role.TRUST_LEAD, organisation_id=own)
        assert matrix.may(lead, Action.REQUEST_SUBMIT, organisation_id=own)
        assert not matrix.may(lead, Action.REQUEST_SUBMIT, organisation_id=uuid4())
        assert not matrix.may(lead, Action.REQUEST_SUBMIT)

    def test_nobody_owns_what_belongs_to_nobody(self):
        homeless = somebody(Role.TRUST_LEAD)
        assert not matrix.may(homeless, Action.REQUEST_SUBMIT, organisation_id=None)
        assert not matrix.may(somebody(Role.PARTNER_EXPERT), Action.PARTNER_EDIT, partner_id=None)
        assert not matrix.may(somebody(Role.REGIONAL_READER), Action.PROPOSAL_READ, region_code=None)

    def test_own_record(self):
        profile = uuid4()
        expert = somebody(Role.PARTNER_EXPERT, partner_id=profile, organisation_id=uuid4())
        assert matrix.may(expert, Action.PARTNER_EDIT, partner_id=profile)
        assert not matrix.may(expert, Action.PARTNER_EDIT, partner_id=uuid4())
        assert not matrix.may(expert, Action.PARTNER_EDIT, organisation_id=expert.organisation_id)

    def test_a_reviewer_declares_their_own_interests_only(self):
        reviewer = somebody(Role.NATIONAL_REVIEWER)
        assert matrix.may(reviewer, Action.INTEREST_DECLARE, user_id=reviewer.user_id)
        assert not matrix.may(reviewer, Action.INTEREST_DECLARE, user_id=uuid4())

    def test_allocated_to_them(self):
        expert = somebody(Role.PARTNER_EXPERT, partner_id=uuid4())
        assert matrix.may(expert, Action.REQUEST_READ, allocated=True)
        assert not matrix.may(expert, Action.REQUEST_READ, partner_id=expert.partner_id)

    def test_own_region(self):
        reader = somebody(Role.REGIONAL_READER, region_code="Y60")
        assert matrix.may(reader, Action.PROPOSAL_COMMENT, region_code="Y60")
        assert not matrix.may(reader, Action.PROPOSAL_COMMENT, region_code="Y56")

    @pytest.mark.parametrize("hidden", [True, False])
    def test_require_says_whether_to_hide(self, hidden):
        with pytest.raises(AccessDenied) as refused:
            matrix.require(Visitor(), Action.RUN_START, hidden=hidden)
        assert refused.value.hidden is hidden
