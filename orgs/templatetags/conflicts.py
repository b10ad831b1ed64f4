"""{% choices %}: in a form that is refused, what was chosen before between two people's versions (orgs.conflicts). A conflict
shows that itself."""

from typing import Any

from django import template

from orgs.conflicts import choices_in

register = template.Library()


@register.inclusion_tag("_choices.html", takes_context=True)
def choices(context: template.Context) -> dict[str, Any]:
    rows = [] if context.get("conflict") else choices_in(context["request"].POST)
    return {"rows": rows, "at": max((row.at for row in rows), default=0), "shell": context.get("shell")}
