"""Every route of the site, found in the URL configuration, and how to call it. A route that is not known here fails."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.factories import World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

# Address parts of each route inside an organization, from a world that has one of everything.
ORG_ROUTES: dict[str, Callable[[World], dict[str, Any]]] = {
    "home": lambda w: {},
    "search": lambda w: {},
    "reach": lambda w: {},
    "reach_pause": lambda w: {},
    "reach_resume": lambda w: {},
    "absence_new": lambda w: {},
    "absence_edit": lambda w: {"pk": w.extra["absence"].pk},
    "absence_remove": lambda w: {"pk": w.extra["absence"].pk},
    "absences_of": lambda w: {"pk": w.bob.pk},
    "check_in": lambda w: {},
    "check_in_all": lambda w: {},
    "check_in_key_result": lambda w: {"pk": w.key_result.pk},
    "check_in_take_back": lambda w: {"pk": w.key_result.pk},
    "check_in_correct": lambda w: {"pk": w.key_result.check_ins.latest("pk").pk},
    "strategy": lambda w: {},
    "strategy_year": lambda w: {"year": w.year.number},
    "strategy_write": lambda w: {"year": w.year.number},
    "strategy_branch": lambda w: {"pk": w.strategic_kr.pk},
    "coverage": lambda w: {"year": w.year.number},
    "attention": lambda w: {"year": w.year.number},
    "rhythm": lambda w: {},
    "moved": lambda w: {"year": w.year.number},
    "following": lambda w: {},
    **{f"tribe_{verb}": lambda w: {"code": w.tribe.code} for verb in ("follow", "unfollow")},
    **{f"objective_{verb}": lambda w: {"pk": w.objective.pk} for verb in ("follow", "unfollow")},
    **{f"key_result_{verb}": lambda w: {"pk": w.key_result.pk} for verb in ("follow", "unfollow")},
    "objective": lambda w: {"pk": w.objective.pk},
    "key_result": lambda w: {"pk": w.key_result.pk},
    "objective_new": lambda w: {"code": w.tribe.code, "quarter": w.quarter.slug},
    "strategic_objective_new": lambda w: {"year": w.year.number},
    "objective_edit": lambda w: {"pk": w.objective.pk},
    "objective_archive": lambda w: {"pk": w.objective.pk},
    "objective_duplicate": lambda w: {"pk": w.objective.pk},
    "objective_move": lambda w: {"pk": w.objective.pk},
    "objective_publish": lambda w: {"pk": w.objective.pk},
    "objective_propose": lambda w: {"pk": w.objective.pk},
    "objective_take_back": lambda w: {"pk": w.objective.pk},
    "objective_cell": lambda w: {"pk": w.objective.pk},
    "objective_contributions": lambda w: {"pk": w.objective.pk},
    "key_result_new": lambda w: {"pk": w.objective.pk},
    "key_result_paste": lambda w: {"pk": w.objective.pk},
    "key_result_edit": lambda w: {"pk": w.key_result.pk},
    "key_result_cell": lambda w: {"pk": w.key_result.pk},
    "key_result_archive": lambda w: {"pk": w.key_result.pk},
    "key_result_duplicate": lambda w: {"pk": w.key_result.pk},
    "key_result_move": lambda w: {"pk": w.key_result.pk},
    "key_result_to_initiative": lambda w: {"pk": w.key_result.pk},
    "objective_to_initiative": lambda w: {"pk": w.objective.pk},
    "business_case": lambda w: {"pk": w.strategic_kr.pk},
    "business_case_consolidate": lambda w: {"pk": w.strategic_kr.pk},
    "objective_evidence_new": lambda w: {"pk": w.strategic.pk},
    "key_result_evidence_new": lambda w: {"pk": w.strategic_kr.pk},
    "evidence_edit": lambda w: {"pk": w.evidence.pk},
    "evidence_move": lambda w: {"pk": w.evidence.pk},
    "evidence_archive": lambda w: {"pk": w.evidence.pk},
    "evidence_file": lambda w: {"pk": w.evidence.pk},
    "initiative": lambda w: {"pk": w.initiative.pk},
    "initiative_new": lambda w: {"code": w.tribe.code, "quarter": w.quarter.slug},
    "initiative_edit": lambda w: {"pk": w.initiative.pk},
    "initiative_schedule": lambda w: {"pk": w.initiative.pk},
    "initiative_set": lambda w: {"pk": w.initiative.pk},
    "initiative_move": lambda w: {"pk": w.initiative.pk},
    "initiative_duplicate": lambda w: {"pk": w.initiative.pk},
    "initiative_archive": lambda w: {"pk": w.initiative.pk},
    "objective_comments": lambda w: {"pk": w.objective.pk},
    "key_result_comments": lambda w: {"pk": w.key_result.pk},
    "initiative_comments": lambda w: {"pk": w.initiative.pk},
    "comment_people": lambda w: {},
    "comment_answer": lambda w: {"pk": w.extra["comment"].pk},
    "comment_edit": lambda w: {"pk": w.extra["comment"].pk},
    "comment_delete": lambda w: {"pk": w.extra["comment"].pk},
    "comment_restore": lambda w: {"pk": w.extra["comment"].pk},
    "comment_resolve": lambda w: {"pk": w.extra["comment"].pk},
    "comment_reopen": lambda w: {"pk": w.extra["comment"].pk},
    "history_restore": lambda w: {"pk": w.extra["event"].pk},
    "inbox": lambda w: {},
    "inbox_read_all": lambda w: {},
    "inbox_seen": lambda w: {},
    "inbox_open": lambda w: {"pk": w.extra["notice"].pk},
    "inbox_read": lambda w: {"pk": w.extra["notice"].pk},
    "inbox_answer": lambda w: {"pk": w.extra["notice"].pk},
    "coach": lambda w: {},
    "coach_dismiss": lambda w: {},
    "undo": lambda w: {"change": uuid.UUID(int=0)},
    "tribes": lambda w: {},
    "tribe": lambda w: {"code": w.tribe.code},
    "tribe_quarter": lambda w: {"code": w.tribe.code, "quarter": w.quarter.slug},
    "brand_css": lambda w: {},
    "organization_logo": lambda w: {},
    "first_run_departments": lambda w: {},
    "first_run_tribes": lambda w: {},
    "first_run_year": lambda w: {},
    "first_run_objective": lambda w: {},
    "first_run_hide": lambda w: {},
    "settings_organization": lambda w: {},
    "settings_organization_logo": lambda w: {},
    "settings_organization_colour": lambda w: {},
    "settings_periods": lambda w: {},
    "settings_year_new": lambda w: {},
    "settings_year": lambda w: {"pk": w.year.pk},
    "settings_year_state": lambda w: {"pk": w.year.pk},
    "settings_year_remove": lambda w: {"pk": w.year.pk},
    "settings_quarter_state": lambda w: {"pk": w.quarter.pk},
    "settings_wording": lambda w: {},
    "settings_wording_remove": lambda w: {"pk": w.extra["word"].pk},
    "settings_audit": lambda w: {},
    "settings_audit_export": lambda w: {},
    "settings_people": lambda w: {},
    "settings_invite": lambda w: {},
    "settings_invite_check": lambda w: {},
    "settings_invitation_resend": lambda w: {"pk": w.extra["invitation"].pk},
    "settings_invitation_revoke": lambda w: {"pk": w.extra["invitation"].pk},
    "settings_person": lambda w: {"pk": w.bob.pk},
    "settings_person_end": lambda w: {"pk": w.bob.pk},
    "settings_person_reactivate": lambda w: {"pk": w.bob.pk},
    "settings_structure": lambda w: {},
    "settings_tribe_new": lambda w: {},
    "settings_tribe": lambda w: {"pk": w.tribe.pk},
    "settings_tribe_move": lambda w: {"pk": w.tribe.pk},
    "settings_tribe_archive": lambda w: {"pk": w.tribe.pk},
    "settings_tribe_restore": lambda w: {"pk": w.tribe.pk},
    "settings_tribe_merge": lambda w: {"pk": w.other_tribe.pk},
    "settings_department_new": lambda w: {},
    "settings_department": lambda w: {"pk": w.department.pk},
    "settings_department_move": lambda w: {"pk": w.department.pk},
    "settings_department_archive": lambda w: {"pk": w.department.pk},
    "settings_department_restore": lambda w: {"pk": w.department.pk},
    "settings_department_merge": lambda w: {"pk": w.department.pk},
    "reviews": lambda w: {},
    "reviews_trend": lambda w: {},
    "reviews_trend_export": lambda w: {},
    "review": lambda w: {"period": w.quarter.slug},
    "review_tribe": lambda w: {"period": w.quarter.slug, "code": w.tribe.code},
    "review_notes": lambda w: {"period": w.quarter.slug, "code": w.tribe.code},
    "review_carry": lambda w: {"period": w.quarter.slug, "code": w.tribe.code},
    "review_strategy": lambda w: {"period": str(w.year.number)},
    "review_opening": lambda w: {"period": w.quarter.slug},
    "review_close": lambda w: {"period": w.quarter.slug},
    "review_results": lambda w: {"period": w.quarter.slug},
    "review_verdict": lambda w: {"pk": w.key_result.pk},
    "review_correct": lambda w: {"pk": w.key_result.pk},
    "review_initiative": lambda w: {"pk": w.initiative.pk},
    "review_note": lambda w: {"pk": w.extra["retro_note"].pk},
    "meetings": lambda w: {},
    "meeting_series_new": lambda w: {},
    "meeting_series": lambda w: {"pk": w.extra["meeting"].series_id},
    "meeting_series_end": lambda w: {"pk": w.extra["meeting"].series_id},
    **{
        f"meeting{part}": lambda w: {"pk": w.extra["meeting"].pk}
        for part in (
            "",
            "_move",
            "_off",
            "_begin",
            "_end",
            "_minutes",
            "_presence",
            "_points",
            "_decisions",
            "_actions",
        )
    },
    **{f"meeting_point{part}": lambda w: {"pk": w.extra["meeting_point"].pk} for part in ("", "_place", "_remove")},
    **{f"meeting_decision{part}": lambda w: {"pk": w.extra["meeting_decision"].pk} for part in ("", "_remove")},
    **{f"meeting_action{part}": lambda w: {"pk": w.extra["meeting_action"].pk} for part in ("", "_settle", "_remove")},
    "review_note_remove": lambda w: {"pk": w.extra["retro_note"].pk},
    "plannings": lambda w: {},
    "planning": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_setup": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_call_off": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_propose": lambda w: {"quarter": w.extra["planning"].quarter.slug, "code": w.tribe.code},
    "planning_votes": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_vote": lambda w: {"quarter": w.extra["planning"].quarter.slug, "pk": w.extra["proposal"].pk},
    "planning_board": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_wall": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_decide": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_preview": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_undo": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_redo": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_apart": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_come": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_present": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_turn": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_clock": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_note": lambda w: {"quarter": w.extra["planning"].quarter.slug, "pk": w.extra["proposal"].pk},
    "planning_open": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_close": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_reopen": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_results": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_refinement": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_accept": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_publish": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_carry": lambda w: {"quarter": w.extra["planning"].quarter.slug, "code": w.tribe.code},
    "planning_xlsx": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_pdf": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_funnel": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_funnel_pdf": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "planning_funnel_png": lambda w: {"quarter": w.extra["planning"].quarter.slug},
    "workshops": lambda w: {},
    **{
        f"workshop_{name}": lambda w: {"code": w.extra["workshop"].code}
        for name in ("wall", "screen", "preview", "part")
    },
    "workshop_screen_end": lambda w: {"code": w.extra["workshop"].code, "pk": 1},
    "workshop_templates": lambda w: {},
    "workshop_template_new": lambda w: {"kind": "codir"},
    **{
        f"workshop_template{part}": lambda w: {"pk": w.extra["agenda_template"].pk}
        for part in ("", "_archive", "_restore")
    },
    "workshop_new": lambda w: {},
    "workshop_new_codir": lambda w: {"year": w.year.number},
    "workshop_new_tribe": lambda w: {"kind": "objectives", "code": w.tribe.code, "quarter": w.quarter.slug},
    "workshop": lambda w: {"code": w.extra["plan"].code},
    "workshop_edit": lambda w: {"code": w.extra["plan"].code},
    "workshop_practice": lambda w: {},
    "workshop_cancel": lambda w: {"code": w.extra["plan"].code},
    "workshop_admit": lambda w: {"code": w.extra["plan"].code, "pk": w.extra["guest"].pk},
    "workshop_turn_away": lambda w: {"code": w.extra["plan"].code, "pk": w.extra["guest"].pk},
    "workshop_parked": lambda w: {"code": w.extra["plan"].code},
    "workshop_consolidation": lambda w: {"code": w.extra["codir"].code},
    "workshop_sign_all": lambda w: {"code": w.extra["codir"].code},
    "workshop_sign": lambda w: {"code": w.extra["codir"].code, "pk": w.extra["candidate"].pk},
    "workshop_join": lambda w: {"code": w.extra["plan"].code},
    **{
        f"workshop_{name}": lambda w: {"code": w.extra["closed"].code}
        for name in ("minutes", "minutes_pdf", "minutes_xlsx", "minutes_send", "replay")
    },
    "workshop_replay_at": lambda w: {"code": w.extra["closed"].code, "number": 5},
    "settings_deliveries": lambda w: {},
    "settings_deliveries_retry": lambda w: {},
    "settings_deliveries_preview": lambda w: {},
    "settings_delivery_retry": lambda w: {"pk": w.extra["delivery"].pk},
    "settings_api_keys": lambda w: {},
    "settings_channels": lambda w: {},
    "settings_channels_test": lambda w: {},
    "settings_channels_remove": lambda w: {},
    "settings_api_key_revoke": lambda w: {"pk": w.extra["api_key"].pk},
    **{
        f"workshop_{name}": lambda w: {"code": w.extra["workshop"].code}
        for name in (
            "room",
            "mine",
            "done",
            "begin",
            "timer",
            "show",
            "lead",
            "close",
            "reopen",
            "notes",
            "cast",
            "close_vote",
            "vote_again",
            "mark",
            "count",
        )
    },
    "workshop_phase": lambda w: {"code": w.extra["workshop"].code, "pk": w.extra["workshop"].phase_id},
    "workshop_retain": lambda w: {"code": w.extra["workshop"].code, "pk": w.extra["workshop"].subjects.first().pk},
    **{
        name: lambda w: {"code": w.extra["workshop"].code, "uid": w.extra["note"].uid}
        for name in ("workshop_note", "workshop_note_withdraw", "workshop_note_back", "workshop_note_split")
    },
    **{
        f"workshop_{name}": lambda w: {"code": w.extra["workshop"].code}
        for name in ("move_notes", "merge_notes", "hold", "undo", "redo", "dismiss", "families")
    },
    **{
        f"workshop_family{name}": lambda w: {"code": w.extra["workshop"].code, "uid": w.extra["family"].uid}
        for name in ("", "_place", "_merge", "_dissolve")
    },
    **{
        f"workshop_{name}": lambda w: {"code": w.extra["decided"].code, "uid": w.extra["item"].uid}
        for name in ("word", "decide", "point", "draft", "draft_back")
    },
}


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str


def all_routes() -> Iterator[Route]:
    def walk(patterns: list, prefix: str = "") -> Iterator[Route]:
        for entry in patterns:
            where = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, where)
            elif isinstance(entry, URLPattern):
                yield Route(entry.name or "", where)

    yield from walk(get_resolver().url_patterns)


def org_routes() -> list[str]:
    return [route.name for route in all_routes() if route.pattern.startswith("o/<slug:org>/")]


def address(name: str, slug: str, world: World) -> str:
    """The route under the organization `slug`, with the ids of `world`."""
    return reverse(name, kwargs={"org": slug, **ORG_ROUTES[name](world)})
