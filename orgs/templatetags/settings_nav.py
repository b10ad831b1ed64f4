"""The tabs above every settings page: those that exist, for those who may open them."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from orgs.http import OrgRequest
from orgs.permissions import Permission, can
from orgs.settings_notes import note_of

register = template.Library()


@dataclass(frozen=True)
class Tab:
    route: str
    label: Any
    permission: Permission
    family: tuple[str, ...]  # how the names of its routes begin


TABS = (
    Tab(
        "settings_people", _("People"), Permission.MANAGE_PEOPLE, ("settings_people", "settings_person", "settings_inv")
    ),
    Tab(
        "settings_structure",
        _("%(tribes)s and departments"),
        Permission.MANAGE_PEOPLE,
        ("settings_structure", "settings_tribe", "settings_department"),
    ),
    Tab("settings_organization", _("Organization"), Permission.MANAGE_SETTINGS, ("settings_organization",)),
    Tab(
        "settings_periods",
        _("Years and quarters"),
        Permission.MANAGE_SETTINGS,
        ("settings_period", "settings_year", "settings_quarter"),
    ),
    Tab("settings_wording", _("Wording"), Permission.MANAGE_SETTINGS, ("settings_wording",)),
    Tab("settings_deliveries", _("Deliveries"), Permission.MANAGE_SETTINGS, ("settings_deliver",)),
    Tab("settings_channels", _("Channels"), Permission.MANAGE_SETTINGS, ("settings_channel",)),
    Tab("settings_audit", _("Audit"), Permission.VIEW_AUDIT, ("settings_audit",)),
    Tab("settings_api_keys", _("API keys"), Permission.MANAGE_API_KEYS, ("settings_api_key",)),
)


@register.simple_tag(takes_context=True)
def settings_tabs(context: template.Context) -> list[dict[str, Any]]:
    request: OrgRequest = context["request"]
    return tabs_of(request)


@register.simple_tag(takes_context=True)
def settings_note(context: template.Context, group: str) -> str:
    return note_of(group, context["request"].org)


def tabs_of(request: OrgRequest) -> list[dict[str, Any]]:
    """Label, address and whether it is open, of each tab that the person may open."""
    here = (request.resolver_match and request.resolver_match.url_name) or ""
    found = []
    for tab in TABS:
        try:
            url = reverse(tab.route, args=[request.org.slug])
        except NoReverseMatch:
            continue
        if can(request.membership, tab.permission):
            label = str(tab.label) % {"tribes": request.org.tribe_label_plural}
            found.append({"label": label, "url": url, "current": here.startswith(tab.family)})
    return found
