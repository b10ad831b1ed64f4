"""The page of a key result: Alice owns the tribe's, Carol (chief of staff) the strategic one, Charlie is a stranger."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from okr.actions.business_case import save_business_case
from okr.actions.check_in import correct_check_in, record_check_in
from okr.models import BusinessCase, CheckIn, Contribution, KeyResult, Quarter, Step, StepTarget
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import AuditEvent, Committee, Membership, Organization, User
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.django_db
LEADERS = ("carol", "dan", "sam", "coach", "cpo", "codir")
OTHERS = ("alice", "bob", "olga")


def days_ago(number):
    return TODAY - dt.timedelta(days=number)


@pytest.fixture
def get(world, client):
    def get(key_result, who="alice", **query):
        cache.clear()  # rows changed without an action bump no version
        client.force_login(getattr(world, who).user)
        return client.get(reverse("key_result", args=[world.org.slug, key_result.pk]), query)

    return get


def html(response, status=200):
    assert response.status_code == status
    return re.sub(r"\s+", " ", response.content.decode().replace("\u00a0", " "))


def text(response, status=200):
    """What is read: without tags."""
    return re.sub(r"\s+([,.])|\s+", lambda gap: gap[1] or " ", re.sub(r"<[^>]+>", " ", html(response, status)))


def measured(world, *values, **fields):
    """A key result of the tribe checked in weekly, the last time a week ago."""
    key_result = factories.key_result(world.objective, owner=world.alice, **fields)
    for place, value in enumerate(values):
        factories.check_in(key_result, value, days_ago(7 * (len(values) - place)))
    return key_result


# ── Head and key figures ─────────────────────────────────────────────────────


def test_head_of_a_strategic_key_result(world, get):
    page = text(get(world.strategic_kr))
    assert "Everyday shopping becomes a simple gesture." in page
    assert "1.1 Missing items replaced by one that the customer accepts" in page
    assert "CoDir E-commerce" in page
    assert "Carol Staff" in page
    assert "Every month" in page


def test_without_a_committee_the_department_is_named(world, get):
    Committee.objects.all().delete()
    assert re.search(r"1\.1 Missing.{0,120} E-commerce ", text(get(world.strategic_kr)))


def test_head_of_a_tribe_s_key_result(world, get):
    page = text(get(world.key_result))
    assert "Customers leave the pick-up lane smiling." in page
    assert "A1 Orders ready" in page
    assert "DRV Drive Q2 2026" in page
    assert "Every week" in page


def test_key_figures(world, get):
    # 139 of 365 days: 54 + 18 × 139/365 = 60.85 is expected; (59.2 − 54) / 18 = 29 % of the way made, 38 % expected.
    page = text(get(world.strategic_kr))
    assert "Now 59.2% 18 May" in page
    assert "Expected today 60.9% −1.7 pts" in page
    assert "29% of the way, 38% expected" in page
    assert "At risk" in page
    assert "Confidence 6 of 10" in page


def test_a_fall_of_confidence_is_marked(world, get):
    assert "low or falling" not in text(get(world.strategic_kr))
    factories.check_in(world.strategic_kr, "59.4", TODAY, confidence=3)
    assert "Confidence 3 of 10, 6 before low or falling" in text(get(world.strategic_kr))


def test_no_update_shows_the_last_value_with_its_date_in_amber(world, get):
    key_result = factories.key_result(world.objective)
    factories.check_in(key_result, "85", days_ago(30))
    page = html(get(key_result))
    assert '85% <small class="c-risk">19 Apr</small>' in page
    assert "No update" in page


def test_figures_follow_the_reader_s_language(world, get):
    User.objects.filter(pk=world.alice.user_id).update(language="fr")
    page = text(get(world.strategic_kr))
    assert "59,2 %" in page
    assert "60,9 %" in page


# ── The chart and its forecast ───────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fields", "values", "sentence"),
    [
        # 10 a week from 30 on 12 May: 100 on 30 June, seven weeks later.
        ({"start": 0, "target": 120}, (10, 20, 30), "the target would be missed by 20 pts."),
        ({"start": 0, "target": 100}, (10, 20, 30), "the target would be reached."),
        ({"start": 0, "target": 90}, (10, 20, 30), "the target would be passed by 10 pts."),
        ({"start": 200, "target": 90, "direction": "down"}, (190, 180, 170), "the target would be missed by 10 pts."),
        (
            {"direction": "within", "start": None, "target": None, "low": 40, "high": 90},
            (10, 20, 30),
            "it would end 10 pts outside its band.",
        ),
        (
            {"direction": "within", "start": None, "target": None, "low": 40, "high": 110},
            (10, 20, 30),
            "it would end inside its band.",
        ),
    ],
)
def test_forecast_in_a_sentence(world, get, fields, values, sentence):
    change = "−10" if fields.get("direction") == "down" else "+10"
    page = text(get(measured(world, *values, **fields)))
    assert f"At the pace of the last 3 check-ins ({change}.0 pts a week), {sentence}" in page


def test_forecast_needs_three_check_ins(world, get):
    page = text(get(measured(world, 10, 20, start=0, target=100)))
    assert "2 check-ins" in page
    assert "At the pace" not in page
    assert "Forecast" not in page


def test_chart_says_itself_in_words_and_as_a_table(world, get):
    page = html(get(measured(world, 10, 20, 30, start=0, target=120)))
    assert 'class="trend"' in page
    assert 'aria-label="Chart: from 0%, now 30%, expected 65%, forecast 100%, target 120%"' in page
    assert "See as table" in page
    # 12 May is day 42 of 91: 120 × 42/91 = 55.4 was expected.
    assert re.search(r"12 May</td><td[^>]*>30%</td><td[^>]*>\+10 pts</td><td[^>]*>55%</td><td[^>]*>6</td>", page)


def test_step_targets_bend_the_expected_line(world, get):
    key_result = measured(world, 82, start=80, target=92)
    StepTarget.objects.create(key_result=key_result, on=TODAY, value=83)
    page = text(get(key_result))
    assert "Expected today 83%" in page
    assert "expected, by steps" in page
    assert "Step targets 19 May 83%" in page


def test_a_band_is_drawn_and_said(world, get):
    fields = {"direction": "within", "start": None, "target": None, "low": 40, "high": 60, "tolerance": 5}
    inside = text(get(measured(world, 50, **fields)))
    assert "To keep within 40% to 60%" in inside
    assert "Inside its band" in inside
    assert "Keep within 40% to 60%" in inside
    above = text(get(measured(world, 62, **fields)))
    assert "2 pts above its band" in above
    assert "At risk" in above


def test_a_milestone_lists_its_steps_instead_of_a_chart(world, get):
    key_result = measured(world, "0.5", direction="done", unit="done", start=None, target=None)
    Step.objects.create(key_result=key_result, title="Contract signed", done_on=days_ago(7))
    Step.objects.create(key_result=key_result, title="First shop open", position=2)
    page = html(get(key_result))
    assert 'class="trend"' not in page
    assert re.search(r"Contract signed.{0,60}done on 12 May", text(get(key_result)))
    assert re.search(r"First shop open.{0,20}to do", text(get(key_result)))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "The first check-in, due on 19 May, says where it stands."),
        ({"next_due_on": None}, "The first check-in says where it stands."),
        (
            {"start": None, "baseline_due_on": dt.date(2026, 6, 12)},
            "Its start is to be measured first, by 12 Jun: it is not known yet.",
        ),
        ({"stage": "proposed"}, "Check-ins begin once it is published."),
    ],
)
def test_without_data_it_says_what_comes_first(world, get, fields, why):
    page = text(get(factories.key_result(world.objective, **fields)))
    assert "No data yet" in page
    assert why in page
    assert "0% of the way" not in page


# ── Checking in ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("who", "may"), [("alice", True), ("dan", True), ("bob", False), ("olga", False)])
def test_check_in_is_offered_to_those_who_may(world, get, who, may):
    address = reverse("check_in_key_result", args=[world.org.slug, world.key_result.pk])
    assert (address in html(get(world.key_result, who))) is may


def test_check_in_is_not_offered_in_a_closed_quarter(world, get):
    Quarter.objects.update(state="closed")
    address = reverse("check_in_key_result", args=[world.org.slug, world.key_result.pk])
    assert address not in html(get(world.key_result))


def test_check_ins_show_comment_mood_and_author(world, get):
    factories.check_in(world.key_result, "87", TODAY, comment="Two shops more.", mood="good_news", confidence=8)
    page = html(get(world.key_result, "bob"))
    assert "Two shops more." in page
    assert "Good news" in page
    assert re.search(r"87%</b><span[^>]*>\+1 pt</span>", page)
    assert page.count("Alice Owner") >= 3  # owner, and author of two


def test_the_latest_comments_are_numbered_on_the_chart(world, get):
    key_result = measured(world, 55, 56, 57, 58, 59)
    said = ["Snow", "", "Sales", "Strike", "Rain"]
    for check_in, comment in zip(CheckIn.objects.of([key_result.pk]).order_by("on"), said, strict=True):
        CheckIn.objects.filter(pk=check_in.pk).update(comment=comment)
    page = html(get(key_result))
    notes = re.search(r'<ol class="ann-list[^>]*>(.*?)</ol>', page)[1]
    assert re.findall(r">(\d)</span><span><a [^>]*>(\w+)</a>", notes) == [
        ("1", "Sales"),
        ("2", "Strike"),
        ("3", "Rain"),
    ]
    assert re.findall(r'<text class="ann-t"[^>]*>(\d)</text>', page) == ["1", "2", "3"]
    assert all(f'<li id="{place}">' in page for place in re.findall(r'href="#(check-in-\d+)"', notes))
    CheckIn.objects.of([key_result.pk]).update(comment="")
    assert "ann" not in re.findall(r'class="([\w-]+)', html(get(key_result)))


def test_only_the_author_corrects_and_only_the_latest(world, get):
    earlier = CheckIn.objects.get(key_result=world.key_result)
    latest = factories.check_in(world.key_result, "87", TODAY)
    addresses = [reverse("check_in_correct", args=[world.org.slug, row.pk]) for row in (earlier, latest)]
    assert [address in html(get(world.key_result)) for address in addresses] == [False, True]
    assert [address in html(get(world.key_result, "dan")) for address in addresses] == [False, False]


def test_what_people_wrote_is_never_markup(world, get):
    world.key_result.title = "<script>alert(1)</script>"
    factories.check_in(world.key_result, "87", TODAY, comment='"><img src=x onerror=alert(2)>')
    page = html(get(world.key_result))
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page


# ── Contributions and initiatives ────────────────────────────────────────────


def test_strategic_shows_who_contributes_with_what_and_why(world, get):
    page = text(get(world.strategic_kr))
    assert "DRV Drive Customers leave the pick-up lane smiling. What is announced is accepted." in page
    assert "Q2 2026 · Their measures are shown beside, never added to the value above" in page
    assert re.search(r"Orders ready when the customer arrives 86% → 92% 50%", page)
    assert "One-screen slot choice" in page


def test_contributors_of_other_quarters_are_left_out(world, get):
    next_quarter = factories.quarter(world.year, 3, "draft")
    later = factories.tribe_objective(next_quarter, world.other_tribe, title="Later, at home.")
    Contribution.objects.create(objective=later, key_result=world.strategic_kr)
    empty = factories.tribe_objective(world.quarter, world.other_tribe, title="Nothing measured.")
    Contribution.objects.create(objective=empty, key_result=world.strategic_kr)
    page = text(get(world.strategic_kr))
    assert "Later, at home." not in page
    assert re.search(r"Nothing measured\..{0,40}No key result this quarter yet", page)


def test_contributors_of_a_quarter_to_come_are_said_to_be_planned(world, get):
    Contribution.objects.all().delete()
    ahead = factories.tribe_objective(factories.quarter(world.year, 3, "draft"), world.tribe, title="For later.")
    Contribution.objects.create(objective=ahead, key_result=world.strategic_kr)
    factories.key_result(ahead, title="Proposed", stage="proposed")
    page = html(get(world.strategic_kr))
    assert "No Tribe contributes this quarter. Planned for Q3 2026:" in page
    row = page.split("Proposed</a>")[1].split("</tr>")[0]
    assert "notick" in row  # nothing is expected of it yet


def test_strategic_without_contributors_says_so(world, get):
    Contribution.objects.all().delete()
    assert "No Tribes contribute to it yet" in text(get(world.strategic_kr))


def test_tribe_shows_what_it_contributes_to(world, get):
    page = text(get(world.key_result))
    assert re.search(r"1\.1 Missing items replaced .{0,40}accepts What is announced is accepted\. 29%", page)


def test_initiatives_that_answer_it(world, get):
    week = dt.date(2026, 4, 13)
    late = factories.initiative(
        world.quarter, world.tribe, world.key_result, title="Photo check", start_week=week, end_week=dt.date(2026, 5, 4)
    )
    factories.initiative(world.quarter, world.tribe, world.key_result, title="Gone", archived_at=timezone.now())
    page = text(get(world.key_result))
    assert "Bob Colleague" in page  # owns "One-screen slot choice"
    assert "Photo check A1 2 weeks late W16–W19" in page
    assert "Gone" not in page
    assert reverse("initiative", args=[world.org.slug, late.pk]) in html(get(world.key_result))


# ── Definition and evidence ──────────────────────────────────────────────────


def test_definition(world, get):
    key_result = factories.key_result(
        world.objective,
        metric="Orders ready, of all orders",
        source="Order log",
        source_url="https://data.example.org/orders",
        ambition="committed",
        weight=Decimal("2.5"),
    )
    page = html(get(key_result))
    assert "Orders ready, of all orders" in page
    assert "Up, from 80% to 92%" in page
    assert '<a href="https://data.example.org/orders" rel="external noopener">Order log</a>' in page
    assert "Committed: 1.0 expected" in page
    assert "2.5" in page
    assert re.search(r"Weight</dt>", page)
    assert not re.search(r"Weight</dt>", html(get(world.key_result)))


def test_evidence(world, get):
    page = text(get(world.strategic_kr))
    assert "Churn Missing items: first reason to leave 27 %" in page
    assert "No facts gathered yet" in text(get(world.key_result))


# ── Stage and verdict ────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("draft", "Draft. It has not been presented"),
        ("proposed", "Proposed. Quarter planning decides"),
        ("dropped", "Dropped. Quarter planning did not keep it"),
    ],
)
def test_a_key_result_that_does_not_run_says_so(world, get, stage, words):
    page = text(get(factories.key_result(world.objective, stage=stage)))
    assert words in page
    assert "Start 80% Target 92%" in page
    assert "Check in" not in page


def test_the_verdict_of_a_closed_quarter(world, get):
    KeyResult.objects.filter(pk=world.key_result.pk).update(
        stage="scored", score=Decimal("0.4"), learning="Start with two shops.", miss_reason="Staff came late."
    )
    page = html(get(world.key_result))
    assert '<span class="pill risk">0.4</span>' in page
    assert "Start with two shops." in page
    assert "Staff came late." in page


# ── Business rationale: for leaders only ─────────────────────────────────────


@pytest.mark.parametrize("who", LEADERS)
def test_leaders_see_the_rationale(world, get, who):
    page = text(get(world.strategic_kr, who))
    assert "CoDir only" in page
    assert "Revenue, full year +€6.4M" in page
    assert "Contribution margin +0.3 pt" in page
    assert "Share of the 2026 budget 14%" in page
    assert "CoDir of 12 January" in page
    assert "Not signed as consolidated yet." in page


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize("query", [{}, {"history": "all"}])
def test_nobody_else_sees_a_trace_of_it(world, get, who, query):
    changed = {"revenue_effect": Decimal(7300000), "profitability_effect": Decimal("0.4"), "budget_share": Decimal(21)}
    save_business_case(world.strategic_kr, by=Actor(world.carol), note="Secret plan", **changed)
    page = html(get(world.strategic_kr, who, **query))
    for trace in (
        "6.4",
        "7.3",
        "6400000",
        "7300000",
        "14%",
        "21%",
        "12 January",
        "Secret plan",
        "ationale",
        "CoDir only",
    ):
        assert trace not in page
    # From the same set-up: a leader does see it, history included.
    assert "revenue from +€6.4M to +€7.3M, margin from +0.3 pt to +0.4 pt" in text(
        get(world.strategic_kr, "sam", **query)
    )


@pytest.mark.parametrize(
    ("who", "edits", "signs"),
    [("carol", True, True), ("dan", True, False), ("codir", True, False), ("coach", False, False)],
)
def test_who_may_edit_and_sign(world, get, who, edits, signs):
    page = html(get(world.strategic_kr, who))
    slug, pk = world.org.slug, world.strategic_kr.pk
    assert (f'href="{reverse("business_case", args=[slug, pk])}"' in page) is edits
    assert (f'action="{reverse("business_case_consolidate", args=[slug, pk])}"' in page) is signs


def test_an_unfinished_rationale_cannot_be_signed(world, get):
    BusinessCase.objects.update(budget_share=None)
    assert "Sign off" not in html(get(world.strategic_kr, "carol"))


def test_a_missing_rationale_invites_those_who_may_write_it(world, get):
    BusinessCase.objects.all().delete()
    assert "Write rationale" in html(get(world.strategic_kr, "carol"))
    coach = html(get(world.strategic_kr, "coach"))
    assert "Not written yet" in coach
    assert "Write rationale" not in coach


def test_who_loses_the_role_loses_the_page_that_showed_it(world, client):
    client.force_login(world.sam.user)
    address = reverse("key_result", args=[world.org.slug, world.strategic_kr.pk])
    first = client.get(address)
    assert "+€6.4M" in html(first)
    Membership.objects.filter(pk=world.sam.pk).update(roles=["member"])
    assert "6.4" not in html(client.get(address, headers={"If-None-Match": first["ETag"]}))


def test_a_tribe_s_key_result_has_no_rationale(world, get):
    assert "ationale" not in html(get(world.key_result, "carol"))


# ── History ──────────────────────────────────────────────────────────────────


def test_history_in_sentences(world, get):
    made = record_check_in(world.key_result, by=Actor(world.alice), value=Decimal("87.5"), confidence=4)
    correct_check_in(made, by=Actor(world.alice), value=Decimal("88"), confidence=5, comment="Recount.")
    page = text(get(world.key_result, "bob"))
    assert "updated the value from 86.0% to 87.5%, confidence from 6 to 4." in page
    assert "corrected the check-in of 19 May, value from 87.5% to 88.0%, confidence from 4 to 5, comment." in page


def test_history_of_a_first_a_same_and_a_late_measurement(world, get):
    key_result = factories.key_result(world.objective, owner=world.alice)
    for value, on in ((Decimal(81), days_ago(3)), (Decimal(81), TODAY)):
        record_check_in(key_result, by=Actor(world.alice, "api"), value=value, confidence=6, on=on)
    page = text(get(key_result))
    assert "recorded a first value of 81%, confidence 6, measured on 16 May. API" in page
    assert "confirmed the value of 81%, confidence 6." in page


def test_history_names_people_who_have_left(world, get):
    record_check_in(world.key_result, by=Actor(world.dan), value=Decimal(87), confidence=6)
    Membership.objects.filter(pk=world.dan.pk).delete()
    assert "Dan Admin updated the value" in text(get(world.key_result))


def test_history_reads_events_it_does_not_know(world, get):
    AuditEvent.objects.create(
        actor=world.dan,
        actor_name="Dan Admin",
        verb="moved_elsewhere",
        object_type="keyresult",
        object_id=world.key_result.pk,
        object_label="<b>Orders</b>",
    )
    assert "changed <ins>&lt;b&gt;Orders&lt;/b&gt;</ins>." in html(get(world.key_result))


def test_history_shows_the_latest_and_pages_all_of_it(world, get):
    for number in range(60):
        record_check_in(world.key_result, by=Actor(world.alice), value=Decimal(number), confidence=6)
    latest = html(get(world.key_result))
    assert len(re.findall("<li[^>]*><time datetime=", latest)) == 10 + 10  # events and check-ins
    assert "All events" in latest
    page = html(get(world.key_result, history="all"))
    assert page.count("the value ") == 50
    assert "?history=all&amp;page=2" in page
    assert html(get(world.key_result, history="all", page="2")).count("the value ") == 10


@pytest.mark.parametrize("query", [{"history": "x"}, {"history": "all", "page": "x"}, {"history": "all", "page": "-9"}])
def test_unknown_parameters_fall_back(world, get, query):
    assert get(world.key_result, **query).status_code == 200


# ── Who may not be here ──────────────────────────────────────────────────────


def test_other_organizations_unknown_and_archived_are_404(world, get, client):
    with tenancy.all_tenants():
        other = factories.world("other")
    assert get(other.strategic_kr).status_code == 404
    client.force_login(other.alice.user)
    address = reverse("key_result", args=[world.org.slug, world.strategic_kr.pk])
    assert client.get(address).status_code == 404
    assert client.get(reverse("key_result", args=["other", other.strategic_kr.pk])).status_code == 200
    KeyResult.objects.filter(pk=world.key_result.pk).update(archived_at=timezone.now())
    assert get(world.key_result).status_code == 404


def test_visitors_sign_in_first_and_nothing_is_posted(world, client):
    address = reverse("key_result", args=[world.org.slug, world.key_result.pk])
    assert client.get(address).status_code == 302
    client.force_login(world.alice.user)
    assert client.post(address).status_code == 405


# ── Cost ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["strategic_kr", "key_result"])
def test_queries_do_not_grow(world, client, kind):
    client.force_login(world.carol.user)
    address = reverse("key_result", args=[world.org.slug, getattr(world, kind).pk])

    def cost():
        client.get(address)
        cache.clear()
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        return counts

    few = cost()
    assert max(few) <= 19
    for number in range(2, 21):
        objective = factories.tribe_objective(world.quarter, world.tribe, position=number)
        Contribution.objects.create(objective=objective, key_result=world.strategic_kr)
        below = factories.key_result(objective, owner=world.bob)
        factories.initiative(world.quarter, world.tribe, below, world.key_result, owner=world.bob)
        for key_result in (world.strategic_kr, world.key_result):
            Contribution.objects.get_or_create(objective=world.objective, key_result=world.strategic_kr)
            record_check_in(key_result, by=Actor(world.dan), value=Decimal(60 + number), confidence=6)
    for number in range(31):
        record_check_in(world.strategic_kr, by=Actor(world.dan), value=Decimal(number), confidence=6)
        record_check_in(world.key_result, by=Actor(world.dan), value=Decimal(number), confidence=6)
    assert cost() == few


def test_an_unchanged_page_is_not_made_again(world, get, client):
    first = get(world.key_result)
    address = reverse("key_result", args=[world.org.slug, world.key_result.pk])
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    record_check_in(world.key_result, by=Actor(world.dan), value=Decimal(90), confidence=6)
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert Organization.objects.get(pk=world.org.pk).version > world.org.version


def test_every_figure_is_as_precise_as_the_measurements(world, get):
    """Start, target and the last value are whole, but it is measured in tenths."""
    key_result = world.strategic_kr
    for value, ago in (("58.5", 9), ("59", 2)):
        factories.check_in(key_result, value, days_ago(ago))
    said = text(get(key_result))
    assert "Now 59.0%" in said
    assert "59.0% +0.5 pt" in said
    assert "Expected today 60.9% −1.9 pts" in said


def test_a_due_day_that_a_holiday_moved_says_so(world, get):
    world.org.due_weekday = 3
    world.org.save()
    world.key_result.next_due_on = dt.date(2026, 5, 15)
    world.key_result.save()
    assert "Next due 15 May, moved from 14 May (Ascension Day)" in text(get(world.key_result))
