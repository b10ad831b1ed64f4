"""The set-up that the tests of quarter planning share is what it says."""

import pytest

from planning.models import Decision, Presented
from tests.planning import quarters


@pytest.mark.django_db
@pytest.mark.parametrize("state", [quarters.PREPARING, quarters.OPEN, quarters.REFINING, quarters.PUBLISHED])
def test_it_is_in_the_state_that_was_asked_for(state: str):
    made = quarters.planned(state)

    assert made.again().state == state
    assert sorted(made.proposals)[:2] == ["DRV A1", "DRV A2"]
    ends = {"preparing": "proposed", "open": "proposed", "refining": "kept", "published": "published"}
    assert made.stage("FID B1") == ends[state]
    with made.inside():
        assert Presented.objects.count() == (0 if state == quarters.PREPARING else 18)
        assert Decision.objects.count() == (18 if state in (quarters.REFINING, quarters.PUBLISHED) else 0)
        assert list(made.planning.voters.values_list("membership__user__name", flat=True)) == [
            "Sam Sponsor",
            "Cody Dir",
            "Theo Stores",
        ]
