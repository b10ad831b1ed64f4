"""The agenda in a form: phases in their order, which buttons move, add and remove without saving anything."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from workshops.actions.kinds import MOST_PHASES
from workshops.agendas import row_of
from workshops.forms.fields import RowsInput, moment_of, whole
from workshops.models import PhaseKind

COLUMNS = ("id", "kind", "title", "minutes", "round", "question", "opens_at", "closes_at")
MOST_MINUTES, MOST_ROUNDS = 240, 9
LIMITS = {"title": 60, "question": 300}  # as workshops.models.Phase has them
Rows = list[dict[str, Any]]


class AgendaField(forms.Field):
    """Cleans to rows as workshops.actions.kinds holds an agenda. A row without a kind counts for nothing."""

    def __init__(self, *, zone: ZoneInfo, **options: Any) -> None:
        self.zone = zone
        super().__init__(widget=RowsInput(COLUMNS), **options)

    def prepare_value(self, value: Any) -> Any:
        """Rows of texts, for the template."""
        return [
            {**row, **{name: self._local(row.get(name)) for name in ("opens_at", "closes_at")}} for row in value or []
        ]

    def _local(self, value: Any) -> str:
        moment = parse_datetime(value) if isinstance(value, str) and "+" in value else None
        return moment.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M") if moment else value or ""

    def to_python(self, value: Any) -> Rows:
        return [self._row(row) for row in value or [] if row["kind"]]

    def _row(self, sent: dict[str, str]) -> dict[str, Any]:
        if sent["kind"] not in PhaseKind.values:
            raise ValidationError(_("Choose a kind of phase from the list."))
        label = " ".join(sent["title"].split()) or str(PhaseKind(sent["kind"]).label)
        row = row_of(
            sent["kind"],
            whole(sent["minutes"], 1, MOST_MINUTES, _("“%(phase)s” takes 1 to 240 minutes.") % {"phase": label[:60]}),
            " ".join(sent["question"].split()),
            whole(
                sent["round"] or "1", 1, MOST_ROUNDS, _("The round of “%(phase)s” is 1 to 9.") % {"phase": label[:60]}
            ),
            " ".join(sent["title"].split()),
        )
        for name, limit in LIMITS.items():
            if len(row[name]) > limit:
                raise ValidationError(
                    _("At most %(limit)s characters in “%(phase)s”.") % {"limit": limit, "phase": label[:60]}
                )
            if "\x00" in row[name]:
                raise ValidationError(_("Null characters are not allowed."))
        wrong = _("Write when “%(phase)s” opens and closes as a day and a time.") % {"phase": label[:60]}
        ends = {
            name: moment_of(sent[name], self.zone, wrong) if sent[name] else None for name in ("opens_at", "closes_at")
        }
        if (ends["opens_at"] is None) != (ends["closes_at"] is None):
            raise ValidationError(
                _("“%(phase)s” needs both: when it opens and when it closes.") % {"phase": label[:60]}
            )
        if ends["opens_at"] and ends["closes_at"] and ends["opens_at"] >= ends["closes_at"]:
            raise ValidationError(_("“%(phase)s” closes after it opens.") % {"phase": label[:60]})
        row |= {name: moment.isoformat() if moment else None for name, moment in ends.items()}
        return (
            {"id": int(sent["id"])} | row
            if sent["id"].isascii() and sent["id"].isdigit() and len(sent["id"]) < 19
            else row
        )

    def validate(self, value: Any) -> None:
        if not value:
            raise ValidationError(_("The agenda is empty. Add a phase first."))
        if len(value) > MOST_PHASES:
            raise ValidationError(_("At most %(limit)s phases.") % {"limit": MOST_PHASES})


def rearranged(rows: Rows, act: str) -> Rows:
    """The rows after a button: "phase-add", or "phase-up", "phase-down", "phase-remove" with a place, counted from 0."""
    rows = list(rows)
    act, _sign, place = act.partition(":")
    at = int(place) if place.isascii() and place.isdigit() and len(place) < 4 else -1
    if act == "phase-add":
        return [*rows, dict.fromkeys(COLUMNS, "") | {"kind": PhaseKind.BRAINSTORM, "minutes": "10", "round": "1"}]
    if not 0 <= at < len(rows):
        return rows
    row = rows.pop(at)
    if act == "phase-up":
        rows.insert(max(0, at - 1), row)
    elif act == "phase-down":
        rows.insert(at + 1, row)
    elif act != "phase-remove":
        rows.insert(at, row)
    return rows


def minutes_in(rows: Rows) -> int:
    """The sum of what was typed; what is no number counts for nothing, and phases of several days take no time of it."""
    texts = [str(row.get("minutes", "")) for row in rows if row.get("kind") and not row.get("closes_at")]
    return sum(int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 7)
