"""Stories: one version for both sides, published by the national team, gone at once, evidence while they stand."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.factories.engagements import Pair, offered, started
from tests.factories.stories import TEXT, again, agreed, ended, measure, over, published, written
from tests.services.conftest import Country
from webapp.authority.matrix import AccessDenied
from webapp.services import partner_skills, stories, story_publication
from webapp.services.failures import NotAllowedNow, NotFound, Rejected, StaleVersion
from webapp.services.paging import Paging
from webapp.services.partner_skills import SkillHeld
from webapp.store.engagements import Engagement
from webapp.store.outbox import Audience, OutboxMessage
from webapp.store.partners import PartnerSkill, SkillEvidence
from webapp.store.stories import STORY_TRANSITIONS, Story, StoryState, Wanted
from webapp.store.unit_of_work import UnitOfWork

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
ALL = Paging(1, 25)


@pytest.fixture
def pair(unit: UnitOfWork, country: Country) -> Pair:
    return offered(unit, country.organisations["T3"], country.lead)


@pytest.fixture
def done(unit: UnitOfWork, pair: Pair) -> Engagement:
    return over(unit, pair)


def seen(row: Engagement, story: Story) -> dict[str, object]:
    return {"engagement_id": row.id, "expected_version": story.version}


def evidence(unit: UnitOfWork, pair: Pair, code: str = "UEC-FLO-DIS") -> SkillEvidence:
    query = select(PartnerSkill.evidence).where(
        PartnerSkill.partner_id == pair.partner.id, PartnerSkill.skill_code == code
    )
    return unit.session.scalars(query).one()


def told(unit: UnitOfWork, kind: str) -> list[Audience]:
    query = select(OutboxMessage.audience).where(OutboxMessage.kind == kind).order_by(OutboxMessage.audience)
    return list(unit.session.scalars(query))


class TestAgreeing:
    def test_both_agree_to_one_version_and_an_edit_starts_anew(
        self, unit: UnitOfWork, pair: Pair, done: Engagement
    ) -> None:
        story = written(unit, pair, done)
        assert told(unit, "story.written") == [Audience.EMPLOYERS]
        stories.agree(unit, actor=pair.lead, **seen(done, story))
        written(unit, pair, done, worked="Another text")
        stories.agree(unit, actor=pair.expert, **seen(done, story))
        with pytest.raises(NotAllowedNow, match="already"):
            stories.agree(unit, actor=pair.expert, **seen(done, story))
        assert (story.state, told(unit, "story.waiting")) == (StoryState.DRAFT, [])
        stories.agree(unit, actor=pair.lead, **seen(done, story))
        assert (story.state, story.text_version) == (StoryState.AGREED, 2)
        assert told(unit, "story.waiting") == [Audience.NATIONAL_TEAM]
        written(unit, pair, done, worked="A third one")
        assert story.state is StoryState.DRAFT
        assert unit.session.scalar(select(func.count()).select_from(Story)) == 1

    def test_the_outcome_is_taken_over_when_the_text_is_saved(
        self, unit: UnitOfWork, pair: Pair, done: Engagement
    ) -> None:
        story = written(unit, pair, done)
        assert (story.measure, len(story.points)) == ("Days waited after being ready", 4)
        assert {phase for _, _, phase in story.points} == {"baseline", "follow_up"}
        assert not stories.data_moved(unit, story)
        measure(unit, pair, done, unit.now.date(), 1000)
        unit.session.expire_all()
        assert stories.data_moved(unit, story)
        assert story.points[-1][1] != 1000
        written(unit, pair, done)
        assert story.points[-1][1] == 1000

    @ONE_ENGINE
    def test_no_agreement_without_data(self, unit: UnitOfWork, pair: Pair) -> None:
        row = over(unit, pair, measured=False)
        story = written(unit, pair, row)
        with pytest.raises(Rejected, match="before the work"):
            stories.agree(unit, actor=pair.lead, **seen(row, story))

    @ONE_ENGINE
    def test_nobody_is_named_no_patient_and_nothing_left_out(
        self, unit: UnitOfWork, pair: Pair, done: Engagement
    ) -> None:
        wrong = {
            "title": "With a  LEAD",
            "tried": "Ask asha@example.org",
            "worked": "Number 943 476 5919",
            "not_worked": " ",
            "skills": ("MEH-FLO-CRI",),
        }
        with pytest.raises(Rejected) as failure:
            written(unit, pair, done, **wrong)
        assert [each.field for each in failure.value.problems] == list(wrong)
        with pytest.raises(Rejected, match=pair.partner.name):
            written(unit, pair, done, worked=f"{pair.partner.name} helped")
        assert stories.find(unit, done.id) is None
        assert written(unit, pair, done, worked="It had a leading role").title == TEXT.title

    @ONE_ENGINE
    def test_too_early_too_late_and_the_wrong_people(
        self, unit: UnitOfWork, pair: Pair, country: Country
    ) -> None:
        row = started(unit, pair)
        with pytest.raises(NotAllowedNow, match="started and ended"):
            written(unit, pair, row)
        ended(unit, pair, row)
        with pytest.raises(AccessDenied):
            stories.save(unit, actor=country.other_lead, engagement_id=row.id, text=TEXT, expected_version=0)
        story = written(unit, pair, row)
        old = seen(row, story)
        written(unit, pair, row, title="Another")
        with pytest.raises(StaleVersion):
            stories.agree(unit, actor=pair.lead, **old)
        with pytest.raises(StaleVersion):
            stories.save(unit, actor=pair.lead, text=TEXT, **old)
        with pytest.raises(AccessDenied):
            stories.agree(unit, actor=country.member, **seen(row, story))
        with pytest.raises(AccessDenied):
            stories.withdraw(unit, actor=country.other_lead, **seen(row, story))


class TestPublishing:
    def test_a_published_story_is_evidence_until_either_side_takes_it_down(
        self, unit: UnitOfWork, pair: Pair, done: Engagement, country: Country
    ) -> None:
        before = evidence(unit, pair)
        story = published(unit, pair, done, country.reviewer)
        assert evidence(unit, pair) is SkillEvidence.PUBLISHED_OUTCOME
        assert told(unit, "story.published") == [Audience.EMPLOYERS, Audience.PERSON]
        with pytest.raises(NotAllowedNow, match="Take it down"):
            written(unit, pair, done)
        stories.withdraw(unit, actor=pair.lead, **seen(done, story))
        assert evidence(unit, pair) is before
        assert story.published_at is None
        with pytest.raises(NotFound):
            story_publication.published(unit, story_id=story.id)
        with pytest.raises(NotAllowedNow):
            stories.agree(unit, actor=pair.lead, **seen(done, story))
        assert written(unit, pair, done).state is StoryState.DRAFT

    def test_the_evidence_stays_while_another_story_shows_the_skill(
        self, unit: UnitOfWork, pair: Pair, done: Engagement, country: Country
    ) -> None:
        before = evidence(unit, pair)
        first = published(unit, pair, done, country.reviewer)
        second_pair = again(unit, pair)
        second_row = over(unit, second_pair)
        second = published(unit, second_pair, second_row, country.reviewer)
        stories.withdraw(unit, actor=pair.expert, **seen(done, first))
        assert evidence(unit, pair) is SkillEvidence.PUBLISHED_OUTCOME
        stories.withdraw(unit, actor=pair.expert, **seen(second_row, second))
        assert evidence(unit, pair) is before

    def test_the_national_team_sends_back_with_a_reason(
        self, unit: UnitOfWork, pair: Pair, done: Engagement, country: Country
    ) -> None:
        story = agreed(unit, pair, done)
        desk = story_publication.desk(unit, actor=country.reviewer, paging=ALL)
        assert [each.id for each in desk.rows] == [story.id]
        back = {"story_id": story.id, "expected_version": story.version}
        with pytest.raises(Rejected, match="should change"):
            story_publication.send_back(unit, actor=country.reviewer, reason=" ", **back)
        story_publication.send_back(unit, actor=country.reviewer, reason="Say more", **back)
        assert (story.state, story.returned_reason) == (StoryState.DRAFT, "Say more")
        assert told(unit, "story.returned") == [Audience.EMPLOYERS, Audience.PERSON]
        with pytest.raises(NotFound):
            story_publication.publish(unit, actor=country.reviewer, story_id=story.id, expected_version=9)
        with pytest.raises(AccessDenied):
            story_publication.publish(unit, actor=pair.lead, story_id=story.id, expected_version=9)

    def test_each_act_is_one_entry_in_the_audit(
        self, unit: UnitOfWork, pair: Pair, done: Engagement, country: Country
    ) -> None:
        count = len(unit.audit_entries)
        story = published(unit, pair, done, country.reviewer)
        stories.withdraw(unit, actor=pair.lead, **seen(done, story))
        acts = [entry.action for entry in unit.audit_entries[count:]]
        assert acts == ["story.draft", "story.agree", "story.agree", "story.publish", "story.withdraw"]

    def test_states_follow_their_table(self) -> None:
        assert not STORY_TRANSITIONS.allows(StoryState.DRAFT, StoryState.PUBLISHED)
        assert not STORY_TRANSITIONS.allows(StoryState.WITHDRAWN, StoryState.PUBLISHED)


class TestSearching:
    def test_by_words_topic_skill_and_priority(
        self, unit: UnitOfWork, pair: Pair, done: Engagement, country: Country
    ) -> None:
        story = published(unit, pair, done, country.reviewer, title="100% ÉLAN_s")
        asked = done.request

        def found(**wanted: str) -> list[object]:
            return [
                each.id for each in story_publication.search(unit, wanted=Wanted(**wanted), paging=ALL).rows
            ]

        for wanted in (
            {},
            {"words": "élan ROUNDS"},
            {"words": "100% n_s"},
            {"words": "transport", "skill": "UEC-FLO-DIS"},
            {"priority": asked.priority_code or ""},
            {"topic": asked.topic_code or ""},
        ):
            assert found(**wanted) == [story.id], wanted
        for wanted in (
            {"words": "élan nowhere"},
            {"words": "ro_nds"},
            {"skill": "UEC-FLO-BED"},
            {"topic": "MEH-FLO"},
        ):
            assert found(**wanted) == [], wanted
        codes = {node.code for node in story_publication.subjects(unit)}
        assert codes == {"UEC-FLO-DIS", asked.priority_code, asked.topic_code} - {None}


class TestClaiming:
    def test_nobody_claims_a_published_outcome_or_carries_it_higher(
        self, unit: UnitOfWork, pair: Pair, done: Engagement, country: Country
    ) -> None:
        with pytest.raises(Rejected, match="Only a published story"):
            hold(unit, pair, 2)
        published(unit, pair, done, country.reviewer)
        level = next(each.level for each in pair.partner.skills if each.skill_code == "UEC-FLO-DIS")
        hold(unit, pair, level)
        with pytest.raises(Rejected, match=f"shows level {level}"):
            hold(unit, pair, level + 1)
        assert evidence(unit, pair) is SkillEvidence.PUBLISHED_OUTCOME


def hold(unit: UnitOfWork, pair: Pair, level: int) -> None:
    partner_skills.save_skills(
        unit,
        actor=pair.expert,
        partner_id=pair.partner.id,
        skills=[SkillHeld("UEC-FLO-DIS", level, evidence=SkillEvidence.PUBLISHED_OUTCOME)],
        expected_version=pair.partner.version,
    )
