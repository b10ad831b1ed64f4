"""Cells of a grid that is edited in place (static/js/grid.js): buttons until they are edited.

    {% load grid %}
    {% cell thing "target" "92%" %}           a figure of a key result
    {% cell thing "title" thing.title %}      its title; an objective's as well
    {% cell thing "confidence" html value %}  what is shown is HTML already; `value` is what editing begins with

Without JavaScript a cell leads to its field on the thing's own form. Strings, because a large grid has some two hundred.
"""

from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from okr import numbers
from okr.language import language
from okr.models import KeyResult, Objective

register = template.Library()

LABELS = {
    "title": _("Title"),
    "start": _("Start"),
    "low": _("Band from"),
    "now": _("Now"),
    "target": _("Target"),
    "high": _("Band to"),
    "confidence": _("Confidence"),
    "owner": _("Owner"),
}
BAND = {"start": "low", "target": "high"}


@register.simple_tag(takes_context=True)
def cell(
    context: template.Context, thing: KeyResult | Objective, name: str, shown: Any, value: Any = None
) -> SafeString:
    if isinstance(thing, KeyResult) and thing.direction == KeyResult.Direction.WITHIN:
        name = BAND.get(name, name)
    kind = "kr" if isinstance(thing, KeyResult) else "goal"
    if value is None:
        stored = getattr(thing, "current" if name == "now" else name)
        value = numbers.format_number(stored, language()) if isinstance(stored, Decimal) else stored
    org = context["request"].org.slug
    if name in ("now", "confidence"):
        address = reverse("check_in_key_result", args=[org, thing.pk])
    else:
        route = "key_result_edit" if kind == "kr" else "objective_edit"
        address = f"{reverse(route, args=[org, thing.pk])}#id_{name}"
    # What is HTML already has its own words.
    in_words = name != "title" and not isinstance(shown, SafeString)
    words = gettext("%(title)s: %(figures)s") % {"title": LABELS[name], "figures": shown or _("nothing yet")}
    label = format_html(' aria-label="{}"', words) if in_words else ""
    lang = format_html(' lang="{}" dir="auto"', context["shell"].content_lang) if name == "title" else ""
    return format_html(
        '<a class="cell" role="button" id="{}-{}-{}" data-cell="{}" data-value="{}" href="{}"{}{}>{}</a>',
        kind,
        thing.pk,
        name,
        name,
        "" if value is None else value,
        address,
        label,
        lang,
        shown or "–",
    )
