"""Every code of the matcher has a sentence, for each audience that reads it."""

import pytest

from matcher.allocation.result import UnmetReason
from matcher.candidates.reasons import CONFLICT_REASONS, Change, NextStep, ReasonCode, ReviewFlag, Standing
from webapp.ui import wording
from webapp.ui.wording import Audience


class TestSentences:
    @pytest.mark.parametrize(
        ("codes", "sentences"), [(ReasonCode, wording.REASONS), (UnmetReason, wording.UNMET)]
    )
    def test_every_reason_has_a_sentence_for_each_audience(self, codes, sentences):
        for code in codes:
            for audience in Audience:
                sentence = sentences[code][audience]
                assert sentence[0].isupper(), (code, audience)
                assert sentence.endswith("."), (code, audience)

    @pytest.mark.parametrize(
        ("codes", "sentences"),
        [
            (ReviewFlag, wording.FLAGS),
            (Standing, wording.STANDINGS),
            (Change, wording.CHANGES),
            (NextStep, wording.NEXT_STEPS),
        ],
    )
    def test_every_other_code_has_words(self, codes, sentences):
        assert set(sentences) == set(codes)
        assert all(sentences.values())

    def test_a_requester_cannot_tell_one_conflict_from_another(self):
        told = {
            wording.reason(code, Audience.REQUESTER)
            for code in CONFLICT_REASONS - {ReasonCode.EXCLUDED_BY_REQUESTER}
        }
        assert len(told) == 1
