"""What a link to one's own check-in still asks for, and what has come of it."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse

from okr import numbers
from okr.language import language
from okr.models import CheckIn, KeyResult
from okr.pages.check_in_round import AT_MOST
from okr.pages.figures import Figures
from okr.readings import Clock
from reminders.links import Link

WITH_PERIOD = ("objective__year", "objective__quarter__year", "objective__tribe")


@dataclass(frozen=True, slots=True)
class Line:
    """One key result of the link; `value` as text once it is checked in."""

    key_result: KeyResult
    code: str
    url: str  # below the link
    value: str = ""
    by: str = ""  # who checked in, where it was somebody else

    @property
    def done(self) -> bool:
        return bool(self.value)


@dataclass(frozen=True)
class Asked:
    """Of the person's own key results: what is due, and what was checked in since the link was made."""

    due: list[Line]
    done: list[Line]
    next_due: str  # "Wed 27 May": of what is done, the first to be asked again

    @property
    def lines(self) -> list[Line]:
        return [*self.done, *self.due]

    @property
    def by_others(self) -> bool:
        return bool(self.done) and all(line.by for line in self.done)

    def line(self, pk: str) -> Line | None:
        return next((line for line in self.lines if str(line.key_result.pk) == pk), None)

    def after(self, line: Line) -> Line | None:
        """The next that is due; None for the last."""
        return self.due[self.due.index(line) + 1] if line is not self.due[-1] else None

    def place(self, line: Line) -> int:
        """1 for the first."""
        return self.lines.index(line) + 1


def asked_by(link: Link, token: str, clock: Clock) -> Asked:
    """Two queries. Within the link's organization."""
    here = reverse("check_in_by_link", args=[token])
    made = CheckIn.objects.filter(key_result__owner=link.member, created_at__gte=link.made_at)
    rows = KeyResult.objects.due_from(link.member, clock.asked_until).select_related(*WITH_PERIOD)
    if link.key_result is not None:
        made, rows = made.filter(key_result=link.key_result), rows.filter(pk=link.key_result)
    due = rows.exclude(Exists(made.filter(key_result=OuterRef("pk")))).order_by(
        "-objective__level", "objective__tribe__position", "objective__position", "position", "pk"
    )
    latest: dict[int, CheckIn] = {}
    of = [f"key_result__{name}" for name in WITH_PERIOD]
    for check_in in made.select_related("author__user", *of).order_by("-on", "-pk")[:AT_MOST]:
        latest.setdefault(check_in.key_result_id, check_in)
    done = list(reversed(latest.values()))
    days = [row.key_result.next_due_on for row in done if row.key_result.next_due_on]
    return Asked(
        due=[_line(row, here) for row in due[:AT_MOST]],
        done=[_done(row, here, link, clock) for row in done],
        next_due=numbers.format_date(min(days), language(), "long") if days else "",
    )


def _line(row: KeyResult, here: str) -> Line:
    return Line(row, row.code, f"{here}?at={row.pk}")


def _done(check_in: CheckIn, here: str, link: Link, clock: Clock) -> Line:
    row = check_in.key_result
    by = "" if check_in.author_id == link.member.pk or check_in.author is None else check_in.author.name
    value = Figures.of(row, clock).value(check_in.value)
    return Line(row, row.code, f"{here}?at={row.pk}", value, by)
