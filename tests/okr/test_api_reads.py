"""Reading through the API: each resource says what the pages say, filtered and in pages."""

import datetime as dt
from base64 import b64encode
from decimal import Decimal

import pytest
import time_machine

from okr.models import CheckIn, KeyResult, Objective, Step, StepTarget
from okr.readings import Clock, read, summarize
from orgs import tenancy
from orgs.models import Membership
from tests import factories
from tests.api import ROOT, Caller
from tests.factories import TODAY

START = dt.datetime.combine(TODAY, dt.time(9), dt.UTC)
RESOURCES = [
    "years", "quarters", "departments", "tribes", "members", "objectives", "key-results", "contributions", "evidence",
    "business-cases", "initiatives", "check-ins",
]  # fmt: skip


@pytest.fixture
def world(db):
    with time_machine.travel(START, tick=False):
        yield factories.world()


@pytest.fixture
def api(world):
    return Caller(world.carol)


# ── What each resource says ──────────────────────────────────────────────────


def test_periods_and_people(world, api):
    year, quarter = world.year, world.quarter
    assert api.rows("years/") == [
        {"id": year.pk, "number": 2026, "starts_on": "2026-01-01", "ends_on": "2026-12-31", "state": "open"}
    ]
    assert api.rows("quarters/") == [
        {
            "id": quarter.pk,
            "year": year.pk,
            "number": 2,
            "slug": "2026-q2",
            "starts_on": "2026-04-01",
            "ends_on": "2026-06-30",
            "state": "open",
        }
    ]
    assert api.rows("departments/") == [
        {"id": world.department.pk, "name": "E-commerce", "archived": False, "merged_into": None}
    ]
    assert api.rows("tribes/")[0] == {
        "id": world.tribe.pk,
        "code": "DRV",
        "name": "Drive",
        "mission": "From click to boot.",
        "department": world.department.pk,
        "lead": world.alice.pk,
    }
    alice = next(row for row in api.rows("members/") if row["id"] == world.alice.pk)
    assert alice == {"id": world.alice.pk, "name": "Alice Owner", "function": "product", "active": True}


def test_no_address_or_role_of_a_person_leaves(world, api):
    for resource in RESOURCES:
        said = api.get(f"{ROOT}{resource}/").content.decode()
        assert "@example.org" not in said
        assert "chief_of_staff" not in said


def test_a_key_result_says_what_its_page_says(world, api):
    said = api.read(f"key-results/{world.strategic_kr.pk}/")
    with tenancy.tenant(world.org.pk):
        row = KeyResult.objects.with_definition().get(pk=world.strategic_kr.pk)
        reading = read(row, Clock.of(world.org))
    assert (said["code"], said["level"], said["unit"], said["direction"]) == ("1.1", "strategic", "percent", "up")
    assert (said["start"], said["current"], said["target"]) == ("54", "59.2", "72")
    assert (said["owner"], said["objective"]) == (world.carol.pk, world.strategic.pk)
    assert (said["confidence"], said["checked_on"], said["low_confidence"]) == (6, "2026-05-18", False)
    assert said["progress"] == "0.288889"
    assert Decimal(said["progress"]) == round(reading.progress, 6)
    assert Decimal(said["expected"]) == round(reading.expected, 6)
    assert Decimal(said["expected_value"]) == round(reading.expected_value, 6)
    assert said["status"] == reading.status == "at_risk"
    assert said["page"] == f"http://testserver/o/coursive/key-results/{row.pk}/"


def test_silence_is_no_data_never_zero(world, api):
    with tenancy.tenant(world.org.pk):
        fresh = factories.key_result(world.objective)
    said = api.read(f"key-results/{fresh.pk}/")
    assert (said["current"], said["progress"], said["status"]) == (None, None, "pending")
    assert said["expected"] == "0.538462"


def test_progress_is_not_clamped(world, api):
    with tenancy.tenant(world.org.pk):
        factories.check_in(world.key_result, "68")
    assert api.read(f"key-results/{world.key_result.pk}/")["progress"] == "-1"


def test_steps_and_step_targets_come_along(world, api):
    with tenancy.tenant(world.org.pk):
        StepTarget.objects.create(key_result=world.key_result, on=dt.date(2026, 5, 31), value=Decimal("90.5"))
        milestone = factories.key_result(world.objective, direction="done", unit="done", start=None, target=None)
        step = Step.objects.create(key_result=milestone, title="Contract", done_on=TODAY)
    assert api.read(f"key-results/{world.key_result.pk}/")["step_targets"] == [{"on": "2026-05-31", "value": "90.5"}]
    assert api.read(f"key-results/{milestone.pk}/")["steps"] == [
        {"id": step.pk, "title": "Contract", "weight": "1", "done_on": "2026-05-19"}
    ]


def test_an_objective_rolls_up_and_says_its_coverage(world, api):
    with tenancy.tenant(world.org.pk):
        factories.key_result(world.objective, stage="dropped")
        factories.key_result(world.objective, weight=Decimal(2))
        rows = list(KeyResult.objects.running().filter(objective=world.objective).with_definition())
        summary = summarize([read(row, Clock.of(world.org)) for row in rows], Clock.of(world.org))
    said = api.read(f"objectives/{world.objective.pk}/")
    assert (said["level"], said["code"], said["tribe"], said["quarter"]) == (
        "tribe", "A", world.tribe.pk, world.quarter.pk
    )  # fmt: skip
    assert (said["updated"], said["total"]) == (1, 2)
    assert said["progress"] == "0.5"
    assert Decimal(said["expected"]) == round(summary.expected, 6)
    assert said["status"] == summary.status


def test_while_a_quarter_is_planned_its_objectives_cover_what_is_proposed(world, api):
    with tenancy.tenant(world.org.pk):
        planned = factories.tribe_objective(factories.quarter(world.year, 3, state="draft"), world.tribe)
        for stage in ("draft", "proposed", "merged"):
            factories.key_result(planned, stage=stage)
    said = api.read(f"objectives/{planned.pk}/")
    assert (said["progress"], said["status"], said["updated"], said["total"]) == (None, "pending", 0, 2)


def test_links_facts_and_work(world, api):
    (contribution,) = api.rows("contributions/")
    assert (contribution["objective"], contribution["key_result"]) == (world.objective.pk, world.strategic_kr.pk)
    assert contribution["reason"] == "What is announced is accepted."
    (fact,) = api.rows("evidence/")
    assert (fact["kind"], fact["figure"], fact["has_file"]) == ("churn", "27 %", False)
    assert fact["page"] == f"http://testserver/o/coursive/key-results/{world.strategic_kr.pk}/"
    (work,) = api.rows("initiatives/")
    assert (work["key_results"], work["tribe"], work["owner"]) == ([world.key_result.pk], world.tribe.pk, world.bob.pk)
    assert (work["start_week"], work["state"], work["dependencies"]) == ("2026-04-13", "in_progress", [])


def test_check_ins_come_newest_first(world, api):
    with tenancy.tenant(world.org.pk):
        latest = factories.check_in(world.key_result, "87.25", comment="Better.")
    said = api.rows("check-ins/")
    assert [row["id"] for row in said] == sorted((row["id"] for row in said), reverse=True)
    assert said[0] == {
        "id": latest.pk,
        "key_result": world.key_result.pk,
        "on": "2026-05-19",
        "value": "87.25",
        "confidence": 6,
        "comment": "Better.",
        "mood": "",
        "author": world.alice.pk,
        "client_id": str(latest.client_id),
        "created_at": "2026-05-19T11:00:00+02:00",
        "corrected_at": None,
    }


RATIONALE = {
    "carol": 200,
    "dan": 200,
    "sam": 200,
    "coach": 200,
    "cpo": 200,
    "codir": 200,
    "alice": 403,
    "bob": 403,
    "olga": 403,
}


@pytest.mark.parametrize(("who", "status"), RATIONALE.items())
def test_the_rationale_is_for_those_who_may_see_it(world, who, status):
    """Whatever the key's scopes: it acts as a member."""
    caller = Caller(getattr(world, who))
    answers = [caller.get(f"{ROOT}business-cases/{pk}") for pk in ("", f"{world.strategic_kr.business_case.pk}/")]
    assert [answer.status_code for answer in answers] == [status, status]
    if status == 200:
        (case,) = answers[0].json()["results"]
        assert (case["revenue_effect"], case["profitability_effect"], case["budget_share"]) == ("6400000", "0.3", "14")
        assert answers[1].json() == case
    else:
        assert b"6400000" not in answers[0].content + answers[1].content


def test_what_was_archived_is_not_listed(world, api):
    with tenancy.tenant(world.org.pk):
        KeyResult.objects.filter(pk=world.key_result.pk).update(archived_at=START)
        Objective.objects.filter(pk=world.strategic.pk).update(archived_at=START)
    assert api.ids("key-results/") == []
    assert api.ids("objectives/") == [world.objective.pk]
    assert api.ids("business-cases/") == api.ids("evidence/") == api.ids("check-ins/") == []
    assert api.ids("contributions/") == []
    assert api.get(f"{ROOT}key-results/{world.key_result.pk}/").status_code == 404


def test_somebody_who_left_is_still_named(world, api):
    with tenancy.tenant(world.org.pk):
        Membership.objects.filter(pk=world.bob.pk).update(ended_at=START)
    assert api.ids("members/", active="false") == [world.bob.pk]
    assert world.bob.pk not in api.ids("members/", active="true")


# ── Filters ──────────────────────────────────────────────────────────────────


@pytest.fixture
def more(world):
    """A second of everything that filters tell apart."""
    with tenancy.tenant(world.org.pk):
        last = factories.year(2025, state="closed")
        autumn = factories.quarter(last, 4, state="closed")
        past = factories.strategic_objective(last, world.department, title="Last year's")
        old = factories.tribe_objective(autumn, world.other_tribe, title="Last quarter's", owner=world.bob)
        old_kr = factories.key_result(
            old, owner=world.bob, stage="scored", direction="down", start=9, target=5, next_due_on=None
        )
        factories.check_in(old_kr, "7", dt.date(2025, 12, 1))
        factories.initiative(
            autumn, world.other_tribe, old_kr, function="tech", state="delivered", owner=world.alice,
            start_week=dt.date(2025, 10, 13), end_week=dt.date(2025, 10, 20),
        )  # fmt: skip
    return {"year": last, "quarter": autumn, "past": past, "objective": old, "kr": old_kr}


FILTERS = {
    "years": [({"state": "closed"}, lambda w, m: {m["year"].pk})],
    "quarters": [
        ({"state": "open"}, lambda w, m: {w.quarter.pk}),
        ({"year": lambda w, m: m["year"].pk}, lambda w, m: {m["quarter"].pk}),
    ],
    "tribes": [({"department": lambda w, m: w.department.pk}, lambda w, m: {w.tribe.pk, w.other_tribe.pk})],
    "members": [({"function": "tech"}, lambda w, m: {w.bob.pk})],
    "objectives": [
        ({"level": "strategic"}, lambda w, m: {w.strategic.pk, m["past"].pk}),
        ({"year": lambda w, m: w.year.pk}, lambda w, m: {w.strategic.pk, w.objective.pk}),
        ({"quarter": lambda w, m: m["quarter"].pk}, lambda w, m: {m["objective"].pk}),
        ({"tribe": lambda w, m: w.tribe.pk}, lambda w, m: {w.objective.pk}),
        ({"department": lambda w, m: w.department.pk, "level": "tribe"}, lambda w, m: {w.objective.pk, m["objective"].pk}),
        ({"owner": lambda w, m: w.bob.pk}, lambda w, m: {m["objective"].pk}),
    ],
    "key-results": [
        ({"objective": lambda w, m: w.objective.pk}, lambda w, m: {w.key_result.pk}),
        ({"level": "strategic"}, lambda w, m: {w.strategic_kr.pk}),
        ({"tribe": lambda w, m: w.other_tribe.pk}, lambda w, m: {m["kr"].pk}),
        ({"quarter": lambda w, m: w.quarter.pk}, lambda w, m: {w.key_result.pk}),
        ({"year": lambda w, m: w.year.pk}, lambda w, m: {w.key_result.pk, w.strategic_kr.pk}),
        ({"owner": lambda w, m: w.alice.pk}, lambda w, m: {w.key_result.pk}),
        ({"stage": "scored"}, lambda w, m: {m["kr"].pk}),
        ({"direction": "down"}, lambda w, m: {m["kr"].pk}),
        ({"due_before": "2026-05-20"}, lambda w, m: {w.key_result.pk, w.strategic_kr.pk}),
        ({"due_before": "2026-05-19"}, lambda w, m: set()),
        ({"stage": "published", "level": "tribe"}, lambda w, m: {w.key_result.pk}),
    ],
    "contributions": [
        ({"objective": lambda w, m: m["objective"].pk}, lambda w, m: set()),
        ({"key_result": lambda w, m: w.strategic_kr.pk}, lambda w, m: set(w.strategic_kr.contributions.values_list("pk", flat=True))),
    ],
    "evidence": [
        ({"kind": "nps"}, lambda w, m: set()),
        ({"key_result": lambda w, m: w.strategic_kr.pk}, lambda w, m: {w.evidence.pk}),
        ({"objective": lambda w, m: w.strategic.pk}, lambda w, m: set()),
    ],
    "business-cases": [
        ({"year": lambda w, m: w.year.pk}, lambda w, m: {w.strategic_kr.business_case.pk}),
        ({"key_result": lambda w, m: w.key_result.pk}, lambda w, m: set()),
    ],
    "initiatives": [
        ({"tribe": lambda w, m: w.tribe.pk}, lambda w, m: {w.initiative.pk}),
        ({"quarter": lambda w, m: w.quarter.pk}, lambda w, m: {w.initiative.pk}),
        ({"owner": lambda w, m: w.bob.pk}, lambda w, m: {w.initiative.pk}),
        ({"function": "design"}, lambda w, m: {w.initiative.pk}),
        ({"state": "in_progress"}, lambda w, m: {w.initiative.pk}),
        ({"key_result": lambda w, m: w.key_result.pk}, lambda w, m: {w.initiative.pk}),
    ],
    "check-ins": [
        ({"key_result": lambda w, m: m["kr"].pk}, lambda w, m: set(m["kr"].check_ins.values_list("pk", flat=True))),
        ({"author": lambda w, m: w.carol.pk}, lambda w, m: set(w.strategic_kr.check_ins.values_list("pk", flat=True))),
        ({"since": "2026-05-18"}, lambda w, m: set(w.strategic_kr.check_ins.values_list("pk", flat=True))),
        ({"until": "2026-05-12", "since": "2026-05-12"}, lambda w, m: set(w.key_result.check_ins.values_list("pk", flat=True))),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("resource", "asked", "expected"),
    [(resource, *case) for resource, cases in FILTERS.items() for case in cases],
    ids=[f"{resource} {' '.join(asked)}" for resource, cases in FILTERS.items() for asked, _expected in cases],
)
def test_lists_are_narrowed(world, more, api, resource, asked, expected):
    every = set(api.ids(f"{resource}/"))
    parameters = {key: value(world, more) if callable(value) else value for key, value in asked.items()}
    with tenancy.tenant(world.org.pk):
        wanted = expected(world, more)
    assert set(api.ids(f"{resource}/", **parameters)) == wanted
    assert wanted <= every
    assert wanted != every or resource == "tribes" or resource in ("business-cases", "evidence", "contributions")


def test_each_filter_is_tested():
    from okr.api import views

    sets = {
        "years": views.Years, "quarters": views.Quarters, "tribes": views.Tribes, "members": views.Members,
        "objectives": views.Objectives, "key-results": views.KeyResults, "contributions": views.Contributions,
        "evidence": views.EvidenceList, "business-cases": views.BusinessCases, "initiatives": views.Initiatives,
        "check-ins": views.CheckIns,
    }  # fmt: skip
    for resource, view in sets.items():
        tested = {key for asked, _expected in FILTERS[resource] for key in asked} | {"active"}
        assert set(view.filterset_class.base_filters) <= tested, resource


@pytest.mark.parametrize(
    ("resource", "asked", "field"),
    [
        ("key-results", {"objective": "abc"}, "objective"),
        ("key-results", {"objective": "1.5"}, "objective"),
        ("key-results", {"owner": "-1"}, "owner"),
        ("key-results", {"year": "9" * 40}, "year"),
        ("key-results", {"stage": "nonsense"}, "stage"),
        ("key-results", {"due_before": "2026-02-30"}, "due_before"),
        ("objectives", {"level": "team"}, "level"),
        ("check-ins", {"since": "yesterday"}, "since"),
    ],
)
def test_a_filter_that_cannot_be_read_is_named(world, api, resource, asked, field):
    answer = api.get(f"{ROOT}{resource}/", asked)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_parameter_that_no_list_knows_is_named(world, api, resource):
    answer = api.get(f"{ROOT}{resource}/", {"status": "at_risk", "page_size": 2, "format": "csv"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == ["format", "status"]


def test_a_filter_of_another_resource_is_unknown(world, api):
    answer = api.get(f"{ROOT}years/", {"tribe": world.tribe.pk})
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"field": "tribe", "message": "There is no such parameter here, only: cursor, page_size, state."}
    ]


@pytest.mark.parametrize("value", ["0", "999999999", str(2**63 - 1)])
def test_an_id_that_leads_nowhere_gives_an_empty_list(world, api, value):
    assert api.rows("key-results/", objective=value) == []


# ── Pages ────────────────────────────────────────────────────────────────────


def walk(api, path, **parameters):
    answer = api.get(ROOT + path, parameters).json()
    pages = [[row["id"] for row in answer["results"]]]
    while answer["next"]:
        answer = api.get(answer["next"]).json()
        pages.append([row["id"] for row in answer["results"]])
    return pages


def test_cursor_pages_are_walked_from_end_to_end(world, api):
    with tenancy.tenant(world.org.pk):
        for _row in range(9):
            factories.key_result(world.objective)
    pages = walk(api, "key-results/", page_size=4)
    assert [len(page) for page in pages] == [4, 4, 3]
    flat = [pk for page in pages for pk in page]
    assert flat == sorted(set(flat))
    assert flat == api.ids("key-results/")


def test_pages_stay_true_while_rows_are_added(world, api):
    """Check-ins come newest first: one added meanwhile neither repeats nor hides another."""
    with tenancy.tenant(world.org.pk):
        for day in range(6):
            factories.check_in(world.key_result, "86", TODAY - dt.timedelta(days=6 - day))
    before = api.ids("check-ins/")
    first = api.read("check-ins/", page_size=3)
    with tenancy.tenant(world.org.pk):
        factories.check_in(world.key_result, "90")
    second = api.get(first["next"]).json()
    third = api.get(second["next"]).json()
    assert [row["id"] for page in (first, second, third) for row in page["results"]] == before
    assert [row["id"] for row in api.get(second["previous"]).json()["results"]] == before[:3]


def test_a_filter_holds_on_every_page(world, api):
    with tenancy.tenant(world.org.pk):
        for _row in range(4):
            factories.key_result(world.objective, stage="draft")
    pages = walk(api, "key-results/", page_size=2, stage="draft")
    assert [len(page) for page in pages] == [2, 2]


@pytest.mark.parametrize(("asked", "given"), [("1000", 200), ("0", 50), ("-3", 50), ("many", 50), ("7", 7)])
def test_pages_are_bounded(world, api, asked, given):
    with tenancy.tenant(world.org.pk):
        CheckIn.objects.bulk_create(
            CheckIn(key_result=world.key_result, on=TODAY, value=1, confidence=5) for _row in range(210)
        )
    assert len(api.rows("check-ins/", page_size=asked)) == given


@pytest.mark.parametrize("says", ["p=abc", "p=1.5", "p=-1", "o=abc", "r=x", "p=1'--"])
def test_a_cursor_that_was_tampered_with_is_said_so(world, api, says):
    """DRF itself would hand the position to the database as it is."""
    answer = api.get(f"{ROOT}key-results/", {"cursor": b64encode(says.encode()).decode()})
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("cursor", ["é", "a"])
def test_a_cursor_that_is_none_is_said_so(world, api, cursor):
    assert api.get(f"{ROOT}key-results/", {"cursor": cursor}).status_code == 404


def test_a_cursor_beyond_all_rows_gives_an_empty_page(world, api):
    assert api.rows("key-results/", cursor=b64encode(b"p=" + b"9" * 40).decode()) == []


# ── Queries ──────────────────────────────────────────────────────────────────

# The key itself is one of them.
QUERIES = {
    "years": 2, "quarters": 2, "departments": 2, "tribes": 2, "members": 2, "objectives": 4, "key-results": 4,
    "contributions": 2, "evidence": 2, "business-cases": 2, "initiatives": 4, "check-ins": 2,
}  # fmt: skip


def grow(world):
    """Twenty more rows of each resource, every row with its own relations."""
    with tenancy.tenant(world.org.pk):
        department = type(world.department)
        for place in range(20):
            year = factories.year(2030 + place)
            quarter = factories.quarter(year)
            other = department.objects.create(name=f"Department {place}")
            tribe = type(world.tribe).objects.create(department=other, name=f"T{place}", code=f"T{place}")
            person = factories.member(world.org, f"Person {place}")
            strategic = factories.strategic_objective(year, other, owner=person)
            above = factories.key_result(strategic, owner=person)
            factories.BusinessCase.objects.create(key_result=above)
            factories.Evidence.objects.create(objective=strategic, kind="nps", title="Fact")
            objective = factories.tribe_objective(quarter, tribe, owner=person)
            below = factories.key_result(objective, owner=person)
            StepTarget.objects.create(key_result=below, on=quarter.ends_on, value=90)
            Step.objects.create(key_result=below, title="Step")
            factories.Contribution.objects.create(objective=objective, key_result=above)
            factories.initiative(quarter, tribe, below, owner=person)
            factories.check_in(below, "86")


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_list_costs_the_same_for_one_row_and_for_twenty(world, api, resource, django_assert_num_queries):
    api.read(f"{resource}/")  # notes that the key was used
    with django_assert_num_queries(QUERIES[resource]):
        few = api.rows(f"{resource}/")
    grow(world)
    with django_assert_num_queries(QUERIES[resource]):
        assert len(api.rows(f"{resource}/", page_size=200)) >= len(few) + 20
