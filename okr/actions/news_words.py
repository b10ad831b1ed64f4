"""What news say (okr.actions.news), each in the language that is on."""

from collections.abc import Callable

from django.utils.functional import lazy
from django.utils.translation import ngettext

from okr.models import KeyResult, Objective
from okr.rows import score_of
from orgs.models import AuditEvent


def later(said: Callable[[], str]) -> str:
    """Lazy: worked out in the language of each who reads it."""
    return lazy(said, str)()


def begun(objective: Objective) -> str:
    return f"{objective.tribe.name}, {objective.span}" if objective.tribe else str(objective.span)


def titles_of(rows: list[KeyResult]) -> str:
    said = ngettext("%(n)s key result", "%(n)s key results", len(rows)) % {"n": len(rows)}
    return f"{said}: {', '.join(row.title for row in rows)}"


def score_text(row: KeyResult) -> str:
    figure = score_of(row.score)[0] if row.score is not None else ""
    return " · ".join(part for part in (figure, row.learning) if part)


def scores_text(rows: list[KeyResult]) -> str:
    said = ngettext("%(n)s key result", "%(n)s key results", len(rows)) % {"n": len(rows)}
    scores = [f"{row.code} {score_of(row.score)[0] if row.score is not None else '–'}" for row in rows]
    return f"{said}: {', '.join(scores)}"


def owner_text(event: AuditEvent, names: dict[int, str]) -> list[str]:
    if "owner" not in event.after:
        return []
    label = KeyResult._meta.get_field("owner").verbose_name
    before, now = (names.get(state.get("owner") or 0, "–") for state in (event.before, event.after))
    return [f"{label} {before} → {now}"]
