"""Every page, found as a reader finds it: by following links. A page is named by who sees it and by its route."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve, reverse
from playwright.sync_api import APIRequestContext

from tests.sweeps.routes import all_routes

# Routes that show no page of their own when they are opened.
NO_PAGE = {
    "start": "sends on to the organization",
    "demo_sign_in": "a form posts to it",
    "mailbox_mail": "of a mail, which the demo has none of yet; tests/browser/test_mailbox.py goes there",
    "mailbox_html": "a part of mailbox_mail",
    "mailbox_file": "a download",
    "set_theme": "a form posts to it",
    "set_language": "a form posts to it",
    "healthz": "for machines",
    "service_worker": "a script",
    "initiative_move": "the page of objective_move and key_result_move, for initiatives; menus post to it",
    "undo": "a toast posts to it",
    "check_in_by_link": "a link of a mail, seen by tests/browser/test_by_link.py",
    "reach_pause": "a form posts to it",
    "reach_resume": "a form posts to it",
    "absence_remove": "a form posts to it",
    "check_in_take_back": "a form posts to it",
    "review_verdict": "the form on the page of review_tribe, which opens in a quarter's last two weeks",
    "review_correct": "of a closed quarter, for the coach and administrators; tests/reviews/test_closing.py",
    "review_opening": "a form posts to it",
    "review_initiative": "a form posts to it",
    "review_notes": "a form posts to it",
    "review_note": "a form posts to it",
    "review_note_remove": "a form posts to it",
    "review_carry": "a form posts to it",
    **{
        f"meeting_{name}": "a form posts to it"
        for name in (
            *("series_end", "off", "begin", "end", "presence", "points", "decisions", "actions", "point_place"),
            *("point_remove", "decision_remove", "action_settle", "action_remove"),
        )
    },
    "meeting_action": "of who owns it; tests/reviews/test_meetings.py",
    "meeting_point": "of a meeting; tests/browser/test_meeting.py",
    "meeting_decision": "of a meeting; tests/browser/test_meeting.py",
    "objective_archive": "a form posts to it",
    "objective_duplicate": "a form posts to it",
    "objective_publish": "a form posts to it",
    "objective_propose": "a form posts to it",
    "objective_take_back": "a form posts to it",
    "key_result_archive": "a form posts to it",
    "key_result_duplicate": "a form posts to it",
    "key_result_to_initiative": "a form posts to it",
    "objective_to_initiative": "a form posts to it",
    "objective_cell": "the grid posts to it",
    "key_result_cell": "the grid posts to it",
    "strategy_branch": "a part of the strategy; alone it sends on to it",
    "business_case_consolidate": "a form posts to it",
    "settings_api_key_revoke": "a form posts to it",
    "settings_deliveries_retry": "a form posts to it",
    "settings_deliveries_preview": "a form posts to it",
    "settings_delivery_retry": "a form posts to it",
    "settings_channels_test": "a form posts to it",
    "settings_channels_remove": "a form posts to it",
    "settings_invite_check": "a part of the form of invitations",
    "settings_invitation_resend": "a form posts to it",
    "settings_invitation_revoke": "a form posts to it",
    "settings_person_reactivate": "a form posts to it",
    "settings_tribe_move": "a form posts to it",
    "settings_tribe_archive": "a form posts to it",
    "settings_tribe_restore": "a form posts to it",
    "settings_department_move": "a form posts to it",
    "settings_department_archive": "a form posts to it",
    "settings_department_restore": "a form posts to it",
    "first_run_hide": "a form posts to it",
    "settings_organization_logo": "a form posts to it",
    "settings_organization_colour": "a form posts to it",
    "settings_year_state": "a form posts to it",
    "settings_year_remove": "a form posts to it",
    "settings_quarter_state": "a form posts to it",
    "settings_wording_remove": "a form posts to it",
    "workshop": "of a workshop, which the demo has none of yet",
    "workshop_edit": "of a workshop, which the demo has none of yet",
    "workshop_cancel": "a form posts to it",
    "workshop_practice": "a form posts to it",
    "workshop_admit": "a form posts to it",
    "workshop_turn_away": "a form posts to it",
    "workshop_template": "the form that workshop_template_new shows",
    "workshop_template_archive": "a form posts to it",
    "workshop_template_restore": "a form posts to it",
    "workshop_join": "of a workshop, which the demo has none of yet; tests/browser/test_minutes.py goes there",
    "workshop_minutes": "of a closed workshop; tests/browser/test_minutes.py goes there",
    "workshop_replay": "of a closed workshop; tests/browser/test_minutes.py goes there",
    "workshop_replay_at": "of a closed workshop; tests/browser/test_minutes.py goes there",
    "workshop_minutes_pdf": "a download",
    "workshop_minutes_xlsx": "a download",
    "workshop_minutes_send": "a form posts to it",
    "workshop_new_codir": "the form that workshop_new_tribe shows",
    "settings_audit_export": "a download",
    "reviews_trend_export": "a download",
    "brand_css": "a style sheet",
    "organization_logo": "a picture",
    "initiative_schedule": "the timeline posts to it",
    "initiative_set": "the timeline posts to it",
    "initiative_duplicate": "a form posts to it",
    "initiative_archive": "a form posts to it",
    "evidence_file": "a download",
    "comment_people": "the list of names below a comment",
    "comment_answer": "a form posts to it",
    "comment_edit": "a form posts to it",
    "comment_delete": "a form posts to it",
    "comment_restore": "a form posts to it",
    "comment_resolve": "a form posts to it",
    "comment_reopen": "a form posts to it",
    "history_restore": "a form posts to it; alone it shows what it refuses (tests/okr/test_history.py)",
    "inbox_open": "a form posts to it",
    "inbox_read": "a form posts to it",
    "inbox_read_all": "a form posts to it",
    "inbox_seen": "a part of a page posts to it",
    "inbox_answer": "a part of the inbox; alone it sends on to the conversation",
    "evidence_move": "a form posts to it",
    "coach": "a form asks it while one types",
    "coach_dismiss": "a form posts to it",
    "evidence_archive": "a form posts to it",
    "workshop_room": "the demo has no workshop yet; tests/browser/test_workshop.py goes there",
    "workshop_mine": "a part of the room",
    "workshop_wall": "of a workshop; tests/browser/test_wall.py goes there",
    "workshop_screen": "of a workshop; tests/browser/test_wall.py goes there",
    "workshop_screen_end": "a form posts to it",
    "workshop_preview": "of a workshop; tests/browser/test_wall.py goes there",
    "workshop_pair": "of a workshop; tests/browser/test_wall.py goes there",
    "workshop_part": "a form posts to it",
    "workshop_done": "a form posts to it",
    "workshop_cast": "the board of a vote posts to it",
    "workshop_close_vote": "a form posts to it",
    "workshop_vote_again": "a form posts to it",
    "workshop_mark": "the board of a choice posts to it",
    "workshop_count": "a form posts to it",
    "workshop_retain": "a form posts to it",
    "workshop_begin": "a form posts to it",
    "workshop_phase": "a form posts to it",
    "workshop_timer": "a form posts to it",
    "workshop_show": "a form posts to it",
    "workshop_lead": "a form posts to it",
    "workshop_close": "a form posts to it",
    "workshop_reopen": "a form posts to it",
    "workshop_notes": "a form posts to it",
    "workshop_note": "a form posts to it",
    "workshop_note_withdraw": "a form posts to it",
    "workshop_note_back": "a form posts to it",
    "workshop_consolidation": "of a workshop, which the demo has none of yet; tests/browser/test_deciding.py goes there",
    "workshop_parked": "a part of the plan, and a dialog of the room; tests/browser/test_deciding.py opens it",
    "workshop_sign": "a form posts to it",
    "workshop_sign_all": "a form posts to it",
    "workshop_word": "a dialog of the room; tests/browser/test_deciding.py opens it",
    "workshop_draft": "a dialog of the room; tests/browser/test_deciding.py opens it",
    "workshop_decide": "a form posts to it",
    "workshop_point": "a form posts to it",
    "workshop_draft_back": "a form posts to it",
    "workshop_note_split": "a form posts to it",
    "workshop_move_notes": "a form posts to it",
    "workshop_merge_notes": "a form posts to it",
    "workshop_hold": "a form posts to it",
    "workshop_undo": "a form posts to it",
    "workshop_redo": "a form posts to it",
    "workshop_dismiss": "a form posts to it",
    "workshop_families": "a form posts to it",
    "workshop_family": "a form posts to it",
    "workshop_family_place": "a form posts to it",
    "workshop_family_merge": "a form posts to it",
    "workshop_family_dissolve": "a form posts to it",
    "planning_board": "of a meeting that is on; tests/browser/test_planning_board.py goes there",
    "planning_wall": "of a meeting that is on; tests/browser/test_planning_board.py goes there",
    **{
        f"{thing}_{verb}": "a form posts to it"
        for thing in ("tribe", "objective", "key_result")
        for verb in ("follow", "unfollow")
    },
    "planning_call_off": "a form posts to it",
    "planning_propose": "a form posts to it",
    "planning_decide": "the board posts to it",
    "planning_preview": "the board posts to it",
    "planning_undo": "the board posts to it",
    "planning_redo": "the board posts to it",
    "planning_apart": "the board posts to it",
    "planning_come": "the board posts to it",
    "planning_present": "the board posts to it",
    "planning_turn": "the board posts to it",
    "planning_clock": "the board posts to it",
    "planning_note": "the board posts to it",
    "planning_open": "a form posts to it",
    "planning_close": "a form posts to it",
    "planning_reopen": "a form posts to it",
    "planning_accept": "a form posts to it",
    "planning_publish": "a form posts to it",
    "planning_carry": "a form posts to it",
    "planning_xlsx": "a download",
    "planning_pdf": "a download",
    "planning_funnel_pdf": "a download",
    "planning_funnel_png": "a download",
    "account_set_password": "sends on: every account of the demo has a password",
    "account_confirm_login_code": "sends on: signing in by code is off",
}
ELSEWHERE = ("operators/", "api/")  # Django's admin, and machines; the API's documentation is visited


@dataclass(frozen=True)
class Place:
    """A page: `who` is a persona, or "" for nobody; `path` is its address."""

    who: str
    name: str
    path: str
    status: int = 200

    @property
    def id(self) -> str:
        return f"{self.who or 'nobody'}:{self.name}"


class Finder:
    """Follows links as one person."""

    def __init__(self, request: APIRequestContext) -> None:
        self.request = request
        self.pages: dict[str, list[str]] = {}

    def links(self, path: str) -> list[str]:
        """Addresses that the page links to, in order."""
        if path not in self.pages:
            answer = self.request.get(path)
            assert answer.ok, f"{path}: {answer.status}"
            hrefs = re.findall(r'<a\b[^>]*?\shref="([^"#]+)', answer.text())
            self.pages[path] = [href if href[0] != "?" else path + href for href in map(html.unescape, hrefs)]
        return self.pages[path]

    def first(self, route: str, at: str, *, not_at: str = "") -> str:
        """The first link at the page `at` that leads to the route, and is not at the other page."""
        known = self.links(not_at) if not_at else []
        for href in self.links(at):
            found = route_of(href)
            if found and found[0] == route and href not in known:
                return href
        raise AssertionError(f"No link to {route} at {at}")


def route_of(address: str) -> tuple[str, dict[str, object]] | None:
    """Name and arguments of the route that an address of this site leads to; None where there is none."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return None
    return match.url_name or "", match.kwargs


def of_tribe_lead(find: Finder, org: str = "coursive") -> Iterator[Place]:
    def place(name: str, path: str) -> Place:
        return Place("tribe_lead", name, path)

    home, strategy = reverse("home", args=[org]), reverse("strategy", args=[org])
    yield place("home", home)
    yield place("strategy", strategy)
    year = find.first("coverage", strategy).removesuffix("coverage/")
    above = find.first("key_result", strategy)
    yield place("strategy, a branch open", f"{year}?open={above.rstrip('/').rpartition('/')[2]}")
    yield place("strategy, nothing found", f"{year}?q=nothing+has+this+name")
    yield place("rhythm", reverse("rhythm", args=[org]))
    yield place("rhythm, confidence", f"{reverse('rhythm', args=[org])}?layer=confidence")
    yield place("coverage", f"{year}coverage/")
    yield place("to watch", f"{year}attention/")
    yield place("moved", f"{year}moved/")
    yield place("moved, tribes", f"{year}moved/?level=tribe")
    yield place("objective, strategic", find.first("objective", strategy))
    yield place("key result, strategic", above)

    workshops = reverse("workshops", args=[org])
    yield place("workshops", workshops)
    new = find.first("workshop_new", workshops)
    yield place("agenda templates", find.first("workshop_templates", workshops))
    yield place("workshop, where", new)
    yield place("workshop, a new one", find.first("workshop_new_tribe", new))

    search = reverse("search", args=[org])
    yield place("search", search)
    yield place("search, all kinds", f"{search}?q=livraison")
    yield place("search, one kind", f"{search}?q=commandes&kind=key_result")
    yield place("search, nothing found", f"{search}?q=nothing+has+this+name")
    yield place("search, a person", find.first("search", f"{search}?q=%40lead", not_at=search))

    tribes = reverse("tribes", args=[org])
    yield place("tribes", tribes)
    yield place("discussion, key result", find.first("key_result_comments", above))
    yield place("history, key result", f"{above}?history=all")
    inbox = find.first("inbox", home)
    yield place("inbox", inbox)
    yield place("what I follow", find.first("following", inbox))
    yield place("inbox, nothing found", f"{inbox}?show=unread&page=9")
    reach = find.first("reach", home)
    yield place("how I am reached", reach)
    yield place("absence, a new one", find.first("absence_new", reach))
    yield place("absence", find.first("absence_edit", reach))
    tribe = find.first("tribe", home)
    yield place("tribe", tribe)
    yield place("tribe, initiatives", f"{tribe}?view=initiatives")
    yield place("tribe, check-ins", f"{tribe}?view=check-ins")
    quarters = [href for href in find.links(tribe) if (route_of(href) or ("",))[0] == "tribe_quarter"]
    closed, draft = quarters[0], quarters[-1]
    yield place("objective, a new one", find.first("objective_new", tribe))
    yield place("objective, its form", find.first("objective_edit", tribe))
    yield place("objective, to another place", find.first("objective_move", find.first("objective_edit", tribe)))
    yield place("objective, what it moves", find.first("objective_contributions", tribe))
    yield place("key result, a new one", find.first("key_result_new", tribe))
    yield place("key result, its form", find.first("key_result_edit", tribe))
    yield place("key result, to another place", find.first("key_result_move", find.first("key_result_edit", tribe)))
    yield place("key results, pasted", find.first("key_result_paste", tribe))
    yield place("tribe, closed quarter", closed)
    yield place("tribe, draft quarter", draft)

    running = find.first("key_result", tribe, not_at=strategy)
    yield place("key result", running)
    yield place("key result, closed quarter", find.first("key_result", closed, not_at=strategy))
    yield place("key result, draft quarter", find.first("key_result", draft, not_at=strategy))
    yield place("objective", find.first("objective", tribe))
    yield place("objective, draft quarter", find.first("objective", draft))
    yield place("initiative", find.first("initiative", f"{tribe}?view=initiatives"))
    yield place("initiative, its form", find.first("initiative_edit", f"{tribe}?view=initiatives"))
    yield place("initiative, a new one", find.first("initiative_new", f"{tribe}?view=initiatives"))
    yield place("discussion, objective", find.first("objective_comments", find.first("objective", tribe)))
    work = find.first("initiative", f"{tribe}?view=initiatives")
    yield place("discussion, initiative", find.first("initiative_comments", work))
    yield place("check-in", find.first("check_in_key_result", home))
    yield place("check-in, all on one page", reverse("check_in_all", args=[org]))
    yield place("check-in, nothing done", f"{reverse('check_in', args=[org])}?done=1")
    yield place("check-in, correction", find.first("check_in_correct", running))
    yield Place("tribe_lead", "not found", f"{home}no-such-page/", 404)
    yield Place("tribe_lead", "not allowed", reverse("settings_api_keys", args=[org]), 403)
    yield place("change password", reverse("account_change_password"))
    yield place("e-mail addresses", reverse("account_email"))
    yield place("sign out", reverse("account_logout"))
    yield place("confirm it is you", reverse("account_reauthenticate"))
    yield place("organizations", reverse("organizations"))


def of_chief_of_staff(find: Finder, org: str = "coursive") -> Iterator[Place]:
    strategy = reverse("strategy", args=[org])
    above = find.first("key_result", strategy)
    yield Place("chief_of_staff", "home", reverse("home", args=[org]))
    plannings = reverse("plannings", args=[org])
    yield Place("chief_of_staff", "quarter plannings", plannings)
    coming = find.first("planning", plannings)
    yield Place("chief_of_staff", "quarter planning", coming)
    yield Place("chief_of_staff", "quarter planning, its set-up", find.first("planning_setup", coming))
    votes = find.first("planning_votes", coming)
    yield Place("chief_of_staff", "votes ahead", votes)
    yield Place("chief_of_staff", "vote ahead, one by one", find.first("planning_vote", votes))
    decided = find.first("planning_results", plannings)
    yield Place("chief_of_staff", "quarter planning, what was decided", decided)
    yield Place("chief_of_staff", "quarter planning, the baseline", find.first("planning_refinement", decided))
    yield Place("chief_of_staff", "quarter planning, the funnel", find.first("planning_funnel", decided))
    reviews = reverse("reviews", args=[org])
    yield Place("chief_of_staff", "reviews", reviews)
    yield Place("chief_of_staff", "trend over quarters", reverse("reviews_trend", args=[org]))
    written = find.first("strategy_write", strategy)
    of_year = reverse("review", args=[org, written.split("/")[4]])
    yield Place("chief_of_staff", "review of the year", of_year)
    yield Place("chief_of_staff", "review of the strategy", find.first("review_strategy", of_year))
    yield Place("chief_of_staff", "close of the year", find.first("review_close", of_year))
    meetings = reverse("meetings", args=[org])
    yield Place("chief_of_staff", "meetings", meetings)
    yield Place("chief_of_staff", "new series of meetings", reverse("meeting_series_new", args=[org]))
    yield Place("chief_of_staff", "series of meetings", find.first("meeting_series", meetings))
    meeting = find.first("meeting", meetings)
    yield Place("chief_of_staff", "meeting to come", meeting)
    yield Place("chief_of_staff", "move a meeting", find.first("meeting_move", meeting))
    yield Place("chief_of_staff", "minutes of a meeting", find.first("meeting_minutes", meetings))
    closed = find.first("review_results", reviews)
    yield Place("chief_of_staff", "results of a quarter", closed)
    judged = find.first("review_tribe", find.first("review", closed))
    yield Place("chief_of_staff", "review of a closed quarter", judged)
    templates = reverse("workshop_templates", args=[org])
    yield Place("chief_of_staff", "agenda template, new", find.first("workshop_template_new", templates))
    yield Place("chief_of_staff", "strategy, a branch open", f"{strategy}?open={above.rstrip('/').rpartition('/')[2]}")
    yield Place("chief_of_staff", "key result, strategic", above)
    yield Place("chief_of_staff", "strategy, written", written)
    yield Place("chief_of_staff", "objective, a new strategic one", find.first("strategic_objective_new", written))
    yield Place("chief_of_staff", "business rationale", find.first("business_case", above))
    yield Place("chief_of_staff", "evidence, new", find.first("key_result_evidence_new", above))
    yield Place("chief_of_staff", "evidence, edit", find.first("evidence_edit", above))
    goal = find.first("objective", strategy)
    yield Place("chief_of_staff", "objective, strategic", goal)
    yield Place("chief_of_staff", "evidence of an objective, new", find.first("objective_evidence_new", goal))


def of_second_organization(find: Finder, org: str = "halle-nova") -> Iterator[Place]:
    def place(name: str, path: str) -> Place:
        return Place("other_administrator", name, path)

    strategy = reverse("strategy", args=[org])
    tribe = find.first("tribe", reverse("home", args=[org]))
    yield place("home", reverse("home", args=[org]))
    yield place("strategy", strategy)
    yield place("tribe", tribe)
    yield place("key result", find.first("key_result", tribe, not_at=strategy))
    yield place("check-in, nothing due", reverse("check_in", args=[org]))
    yield place("API keys", reverse("settings_api_keys", args=[org]))
    yield place("deliveries", reverse("settings_deliveries", args=[org]))
    yield place("deliveries, nothing found", f"{reverse('settings_deliveries', args=[org])}?person=nobody")
    yield place("channels", reverse("settings_channels", args=[org]))

    people, structure = reverse("settings_people", args=[org]), reverse("settings_structure", args=[org])
    yield place("people", people)
    yield place("people, nobody found", f"{people}?q=nobody+has+this+name")
    yield place("invite people", find.first("settings_invite", people))
    person = find.first("settings_person", people)
    yield place("person", person)
    yield place("absences of somebody", find.first("absences_of", person))
    yield place("end of a membership", find.first("settings_person_end", person))
    yield place("tribes and departments", structure)
    yield place("tribe, new", find.first("settings_tribe_new", structure))
    own = find.first("settings_tribe", structure)
    yield place("tribe, settings", own)
    yield place("tribe, merge", find.first("settings_tribe_merge", own))
    yield place("department, new", find.first("settings_department_new", structure))
    department = find.first("settings_department", structure)
    yield place("department", department)
    yield place("department, merge", find.first("settings_department_merge", department))
    yield place("settings of the organization", reverse("settings_organization", args=[org]))
    periods = reverse("settings_periods", args=[org])
    yield place("years and quarters", periods)
    yield place("a year's days", find.first("settings_year", periods))
    yield place("a new year", find.first("settings_year_new", periods))
    yield place("wording", reverse("settings_wording", args=[org]))
    yield place("audit", reverse("settings_audit", args=[org]))
    yield place("audit, nothing found", f"{reverse('settings_audit', args=[org])}?q=nothing+has+this+name")
    for step in ("departments", "tribes", "year", "objective"):
        yield place(f"first steps, {step}", reverse(f"first_run_{step}", args=[org]))
    yield place("a new organization", reverse("organization_new"))
    yield place("profile", reverse("profile"))


def of_nobody() -> Iterator[Place]:
    yield Place("", "sign in", reverse("account_login"))
    yield Place("", "sign up", reverse("account_signup"))
    yield Place("", "forgotten password", reverse("account_reset_password"))
    yield Place("", "mail sent", reverse("account_reset_password_done"))
    yield Place("", "wrong key of a mail", reverse("account_reset_password_from_key", args=["a", "wrong-key"]))
    yield Place("", "password is set", reverse("account_reset_password_from_key_done"))
    yield Place("", "verification sent", reverse("account_email_verification_sent"))
    yield Place("", "confirm e-mail", reverse("account_confirm_email", args=["wrong-key"]))
    yield Place("", "account is closed", reverse("account_inactive"))
    yield Place("", "mailbox", reverse("mailbox"))
    yield Place("", "offline", reverse("offline"))
    yield Place("", "invitation that does not hold", reverse("invitation", args=["nothing"]), 404)
    yield Place("", "door of no workshop", reverse("workshop_door", args=["nothing"]), 404)
    yield Place("", "not found", "/no-such-page/", 404)


def routes_not_agreed(places: list[Place]) -> set[str]:
    """Routes that are neither visited nor exempt, or both; and exempt ones that are no more."""
    visited = {(route_of(place.path) or ("",))[0] for place in places} - {""}
    routes = {route.name for route in all_routes() if not route.pattern.startswith(ELSEWHERE)}
    return routes ^ (visited | NO_PAGE.keys()) | visited & NO_PAGE.keys()


FINDERS: dict[str, Callable[[Finder], Iterator[Place]]] = {
    "tribe_lead": of_tribe_lead,
    "chief_of_staff": of_chief_of_staff,
    "other_administrator": of_second_organization,
    "": lambda _: of_nobody(),
}
_found: dict[str, list[Place]] = {}


def of(who: str, request: APIRequestContext) -> list[Place]:
    """What this persona can see, found once in a run: the same demo gives the same addresses."""
    if who not in _found:
        _found[who] = list(FINDERS[who](Finder(request)))
    return _found[who]
