"""Sentences for what is recorded besides edits: check-ins, rationales, keys. One verb, one function."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import numbers
from okr.actions.history import label_of
from okr.language import language
from okr.models import KeyResult
from okr.pages.figures import Figures, day
from okr.pages.history_words import Detail
from okr.readings import Clock
from orgs.models import AuditEvent

State = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns stored texts back into figures and days; without its key result a figure has no unit."""

    key_result: KeyResult | None
    clock: Clock

    def span(self, before: str | None, after: str | None) -> tuple[str, str]:
        first, second = _decimal(before), _decimal(after)
        if self.key_result is None or second is None:
            return _bare(first), _bare(second)
        return Figures.of(self.key_result, self.clock).span(first, second)

    def day(self, text: str | None) -> str:
        on = parse_date(text) if text else None
        return day(on, self.clock.today) if on else ""

    def money(self, value: Decimal | None, unit: str) -> str:
        if value is None:
            return _("nothing")
        sign = unit != numbers.Unit.PERCENT
        return numbers.format_value(value, unit, language(), sign=sign, currency=self.clock.org.currency)


def _decimal(text: str | None) -> Decimal | None:
    return None if text in (None, "") else Decimal(text)


def _bare(value: Decimal | None) -> str:
    return "" if value is None else numbers.format_number(value, language())


def _new(text: str) -> SafeString:
    return format_html("<ins>{}</ins>", text)


def in_one(parts: Iterable[SafeString]) -> SafeString:
    """The parts of a sentence, with its full stop."""
    text = format_html_join(", ", "{}", ((part,) for part in parts))
    return text if text.endswith(".") else format_html("{}.", text)  # "le 5 nov." has its full stop already


# ── Check-ins ────────────────────────────────────────────────────────────────


def _checked_in(event: AuditEvent, reader: _Reader) -> SafeString:
    before, after = event.before, event.after
    parts = [_value(before.get("current"), after.get("current"), reader)]
    parts += _finished_steps(before, after)
    parts.append(_confidence(before.get("confidence"), after.get("confidence")))
    measured_on = after.get("checked_on")
    if measured_on and measured_on != timezone.localtime(event.at, reader.clock.org.zone).date().isoformat():
        parts.append(format_html(_("measured on {day}"), day=reader.day(measured_on)))
    return in_one(parts)


def _value(before: str | None, after: str | None, reader: _Reader) -> SafeString:
    old, new = reader.span(before, after)
    if before is None:
        return format_html(_("recorded a first value of {now}"), now=_new(new))
    if _decimal(before) == _decimal(after):
        return format_html(_("confirmed the value of {now}"), now=_new(new))
    return format_html(_("updated the value from {before} to {now}"), before=old, now=_new(new))


def _confidence(before: int | None, after: int | None) -> SafeString:
    if before is None or before == after:
        return format_html(_("confidence {now}"), now=str(after))
    return format_html(_("confidence from {before} to {now}"), before=str(before), now=_new(str(after)))


def _finished_steps(before: State, after: State) -> list[SafeString]:
    done = [step for step in after.get("done_steps", ()) if step not in before.get("done_steps", ())]
    undone = [step for step in before.get("done_steps", ()) if step not in after.get("done_steps", ())]
    parts = []
    if done:
        text = ngettext("finished the step {steps}", "finished the steps {steps}", len(done))
        parts.append(format_html(text, steps=_new(", ".join(done))))
    if undone:
        text = ngettext("reopened the step {steps}", "reopened the steps {steps}", len(undone))
        parts.append(format_html(text, steps=_new(", ".join(undone))))
    return parts


def _corrected(event: AuditEvent, reader: _Reader) -> SafeString:
    before, after = event.before, event.after
    parts = [format_html(_("corrected the check-in of {day}"), day=reader.day(after.get("on")))]
    if _decimal(before.get("value")) != _decimal(after.get("value")):
        old, new = reader.span(before.get("value"), after.get("value"))
        parts.append(format_html(_("value from {before} to {now}"), before=old, now=_new(new)))
    parts += _finished_steps(before, after)
    if before.get("confidence") != after.get("confidence"):
        parts.append(_confidence(before.get("confidence"), after.get("confidence")))
    if before.get("mood") != after.get("mood"):
        parts.append(escape(_("mood")))
    if before.get("comment") != after.get("comment"):
        parts.append(escape(_("comment")))
    return in_one(parts)


def _taken_back(event: AuditEvent, reader: _Reader) -> SafeString:
    before, after = event.before, event.after
    parts = [format_html(_("took back the check-in of {day}"), day=reader.day(before.get("on")))]
    old, new = reader.span(before.get("value"), after.get("value"))
    if after.get("value") is None:
        parts.append(format_html(_("its value was {before}"), before=old))
    elif _decimal(before.get("value")) != _decimal(after.get("value")):
        parts.append(format_html(_("value from {before} to {now}"), before=old, now=_new(new)))
    parts += _finished_steps(before, after)
    return in_one(parts)


# ── Business rationale ───────────────────────────────────────────────────────


def _rationale_saved(event: AuditEvent, reader: _Reader) -> SafeString:
    is_first = not any(
        event.before.get(field) for field in ("revenue_effect", "profitability_effect", "budget_share", "note")
    )
    parts = [escape(_("wrote the business rationale") if is_first else _("changed the business rationale"))]
    for field, unit, first, changed in (
        ("revenue_effect", numbers.Unit.MONEY, _("revenue {now}"), _("revenue from {before} to {now}")),
        ("profitability_effect", numbers.Unit.POINTS, _("margin {now}"), _("margin from {before} to {now}")),
        (
            "budget_share",
            numbers.Unit.PERCENT,
            _("share of the budget {now}"),
            _("share of the budget from {before} to {now}"),
        ),
    ):
        old, new = _decimal(event.before.get(field)), _decimal(event.after.get(field))
        if old != new:
            label = first if old is None else changed
            parts.append(format_html(label, before=reader.money(old, unit), now=_new(reader.money(new, unit))))
    if event.before.get("note") != event.after.get("note"):
        parts.append(escape(_("note")))
    if event.before.get("consolidated_at"):
        parts.append(escape(_("which takes back the signature")))
    return in_one(parts)


def texts_of(event: AuditEvent) -> list[Detail]:
    """The note of a rationale, which no sentence carries."""
    if event.object_type != "businesscase" or event.before.get("note") == event.after.get("note"):
        return []
    return [Detail(label_of(event, "note"), event.before.get("note") or "", event.after.get("note") or "")]


def _rationale_consolidated(event: AuditEvent, reader: _Reader) -> SafeString:
    return escape(_("signed the business rationale as consolidated."))


# ── API keys, and whatever else is recorded ──────────────────────────────────


def _api_key_created(event: AuditEvent, reader: _Reader) -> SafeString:
    return format_html(_("made the API key {name}."), name=_new(event.object_label))


def _api_key_revoked(event: AuditEvent, reader: _Reader) -> SafeString:
    return format_html(_("revoked the API key {name}."), name=_new(event.object_label))


def _other(event: AuditEvent, reader: _Reader) -> SafeString:
    return format_html(_("changed {name}."), name=_new(event.object_label))


_READERS: dict[str, Callable[[AuditEvent, _Reader], SafeString]] = {
    "checked_in": _checked_in,
    "check_in_corrected": _corrected,
    "check_in_taken_back": _taken_back,
    "rationale_saved": _rationale_saved,
    "rationale_consolidated": _rationale_consolidated,
    "api_key_created": _api_key_created,
    "api_key_revoked": _api_key_revoked,
}


def sentence_of(event: AuditEvent, key_result: KeyResult | None, clock: Clock) -> SafeString:
    """What follows the actor's name, for an event of `key_result` or of something without figures."""
    reader = _READERS.get(event.verb, _rationale_saved if event.object_type == "businesscase" else _other)
    return reader(event, _Reader(key_result, clock))
