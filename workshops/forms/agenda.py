"""The agenda in a form: phases in their order, which buttons move, add and remove without saving anything."""

import datetime as dt
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
WINDOW = ("opens_at", "closes_at")
LONGEST = dt.timedelta(days=60)
ALONE = {PhaseKind.PICK, PhaseKind.BRAINSTORM, PhaseKind.VOTE}  # what people do each on their own
# What a further round is made of: diverge, then converge.
ROUND = ((PhaseKind.BRAINSTORM, 10), (PhaseKind.REVEAL, 5), (PhaseKind.FAMILIES, 10), (PhaseKind.VOTE, 5))
LIMITS = {"title": 60, "question": 300}  # as workshops.models.Phase has them
Rows = list[dict[str, Any]]


class AgendaField(forms.Field):
    """Cleans to rows as workshops.actions.kinds holds an agenda. A row without a kind counts for nothing.

    `wrong` says what does not hold: by place of the row, and column. `windows`: whether phases have dates.
    """

    def __init__(self, *, zone: ZoneInfo, windows: bool = True, **options: Any) -> None:
        self.zone, self.windows = zone, windows
        self.wrong: dict[int, dict[str, str]] = {}
        super().__init__(widget=RowsInput(COLUMNS), **options)

    def prepare_value(self, value: Any) -> Any:
        """Rows of texts, for the template."""
        return [
            {**row, **{name: self._local(row.get(name)) for name in WINDOW}, "wrong": self.wrong.get(at, {})}
            for at, row in enumerate(value or [])
        ]

    def _local(self, value: Any) -> str:
        moment = parse_datetime(value) if isinstance(value, str) and "+" in value else None
        return moment.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M") if moment else value or ""

    def to_python(self, value: Any) -> Rows:
        rows = [(at, AgendaRow(row, self.zone, windows=self.windows)) for at, row in enumerate(value or [])]
        self.wrong = {at: row.wrong for at, row in rows if row.wrong}
        if self.wrong:
            raise ValidationError([said for row in self.wrong.values() for said in row.values()])
        return [row.clean for _at, row in rows if row.is_one]

    def validate(self, value: Any) -> None:
        if not value:
            raise ValidationError(_("The agenda is empty. Add a phase first."))
        if len(value) > MOST_PHASES:
            raise ValidationError(_("At most %(limit)s phases.") % {"limit": MOST_PHASES})


class AgendaRow:
    """A phase as it was sent; `wrong` by column, and `clean` where nothing is."""

    def __init__(self, sent: dict[str, str], zone: ZoneInfo, *, windows: bool) -> None:
        self.sent, self.zone = sent, zone
        self.wrong: dict[str, str] = {}
        self.is_one = bool(sent["kind"])
        if not self.is_one:
            return
        if sent["kind"] not in PhaseKind.values:
            self.wrong["kind"] = _("Choose a kind of phase from the list.")
            return
        lines = {name: self._line(name) for name in LIMITS}
        minutes = self._number("minutes", MOST_MINUTES, _("“%(phase)s” takes 1 to 240 minutes."))
        number = self._number("round", MOST_ROUNDS, _("The round of “%(phase)s” is 1 to 9."))
        self.clean = row_of(sent["kind"], minutes, lines["question"], number, lines["title"])
        if windows:
            self.clean |= {name: moment.isoformat() if moment else None for name, moment in self._window().items()}
        if sent["id"].isascii() and sent["id"].isdigit() and len(sent["id"]) < 19:
            self.clean = {"id": int(sent["id"])} | self.clean

    @property
    def label(self) -> str:
        return (" ".join(self.sent["title"].split()) or str(PhaseKind(self.sent["kind"]).label))[:60]

    def _line(self, name: str) -> str:
        line = " ".join(self.sent[name].split())
        if len(line) > LIMITS[name]:
            said = _("At most %(limit)s characters in “%(phase)s”.")
            self.wrong[name] = said % {"limit": LIMITS[name], "phase": self.label}
        elif "\x00" in line:
            self.wrong[name] = _("Null characters are not allowed.")
        return line

    def _number(self, name: str, most: int, said: str) -> int:
        """1 to `most`; the round is 1 where none is given."""
        try:
            return whole(self.sent[name] or ("1" if name == "round" else ""), 1, most, said % {"phase": self.label})
        except ValidationError as error:
            self.wrong[name] = str(error.message)
            return 1

    def _window(self) -> dict[str, dt.datetime | None]:
        said = _("Write when “%(phase)s” opens and closes as a day and a time.") % {"phase": self.label}
        ends: dict[str, dt.datetime | None] = dict.fromkeys(WINDOW)
        for name in WINDOW:
            try:
                ends[name] = moment_of(self.sent[name], self.zone, said) if self.sent[name] else None
            except ValidationError as error:
                self.wrong[name] = str(error.message)
        opens, closes = (ends[name] for name in WINDOW)
        if self.wrong.keys() & set(WINDOW) or (opens is None and closes is None):
            return ends
        phase = {"phase": self.label}
        if opens is None or closes is None:
            missing = "opens_at" if opens is None else "closes_at"
            self.wrong[missing] = _("“%(phase)s” needs both: when it opens and when it closes.") % phase
        elif opens >= closes:
            self.wrong["closes_at"] = _("“%(phase)s” closes after it opens.") % phase
        elif closes - opens > LONGEST:
            self.wrong["closes_at"] = _("“%(phase)s” stays open for 60 days at most.") % phase
        elif self.sent["kind"] not in ALONE:
            self.wrong["opens_at"] = (
                _("“%(phase)s” is for everybody at one time: only what people do alone stays open for days.") % phase
            )
        return ends


def rearranged(rows: Rows, act: str) -> Rows:
    """The rows after a button: "phase-add", "phase-round", or "phase-up", "phase-down", "phase-remove" with a place, counted
    from 0."""
    rows = list(rows)
    act, _sign, place = act.partition(":")
    at = int(place) if place.isascii() and place.isdigit() and len(place) < 4 else -1
    if act == "phase-add":
        return [*rows, blank_row(number=_rounds_in(rows))]
    if act == "phase-round":
        return [*rows, *(blank_row(kind, minutes, min(_rounds_in(rows) + 1, MOST_ROUNDS)) for kind, minutes in ROUND)]
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


def blank_row(kind: str = PhaseKind.BRAINSTORM, minutes: int = 10, number: int = 1) -> dict[str, Any]:
    """A phase that is added, as the template draws it."""
    return dict.fromkeys(COLUMNS, "") | {"kind": kind, "minutes": str(minutes), "round": str(number)}


def _rounds_in(rows: Rows) -> int:
    numbers = [str(row.get("round", "")) for row in rows]
    return max((int(text) for text in numbers if text.isascii() and text.isdigit() and len(text) < 3), default=1)


def minutes_in(rows: Rows) -> int:
    """The sum of what was typed; what is no number counts for nothing, and phases of several days take no time of it."""
    texts = [str(row.get("minutes", "")) for row in rows if row.get("kind") and not row.get("closes_at")]
    return sum(int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 7)
