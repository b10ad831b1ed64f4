"""The components of docs/design.md as template tags: what a page shows again and again, built as strings because that
is several times faster than an include. Loaded in every template.

One way for each thing:

    {% icon "house" %} {% icon "house" "lg" %}      an icon of static/icons.svg, silent to screen readers
    {% mark %}                                      Polaris's mark
    {% status s %} {% status s "fill" %}            glyph and word: ● On track
    {% status_count s n %}                          glyph and figure: ● 3
    {% glyph s %}                                   glyph alone, its word for screen readers
    {% bar v x s %}                                 progress bar with its expected-today tick
    {% progress v x s %}                            figure and bar: 41% ▬▬|──
    {% share counts %}                              split bar of (status, number) pairs
    {% conf c low %}                                confidence, 1-10; `low` puts its amber mark
    {% span start now target %}                     54.0% **59.2%** → 72.0%, from texts already formatted
    {% who person %} {% who person function "lg" %} seat letter and call sign
    {% fn function %} {% box4 functions %}          one seat letter; the four seats
    {% code "DRV" %} {% code "1.4" "plain" %}       tribe code, key-result number
    {% control field "lg" %}                        a form field's control alone (a whole field: components/_form_field.html)
    {% client_id %}                                 in a form that makes something: sent twice, it is made once
    {% ruler labels now now_label flags %}          time ruler with its needle
    {% pager page %}                                pages of a django.core.paginator.Page

`s` is one of pending, on_track, at_risk, off_track, achieved, no_update. `v` and `x` are percentages (0-100, None when
there is none); give them unclamped, the words say what the bar cannot show. `function` is product, tech, design,
business or "". A person has `name` and `call_sign`, and may have `function`.

The functions with a leading underscore remember their answers, one for each language.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_noop

register = template.Library()

Percent = int | float | Decimal | None
NBSP = "\u00a0"
MINUS = "\u2212"
STILL_TO_MAKE_GOOD = SafeString("<i></i>")  # the hatch between the fill and the tick

# Status → class, word.
STATUSES = {
    "pending": ("idle", gettext_noop("No data yet")),
    "on_track": ("ok", gettext_noop("On track")),
    "at_risk": ("risk", gettext_noop("At risk")),
    "off_track": ("off", gettext_noop("Off track")),
    "achieved": ("done", gettext_noop("Achieved")),
    "no_update": ("stale", gettext_noop("No update")),
}
# First letter of a function → its name.
FUNCTIONS = {
    "p": gettext_noop("Product"),
    "t": gettext_noop("Tech"),
    "d": gettext_noop("Design"),
    "b": gettext_noop("Business"),
}
# A ruler about 1,100 px wide, letters about 6.5 px: room that words take, in percent of the ruler.
LETTER_WIDTH = 0.6
NEEDLE_FLIPS_AFTER = 78
FLAG_FLIPS_AFTER = 84


# ── Icons ────────────────────────────────────────────────────────────────────


@register.simple_tag
@cache
def icon(name: str, size: str = "") -> SafeString:
    sprite = static("icons.svg")
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', _classes("i", size), sprite, name
    )


@register.simple_tag
@cache
def mark() -> SafeString:
    return format_html('<svg class="mark" aria-hidden="true"><use href="{}#mark"/></svg>', static("icons.svg"))


def _classes(*names: str) -> str:
    return " ".join(filter(None, names))


# ── Status ───────────────────────────────────────────────────────────────────


@register.simple_tag
def status(value: str, look: str = "") -> SafeString:
    return _status(value, look, get_language())


@cache
def _status(value: str, look: str, language: str | None) -> SafeString:
    css_class, word = STATUSES[value]
    return format_html('<span class="pill {}">{}</span>', _classes(css_class, look), gettext(word))


@register.simple_tag
def status_count(value: str, number: int) -> SafeString:
    css_class, word = STATUSES[value]
    html = '<span class="pill {} num">{}<span class="sr"> {}</span></span>'
    return format_html(html, css_class, str(number), gettext(word))


@register.simple_tag
def glyph(value: str) -> SafeString:
    css_class, word = STATUSES[value]
    return format_html('<span class="glyph {}" role="img" aria-label="{}"></span>', css_class, gettext(word))


# ── Progress ─────────────────────────────────────────────────────────────────


def percent(value: int) -> str:
    """A whole percentage as the reader's language writes it: "41%", "−12 %"."""
    digits = f"{MINUS}{-value}" if value < 0 else str(value)
    return f"{digits}{NBSP}%" if _in_french() else f"{digits}%"


def bar_label(v: int | None, x: int | None) -> str:
    """What a bar shows, in words."""
    if v is None:
        return gettext("No data yet") if x is None else gettext("No data yet; %s expected today") % percent(x)
    if x is None:
        return gettext("%s of the way; nothing expected yet") % percent(v)
    return gettext("%(done)s of the way; %(expected)s expected today") % {"done": percent(v), "expected": percent(x)}


def _in_french() -> bool:
    return (get_language() or "").startswith("fr")


def _whole(value: Percent) -> int | None:
    return None if value is None else round(value)


def _clamped(value: int) -> int:
    return min(max(value, 0), 100)


@register.simple_tag
def bar(v: Percent, x: Percent, status: str, label: str = "", size: str = "") -> SafeString:
    return _bar(_whole(v), _whole(x), status, label, size, get_language())


@lru_cache(maxsize=4096)
def _bar(
    done: int | None, expected: int | None, status: str, label: str, size: str, language: str | None
) -> SafeString:
    fill = str(_clamped(done or 0))
    tick = "x-none notick" if expected is None else f"x-{_clamped(expected)}"
    behind = expected is not None and _clamped(expected) > int(fill)
    return format_html(
        '<span class="bar {} v-{} {}" role="meter" aria-valuemin="0" aria-valuemax="100" aria-valuenow="{}" '
        'aria-label="{}">{}</span>',
        _classes(STATUSES[status][0], size),
        fill,
        tick,
        fill,
        label or bar_label(None if status == "pending" else done, expected),
        STILL_TO_MAKE_GOOD if behind else "",
    )


@register.simple_tag
def progress(v: Percent, x: Percent, status: str, label: str = "") -> SafeString:
    done = None if status == "pending" else _whole(v)
    figure = "–" if done is None else percent(done)
    return format_html('<span class="prog"><span class="num">{}</span>{}</span>', figure, bar(v, x, status, label))


@register.simple_tag
def share(counts: Iterable[tuple[str, int]], size: str = "") -> SafeString:
    shown = [(*STATUSES[value], number) for value, number in counts if number]
    total = sum(number for _, _, number in shown)
    colon = f"{NBSP}: " if _in_french() else ": "
    return format_html(
        '<span class="{}" role="img" aria-label="{}">{}</span>',
        _classes("share", size),
        ", ".join(f"{gettext(word)}{colon}{number}" for _, word, number in shown),
        format_html_join(
            "",
            '<i class="{} v-{}"></i>',
            ((css_class, str(max(round(100 * number / total), 1))) for css_class, _, number in shown),
        ),
    )


@register.simple_tag
def conf(confidence: int | None, low: bool = False) -> SafeString:
    return _conf(confidence, low, get_language())


@cache
def _conf(confidence: int | None, low: bool, language: str | None) -> SafeString:
    if confidence is None:
        return format_html('<span class="meta">–<span class="sr"> {}</span></span>', gettext("No confidence given yet"))
    figure = str(confidence)
    words = gettext("Confidence %s of 10, low or falling") if low else gettext("Confidence %s of 10")
    return format_html(
        '<span class="conf c-{}{}" role="img" aria-label="{}"><span>{}</span></span>',
        figure,
        " low" if low else "",
        words % figure,
        figure,
    )


@register.simple_tag
def span(start: str, now: str, target: str) -> SafeString:
    if not target:  # done or not done: there is only the share of it that is
        return format_html('<span class="span"><b>{}</b></span>', now or "–")
    html = '<span class="span"><span>{}</span><b>{}</b><span class="to">{}</span></span>'
    return format_html(html, start, now or "–", target)


# ── People ───────────────────────────────────────────────────────────────────


@register.simple_tag
def who(person: Any, function: str | None = None, size: str = "") -> SafeString:
    """Letter and call sign; the full name and the function as title and for screen readers. None: nobody yet."""
    if person is None:
        return format_html('<span class="meta">{}</span>', gettext("Nobody yet"))
    if function is None:
        function = getattr(person, "function", "")
    letter = function[:1].lower()
    names = f"{person.name}, {gettext(FUNCTIONS[letter])}" if letter else person.name
    return format_html(
        '<span class="{}" title="{}">{}<span aria-hidden="true">{}</span><span class="sr">{}</span></span>',
        _classes("who", letter, size),
        names,
        format_html('<b aria-hidden="true">{}</b>', letter.upper()) if letter else "",
        person.call_sign,
        names,
    )


@register.simple_tag
def fn(function: str, size: str = "") -> SafeString:
    letter = function[:1].lower()
    name = gettext(FUNCTIONS[letter])
    html = '<span class="{}" role="img" aria-label="{}" title="{}">{}</span>'
    return format_html(html, _classes("fn", letter, size), name, name, letter.upper())


@register.simple_tag
def box4(functions: Collection[str], size: str = "") -> SafeString:
    """The four seats; those whose function is not in `functions` are outlined, and named."""
    filled = {function[:1].lower() for function in functions}
    empty = [gettext(name) for letter, name in FUNCTIONS.items() if letter not in filled]
    return format_html(
        '<span class="{}" role="img" aria-label="{}">{}</span>',
        _classes("box4", size),
        gettext("Open seats: %s") % ", ".join(empty) if empty else gettext("All four seats filled"),
        format_html_join(
            "", '<i class="{}">{}</i>', (("" if letter in filled else "open", letter.upper()) for letter in FUNCTIONS)
        ),
    )


@register.simple_tag
def code(text: str, look: str = "") -> SafeString:
    return format_html('<span class="{}">{}</span>', "code plain num" if look == "plain" else "code", text)


# ── Forms ────────────────────────────────────────────────────────────────────


@register.simple_tag
def control(field: BoundField, size: str = "") -> SafeString:
    """The control in its look. Django itself adds aria-invalid, aria-describedby and required.

    It has no maxlength: a browser would cut off what is pasted, and not say so; the form says it, and keeps what was typed.
    """
    widget = field.field.widget
    shown = field.as_hidden(only_initial=True) if field.field.show_hidden_initial else SafeString()
    if getattr(widget, "input_type", "") in ("checkbox", "radio", "hidden", "file"):
        return field.as_widget() + shown
    look: dict[str, str | bool] = {"class": _classes("input", size, widget.attrs.get("class", "")), "maxlength": False}
    return field.as_widget(attrs=look) + shown


# ── Structures, each with a template ─────────────────────────────────────────


@register.simple_tag
def client_id() -> SafeString:
    return format_html('<input type="hidden" name="client_id" value="{}">', uuid.uuid4())


@register.inclusion_tag("components/_ruler.html")
def ruler(
    labels: Sequence[str],
    now: Percent,
    now_label: str,
    flags: Iterable[Mapping[str, Any]] = (),
    quarter: bool = False,
) -> dict[str, Any]:
    """A year of 12 labels, or with `quarter` 13 or 14 weeks. `now` is None outside the period.

    A flag has `at` (percent), `label` and perhaps `detail`; where its words would run into others it keeps its line.
    """
    here = _whole(now)
    current = -1 if here is None else min(int(_clamped(here) / 100 * len(labels)), len(labels) - 1)
    flips = here is not None and here > NEEDLE_FLIPS_AFTER
    taken: list[tuple[float, float]] = []
    if here is not None:
        taken.append(_room(here, now_label, flips))
    placed = []
    for flag in sorted(flags, key=lambda flag: flag["at"]):
        at, detail = _clamped(round(flag["at"])), flag.get("detail", "")
        left = at > FLAG_FLIPS_AFTER
        start, end = _room(at, f"{flag['label']} {detail}", left)
        bare = any(start < other_end and other_start < end for other_start, other_end in taken)
        if not bare:
            taken.append((start, end))
        placed.append({"at": at, "label": flag["label"], "detail": detail, "left": left, "bare": bare})
    period = f"{labels[0]} – {labels[-1]}"
    words = [period, now_label, *(f"{flag['label']} {flag['detail']}".strip() for flag in placed)]
    return {
        "ticks": [
            {"label": label, "past": index < current, "current": index == current} for index, label in enumerate(labels)
        ],
        "now": here if here is None else _clamped(here),
        "now_label": now_label,
        "flips": flips,
        "flags": placed,
        "quarter": quarter,
        "fourteen": len(labels) == 14,
        "words": ", ".join(filter(None, words)),
    }


def _room(at: int, words: str, left: bool) -> tuple[float, float]:
    width = (len(words) + 2) * LETTER_WIDTH
    return (at - width, at) if left else (at, at + width)


@register.inclusion_tag("components/_pager.html", takes_context=True)
def pager(context: template.Context, page: Page) -> dict[str, Any]:
    def address(number: int) -> str:
        query = context["request"].GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "links": [
            {
                "number": number,
                "url": address(number) if isinstance(number, int) else "",
                "current": number == page.number,
            }
            for number in numbers
        ],
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }
