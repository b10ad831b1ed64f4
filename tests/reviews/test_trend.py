"""Quarter after quarter: page, tribe's strip, file and API say the same figures, and none of them ranks."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okr.models import KeyResult, Quarter
from orgs.models import Tribe
from tests import factories
from tests.api import Caller
from tests.reviews.world import NOW, Reviewed, reviewed

pytestmark = pytest.mark.django_db

WEEK = dt.timedelta(weeks=1)


@pytest.fixture
def made():
    """Q1 closed: 0.7 and a missed committed 0.4, in one objective; two of the check-ins made. Q2 runs."""
    with time_machine.travel(NOW, tick=False):
        made = reviewed()
        with made.inside():
            first = past_quarter(made, 1, (("aspirational", "0.7"), ("committed", "0.4")))
            thursday = dt.date(2026, 1, 15)
            for week in range(2):
                factories.check_in(first[0], "85", thursday + week * WEEK)
        yield made


def past_quarter(
    made: Reviewed, number: int, scores: tuple[tuple[str, str | None], ...], tribe: Tribe | None = None
) -> list[KeyResult]:
    quarter = Quarter.objects.filter(year=made.world.year, number=number).first() or factories.quarter(
        made.world.year, number, state="closed"
    )
    objective = factories.tribe_objective(quarter, tribe or made.world.tribe)
    return [
        factories.key_result(
            objective,
            ambition=ambition,
            score=score and Decimal(score),
            stage="scored" if score else "published",
            owner=made.world.alice,
        )
        for ambition, score in scores
    ]


def lines(made: Reviewed) -> dict[tuple[str, str], list[str]]:
    answer = made.client("olga").get(made.url("reviews_trend_export"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    return {(row[0], row[2]): row[3:] for row in rows[1:]}


def test_page_file_and_api_say_the_same(made):
    row = lines(made)["DRV", "Q1 2026"]
    # 13 Thursdays' worth of check-ins a key result, from the first week on, the last one due after the quarter.
    state, score, total, given, committed, reached, hit, due, done, late, discipline = row
    assert (state, score, total, given, committed, reached, hit) == ("Closed", "0.6", "2", "2", "1", "0", "0.000")
    assert (int(done), int(due) > 20) == (2, True)
    assert Decimal(discipline) == round(Decimal(done) / Decimal(due), 3)
    assert int(late) <= 2

    running = lines(made)["DRV", "Q2 2026"]
    assert running[:3] == ["Open", "", "2"]
    assert lines(made)["LAD", "Q1 2026"][:3] == ["Closed", "", "0"]
    assert lines(made)["", "2026"][2] == "1"

    [tribe, _other] = Caller(made.world.olga).read("trends/")["results"]
    first, second = tribe["quarters"]
    assert (first["quarter_slug"], first["score"], first["committed"], first["reached"]) == ("2026-q1", "0.6", 1, 0)
    assert (first["check_ins_due"], first["check_ins_made"]) == (int(due), int(done))
    assert (second["score"], second["hit_rate"], second["total"]) == (None, None, 2)
    assert Caller(made.world.olga).read(f"trends/{tribe['id']}/")["quarters"] == tribe["quarters"]

    text = made.text("olga", "reviews_trend")
    assert "Drive, Mean score: Q1 2026 0.6, Q2 2026 not closed yet" in text
    assert "Drive, Committed ones reached: Q1 2026 0 of 1, Q2 2026 not closed yet" in text
    assert f"Drive, Check-ins made: Q1 2026 {done} of {due}" in text
    assert "Not closed yet: Q2 2026." in text


def test_tribes_stand_in_the_organizations_order_whatever_they_scored(made):
    with made.inside():
        past_quarter(made, 1, (("aspirational", "1.0"),), made.world.other_tribe)
    text = made.text("alice", "reviews_trend")
    assert text.index('id="tribe-DRV"') < text.index('id="tribe-LAD"')
    assert "Alice" not in text[text.index('class="trend"') : text.index("trend-tables")]


def test_a_quarter_closed_without_verdicts_says_so(made):
    with made.inside():
        KeyResult.objects.filter(objective__quarter__number=1).update(score=None, stage="published")
    text = made.text("olga", "reviews_trend")
    assert "Without verdicts: Q1 2026." in text
    assert "Drive, Mean score: Q1 2026 no verdicts" in text


def test_a_tribe_shows_its_own_quarters_and_leads_to_all(made):
    answer = made.client("bob").get(made.url("tribe", "DRV"), {"view": "check-ins"}).content.decode()
    assert "Drive, Key results: Q1 2026 2, Q2 2026 2" in answer
    assert made.url("reviews_trend") in answer
    assert made.url("reviews_trend") in made.text("bob", "reviews")
    assert made.url("reviews_trend") in made.text("bob", "strategy")


def test_more_tribes_and_quarters_ask_no_more(made):
    """Quarters with check-ins in them, and closed ones: once there is one, more cost nothing."""
    client = made.client("olga")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(made.url("reviews_trend_export")).status_code == 200
        return len(seen)

    queries()
    few = queries()
    with made.inside():
        for place in range(18):
            tribe = Tribe.objects.create(department=made.world.department, name=f"T{place}", code=f"T{place}")
            past_quarter(made, 1, (("committed", "1.0"),), tribe)
        for number in range(2019, 2025):
            year = factories.year(number, state="closed")
            quarter = factories.quarter(year, 1, state="closed")
            factories.key_result(factories.tribe_objective(quarter, made.world.tribe), stage="scored", score=Decimal(1))
    queries()
    assert queries() == few
    assert len({period for _code, period in lines(made)}) == 8 + 4
