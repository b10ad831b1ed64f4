"""Sentences for what orgs.actions.editing recorded: which fields and lists changed, from what to what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okr.pages.history_values import POINTING, Values, quoted
from orgs.models import AuditEvent

SHORT = 60  # letters of a text that a sentence still carries; longer ones stand below it
PLACE = ("position", "level", "year", "quarter", "tribe", "objective", "key_result")

# In the order in which they are told. "changed {the title} from … to …"
FIELDS: dict[str, Any] = {
    "title": gettext_lazy("the wording"),
    "why": gettext_lazy("the description"),
    "metric": gettext_lazy("the metric"),
    "direction": gettext_lazy("the direction"),
    "unit": gettext_lazy("the unit"),
    "unit_label": gettext_lazy("the name of the unit"),
    "start": gettext_lazy("the start"),
    "target": gettext_lazy("the target"),
    "low": gettext_lazy("the lower end of the band"),
    "high": gettext_lazy("the upper end of the band"),
    "tolerance": gettext_lazy("the tolerance"),
    "baseline_due_on": gettext_lazy("the day by which the start is measured"),
    "owner": gettext_lazy("the owner"),
    "weight": gettext_lazy("the weight"),
    "ambition": gettext_lazy("the ambition"),
    "source": gettext_lazy("the data source"),
    "source_url": gettext_lazy("the link to the data source"),
    "stage": gettext_lazy("the stage"),
    "department": gettext_lazy("the department"),
    "state": gettext_lazy("the state"),
    "function": gettext_lazy("the function"),
    "start_week": gettext_lazy("the first week"),
    "end_week": gettext_lazy("the last week"),
    "milestone_week": gettext_lazy("the milestone"),
    "delivered_on": gettext_lazy("the day of delivery"),
    "note": gettext_lazy("the note"),
    "kind": gettext_lazy("the kind"),
    "figure": gettext_lazy("the figure"),
    "url": gettext_lazy("the link"),
    "file_name": gettext_lazy("the file"),
}
LISTS: dict[str, Any] = {
    "contributions": gettext_lazy("the contributions"),
    "steps": gettext_lazy("the steps"),
    "step_targets": gettext_lazy("the targets on the way"),
    "answers": gettext_lazy("the key results it answers"),
    "dependencies": gettext_lazy("what it waits for"),
}
# As one says it of itself: "archived {the key result}".
NOUNS: dict[str, Any] = {
    "objective": gettext_lazy("the objective"),
    "keyresult": gettext_lazy("the key result"),
    "initiative": gettext_lazy("the initiative"),
    "evidence": gettext_lazy("the fact"),
}
CREATED: dict[str, Any] = {
    "objective": gettext_lazy("wrote the objective {name}"),
    "keyresult": gettext_lazy("wrote the key result {name}"),
    "initiative": gettext_lazy("planned the initiative {name}"),
    "evidence": gettext_lazy("added the fact {name}"),
}
DUPLICATED: dict[str, Any] = {
    "objective": gettext_lazy("copied another objective to {name}"),
    "keyresult": gettext_lazy("copied another key result to {name}"),
    "initiative": gettext_lazy("copied another initiative to {name}"),
}
STAGES: dict[str, Any] = {
    "proposed": gettext_lazy("handed {noun} to quarter planning"),
    "taken_back": gettext_lazy("took {noun} back from quarter planning"),
    "published": gettext_lazy("published {noun}"),
    "kept": gettext_lazy("kept {noun} at quarter planning"),
    "deferred": gettext_lazy("deferred {noun} at quarter planning"),
    "dropped": gettext_lazy("dropped {noun} at quarter planning"),
    "reconsidered": gettext_lazy("put {noun} before quarter planning again"),
}
PLAIN: dict[str, Any] = {
    "accepted_lead": gettext_lazy("accepted the key result as lead"),
    "accepted_cpo": gettext_lazy("accepted the key result as CPO"),
    "unaccepted_lead": gettext_lazy("no longer accepts the key result as lead"),
    "unaccepted_cpo": gettext_lazy("no longer accepts the key result as CPO"),
    "left_behind": gettext_lazy("did not take the deferred key result into the next quarter"),
    "offered_again": gettext_lazy("offered the deferred key result to the next quarter again"),
}
COMMENTS = {
    "comment_added": gettext_lazy("began a conversation"),
    "comment_answered": gettext_lazy("answered in a conversation"),
    "comment_edited": gettext_lazy("reworded a comment"),
    "comment_deleted": gettext_lazy("deleted a comment"),
    "comment_restored": gettext_lazy("brought a comment back"),
    "comment_resolved": gettext_lazy("resolved a conversation"),
    "comment_reopened": gettext_lazy("reopened a conversation"),
    "coach_dismissed": gettext_lazy("kept the wording against the coach’s advice"),
}


@dataclass(frozen=True, slots=True)
class Detail:
    """A text too long for the sentence, before and after."""

    label: str
    before: str
    after: str


@dataclass(slots=True)
class Told:
    """One event in words: the parts of its sentence, and what stands below it."""

    parts: list[SafeString]
    details: list[Detail] = field(default_factory=list)


def told(event: AuditEvent, values: Values) -> Told | None:
    """None for an event that editing did not write."""
    noun = NOUNS.get(event.object_type)
    if plain := COMMENTS.get(event.verb) or PLAIN.get(event.verb):
        return Told([escape(plain)])
    if noun is None or event.change is None:
        return None
    name = format_html("<ins>{}</ins>", quoted(event.object_label))
    if event.verb == "duplicated" and event.object_type in DUPLICATED:
        return Told([format_html(DUPLICATED[event.object_type], name=name)])
    if event.verb == "carried_over":
        return Told([format_html(_("took {name} over from an earlier quarter, which had deferred it"), name=name)])
    if not event.before and event.verb != "undone":
        return Told([format_html(CREATED[event.object_type], name=name)])
    if event.verb in STAGES:
        return Told([format_html(STAGES[event.verb], noun=noun)])
    if event.verb == "merged_into":
        into = _new(values.name("merged_into", event.after.get("merged_into")))
        return Told([format_html(_("merged {noun} into {into} at quarter planning"), noun=noun, into=into)])
    return _changed(event, values)


def _changed(event: AuditEvent, values: Values) -> Told:
    """Archived or back, moved, and each field and list, in one sentence."""
    noun = NOUNS[event.object_type]
    result = Told([])
    if "archived_at" in event.after:
        away = event.after["archived_at"] is not None
        result.parts.append(format_html(_("archived {noun}") if away else _("brought {noun} back"), noun=noun))
    else:
        result.parts += _moved(event, values)
    result.parts += _fields(event, values, result.details)
    for list_name in LISTS:
        if list_name in event.after:
            result.parts += _LISTS[list_name](event, event.before.get(list_name) or [], event.after[list_name], values)
    if not result.parts:
        result.parts.append(format_html(_("changed {noun}"), noun=noun))
    if event.verb == "undone":
        result.parts[0] = format_html(_("took back a change: {what}"), what=result.parts[0])
    elif event.verb == "restored" and "archived_at" not in event.after:
        result.parts[0] = format_html(_("restored earlier values: {what}"), what=result.parts[0])
    return result


def _moved(event: AuditEvent, values: Values) -> Iterator[SafeString]:
    parents = [name for name in PLACE if name in event.after and name in POINTING]
    noun = NOUNS[event.object_type]
    if parents:
        for name in parents:
            before, after = values.pair(event, name)
            yield format_html(_("moved {noun} from {before} to {now}"), noun=noun, before=before, now=_new(after))
    elif "position" in event.after:
        words = {"before": event.before.get("position"), "now": _new(str(event.after["position"]))}
        yield format_html(_("moved {noun} from place {before} to place {now}"), noun=noun, **words)


def _fields(event: AuditEvent, values: Values, details: list[Detail]) -> Iterator[SafeString]:
    """ "changed the target from 72% to 75%, the owner from Alice to Bob": the verb stands once."""
    parts = []
    for name, what in FIELDS.items():
        if name not in event.after:
            continue
        before, after = values.pair(event, name)
        if before == after:
            continue
        if _is_text(name) and (len(before) > SHORT or len(after) > SHORT):
            details.append(Detail(str(capfirst(what)), before, after))
            parts.append(escape(what))
            continue
        if _is_text(name):
            before, after = quoted(before) if before else "", quoted(after) if after else ""
        words = {"what": what, "before": before, "now": _new(after)}
        if not before:
            parts.append(format_html(_("{what}, now {now}"), **words))
        elif not after:
            parts.append(format_html(_("{what} from {before} to nothing"), **words))
        else:
            parts.append(format_html(_("{what} from {before} to {now}"), **words))
    if parts:
        verb = _("rescheduled {what}") if event.verb == "scheduled" else _("changed {what}")
        yield format_html(verb, what=_listed(parts))


def _is_text(name: str) -> bool:
    return name in (
        "title",
        "why",
        "metric",
        "unit_label",
        "source",
        "source_url",
        "note",
        "figure",
        "url",
        "file_name",
    )


def _listed(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join(", ", "{}", ((part,) for part in parts))


def _new(text: str) -> SafeString:
    return format_html("<ins>{}</ins>", text)


# ── Lists ────────────────────────────────────────────────────────────────────

Rows = list[Any]


def _contributions(event: AuditEvent, before: Rows, after: Rows, values: Values) -> Iterator[SafeString]:
    old, new = _by("key_result", before), _by("key_result", after)
    for pk in new:
        name = values.name("key_result", pk)
        if pk not in old:
            yield format_html(_("added a contribution to {name}"), name=_new(name))
        elif old[pk].get("reason") != new[pk].get("reason"):
            yield format_html(_("changed why it contributes to {name}"), name=_new(name))
    for pk in (pk for pk in old if pk not in new):
        yield format_html(_("removed the contribution to {name}"), name=_new(values.name("key_result", pk)))
    yield from _order("contributions", list(old), list(new))


def _steps(event: AuditEvent, before: Rows, after: Rows, values: Values) -> Iterator[SafeString]:
    old, new = _by("id", before), _by("id", after)
    for pk, step in new.items():
        title = _new(quoted(step["title"]))
        if pk not in old:
            yield format_html(_("added the step {name}"), name=title)
            continue
        then = old[pk]
        if then["title"] != step["title"]:
            words = {"before": quoted(then["title"]), "now": title}
            yield format_html(_("renamed the step {before} to {now}"), **words)
        if then["weight"] != step["weight"]:
            words = {"name": title, "before": values.number(then["weight"]), "now": values.number(step["weight"])}
            yield format_html(_("weighed the step {name} {now} instead of {before}"), **words)
        if bool(then["done_on"]) != bool(step["done_on"]):
            text = _("finished the step {name}") if step["done_on"] else _("reopened the step {name}")
            yield format_html(text, name=title)
    for pk in (pk for pk in old if pk not in new):
        yield format_html(_("removed the step {name}"), name=_new(quoted(old[pk]["title"])))
    yield from _order("steps", list(old), list(new))


def _step_targets(event: AuditEvent, before: Rows, after: Rows, values: Values) -> Iterator[SafeString]:
    old, new = _by("on", before), _by("on", after)
    for on in sorted({*old, *new}):
        words = {"day": values.day(on)}
        then = values.figure(event, old[on]["value"]) if on in old else ""
        now = values.figure(event, new[on]["value"]) if on in new else ""
        if not then:
            yield format_html(_("set a target of {now} for {day}"), now=_new(now), **words)
        elif not now:
            yield format_html(_("removed the target of {before} for {day}"), before=then, **words)
        elif then != now:
            yield format_html(
                _("changed the target for {day} from {before} to {now}"), before=then, now=_new(now), **words
            )


def _answers(event: AuditEvent, before: Rows, after: Rows, values: Values) -> Iterator[SafeString]:
    for pk in (pk for pk in after if pk not in before):
        yield format_html(_("added the answer to {name}"), name=_new(values.name("key_result", pk)))
    for pk in (pk for pk in before if pk not in after):
        yield format_html(_("removed the answer to {name}"), name=_new(values.name("key_result", pk)))
    yield from _order("answers", before, after)


def _dependencies(event: AuditEvent, before: Rows, after: Rows, values: Values) -> Iterator[SafeString]:
    old, new = _by("tribe", before), _by("tribe", after)
    for pk, row in new.items():
        words = {"name": values.name("tribe", pk), "now": _new(quoted(row.get("what") or "…"))}
        if pk not in old:
            yield format_html(_("waits for {name} now: {now}"), **words)
        elif old[pk].get("what") != row.get("what"):
            yield format_html(_("changed what it needs from {name}: {now}"), **words)
    for pk in (pk for pk in old if pk not in new):
        yield format_html(_("waits no longer for {name}"), name=_new(values.name("tribe", pk)))


def _by(key: str, rows: Rows) -> dict[Any, dict[str, Any]]:
    """By what tells them apart; steps that were written without an id by their title."""
    return {row.get(key) or row.get("title"): row for row in rows}


def _order(name: str, before: Rows, after: Rows) -> Iterator[SafeString]:
    stayed = [row for row in before if row in after]
    if stayed != [row for row in after if row in before]:
        yield format_html(_("put {what} in another order"), what=LISTS[name])


_LISTS = {
    "contributions": _contributions,
    "steps": _steps,
    "step_targets": _step_targets,
    "answers": _answers,
    "dependencies": _dependencies,
}
