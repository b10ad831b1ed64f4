"""The business rationale: Carol (chief of staff) writes and signs, Dan (administrator) writes, everybody else may not."""

import re
import threading
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from okr.actions.business_case import consolidate_business_case, save_business_case
from okr.models import BusinessCase, KeyResult, Objective
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import AuditEvent, Membership, Organization, User
from orgs.rules import RuleBroken
from tests import factories

MAY_NOT = ("alice", "bob", "coach", "cpo", "olga")
TYPED = {"revenue_effect": "7.3M", "profitability_effect": "0.4", "budget_share": "20 %", "note": "CoDir of 18 May"}


def url(world, name="business_case", key_result=None):
    return reverse(name, args=[world.org.slug, (key_result or world.strategic_kr).pk])


@pytest.fixture
def get(world, client):
    def get(who="carol", key_result=None):
        client.force_login(getattr(world, who).user)
        return client.get(url(world, key_result=key_result))

    return get


@pytest.fixture
def post(world, client):
    def post(who="carol", key_result=None, name="business_case", **typed):
        client.force_login(getattr(world, who).user)
        return client.post(url(world, name, key_result), typed)

    return post


def html(response, status=200):
    assert response.status_code == status
    return re.sub(r"\s+", " ", response.content.decode().replace("\u00a0", " "))


def stored(world, key_result=None):
    case = BusinessCase.objects.get(key_result=key_result or world.strategic_kr)
    return case.revenue_effect, case.profitability_effect, case.budget_share, case.note


AS_MADE = (Decimal(6400000), Decimal("0.3"), Decimal(14), "CoDir of 12 January")


def revision(page):
    return re.search(r'name="revision" value="(\d+)"', page)[1]


# ── Writing ──────────────────────────────────────────────────────────────────


def test_the_form_shows_what_is_stored_in_the_reader_s_language(world, get):
    page = html(get())
    assert 'value="6,400,000"' in page
    assert 'value="0.3"' in page
    assert "At most 100% of the 2026 budget is left by the other key results." in page
    User.objects.filter(pk=world.carol.user_id).update(language="fr")
    assert 'value="6 400 000"' in html(get())


@pytest.mark.parametrize("who", ["carol", "codir", "dan"])
def test_saving(world, post, client, who):
    answer = post(who, **TYPED)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("key_result", args=[world.org.slug, world.strategic_kr.pk])
    assert stored(world) == (Decimal(7300000), Decimal("0.4"), Decimal(20), "CoDir of 18 May")
    assert "Rationale saved" in html(client.get(answer["Location"]))
    event = AuditEvent.objects.get(verb="rationale_saved")
    assert (event.actor, event.before["revenue_effect"], event.after["revenue_effect"]) == (
        getattr(world, who),
        "6400000",
        "7300000",
    )
    assert Organization.objects.get(pk=world.org.pk).version > world.org.version


def test_french_figures(world, post):
    User.objects.filter(pk=world.carol.user_id).update(language="fr")
    post(revenue_effect="\u22121,25 M€", profitability_effect="\u22120,4 pt", budget_share="12,5 %")
    assert stored(world) == (Decimal(-1250000), Decimal("-0.4"), Decimal("12.5"), "")


@pytest.mark.parametrize("typed", ["12,5 %", "0.3%", "\u22120.3\u00a0%"])
def test_a_percentage_is_no_points_of_margin(world, post, typed):
    page = html(post(**{**TYPED, "profitability_effect": typed}), 422)
    assert re.search(r'id="id_profitability_effect_error">.{0,200}In points, such as 0\.3\.', page)
    assert f'value="{typed}"'.replace("\u00a0", " ") in page
    assert stored(world) == AS_MADE


def test_a_first_rationale_and_an_empty_one(world, post):
    BusinessCase.objects.all().delete()
    assert post(revenue_effect="", note=" ").status_code == 302
    assert not BusinessCase.objects.exists()
    assert not AuditEvent.objects.filter(verb="rationale_saved").exists()
    post(note="To be worked out")
    assert stored(world) == (None, None, None, "To be worked out")


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"budget_share": "101"}, "budget_share", "Enter a number from 0 to 100."),
        ({"budget_share": "-1"}, "budget_share", "Enter a number from 0 to 100."),
        ({"revenue_effect": "a lot"}, "revenue_effect", "Enter a number, such as 1234.5."),
        ({"revenue_effect": "9" * 200}, "revenue_effect", "This number is too large to be right."),
        ({"profitability_effect": "0.333"}, "profitability_effect", "At most 2 decimals."),
        ({"profitability_effect": "12345"}, "profitability_effect", "This number is too large to be right."),
        ({"note": "x" * 2001}, "note", "Ensure this value has at most 2000 characters"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(world, post, typed, field, message):
    page = html(post(**{**TYPED, **typed}), 422)
    assert re.search(rf'id="id_{field}_error">.{{0,200}}{re.escape(message)}', page)
    assert typed[field][:60] in page
    if field != "revenue_effect":
        assert 'value="7.3M"' in page
    assert stored(world) == AS_MADE
    assert not AuditEvent.objects.filter(verb="rationale_saved").exists()


# ── Shares of the budget ─────────────────────────────────────────────────────


@pytest.fixture
def neighbour(world):
    """Another key result of the year, whose share is 62.5 %."""
    key_result = factories.key_result(world.strategic, title="Neighbour")
    BusinessCase.objects.create(key_result=key_result, budget_share=Decimal("62.5"))
    return key_result


def test_shares_over_100_percent_are_refused_beside_the_field(world, post, neighbour):
    page = html(post(**{**TYPED, "budget_share": "37.51"}), 422)
    message = "The other key results already take 62.5% of the budget: at most 37.5% is left."
    assert re.search(rf'id="id_budget_share_error">.{{0,200}}{re.escape(message)}', page)
    assert 'value="37.51"' in page
    assert 'value="7.3M"' in page
    assert "CoDir of 18 May" in page
    assert stored(world) == AS_MADE
    # From the same set-up: what is left is accepted.
    assert post(**{**TYPED, "budget_share": "37.5"}).status_code == 302
    assert stored(world)[2] == Decimal("37.5")


def test_shares_of_archived_key_results_and_other_years_do_not_count(world, post, neighbour):
    last_year = factories.year(2025, "closed")
    old = factories.key_result(factories.strategic_objective(last_year, world.department))
    BusinessCase.objects.create(key_result=old, budget_share=Decimal(90))
    KeyResult.objects.filter(pk=neighbour.pk).update(archived_at=timezone.now())
    assert post(**{**TYPED, "budget_share": "100"}).status_code == 302


def test_the_message_follows_the_reader_s_language(world, post, neighbour):
    User.objects.filter(pk=world.carol.user_id).update(language="fr")
    page = html(post(budget_share="40"), 422)
    assert "62,5 %" in page
    assert "37,5 %" in page


@pytest.mark.postgres
def test_two_shares_saved_at_once_cannot_pass_100_percent_together(transactional_db):
    world = factories.world()
    with tenancy.tenant(world.org.pk):
        second = factories.key_result(world.strategic, title="Second")
    barrier, refusals = threading.Barrier(2), []

    def save(key_result):
        try:
            with tenancy.tenant(world.org.pk):
                by = Actor(Membership.objects.select_related("org", "user").get(pk=world.carol.pk))
                barrier.wait(timeout=10)
                figures = {"revenue_effect": None, "profitability_effect": None, "budget_share": Decimal(60)}
                save_business_case(key_result, by=by, **figures)
        except RuleBroken as broken:
            refusals.append(broken.field)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=[key_result]) for key_result in (world.strategic_kr, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert refusals == ["budget_share"]
    with tenancy.tenant(world.org.pk):
        assert sum(BusinessCase.objects.values_list("budget_share", flat=True)) <= 100


def test_a_closed_year_is_read_only(world, post):
    world.year.state = "closed"
    world.year.save()
    for name in ("business_case", "business_case_consolidate"):
        assert "2026 is closed: it is read only." in html(post(name=name, **TYPED), 422)
    assert stored(world) == AS_MADE
    world.year.state = "open"
    world.year.save()
    assert post(**TYPED).status_code == 302


# ── Two people at once ───────────────────────────────────────────────────────

AS_STORED = {
    "revenue_effect": "6.4M",
    "profitability_effect": "0.3",
    "budget_share": "14",
    "note": "CoDir of 12 January",
}


def test_both_versions_are_shown_and_the_second_chooses_field_by_field(world, get, post):
    before = revision(html(get("dan")))
    post("carol", **{**AS_STORED, "revenue_effect": "7.3M", "note": "Carol's"})
    page = html(post("dan", **{**AS_STORED, "revenue_effect": "5M", "note": "Dan's"}, revision=before), 409)
    assert "Carol Staff changed this meanwhile. Choose what stays." in page
    assert re.search(r'name="keep-revenue_effect" value="mine".{0,200}5,000,000.{0,300}7,300,000', page)
    assert 'name="keep-note"' in page
    assert "keep-budget_share" not in page
    assert 'value="5M"' in page
    assert stored(world)[0] == Decimal(7300000)
    kept = {"keep-revenue_effect": "mine", "keep-note": "theirs", "revision": before}
    kept["decided_at"] = re.search(r'name="decided_at" value="(\d+)"', page)[1]
    assert post("dan", **{**AS_STORED, "revenue_effect": "5M", "note": "Dan's"}, **kept).status_code == 302
    assert (stored(world)[0], stored(world)[3]) == (Decimal(5000000), "Carol's")


def test_other_fields_than_mine_merge(world, get, post):
    before = revision(html(get("dan")))
    post("carol", **{**AS_STORED, "revenue_effect": "7.3M"})
    # His form still says the old revenue, which he has not touched.
    assert post("dan", **{**AS_STORED, "note": "Dan's"}, revision=before).status_code == 302
    assert (stored(world)[0], stored(world)[3]) == (Decimal(7300000), "Dan's")


def test_a_mistake_in_between_does_not_hide_what_the_other_wrote(world, get, post):
    before = revision(html(get("dan")))
    post("carol", **{**AS_STORED, "note": "Carol's"})
    refused = html(post("dan", **{**AS_STORED, "note": "Dan's", "budget_share": "150"}, revision=before), 422)
    page = html(post("dan", **{**AS_STORED, "note": "Dan's"}, revision=revision(refused)), 409)
    assert 'name="keep-note"' in page
    assert stored(world)[3] == "Carol's"


def test_a_signature_given_meanwhile_is_not_taken_back_unseen(world, get, post):
    before = revision(html(get("dan")))
    post("carol", name="business_case_consolidate")
    page = html(post("dan", **{**AS_STORED, "note": "Dan's"}, revision=before), 422)
    assert "Carol Staff signed it meanwhile. Saving again takes the signature back." in page
    assert "Dan&#x27;s" in page
    assert BusinessCase.objects.get().consolidated_by == world.carol
    assert post("dan", **{**AS_STORED, "note": "Dan's"}, revision=revision(page)).status_code == 302
    assert BusinessCase.objects.get().consolidated_by is None


def test_figures_changed_meanwhile_are_not_signed_unseen(world, post, client):
    client.force_login(world.carol.user)
    before = revision(html(client.get(reverse("key_result", args=[world.org.slug, world.strategic_kr.pk]))))
    post("dan", **TYPED)
    page = html(post("carol", name="business_case_consolidate", revision=before), 422)
    assert "Somebody changed this rationale since you opened it." in page
    assert BusinessCase.objects.get().consolidated_at is None
    assert post("carol", name="business_case_consolidate", revision=revision(page)).status_code == 302
    assert BusinessCase.objects.get().consolidated_at is not None


# ── Undo ─────────────────────────────────────────────────────────────────────


@pytest.fixture
def undo(world, client):
    """Take back the last act."""

    def undo(who="carol", change=None):
        client.force_login(getattr(world, who).user)
        change = change or AuditEvent.objects.filter(object_type="businesscase").latest("pk").change
        return client.post(reverse("undo", args=[world.org.slug, change]), headers={"HX-Request": "true"})

    return undo


def test_undo_gives_the_figures_back_and_the_signature_that_stood_under_them(world, post, undo):
    post(name="business_case_consolidate")
    post("dan", **TYPED)
    assert BusinessCase.objects.get().consolidated_by is None
    assert "Undone" in html(undo("dan"))
    assert stored(world) == AS_MADE
    assert BusinessCase.objects.get().consolidated_by == world.carol


def test_undo_never_puts_a_signature_under_other_figures(world, post, undo):
    post(name="business_case_consolidate")
    post("dan", **{**AS_STORED, "revenue_effect": "9M"})
    first = AuditEvent.objects.latest("pk").change
    post("dan", **{**AS_STORED, "revenue_effect": "9M", "note": "Another story"})
    assert "These are not the figures that were signed" in html(undo("dan", first))
    assert stored(world)[0] == Decimal(9000000)
    assert BusinessCase.objects.get().consolidated_by is None


def test_undo_keeps_the_year_within_100_percent(world, post, undo):
    second = factories.key_result(world.strategic, title="Second")
    post(**{**TYPED, "budget_share": "10"})
    lowered = AuditEvent.objects.latest("pk").change
    post(key_result=second, budget_share="90")
    assert "The other key results already take 90%" in html(undo("carol", lowered))
    assert stored(world)[2] == Decimal(10)


def test_undo_of_a_first_rationale_leaves_none(world, post, undo, client):
    BusinessCase.objects.all().delete()
    post(**TYPED)
    undo()
    page = html(client.get(reverse("key_result", args=[world.org.slug, world.strategic_kr.pk])))
    assert "Not written yet" in page
    assert "Write rationale" in page


@pytest.mark.parametrize("who", MAY_NOT)
def test_nobody_else_undoes_it(world, post, undo, who):
    post(**TYPED)
    assert undo(who).status_code == 403
    assert stored(world)[0] == Decimal(7300000)


@pytest.mark.parametrize("who", ["alice", "olga"])
def test_its_history_stays_hidden_from_those_who_may_not_know(world, post, undo, client, who):
    post(**TYPED)
    undo()
    client.force_login(getattr(world, who).user)
    for query in ({}, {"history": "all"}):
        page = html(client.get(reverse("key_result", args=[world.org.slug, world.strategic_kr.pk]), query))
        assert not {figure for figure in ("7.3M", "6.4M", "rationale") if figure in page}
    client.force_login(world.sam.user)
    page = html(client.get(reverse("key_result", args=[world.org.slug, world.strategic_kr.pk])))
    assert "changed the business rationale" in page


# ── Signing ──────────────────────────────────────────────────────────────────


def test_the_chief_of_staff_signs(world, post, client):
    answer = post(name="business_case_consolidate")
    assert answer.status_code == 302
    case = BusinessCase.objects.get()
    assert (case.consolidated_by, case.consolidated_at) == (world.carol, timezone.now())
    page = html(client.get(answer["Location"]))
    assert "Rationale signed off" in page
    assert "Signed as consolidated on 19 May" in page
    assert ">Sign off<" not in page


def test_signing_twice_changes_nothing(world, post):
    post(name="business_case_consolidate")
    assert post(name="business_case_consolidate").status_code == 302
    assert AuditEvent.objects.filter(verb="rationale_consolidated").count() == 1


def test_an_unfinished_rationale_cannot_be_signed(world, post):
    BusinessCase.objects.update(budget_share=None)
    page = html(post(name="business_case_consolidate"), 422)
    assert "Fill in revenue, margin and share of the budget before signing." in page
    assert BusinessCase.objects.get().consolidated_at is None
    BusinessCase.objects.all().delete()
    assert post(name="business_case_consolidate").status_code == 422


def test_a_change_takes_the_signature_back_and_history_says_so(world, get, post, client):
    post(name="business_case_consolidate")
    assert "It was signed as consolidated on 19 May; a change takes the signature back." in html(get())
    unchanged = {"revenue_effect": "6.4M", "profitability_effect": "0.3", "budget_share": "14"}
    post("dan", **unchanged, note="CoDir of 12 January")
    assert BusinessCase.objects.get().consolidated_by == world.carol
    post("dan", **unchanged, note="Corrected")
    assert (BusinessCase.objects.get().consolidated_by, BusinessCase.objects.get().consolidated_at) == (None, None)
    page = html(client.get(reverse("key_result", args=[world.org.slug, world.strategic_kr.pk])))
    assert "changed the business rationale, note, which takes back the signature." in page
    assert "Not signed as consolidated yet." in page


# ── Who may ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", MAY_NOT)
def test_the_wrong_role_is_403_and_changes_nothing(world, get, post, who):
    assert get(who).status_code == 403
    assert post(who, **TYPED).status_code == 403
    assert post(who, name="business_case_consolidate").status_code == 403
    assert stored(world) == AS_MADE
    assert BusinessCase.objects.get().consolidated_at is None


@pytest.mark.parametrize("who", ["dan", "codir"])
def test_administrators_and_codir_write_but_do_not_sign(world, post, who):
    assert post(who, **TYPED).status_code == 302
    assert post(who, name="business_case_consolidate").status_code == 403
    assert BusinessCase.objects.get().consolidated_at is None


def test_only_strategic_key_results_have_one(world, get, post):
    assert get(key_result=world.key_result).status_code == 404
    assert post(key_result=world.key_result, **TYPED).status_code == 404
    assert post(key_result=world.key_result, name="business_case_consolidate").status_code == 404
    with pytest.raises(RuleBroken):
        save_business_case(
            world.key_result,
            by=Actor(world.carol),
            revenue_effect=None,
            profitability_effect=None,
            budget_share=Decimal(1),
        )
    with pytest.raises(RuleBroken):
        consolidate_business_case(world.key_result, by=Actor(world.carol))


def test_other_organizations_and_archived_ones_are_404(world, get, post, client):
    with tenancy.all_tenants():
        other = factories.world("other")
    assert get(key_result=other.strategic_kr).status_code == 404
    assert post(key_result=other.strategic_kr, **TYPED).status_code == 404
    assert post(key_result=other.strategic_kr, name="business_case_consolidate").status_code == 404
    client.force_login(other.carol.user)
    assert client.post(url(world), TYPED).status_code == 404
    assert stored(world) == AS_MADE
    Objective.objects.filter(pk=world.strategic.pk).update(archived_at=timezone.now())
    assert get().status_code == 404


def test_visitors_sign_in_and_a_link_signs_nothing(world, client):
    assert client.post(url(world), TYPED).status_code == 302
    assert stored(world) == AS_MADE
    client.force_login(world.carol.user)
    assert client.get(url(world, "business_case_consolidate")).status_code == 405
    assert BusinessCase.objects.get().consolidated_at is None
