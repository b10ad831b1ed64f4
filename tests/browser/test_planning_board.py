"""The board of a quarter planning as its people use it: keyboard, mouse, several at once, two hands at one key result."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Enter
from tests.browser.test_axe import findings
from tests.servers import AppServer

# The demo's planning of the coming quarter, at its meeting as nothing is decided: the sponsor chairs, "codir" may take
# the chair over where a test asks for it.
BEGUN = """
from okr.models import KeyResult
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import DemoPersona, Membership
from planning.actions import leading
from planning.models import Ballot, Decision, Discussion, KeptApart, Planning, Presented, Voter

def who(key):
    with tenancy.all_tenants():
        user = DemoPersona.objects.get(key=key).user
        return Membership.across_orgs.select_related("user", "org").get(user=user, org__slug="coursive")

people = {key: who(key) for key in ("sponsor", "codir", "chief_of_staff", "coach")}
with tenancy.tenant(people["coach"].org_id):
    planning = Planning.objects.exclude(state="published").latest("quarter__starts_on")
    for model in (Ballot, Decision, Discussion, KeptApart, Presented):
        model.objects.filter(planning=planning).delete()
    rows = KeyResult.objects.filter(objective__quarter=planning.quarter_id)
    rows.exclude(stage="draft").update(stage="proposed", merged_into=None)
    for member in people.values():
        Voter.objects.get_or_create(planning=planning, membership=member)
    Voter.objects.filter(planning=planning).update(came_at=None)
    Planning.objects.filter(pk=planning.pk).update(state="preparing", chair=people["sponsor"], mode="MODE", presenting=None)
    planning.refresh_from_db()
    leading.open_meeting(planning, by=Actor(people["coach"]))
    print(planning.quarter.slug)
"""
Come = Callable[..., Page]


@pytest.fixture
def come(enter: Enter, app_server: AppServer, request: pytest.FixtureRequest) -> Come:
    """`come("sponsor")` is the board as the sponsor sees it, without the filter that it opens with."""
    mode = getattr(request, "param", "chair")
    quarter = app_server.manage("shell", "-v0", "-c", BEGUN.replace("MODE", mode)).strip().splitlines()[-1]

    def come(persona: str, *, all_rows: bool = True, by: str = "", **options: Any) -> Page:
        page = enter(persona, **options)
        page.goto(f"/o/coursive/planning/{quarter}/board/{f'?by={by}' if by else ''}")
        opened = page.locator("[data-filter=contested][aria-pressed=true]")
        if all_rows and opened.count():
            opened.click()
        return page

    return come


def group(page: Page, at: int = 0) -> Locator:
    return page.locator("details.plan-group").nth(at)


def row(page: Page, at: int = 0) -> Locator:
    """Of the tribe that presents."""
    return group(page).locator("tr.kr").nth(at)


def has(line: Locator, outcome: str) -> None:
    expect(line).to_have_attribute("data-outcome", outcome)


def test_the_board_opens_on_what_is_contested(come: Come) -> None:
    page = come("sponsor", all_rows=False)
    chip = page.locator("[data-filter=contested]")
    expect(chip).to_have_attribute("aria-pressed", "true")
    number = int(chip.locator("b").inner_text())
    expect(page.locator("tr.kr:not([hidden])")).to_have_count(number)
    assert 0 < number < 104
    # Somebody without a say reads all of it.
    expect(come("tribe_lead").locator("tr.kr:not([hidden])")).to_have_count(104)


def test_the_keyboard_finds_its_way_into_what_a_filter_leaves(come: Come) -> None:
    chair = come("sponsor", all_rows=False)
    expect(chair.locator("tr.kr.is-now")).to_be_visible()
    chair.locator("body").press("j")
    expect(chair.locator("tr.kr.is-now")).to_be_focused()


def test_a_filter_just_pressed_does_not_keep_the_keys(come: Come) -> None:
    chair = come("sponsor")
    chair.locator("[data-filter=alike]").click()
    chair.keyboard.press("j")
    expect(chair.locator("tr.kr.is-now")).to_be_focused()


def test_what_serves_several_is_decided_where_it_was_clicked(come: Come) -> None:
    chair = come("sponsor", by="strategic")
    pks = chair.locator("tr.kr").evaluate_all("all => all.map((one) => one.dataset.kr)")
    twice = next(pk for pk in pks if pks.count(pk) > 1)
    second = chair.locator(f"tr.kr[data-kr='{twice}']").nth(1)
    second.evaluate("(one) => { one.closest('details').open = true; }")
    second.get_by_role("button", name="Drop").click()
    expect(second.locator("xpath=following-sibling::tr[1]").locator("input")).to_be_focused()
    chair.keyboard.type("Doubles another")
    chair.keyboard.press("Enter")
    for line in chair.locator(f"tr.kr[data-kr='{twice}']").all():
        has(line, "drop")
        expect(line).to_contain_text("Doubles another")


def test_a_refused_merge_keeps_what_was_typed(come: Come) -> None:
    chair, other = come("sponsor"), come("sponsor")
    row(chair).focus()
    chair.keyboard.press("m")
    dialog = chair.get_by_role("dialog")
    dialog.get_by_role("radio").nth(3).check()
    chosen = dialog.get_by_role("radio").nth(3).get_attribute("value")
    dialog.locator("input[name=reason]").fill("Both count the same orders")
    other.locator(f"tr.kr[data-kr='{chosen}']").evaluate("(one) => { one.closest('details').open = true; }")
    other.locator(f"tr.kr[data-kr='{chosen}']").get_by_role("button", name="Drop").click()
    other.locator(".why-row input").fill("Gone")
    other.keyboard.press("Enter")
    has(other.locator(f"tr.kr[data-kr='{chosen}']"), "drop")
    dialog.get_by_role("button", name="Merge").click()
    expect(dialog.get_by_role("alert")).to_contain_text("does not stay itself")
    expect(dialog.locator("input[name=reason]")).to_have_value("Both count the same orders")


def test_by_keyboard_alone_and_the_others_see_it(come: Come) -> None:
    chair, member = come("sponsor"), come("codir")
    row(chair).focus()
    chair.keyboard.press("Shift+K")
    has(row(member), "keep")
    expect(member.locator(".kept b").first).to_have_text("1")
    expect(row(chair, 1)).to_be_focused()
    chair.keyboard.press("d")
    chair.keyboard.press("Enter")  # without a reason nothing happens
    expect(chair.locator(".why-row input")).to_be_focused()
    chair.keyboard.type("Barème refondu l’an prochain")
    chair.keyboard.press("Enter")
    has(row(member, 1), "defer")
    expect(row(member, 1)).to_contain_text("Barème refondu l’an prochain")
    expect(row(chair, 2)).to_be_focused()
    chair.keyboard.press("x")
    chair.keyboard.press("Escape")
    expect(chair.locator(".why-row")).to_have_count(0)
    expect(row(chair, 2)).to_be_focused()
    chair.keyboard.press("x")
    chair.keyboard.type("Not an outcome")
    chair.keyboard.press("Enter")
    has(row(member, 2), "drop")
    chair.keyboard.press("Control+z")
    has(row(member, 2), "open")
    chair.keyboard.press("Control+Shift+Z")
    has(row(member, 2), "drop")
    row(chair, 2).focus()
    chair.keyboard.press("o")
    has(row(member, 2), "open")
    chair.keyboard.press("k")
    expect(row(chair, 1)).to_be_focused()
    chair.keyboard.press("j")
    chair.keyboard.press("j")
    expect(row(chair, 3)).to_be_focused()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_full_screen_can_be_read_by_all(come: Come, width: int, scheme: str) -> None:
    page = come("codir", viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(f"{page.url.partition('?')[0]}wall/")
    expect(page.locator("main")).to_contain_text("Drive")
    assert findings(page) == []


def test_merging_by_keyboard(come: Come) -> None:
    chair, member = come("sponsor"), come("codir")
    code = row(chair, 1).get_attribute("data-code")
    assert code
    row(chair).focus()
    chair.keyboard.press("m")
    dialog = chair.get_by_role("dialog")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    assert findings(chair) == []
    chair.keyboard.type(code)
    dialog.get_by_role("radio").locator("visible=true").first.check()
    chair.keyboard.press("Enter")
    has(row(member), "merge")
    expect(row(member)).to_contain_text(f"Merged into {code}")
    expect(row(member, 1)).to_contain_text("Absorbs")
    # What others were merged into is not dropped as long as they are.
    row(chair, 1).focus()
    chair.keyboard.press("x")
    chair.keyboard.type("Later")
    chair.keyboard.press("Enter")
    expect(chair.get_by_role("alert")).to_contain_text("decide that one first")
    has(row(member, 1), "open")


def test_by_mouse_and_what_is_pressed_is_taken_back_by_pressing_again(come: Come) -> None:
    chair, watcher = come("sponsor"), come("tribe_lead")
    row(chair).get_by_role("button", name="Keep").click()
    has(row(watcher), "keep")
    expect(row(watcher).locator(".verdict")).to_have_text("Kept")
    expect(watcher.get_by_role("button", name="Keep")).to_have_count(0)
    row(chair).get_by_role("button", name="Keep").click()
    has(row(watcher), "open")
    row(chair).get_by_role("button", name="Drop").click()
    chair.locator(".why-row").get_by_role("button", name="No strategic link").click()
    has(row(watcher), "drop")
    expect(row(watcher)).to_contain_text("No strategic link")


def test_several_at_once_after_seeing_what_it_would_change(come: Come) -> None:
    chair, member = come("sponsor"), come("codir")
    for at in (0, 1, 2):
        row(chair, at).locator(".pick").check()
    bar = chair.get_by_role("toolbar", name="Selected key results")
    expect(bar).to_contain_text("3 selected")
    bar.get_by_role("button", name="Keep").click()
    dialog = chair.get_by_role("dialog", name="Keep 3")
    expect(dialog).to_contain_text("0 → 3")
    assert findings(chair) == []
    dialog.get_by_role("button", name="Keep 3").click()
    for at in (0, 1, 2):
        has(row(member, at), "keep")
    expect(bar).to_be_hidden()
    chair.locator("#undo").click()
    for at in (0, 1, 2):
        has(row(member, at), "open")


def test_merging_several_shows_what_it_would_change(come: Come) -> None:
    chair, member = come("sponsor"), come("codir")
    for at in (0, 1):
        row(chair, at).locator(".pick").check()
    chair.locator("[data-all=merge]").click()
    dialog = chair.get_by_role("dialog")
    chosen = row(chair, 4).get_attribute("data-kr")
    dialog.locator(f"[name=into][value='{chosen}']").check()
    expect(dialog).to_contain_text("104 → 102")
    assert findings(chair) == []
    dialog.get_by_role("button", name="Merge 2").click()
    for at in (0, 1):
        has(row(member, at), "merge")
    expect(chair.get_by_role("toolbar", name="Selected key results")).to_be_hidden()


def test_what_all_agree_on_is_kept_in_one_gesture(come: Come) -> None:
    chair = come("sponsor")
    button = chair.locator("#agreed").get_by_role("button", name=re.compile(r"^Keep the \d+"))
    number = int(re.findall(r"\d+", button.inner_text())[0])
    button.click()
    chair.get_by_role("dialog").get_by_role("button", name=f"Keep {number}").click()
    expect(chair.locator(".kept b").first).to_have_text(str(number))
    expect(chair.locator("#agreed").get_by_role("button", name=re.compile("^Keep"))).to_have_count(0)


def test_an_orphan_is_announced_before_it_is_made(come: Come) -> None:
    chair = come("sponsor", by="strategic")
    groups = chair.locator("details.plan-group")
    sizes = groups.evaluate_all("all => all.map((one) => one.querySelectorAll('tr.kr').length)")
    thinnest = groups.nth(sizes.index(min(size for size in sizes if size)))
    code = thinnest.locator("summary .code").inner_text()
    lines = thinnest.locator("tr.kr")
    for at in range(lines.count()):
        lines.nth(at).locator(".pick").check()
    chair.locator("[data-all=drop]").click()
    dialog = chair.get_by_role("dialog")
    expect(dialog).to_contain_text("Nothing would serve these any more:")
    expect(dialog).to_contain_text(code)
    chair.keyboard.press("Escape")
    # One by one, the last of them asks.
    chair.locator("[data-all='']").click()
    for at in range(lines.count()):
        lines.nth(at).get_by_role("button", name="Drop").click()
        chair.locator(".why-row input").fill("Later")
        chair.keyboard.press("Enter")
        if at < lines.count() - 1:
            has(lines.nth(at), "drop")
    asked = chair.get_by_role("alertdialog")
    expect(asked).to_contain_text(f"Nothing would serve {code}")
    assert findings(chair) == []
    expect(asked.get_by_role("button", name="Do not decide so")).to_be_focused()
    chair.keyboard.press("Enter")
    expect(asked).to_have_count(0)
    has(lines.last, "open")
    lines.last.get_by_role("button", name="Drop").click()
    chair.locator(".why-row input").fill("Later")
    chair.keyboard.press("Enter")
    expect(asked).to_be_visible()
    chair.keyboard.press("Escape")
    expect(asked).to_have_count(0)
    has(lines.last, "open")


def test_two_of_one_mind_at_once_and_two_of_different_ones(come: Come) -> None:
    """The chair on two machines, one of which missed what the other decided."""
    first, second = come("sponsor"), come("sponsor")
    second.context.set_offline(True)
    row(second).get_by_role("button", name="Keep").click()
    row(first).get_by_role("button", name="Drop").click()
    first.locator(".why-row input").fill("Twice the same")
    first.keyboard.press("Enter")
    has(row(first), "drop")
    second.context.set_offline(False)
    expect(second.get_by_role("alertdialog")).to_contain_text("dropped", timeout=20_000)
    has(row(second), "drop")
    second.get_by_role("alertdialog").get_by_role("button", name="Decide otherwise").click()
    has(row(first), "keep")


def test_two_that_look_alike_side_by_side(come: Come) -> None:
    chair, member = come("sponsor"), come("codir")
    pairs = chair.locator("#alike li")
    number = pairs.count()
    pairs.first.get_by_role("link", name="Compare").click()
    dialog = chair.get_by_role("dialog", name="Do these measure the same?")
    codes = [one.inner_text() for one in dialog.locator(".compared > p:first-child .code").all()]
    assert len(codes) == 2
    assert findings(chair) == []
    dialog.get_by_role("button", name=f"{codes[0]} stays").click()
    merged = member.locator(f"tr.kr[data-code='{codes[1]}']")
    has(merged, "merge")
    expect(member.locator("#alike li")).to_have_count(number - 1)
    chair.locator("#alike li").first.get_by_role("button", name="Keep both").click()
    expect(member.locator("#alike li")).to_have_count(number - 2)


def test_a_note_for_all(come: Come) -> None:
    member, watcher = come("codir"), come("tribe_lead")
    row(member).focus()
    member.keyboard.press("n")
    member.get_by_role("dialog").get_by_role("textbox").fill("Quel panel ?")
    member.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(row(watcher).locator(".noted")).to_contain_text("Quel panel ?")
    row(watcher).focus()
    watcher.keyboard.press("n")
    expect(watcher.get_by_role("dialog")).to_have_count(0)


def test_what_was_decided_offline_is_sent_after_a_reload_and_keys_go_on(come: Come) -> None:
    chair = come("sponsor")
    row(chair).get_by_role("button", name="Keep").click()
    has(row(chair), "keep")
    chair.route("**/decide/", lambda route: route.abort())
    row(chair, 1).get_by_role("button", name="Keep").click()
    expect(chair.locator("#offline")).to_be_visible()
    chair.unroute("**/decide/")
    chair.add_init_script(
        "addEventListener('DOMContentLoaded', () => { window.first = document.getElementById('main'); })"
    )
    chair.reload()
    chair.wait_for_function("() => window.first && !window.first.isConnected")  # it has fetched itself again
    has(row(chair, 1), "keep")
    row(chair, 2).focus()
    chair.keyboard.press("ArrowDown")
    expect(row(chair, 3)).to_be_focused()
    chair.keyboard.press("Shift+K")
    has(row(chair, 3), "keep")
    expect(row(chair, 4)).to_be_focused()


def test_who_presents_comes_first_for_everybody(come: Come) -> None:
    coach, watcher = come("coach"), come("tech")
    before = group(watcher).locator("h2").inner_text()
    coach.locator(".plan-deck").get_by_role("button", name=re.compile("^Next:")).click()
    expect(group(watcher).locator("h2")).not_to_have_text(before)
    expect(group(watcher)).to_have_attribute("open", "")
    expect(watcher.locator("#agenda [aria-current=step]")).to_contain_text(group(watcher).locator("h2").inner_text())
    coach.get_by_role("button", name="Pause the timer").click()
    expect(coach.get_by_role("button", name="Let the timer go on")).to_be_visible()


@pytest.mark.parametrize("come", ["majority"], indirect=True)
def test_the_majority_of_those_present(come: Come) -> None:
    chair, codir, staff = come("sponsor"), come("codir"), come("chief_of_staff")
    row(chair).get_by_role("button", name="Keep").click()
    expect(row(codir)).to_contain_text("Keep:")
    has(row(codir), "open")
    row(codir).get_by_role("button", name="Keep").click()
    has(row(staff), "keep")
    expect(row(staff)).to_contain_text("2 of 3 votes")
    # Somebody who has gone no longer counts: of two, the chair's vote and one more are all.
    row(chair, 1).get_by_role("button", name="Keep").click()
    row(codir, 1).get_by_role("button", name="Drop").click()
    codir.locator(".why-row input").fill("Later")
    codir.keyboard.press("Enter")
    expect(row(chair, 1)).to_contain_text("Drop:")
    chair.locator("#present summary").click()
    here = chair.locator("#present").get_by_role("button", name="Has left")
    expect(here).to_have_count(3)
    here.last.click()
    expect(here).to_have_count(2)


def test_on_a_phone(come: Come) -> None:
    chair = come("sponsor", viewport={"width": 390, "height": 844}, has_touch=True)
    row(chair).get_by_role("button", name="Keep").tap()
    has(row(chair), "keep")
    row(chair, 1).get_by_role("button", name="Drop").tap()
    chair.locator(".why-row input").fill("Later")
    chair.locator(".why-row").get_by_role("button", name="Drop", exact=True).tap()
    has(row(chair, 1), "drop")
    assert chair.evaluate("document.documentElement.scrollWidth") <= 390
    assert findings(chair) == []
