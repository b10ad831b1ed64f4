"""Reviews in the API: what the pages say."""

import pytest
import time_machine

from tests.api import Caller
from tests.reviews.world import NOW, reviewed

pytestmark = pytest.mark.django_db


def test_a_review_tells_scores_verdicts_and_notes():
    with time_machine.travel(NOW, tick=False):
        made = reviewed()
        made.judge()
        made.client("bob").post(made.url("review_notes", "2026-q2", "DRV"), {"kind": "try", "text": "Start earlier"})
        caller = Caller(made.world.olga)
        said = caller.read(f"reviews/{made.world.quarter.pk}/")
        year = caller.read(f"year-reviews/{made.world.year.pk}/")

    assert (said["quarter_slug"], said["opens_on"], said["state"]) == ("2026-q2", "2026-06-17", "open")
    [tribe] = said["tribes"]
    assert (tribe["tribe"], tribe["score"], tribe["given"], tribe["total"]) == (made.world.tribe.pk, "0.5", 1, 2)
    first, second = tribe["objectives"][0]["verdicts"]
    assert (first["score"], first["proposed"], first["afterwards"]) == ("0.5", "0.5", "carry")
    assert (second["score"], second["proposed"]) == (None, None)
    assert tribe["notes"] == [{"kind": "try", "text": "Start earlier", "author": made.world.bob.pk}]
    assert year["strategy"]["total"] == 1


def test_it_is_read_only():
    with time_machine.travel(NOW, tick=False):
        made = reviewed()
        assert Caller(made.world.dan).post("/api/v1/reviews/", {}).status_code in (403, 405)
